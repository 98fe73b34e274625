//! Who stays when firms leave, and in which row they stand then.

use std::ops::Range;

use crate::kernel::parts::{Desks, Part};

/// Firms that stay when others leave.
#[derive(Debug, Default)]
pub struct Stayers {
    runs: Desks<Vec<Run>>,
    /// Row of each firm afterwards; [`Stayers::GONE`] of those that leave.
    rows: Vec<u32>,
}

/// Neighbours that stay and move together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Their rows.
    pub rows: Range<usize>,
    /// The row to which the first of them goes.
    pub to: usize,
}

impl Stayers {
    /// Row of a firm that leaves.
    pub const GONE: u32 = u32::MAX;

    /// Finds them anew: those for whom `stays` holds.
    pub fn find(&mut self, stays: &[bool]) {
        self.runs.fill(stays.len(), stays, list_kept);
        let mut to = 0;
        for run in self.runs.all_mut() {
            run.to = to;
            to += run.rows.len();
        }
        self.rows.resize(stays.len(), Self::GONE);
        self.runs.again(self.rows.as_mut_slice(), |runs, Part { first, columns }| {
            columns.fill(Self::GONE);
            for run in runs {
                let rows = &mut columns[run.rows.start - first..run.rows.end - first];
                rows.iter_mut().zip(run.to as u32..).for_each(|(row, to)| *row = to);
            }
        });
    }

    /// Row of each firm afterwards; [`Stayers::GONE`] of those that leave.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Runs of neighbours that stay.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        self.runs.all()
    }
}

/// Lists the runs of rows that stay in a part; where they go is not known yet.
fn list_kept(runs: &mut Vec<Run>, Part { first, columns: stays }: Part<&[bool]>) {
    /// Rows that are looked at together, for most of them stay.
    const TOGETHER: usize = 16;
    let mut keep = |rows: Range<usize>| {
        if !rows.is_empty() {
            runs.push(Run { rows, to: 0 });
        }
    };
    let mut start = first;
    for (at, some) in stays.chunks(TOGETHER).enumerate().filter(|(_, some)| some.contains(&false)) {
        for row in (first + at * TOGETHER..).zip(some).filter_map(|(row, stays)| (!stays).then_some(row)) {
            keep(start..row);
            start = row + 1;
        }
    }
    keep(start..first + stays.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stays(rows: usize, gone: &[usize]) -> Vec<bool> {
        (0..rows).map(|row| !gone.contains(&row)).collect()
    }

    #[test]
    fn runs_of_rows_that_stay_by_hand() {
        let runs = |rows: usize, gone: &[usize]| {
            let mut stayers = Stayers::default();
            stayers.find(&stays(rows, gone));
            stayers.runs().map(|run| (run.rows.start, run.rows.end, run.to)).collect::<Vec<_>>()
        };
        assert_eq!(runs(50, &[]), [(0, 50, 0)]);
        assert_eq!(runs(50, &[0, 15, 16, 40]), [(1, 15, 0), (17, 40, 14), (41, 50, 37)]);
        assert_eq!(runs(34, &[20, 32, 33]), [(0, 20, 0), (21, 32, 20)]);
        assert!(runs(3, &[0, 1, 2]).is_empty() && runs(0, &[]).is_empty());
    }

    /// Whatever parts the rows are divided into, and whoever left before.
    #[test]
    fn rows_count_those_who_stay_before_for_any_number_of_threads() {
        const GONE: u32 = Stayers::GONE;
        let gone = |rows: usize, step: usize| (0..rows).filter(|row| row % step < 2).collect::<Vec<_>>();
        for threads in [1, 2, 3, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut stayers = Stayers::default();
            for stays in [stays(5_003, &gone(5_003, 37)), stays(4, &[1]), stays(4_000, &gone(4_000, 400))] {
                pool.install(|| stayers.find(&stays));
                let before = |row: usize| stays[..row].iter().filter(|stays| **stays).count() as u32;
                let expected = (0..stays.len()).map(|row| if stays[row] { before(row) } else { GONE });
                assert!(stayers.rows().iter().copied().eq(expected), "{threads} threads, {} rows", stays.len());
                let moved = stayers.runs().flat_map(|run| run.rows.clone().zip(run.to..));
                assert!(moved.eq((0..stays.len()).filter(|row| stays[*row]).enumerate().map(|(to, row)| (row, to))));
            }
        }
    }
}
