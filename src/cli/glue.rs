//! Where the command line meets the model: one thin function per binding.

use std::path::Path;

use super::console;
use super::failure::Failure;
use super::listing::{Format, Listing};
use super::scenario_arguments::Setting;
use super::session::{Phases, Stage, stopped};
use super::{chapters, indicators, mistaken, policies, summary};
use crate::experiment::calibration::plan::CalibrationPlan;
use crate::experiment::plan::{self, LoadedPlan, Plan};
use crate::kernel::record::TableSpec;
use crate::population::OpeningError;
use crate::run;
use crate::scenario::format::Panel;
use crate::scenario::{self, CrossProblem, ListFormat, Loaded, Override, Scenario, ScenarioError, describe};

/// Reads a scenario with its changes, and checks it.
pub(super) fn load(path: &Path, settings: &[Setting]) -> Result<Loaded, Failure> {
    let changes: Vec<_> =
        settings.iter().map(|setting| Override::labelled(setting.option, setting.text.as_str())).collect();
    scenario::load(path, &changes).map_err(|error| mistaken::for_a_scenario(path, refused(&error)))
}

/// All that is wrong with a file.
pub(super) fn refused(error: &ScenarioError) -> Failure {
    Failure::refused_in_full(error.render(console::colour()))
}

/// Reads the plan of a sweep; nothing runs if anything is wrong with it.
pub(super) fn plan(path: &Path) -> Result<LoadedPlan, Failure> {
    plan::load(path).map_err(|error| mistaken::for_a_plan(path, refused(&error)))
}

/// Refuses a plan from which no map can be made.
pub(super) fn check_for_map(path: &Path) -> Result<(), Failure> {
    plan::check_for_map(path).map_err(|error| mistaken::for_a_plan(path, refused(&error)))
}

/// The tables that a run of the scenario writes: micro data only where asked for.
pub(super) fn tables(scenario: &Scenario) -> Vec<&'static TableSpec> {
    let panel = |name: &str| match name {
        "firms" => scenario.output.panel.contains(&Panel::Firms),
        "links" => scenario.output.panel.contains(&Panel::Links),
        _ => true,
    };
    all_tables().iter().copied().filter(|table| panel(table.name)).collect()
}

/// Names of the graph files that a run of the scenario writes.
pub(super) fn graphs(scenario: &Scenario) -> Vec<String> {
    scenario.output.graph_files(scenario.time.ticks).into_iter().map(|(_, name)| name).collect()
}

/// Every table that a run can write.
fn all_tables() -> &'static [&'static TableSpec] {
    crate::indicators::tables()
}

/// Runs a scenario.
pub(super) fn simulate(loaded: &Loaded, threads: usize, stage: Stage<'_>) -> Result<Phases, Failure> {
    let options = run::Options { threads, stop: stage.stop };
    let reach = stage.reach;
    let observe = &mut |progress: run::Progress| reach(progress.tick.into(), progress.ticks.into());
    let report = run::run(loaded, options, stage.recorder, observe).map_err(|error| match error {
        run::RunError::Opening(error) => no_opening(loaded, &error),
        error => stopped(&error),
    })?;
    Ok(report.phases)
}

/// The opening world of a scenario, in words and totals.
pub(super) fn summary(loaded: &Loaded) -> Result<String, Failure> {
    let world = run::open(&loaded.scenario).map_err(|error| no_opening(loaded, &error))?;
    Ok(summary::render(&world, &loaded.scenario))
}

/// Says which programmes cannot do anything, whatever else is silent.
pub(super) fn warn_of_idle_programmes(loaded: &Loaded) {
    for (name, switch) in loaded.idle_programmes() {
        console::say(&format!("warning: `policies.{name}` can do nothing, for `{switch}` is false"));
    }
}

/// Conditions of the paths that the policies declare; those not met are said, whatever else is silent.
pub(super) fn path_conditions(loaded: &Loaded) -> Result<Vec<String>, Failure> {
    warn_of_idle_programmes(loaded);
    let conditions = run::path_conditions(&loaded.scenario).map_err(|error| no_opening(loaded, &error))?;
    for condition in conditions.iter().filter(|condition| !condition.met()) {
        console::say(&format!("warning: {}", condition.line()));
    }
    Ok(conditions.iter().map(|condition| condition.line()).collect())
}

/// An opening state that cannot be: the scenario is refused at the keys that most likely lead to it.
fn no_opening(loaded: &Loaded, error: &OpeningError) -> Failure {
    let keys = error.likely_keys();
    let named: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let help = format!("what decides it is most likely {}: try values nearer to the defaults", named.join(", "));
    let first = keys.first().cloned().unwrap_or_default();
    let problem = CrossProblem::new(first, error.to_string()).help(help);
    let problem = keys.into_iter().skip(1).fold(problem, |problem, key| problem.also(key, "may lead to it too"));
    Failure::refused_in_full(loaded.refusal(vec![problem]).render(console::colour()))
}

/// The JSON Schema of the scenario format.
pub(super) fn schema() -> String {
    format!("{:#}\n", scenario::schema_json())
}

/// Every key of the scenario format, or those that `name` names.
pub(super) fn parameters(name: Option<&str>, format: Format) -> Result<String, Failure> {
    keys(describe::parameters::<Scenario>(), name, format)
}

/// Every key of the plan of a sweep, or those that `name` names.
pub(super) fn plans(name: Option<&str>, format: Format) -> Result<String, Failure> {
    keys(describe::parameters::<Plan>(), name, format)
}

/// Every key of the plan of a calibration, or those of one section or name.
pub(super) fn calibrations(name: Option<&str>, format: Format) -> Result<String, Failure> {
    keys(describe::parameters::<CalibrationPlan>(), name, format)
}

fn keys(mut rows: Vec<describe::ParameterRow>, name: Option<&str>, format: Format) -> Result<String, Failure> {
    if let Some(name) = name {
        rows = describe::select(&rows, name).map_err(|error| Failure::refused(error.to_string()))?;
    }
    let format = match format {
        Format::Text => ListFormat::Text,
        Format::Markdown => ListFormat::Markdown,
        Format::Json => ListFormat::Json,
        Format::Csv => ListFormat::Csv,
    };
    Ok(scenario::format_parameters(&rows, format))
}

/// The known name nearest to a misspelt one.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    scenario::nearest(name, known)
}

/// Every column of the results, and every attribute of the graphs.
pub(super) fn indicators() -> Listing {
    let parts = crate::indicators::graph_export::PARTS;
    indicators::listing(&[all_tables(), &parts].concat())
}

/// Every mechanism.
pub(super) fn mechanisms() -> Listing {
    chapters::listing()
}

/// Every policy instrument.
pub(super) fn policies() -> Listing {
    policies::listing()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    /// Takes rows and forgets them.
    struct Nowhere;

    impl crate::kernel::record::Recorder for Nowhere {
        fn row(
            &mut self,
            _: &'static TableSpec,
            _: &[crate::kernel::record::Cell<'_>],
        ) -> Result<(), crate::kernel::record::RecordError> {
            Ok(())
        }
    }

    /// A scenario whose opening cannot be, though it passed all checks.
    fn impossible() -> Loaded {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/teaching.toml");
        let changes = [Setting::new("--set", "finance.debt_to_sales=0.25".to_string())];
        let mut loaded = load(&path, &changes).unwrap_or_else(|failure| panic!("{}", failure.message()));
        loaded.scenario.finance.debt_to_sales = 3.0;
        loaded
    }

    #[test]
    fn an_opening_that_cannot_be_is_refused_at_its_likely_keys() {
        let (loaded, stop) = (impossible(), AtomicBool::new(false));
        let stage = Stage { recorder: &mut Nowhere, stop: &stop, reach: &mut |_, _| {} };
        for failure in [summary(&loaded).map(|_| ()), simulate(&loaded, 1, stage).map(|_| ())].map(Result::unwrap_err) {
            assert_eq!(failure.code(), 2);
            let text = failure.message();
            assert!(text.contains("of the sub-industry `MET` would open with own funds of -"), "{text}");
            assert!(text.contains("--set:1:23") && text.contains("sub_industries.csv:2:"), "{text}");
            assert!(text.contains("`finance.debt_to_sales`, `sub_industries.MET.assets_per_sales`"), "{text}");
        }
    }
}
