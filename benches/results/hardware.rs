//! What the hardware would allow: memory, and a kernel that has nothing of the model but its access to memory.

use std::hint::black_box;
use std::time::Instant;

use rayon::prelude::*;
use tiexi::kernel::draws::{Draws, Key, Small, Stream};
use tiexi::kernel::ordered;

use crate::Case;
use crate::common::threads;
use crate::record::table::Measurement;

/// Bytes of a copied block: larger than caches.
const BLOCK: usize = 512 << 20;
/// Firms of the real region.
const FIRMS: f64 = 4_209.0;
/// Rows of one chunk of the kernel.
const CHUNK: usize = 1_024;

/// Bandwidth of a copy, bytes read plus bytes written, and the time of a random access.
pub fn memory(case: &Case) -> Vec<Measurement> {
    let bytes = if case.tiny { 1 << 16 } else { BLOCK };
    let from: Vec<u64> = (0..bytes as u64 / 8).collect();
    let mut found: Vec<Measurement> = case.threads.iter().map(|threads| copy(&from, *threads)).collect();
    found.push(gather(&from, if case.tiny { 1_000 } else { 20_000_000 }));
    found
}

fn copy(from: &[u64], count: usize) -> Measurement {
    let pool = threads(count);
    let mut to = vec![1; from.len()];
    let part = from.len().div_ceil(count);
    let mut seconds = f64::INFINITY;
    // The first pass wakes threads and pages; the best of a few is what memory can do.
    for _ in 0..5 {
        let began = Instant::now();
        pool.install(|| {
            to.par_chunks_mut(part).zip(from.par_chunks(part)).for_each(|(to, from)| to.copy_from_slice(from))
        });
        seconds = seconds.min(began.elapsed().as_secs_f64());
        black_box(&to);
    }
    Measurement::new("hardware/copy", "GB/s", 2.0 * size_of_val(from) as f64 / seconds / 1e9).on(count)
}

/// Independent reads of eight bytes at random places.
fn gather(from: &[u64], reads: usize) -> Measurement {
    let mut small = Small::new(3);
    let began = Instant::now();
    let sum = (0..reads).fold(0, |sum: u64, _| sum.wrapping_add(from[small.index(from.len())]));
    let nanoseconds = began.elapsed().as_secs_f64() * 1e9 / reads as f64;
    black_box(sum);
    Measurement::new("hardware/random read of 8 bytes", "ns", nanoseconds)
}

/// Agents that innovate, learn from a random peer and grow with their fitness: columns of numbers, one draw each.
struct Kernel {
    level: Vec<f32>,
    next: Vec<f32>,
    share: Vec<f32>,
}

impl Kernel {
    fn new(agents: usize) -> Self {
        Kernel { level: vec![0.0; agents], next: vec![0.0; agents], share: vec![1.0; agents] }
    }

    fn step(&mut self, key: Key) {
        let Kernel { level, next, share } = self;
        let agents = level.len();
        next.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, next)| {
            for (at, next) in next.iter_mut().enumerate() {
                let me = chunk * CHUNK + at;
                let mut small = key.of(me as u64);
                let found = if small.uniform() < 0.1 { 0.06 } else { 0.0 };
                let lead = level[small.index(agents)] - level[me];
                *next = level[me] + found + 0.05 * lead.max(0.0);
            }
        });
        let mean = ordered::sum(agents, |at| f64::from(share[at] * next[at])) / agents as f64;
        let grow = |(share, next): (&mut f32, &f32)| *share *= 1.0 + 0.1 * (*next - mean as f32);
        share.par_iter_mut().zip(&*next).with_min_len(CHUNK).for_each(grow);
        std::mem::swap(level, next);
    }
}

/// The kernel at a scale, by threads.
pub fn reference(case: &Case) -> Vec<Measurement> {
    let agents = (case.scale * FIRMS) as usize;
    let ticks = if case.tiny { 1 } else { (4e7 / agents as f64).clamp(8.0, 2_000.0) as u32 };
    let draws = Draws::new(1);
    let on = |count: &usize| {
        let mut kernel = Kernel::new(agents);
        let pool = threads(*count);
        let mut run = |from: u32, ticks: u32| {
            pool.install(|| (from..from + ticks).for_each(|tick| kernel.step(draws.key(Stream(3), tick))));
        };
        run(0, 1);
        let began = Instant::now();
        run(1, ticks);
        let nanoseconds = began.elapsed().as_secs_f64() * 1e9 / (f64::from(ticks) * agents as f64);
        black_box(&kernel.share);
        Measurement::new("reference/kernel", "ns per agent and tick", nanoseconds).of(case.scale, agents).on(*count)
    };
    case.threads.iter().map(on).collect()
}
