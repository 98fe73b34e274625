//! What the tests of the whole model share: scenarios with changes, runs kept in memory, a world
//! that is moved tick by tick, and a little statistics.

// Every test file is a crate of its own and takes what it needs.
#![allow(dead_code)]

pub mod statistics;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use tiexi::indicators::table::Rows;
use tiexi::indicators::tables::{FIRM_PANEL, write_firms};
use tiexi::kernel::draws::Draws;
use tiexi::kernel::record::{Cell, RecordError, Recorder, TableSpec};
use tiexi::mechanisms::Settings;
use tiexi::policy::Programme;
use tiexi::run::{self, Options, Report, RunError};
use tiexi::scenario::{self, Loaded, Override, ScenarioError};
use tiexi::tick::{self, Stopwatch, TickError};
use tiexi::world::World;
use tiexi::world::ledger::BooksError;

/// The folder of the crate.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A shipped scenario with changes, each written as for `--set`.
pub fn scenario<S: AsRef<str>>(name: &str, changes: &[S]) -> Loaded {
    try_scenario(name, changes).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

/// A shipped scenario with changes, unless they are refused.
pub fn try_scenario<S: AsRef<str>>(name: &str, changes: &[S]) -> Result<Loaded, ScenarioError> {
    let overrides: Vec<Override> = changes.iter().map(|change| Override::set(change.as_ref())).collect();
    let path = root().join("scenarios").join(name);
    scenario::load(&path, &overrides)
}

/// One list of changes after another.
pub fn with<'a>(some: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    some.iter().chain(more).copied().collect()
}

/// One cell as a run wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Integer(i64),
    Number(f64),
    Text(String),
}

impl Value {
    fn of(cell: &Cell<'_>) -> Self {
        match cell {
            Cell::Integer(integer) => Value::Integer(*integer),
            // Files know no negative zero.
            Cell::Number(number) => Value::Number(*number + 0.0),
            Cell::Text(text) => Value::Text((*text).to_string()),
        }
    }

    pub fn number(&self) -> f64 {
        match self {
            Value::Integer(integer) => *integer as f64,
            Value::Number(number) => *number,
            Value::Text(text) => panic!("`{text}` is no number"),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            other => panic!("{other:?} is no text"),
        }
    }
}

/// One table of a run, in memory.
#[derive(Debug, Clone, Default)]
pub struct Table {
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    pub fn place(&self, column: &str) -> usize {
        let place = self.columns.iter().position(|name| *name == column);
        place.unwrap_or_else(|| panic!("no column `{column}` in {:?}", self.columns))
    }

    /// All numbers of a column.
    pub fn numbers(&self, column: &str) -> Vec<f64> {
        let place = self.place(column);
        self.rows.iter().map(|row| row[place].number()).collect()
    }

    /// All texts of a column.
    pub fn texts(&self, column: &str) -> Vec<String> {
        let place = self.place(column);
        self.rows.iter().map(|row| row[place].text().to_string()).collect()
    }

    /// The rows at which `column` reads `text`.
    pub fn only(&self, column: &str, text: &str) -> Table {
        let place = self.place(column);
        let rows = self.rows.iter().filter(|row| row[place].text() == text).cloned().collect();
        Table { columns: self.columns.clone(), rows }
    }

    /// The rows of the ticks for which `keep` holds.
    pub fn ticks(&self, keep: impl Fn(i64) -> bool) -> Table {
        let rows = self.rows.iter().filter(|row| keep(row[0].number() as i64)).cloned().collect();
        Table { columns: self.columns.clone(), rows }
    }

    /// The table as CSV with shortest round-trip numbers: equal texts are equal bits.
    pub fn csv(&self) -> String {
        let mut text = self.columns.join(",");
        text.push('\n');
        for row in &self.rows {
            for (place, value) in row.iter().enumerate() {
                text.push_str(if place > 0 { "," } else { "" });
                let _ = match value {
                    Value::Integer(integer) => write!(text, "{integer}"),
                    Value::Number(number) => write!(text, "{number:?}"),
                    Value::Text(word) => write!(text, "{word}"),
                };
            }
            text.push('\n');
        }
        text
    }

    /// Where two tables first differ, in words; none where they are the same, bit by bit.
    pub fn first_difference(&self, other: &Table) -> Option<String> {
        let (ours, theirs) = (self.csv(), other.csv());
        if ours == theirs {
            return None;
        }
        let pair = ours.lines().zip(theirs.lines()).find(|(a, b)| a != b);
        let Some((a, b)) = pair else {
            return Some(format!("{} rows and {} rows", self.rows.len(), other.rows.len()));
        };
        let cells = a.split(',').zip(b.split(',')).zip(&self.columns).find(|((x, y), _)| x != y);
        let tick = a.split(',').next().unwrap_or_default();
        Some(match cells {
            Some(((x, y), column)) => format!("tick {tick}, {column}: {x} and {y}\n  {a}\n  {b}"),
            None => format!("tick {tick}:\n  {a}\n  {b}"),
        })
    }
}

/// Fails with the first difference of two tables.
#[track_caller]
pub fn assert_same(what: &str, ours: &Table, theirs: &Table) {
    if let Some(difference) = ours.first_difference(theirs) {
        panic!("{what} differs: {difference}");
    }
}

/// Keeps the rows of a run; refuses what is not finite, as files do.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    pub tables: BTreeMap<&'static str, Table>,
}

impl Memory {
    pub fn table(&self, name: &str) -> &Table {
        self.tables.get(name).unwrap_or_else(|| panic!("no table `{name}`"))
    }

    pub fn region(&self) -> &Table {
        self.table("region")
    }
}

impl Recorder for Memory {
    fn row(&mut self, spec: &'static TableSpec, cells: &[Cell<'_>]) -> Result<(), RecordError> {
        let broken = spec.columns.iter().zip(cells).find_map(|(column, cell)| match cell {
            Cell::Number(value) if !value.is_finite() => Some((column.name, *value)),
            _ => None,
        });
        if let Some((column, value)) = broken {
            let tick = Value::of(&cells[0]).number() as i64;
            return Err(RecordError::NotFinite { table: spec.name, column, tick, value });
        }
        assert_eq!(cells.len(), spec.columns.len(), "{} has a cell for each column", spec.name);
        let table = self.tables.entry(spec.name).or_default();
        if table.columns.is_empty() {
            table.columns = spec.columns.iter().map(|column| column.name).collect();
        }
        table.rows.push(cells.iter().map(Value::of).collect());
        Ok(())
    }
}

/// Runs a scenario to its end on one thread.
pub fn run(loaded: &Loaded) -> (Memory, Report) {
    run_with(loaded, 1)
}

/// Runs a scenario to its end.
pub fn run_with(loaded: &Loaded, threads: usize) -> (Memory, Report) {
    try_run(loaded, threads).unwrap_or_else(|error| panic!("the run stopped: {error}"))
}

/// Runs a scenario as far as it goes.
pub fn try_run(loaded: &Loaded, threads: usize) -> Result<(Memory, Report), RunError> {
    let stop = AtomicBool::new(false);
    let mut memory = Memory::default();
    let report = run::run(loaded, Options { threads, stop: &stop }, &mut memory, &mut |_| {})?;
    Ok((memory, report))
}

/// The tables of a shipped scenario with changes.
pub fn tables<S: AsRef<str>>(name: &str, changes: &[S]) -> Memory {
    run(&scenario(name, changes)).0
}

/// What the environment sets, or else a default.
pub fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => default,
    }
}

/// Runs the same scenario for several seeds, in parallel; the order is that of the seeds.
pub fn seeds<T: Send>(count: u64, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let next = std::sync::atomic::AtomicU64::new(1);
    let done = std::sync::Mutex::new(BTreeMap::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if seed > count {
                        break;
                    }
                    let result = work(seed);
                    done.lock().expect("no worker failed").insert(seed, result);
                }
            });
        }
    });
    done.into_inner().expect("no worker failed").into_values().collect()
}

/// A world that a test moves by hand.
#[derive(Clone)]
pub struct Lab {
    pub world: World,
    pub settings: Settings,
    pub programmes: Vec<Programme>,
    pub draws: Draws,
    watch: Stopwatch,
}

impl Lab {
    /// The opening state of a shipped scenario with changes.
    pub fn open<S: AsRef<str>>(name: &str, changes: &[S]) -> Self {
        Lab::of(&scenario(name, changes))
    }

    pub fn of(loaded: &Loaded) -> Self {
        let scenario = &loaded.scenario;
        Lab {
            world: run::open(scenario).unwrap_or_else(|error| panic!("{error}")),
            settings: scenario.settings(),
            programmes: scenario.programmes(),
            draws: Draws::new(scenario.seed),
            watch: Stopwatch::default(),
        }
    }

    pub fn step(&mut self) -> Result<(), TickError> {
        tick::step(&mut self.world, &self.settings, &self.programmes, &self.draws, &mut self.watch)
    }

    /// A tick that may break the books, and nothing else.
    #[track_caller]
    pub fn try_tick(&mut self) -> Result<(), BooksError> {
        match self.step() {
            Ok(()) => Ok(()),
            Err(TickError::Books(error)) => Err(error),
            Err(other) => panic!("{other}"),
        }
    }

    #[track_caller]
    pub fn tick(&mut self) {
        self.try_tick().unwrap_or_else(|error| panic!("{error}"));
    }

    #[track_caller]
    pub fn ticks(&mut self, count: u32) {
        (0..count).for_each(|_| self.tick());
    }

    /// The firm panel of the present tick.
    pub fn panel(&self) -> Table {
        let mut memory = Memory::default();
        let mut rows = Rows { tick: self.world.clock.tick, recorder: &mut memory };
        write_firms(&self.world, &mut rows).expect("finite");
        memory.tables.remove(FIRM_PANEL.name).unwrap_or_default()
    }
}

/// All Rust files below a folder of the crate, with their path from the crate's root.
pub fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    gather(&root().join(folder), &mut found);
    found.sort();
    found
}

fn gather(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("folder of the crate") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            gather(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            found.push((name, std::fs::read_to_string(&path).expect("readable")));
        }
    }
}
