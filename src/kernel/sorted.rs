//! Lists in order that take in new items.

/// Takes new items into a list in the order of their keys, and leaves none of them behind. No other memory is needed than
/// that of the longer list; of equals those that were there come first.
pub fn merge<T: Copy, K: Ord>(items: &mut Vec<T>, fresh: &mut Vec<T>, key: impl Fn(&T) -> K) {
    fresh.sort_unstable_by_key(&key);
    let (mut old, mut end) = (items.len(), items.len() + fresh.len());
    items.extend_from_slice(fresh);
    // From the last place on, which nobody needs any more.
    while let Some(item) = fresh.last() {
        end -= 1;
        if old > 0 && key(&items[old - 1]) > key(item) {
            old -= 1;
            items[end] = items[old];
        } else {
            items[end] = *item;
            fresh.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_items_find_their_places() {
        let merged = |items: &[i32], fresh: &[i32]| {
            let (mut items, mut fresh) = (items.to_vec(), fresh.to_vec());
            merge(&mut items, &mut fresh, |item| *item);
            assert!(fresh.is_empty());
            items
        };
        assert_eq!(merged(&[1, 4, 6], &[7, 0, 5]), [0, 1, 4, 5, 6, 7]);
        assert_eq!(merged(&[], &[2, 1]), [1, 2]);
        assert_eq!(merged(&[1, 2], &[]), [1, 2]);
        let mut items = vec![(1, 'a'), (2, 'a')];
        merge(&mut items, &mut vec![(2, 'b'), (1, 'b')], |(key, _)| *key);
        assert_eq!(items, [(1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')]);
    }
}
