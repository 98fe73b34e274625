//! A small sweep beside the same runs alone: what `benches/sweep.rs` prints and `benches/results` records.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tiexi::experiment::store::Index;
use tiexi::experiment::sweep::{Folder, Sweep};
use tiexi::experiment::watch::Watch;
use tiexi::experiment::{plan, tables};
use tiexi::run::{self, Options};
use tiexi::scenario::{self, Loaded, Override};

const KEY: &str = "finance.debt_limit";
/// Points of the sweep.
pub const POINTS: [f64; 4] = [1.0, 2.0, 3.0, 4.0];
const INDICATORS: [&str; 2] = ["value_added_per_worker", "high_end_share"];

/// How large the measured sweep is.
pub struct Size {
    /// Simulated firms per real firm.
    pub scale: f64,
    /// Ticks of a run.
    pub ticks: u32,
    /// Runs of a point.
    pub replicates: u32,
}

/// What one round took.
pub struct Round {
    /// All runs one after the other.
    pub alone: Duration,
    /// The same runs on all cores without a sweep around them.
    pub at_once: Duration,
    /// The sweep from the empty folder to the tables.
    pub sweep: Duration,
    /// Part of it in records and tables.
    pub storage: Duration,
}

/// A sweep and its single runs, ready to be measured.
pub struct Bench {
    folder: TempDir,
    sweep: Sweep,
    runs: Vec<Loaded>,
    /// Cores that the sweep uses.
    pub cores: usize,
}

impl Bench {
    /// Writes and reads the plan.
    pub fn prepare(size: &Size) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = write_plan(folder.path(), size);
        let plan = plan::load(&plan).unwrap_or_else(|error| panic!("{}", error.render(false)));
        let sweep = Sweep::new(&plan, None);
        let runs = (0..sweep.len()).map(|at| load(&sweep, at, size)).collect();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Bench { folder, sweep, runs, cores }
    }

    /// Number of runs.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// One run that is not measured.
    pub fn warm_up(&self) {
        carry_out(&self.runs[0]);
    }

    /// One round.
    pub fn measure(&self) -> Round {
        measure(self.folder.path(), &self.sweep, &self.runs, self.cores)
    }
}

fn scenario_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/liaoning.toml")
}

fn write_plan(folder: &Path, size: &Size) -> PathBuf {
    let text = format!(
        "base = {:?}\nreplicates = {}\n[set]\nscale = {:?}\ntime.ticks = {}\n[[factor]]\nkey = {KEY:?}\nvalues = \
         {POINTS:?}\n[output]\nindicators = {INDICATORS:?}\nevery = 4\n",
        scenario_file(),
        size.replicates,
        size.scale,
        size.ticks
    );
    let path = folder.join("plan.toml");
    std::fs::write(&path, text).expect("written");
    path
}

/// The scenario of a run of the sweep, as `tiexi run` would read it.
fn load(sweep: &Sweep, at: usize, size: &Size) -> Loaded {
    let run = sweep.run(at);
    let changes = [
        format!("scale={:?}", size.scale),
        format!("time.ticks={}", size.ticks),
        format!("{KEY}={}", run.values[0]),
        format!("seed={}", run.seed),
    ];
    let changes: Vec<Override> = changes.iter().map(|text| Override::labelled("--set", text.as_str())).collect();
    scenario::load(&scenario_file(), &changes).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

/// A single run on one thread, with the indicators of the sweep.
fn carry_out(loaded: &Loaded) {
    let stop = AtomicBool::new(false);
    let wanted = |tick: u32| tick.is_multiple_of(4);
    let mut watch = Watch::new(&INDICATORS, &wanted);
    run::run(loaded, Options { threads: 1, stop: &stop }, &mut watch, &mut |_| ()).expect("runs");
    assert!(!watch.rows.is_empty());
}

fn measure(folder: &Path, sweep: &Sweep, runs: &[Loaded], cores: usize) -> Round {
    let began = Instant::now();
    runs.iter().for_each(carry_out);
    let alone = began.elapsed();
    let at_once = at_once(runs, cores);
    let output = folder.join("sweep");
    let (sweep, storage) = swept(&output, sweep, cores);
    std::fs::remove_dir_all(&output).expect("removed");
    Round { alone, at_once, sweep, storage }
}

/// The same runs on all cores, each taking the next one.
fn at_once(runs: &[Loaded], cores: usize) -> Duration {
    let (began, next) = (Instant::now(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                while let Some(loaded) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    carry_out(loaded);
                }
            });
        }
    });
    began.elapsed()
}

/// The sweep from the empty folder to the tables: its time, and how much of it is storage.
fn swept(output: &Path, sweep: &Sweep, cores: usize) -> (Duration, Duration) {
    let (began, stop) = (Instant::now(), AtomicBool::new(false));
    let folder = Folder::take(output, sweep, false).expect("taken");
    let worked = folder.work(sweep, cores, false, &stop, |_| ()).expect("swept");
    assert_eq!(worked.count.ok, sweep.len());
    let runs_done = Instant::now();
    tables::write(&folder, sweep, &Index::read(output).expect("read")).expect("written");
    (began.elapsed(), worked.storing + runs_done.elapsed())
}
