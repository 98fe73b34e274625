//! Ordered parallel work: the same result for any number of threads.
//!
//! Sums of floating-point numbers depend on what is added to what first. Here that never depends on who works: rows
//! are added one after the other within a piece, pieces by twos, the sums of two by twos, and so on. Sums are handed
//! up from call to call, so adding up asks for no memory.
//!
//! For sums that firms feel ids decide what is a piece and not places ([`Chunks`]): one firm more or less, wherever it
//! stands, then leaves every partial sum of the others as it is.

use crate::kernel::ids::FirmId;

/// Rows of one chunk of parallel work.
pub const CHUNK: usize = 256;

/// Chunks that one thread takes at the least.
pub const MIN_CHUNKS: usize = 4;

/// Chunks that one thread takes at the most where some of them ask more than others: nobody is to wait long for it.
pub const MOST_CHUNKS: usize = 4 * MIN_CHUNKS;

/// Rows that one thread takes at the least where work goes row by row.
pub const MIN_ROWS: usize = MIN_CHUNKS * CHUNK;

/// Below this many rows the work is done by the calling thread: handing it out would cost more
/// than it saves. Results do not depend on it.
pub const PARALLEL_FROM: usize = 2 * MIN_ROWS;

/// Ticks whose newcomers are summed together where they are few.
const COHORT: u32 = 4;

/// What is added up over rows.
pub trait Total: Clone + Send + Sync {
    /// Adds another part.
    fn absorb(&mut self, part: &Self);
}

impl Total for f64 {
    #[inline]
    fn absorb(&mut self, part: &Self) {
        *self += part;
    }
}

impl Total for u32 {
    #[inline]
    fn absorb(&mut self, part: &Self) {
        *self += part;
    }
}

impl<T: Total, const N: usize> Total for [T; N] {
    #[inline]
    fn absorb(&mut self, part: &Self) {
        self.iter_mut().zip(part).for_each(|(total, part)| total.absorb(part));
    }
}

impl<A: Total, B: Total> Total for (A, B) {
    #[inline]
    fn absorb(&mut self, part: &Self) {
        self.0.absorb(&part.0);
        self.1.absorb(&part.1);
    }
}

/// Columns of the same rows, which can be cut into those of the first rows and of the others.
pub trait Columns: Send + Sized {
    /// The first `rows` rows, and the others.
    fn cut(self, rows: usize) -> (Self, Self);
}

impl<T: Sync> Columns for &[T] {
    fn cut(self, rows: usize) -> (Self, Self) {
        self.split_at(rows)
    }
}

impl<T: Send> Columns for &mut [T] {
    fn cut(self, rows: usize) -> (Self, Self) {
        self.split_at_mut(rows)
    }
}

/// A column of several items for each row.
#[derive(Debug)]
pub struct Wide<S>(pub S, pub usize);

impl<S: Columns> Columns for Wide<S> {
    fn cut(self, rows: usize) -> (Self, Self) {
        let (first, others) = self.0.cut(rows * self.1);
        (Wide(first, self.1), Wide(others, self.1))
    }
}

impl Columns for std::ops::Range<usize> {
    fn cut(self, rows: usize) -> (Self, Self) {
        let at = self.start + rows;
        (self.start..at, at..self.end)
    }
}

/// Columns side by side.
macro_rules! side_by_side {
    ($($column:ident)+) => {
        impl<$($column: Columns),+> Columns for ($($column,)+) {
            #[allow(non_snake_case, reason = "the names of types serve for values")]
            fn cut(self, rows: usize) -> (Self, Self) {
                let ($($column,)+) = self;
                $(let $column = $column.cut(rows);)+
                (($($column.0,)+), ($($column.1,)+))
            }
        }
    };
}
side_by_side!(A B);
side_by_side!(A B C);
side_by_side!(A B C D);
side_by_side!(A B C D E);
side_by_side!(A B C D E F);
side_by_side!(A B C D E F G);

/// Rows that are summed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chunk {
    /// What their ids have in common; says beside whom they stand.
    key: u64,
    /// Their first row.
    start: usize,
}

/// Pieces of the table of firms that ids decide: a block of the opening population, or what some ticks have brought.
///
/// Sums go up a tree whose branches are the bits of what ids have in common, so that a piece more leaves the sums of
/// the others as they are, too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chunks {
    list: Vec<Chunk>,
    rows: usize,
    /// Whether newcomers are so many that those of a tick are summed block by block.
    crowded: bool,
}

impl Chunks {
    /// Chunks of no rows yet, for a region of so many firms.
    pub fn for_firms(firms: usize) -> Self {
        /// Entrants of a tick are about two in a hundred; then they fill some blocks.
        const CROWD: usize = 50_000;
        Chunks { crowded: firms >= CROWD, ..Chunks::default() }
    }

    /// Adds a row at the end.
    pub fn push(&mut self, id: FirmId) {
        let key = self.key(id);
        if self.list.last().is_none_or(|last| last.key != key) {
            self.list.push(Chunk { key, start: self.rows });
        }
        self.rows += 1;
    }

    /// Begins anew with the rows of these ids, which increase.
    pub fn renew(&mut self, ids: &[FirmId]) {
        self.list.clear();
        let mut start = 0;
        while let Some(first) = ids.get(start) {
            let key = self.key(*first);
            self.list.push(Chunk { key, start });
            start += ids[start..].partition_point(|id| self.key(*id) == key);
        }
        self.rows = ids.len();
    }

    fn key(&self, id: FirmId) -> u64 {
        let tick = id.birth_tick();
        if tick == 0 || self.crowded { id.block() } else { FirmId::new(tick.next_multiple_of(COHORT), 0, 0).block() }
    }

    /// Adds up what `work` adds to `nothing` over all rows, piece by piece.
    pub fn fold<T: Total>(&self, nothing: &T, work: impl Fn(&mut T, std::ops::Range<usize>) + Sync) -> T {
        self.fold_with(0..self.rows, nothing, work)
    }

    /// The same for work that writes to columns, which it gets piece by piece.
    pub fn fold_with<C: Columns, T: Total>(&self, columns: C, nothing: &T, work: impl Fn(&mut T, C) + Sync) -> T {
        let tree = Tree { nothing, work, parallel: rayon::current_num_threads() > 1 };
        tree.over(&self.list, self.rows, columns)
    }

    /// Sum of `value(row)` over all rows.
    pub fn sum(&self, value: impl Fn(usize) -> f64 + Sync) -> f64 {
        self.fold(&0.0, |sum, rows| rows.for_each(|row| *sum += value(row)))
    }
}

/// How sums are made.
struct Tree<'a, T, W> {
    nothing: &'a T,
    work: W,
    parallel: bool,
}

impl<T: Total, W: Sync> Tree<'_, T, W> {
    /// Adds up the work over these chunks, which end before the row `end`.
    fn over<C: Columns>(&self, chunks: &[Chunk], end: usize, columns: C) -> T
    where
        W: Fn(&mut T, C),
    {
        let [first, .., last] = chunks else {
            let mut total = self.nothing.clone();
            if !chunks.is_empty() {
                (self.work)(&mut total, columns);
            }
            return total;
        };
        // Keys increase, so the highest bit in which any two differ is that of the ends.
        let bit = (first.key ^ last.key).ilog2();
        let (low, high) = chunks.split_at(chunks.partition_point(|chunk| chunk.key >> bit & 1 == 0));
        let middle = high[0].start;
        let (left, right) = columns.cut(middle - first.start);
        self.both(end - first.start, || self.over(low, middle, left), || self.over(high, end, right))
    }

    /// Adds up the work over so many rows in pieces of the same length.
    fn over_rows<C: Columns>(&self, rows: usize, columns: C) -> T
    where
        W: Fn(&mut T, C),
    {
        if rows <= MIN_ROWS {
            let mut total = self.nothing.clone();
            (self.work)(&mut total, columns);
            return total;
        }
        let middle = rows.next_power_of_two() / 2;
        let (left, right) = columns.cut(middle);
        self.both(rows, || self.over_rows(middle, left), || self.over_rows(rows - middle, right))
    }

    fn both(&self, rows: usize, left: impl FnOnce() -> T + Send, right: impl FnOnce() -> T + Send) -> T {
        let hand_out = self.parallel && rows >= PARALLEL_FROM;
        let (mut total, other) = if hand_out { rayon::join(left, right) } else { (left(), right()) };
        total.absorb(&other);
        total
    }
}

/// Adds up what `work` adds to `nothing` over `0..rows`, by places.
pub fn fold<T: Total>(rows: usize, nothing: &T, work: impl Fn(&mut T, std::ops::Range<usize>) + Sync) -> T {
    Tree { nothing, work, parallel: rayon::current_num_threads() > 1 }.over_rows(rows, 0..rows)
}

/// Sum of `value(row)` over `0..rows`, the same for any number of threads.
pub fn sum(rows: usize, value: impl Fn(usize) -> f64 + Sync) -> f64 {
    fold(rows, &0.0, |sum, rows| rows.for_each(|row| *sum += value(row)))
}

/// Works on a few items, in parallel: whoever is free takes the next one.
pub fn hand_out<T: Send>(items: &mut [T], work: &(impl Fn(&mut T) + Sync)) {
    if let Some((next, later)) = items.split_first_mut() {
        rayon::join(|| work(next), || hand_out(later, work));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<FirmId> {
        let ids = |tick: u32, firms: u64| (0..firms).map(move |ordinal| FirmId::new(tick, 0, ordinal));
        ids(0, 2100).chain(ids(1, 10)).chain(ids(4, 300)).chain(ids(5, 10)).collect()
    }

    fn chunks(ids: &[FirmId], firms: usize) -> Chunks {
        let mut chunks = Chunks::for_firms(firms);
        chunks.renew(ids);
        chunks
    }

    fn pool<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
    }

    #[test]
    fn newcomers_are_summed_by_years_or_by_blocks() {
        let starts = |firms: usize| chunks(&some(), firms).list.iter().map(|chunk| chunk.start).collect::<Vec<_>>();
        assert_eq!(starts(4_000), [0, 1024, 2048, 2100, 2410]);
        assert_eq!(starts(60_000), [0, 1024, 2048, 2100, 2110, 2410]);
    }

    /// One more at the very beginning, one that begins a new block of the opening, and a newcomer in a cohort of its own:
    /// whatever is summed of the others, and in whatever order it is added, stays as it is.
    #[test]
    fn a_firm_more_leaves_all_other_partial_sums_alone() {
        let some = &some()[1..];
        let new = [FirmId::new(0, 0, 0), FirmId::new(0, 0, 4096), FirmId::new(9, 3, 7)];
        let mut more = [some, &new].concat();
        more.sort_unstable();
        let value = |id: &FirmId| if new.contains(id) { 0.0 } else { 1.0 / (id.number() % 977 + 1) as f64 };
        for firms in [4_000, 60_000] {
            let sum = |ids: &[FirmId]| chunks(ids, firms).sum(|row| value(&ids[row])).to_bits();
            assert_eq!(sum(some), sum(&more));
        }
        // The test can fail: rows in pieces of the same length are added in another order then.
        let by_places = |ids: &[FirmId]| sum(ids.len(), |row| value(&ids[row])).to_bits();
        assert_ne!(by_places(some), by_places(&more));
    }

    #[test]
    fn columns_are_cut_at_the_chunks_and_every_row_is_worked_on_once() {
        let ids = some();
        let (chunks, mut written) = (chunks(&ids, 4_000), vec![0; ids.len()]);
        let rows: Vec<usize> = (0..ids.len()).collect();
        let pieces = chunks.fold_with((written.as_mut_slice(), rows.as_slice()), &[0.0; 2], |sums, (written, rows)| {
            written.iter_mut().zip(rows).for_each(|(written, row)| *written += row + 1);
            sums.absorb(&[1.0, rows.len() as f64]);
        });
        assert_eq!(pieces, [5.0, 2420.0]);
        assert!(written.iter().enumerate().all(|(row, written)| *written == row + 1));
    }

    #[test]
    fn what_is_pushed_one_by_one_is_what_is_made_anew() {
        let ids = some();
        let mut pushed = Chunks::for_firms(10);
        ids.iter().for_each(|id| pushed.push(*id));
        assert_eq!(pushed, chunks(&ids, 10));
        assert_eq!(Chunks::default().sum(|_| 1.0), 0.0);
    }

    #[test]
    fn sums_do_not_depend_on_the_number_of_threads() {
        let value = |i: usize| ((i * 7919) as f64).sin() * 1e10 + 1.0 / (i + 1) as f64;
        let ids: Vec<FirmId> = (0..100_003).map(|ordinal| FirmId::new(ordinal as u32 / 20_000, 0, ordinal)).collect();
        let chunks = chunks(&ids, ids.len());
        let with = |threads| pool(threads, || (sum(100_003, value).to_bits(), chunks.sum(value).to_bits()));
        let one = with(1);
        assert!([2, 3, 5, 8].into_iter().all(|threads| with(threads) == one));
    }
}
