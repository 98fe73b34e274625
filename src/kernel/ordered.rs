//! Ordered parallel work: the same result for any number of threads.
//!
//! Firms are worked on in fixed chunks of [`CHUNK`] rows. What a chunk returns is folded in the
//! order of the chunks, so sums of floating-point numbers do not depend on scheduling.
//!
//! Sums that firms feel are taken over [`Chunks`] instead, which ids decide and not places: one firm
//! more or less, wherever it stands, then leaves every partial sum of the others as it is.

use std::sync::Arc;

use rayon::prelude::*;

use crate::kernel::ids::FirmId;

/// Rows of one chunk of parallel work.
pub const CHUNK: usize = 256;

/// Chunks that one thread takes at the least.
pub const MIN_CHUNKS: usize = 4;

/// Rows that one thread takes at the least where work goes row by row.
pub const MIN_ROWS: usize = MIN_CHUNKS * CHUNK;

/// Below this many rows the work is done by the calling thread: handing it out would cost more
/// than it saves. Results do not depend on it.
pub const PARALLEL_FROM: usize = 8 * CHUNK;

/// Ticks whose newcomers are summed together.
const COHORT: u32 = 4;

/// Rows that are summed together: a block of the opening population, or what four ticks have brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunks(Arc<[std::ops::Range<usize>]>);

impl Chunks {
    /// Chunks of the rows with these ids, which increase.
    pub fn of(ids: &[FirmId]) -> Self {
        let key = |id: &FirmId| match id.birth_tick() {
            0 => (0, id.block()),
            tick => (tick.div_ceil(COHORT), 0),
        };
        let (mut ranges, mut start) = (Vec::new(), 0);
        while let Some(first) = ids.get(start).map(key) {
            let end = start + ids[start..].partition_point(|id| key(id) == first);
            ranges.push(start..end);
            start = end;
        }
        Chunks(ranges.into())
    }

    /// Cuts a column into its chunks.
    pub fn split<'a, T>(&self, column: &'a [T]) -> Vec<&'a [T]> {
        self.0.iter().map(|range| &column[range.clone()]).collect()
    }

    /// Cuts a column into its chunks, to write to.
    pub fn split_mut<'a, T>(&self, column: &'a mut [T]) -> Vec<&'a mut [T]> {
        let mut rest = column;
        let cut = |range: &std::ops::Range<usize>| {
            let (chunk, later) = std::mem::take(&mut rest).split_at_mut(range.len());
            rest = later;
            chunk
        };
        self.0.iter().map(cut).collect()
    }

    /// Maps `work` over the chunks and folds the results in order into `total`.
    pub fn fold<T, W, F>(&self, total: &mut T, work: W, mut fold: F)
    where
        T: Send,
        W: Fn(std::ops::Range<usize>) -> T + Sync,
        F: FnMut(&mut T, T),
    {
        let rows = self.0.last().map_or(0, |last| last.end);
        if rows < PARALLEL_FROM || rayon::current_num_threads() == 1 {
            self.0.iter().for_each(|range| fold(total, work(range.clone())));
            return;
        }
        let parts: Vec<T> = self.0.par_iter().map(|range| work(range.clone())).collect();
        parts.into_iter().for_each(|part| fold(total, part));
    }

    /// Sum of `value(row)` over all rows.
    pub fn sum(&self, value: impl Fn(usize) -> f64 + Sync) -> f64 {
        let mut total = 0.0;
        self.fold(&mut total, |range| range.map(&value).sum::<f64>(), |a, b| *a += b);
        total
    }
}

/// Lets `write` put down what each item of the work brings, in parallel. Which items share a list depends on the threads;
/// all lists one after the other are in the order of the work, and mean nothing but that.
pub fn lists<I, L>(work: I, write: impl Fn(&mut L, I::Item) + Sync + Send) -> Vec<L>
where
    I: ParallelIterator,
    L: Default + Send,
{
    let written = work.fold(L::default, |mut list, item| {
        write(&mut list, item);
        list
    });
    written.collect()
}

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
    fn a_firm_more_leaves_all_other_partial_sums_alone() {
        let ids = |tick: u32, firms: u64| (0..firms).map(move |ordinal| FirmId::new(tick, 0, ordinal));
        let some: Vec<FirmId> = ids(0, 600).chain(ids(1, 10)).chain(ids(4, 300)).chain(ids(5, 10)).collect();
        let chunks = Chunks::of(&some);
        assert_eq!(*chunks.0, [0..256, 256..512, 512..600, 600..910, 910..920]);
        let value =
            |id: &FirmId| if *id == FirmId::new(0, 0, 600) { 0.0 } else { 1.0 / (id.number() % 977 + 1) as f64 };
        let sum = |ids: &[FirmId]| Chunks::of(ids).sum(|row| value(&ids[row])).to_bits();
        let more: Vec<FirmId> = ids(0, 601).chain(ids(1, 10)).chain(ids(4, 300)).chain(ids(5, 10)).collect();
        assert_eq!(sum(&some), sum(&more));
        let mut column = vec![0; 920];
        chunks.split_mut(&mut column).into_iter().enumerate().for_each(|(at, chunk)| chunk.fill(at));
        assert_eq!((column[255], column[256], column[909], column[919]), (0, 1, 3, 4));
    }

    #[test]
    fn lists_one_after_the_other_do_not_depend_on_the_number_of_threads() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let write = |list: &mut Vec<usize>, i: usize| list.extend((0..i % 3).map(|j| 10 * i + j));
            pool.install(|| lists((0..10_000).into_par_iter(), write)).concat()
        };
        let one = with(1);
        assert!(one.is_sorted() && one.len() == 9999);
        assert!([2, 3, 8].into_iter().all(|threads| with(threads) == one));
    }

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
