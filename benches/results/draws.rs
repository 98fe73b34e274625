//! Random numbers as the mechanisms draw them.

use std::hint::black_box;
use std::time::Instant;

use tiexi::kernel::draws::{Draws, Key, Stream, beta_three_three, normal, poisson};
use tiexi::kernel::ids::FirmId;

use crate::Case;
use crate::record::table::Measurement;

/// Firms that draw, and how often all of them do.
const FIRMS: u64 = 4_096;

/// One round.
pub fn measure(case: &Case) -> Vec<Measurement> {
    let times = if case.tiny { 1 } else { 500 };
    let ids: Vec<FirmId> = (0..FIRMS).map(|ordinal| FirmId::new(0, 0, ordinal)).collect();
    let draws = Draws::new(1);
    let timed = |name: &str, draw: &dyn Fn(Key) -> f64| {
        let began = Instant::now();
        for tick in 0..times {
            black_box(draw(draws.key(Stream(7), tick)));
        }
        let nanoseconds = began.elapsed().as_secs_f64() * 1e9 / (f64::from(times) * FIRMS as f64);
        Measurement::new(format!("draws/{name}"), "ns", nanoseconds)
    };
    let sum = |of: fn(u64) -> f64| move |key: Key| -> f64 { ids.iter().map(|id| of(key.firm(*id).word())).sum() };
    let key = || {
        let began = Instant::now();
        let all = times * 100;
        (0..all).for_each(|tick| {
            black_box(draws.key(Stream(7), tick));
        });
        Measurement::new("draws/key of a stream and tick", "ns", began.elapsed().as_secs_f64() * 1e9 / f64::from(all))
    };
    vec![
        timed("word of a firm", &sum.clone()(|word| (word >> 32) as f64)),
        timed("normal of a firm", &sum.clone()(normal)),
        timed("beta of a firm", &sum.clone()(beta_three_three)),
        timed("poisson of a firm", &sum(|word| f64::from(poisson(tiexi::kernel::draws::uniform(word), 0.1, 9)))),
        key(),
    ]
}
