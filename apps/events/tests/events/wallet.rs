//! Wallets and receipts for the money of events.

use crate::prelude::*;

/// Returns the text of a person's wallet page, with plain spaces instead of non-breaking ones.
async fn wallet(who: &Somebody, node: &TestNode) -> String {
    let page = who.get(node, "/pay").await.check(200);
    page.text().replace('\u{a0}', " ")
}

#[tokio::test]
async fn a_wallet_says_what_is_coming_and_when() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, _) = published(&world, band.did(), 10).await;
    ada.top_up(&world, 5_000).await;
    for _ in 0..2 {
        assert_eq!(ada.buys(node, &id, 2, 1).await.status, 201);
    }
    // Two payments of one day are combined in one line.
    let page = wallet(&band, node).await;
    assert_has!(page, "<strong>6.00 CHF</strong>, yours on <time", ">4 December 2026</time>");
    assert!(page.contains("You have no credit to spend on this box."));
    let page = wallet(&ada, node).await;
    assert_has!(page, "30.00 CHF");
    assert_lacks!(page, "yours on <time");
    // The receipt shows the same release time for the viewer's own part.
    let path = format!("/pay/api/balance/{}", band.did());
    let money = band.get(node, &path).await.json();
    let payment = money["coming"][0]["payment"].as_str().unwrap().to_owned();
    let receipt = world.organiser.get(node, &format!("/pay/receipts/{payment}")).await.text();
    let page = receipt.replace('\u{a0}', " ");
    assert_has!(page, "Your part, <strong>7.00 CHF</strong>, is yours on");
    close(world.node).await;
}

#[tokio::test]
async fn a_payout_is_asked_for_set_aside_and_sent_or_refused() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    ada.top_up(&world, 5_000).await;
    assert!(wallet(&ada, node).await.contains("You have 50.00 CHF."));
    for (amount, paid) in [(2_000, true), (1_000, false)] {
        let ask = json!({"amount": amount, "currency": "CHF", "to": "account 12-34"});
        ada.does(node, "/pay/api/payouts", &ask).await;
        assert_has!(wallet(&ada, node).await, "set aside until the owner");
        assert_has!(wallet(&world.owner, node).await, "account 12-34", "I have sent it");
        let all = world.owner.get(node, "/pay/api/payouts").await.json();
        let mut payouts = all.as_array().unwrap().iter();
        let payout = payouts.find(|one| one["status"] == "asked");
        let id = payout.unwrap()["id"].as_str().unwrap();
        world.owner.does(node, &format!("/pay/api/payouts/{id}"), &json!({ "paid": paid })).await;
        assert!(!wallet(&world.owner, node).await.contains("I have sent it"));
    }
    let page = wallet(&ada, node).await;
    assert_has!(page, "paid out", "refused by the owner");
    assert_eq!(ada.balance(node).await, 3_000);
    // Only the owner sees the owner's part of the page.
    assert!(!page.contains("As the owner of this box"));
    close(world.node).await;
}

#[tokio::test]
async fn the_owner_sees_late_top_ups_and_limits() {
    let mut world = world().await;
    let mut ada = somebody(&world.node, 5).await;
    let ask = json!({"amount": 1_200, "currency": "CHF"});
    let hold = ada.does(&world.node, "/pay/api/topup/emt", &ask).await;
    world.node.clock.pass(std::time::Duration::from_secs(73 * 3600));
    for who in [&mut world.owner, &mut ada] {
        who.token = who.person.sign_in(&world.node).await;
    }
    let node = &world.node;
    assert_has!(wallet(&world.owner, node).await, "It has arrived after all");
    let done = world.owner.does(node, "/pay/api/confirm-payment", &json!({"id": hold["id"]})).await;
    assert_eq!(done["status"], "confirmed");
    assert_eq!(ada.balance(node).await, 1_200);
    let page = wallet(&world.owner, node).await;
    assert_has!(page, "My bank took it back");
    assert_lacks!(page, "after all");

    let until = "2027-01-05T00:00:00.000Z";
    let limit = json!({"account": ada.did(), "currency": "CHF", "limit": 2_000, "until": until});
    world.owner.does(node, "/pay/api/limits", &limit).await;
    let page = wallet(&world.owner, node).await;
    assert_has!(page, ": up to <strong>20.00 CHF</strong> more than they have, until <time");
    let page = wallet(&ada, node).await;
    let limit = "lets you spend up to <strong>20.00 CHF</strong> more than you have";
    assert_has!(page, limit, "5 January 2027");
    close(world.node).await;
}
