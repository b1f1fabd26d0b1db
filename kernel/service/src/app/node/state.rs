//! A service's in-memory state for as long as a node runs: one value of each type, made on first use. The state belongs
//! to the node and not to the process, so nodes of one process (in tests) don't share it.

use std::any::{Any, TypeId};
use std::sync::Arc;

use parking_lot::Mutex;

use super::Node;
use crate::app::by_type::ByType;

/// The values, by type.
#[derive(Default)]
pub(super) struct States(Mutex<ByType<Arc<dyn Any + Send + Sync>>>);

impl Node {
    /// This node's value of a type that the calling service has for this purpose alone: a lock, a list of work in
    /// progress. The value lasts until the node stops and is never written to disk.
    pub fn state<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let states = &self.0.states.0;
        let mut states = states.lock();
        let state = states
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()));
        // Each key holds a value of its type.
        Arc::clone(state).downcast().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use crate::host::config::Config;
    use crate::testing::TestNode;

    #[derive(Default)]
    struct Count(AtomicU8);

    #[tokio::test]
    async fn a_node_has_one_value_of_a_type_and_another_node_has_its_own() {
        let one = TestNode::start(vec![], Config::default(), 1).await.unwrap();
        let other = TestNode::start(vec![], Config::default(), 2).await.unwrap();
        one.node.state::<Count>().0.store(7, Ordering::Relaxed);
        assert_eq!(one.node.state::<Count>().0.load(Ordering::Relaxed), 7);
        assert_eq!(other.node.state::<Count>().0.load(Ordering::Relaxed), 0);
    }
}
