//! Tips without an account: the rights and limits of strangers.

use std::time::Duration;

use imajin_app::Role;
use serde_json::json;

use crate::support::{bare, somebody, world};

#[tokio::test]
async fn a_stranger_tips_and_leaves_a_word() {
    let world = world().await.closed().await;
    let guest = bare(&world.node, 30).await;
    assert_eq!(world.node.node.role(guest.did()).unwrap(), Role::Stranger);
    let payment = guest.gave(&world, 500).await;
    guest.says(&world, &payment, "Thanks!").await.check(201);
    assert_eq!(world.tips().await[0]["said"], "Thanks!");
    let mine = guest.get(&world.node, "/coffee/api/given").await;
    assert_eq!(mine.json()["tips"][0]["said"], "Thanks!");
    let fact = json!({"dids": [world.bea.did()]});
    guest.asks(&world.node, "coffee.unsay", &payment, fact, &[world.bea.did()]).await.check(201);
    assert!(world.tips().await[0]["said"].is_null());
    let refused = guest.get(&world.node, "/coffee/api/tips").await;
    assert_eq!(refused.status, 403, "jars are for people of the box");
    world.close().await;
}

#[tokio::test]
async fn strangers_promise_a_bounded_number_of_tips_whatever_keys_they_make() {
    let world = world().await;
    let ada = somebody(&world.node, 5).await;
    let world = world.closed().await;
    let mut answers = Vec::new();
    for seed in 30..33 {
        let guest = bare(&world.node, seed).await;
        for _ in 0..21 {
            answers.push(guest.tips(&world, 500, "emt").await.status);
            // Stay below the general rate limit.
            world.node.clock.pass(Duration::from_secs(5));
        }
    }
    // Each guest has 20 tips a day, and their address 40.
    let of = |status: u16| answers.iter().filter(|one| **one == status).count();
    assert_eq!((of(201), of(429)), (40, 23), "{answers:?}");
    assert_eq!(answers[20], 429);
    let ada = ada.again(&world.node).await;
    assert_eq!(ada.tips(&world, 500, "emt").await.status, 201, "people of the box can continue");
    world.close().await;
}
