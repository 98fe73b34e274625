//! Firms times threads: what a firm costs in time and memory, from four thousand to a million.
//!
//! ```sh
//! cargo bench --bench scale
//! TIEXI_BENCH_SCALES=1,25 TIEXI_BENCH_THREADS=1,2,4 TIEXI_BENCH_TICKS=8 cargo bench --bench scale
//! ```
//!
//! Scale 1 is Liaoning 1:1, 4,209 firms; 25 and 250 are about 105 thousand and a million. The figures
//! per firm stand below the table of divan.

mod common;
#[path = "common/environment.rs"]
mod environment;

use std::fmt;
use std::sync::Mutex;
use std::time::Instant;

use common::{Simulation, load, threads};
use environment::list;
use tiexi::world::firms::Firms;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SCENARIO: &str = "liaoning.toml";
/// Firms from which the memory of the process says something about a firm.
const MANY: usize = 50_000;

/// One case of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Case {
    scale: f64,
    threads: usize,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scale {}, threads {}", self.scale, self.threads)
    }
}

/// What was measured of a case.
struct Figures {
    case: Case,
    firms: usize,
    fields: usize,
    opening_seconds: f64,
    nanoseconds: f64,
    resident: Option<f64>,
}

static FIGURES: Mutex<Vec<Figures>> = Mutex::new(Vec::new());

fn main() {
    divan::main();
    report(&FIGURES.lock().expect("no thread died"));
}

/// All cases; only the smallest where nothing is to be measured (`cargo test --benches`).
fn cases() -> Vec<Case> {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let scales = list("TIEXI_BENCH_SCALES", if measured { "1,25,250" } else { "0.05" });
    let threads: Vec<usize> = list("TIEXI_BENCH_THREADS", "1,2");
    scales.iter().flat_map(|scale| threads.iter().map(|threads| Case { scale: *scale, threads: *threads })).collect()
}

/// Ticks of a world of each size; the counter is firms times ticks.
#[divan::bench(args = cases(), sample_count = 1, sample_size = 1)]
fn ticks(bencher: divan::Bencher<'_, '_>, case: Case) {
    let ticks: u32 = list("TIEXI_BENCH_TICKS", "4")[0];
    let pool = threads(case.threads);
    let loaded = load(SCENARIO, &[format!("scale={:?}", case.scale)]);
    let before = resident();
    let began = Instant::now();
    let mut simulation = pool.install(|| Simulation::open(&loaded));
    let opening_seconds = began.elapsed().as_secs_f64();
    let (firms, fields) = (simulation.world.firms.len(), simulation.world.firms.fields);
    let mut seconds = f64::INFINITY;
    bencher.counter(divan::counter::ItemsCount::new(firms * ticks as usize)).bench_local(|| {
        let began = Instant::now();
        pool.install(|| (0..ticks).for_each(|_| simulation.step()));
        seconds = seconds.min(began.elapsed().as_secs_f64());
    });
    let nanoseconds = seconds * 1e9 / (firms as f64 * f64::from(ticks));
    let resident = resident().zip(before).map(|(now, before)| (now - before) / firms as f64);
    let figures = Figures { case, firms, fields, opening_seconds, nanoseconds, resident };
    FIGURES.lock().expect("no thread died").push(figures);
}

/// Resident memory of this process in bytes, where the system tells.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kilobytes| kilobytes * 1024.0)
}

fn report(figures: &[Figures]) {
    if figures.is_empty() {
        return;
    }
    println!("\n   scale      firms  threads  opening s  ns per firm and tick  bytes of state  bytes resident");
    for f in figures {
        let state = Firms::bytes_per_firm(f.fields);
        let resident = f.resident.filter(|_| f.firms >= MANY).map_or_else(|| "-".to_string(), |b| format!("{b:.0}"));
        println!(
            "{:>8} {:>10} {:>8} {:>10.2} {:>21.0} {state:>15} {resident:>15}",
            f.case.scale, f.firms, f.case.threads, f.opening_seconds, f.nanoseconds
        );
    }
    println!(
        "bytes per firm: the columns of the firm table, and what the process grew by (meaningful for large scales)"
    );
}
