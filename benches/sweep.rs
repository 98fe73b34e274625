//! What a sweep makes of the cores: its runs beside the same runs alone, one after the other.
//!
//! ```sh
//! cargo bench --bench sweep
//! TIEXI_BENCH_SCALE=0.25 TIEXI_BENCH_REPLICATES=10 TIEXI_BENCH_ROUNDS=3 cargo bench --bench sweep
//! ```
//!
//! *Alone* is the speed of single runs on one thread while nothing else runs. *At once* are the same runs
//! on all cores without a sweep around them: what is missing there, the machine takes (memory, threads
//! that share a core, a clock that slows down), not the program. *Sweep* is all that `tiexi sweep` does,
//! from the empty folder to the tables; storage is its time in records and tables. The machine must be
//! idle, or the figures mean nothing.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tiexi::experiment::store::Index;
use tiexi::experiment::sweep::{Folder, Sweep};
use tiexi::experiment::watch::Watch;
use tiexi::experiment::{plan, tables};
use tiexi::run::{self, Options};
use tiexi::scenario::{self, Loaded, Override};

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const KEY: &str = "finance.debt_limit";
const POINTS: [f64; 4] = [1.0, 2.0, 3.0, 4.0];
const INDICATORS: [&str; 2] = ["value_added_per_worker", "high_end_share"];

/// How large the measured sweep is.
struct Size {
    scale: f64,
    ticks: u32,
    replicates: u32,
    rounds: usize,
}

/// What one round took.
struct Round {
    /// All runs one after the other.
    alone: Duration,
    at_once: Duration,
    sweep: Duration,
    storage: Duration,
}

fn main() {
    // `cargo bench` says so; `cargo test --benches` does not and only wants to see it run.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let size = Size {
        scale: number("TIEXI_BENCH_SCALE", if measured { 0.25 } else { 0.05 }),
        ticks: number("TIEXI_BENCH_TICKS", if measured { 84 } else { 1 }),
        replicates: number("TIEXI_BENCH_REPLICATES", if measured { 10 } else { 1 }),
        rounds: number("TIEXI_BENCH_ROUNDS", if measured { 3 } else { 1 }),
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let folder = tempfile::tempdir().expect("a folder");
    let plan = write_plan(folder.path(), &size);
    let sweep = Sweep::new(&plan::load(&plan).unwrap_or_else(|error| panic!("{}", error.render(false))), None);
    let runs: Vec<Loaded> = (0..sweep.len()).map(|at| load(&sweep, at, &size)).collect();
    println!(
        "liaoning.toml at scale {}, {} ticks: {} points, {} replicates, {} runs on {cores} cores",
        size.scale,
        size.ticks,
        POINTS.len(),
        size.replicates,
        runs.len()
    );
    carry_out(&runs[0]);
    println!("round  alone, s a run  at once, s  of alone x cores  sweep, s  of alone x cores  of at once  storage");
    let rounds: Vec<Round> = (0..size.rounds.max(1))
        .map(|number| {
            let round = measure(folder.path(), &sweep, &runs, cores);
            print_row(&(number + 1).to_string(), &round, runs.len(), cores);
            round
        })
        .collect();
    let sum = |of: fn(&Round) -> Duration| rounds.iter().map(of).sum();
    let all = Round {
        alone: sum(|round| round.alone),
        at_once: sum(|round| round.at_once),
        sweep: sum(|round| round.sweep),
        storage: sum(|round| round.storage),
    };
    print_row("all", &all, runs.len() * rounds.len(), cores);
    println!("aim: the sweep at least 95 % of alone x cores, storage below 3 % of its time");
}

/// A number from the environment, or what is usual.
fn number<T: FromStr>(variable: &str, usual: T) -> T {
    let text = std::env::var(variable).ok();
    text.map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: `{text}` is not a number")))
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

fn print_row(name: &str, round: &Round, runs: usize, cores: usize) {
    let seconds = |time: Duration| time.as_secs_f64();
    let of_cores = |time: Duration| 100.0 * seconds(round.alone) / (cores as f64 * seconds(time));
    println!(
        "{name:>5} {:>15.3} {:>11.2} {:>15.1} % {:>9.2} {:>15.1} % {:>9.1} % {:>6.2} %",
        seconds(round.alone) / runs as f64,
        seconds(round.at_once),
        of_cores(round.at_once),
        seconds(round.sweep),
        of_cores(round.sweep),
        100.0 * seconds(round.at_once) / seconds(round.sweep),
        100.0 * seconds(round.storage) / seconds(round.sweep)
    );
}
