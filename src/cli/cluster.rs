//! `tiexi cluster`: a sweep as a job array of Slurm.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::failure::Failure;
use super::run::counted;
use super::{Done, console};
use crate::experiment::plan;
use crate::experiment::slurm::{self, Job, Profile};
use crate::experiment::sweep::Sweep;

/// Run a sweep on a Slurm cluster
///
/// Submits a job array each of whose tasks does a part of the sweep into a folder of its own. A task
/// that is killed or starts again goes on where it was; submitting again does what is missing, such
/// as after a time limit. The files are the truth: `tiexi status` counts them, and `tiexi merge` puts
/// the parts together, byte for byte as if one process had done all.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi cluster plan.toml --print                   show the script, submit nothing
  tiexi cluster plan.toml --profile cluster.toml    submit it
  tiexi status output/plan                          how far is it?
  tiexi merge output/plan                           when all is done

A profile (every key may be left out):
  parts = 32                # tasks of the array
  at_once = 8               # of which so many at the same time
  partition = \"short\"
  account = \"my-project\"
  time = \"02:00:00\"
  cpus = 4                  # cores of a task
  memory = \"4G\"
  requeue = true            # start again when a node fails
  options = [\"--qos=low\"]   # anything else for sbatch")]
pub(super) struct Arguments {
    /// Plan file
    #[arg(value_name = "PLAN.toml")]
    plan: PathBuf,

    /// What the cluster wants to know [default: 8 parts of one core each]
    #[arg(long, value_name = "PROFILE.toml")]
    profile: Option<PathBuf>,

    /// Folder of the sweep, seen by all nodes [default: output/<name of the plan>]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Print the script and submit nothing
    #[arg(long)]
    print: bool,
}

/// Checks the plan here, so that no task has to find out, and submits.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let refused = |error: crate::scenario::ScenarioError| Failure::refused_in_full(error.render(console::colour()));
    let profile = arguments.profile.as_deref().map_or_else(|| Ok(Profile::default()), slurm::load).map_err(refused)?;
    let sweep = Sweep::new(&plan::load(&arguments.plan).map_err(refused)?, None);
    if sweep.len() < profile.parts as usize {
        let (runs, parts) = (counted(sweep.len(), "run"), counted(profile.parts as usize, "part"));
        return Err(Failure::refused(format!("{runs} cannot be divided into {parts}; set `parts` in a --profile")));
    }
    let stopped = |error: std::io::Error| Failure::stopped(format!("cannot find where this program lies: {error}"));
    let program = std::env::current_exe().map_err(stopped)?;
    let folder = arguments
        .output
        .clone()
        .unwrap_or_else(|| Path::new("output").join(arguments.plan.file_stem().unwrap_or_default()));
    let script = slurm::script(&profile, Job { program: &program, plan: &arguments.plan, folder: &folder });
    if arguments.print {
        return console::emit(&script);
    }
    submit(&script, &folder)?;
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
