//! Numbers in groups: who stands in which city, sub-industry or field.

/// Numbers in groups, all in one list: as many groups as are wanted take two requests for memory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Groups {
    /// Where each group ends in the list.
    ends: Vec<u32>,
    numbers: Vec<u32>,
}

impl Groups {
    /// So many groups of what `pairs` gives as group and number, each group in the order of the pairs.
    pub fn of(groups: usize, pairs: impl Iterator<Item = (usize, u32)> + Clone) -> Self {
        let mut made = Groups::default();
        made.refill(groups, pairs);
        made
    }

    /// Makes the groups anew, in the memory of those that there were.
    pub fn refill(&mut self, groups: usize, pairs: impl Iterator<Item = (usize, u32)> + Clone) {
        let Groups { ends, numbers } = self;
        ends.clear();
        ends.resize(groups, 0);
        pairs.clone().for_each(|(group, _)| ends[group] += 1);
        // Where each group begins; filling moves it to where it ends.
        let mut all = 0;
        for end in ends.iter_mut() {
            (*end, all) = (all, all + *end);
        }
        // Every place is filled below, whatever stood there before.
        numbers.resize(all as usize, 0);
        pairs.for_each(|(group, number)| {
            numbers[ends[group] as usize] = number;
            ends[group] += 1;
        });
    }

    /// The numbers of a group.
    #[inline]
    pub fn get(&self, group: usize) -> &[u32] {
        let start = if group == 0 { 0 } else { self.ends[group - 1] };
        &self.numbers[start as usize..self.ends[group] as usize]
    }

    /// Bytes that they hold, room to grow included.
    pub fn bytes(&self) -> usize {
        (self.ends.capacity() + self.numbers.capacity()) * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_the_order_of_their_numbers() {
        let groups = Groups::of(4, [(2, 9), (0, 7), (2, 3), (0, 8), (2, 5)].into_iter());
        assert_eq!((groups.get(0), groups.get(1)), (&[7, 8][..], &[][..]));
        assert_eq!((groups.get(2), groups.get(3)), (&[9, 3, 5][..], &[][..]));
        assert_eq!(Groups::of(0, std::iter::empty()), Groups::default());
        let mut again = groups.clone();
        again.refill(3, [(1, 4), (0, 2)].into_iter());
        assert_eq!(again, Groups::of(3, [(1, 4), (0, 2)].into_iter()));
    }
}
