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

#[path = "common/sweeping.rs"]
mod sweeping;

use std::str::FromStr;
use std::time::Duration;

use sweeping::{Bench, POINTS, Round, Size};

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // `cargo bench` says so; `cargo test --benches` does not and only wants to see it run.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let size = Size {
        scale: number("TIEXI_BENCH_SCALE", if measured { 0.25 } else { 0.05 }),
        ticks: number("TIEXI_BENCH_TICKS", if measured { 84 } else { 1 }),
        replicates: number("TIEXI_BENCH_REPLICATES", if measured { 10 } else { 1 }),
    };
    let rounds: usize = number("TIEXI_BENCH_ROUNDS", if measured { 3 } else { 1 });
    let bench = Bench::prepare(&size);
    let (runs, cores) = (bench.runs(), bench.cores);
    println!(
        "liaoning.toml at scale {}, {} ticks: {} points, {} replicates, {runs} runs on {cores} cores",
        size.scale,
        size.ticks,
        POINTS.len(),
        size.replicates,
    );
    bench.warm_up();
    println!("round  alone, s a run  at once, s  of alone x cores  sweep, s  of alone x cores  of at once  storage");
    let rounds: Vec<Round> = (0..rounds.max(1))
        .map(|number| {
            let round = bench.measure();
            print_row(&(number + 1).to_string(), &round, runs, cores);
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
    print_row("all", &all, runs * rounds.len(), cores);
    println!("aim: the sweep at least 95 % of alone x cores, storage below 3 % of its time");
}

/// A number from the environment, or what is usual.
fn number<T: FromStr>(variable: &str, usual: T) -> T {
    let text = std::env::var(variable).ok();
    text.map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: `{text}` is not a number")))
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
