//! How often the steady state asks for memory: allocations and bytes per tick.
//!
//! ```sh
//! cargo bench --bench allocations
//! TIEXI_BENCH_SCALES=1,25 TIEXI_BENCH_THREADS=1,2 cargo bench --bench allocations
//! ```
//!
//! The counting allocator stands before that of the system, which must not be that of the other benchmarks; what
//! the program asks for does not depend on who serves it. Prints lines of numbers that `benches/results` reads:
//! quantity, unit, scale, firms, threads, value.

mod common;
#[path = "common/environment.rs"]
mod environment;
#[path = "common/nowhere.rs"]
mod nowhere;

use std::alloc::System;

use common::{Simulation, load, threads};
use environment::list;
use nowhere::Nowhere;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tiexi::indicators::{Observer, PanelChoice};
use tiexi::tick::Stopwatch;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Allocations, those that grow what was there included, and their bytes.
#[derive(Default)]
struct Count {
    allocations: usize,
    bytes: usize,
}

impl Count {
    fn add(&mut self, region: &Region<'_, System>) {
        let change = region.change();
        self.allocations += change.allocations + change.reallocations;
        self.bytes += change.bytes_allocated;
    }
}

/// Requests for memory so far.
fn requests() -> u64 {
    let now = ALLOCATOR.stats();
    (now.allocations + now.reallocations) as u64
}

fn main() {
    // `cargo bench` says so; `cargo test --benches` does not and only wants to see it run.
    let measured = std::env::args().any(|argument| argument == "--bench");
    for scale in list::<f64>("TIEXI_BENCH_SCALES", if measured { "1" } else { "0.05" }) {
        for count in list::<usize>("TIEXI_BENCH_THREADS", "1,2") {
            // The first years find their buffers; the steady state comes after.
            let years = if measured { (200.0 / scale).clamp(4.0, 40.0) as u32 / 4 } else { 1 };
            count_ticks(scale, count, 4 * years);
            if count == 1 {
                count_standing(scale, 4 * years);
            }
        }
    }
}

/// Counts as many ticks as went before uncounted.
fn count_ticks(scale: f64, count: usize, ticks: u32) {
    let loaded = load("liaoning.toml", &[format!("scale={scale:?}")]);
    let (params, pool) = (&loaded.scenario.measurement, threads(count));
    let mut simulation = pool.install(|| Simulation::open(&loaded));
    let mut observer = Observer::new(&simulation.world, params);
    let (mut stepping, mut measuring) = (Count::default(), Count::default());
    for tick in 0..2 * ticks {
        if tick == ticks {
            simulation.watch = Stopwatch::with_meter(requests);
        }
        let region = Region::new(ALLOCATOR);
        pool.install(|| simulation.step());
        if tick >= ticks {
            stepping.add(&region);
        }
        let region = Region::new(ALLOCATOR);
        let seen =
            pool.install(|| observer.observe(&simulation.world, params, &[], PanelChoice::default(), &mut Nowhere));
        seen.expect("measured");
        if tick >= ticks {
            measuring.add(&region);
        }
    }
    let firms = simulation.world.firms.len();
    let per_tick = |sum: usize| sum as f64 / f64::from(ticks);
    let watch = &simulation.watch;
    for ((phase, _), requests) in watch.phases.iter().zip(&watch.metered).filter(|_| count == 1) {
        println!("allocations/in {phase},allocations per tick,{scale},{firms},1,{}", per_tick(*requests as usize));
    }
    for (name, Count { allocations, bytes }) in [("tick", stepping), ("measurement", measuring)] {
        println!("allocations/{name},allocations per tick,{scale},{firms},{count},{}", per_tick(allocations));
        println!("allocations/{name} bytes,bytes per tick,{scale},{firms},{count},{}", per_tick(bytes));
    }
}

/// Counts as many ticks, on one thread, of a region in which nobody enters or leaves and nothing moves but by luck: lists
/// grow no more.
fn count_standing(scale: f64, ticks: u32) {
    let loaded = load("stationary.toml", &[format!("scale={scale:?}"), "demography.enabled=false".to_string()]);
    let pool = threads(1);
    let mut simulation = pool.install(|| Simulation::open(&loaded));
    let mut standing = Count::default();
    for tick in 0..2 * ticks {
        let region = Region::new(ALLOCATOR);
        pool.install(|| simulation.step());
        if tick >= ticks {
            standing.add(&region);
        }
    }
    let per_tick = standing.allocations as f64 / f64::from(ticks);
    let firms = simulation.world.firms.len();
    println!("allocations/standing,allocations per tick,{scale},{firms},1,{per_tick}");
}
