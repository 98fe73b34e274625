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
        let mut ends = vec![0; groups];
        pairs.clone().for_each(|(group, _)| ends[group] += 1);
        // Where each group begins; filling moves it to where it ends.
        let mut all = 0;
        for end in &mut ends {
            (*end, all) = (all, all + *end);
        }
        let mut numbers = vec![0; all as usize];
        for (group, number) in pairs {
            numbers[ends[group] as usize] = number;
            ends[group] += 1;
        }
        Groups { ends, numbers }
    }

    /// The numbers of a group.
    #[inline]
    pub fn get(&self, group: usize) -> &[u32] {
        let start = if group == 0 { 0 } else { self.ends[group - 1] };
        &self.numbers[start as usize..self.ends[group] as usize]
    }

    /// All numbers, group after group.
    pub fn all(&self) -> &[u32] {
        &self.numbers
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
        assert_eq!(groups.all(), [7, 8, 9, 3, 5]);
        assert_eq!(Groups::of(0, std::iter::empty()).all(), [0; 0]);
    }
}
