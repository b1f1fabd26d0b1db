use imajin_service::testing::Ask;

use crate::support::{close, node, order, owner, shares, somebody};

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
