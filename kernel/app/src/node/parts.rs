//! The parts of a node, one of each type.

use std::any::{Any, TypeId};

use crate::by_type::ByType;

/// The parts.
#[derive(Default)]
pub struct Parts(ByType<Box<dyn Any + Send + Sync>>);

impl Parts {
    /// Adds a part, in place of an earlier one of its type.
    #[must_use]
    pub fn with_part<T: Send + Sync + 'static>(mut self, part: T) -> Self {
        self.0.insert(TypeId::of::<T>(), Box::new(part));
        self
    }

    /// The part of this type. Presence depends only on how the node is put together: no input makes a difference, and a
    /// node without a part would fail its first test.
    pub(super) fn get<T: Send + Sync + 'static>(&self) -> &T {
        let part = self.0.get(&TypeId::of::<T>());
        match part.and_then(|part| part.downcast_ref()) {
            Some(part) => part,
            None => unreachable!("this node was built without {}", std::any::type_name::<T>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Parts;

    #[test]
    fn a_part_is_found_by_its_type_and_a_later_one_takes_its_place() {
        let parts =
            Parts::default().with_part(7_u8).with_part("text").with_part('c').with_part(9_u8);
        assert_eq!(parts.get::<u8>(), &9);
        assert_eq!(parts.get::<&str>(), &"text");
        assert_eq!(parts.get::<char>(), &'c');
    }
}
