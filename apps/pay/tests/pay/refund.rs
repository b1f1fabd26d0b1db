use crate::prelude::*;

#[tokio::test]
async fn never_more_than_was_paid() {
    let (node, olga, [buyer, band, venue]) = node_with_people([2, 3, 4]).await;
    buyer.top_up(&node, &olga, 1_000).await;
    let event = band.signs_shares("event", &[(band.did(), 700_000), (venue.did(), 300_000)]);
    let paid = buyer.settles(&node, &event, 999).await;
    let id = &paid["batchId"];
    let refund =
        |amount: Option<i64>| json!({"transactionId": id, "amount": amount, "reason": "rain"});
    let first = band.does(&node, "/pay/api/refund", &refund(Some(333))).await;
    assert_members!(first, "refunded": 333, "total": 999, "rail": "ledger");
    assert_eq!(balances(&node, [&buyer, &band, &venue]).await, [334, 699 - 333, 300]);
    band.signed(&node, "/pay/api/refund", &refund(Some(667)))
        .await
        .check_member(409, "reason", "too-much");
    for bad in [0, -1] {
        band.signed(&node, "/pay/api/refund", &refund(Some(bad))).await.check(400);
    }
    // Neither the buyer nor another payee may refund, and they don't learn whether the payment exists.
    for other in [&buyer, &venue] {
        other.signed(&node, "/pay/api/refund", &refund(Some(1))).await.check(404);
    }
    // Free parts are final: the seller alone pays refunds, from their own balance.
    band.signed(&node, "/pay/api/refund", &refund(None)).await.check(402);
    band.top_up(&node, &olga, 300).await;
    // The rest is refunded, and then nothing is left.
    assert_eq!(band.does(&node, "/pay/api/refund", &refund(None)).await["refunded"], json!(999));
    assert_eq!(balances(&node, [&buyer, &band, &venue]).await, [1_000, 0, 300]);
    band.signed(&node, "/pay/api/refund", &refund(Some(1))).await.check(409);
    close(node).await;
}

/// The owner lets an account spend more than it has; that serves neither refunds nor payouts. A payout is set aside
/// when it is requested.
#[tokio::test]
async fn a_limit_is_for_spending_and_a_payout_is_set_aside() {
    let (node, olga, [buyer, band, venue]) = node_with_people([2, 3, 4]).await;
    buyer.top_up(&node, &olga, 500).await;
    let by = |seller: &crate::support::Somebody| {
        let draft = shares("x", &[(seller.did(), 1_000_000)]);
        draft.build().unwrap().sign(seller.key()).unwrap()
    };
    let paid = buyer.does(&node, "/pay/api/settle", &order(&by(&band), 500)).await;
    let limit = |limit: i64| json!({"account": band.did(), "currency": "CHF", "limit": limit, "until": "2027-01-01T00:00:00.000Z"});
    band.signed(&node, "/pay/api/limits", &limit(100)).await.check(403);
    olga.does(&node, "/pay/api/limits", &limit(100)).await;
    band.does(&node, "/pay/api/settle", &order(&by(&venue), 590)).await;
    assert_eq!(band.balance(&node).await, -90);
    let payout = |amount: i64| json!({"amount": amount, "currency": "CHF", "to": "CH93 0076 2011 6238 5295 7"});
    for (path, body) in [
        ("/pay/api/settle", order(&by(&venue), 11)),
        ("/pay/api/refund", json!({"transactionId": paid["batchId"], "amount": 1})),
        ("/pay/api/payouts", payout(1)),
    ] {
        let reply = band.signed(&node, path, &body).await;
        assert_eq!(reply.status, 402, "{path}: {}", reply.text());
    }
    // A lowered limit stops new spending only.
    olga.does(&node, "/pay/api/limits", &limit(0)).await;
    let spend = band.signed(&node, "/pay/api/settle", &order(&by(&venue), 1)).await;
    assert_eq!((spend.status, band.balance(&node).await), (402, -90));

    let request = venue.does(&node, "/pay/api/payouts", &payout(400)).await;
    assert_eq!((&request["status"], venue.balance(&node).await), (&json!("asked"), 190));
    let spend = venue.signed(&node, "/pay/api/settle", &order(&by(&band), 191)).await;
    assert_eq!(spend.status, 402, "what is set aside is not spent as well");
    let waiting = olga.get(&node, "/pay/api/payouts").await.json();
    assert_eq!((&waiting[0]["id"], &waiting[0]["to"]), (&request["id"], &payout(400)["to"]));
    let path = format!("/pay/api/payouts/{}", request["id"].as_str().unwrap());
    let no = json!({"paid": false});
    assert_eq!(venue.signed(&node, &path, &no).await.status, 403);
    olga.does(&node, &path, &no).await;
    assert_eq!(venue.balance(&node).await, 590);
    let request = venue.does(&node, "/pay/api/payouts", &payout(590)).await;
    let path = format!("/pay/api/payouts/{}", request["id"].as_str().unwrap());
    olga.does(&node, &path, &json!({"paid": true})).await;
    let again = olga.signed(&node, &path, &no).await;
    assert_eq!((again.status, venue.balance(&node).await), (409, 0));
    close(node).await;
}

/// A limit ends at its time: afterwards the account can spend only what it has.
#[tokio::test]
async fn a_limit_ends_at_its_time() {
    let (node, olga, [band, venue]) = node_with_people([3, 4]).await;
    let limit = json!({"account": band.did(), "currency": "CHF", "limit": 100, "until": "2026-11-22T00:00:00.000Z"});
    olga.does(&node, "/pay/api/limits", &limit).await;
    let draft = shares("x", &[(venue.did(), 1_000_000)]);
    let work = draft.build().unwrap().sign(venue.key()).unwrap();
    let path = "/pay/api/settle";
    band.does(&node, path, &order(&work, 50)).await;
    assert_eq!(band.balance(&node).await, -50);
    days(&node, &olga, 2).await;
    band.again(&node).await.signed(&node, path, &order(&work, 1)).await.check(402);
    close(node).await;
}
