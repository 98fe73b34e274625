//! A sweep as a job array of Slurm: each task does a part in a folder of its own.

use std::fmt::Write;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::scenario::{self, Check, CrossProblem, ScenarioError};

/// What a cluster wants to know.
#[derive(Debug, Clone, PartialEq, SmartDefault, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Parts of the sweep, each a task of the array.
    #[default(8)]
    #[schemars(range(min = 1, max = 100000), extend("x-unit" = "tasks"))]
    pub parts: u32,
    /// Tasks that may run at once; absent: as many as the cluster lets.
    #[schemars(range(min = 1, max = 100000), extend("x-unit" = "tasks"))]
    pub at_once: Option<u32>,
    /// Partition; absent: the cluster's usual one.
    #[schemars(extend("x-unit" = "text"))]
    pub partition: Option<String>,
    /// Account that is charged.
    #[schemars(extend("x-unit" = "text"))]
    pub account: Option<String>,
    /// Time limit of a task, such as `02:00:00`; what is not done by then, a new submission does.
    #[schemars(extend("x-unit" = "text"))]
    pub time: Option<String>,
    /// Cores of a task.
    #[default(1)]
    #[schemars(range(min = 1, max = 1024), extend("x-unit" = "cores"))]
    pub cpus: u32,
    /// Memory of a task, such as `2G`.
    #[schemars(extend("x-unit" = "text"))]
    pub memory: Option<String>,
    /// Whether a task is started again when its node fails.
    #[default(true)]
    #[schemars(extend("x-unit" = "-"))]
    pub requeue: bool,
    /// Further options of sbatch, such as `--qos=short`.
    #[schemars(extend("x-unit" = "text"))]
    pub options: Vec<String>,
}

/// Reads a profile.
///
/// # Errors
/// All that is wrong with it, with places.
pub fn load(path: &Path) -> Result<Profile, ScenarioError> {
    Ok(scenario::load_as::<Profile>(path, &[], CHECKS)?.scenario)
}

const CHECKS: &[Check<Profile>] = &[check_lines];

/// Every value becomes one line of the script.
fn check_lines(profile: &Profile) -> Vec<CrossProblem> {
    let named = [
        ("partition", &profile.partition),
        ("account", &profile.account),
        ("time", &profile.time),
        ("memory", &profile.memory),
    ];
    let is_word = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let mut problems = Vec::new();
    for (key, value) in named {
        if value.as_deref().is_some_and(|text| !is_word(text)) {
            problems.push(CrossProblem::new(key, format!("`{key}` must be one word")));
        }
    }
    for (at, option) in profile.options.iter().enumerate() {
        if !option.starts_with('-') || option.contains(char::is_control) {
            let message = "an option of sbatch begins with `-` and stands on one line";
            problems.push(CrossProblem::new(format!("options[{at}]"), message).help("options = [\"--qos=short\"]"));
        }
    }
    problems
}

/// What a job runs.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The program.
    pub program: &'a Path,
    /// The plan.
    pub plan: &'a Path,
    /// Folder of the sweep.
    pub folder: &'a Path,
}

/// The script of the job array. `exec` lets signals reach the program: a minute before the time limit it
/// is asked to stop, and what has finished is safe.
pub fn script(profile: &Profile, job: Job<'_>) -> String {
    let limit = profile.at_once.map_or_else(String::new, |most| format!("%{most}"));
    let name = job.plan.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let word: String = name.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect();
    let mut lines = vec![
        format!("--job-name=tiexi-{word}"),
        format!("--array=1-{}{limit}", profile.parts),
        "--ntasks=1".to_string(),
        format!("--cpus-per-task={}", profile.cpus),
        "--signal=B:TERM@60".to_string(),
        "--open-mode=append".to_string(),
        (if profile.requeue { "--requeue" } else { "--no-requeue" }).to_string(),
    ];
    let named = [
        ("partition", &profile.partition),
        ("account", &profile.account),
        ("time", &profile.time),
        ("mem", &profile.memory),
    ];
    lines.extend(named.iter().filter_map(|(key, value)| Some(format!("--{key}={}", value.as_deref()?))));
    lines.extend(profile.options.iter().cloned());
    let mut script = "#!/bin/bash\n".to_string();
    for line in lines {
        let _ = writeln!(script, "#SBATCH {line}");
    }
    let [program, plan, folder] = [job.program, job.plan, job.folder].map(quoted);
    let _ = write!(
        script,
        "# Each task does a part of the sweep; files on disk are the truth, a task that runs again goes on.\n\
         exec {program} sweep {plan} --output {folder} --shard \"$SLURM_ARRAY_TASK_ID/{}\" \\\n    \
         --threads \"${{SLURM_CPUS_PER_TASK:-1}}\" --quiet\n",
        profile.parts
    );
    script
}

/// A path as one word for the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_says_what_the_profile_says() {
        let profile = Profile {
            parts: 12,
            at_once: Some(4),
            partition: Some("short".to_string()),
            memory: Some("2G".to_string()),
            requeue: false,
            options: vec!["--qos=low".to_string()],
            ..Profile::default()
        };
        let job =
            Job { program: Path::new("/opt/tiexi"), plan: Path::new("it's a plan.toml"), folder: Path::new("out") };
        let script = script(&profile, job);
        for line in [
            "--job-name=tiexi-itsaplan",
            "--array=1-12%4",
            "--partition=short",
            "--mem=2G",
            "--no-requeue",
            "--qos=low",
        ] {
            assert!(script.contains(&format!("#SBATCH {line}\n")), "{line}: {script}");
        }
        assert!(script.contains(r"sweep 'it'\''s a plan.toml' --output 'out' --shard "), "{script}");
        assert!(!script.contains("--time") && !script.contains("--account"));
    }

    #[test]
    fn values_cannot_break_out_of_their_line() {
        let profile = Profile { time: Some("1\nrm".to_string()), options: vec!["x".to_string()], ..Profile::default() };
        assert_eq!(check_lines(&profile).len(), 2);
    }
}
