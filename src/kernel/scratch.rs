//! Working memory that is handed on from tick to tick.
//!
//! Whoever needs lists in every tick takes them from here and gives them back, so that they are asked for once and grow
//! until they are long enough. What is in them means nothing: it is no part of the state.

use std::any::Any;

/// Things of different types, one of each.
#[derive(Default)]
pub struct Scratch(Vec<Box<dyn Any + Send + Sync>>);

impl Scratch {
    /// Takes what was given back of this type, as it was then; at first its default. Whoever takes two things of one
    /// type without giving one back gets a new one the second time.
    pub fn take<T: Any + Default + Send + Sync>(&mut self) -> T {
        self.find().map(std::mem::take).unwrap_or_default()
    }

    /// Keeps it for the next one who asks.
    pub fn give_back<T: Any + Default + Send + Sync>(&mut self, used: T) {
        match self.find() {
            Some(place) => *place = used,
            None => self.0.push(Box::new(used)),
        }
    }

    fn find<T: Any>(&mut self) -> Option<&mut T> {
        self.0.iter_mut().find_map(|thing| thing.downcast_mut())
    }
}

/// A copy of the state needs no copy of it.
impl Clone for Scratch {
    fn clone(&self) -> Self {
        Scratch::default()
    }
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scratch of {}", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_comes_again_by_type() {
        #[derive(Default)]
        struct Names(Vec<String>);
        let mut scratch = Scratch::default();
        let mut numbers: Vec<u32> = scratch.take();
        numbers.reserve_exact(77);
        scratch.give_back(numbers);
        scratch.give_back(Names(vec!["a".to_string()]));
        assert_eq!(scratch.take::<Vec<u32>>().capacity(), 77);
        assert_eq!(scratch.take::<Vec<u32>>().capacity(), 0, "it was taken");
        assert_eq!(scratch.take::<Names>().0, ["a"]);
        assert_eq!(scratch.clone().take::<Names>().0.len(), 0);
    }
}
