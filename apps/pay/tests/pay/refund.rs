use serde_json::json;

use crate::support::{close, node, order, owner, shares, somebody};

#[tokio::test]
async fn never_more_than_was_paid() {
    let node = node().await;
    let olga = owner(&node, 1).await;
    let (buyer, band, venue) = (
        somebody(&node, 2).await,
        somebody(&node, 3).await,
        somebody(&node, 4).await,
    );
    buyer.top_up(&node, &olga, 1_000).await;
    let event = shares("event", &[(band.did(), 700_000), (venue.did(), 300_000)]);
    let event = event.build().unwrap().sign(band.key()).unwrap();
    let paid = buyer
        .does(&node, "/pay/api/settle", &order(&event, 999))
        .await;
    let id = &paid["batchId"];
    let refund =
        |amount: Option<i64>| json!({"transactionId": id, "amount": amount, "reason": "rain"});
    let first = band
        .does(&node, "/pay/api/refund", &refund(Some(333)))
        .await;
    assert_eq!(
        (&first["refunded"], &first["total"], &first["rail"]),
        (&json!(333), &json!(999), &json!("ledger"))
    );
    assert_eq!(
        (
            buyer.balance(&node).await,
            band.balance(&node).await,
            venue.balance(&node).await
        ),
        (334, 699 - 233, 300 - 100)
    );
    let too_much = band
        .signed(&node, "/pay/api/refund", &refund(Some(667)))
        .await;
    assert_eq!(
        (too_much.status, &too_much.json()["reason"]),
        (409, &json!("too-much")),
        "{}",
        too_much.text()
    );
    for bad in [0, -1] {
        assert_eq!(
            band.signed(&node, "/pay/api/refund", &refund(Some(bad)))
                .await
                .status,
            400
        );
    }
    // Neither the buyer nor a payee may: and they do not learn what there is.
    for other in [&buyer, &venue] {
        assert_eq!(
            other
                .signed(&node, "/pay/api/refund", &refund(Some(1)))
                .await
                .status,
            404
        );
    }
    // The rest, and then nothing is left.
    let last = band.does(&node, "/pay/api/refund", &refund(None)).await;
    assert_eq!(last["refunded"], json!(999));
    assert_eq!(
        (
            buyer.balance(&node).await,
            band.balance(&node).await,
            venue.balance(&node).await
        ),
        (1_000, 0, 0)
    );
    assert_eq!(
        band.signed(&node, "/pay/api/refund", &refund(Some(1)))
            .await
            .status,
        409
    );
    close(node).await;
}

/// Who spent what is now given back owes it, and it says so.
#[tokio::test]
async fn a_balance_may_go_below_zero_by_a_refund_only() {
    let node = node().await;
    let olga = owner(&node, 1).await;
    let (buyer, band, venue) = (
        somebody(&node, 2).await,
        somebody(&node, 3).await,
        somebody(&node, 4).await,
    );
    buyer.top_up(&node, &olga, 500).await;
    let by = |seller: &crate::support::Somebody| {
        let draft = shares("x", &[(seller.did(), 1_000_000)]);
        draft.build().unwrap().sign(seller.key()).unwrap()
    };
    let paid = buyer
        .does(&node, "/pay/api/settle", &order(&by(&band), 500))
        .await;
    band.does(&node, "/pay/api/settle", &order(&by(&venue), 500))
        .await;
    band.does(
        &node,
        "/pay/api/refund",
        &json!({"transactionId": paid["batchId"]}),
    )
    .await;
    assert_eq!(
        (buyer.balance(&node).await, band.balance(&node).await),
        (500, -500)
    );
    let short = band
        .signed(&node, "/pay/api/settle", &order(&by(&venue), 1))
        .await;
    assert_eq!(short.status, 402);
    close(node).await;
}
