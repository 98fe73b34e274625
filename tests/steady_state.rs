//! A tick asks for no memory where nothing grows: lists that are filled anew are kept from tick to tick.

mod support;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use support::Lab;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Ticks that find their lists, and as many that are counted.
const TICKS: u32 = 40;

/// Requests for memory, growing included, in the later half of a run on one thread.
fn requests(scenario: &str, changes: &[&str]) -> usize {
    let mut lab = Lab::open(scenario, changes);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    pool.install(|| {
        lab.ticks(TICKS);
        let region = Region::new(ALLOCATOR);
        lab.ticks(TICKS);
        let change = region.change();
        change.allocations + change.reallocations
    })
}

/// Where nobody enters or leaves, some lists may still find that they are a little short; where firms come and go, the lists
/// of firms grow with them, and are counted.
#[test]
fn a_tick_asks_for_no_memory_where_nothing_grows() {
    let standing = requests("stationary.toml", &["scale=0.35", "demography.enabled=false"]);
    let growing = requests("liaoning.toml", &["scale=0.35"]);
    println!("{standing} requests in {TICKS} ticks where nobody enters, {growing} in a growing region");
    assert!(standing <= TICKS as usize / 8, "{standing}");
    assert!(growing <= 6 * TICKS as usize, "{growing}");
    assert!(growing > standing, "what grows is counted");
}
