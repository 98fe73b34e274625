//! `tiexi serve`: the live page.

use std::path::PathBuf;

use super::failure::Failure;
use super::{Done, console};
use crate::report::live::{self, LiveError};

/// Watch a region on a page in the browser, and move its levers
///
/// Opens a page on this computer alone: pick a scenario of the folder, set levers (path, budget,
/// patience, reform of state firms, talent, demand), press run, and watch charts and network grow tick
/// by tick. Pause, step, change the speed, move levers in the middle, pin a run and lay the next one over
/// it, take the state along as a scenario file. In English and Chinese, without the internet. Ends with
/// Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi serve                                 begins with scenarios/teaching.toml
  tiexi serve scenarios/liaoning.toml
  tiexi serve scenarios/teaching.toml --port 8080

Open the address that is printed; it holds a token, and who has not got it is refused.")]
pub(super) struct Arguments {
    /// Scenario picked first; all scenarios of its folder can be picked
    #[arg(value_name = "SCENARIO.toml", default_value = "scenarios/teaching.toml")]
    scenario: PathBuf,

    /// Port to listen on [default: any that is free]
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
}

impl From<LiveError> for Failure {
    fn from(error: LiveError) -> Self {
        match error {
            LiveError::Refused(message) => Failure::refused_in_full(message),
            LiveError::Listen { .. } => Failure::refused(error.to_string()),
            LiveError::Serve(_) => Failure::stopped(error.to_string()),
        }
    }
}

/// Serves until the process is ended.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let opened = |url: &str| {
        // Without a reader of the address there is still the page.
        let _ = console::emit(&format!("{url}\nOpen this address in a browser; Ctrl-C ends.\n"));
    };
    Ok(live::serve(&arguments.scenario, arguments.port, opened)?)
}
