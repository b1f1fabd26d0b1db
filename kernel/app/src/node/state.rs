//! A service's in-memory state for as long as a node runs: one value of each type, made on first use. The state belongs
//! to the node and not to the process, so nodes of one process (in tests) don't share it.

use std::any::{Any, TypeId};
use std::sync::Arc;

use parking_lot::Mutex;

use super::Node;
use crate::by_type::ByType;

/// The values, by type.
#[derive(Default)]
pub(super) struct States(Mutex<ByType<Arc<dyn Any + Send + Sync>>>);

impl Node {
    /// This node's value of a type that the calling service has for this purpose alone: a lock, a list of work in
    /// progress. The value lasts until the node stops and is never written to disk.
    pub fn state<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let states = &self.0.states.0;
        let mut states = states.lock();
        let state = states.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default()));
        // Each key holds a value of its type.
        Arc::clone(state).downcast().unwrap_or_default()
    }
}
