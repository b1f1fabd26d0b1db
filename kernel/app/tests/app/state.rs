//! A service's in-memory state.

use std::sync::atomic::{AtomicU8, Ordering};

use imajin_edge::testing::TestNode;
use imajin_host::Config;

#[derive(Default)]
struct Count(AtomicU8);

#[tokio::test]
async fn a_node_has_one_value_of_a_type_and_another_node_has_its_own() {
    let first = TestNode::start(vec![], Config::default(), 1).await.unwrap();
    let other = TestNode::start(vec![], Config::default(), 2).await.unwrap();
    first.node.state::<Count>().0.store(7, Ordering::Relaxed);
    assert_eq!(first.node.state::<Count>().0.load(Ordering::Relaxed), 7);
    assert_eq!(other.node.state::<Count>().0.load(Ordering::Relaxed), 0);
}
