//! What parallel work writes, in lists that are kept from tick to tick.
//!
//! Work in chunks that brings a list each would ask for memory in every tick. Here rows are cut into a fixed number of
//! parts, each with a list of its own that is filled anew: once the lists are long enough, nobody asks any more.

use std::ops::Range;

use rayon::prelude::*;

/// Lists into which rows are cut at the most: enough for the threads of a machine, and few enough that their lists soon
/// are as long as they get.
const MOST_PARTS: usize = 128;

/// Lists that a thread takes at the most before others may take from it again.
const AT_ONCE: usize = 4;

/// Lists of what the parts of some rows bring. One after the other they are in the order of the rows, for any number
/// of threads.
#[derive(Debug, Clone)]
pub struct Lists<T> {
    lists: Vec<Vec<T>>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Lists { lists: Vec::new() }
    }
}

impl<T: Send> Lists<T> {
    /// Lets `write` put down what each part of `0..rows` brings, in parallel; a part has `least` rows at the least.
    pub fn fill(&mut self, rows: usize, least: usize, write: impl Fn(&mut Vec<T>, Range<usize>) + Sync) {
        let size = part_size(rows, least);
        let range = |part: usize| part * size..((part + 1) * size).min(rows);
        let lists = self.emptied(rows.div_ceil(size));
        let parts = lists.par_iter_mut().with_max_len(AT_ONCE).enumerate();
        parts.for_each(|(part, list)| write(list, range(part)));
    }

    /// The same with items that the work changes; `write` is told the place of the first of them.
    pub fn fill_from<U: Send>(
        &mut self,
        items: &mut [U],
        least: usize,
        write: impl Fn(&mut Vec<T>, usize, &mut [U]) + Sync,
    ) {
        let size = part_size(items.len(), least);
        let lists = self.emptied(items.len().div_ceil(size));
        let parts = lists.par_iter_mut().with_max_len(AT_ONCE).zip(items.par_chunks_mut(size)).enumerate();
        parts.for_each(|(part, (list, items))| write(list, part * size, items));
    }

    /// Lets `write` put down what each list of others brings, in parallel.
    pub fn fill_by<U: Sync>(&mut self, others: &Lists<U>, write: impl Fn(&mut Vec<T>, &[U]) + Sync) {
        let lists = self.emptied(others.lists.len());
        let parts = lists.par_iter_mut().with_max_len(AT_ONCE).zip(&others.lists);
        parts.for_each(|(list, other)| write(list, other));
    }

    /// So many empty lists.
    fn emptied(&mut self, parts: usize) -> &mut [Vec<T>] {
        self.clear();
        if self.lists.len() < parts {
            self.lists.resize_with(parts, Vec::new);
        }
        &mut self.lists[..parts]
    }

    /// Forgets all items, but not their memory.
    pub fn clear(&mut self) {
        self.lists.iter_mut().for_each(Vec::clear);
    }

    /// Keeps the items of which `keeps` holds.
    pub fn retain(&mut self, keeps: impl Fn(&T) -> bool) {
        self.lists.iter_mut().for_each(|list| list.retain(&keeps));
    }

    /// All items in the order of the rows.
    pub fn iter(&self) -> impl Iterator<Item = &T> + Clone {
        self.lists.iter().flatten()
    }

    /// What each part brought, in the order of the rows.
    pub fn lists(&self) -> impl Iterator<Item = &[T]> {
        self.lists.iter().map(Vec::as_slice)
    }

    /// Bytes that it holds, room to grow included.
    pub fn bytes(&self) -> usize {
        self.lists.iter().map(|list| size_of::<Vec<T>>() + list.capacity() * size_of::<T>()).sum()
    }
}

/// Rows of a part, which depend on nothing but the number of rows.
fn part_size(rows: usize, least: usize) -> usize {
    rows.div_ceil(MOST_PARTS).max(least).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
    }

    #[test]
    fn lists_are_in_the_order_of_rows_for_any_number_of_threads() {
        let filled = || {
            let mut parts = Lists::default();
            parts.fill(20_003, 64, |list, rows| list.extend(rows.filter(|row| row % 7 < 2)));
            let mut doubled = Lists::default();
            doubled.fill_by(&parts, |list, rows| list.extend(rows.iter().map(|row| 2 * row)));
            (parts.iter().copied().collect::<Vec<usize>>(), doubled.iter().copied().collect::<Vec<usize>>())
        };
        let (one, doubled) = with(1, filled);
        assert_eq!(one, (0..20_003).filter(|row| row % 7 < 2).collect::<Vec<_>>());
        assert!(doubled.iter().zip(&one).all(|(twice, once)| *twice == 2 * once));
        assert!([2, 3, 8].into_iter().all(|threads| with(threads, filled) == (one.clone(), doubled.clone())));
    }

    #[test]
    fn items_are_changed_where_they_stand_and_what_they_brought_before_is_forgotten() {
        let mut items: Vec<usize> = (0..5_000).collect();
        let mut parts = Lists::default();
        for round in 1..3 {
            parts.fill_from(&mut items, 16, |list, first, items| {
                for (at, item) in items.iter_mut().enumerate().filter(|(at, _)| (first + at).is_multiple_of(100)) {
                    *item += 1;
                    list.push(first + at);
                }
            });
            assert_eq!(parts.iter().count(), 50);
            assert_eq!((items[100], items[101]), (100 + round, 101));
        }
        parts.fill(0, 16, |_, _| unreachable!());
        assert_eq!(parts.iter().count(), 0);
    }
}
