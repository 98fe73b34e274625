//! Columns of the table of firms, whatever their items are: how rows move together and room is made.

use std::cmp::Reverse;

use crate::kernel::ordered::hand_out;
use crate::world::stayers::{Run, Stayers};

/// Works on some columns at once, of which the largest come first: nobody is to wait for one that was begun late.
pub(super) fn each_column(columns: &mut [(&mut dyn Column, usize)], work: impl Fn(&mut dyn Column, usize) + Sync) {
    columns.sort_unstable_by_key(|(column, width)| Reverse(column.item_bytes() * width));
    hand_out(columns, &|(column, width)| work(*column, *width));
}

/// A column of the firm table, whatever its items are.
pub(super) trait Column: Send {
    /// Moves the rows of `width` items that stay together and cuts off the rest.
    fn squeeze(&mut self, stayers: &Stayers, width: usize);

    /// Makes room for so many items more.
    fn reserve(&mut self, items: usize);

    /// Bytes of one item.
    fn item_bytes(&self) -> usize;
}

impl<T: Copy + Send> Column for Vec<T> {
    fn squeeze(&mut self, stayers: &Stayers, width: usize) {
        let mut end = 0;
        for Run { rows, to } in stayers.runs() {
            if rows.start != *to {
                self.copy_within(rows.start * width..rows.end * width, to * width);
            }
            end = to + rows.len();
        }
        self.truncate(end * width);
    }

    fn reserve(&mut self, items: usize) {
        self.reserve_exact(items);
    }

    fn item_bytes(&self) -> usize {
        size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squeezing_keeps_order_and_width() {
        let mut column: Vec<i32> = (0..12).collect();
        let mut stayers = Stayers::default();
        stayers.find(&[true, false, true, false]);
        column.squeeze(&stayers, 3);
        assert_eq!(column, [0, 1, 2, 6, 7, 8]);
    }
}
