//! Progress that subjects keep from projects that have ended.

use crate::kernel::sorted::merge;
use crate::world::network::{Subject, make_room};

/// Progress that a subject keeps from a project that has ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Carried {
    /// Who keeps it.
    pub subject: Subject,
    /// Technology field.
    pub field: u16,
    /// Generation sought.
    pub generation: u8,
    /// Progress.
    pub progress: f64,
}

/// What all subjects keep, in their order: every project that starts asks what its members bring along, and there may be
/// as many of both as there are alliances.
#[derive(Debug, Clone, Default)]
pub struct KeptProgress {
    kept: Vec<Carried>,
    fresh: Vec<Carried>,
}

impl KeptProgress {
    /// Keeps progress; it is found after the next [`KeptProgress::order`].
    pub fn keep(&mut self, carried: Carried) {
        self.fresh.push(carried);
    }

    /// Takes what is newly kept in, and forgets what has been taken along.
    pub fn order(&mut self) {
        if self.fresh.is_empty() {
            return;
        }
        self.kept.retain(|kept| kept.progress > 0.0);
        let needed = self.kept.len() + self.fresh.len();
        make_room(&mut self.kept, needed);
        merge(&mut self.kept, &mut self.fresh, |kept| kept.subject);
    }

    /// Progress that subjects bring along from earlier projects on the same generation: the best of it; what
    /// is taken along is no longer kept.
    pub fn take(&mut self, subjects: &[Subject], field: usize, generation: u8) -> f64 {
        let mut best = 0.0f64;
        for subject in subjects {
            let first = self.kept.partition_point(|kept| kept.subject < *subject);
            let theirs = self.kept[first..].iter_mut().take_while(|kept| kept.subject == *subject);
            for kept in theirs.filter(|kept| usize::from(kept.field) == field && kept.generation == generation) {
                // Nothing is left where it stood, which is nothing to anybody until it is forgotten.
                best = best.max(std::mem::take(&mut kept.progress));
            }
        }
        best
    }

    /// Moves names to new rows with `moved`, which keeps their order; forgets what leavers have kept.
    pub(super) fn retain(&mut self, moved: impl Fn(Subject) -> Option<Subject>) {
        for list in [&mut self.kept, &mut self.fresh] {
            list.retain_mut(|kept| {
                let subject = moved(kept.subject);
                kept.subject = subject.unwrap_or(kept.subject);
                subject.is_some()
            });
        }
    }

    /// Bytes that it holds, room to grow included.
    pub(super) fn bytes(&self) -> usize {
        (self.kept.capacity() + self.fresh.capacity()) * size_of::<Carried>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_progress_is_taken_along_once() {
        let [a, b, c] = [0, 1, 2].map(Subject::firm);
        let carried = |subject, field, progress| Carried { subject, field, generation: 1, progress };
        let mut progress = KeptProgress::default();
        [carried(c, 4, 0.5), carried(a, 4, 1.0)].into_iter().for_each(|kept| progress.keep(kept));
        progress.order();
        [carried(a, 4, 2.0), carried(a, 5, 9.0), carried(b, 4, 3.0)].into_iter().for_each(|kept| progress.keep(kept));
        progress.order();
        assert_eq!((progress.take(&[a], 4, 2), progress.take(&[a, c], 4, 1)), (0.0, 2.0));
        assert_eq!((progress.take(&[a, c], 4, 1), progress.take(&[a], 5, 1)), (0.0, 9.0));
        // Firm a leaves, and the others move up.
        progress.retain(|subject| [(b, a), (c, b)].iter().find(|(from, _)| *from == subject).map(|(_, to)| *to));
        assert_eq!((progress.take(&[b], 4, 1), progress.take(&[a], 4, 1)), (0.0, 3.0));
    }
}
