//! Rows in parts, and desks at which the parts are worked on.
//!
//! What parallel work writes down, it writes at the desk of its part; all desks one after the other are in the order of
//! the rows. How many parts there are depends on the threads, and so results must not depend on where a part ends.
//! Desks are kept from tick to tick, so that writing asks for no memory.

use std::ops::Range;

use crate::kernel::ordered::{Columns, PARALLEL_FROM};

/// Parts of the rows for each thread: some rows ask more than others, and nobody is to wait long for the slowest part.
const PARTS: usize = 16;
/// The same for letters, of which there is a list for each two parts.
const PARTS_OF_LETTERS: usize = 4;

/// A part of the rows and of their columns.
#[derive(Debug)]
pub struct Part<C> {
    /// The first row.
    pub first: usize,
    /// The columns from there on.
    pub columns: C,
}

/// Rows in parts of the same length; the last ones may be shorter or have no rows at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// All rows.
    rows: usize,
    /// Rows of a part.
    pub each: usize,
    /// Number of parts.
    pub count: usize,
}

impl Parts {
    /// So many rows in as many parts as the threads want.
    pub fn of(rows: usize) -> Self {
        Parts::of_few(rows, PARALLEL_FROM)
    }

    /// The same where it is worth it to hand out that few rows.
    pub fn of_few(rows: usize, few: usize) -> Self {
        Parts::divided(rows, few, PARTS)
    }

    /// Fewer parts, for letters from all to all.
    pub fn of_letters(rows: usize) -> Self {
        Parts::divided(rows, PARALLEL_FROM, PARTS_OF_LETTERS)
    }

    /// So many parts for each thread where there are at least `few` rows.
    fn divided(rows: usize, few: usize, parts: usize) -> Self {
        let threads = rayon::current_num_threads();
        let count = if rows < few || threads == 1 { 1 } else { parts * threads };
        Parts { rows, each: rows.div_ceil(count).max(1), count }
    }

    /// Works on all parts, each with its desks; all have the same number of them.
    pub fn work<C: Columns, D: Send>(self, columns: C, desks: &mut [D], work: impl Fn(Part<C>, &mut [D]) + Sync) {
        let of_one = desks.len() / self.count;
        self.over(0, self.rows, columns, desks, of_one, &work);
    }

    /// Works on the rows from `first` to `end`, to which these desks belong.
    fn over<C: Columns, D: Send>(
        self,
        first: usize,
        end: usize,
        columns: C,
        desks: &mut [D],
        of_one: usize,
        work: &(impl Fn(Part<C>, &mut [D]) + Sync),
    ) {
        let half = desks.len() / of_one / 2;
        if half == 0 {
            return work(Part { first, columns }, desks);
        }
        let middle = (first + half * self.each).min(end);
        let (left, right) = columns.cut(middle - first);
        let (before, behind) = desks.split_at_mut(half * of_one);
        rayon::join(
            || self.over(first, middle, left, before, of_one, work),
            || self.over(middle, end, right, behind, of_one, work),
        );
    }
}

/// A desk for each part.
#[derive(Debug)]
pub struct Desks<D> {
    desks: Vec<D>,
    parts: Parts,
}

impl<D> Default for Desks<D> {
    fn default() -> Self {
        Desks { desks: Vec::new(), parts: Parts { rows: 0, each: 1, count: 0 } }
    }
}

impl<D: Default + Send> Desks<D> {
    /// Divides the rows anew and works on them; desks are as they were left.
    pub fn open<C: Columns>(&mut self, rows: usize, columns: C, work: impl Fn(&mut D, Part<C>) + Sync) {
        self.parts = Parts::of(rows);
        self.desks.resize_with(self.parts.count, D::default);
        self.again(columns, work);
    }

    /// Works on the same parts once more.
    pub fn again<C: Columns>(&mut self, columns: C, work: impl Fn(&mut D, Part<C>) + Sync) {
        self.parts.work(columns, &mut self.desks, |part, desks| {
            if let [desk] = desks {
                work(desk, part);
            }
        });
    }

    /// The desks in the order of the rows.
    pub fn iter(&self) -> impl Iterator<Item = &D> + Clone {
        self.desks.iter()
    }
}

impl<T: Send> Desks<Vec<T>> {
    /// Divides the rows anew and lets `write` put down what each part brings; what stood there before is gone.
    pub fn fill<C: Columns>(&mut self, rows: usize, columns: C, write: impl Fn(&mut Vec<T>, Part<C>) + Sync) {
        self.fill_few(PARALLEL_FROM, rows, columns, write);
    }

    /// The same for rows each of which asks so much that it is worth it to hand out that few.
    pub fn fill_few<C: Columns>(
        &mut self,
        few: usize,
        rows: usize,
        columns: C,
        write: impl Fn(&mut Vec<T>, Part<C>) + Sync,
    ) {
        self.parts = Parts::of_few(rows, few);
        self.desks.resize_with(self.parts.count, Vec::new);
        self.again(columns, |desk, part| {
            desk.clear();
            write(desk, part);
        });
    }
}

impl<T> Desks<Vec<T>> {
    /// Keeps what `keeps` holds of.
    pub fn retain(&mut self, keeps: impl Fn(&T) -> bool) {
        self.desks.iter_mut().for_each(|desk| desk.retain(&keeps));
    }

    /// All that was written, in the order of the rows.
    pub fn all(&self) -> impl Iterator<Item = &T> + Clone {
        self.desks.iter().flatten()
    }

    /// The same to be changed.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.desks.iter_mut().flatten()
    }

    /// What was written for some rows, in their order; `row` says for which one an item was.
    pub fn among<'d>(
        &'d self,
        rows: Range<usize>,
        row: impl Fn(&T) -> usize + Copy + 'd,
    ) -> impl Iterator<Item = &'d T> + 'd {
        let parts = rows.start / self.parts.each..rows.end.div_ceil(self.parts.each);
        self.desks[parts].iter().flat_map(move |desk| {
            let place = |end: usize| desk.partition_point(|item| row(item) < end);
            &desk[place(rows.start)..place(rows.end)]
        })
    }

    /// The same as lists, one for each part.
    pub fn into_lists(self) -> Vec<Vec<T>> {
        self.desks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_stands_in_the_order_of_rows_for_any_number_of_threads() {
        const ROWS: usize = 5_003;
        for threads in [1, 2, 3, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut desks: Desks<Vec<usize>> = Desks::default();
                for rows in [ROWS, 17, ROWS] {
                    let (mut seen, column) = (vec![0; rows], (0..rows).map(|row| 3 * row).collect::<Vec<_>>());
                    desks.fill(rows, column.as_slice(), |desk, part| {
                        desk.extend(part.columns.iter().filter(|three| *three % 2 == 0));
                    });
                    assert!(desks.all().copied().eq((0..rows).filter(|row| row % 2 == 0).map(|row| 3 * row)));
                    for some in [0..rows, 0..0, 3..17, rows / 3..rows] {
                        let among = desks.among(some.clone(), |three| three / 3).copied();
                        assert!(among.eq(some.filter(|row| row % 2 == 0).map(|row| 3 * row)));
                    }
                    desks.again(seen.as_mut_slice(), |desk, part| {
                        desk.iter().for_each(|three| part.columns[three / 3 - part.first] += 1);
                    });
                    assert!(seen.iter().enumerate().all(|(row, seen)| *seen == (row + 1) % 2));
                }
            });
        }
    }

    #[test]
    fn a_few_rows_that_ask_much_are_handed_out_and_what_stood_there_is_gone() {
        assert_eq!((Parts::of(100).count, Parts::of_few(100, 101).count), (1, 1));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        pool.install(|| {
            assert_eq!(Parts::of_few(100, 100), Parts { rows: 100, each: 4, count: 32 });
            let mut desks: Desks<Vec<usize>> = Desks::default();
            for rows in [100, 40, 0] {
                desks.fill_few(10, rows, 0..rows, |desk, part| desk.extend(part.columns));
                assert!(desks.all().copied().eq(0..rows));
            }
            desks.fill_few(10, 40, 0..40, |desk, part| desk.extend(part.columns));
            desks.retain(|row| row % 3 == 0);
            assert!(desks.all().copied().eq((0..40).step_by(3)));
        });
    }
}
