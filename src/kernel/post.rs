//! Letters from rows to rows: written in parallel by those who send, read in parallel by those who receive.
//!
//! Many things that firms do to each other move only the receiver: an order, a lesson. Each receiver reads its letters in
//! the order of senders, whatever the number of threads; so the result is that of carrying out all of them one after
//! the other, sender by sender.

use crate::kernel::ordered::Columns;
use crate::kernel::parts::{Part, Parts};

/// Letters under way.
#[derive(Debug)]
pub struct Post<L> {
    /// A list for each part of the senders and each of the receivers: those of one sender side by side while letters are
    /// written, those of one receiver while they are read.
    lists: Vec<Vec<L>>,
    parts: Parts,
}

impl<L> Default for Post<L> {
    fn default() -> Self {
        Post { lists: Vec::new(), parts: Parts::of_letters(0) }
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

impl<L: Send> Post<L> {
    /// Lets all senders write; what had been written before is gone. `write` gets the rows of a part with their columns.
    pub fn write<C: Columns>(&mut self, rows: usize, columns: C, write: impl Fn(Part<C>, &mut Outbox<'_, L>) + Sync) {
        self.parts = Parts::of_letters(rows);
        let Parts { each, count, .. } = self.parts;
        self.lists.iter_mut().for_each(Vec::clear);
        self.lists.resize_with(count * count, Vec::new);
        self.parts.work(columns, &mut self.lists, |part, lists| write(part, &mut Outbox { lists, rows: each }));
        self.turn_round();
    }

    /// Lets all receivers read what was sent to them; `read` gets the rows of a part with their columns, and the letters
    /// to them, which it may change.
    pub fn read<C: Columns>(&mut self, columns: C, read: impl Fn(Part<C>, &mut [Vec<L>]) + Sync) {
        self.parts.work(columns, &mut self.lists, read);
    }

    /// Sends all letters back: each sender reads those that it wrote, of one receiver after the other.
    pub fn answer<C: Columns>(&mut self, columns: C, read: impl Fn(Part<C>, &mut [Vec<L>]) + Sync) {
        self.turn_round();
        self.read(columns, read);
    }

    /// Puts side by side what one receiver gets of all senders, or again what one sender wrote.
    fn turn_round(&mut self) {
        let count = self.parts.count;
        for a in 0..count {
            for b in 0..a {
                self.lists.swap(a * count + b, b * count + a);
            }
        }
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
                    post.read(got.as_mut_slice(), |part, letters| {
                        for (to, from, answer) in letters.iter_mut().flatten() {
                            part.columns[*to - part.first].push(*from);
                            *answer = *to + *from;
                        }
                    });
                    assert!(got == expected, "{threads} threads");
                    let mut answers = vec![0; ROWS];
                    post.answer(answers.as_mut_slice(), |part, letters| {
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
        post.read(0..0, |_, letters| assert_eq!(letters.iter().flatten().count(), 0));
    }
}
