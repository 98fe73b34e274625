//! Liaoning 1:1 on one thread: the opening state, a tick and its phases, measurement, a whole run.
//!
//! ```sh
//! cargo bench --bench tick
//! ```
//!
//! The table of phases comes first, then what divan measured.

mod common;
#[path = "common/nowhere.rs"]
mod nowhere;

use std::sync::atomic::AtomicBool;

use common::{Simulation, load, threads};
use nowhere::Nowhere;
use tiexi::indicators::{Observer, PanelChoice};
use tiexi::run::{self, Options};

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SCENARIO: &str = "liaoning.toml";
/// Ticks over which the phases are averaged.
const TICKS: u32 = 84;

fn main() {
    // `cargo bench` says so; `cargo test --benches` does not and only wants to see them run.
    if std::env::args().any(|argument| argument == "--bench") {
        threads(1).install(phases);
    }
    divan::main();
}

/// Prints the time per phase of the tick, as a mean over a run.
fn phases() {
    let mut simulation = Simulation::open(&load(SCENARIO, &[]));
    (0..TICKS).for_each(|_| simulation.step());
    let firms = simulation.world.firms.len();
    let times: Vec<(&str, f64)> =
        simulation.watch.phases.iter().map(|(name, time)| (*name, time.as_secs_f64() / f64::from(TICKS))).collect();
    let total: f64 = times.iter().map(|(_, time)| time).sum();
    println!("phase of the tick           us per tick   share  ({SCENARIO}, {firms} firms, 1 thread)");
    for (name, time) in times.iter().chain([&("all", total)]) {
        println!("{name:<26} {:>12.0} {:>6.1} %", time * 1e6, 100.0 * time / total);
    }
    println!();
}

/// From tables to 4,209 firms with their books at rest.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn opening_state(bencher: divan::Bencher<'_, '_>) {
    let loaded = load(SCENARIO, &[]);
    let pool = threads(1);
    bencher.bench(|| pool.install(|| run::open(&loaded.scenario)));
}

/// One tick after the other.
#[divan::bench(sample_count = 84, sample_size = 1)]
fn tick(bencher: divan::Bencher<'_, '_>) {
    let pool = threads(1);
    let mut simulation = Simulation::open(&load(SCENARIO, &[]));
    bencher.bench_local(|| pool.install(|| simulation.step()));
}

/// All tables of one tick, without writing them.
#[divan::bench(sample_count = 84, sample_size = 1)]
fn measurement(bencher: divan::Bencher<'_, '_>) {
    let (pool, loaded) = (threads(1), load(SCENARIO, &[]));
    let params = &loaded.scenario.measurement;
    let mut simulation = Simulation::open(&loaded);
    let mut observer = Observer::new(&simulation.world, params);
    simulation.step();
    let mut observe =
        || observer.observe(&simulation.world, params, &[], PanelChoice::default(), &mut Nowhere).expect("measured");
    bencher.bench_local(|| pool.install(&mut observe));
}

/// 84 ticks from the opening state on, measured, without writing.
#[divan::bench(sample_count = 5, sample_size = 1, args = [1, 2])]
fn run_of_84_ticks(bencher: divan::Bencher<'_, '_>, threads: usize) {
    let loaded = load(SCENARIO, &[]);
    let stop = AtomicBool::new(false);
    bencher.bench_local(|| {
        run::run(&loaded, Options { threads, stop: &stop }, &mut Nowhere, &mut |_| ()).expect("runs").world.firms.len()
    });
}
