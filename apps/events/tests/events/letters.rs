//! Letters: who gave an address is written their tickets.

use imajin_service::testing::Ask;
use serde_json::json;

use crate::support::{close, published, somebody, world};

#[tokio::test]
async fn who_came_with_an_address_is_written_their_tickets() {
    let world = world().await;
    let node = &world.node;
    let band = somebody(node, 3).await;
    let (id, _) = published(&world, band.did(), 5).await;
    let ask = Ask::post("/auth/api/onboard", &json!({"email": "fan@example.org"}));
    assert!(node.send(ask).await.unwrap().status < 300);
    let letters = async || world.owner.get(node, "/auth/api/mail").await.json()["letters"].clone();
    let text = letters().await[0]["text"].as_str().unwrap().to_owned();
    let token = text
        .split_once("#token=")
        .unwrap()
        .1
        .split_whitespace()
        .next()
        .unwrap();
    let ask = Ask::post("/auth/api/onboard/verify", &json!({"token": token}));
    let session = node.send(ask).await.unwrap().json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    // Pays later, by e-transfer: the letter comes with the tickets and not before.
    let order = json!({"type": 2, "rail": "emt"});
    let ask = Ask::post(format!("/events/api/events/{id}/buy"), &order).bearer(&session);
    let begun = node.send(ask).await.unwrap();
    assert_eq!(begun.status, 201, "{}", begun.text());
    let paid = json!({"id": begun.json()["payment"]});
    world
        .organiser
        .does(node, "/pay/api/confirm-payment", &paid)
        .await;
    let mut found = json!(null);
    for _ in 0..200 {
        let all = letters().await;
        let mut all = all.as_array().unwrap().clone().into_iter();
        if let Some(one) = all.find(|one| one["subject"] == "Your tickets: Launch party") {
            found = one;
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(found["to"], "fan@example.org", "{}", letters().await);
    assert!(
        found["text"].as_str().unwrap().contains("Floor: tkt_"),
        "{found}"
    );
    close(world.node).await;
}
