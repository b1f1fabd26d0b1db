use crate::prelude::*;
use crate::support::{close_with, node_with_names, services_with_names};

/// People see nothing of other people's payments.
#[tokio::test]
async fn ones_money_is_ones_own() {
    let (node, olga, [buyer, band, eve]) = node_with_people([2, 3, 4]).await;
    buyer.top_up(&node, &olga, 500).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let paid = buyer.settles(&node, &event, 100).await;
    let receipt = format!("/pay/api/receipts/{}", paid["batchId"].as_str().unwrap());
    let node_did = node.node.did().clone();
    for (path, other) in [
        (format!("/pay/api/balance/{}", buyer.did()), 403),
        (format!("/pay/api/transactions/{}", buyer.did()), 403),
        (format!("/pay/api/balance/{node_did}"), 403),
        (format!("/pay/api/transactions/{node_did}"), 403),
        (receipt, 404),
    ] {
        assert_eq!(node.get(&path).await.status, 401, "{path}");
        assert_eq!(eve.get(&node, &path).await.status, other, "{path}");
    }
    let own = buyer.get(&node, &format!("/pay/api/transactions/{}", buyer.did())).await.json();
    let transactions = own["transactions"].as_array().unwrap().iter();
    let notes: Vec<_> = transactions.filter_map(|one| one["memo"].as_str()).collect();
    assert_eq!(notes, ["for the launch party"]);
    close(node).await;
}

/// The deletion and move plans list what a person leaves behind, and what cannot move with them.
#[tokio::test]
async fn what_stays_is_said() {
    let (node, olga, [buyer, band]) = node_with_people([2, 3]).await;
    buyer.top_up(&node, &olga, 500).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    buyer.settles(&node, &event, 100).await;
    let passed = passes_on(&band, &[(band.did(), 500_000), (olga.did(), 500_000)]);
    band.does(&node, "/pay/api/manifests", &json!({"manifest": passed.document()})).await;
    buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 70)).await;
    let stays = async |who: &Somebody| {
        let plan = who.get(&node, "/auth/api/delete").await.json();
        let stays = plan["stays"].as_array().unwrap().clone();
        let of_pay = stays.into_iter().filter(|one| one["service"] == "pay");
        let named = of_pay
            .map(|one| (one["kind"].as_str().unwrap().to_owned(), one["number"].as_u64().unwrap()));
        named.collect::<Vec<_>>()
    };
    let owed = |amount: &str| format!("{amount}\u{a0}CHF of credit that this box owes you");
    let has = |all: &[(String, u64)], kind: &str, number: u64| {
        assert!(all.contains(&(kind.to_owned(), number)), "{kind} {number}: {all:?}");
    };
    let of_buyer = stays(&buyer).await;
    has(&of_buyer, "open payments", 1);
    has(&of_buyer, "other people's receipts", 1);
    has(&of_buyer, &owed("4.00"), 0);
    let of_band = stays(&band).await;
    has(&of_band, "open payments", 1);
    has(&of_band, "kept manifest copies", 1);
    has(&of_band, &owed("1.00"), 0);

    // The other side keeps their receipt, even if the seller has left.
    delete(&node, &band).await;
    let moved = buyer.get(&node, &format!("/pay/api/transactions/{}", buyer.did())).await.json();
    let moved = moved["transactions"].as_array().unwrap();
    let receipt = moved.iter().find(|one| one["op"] == "pay.receipt").unwrap();
    let path = format!("/pay/api/receipts/{}", receipt["transactionId"].as_str().unwrap());
    assert_eq!(buyer.get(&node, &path).await.status, 200);
    assert_eq!(buyer.balance(&node).await, 400);
    close(node).await;
}

pub(crate) async fn delete(node: &TestNode, who: &Somebody) {
    let plan = who.get(node, "/auth/api/delete").await.json();
    let counts = imajin_dfos::cbor::from_dag_json(&plan["body"]).unwrap();
    let write = Write::new(who.did(), "auth.delete").body(counts);
    let (proof, body) = who.person.sign(node, &write).await.unwrap();
    let body = imajin_dfos::cbor::to_dag_json(&body.unwrap()).unwrap();
    let ask = Ask::post("/auth/api/delete", &body).header("mjn-proof", proof.to_compact());
    node.send(ask).await.check(201);
}

/// The share of a person who deleted their record goes to the others in proportion, and the quote says so.
#[tokio::test]
async fn the_share_of_somebody_who_is_gone_goes_to_the_others() {
    let (node, olga, [buyer, band, venue, friend]) = node_with_people([2, 3, 4, 5]).await;
    buyer.top_up(&node, &olga, 1_000).await;
    let event = [(band.did(), 500_000), (venue.did(), 300_000), (friend.did(), 200_000)];
    let event = band.signs_shares("event", &event);
    let before = buyer.to_sign(&node, "/pay/api/settle", &order(&event, 1_000)).await;
    delete(&node, &friend).await;
    // The buyer signed a division that is outdated by then.
    buyer
        .person
        .write(&node, &Write::from_answer(&before))
        .await
        .check_member(409, "field", "follows");
    let quote = buyer.ask(&node, "/pay/api/quote", &order(&event, 1_000)).await;
    assert_has!(quote.text(), &format!("\"gone\":[\"{}\"]", friend.did()));
    let paid = buyer.settles(&node, &event, 1_000).await;
    assert_eq!(balances(&node, [&band, &venue]).await, [625, 375]);
    let path = format!("/pay/api/receipts/{}", paid["batchId"].as_str().unwrap());
    let text = buyer.get(&node, &path).await.text();
    let keys = imajin_protocol::fair::SuffixKeys;
    let receipt = imajin_protocol::settlement::Receipt::verify(&text, &keys).unwrap().receipt;
    assert_eq!(receipt.gone, [friend.did().clone()]);
    close(node).await;
}

/// A debt to a person who deleted their record can't be paid: no one could spend that credit.
#[tokio::test]
async fn nothing_is_paid_to_a_creditor_who_is_gone() {
    let (node, olga, [buyer, band, venue]) = node_with_people([2, 3, 4]).await;
    let event = band.signs_shares("event", &[(band.did(), 700_000), (venue.did(), 300_000)]);
    let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 1_000)).await;
    band.does(&node, "/pay/api/confirm-payment", &json!({ "id": hold["id"] })).await;
    band.top_up(&node, &olga, 500).await;
    delete(&node, &venue).await;
    let pay = Write::new(band.did(), "pay.debt.pay")
        .reference(hold["id"].as_str().unwrap())
        .fact(json!({ "amount": 300, "currency": "CHF", "creditor": venue.did() }))
        .to(&[node.node.did()]);
    band.person.write(&node, &pay).await.check(404);
    assert_lacks!(band.get(&node, "/pay").await.text(), "pay.debt.pay");
    assert_eq!(band.balance(&node).await, 500);
    close(node).await;
}

/// A person with a share leaves between an order and its transfer: their share goes to the others in proportion, the
/// payee owes them nothing, and the receipts of both sides say so.
#[tokio::test]
async fn who_leaves_between_an_order_and_its_money_gets_nothing_of_it() {
    let node = node().await;
    owner(&node, 1).await;
    let [buyer, band, venue, friend] = each([2, 3, 4, 5], |n| somebody(&node, n)).await;
    let event = [(band.did(), 500_000), (venue.did(), 300_000), (friend.did(), 200_000)];
    let event = band.signs_shares("event", &event);
    let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 1_000)).await;
    let id = hold["id"].as_str().unwrap();
    delete(&node, &friend).await;
    band.does(&node, "/pay/api/confirm-payment", &json!({ "id": id })).await;
    // The bank paid everything to the band, which owes the venue its share, including a part of the deleted person's share.
    assert_eq!((band.debts(&node).await.0, venue.debts(&node).await.1), (375, 375));
    for party in [&buyer, &band] {
        let text = party.get(&node, &format!("/pay/api/receipts/{id}")).await.text();
        let keys = imajin_protocol::fair::SuffixKeys;
        let receipt = imajin_protocol::settlement::Receipt::verify(&text, &keys).unwrap().receipt;
        assert_eq!(receipt.gone, [friend.did().clone()]);
        let parts = receipt.division.recipients.iter();
        let parts: Vec<_> = parts.map(|(did, part)| (did, part.get())).collect();
        assert_eq!(parts, [(band.did(), 625), (venue.did(), 375)]);
        let page = party.get(&node, &format!("/pay/receipts/{id}")).await.text();
        let deleted = "1 person with a share had deleted their record";
        assert_has!(page, deleted, "1 person left after the order");
    }
    close(node).await;
}

/// A debt after an e-transfer is on no rail, so nothing settles it when one of the two leaves: both plans list it.
#[tokio::test]
async fn what_somebody_still_owes_and_is_owed_is_said_with_amounts_and_names() {
    let node = node_with_names().await;
    owner(&node, 1).await;
    let [buyer, band, friend, nameless] = each([2, 3, 4, 5], |n| somebody(&node, n)).await;
    for (who, name) in [(&band, "The Band"), (&friend, "Fay")] {
        let name = imajin_dfos::cbor::from_dag_json(&json!({ "displayName": name })).unwrap();
        let write = Write::new(who.did(), "profile.update").body(name);
        who.person.write(&node, &write).await.check(201);
    }
    let split = [(band.did(), 600_000), (friend.did(), 300_000), (nameless.did(), 100_000)];
    let event = band.signs_shares("event", &split);
    let mut last = json!(null);
    // Two payments, and one line for each person.
    for _ in 0..2 {
        let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 1_000)).await;
        last = json!({ "id": hold["id"] });
        band.does(&node, "/pay/api/confirm-payment", &last).await;
    }
    let owed = async |who: &Somebody| {
        let plan = who.get(&node, "/auth/api/delete").await.json();
        let stays = plan["stays"].as_array().unwrap().clone();
        let all = stays.iter().map(|one| one["what"].as_str().unwrap());
        let all = all.filter(|what| what.contains("owe"));
        all.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut of_band = owed(&band).await;
    of_band.sort_unstable();
    let to_nameless = format!("2.00\u{a0}CHF that you owe {}", nameless.did());
    assert_eq!(of_band, [&*to_nameless, "6.00\u{a0}CHF that you owe Fay"]);
    assert_eq!(owed(&friend).await, ["6.00\u{a0}CHF that The Band owes you"]);
    assert!(owed(&buyer).await.is_empty());

    // Settled debts are no longer listed.
    let settled = format!("/pay/api/debts/{}/forgive", last["id"].as_str().unwrap());
    friend.does(&node, &settled, &json!({ "with": band.did(), "amount": 300 })).await;
    assert_eq!(owed(&friend).await, ["3.00\u{a0}CHF that The Band owes you"]);
    close_with(node, services_with_names()).await;
}
