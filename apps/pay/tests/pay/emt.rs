use std::time::Duration;

use serde_json::json;

use crate::support::{close, node, order, owner, shares, somebody};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn paid_when_the_payee_says_so() {
    let node = node().await;
    owner(&node, 1).await;
    let (buyer, band, venue) = (
        somebody(&node, 2).await,
        somebody(&node, 3).await,
        somebody(&node, 4).await,
    );
    let event = shares("event", &[(band.did(), 700_000), (venue.did(), 300_000)]);
    let event = event.build().unwrap().sign(band.key()).unwrap();
    let hold = buyer
        .does(&node, "/pay/api/checkout/etransfer", &order(&event, 1_000))
        .await;
    assert_eq!(
        (&hold["status"], &hold["payee"]),
        (&json!("pending"), &json!(band.did()))
    );
    let id = json!({"id": hold["id"]});
    let receipt = format!("/pay/api/receipts/{}", hold["id"].as_str().unwrap());
    assert_eq!(buyer.get(&node, &receipt).await.status, 404, "not paid yet");
    // Nobody else's word counts, not the payer's own.
    for other in [&buyer, &venue] {
        assert_eq!(
            other
                .signed(&node, "/pay/api/confirm-payment", &id)
                .await
                .status,
            404
        );
    }
    let confirmed = band.does(&node, "/pay/api/confirm-payment", &id).await;
    assert_eq!(confirmed["status"], json!("confirmed"));
    assert_eq!(buyer.get(&node, &receipt).await.status, 200);
    // The band has all of it in the bank, so it owes the venue its share here.
    assert_eq!(
        (
            buyer.balance(&node).await,
            band.balance(&node).await,
            venue.balance(&node).await
        ),
        (0, -300, 300)
    );
    let again = band.signed(&node, "/pay/api/confirm-payment", &id).await;
    assert_eq!(
        (again.status, &again.json()["reason"]),
        (409, &json!("confirmed")),
        "{}",
        again.text()
    );
    // Back by e-transfer too: here only the shares move.
    let refund = json!({"transactionId": hold["id"], "amount": 500});
    assert_eq!(
        band.does(&node, "/pay/api/refund", &refund).await["rail"],
        json!("emt")
    );
    assert_eq!(
        (
            buyer.balance(&node).await,
            band.balance(&node).await,
            venue.balance(&node).await
        ),
        (0, -150, 150)
    );
    close(node).await;
}

#[tokio::test]
async fn too_late_after_72_hours() {
    let node = node().await;
    let olga = owner(&node, 1).await;
    let buyer = somebody(&node, 2).await;
    let ask = json!({"amount": 500, "currency": "CHF"});
    let (early, late) = (
        buyer.does(&node, "/pay/api/topup/emt", &ask).await,
        buyer.does(&node, "/pay/api/topup/emt", &ask).await,
    );
    assert_ne!((&early["id"], &early["memo"]), (&late["id"], &late["memo"]));
    // Within a day of each other, so that the clock is believed; sessions end meanwhile.
    for _ in 0..5 {
        node.clock.pass(12 * HOUR);
        buyer.person.sign_in(&node).await.unwrap();
    }
    let olga = crate::support::Somebody {
        token: olga.person.sign_in(&node).await.unwrap(),
        ..olga
    };
    node.clock.pass(11 * HOUR);
    olga.does(
        &node,
        "/pay/api/confirm-payment",
        &json!({"id": early["id"]}),
    )
    .await;
    node.clock.pass(2 * HOUR);
    let reply = olga
        .signed(
            &node,
            "/pay/api/confirm-payment",
            &json!({"id": late["id"]}),
        )
        .await;
    assert_eq!(
        (reply.status, &reply.json()["reason"]),
        (409, &json!("expired")),
        "{}",
        reply.text()
    );
    let token = buyer.person.sign_in(&node).await.unwrap();
    let buyer = crate::support::Somebody { token, ..buyer };
    assert_eq!(buyer.balance(&node).await, 500);
    close(node).await;
}

#[tokio::test]
async fn credit_is_given_by_who_keeps_the_node() {
    let node = node().await;
    owner(&node, 1).await;
    let (buyer, eve) = (somebody(&node, 2).await, somebody(&node, 3).await);
    let hold = buyer
        .does(
            &node,
            "/pay/api/topup/emt",
            &json!({"amount": 500, "currency": "CHF"}),
        )
        .await;
    for other in [&buyer, &eve] {
        let reply = other
            .signed(
                &node,
                "/pay/api/confirm-payment",
                &json!({"id": hold["id"]}),
            )
            .await;
        assert_eq!(reply.status, 404, "{}", reply.text());
    }
    for (amount, currency) in [(0, "CHF"), (-5, "CHF"), (5, "XXX"), (i64::MAX, "CHF")] {
        let body = json!({"amount": amount, "currency": currency});
        assert_eq!(
            buyer
                .signed(&node, "/pay/api/topup/emt", &body)
                .await
                .status,
            400,
            "{body}"
        );
    }
    assert_eq!(buyer.balance(&node).await, 0);
    close(node).await;
}
