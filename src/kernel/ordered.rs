//! Ordered parallel work: the same result for any number of threads.
//!
//! Firms are worked on in fixed chunks of [`CHUNK`] rows. What a chunk returns is folded in the
//! order of the chunks, so sums of floating-point numbers do not depend on scheduling.

use rayon::prelude::*;

/// Rows of one chunk of parallel work.
pub const CHUNK: usize = 256;

/// Chunks that one thread takes at the least.
pub const MIN_CHUNKS: usize = 4;

/// Rows that one thread takes at the least where work goes row by row.
pub const MIN_ROWS: usize = MIN_CHUNKS * CHUNK;

/// Below this many rows the work is done by the calling thread: handing it out would cost more
/// than it saves. Results do not depend on it.
pub const PARALLEL_FROM: usize = 8 * CHUNK;

/// Maps `work` over the chunks of `0..rows` and folds the results in order into `total`.
pub fn fold_chunks<T, W, F>(rows: usize, total: &mut T, work: W, mut fold: F)
where
    T: Send,
    W: Fn(std::ops::Range<usize>) -> T + Sync,
    F: FnMut(&mut T, T),
{
    let range = |c: usize| c * CHUNK..((c + 1) * CHUNK).min(rows);
    let chunks = rows.div_ceil(CHUNK);
    if rows < PARALLEL_FROM || rayon::current_num_threads() == 1 {
        (0..chunks).for_each(|c| fold(total, work(range(c))));
        return;
    }
    let parts: Vec<T> = (0..chunks).into_par_iter().map(|c| work(range(c))).collect();
    parts.into_iter().for_each(|part| fold(total, part));
}

/// Sum of `value(row)` over `0..rows`, the same for any number of threads.
pub fn sum(rows: usize, value: impl Fn(usize) -> f64 + Sync) -> f64 {
    let mut total = 0.0;
    fold_chunks(rows, &mut total, |range| range.map(&value).sum::<f64>(), |a, b| *a += b);
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_do_not_depend_on_the_number_of_threads() {
        let value = |i: usize| ((i * 7919) as f64).sin() * 1e10 + 1.0 / (i + 1) as f64;
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| sum(100_003, value)).to_bits()
        };
        let one = with(1);
        assert!([2, 3, 5, 8].into_iter().all(|threads| with(threads) == one));
    }
}
