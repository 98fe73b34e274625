//! `tiexi resume`: go on with a sweep.

use std::path::PathBuf;

use super::Done;
use super::sweep::{Options, go_on};

/// Go on with a sweep after an interruption
///
/// Does the runs of the folder's plan that have not finished, and nothing twice. If the plan, a
/// scenario or a table has changed since the sweep began, this is refused rather than mixed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi resume output/plan
  tiexi resume output/plan --retry-failed           do failed runs again, and only them
  tiexi resume output/plan --plan new/place/plan.toml")]
pub(super) struct Arguments {
    /// Folder of the sweep
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Where the plan lies now, if it was moved
    #[arg(long, value_name = "PLAN.toml")]
    plan: Option<PathBuf>,

    #[command(flatten)]
    options: Options,
}

/// Does what is missing.
pub(super) fn execute(arguments: &Arguments) -> Done {
    go_on(&arguments.folder, arguments.plan.as_deref(), &arguments.options)
}
