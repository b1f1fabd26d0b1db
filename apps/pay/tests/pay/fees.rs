use crate::prelude::*;

#[tokio::test]
async fn chosen_by_the_owner_announced_a_day_before() {
    let (node, olga, [buyer, band, network]) = node_with_people([2, 3, 4]).await;
    buyer.top_up(&node, &olga, 30_000).await;
    let mjn = json!({"profile": "mjn", "network": network.did()});
    assert_eq!(buyer.signed(&node, "/pay/api/fees", &mjn).await.status, 403);
    for bad in [json!({"profile": "mjn", "node": 20_001}), json!({"profile": "all"})] {
        assert_eq!(olga.signed(&node, "/pay/api/fees", &bad).await.status, 400, "{bad}");
    }
    let reply = olga.does(&node, "/pay/api/fees", &mjn).await;
    assert_eq!(reply["now"], json!({"protocol": 0, "node": 0, "buyerCredit": 0}));
    let fees = json!({"protocol": 10_000, "node": 5_000, "buyerCredit": 2_500});
    assert_members!(reply["announced"], "fees": fees);
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    buyer.settles(&node, &event, 10_000).await;
    assert_eq!(balances(&node, [&band, &network]).await, [10_000, 0]);

    node.clock.pass(Duration::from_secs(13 * 3600));
    node.clock.pass(Duration::from_secs(12 * 3600));
    let mut again = Vec::new();
    for who in [olga, buyer, band, network] {
        again.push(who.again(&node).await);
    }
    let [olga, buyer, band, network] = &again[..] else { panic!() };
    let fees = node.get("/pay/api/fees").await.json();
    assert_eq!((&fees["now"]["node"], &fees["announced"]), (&json!(5_000), &json!(null)));
    buyer.settles(&node, &event, 10_000).await;
    assert_eq!(balances(&node, [buyer, band, network]).await, [10_025, 19_825, 100]);
    // Fees can be lowered at once.
    let none = olga.does(&node, "/pay/api/fees", &json!({"profile": "none"})).await;
    assert_eq!(none["now"], json!({"protocol": 0, "node": 0, "buyerCredit": 0}));
    close(node).await;
}
