//! One run into one folder: progress, signals, tables, headlines. Knows neither scenario nor model;
//! the simulation itself is a function given by the caller.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::failure::{Failure, chain};
use super::headlines::Headlines;
use super::progress::{Progress, Style};
use super::signals::Signals;
use crate::kernel::record::{Recorder, TableSpec};
use crate::output::{CsvSink, FileEntry, Folder, Manifest, Outcome};

/// Wall time by phase of a simulation.
pub(super) type Phases = Vec<(&'static str, Duration)>;

/// What is to be recorded, and where.
pub(super) struct Session<'a> {
    /// Output folder.
    pub folder: &'a Path,
    /// Tables that the run writes.
    pub tables: Vec<&'static TableSpec>,
    /// Names of the graph files that the run writes.
    pub graphs: Vec<String>,
    /// Whether another result in the folder may be replaced.
    pub force: bool,
    /// How progress is shown.
    pub style: Style,
    /// One line that says what runs.
    pub title: String,
    /// Description of the result; wall times are added at the end.
    pub manifest: Manifest,
}

/// What a simulation is given: where rows go, when to stop, whom to tell how far it is.
pub(super) struct Stage<'a> {
    /// Takes the rows.
    pub recorder: &'a mut dyn Recorder,
    /// Becomes true when the run should stop at the end of its tick, with an error.
    pub stop: &'a AtomicBool,
    /// Told `(tick, ticks)` after each tick.
    pub reach: &'a mut (dyn FnMut(u64, u64) + Send),
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ending {
    /// The folder held this very result before; nothing was done.
    Identical,
    /// The result was written.
    Written {
        /// The table of headline results.
        headlines: String,
        /// The files.
        files: Vec<FileEntry>,
        /// Wall time.
        took: Duration,
    },
}

impl Session<'_> {
    /// Prepares the folder, runs the simulation, and publishes its tables. When anything fails,
    /// nothing of this run stays and what was in the folder before is untouched.
    pub(super) fn record(
        self,
        signals: &Signals,
        simulate: impl FnOnce(Stage<'_>) -> Result<Phases, Failure>,
    ) -> Result<Ending, Failure> {
        let began = Instant::now();
        let tables = self.tables.iter().map(|table| format!("{}.csv", table.name));
        let names: Vec<String> = tables.chain(self.graphs.iter().cloned()).collect();
        let folder = Folder::prepare(self.folder, &self.manifest.identity, &names, self.force)?;
        if folder.outcome() == Outcome::IdenticalExists {
            return Ok(Ending::Identical);
        }
        let mut sink = CsvSink::create(folder.path(), &self.tables)?;
        let mut headlines = Headlines::watch(&mut sink);
        let phases = self
            .simulate(signals, &mut headlines, simulate)
            .map_err(|failure| self.interrupted(signals).unwrap_or(failure))?;
        let headlines = headlines.render();
        let sealed = sink.seal()?;
        let files = sealed.files().to_vec();
        folder.publish(sealed, &self.finished(phases, began.elapsed()))?;
        Ok(Ending::Written { headlines, files, took: began.elapsed() })
    }

    fn simulate(
        &self,
        signals: &Signals,
        recorder: &mut dyn Recorder,
        simulate: impl FnOnce(Stage<'_>) -> Result<Phases, Failure>,
    ) -> Result<Phases, Failure> {
        let mut progress = Progress::begin(self.style, &self.title);
        let result =
            simulate(Stage { recorder, stop: signals.stop(), reach: &mut |tick, ticks| progress.reach(tick, ticks) });
        progress.end();
        result
    }

    /// Why the run failed, if that is because it was asked to.
    fn interrupted(&self, signals: &Signals) -> Option<Failure> {
        let signal = signals.received()?;
        let message = format!("interrupted by {}; nothing was written to {}", signal.name(), self.folder.display());
        Some(Failure::interrupted(signal, message))
    }

    fn finished(&self, phases: Phases, total: Duration) -> Manifest {
        let mut manifest = self.manifest.clone();
        let named = phases.into_iter().chain([("total", total)]);
        manifest.wall_seconds = named.map(|(phase, time)| (phase.to_string(), time.as_secs_f64())).collect();
        manifest
    }
}

/// A simulation that stopped: the chain of causes, and that nothing was written.
pub(super) fn stopped(error: &dyn std::error::Error) -> Failure {
    Failure::stopped(format!("the run stopped: {}", chain(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::record::{Cell, Column};
    use crate::output::ScenarioSource;
    use std::sync::atomic::Ordering;

    static REGION: TableSpec = TableSpec {
        name: "region",
        row: "one tick",
        columns: &[column("tick"), column("year"), column("value_added")],
    };

    const fn column(name: &'static str) -> Column {
        Column { name, unit: "-", meaning: "a test", source: "definition" }
    }

    fn session<'a>(folder: &'a Path, identity: &str) -> Session<'a> {
        Session {
            folder,
            tables: vec![&REGION],
            graphs: Vec::new(),
            force: false,
            style: Style::Silent,
            title: "a test".to_string(),
            manifest: Manifest {
                identity: identity.to_string(),
                results_version: 1,
                scenario: ScenarioSource { path: "a.toml".to_string(), title: "A".to_string(), hash: "h".to_string() },
                seed: 1,
                command_line: Vec::new(),
                started: String::new(),
                wall_seconds: Default::default(),
                threads: 1,
                path_conditions: Vec::new(),
                resolved_scenario: serde_json::Value::Null,
            },
        }
    }

    fn row(stage: &mut Stage<'_>, tick: i64, value: f64) -> Result<(), Failure> {
        let cells = [Cell::Integer(tick), Cell::Integer(2010), Cell::Number(value)];
        stage.recorder.row(&REGION, &cells).map_err(|error| stopped(&error))
    }

    fn simulate(mut stage: Stage<'_>) -> Result<Phases, Failure> {
        for tick in 0..3 {
            row(&mut stage, tick, 1.5)?;
            (stage.reach)(tick.unsigned_abs(), 2);
        }
        Ok(vec![("production", Duration::from_millis(250))])
    }

    #[test]
    fn a_session_writes_a_result_and_recognises_it_the_next_time() {
        let parent = tempfile::tempdir().expect("folder");
        let folder = parent.path().join("x");
        let signals = Signals::default();
        let first = session(&folder, "one").record(&signals, simulate).expect("written");
        let Ending::Written { headlines, files, .. } = first else {
            panic!("not written");
        };
        assert!(headlines.contains("1.50"), "{headlines}");
        assert_eq!((files[0].name.as_str(), files[0].rows), ("region.csv", 3));
        let manifest = std::fs::read_to_string(folder.join("manifest.json")).expect("read");
        assert!(manifest.contains("\"production\": 0.25"), "{manifest}");

        let second = session(&folder, "one").record(&signals, |_| panic!("no need to run"));
        assert_eq!(second.expect("known"), Ending::Identical);
        let other = session(&folder, "two").record(&signals, |_| panic!("not allowed"));
        assert_eq!(other.expect_err("refused").code(), 2);
    }

    #[test]
    fn a_run_that_stops_leaves_nothing_and_says_why() {
        let parent = tempfile::tempdir().expect("folder");
        let folder = parent.path().join("x");
        let stops = |mut stage: Stage<'_>| {
            row(&mut stage, 0, 1.0)?;
            row(&mut stage, 1, f64::INFINITY).map(|()| Vec::new())
        };
        let failure = session(&folder, "one").record(&Signals::default(), stops);
        let failure = failure.expect_err("stopped");
        assert_eq!(failure.code(), 1);
        assert_eq!(failure.message(), "the run stopped: region.value_added is inf at tick 1");
        assert!(!folder.exists());
    }

    #[test]
    fn an_interrupted_run_leaves_nothing_and_has_the_code_of_its_signal() {
        let parent = tempfile::tempdir().expect("folder");
        let folder = parent.path().join("x");
        let signals = Signals::default();
        let failure = session(&folder, "one").record(&signals, |mut stage| {
            row(&mut stage, 0, 1.0)?;
            signals.pretend(crate::cli::signals::Signal::Terminate);
            assert!(stage.stop.load(Ordering::Relaxed));
            Err(Failure::stopped("asked to stop"))
        });
        let failure = failure.expect_err("interrupted");
        assert_eq!(failure.code(), 143);
        assert!(failure.message().contains("SIGTERM"), "{}", failure.message());
        assert!(!folder.exists());
    }
}
