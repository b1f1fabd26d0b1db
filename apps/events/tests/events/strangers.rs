//! What somebody whom the node does not know may take: free tickets, a few a day.

use std::time::Duration;

use imajin_service::{Config, Registration, Role};
use serde_json::json;

use crate::support::{bare, close, kind, party, published_as, somebody, world};

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_stranger_takes_two_free_tickets_a_day_and_none_that_costs_something() {
    let world = world().await;
    let band = somebody(&world.node, 3).await;
    let (id, _) = published_as(&world, band.did(), |made, manifest| {
        let mut event = party(made, manifest, 10);
        event["tickets"] = json!([
            {"name": "Stream", "price": 100, "currency": "CHF"},
            {"name": "Lawn", "price": 0, "currency": "CHF", "quantity": 10},
        ]);
        event
    })
    .await;
    let config = Config {
        registration: Some(Registration::Invite),
        ..Config::default()
    };
    let world = world.restarted(config).await;
    let node = &world.node;
    let (mallory, trudy) = (bare(node, 5).await, bare(node, 6).await);
    assert_eq!(node.node.role(mallory.did()).unwrap(), Role::Stranger);

    let refused = mallory.buys(node, &id, 1, 1).await;
    assert_eq!(
        (refused.status, refused.json()["type"].as_str()),
        (403, Some("urn:imajin:problem:admission")),
        "{}",
        refused.text()
    );
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(mallory.buys(node, &id, 2, 1).await.status);
    }
    assert_eq!(answers, [201, 201, 429, 429]);
    // Each has an allowance of their own, and what is refused takes nothing of it; members have no such end.
    assert_eq!(trudy.buys(node, &id, 2, 1).await.status, 201);
    for _ in 0..3 {
        assert_eq!(world.owner.buys(node, &id, 2, 1).await.status, 201);
    }
    assert_eq!(kind(node, &id, 2).await["sold"], 6);

    node.clock.pass(A_DAY);
    let mallory = crate::support::Somebody {
        token: mallory.person.sign_in(node).await.unwrap(),
        ..mallory
    };
    assert_eq!(mallory.buys(node, &id, 2, 1).await.status, 201);
    close(world.node).await;
}
