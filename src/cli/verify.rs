//! `tiexi verify`: is a folder still what was written?

use std::path::PathBuf;

use super::failure::Failure;
use super::{Done, console};
use crate::experiment::verify::verify;

/// Check the files of a folder against their hashes
///
/// Of a run, a comparison or a sweep: the tables that the manifest lists, and every record of a sweep.
/// Exit code 1 if anything was changed or lost.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi verify output/plan
  tiexi verify output/liaoning output/grant-or-subsidy")]
pub(super) struct Arguments {
    /// Folders of results
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
}

/// Checks and says what was found.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let mut wrong = Vec::new();
    for folder in &arguments.folders {
        let findings = verify(folder)?;
        let place = folder.display();
        let lines: Vec<String> = findings.sound.iter().map(|line| format!("{place}: {line}\n")).collect();
        console::emit(&lines.concat())?;
        wrong.extend(findings.wrong.iter().map(|line| format!("{place}: {line}")));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::stopped(wrong.join("\n"))) }
}
