use imajin_service::testing::{Ask, Write};
use serde_json::json;

use crate::support::{Somebody, close, node, order, owner, passes_on, shares, somebody};

/// Whose business it is not sees nothing of it.
#[tokio::test]
async fn ones_money_is_ones_own() {
    let node = node().await;
    let olga = owner(&node, 1).await;
    let (buyer, band, eve) = (
        somebody(&node, 2).await,
        somebody(&node, 3).await,
        somebody(&node, 4).await,
    );
    buyer.top_up(&node, &olga, 500).await;
    let event = shares("event", &[(band.did(), 1_000_000)]);
    let event = event.build().unwrap().sign(band.key()).unwrap();
    let paid = buyer
        .does(&node, "/pay/api/settle", &order(&event, 100))
        .await;
    let receipt = format!("/pay/api/receipts/{}", paid["batchId"].as_str().unwrap());
    let node_did = node.node.did().clone();
    for (path, other) in [
        (format!("/pay/api/balance/{}", buyer.did()), 403),
        (format!("/pay/api/transactions/{}", buyer.did()), 403),
        (format!("/pay/api/balance/{node_did}"), 403),
        (format!("/pay/api/transactions/{node_did}"), 403),
        (receipt, 404),
    ] {
        assert_eq!(
            node.send(Ask::get(&path)).await.unwrap().status,
            401,
            "{path}"
        );
        assert_eq!(eve.get(&node, &path).await.status, other, "{path}");
    }
    let own = buyer
        .get(&node, &format!("/pay/api/transactions/{}", buyer.did()))
        .await
        .json();
    let notes: Vec<_> = own["transactions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["memo"].as_str())
        .collect();
    assert_eq!(notes, ["for the launch party"]);
    close(node).await;
}

/// What somebody leaves behind, and what cannot come along, is said before they go.
#[tokio::test]
async fn what_stays_is_said() {
    let node = node().await;
    let olga = owner(&node, 1).await;
    let (buyer, band) = (somebody(&node, 2).await, somebody(&node, 3).await);
    buyer.top_up(&node, &olga, 500).await;
    let event = shares("event", &[(band.did(), 1_000_000)]);
    let event = event.build().unwrap().sign(band.key()).unwrap();
    buyer
        .does(&node, "/pay/api/settle", &order(&event, 100))
        .await;
    let passed = passes_on(&band, &[(band.did(), 500_000), (olga.did(), 500_000)]);
    let published = json!({"manifest": passed.document()});
    band.does(&node, "/pay/api/manifests", &published).await;
    buyer
        .does(&node, "/pay/api/checkout/etransfer", &order(&event, 70))
        .await;
    let stays = async |who: &Somebody| {
        let plan = who.get(&node, "/auth/api/delete").await.json();
        let stays = plan["stays"].as_array().unwrap().clone();
        let of_pay = stays.into_iter().filter(|one| one["service"] == "pay");
        let named = of_pay.map(|one| {
            (
                one["kind"].as_str().unwrap().to_owned(),
                one["number"].as_u64().unwrap(),
            )
        });
        named.collect::<Vec<_>>()
    };
    let owed = format!("minor units of CHF that {} owes you", node.node.did());
    let has = |all: &[(String, u64)], kind: &str, number: u64| {
        assert!(
            all.contains(&(kind.to_owned(), number)),
            "{kind} {number}: {all:?}"
        );
    };
    let of_buyer = stays(&buyer).await;
    has(&of_buyer, "payments that are waited for", 1);
    has(&of_buyer, "receipts of the other side", 1);
    has(&of_buyer, &owed, 400);
    let of_band = stays(&band).await;
    has(&of_band, "payments that are waited for", 1);
    has(&of_band, "copies of manifests in receipts", 1);
    has(&of_band, &owed, 100);

    // The receipt of the other side is theirs, also when the seller has gone.
    let plan = band.get(&node, "/auth/api/delete").await.json();
    let counts = imajin_dfos::cbor::from_dag_json(&plan["body"]).unwrap();
    let write = Write::new(band.did(), "auth.delete").body(counts);
    let (proof, body) = band.person.sign(&node, &write).await.unwrap();
    let body = imajin_dfos::cbor::to_dag_json(&body.unwrap()).unwrap();
    let ask = Ask::post("/auth/api/delete", &body).header("mjn-proof", proof.to_compact());
    let gone = node.send(ask).await.unwrap();
    assert_eq!(gone.status, 201, "{}", gone.text());
    let moved = buyer
        .get(&node, &format!("/pay/api/transactions/{}", buyer.did()))
        .await
        .json();
    let moved = moved["transactions"].as_array().unwrap();
    let receipt = moved.iter().find(|one| one["op"] == "pay.receipt").unwrap();
    let path = format!(
        "/pay/api/receipts/{}",
        receipt["transactionId"].as_str().unwrap()
    );
    assert_eq!(buyer.get(&node, &path).await.status, 200);
    assert_eq!(buyer.balance(&node).await, 400);
    close(node).await;
}
