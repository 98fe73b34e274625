//! Letters from rows to rows: written in parallel by those who send, read in parallel by those who receive.
//!
//! Many things that firms do to each other move only the receiver: an order, a lesson. Each receiver reads its letters in
//! the order of senders, whatever the number of threads; so the result is that of carrying out all of them one after
//! the other, sender by sender.

use crate::kernel::ordered::{Columns, PARALLEL_FROM};

/// Parts of the rows for each thread: enough that nobody waits long for the slowest.
const PARTS: usize = 4;

/// Letters under way.
#[derive(Debug)]
pub struct Post<L> {
    /// A list for each part of the senders and each of the receivers: those of one sender side by side while letters are
    /// written, those of one receiver while they are read.
    lists: Vec<Vec<L>>,
    /// Rows of a part.
    rows: usize,
    /// Number of parts.
    parts: usize,
}

impl<L> Default for Post<L> {
    fn default() -> Self {
        Post { lists: Vec::new(), rows: 1, parts: 0 }
    }
}

/// Where a part of the senders leaves its letters.
#[derive(Debug)]
pub struct Outbox<'a, L> {
    lists: &'a mut [Vec<L>],
    rows: usize,
}

impl<L> Outbox<'_, L> {
    /// Sends a letter to the firm in the row `to`.
    #[inline]
    pub fn send(&mut self, to: usize, letter: L) {
        self.lists[to / self.rows].push(letter);
    }
}

/// A part of the rows and of their columns.
#[derive(Debug)]
pub struct Part<C> {
    /// The first row.
    pub first: usize,
    /// The columns from there on.
    pub columns: C,
}

impl<L: Send> Post<L> {
    /// Lets all senders write; what had been written before is gone. `write` gets the rows of a part with their columns.
    pub fn write<C: Columns>(&mut self, rows: usize, columns: C, write: impl Fn(Part<C>, &mut Outbox<'_, L>) + Sync) {
        let threads = rayon::current_num_threads();
        self.parts = if rows < PARALLEL_FROM || threads == 1 { 1 } else { PARTS * threads };
        self.rows = rows.div_ceil(self.parts).max(1);
        self.lists.iter_mut().for_each(Vec::clear);
        self.lists.resize_with(self.parts * self.parts, Vec::new);
        let each = self.rows;
        self.each_part(rows, columns, |part, lists| write(part, &mut Outbox { lists, rows: each }));
        self.turn_round();
    }

    /// Lets all receivers read what was sent to them; `read` gets the rows of a part with their columns, and the letters
    /// to them, which it may change.
    pub fn read<C: Columns>(&mut self, rows: usize, columns: C, read: impl Fn(Part<C>, &mut [Vec<L>]) + Sync) {
        self.each_part(rows, columns, read);
    }

    /// Sends all letters back: each sender reads those that it wrote, of one receiver after the other.
    pub fn answer<C: Columns>(&mut self, rows: usize, columns: C, read: impl Fn(Part<C>, &mut [Vec<L>]) + Sync) {
        self.turn_round();
        self.each_part(rows, columns, read);
    }

    fn each_part<C: Columns>(&mut self, rows: usize, columns: C, work: impl Fn(Part<C>, &mut [Vec<L>]) + Sync) {
        let parts = self.parts;
        let cut = Cut { each: self.rows, parts, work };
        cut.over(0, rows, columns, &mut self.lists);
    }

    /// Puts side by side what one receiver gets of all senders, or again what one sender wrote.
    fn turn_round(&mut self) {
        for a in 0..self.parts {
            for b in 0..a {
                self.lists.swap(a * self.parts + b, b * self.parts + a);
            }
        }
    }
}

/// Work on the parts, one by one.
struct Cut<W> {
    each: usize,
    parts: usize,
    work: W,
}

impl<W: Sync> Cut<W> {
    /// Works on the rows from `first` to `end`, to which these lists belong.
    fn over<C: Columns, L: Send>(&self, first: usize, end: usize, columns: C, lists: &mut [Vec<L>])
    where
        W: Fn(Part<C>, &mut [Vec<L>]),
    {
        let parts = lists.len() / self.parts;
        if parts < 2 {
            return (self.work)(Part { first, columns }, lists);
        }
        // The last parts may have no rows at all.
        let middle = (first + parts / 2 * self.each).min(end);
        let (left, right) = columns.cut(middle - first);
        let (before, behind) = lists.split_at_mut(parts / 2 * self.parts);
        rayon::join(|| self.over(first, middle, left, before), || self.over(middle, end, right, behind));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everybody writes to three rows; what is read, row by row, is what one would have written alone, in the order of
    /// senders, and answers come back to who wrote.
    #[test]
    fn letters_arrive_in_the_order_of_senders_for_any_number_of_threads() {
        const ROWS: usize = 5_003;
        let to = |from: usize, n: usize| (from * 7919 + n * 31) % ROWS;
        let mut expected = vec![Vec::new(); ROWS];
        (0..ROWS).for_each(|from| (0..3).for_each(|n| expected[to(from, n)].push(from)));
        for threads in [1, 2, 3, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut post = Post::default();
                for _ in 0..2 {
                    post.write(ROWS, 0..ROWS, |part, out| {
                        part.columns
                            .for_each(|from| (0..3).for_each(|n| out.send(to(from, n), (to(from, n), from, 0))));
                    });
                    let mut got: Vec<Vec<usize>> = vec![Vec::new(); ROWS];
                    post.read(ROWS, got.as_mut_slice(), |part, letters| {
                        for (to, from, answer) in letters.iter_mut().flatten() {
                            part.columns[*to - part.first].push(*from);
                            *answer = *to + *from;
                        }
                    });
                    assert!(got == expected, "{threads} threads");
                    let mut answers = vec![0; ROWS];
                    post.answer(ROWS, answers.as_mut_slice(), |part, letters| {
                        letters
                            .iter()
                            .flatten()
                            .for_each(|(_, from, answer)| part.columns[*from - part.first] += answer);
                    });
                    let wanted = |from: usize| (0..3).map(|n| to(from, n) + from).sum::<usize>();
                    assert!((0..ROWS).all(|from| answers[from] == wanted(from)));
                }
            });
        }
    }

    #[test]
    fn nobody_writes_to_nobody() {
        let mut post: Post<u32> = Post::default();
        post.write(0, 0..0, |_, _| ());
        post.read(0, 0..0, |_, letters| assert_eq!(letters.iter().flatten().count(), 0));
    }
}
