//! What CSV costs: the speed of the sink on real rows, and its part of a run.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use tiexi::indicators::tables::FIRM_PANEL;
use tiexi::indicators::{Observer, PanelChoice, tables};
use tiexi::kernel::record::{Cell, RecordError, Recorder, TableSpec};
use tiexi::output::CsvSink;
use tiexi::run::{self, Options};
use tiexi::scenario::Loaded;

use crate::common::{Simulation, load, threads};
use crate::nowhere::Nowhere;
use crate::record::table::Measurement;
use crate::{Case, SCENARIO};

/// One round.
pub fn measure(case: &Case) -> Vec<Measurement> {
    let mut changes = vec![format!("scale={:?}", case.scale)];
    changes.extend(case.tiny.then(|| "time.ticks=4".to_string()));
    let loaded = load(SCENARIO, &changes);
    let mut found = share(&loaded);
    found.push(sink(&loaded, if case.tiny { 1 } else { 50 }));
    found.into_iter().map(|m| m.of(case.scale, 0)).collect()
}

/// The rows of the panel of firms, written again and again.
fn sink(loaded: &Loaded, times: u32) -> Measurement {
    let rows = panel(loaded);
    let rows: Vec<Vec<Cell<'_>>> = rows.iter().map(|row| row.iter().map(Owned::cell).collect()).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let mut sink = CsvSink::create(folder.path(), &[&FIRM_PANEL]).expect("created");
    let began = Instant::now();
    for row in (0..times).flat_map(|_| &rows) {
        sink.row(&FIRM_PANEL, row).expect("written");
    }
    let seconds = began.elapsed().as_secs_f64();
    let bytes = sink.seal().expect("sealed").files()[0].bytes;
    Measurement::new("csv/sink", "MB/s", bytes as f64 / seconds / 1e6)
}

/// A run with files beside one that forgets its rows.
fn share(loaded: &Loaded) -> Vec<Measurement> {
    let folder = tempfile::tempdir().expect("a folder");
    let sink = CsvSink::create(folder.path(), tables()).expect("created");
    let mut clocked = Clocked { sink, spent: Duration::ZERO };
    let began = Instant::now();
    carry_out(loaded, &mut clocked);
    let Clocked { sink, mut spent } = clocked;
    let sealing = Instant::now();
    let sealed = sink.seal().expect("sealed");
    spent += sealing.elapsed();
    let with = began.elapsed();
    drop(sealed);
    let began = Instant::now();
    carry_out(loaded, &mut Nowhere);
    let without = began.elapsed();
    vec![
        Measurement::new("csv/run with files", "s", with.as_secs_f64()),
        Measurement::new("csv/run without files", "s", without.as_secs_f64()),
        Measurement::new("csv/share", "%", 100.0 * spent.as_secs_f64() / with.as_secs_f64()),
    ]
}

fn carry_out(loaded: &Loaded, recorder: &mut dyn Recorder) {
    let stop = AtomicBool::new(false);
    run::run(loaded, Options { threads: 1, stop: &stop }, recorder, &mut |_| ()).expect("runs");
}

/// A sink whose time is taken.
struct Clocked {
    sink: CsvSink,
    spent: Duration,
}

impl Recorder for Clocked {
    fn row(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        let began = Instant::now();
        let done = self.sink.row(table, cells);
        self.spent += began.elapsed();
        done
    }
}

/// A cell that keeps its text.
enum Owned {
    Integer(i64),
    Number(f64),
    Text(String),
}

impl Owned {
    fn of(cell: &Cell<'_>) -> Self {
        match cell {
            Cell::Integer(value) => Owned::Integer(*value),
            Cell::Number(value) => Owned::Number(*value),
            Cell::Text(text) => Owned::Text(text.to_string()),
        }
    }

    fn cell(&self) -> Cell<'_> {
        match self {
            Owned::Integer(value) => Cell::Integer(*value),
            Owned::Number(value) => Cell::Number(*value),
            Owned::Text(text) => Cell::Text(text),
        }
    }
}

/// Keeps the rows of the panel of firms.
#[derive(Default)]
struct Kept(Vec<Vec<Owned>>);

impl Recorder for Kept {
    fn row(&mut self, table: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        if table.name == FIRM_PANEL.name {
            self.0.push(cells.iter().map(Owned::of).collect());
        }
        Ok(())
    }
}

/// The panel after a tick.
fn panel(loaded: &Loaded) -> Vec<Vec<Owned>> {
    let params = &loaded.scenario.measurement;
    let mut kept = Kept::default();
    threads(1).install(|| {
        let mut simulation = Simulation::open(loaded);
        simulation.step();
        let mut observer = Observer::new(&simulation.world, params);
        let firms = PanelChoice { firms: true, links: false };
        observer.observe(&simulation.world, params, &[], firms, &mut kept).expect("measured");
    });
    kept.0
}
