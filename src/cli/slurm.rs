//! `tiexi sweep --slurm`: a sweep as a job array of Slurm.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::failure::Failure;
use super::run::counted;
use super::{Done, console, glue};
use crate::experiment::slurm::{self, Job, Profile};
use crate::experiment::sweep::Sweep;

/// How a sweep goes to a cluster.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "On a Slurm cluster")]
pub(super) struct SlurmArguments {
    /// Submit the sweep as a job array, each task of which does a part; submitting again does what is missing
    #[arg(long, conflicts_with_all = ["shard", "dry_run", "extend", "threads", "retry_failed"])]
    slurm: bool,

    /// What the cluster wants to know [default: 8 parts of one core each]
    #[arg(long, value_name = "PROFILE.toml", requires = "slurm")]
    profile: Option<PathBuf>,

    /// Print the script and submit nothing
    #[arg(long, requires = "slurm")]
    print: bool,
}

impl SlurmArguments {
    /// Whether the sweep goes to a cluster.
    pub(super) fn is_meant(&self) -> bool {
        self.slurm
    }
}

/// Checks the plan here, so that no task has to find out, and submits.
pub(super) fn execute(arguments: &SlurmArguments, plan_file: &Path, folder: &Path) -> Done {
    let profile = arguments.profile.as_deref().map_or_else(|| Ok(Profile::default()), slurm::load);
    let profile = profile.map_err(|error| glue::refused(&error))?;
    let sweep = Sweep::new(&glue::plan(plan_file)?, None);
    if sweep.len() < profile.parts as usize {
        let (runs, parts) = (counted(sweep.len(), "run"), counted(profile.parts as usize, "part"));
        return Err(Failure::refused(format!("{runs} cannot be divided into {parts}; set `parts` in a --profile")));
    }
    let stopped = |error: std::io::Error| Failure::stopped(format!("cannot find where this program lies: {error}"));
    let program = std::env::current_exe().map_err(stopped)?;
    let script = slurm::script(&profile, Job { program: &program, plan: plan_file, folder });
    if arguments.print {
        return console::emit(&script);
    }
    submit(&script, folder)?;
    let (folder, parts) = (folder.display(), profile.parts);
    console::emit(&format!(
        "{parts} tasks; `tiexi status {folder}` says how far they are, then `tiexi merge {folder}`\n"
    ))
}

/// Hands the script to sbatch; the logs of the tasks go beside the parts.
fn submit(script: &str, folder: &Path) -> Done {
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::stopped(format!("cannot create {}: {error}", folder.display())))?;
    let log = folder.join("slurm-%A_%a.log");
    let mut command = Command::new("sbatch");
    command.arg("--output").arg(&log).stdin(Stdio::piped());
    let mut child = command.spawn().map_err(|error| {
        Failure::refused(format!("cannot start sbatch: {error}; --print shows the script, to submit it elsewhere"))
    })?;
    let given = child.stdin.take().map_or(Ok(()), |mut pipe| pipe.write_all(script.as_bytes()));
    let ended = given.and_then(|()| child.wait());
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::stopped(format!("sbatch refused the job ({status})"))),
        Err(error) => Err(Failure::stopped(format!("cannot talk to sbatch: {error}"))),
    }
}
