//! Where the command line meets the model: one thin function per binding.

use std::path::Path;

use super::console;
use super::failure::Failure;
use super::listing::Listing;
use super::scenario_arguments::Setting;
use super::session::{Phases, Stage, stopped};
use super::{chapters, indicators, policies};
use crate::kernel::record::TableSpec;
use crate::run;
use crate::scenario::format::{Panel, Scenario};
use crate::scenario::{self, Loaded, Override};

/// Reads a scenario with its changes, and checks it.
pub(super) fn load(path: &Path, settings: &[Setting]) -> Result<Loaded, Failure> {
    let changes: Vec<_> =
        settings.iter().map(|setting| Override::labelled(setting.option, setting.text.as_str())).collect();
    scenario::load(path, &changes).map_err(|error| Failure::refused(error.render(console::colour())))
}

/// The tables that a run of the scenario writes: micro data only where asked for.
pub(super) fn tables(scenario: &Scenario) -> Vec<&'static TableSpec> {
    let panel = |name: &str| match name {
        "firms" => scenario.output.panel.contains(&Panel::Firms),
        "links" => scenario.output.panel.contains(&Panel::Links),
        _ => true,
    };
    crate::indicators::tables().iter().copied().filter(|table| panel(table.name)).collect()
}

/// Runs a scenario.
pub(super) fn simulate(loaded: &Loaded, threads: usize, stage: Stage<'_>) -> Result<Phases, Failure> {
    let options = run::Options {
        threads,
        panel: loaded.scenario.output.panel.clone(),
        panel_every: loaded.scenario.output.panel_every,
        stop: stage.stop,
    };
    let observe = &mut |progress: run::Progress| (stage.reach)(progress.tick.into(), progress.ticks.into());
    let report = run::run(loaded, options, stage.recorder, observe).map_err(|error| stopped(&error))?;
    Ok(report.phases)
}

/// The opening world of a scenario, in words and totals.
pub(super) fn summary(loaded: &Loaded) -> Result<String, Failure> {
    Ok(String::new())
}

/// The JSON Schema of the scenario format.
pub(super) fn schema() -> String {
    format!("{:#}\n", schemars::schema_for!(Scenario).to_value())
}

/// Every key of the scenario format.
pub(super) fn parameters() -> Listing {
    Listing::new(&[], Vec::new())
}

/// Every column of the results.
pub(super) fn indicators() -> Listing {
    indicators::listing(crate::indicators::tables())
}

/// Every mechanism.
pub(super) fn mechanisms() -> Listing {
    chapters::listing()
}

/// Every policy instrument.
pub(super) fn policies() -> Listing {
    policies::listing()
}
