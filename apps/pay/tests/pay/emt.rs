use imajin_protocol::fair::SuffixKeys;
use imajin_protocol::settlement::Receipt;

use imajin_log::Header;

use crate::prelude::*;

#[tokio::test]
async fn paid_when_the_payee_says_so() {
    let (node, olga, [buyer, band, venue]) = node_with_people([2, 3, 4]).await;
    let event = band.signs_shares("event", &[(band.did(), 700_000), (venue.did(), 300_000)]);
    let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 1_000)).await;
    assert_members!(hold, "status": "pending", "payee": band.did());
    let id = json!({"id": hold["id"]});
    let receipt = format!("/pay/api/receipts/{}", hold["id"].as_str().unwrap());
    assert_eq!(buyer.get(&node, &receipt).await.status, 404, "not paid yet");
    // Only the payee can confirm, not even the payer.
    for other in [&buyer, &venue] {
        other.signed(&node, "/pay/api/confirm-payment", &id).await.check(404);
    }
    let confirmed = band.does(&node, "/pay/api/confirm-payment", &id).await;
    assert_eq!(confirmed["status"], json!("confirmed"));
    assert_eq!(buyer.get(&node, &receipt).await.status, 200);
    // The band has all of the money in the bank and none here: no credit is made, and the band owes the venue its
    // share.
    let total = venue.balance(&node).await + venue.coming(&node).await;
    assert_eq!((buyer.balance(&node).await, band.balance(&node).await, total), (0, 0, 0));
    assert_eq!((band.debts(&node).await, venue.debts(&node).await), ((300, 0), (0, 300)));
    // The text that the node signs names the debt on both sides.
    for side in [&buyer, &band] {
        let text = side.get(&node, &receipt).await.text();
        let verified = Receipt::verify(&text, &SuffixKeys).unwrap();
        let debts = &verified.receipt.debts;
        assert_eq!(debts.len(), 1);
        assert_eq!((&debts[0].debtor, &debts[0].creditor), (band.did(), venue.did()));
        assert_eq!(debts[0].amount.get(), 300);
        let less = text.replace("\"amount\":300,\"creditor\"", "\"amount\":3,\"creditor\"");
        assert!(Receipt::verify(&less, &SuffixKeys).is_err());
    }
    let again = band.signed(&node, "/pay/api/confirm-payment", &id).await;
    again.check_member(409, "reason", "confirmed");
    // A seller's refund by bank moves no credit, and ends no debt.
    let refund = json!({"transactionId": hold["id"], "amount": 500});
    assert_eq!(band.does(&node, "/pay/api/refund", &refund).await["rail"], json!("emt"));
    assert_eq!(balances(&node, [&buyer, &band, &venue]).await, [0, 0, 0]);
    assert_eq!(band.debts(&node).await, (300, 0));
    // A debt needs a covering balance to be paid, and only its creditor can end it otherwise.
    let path = format!("/pay/api/debts/{}/pay", hold["id"].as_str().unwrap());
    let pay = json!({"with": venue.did(), "amount": 100});
    band.signed(&node, &path, &pay).await.check(402);
    band.top_up(&node, &olga, 150).await;
    assert_eq!(band.does(&node, &path, &pay).await["left"], json!(200));
    let forgive = format!("/pay/api/debts/{}/forgive", hold["id"].as_str().unwrap());
    let other = json!({"with": band.did()});
    assert_eq!(buyer.signed(&node, &forgive, &other).await.status, 404);
    // A signed operation that bypasses the route is refused, too.
    let forged = Write::new(buyer.did(), "pay.debt.forgive")
        .reference(hold["id"].as_str().unwrap())
        .fact(json!({"amount": 200, "currency": "CHF", "debtor": band.did()}))
        .to(&[band.did(), venue.did(), node.node.did()]);
    buyer.person.write(&node, &forged).await.check(404);
    venue.does(&node, &forgive, &other).await;
    assert_eq!((band.debts(&node).await, venue.debts(&node).await), ((0, 0), (0, 0)));
    assert_eq!(balances(&node, [&band, &venue]).await, [50, 100]);
    close(node).await;
}

/// A sale expires after 72 hours; the owner can confirm a top-up however late the money arrives.
#[tokio::test]
async fn too_late_after_72_hours_but_for_the_owner() {
    let (node, olga, [buyer, band]) = node_with_people([2, 3]).await;
    let ask = json!({"amount": 500, "currency": "CHF"});
    let top_up = buyer.does(&node, "/pay/api/topup/emt", &ask).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let sale = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 1_000)).await;
    assert_ne!((&sale["id"], &sale["memo"]), (&top_up["id"], &top_up["memo"]));
    assert_eq!(sale["memo"].as_str().unwrap().len(), "IMJ-".len() + 10);
    days(&node, &buyer, 4).await;
    let olga = olga.again(&node).await;
    let band = band.again(&node).await;
    let buyer = buyer.again(&node).await;
    let path = "/pay/api/confirm-payment";
    let reply = band.signed(&node, path, &json!({"id": sale["id"]})).await;
    reply.check_member(409, "reason", "expired");
    olga.does(&node, path, &json!({"id": top_up["id"]})).await;
    assert_eq!(buyer.balance(&node).await, 500);
    // A reversal by the bank is a lost dispute: entered once, whatever was spent meanwhile.
    let reversed = json!({"id": top_up["id"]});
    let path = "/pay/api/topup/reversed";
    assert_eq!(buyer.signed(&node, path, &reversed).await.status, 403);
    buyer.settles(&node, &event, 300).await;
    olga.does(&node, path, &reversed).await;
    assert_eq!(buyer.balance(&node).await, -300);
    assert_eq!(olga.signed(&node, path, &reversed).await.status, 400);
    buyer.signed(&node, "/pay/api/settle", &order(&event, 1)).await.check(402);
    close(node).await;
}

/// A payee confirms a payment that never arrived, and shares it with a friend: the payee's own free money is moved and
/// held, and the rest is a line on no rail.
#[tokio::test]
async fn a_confirmation_makes_no_credit() {
    let (node, olga, [buyer, band, friend]) = node_with_people([2, 3, 4]).await;
    band.top_up(&node, &olga, 40).await;
    let limit = json!({"account": band.did(), "currency": "CHF", "limit": 1_000, "until": "2027-01-01T00:00:00.000Z"});
    olga.does(&node, "/pay/api/limits", &limit).await;
    let event = band.signs_shares("event", &[(band.did(), 10_000), (friend.did(), 990_000)]);
    let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 99_999_900)).await;
    band.does(&node, "/pay/api/confirm-payment", &json!({"id": hold["id"]})).await;
    assert_eq!(band.balance(&node).await, 0, "the limit serves for nothing here");
    let all = friend.balance(&node).await + friend.coming(&node).await;
    assert_eq!(all, 40, "what the band had, and no more");
    assert_eq!(friend.debts(&node).await, (0, 98_999_901 - 40));
    close(node).await;
}

#[tokio::test]
async fn credit_is_given_by_who_keeps_the_node() {
    let node = node().await;
    owner(&node, 1).await;
    let (buyer, eve) = (somebody(&node, 2).await, somebody(&node, 3).await);
    let hold =
        buyer.does(&node, "/pay/api/topup/emt", &json!({"amount": 500, "currency": "CHF"})).await;
    for other in [&buyer, &eve] {
        let reply =
            other.signed(&node, "/pay/api/confirm-payment", &json!({"id": hold["id"]})).await;
        assert_eq!(reply.status, 404, "{}", reply.text());
    }
    for (amount, currency) in [(0, "CHF"), (-5, "CHF"), (5, "XXX"), (i64::MAX, "CHF")] {
        let body = json!({"amount": amount, "currency": currency});
        assert_eq!(buyer.signed(&node, "/pay/api/topup/emt", &body).await.status, 400, "{body}");
    }
    assert_eq!(buyer.balance(&node).await, 0);
    close(node).await;
}

/// Counts the lines about debts in a person's record.
fn lines(node: &TestNode, of: &Somebody) -> usize {
    let entries = node.node.ledger().entries(of.did(), None, 1_000).unwrap();
    let headers = entries.iter().map(|entry| Header::decode(&entry.header));
    headers.filter(|header| header.as_ref().unwrap().op == "pay.owed").count()
}

/// A debt is in its creditor's record only if they signed a manifest of it: no other person's word writes there.
#[tokio::test]
async fn a_debt_stands_with_creditors_who_signed_and_with_nobody_else() {
    let node = node().await;
    owner(&node, 1).await;
    let [buyer, band, venue, singer] = each([2, 3, 4, 5], |n| somebody(&node, n)).await;
    let passed = passes_on(&singer, &[(singer.did(), 1_000_000)]);
    singer.does(&node, "/pay/api/manifests", &json!({"manifest": passed.text()})).await;
    let split = [(band.did(), 500_000), (venue.did(), 300_000), (singer.did(), 200_000)];
    let event = band.signs_shares("event", &split);
    let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 1_000)).await;
    band.does(&node, "/pay/api/confirm-payment", &json!({"id": hold["id"]})).await;
    // The node's books have both debts.
    assert_eq!(venue.debts(&node).await, (0, 300));
    assert_eq!(singer.debts(&node).await, (0, 200));
    let in_records = [&band, &venue, &singer].map(|one| lines(&node, one));
    assert_eq!(in_records, [1, 0, 1], "band, venue, singer");
    close(node).await;
}

/// Payments that the node did not see are not attested, and don't count as a first purchase.
#[tokio::test]
async fn an_e_transfer_is_not_attested_and_is_no_first_purchase() {
    let (node, olga, [buyer, band]) = node_with_people([2, 3]).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let attested = async || {
        let all = buyer.get(&node, "/auth/api/attestations").await.json();
        let all = all["attestations"].as_array().unwrap().clone();
        let mut kinds: Vec<String> =
            all.iter().map(|one| one["type"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds
    };
    let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 1_000)).await;
    band.does(&node, "/pay/api/confirm-payment", &json!({"id": hold["id"]})).await;
    // Longer than the worker's pause between two looks for payments to attest.
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert!(attested().await.is_empty(), "{:?}", attested().await);
    buyer.top_up(&node, &olga, 100).await;
    buyer.settles(&node, &event, 100).await;
    assert_eq!(attested().await, ["customer", "transaction.settled"]);
    close(node).await;
}

/// The box sees no bank: the refund of a transfer counts as due until its seller states that they sent it.
#[tokio::test]
async fn a_refund_of_a_transfer_is_to_be_sent_until_its_seller_says_so() {
    let node = node().await;
    owner(&node, 1).await;
    let (buyer, band) = (somebody(&node, 2).await, somebody(&node, 3).await);
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 1_250)).await;
    let id = hold["id"].as_str().unwrap().to_owned();
    band.does(&node, "/pay/api/confirm-payment", &json!({"id": id})).await;
    let sent = |amount: Option<i64>| json!({"transactionId": id, "amount": amount});
    let path = "/pay/api/refund/sent";
    band.signed(&node, path, &sent(Some(1))).await.check(409);
    // The node refunds the payment, as for a cancelled event: no money has been sent yet.
    let payment = imajin_protocol::IdText::parse(&id).unwrap();
    let cashier = imajin_selling::cashier(&node.node).unwrap();
    cashier.give_all_back(&node.node, &payment, imajin_selling::Teller::Cashier).await.unwrap();
    let page = async |who: &Somebody| {
        let path = format!("/pay/receipts/{id}");
        let german = Ask::get(&path).header("accept-language", "de");
        let german = german.bearer(&who.token);
        (who.get(&node, &path).await.text(), node.send(german).await.text())
    };
    let (english, german) = page(&buyer).await;
    assert_has!(english, "will send");
    assert_lacks!(english, "was refunded");
    assert!(german.contains("12,50\u{a0}CHF"), "{german}");
    let (english, _) = page(&band).await;
    assert!(english.contains("I have sent it back"), "{english}");
    assert_eq!(buyer.signed(&node, path, &sent(None)).await.status, 404);
    band.signed(&node, path, &sent(Some(1_251))).await.check(409);
    band.does(&node, path, &sent(Some(250))).await;
    assert_members!(band.does(&node, path, &sent(None)).await, "sent": 1_250, "refunded": 1_250);
    let (english, _) = page(&buyer).await;
    assert_has!(english, "was refunded to you");
    assert_lacks!(english, "will send");
    close(node).await;
}
