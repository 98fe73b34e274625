//! `tiexi check`: is the scenario right, and what world does it build?

use super::scenario_arguments::ScenarioArguments;
use super::{Done, console, glue};

/// Check a scenario and show the world it would build
///
/// Reads the file with everything it extends and refers to, checks every key, and builds the
/// opening state: agents by kind, sub-industry, city and ownership, and their totals beside the
/// data of the scenario. Nothing is simulated and nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tiexi check scenarios/liaoning.toml
  tiexi check scenarios/liaoning.toml --scale 0.1
  tiexi check scenarios/teaching.toml --set research.arrival_rate=0.9")]
pub(super) struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
}

/// Prints the summary.
pub(super) fn execute(arguments: &Arguments) -> Done {
    let loaded = glue::load(arguments.scenario.path(), &arguments.scenario.settings())?;
    glue::warn_of_idle_programmes(&loaded);
    console::emit(&glue::summary(&loaded)?)
}
