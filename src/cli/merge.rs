//! `tiexi merge`: from parts that were run apart, the whole sweep.

use std::path::PathBuf;

use super::failure::Failure;
use super::report::renewing;
use super::run::counted;
use super::{Done, console};
use crate::experiment::merge;

/// Put the parts of a sweep together
///
/// The parts come from `tiexi sweep --shard I/N`. Every part must be there once and be finished, and all
/// must be of one plan, the same scenarios and one results version. The tables are the same, byte for
/// byte, as if one process had done all.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi merge output/plan                           parts output/plan/shard-1-of-8 and so on
  tiexi merge from-here from-there --output output/plan")]
pub(super) struct Arguments {
    /// Folders of parts, or one folder with all of them
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,

    /// Folder of the whole [default: DIR, if only one is given]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Merges.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let output = match (&arguments.output, arguments.folders.as_slice()) {
        (Some(output), _) => output.clone(),
        (None, [only]) => only.clone(),
        _ => return Err(Failure::refused("say with --output where the whole is to go")),
    };
    let parts = merge::parts(&arguments.folders)?;
    let count = renewing(&output, "manifest.json", || merge::merge(&parts, &output))?;
    let (parts, runs) = (counted(parts.len(), "part"), counted(count.runs, "run"));
    console::emit(&format!("Results in {}: {runs} from {parts}\n", output.display()))?;
    match count.failed {
        0 => Ok(()),
        failed => Err(Failure::some_failed(format!("{failed} of {runs} failed; runs.csv lists them"))),
    }
}
