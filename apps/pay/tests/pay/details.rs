//! Payment details: their owner sets them, only buyers with an open order can read them.

use crate::prelude::*;

fn whole() -> Json {
    json!({
        "iban": "ch93 0076 2011 6238 5295 7", "name": "The Band", "street": "Rue du Lac", "building": "12",
        "postcode": "2501", "town": "Biel", "country": "CH", "email": "band@example.com",
        "phone": "+41 79 123 45 67", "note": "Twint is fastest.",
    })
}

#[tokio::test]
async fn buyers_with_an_open_order_see_them_and_nobody_else() {
    let (node, olga, [buyer, band, eve]) = node_with_people([2, 3, 4]).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 2_505)).await;
    let page = format!("/pay/payments/{}", hold["id"].as_str().unwrap());
    // Without details the page says that there are none, and still has the reference.
    let text = buyer.get(&node, &page).await.text();
    assert!(text.contains("said where to send the money yet"), "{text}");
    let saved = band.does(&node, "/pay/api/details", &whole()).await;
    assert_eq!(saved["iban"], json!("CH93 0076 2011 6238 5295 7"));
    let text = buyer.get(&node, &page).await.text();
    let memo = hold["memo"].as_str().unwrap();
    for shown in [
        "25.05\u{a0}CHF",
        memo,
        "CH93 0076 2011 6238 5295 7",
        "The Band",
        "2501 Biel",
        "band@example.com",
        "+41 79 123 45 67",
        "Twint is fastest.",
        "<svg",
        "Pay by",
    ] {
        assert!(text.contains(shown), "lacks {shown}: {text}");
    }
    // The seller sees what the buyer sees; the box's owner and others see nothing.
    assert_eq!(band.get(&node, &page).await.status, 200);
    for other in [&olga, &eve] {
        let reply = other.get(&node, &page).await.check(404);
        assert!(!reply.text().contains("CH93"));
        assert_eq!(other.get(&node, "/pay/api/details").await.json()["iban"], Json::Null);
    }
    // Once the order is paid, the details are gone from the page.
    band.does(&node, "/pay/api/confirm-payment", &json!({"id": hold["id"]})).await;
    let text = buyer.get(&node, &page).await.text();
    assert_has!(text, "has arrived");
    assert_lacks!(text, "CH93");
    close(node).await;
}

#[tokio::test]
async fn an_order_that_ended_shows_nothing() {
    let node = node().await;
    owner(&node, 1).await;
    let (buyer, band) = (somebody(&node, 2).await, somebody(&node, 3).await);
    band.does(&node, "/pay/api/details", &whole()).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let hold = buyer.does(&node, "/pay/api/checkout/etransfer", &order(&event, 500)).await;
    days(&node, &buyer, 4).await;
    let buyer = buyer.again(&node).await;
    let page = format!("/pay/payments/{}", hold["id"].as_str().unwrap());
    let text = buyer.get(&node, &page).await.text();
    assert!(text.contains("run out") && !text.contains("CH93"), "{text}");
    close(node).await;
}

#[tokio::test]
async fn wrong_details_are_refused_with_the_field() {
    let node = node().await;
    owner(&node, 1).await;
    let band = somebody(&node, 2).await;
    for (field, value, why) in [
        ("iban", "CH93 0076 2011 6238 5295 8", "check digits"),
        ("iban", "DE12", "has 22 characters"),
        ("email", "nobody", "email address"),
        ("phone", "call me", "telephone number"),
        ("country", "Suisse", "two letters"),
        ("name", "The Band\nCH4431999123000889012", "one line"),
    ] {
        let mut body = whole();
        body[field] = json!(value);
        let reply = band.signed(&node, "/pay/api/details", &body).await;
        let problem = reply.json();
        assert_eq!((reply.status, &problem["field"]), (400, &json!(field)), "{}", reply.text());
        assert!(problem["detail"].as_str().unwrap().contains(why), "{problem}");
    }
    let nameless = json!({"iban": "CH9300762011623852957"});
    band.signed(&node, "/pay/api/details", &nameless).await.check_member(400, "field", "name");
    close(node).await;
}

/// Details are personal: they can be withdrawn, they are in your copy, and they go with a deletion.
#[tokio::test]
async fn they_can_be_withdrawn_and_are_counted_as_ones_own() {
    let node = node().await;
    owner(&node, 1).await;
    let band = somebody(&node, 2).await;
    band.does(&node, "/pay/api/details", &whole()).await;
    let plan = band.get(&node, "/auth/api/delete").await.json();
    let goes = plan["goes"].as_array().unwrap().clone();
    assert!(goes.iter().any(|one| one["what"] == "1 payment detail entry"), "{plan}");
    let reply = band.does(&node, "/pay/api/details", &json!({})).await;
    assert_members!(reply, "iban": null, "note": null);
    close(node).await;
}

/// A top-up is paid to the owner of the box.
#[tokio::test]
async fn a_top_up_shows_the_details_of_the_owner() {
    let (node, olga, [buyer]) = node_with_people([2]).await;
    olga.does(&node, "/pay/api/details", &whole()).await;
    let body = json!({"amount": 2_000, "currency": "EUR"});
    let hold = buyer.does(&node, "/pay/api/topup/emt", &body).await;
    let page = format!("/pay/payments/{}", hold["id"].as_str().unwrap());
    assert_has!(buyer.get(&node, &page).await.text(), "CH93 0076");
    assert_eq!(olga.get(&node, &page).await.status, 200);
    close(node).await;
}
