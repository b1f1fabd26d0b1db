use std::time::Duration;

use imajin_edge::testing::{TestClock, TestNode, open_config, populated};

use crate::support::{Somebody, node, services, somebody};

/// Issues numbered attestations about a person. Returns the status of each.
async fn says(node: &TestNode, one: &Somebody, other: &Somebody, from: u32, to: u32) -> Vec<u16> {
    let mut statuses = Vec::new();
    for n in from..to {
        let reply = one.attests(node, other, &format!("inv_{n}")).await;
        statuses.push(reply.status);
    }
    statuses
}

/// Twenty entries a day in the log of one other person, counted across a restart; another person has a separate limit.
#[tokio::test]
async fn what_one_left_with_others_is_counted_over_a_restart() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    let done = says(&node, &ada, &bob, 0, 12).await;
    assert!(done.iter().all(|status| *status == 201), "{done:?}");
    let folder = node.stop().await.unwrap();
    let clock = TestClock::at("2026-11-20T10:10:00.000Z");
    let node = TestNode::start_in(folder, services(), open_config(), 200, clock).await.unwrap();
    let done = says(&node, &ada, &bob, 20, 29).await;
    assert_eq!(done, [201, 201, 201, 201, 201, 201, 201, 201, 429]);
    assert_eq!(says(&node, &ada, &eve, 30, 31).await, [201]);
    assert_eq!(says(&node, &eve, &bob, 31, 32).await, [201]);
    node.clock.pass(Duration::from_secs(24 * 3_600));
    assert_eq!(says(&node, &ada, &bob, 40, 41).await, [201], "a new day");
}
