//! Works for sale: with all signatures, at their price, once for each use; and the lasting effects of a sale.

mod later;
pub(crate) mod shop;
mod tried;

use imajin_edge::testing::Terms;

use self::shop::{PRICE, shop, unsigned};
use crate::fair::studio::sound;
use crate::fair::verified;
use crate::prelude::*;

const ROBOT: &str = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)";

#[tokio::test]
async fn a_song_by_two_is_sold_once_both_have_signed_and_stays_with_its_buyer() {
    let shop = unsigned(Default::default(), json!({})).await;
    let (world, cem) = (&shop.studio.world, &shop.cem);
    let (bea, ada) = (&world.bea, &world.owner);
    let song = &shop.studio.song;
    let refused = shop.offers(PRICE, 1).await.check_member(409, "reason", "unsigned");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert_has!(detail, "everybody who made it has signed");
    assert_eq!(shop.quote(cem, "").await.status, 404, "nothing is for sale");
    assert_eq!(shop.file(None, &song.id).await.status, 200);

    assert_eq!(shop.studio.agrees(ada, &shop.manifest).await.status, 201);
    assert_eq!(shop.offers(PRICE, 1).await.status, 201);
    // Others learn the price, and where to buy it.
    for viewer in [None, Some(cem), Some(ada)] {
        let body = shop.file(viewer, &song.id).await.check(402).json();
        assert_members!(body, "price": PRICE, "currency": "CHF", "use": "keep");
        assert!(body["buy"].as_str().unwrap().ends_with(&format!("/media/a/{}/buy", song.id)));
    }
    assert_eq!(shop.file(Some(bea), &song.id).await.status, 200);
    let page = world.get(None, &format!("/media/a/{}", song.id)).await.text();
    assert!(page.contains("CHF") && page.contains("/buy"), "{page}");
    assert!(!page.contains("<audio"));
    let page = world.get(Some(cem), &format!("/media/a/{}/buy", song.id)).await.check(200);
    assert!(page.text().contains("form-buy") && page.text().contains("you keep the file"));

    let quote = shop.quote(cem, "").await.json();
    let part = |of: &crate::support::Somebody| {
        let all = quote["recipients"].as_array().unwrap().iter();
        all.clone().find(|one| one["did"] == json!(of.did())).unwrap()["amount"].clone()
    };
    assert_eq!((part(bea), part(ada)), (json!(300), json!(200)));
    shop.funds(2 * PRICE).await;
    let bought = shop.buys(cem, "keep", "ledger").await.check(201);
    assert_eq!(bought.json()["paid"], true);
    let balances = [shop.balance(cem).await, shop.balance(bea).await, shop.balance(ada).await];
    assert_eq!(balances, [PRICE, 300, 200]);
    let payment = bought.json()["payment"].as_str().unwrap().to_owned();
    let again = shop.buys(cem, "keep", "ledger").await;
    again.check_member(409, "reason", "bought");

    // The very file, with what both signed.
    let own = shop.cems();
    assert_eq!(shop.file(Some(cem), &own).await.body, sound(40));
    let whole = shop.file(Some(cem), &song.id).await.status;
    assert_eq!(whole, 200, "who bought it may also have it here");
    let with = world.get(Some(cem), &format!("/media/api/assets/{own}?embed=1")).await.check(200);
    let both = (bea.did().to_string(), vec![ada.did().to_string()], 0);
    assert_eq!(verified(&with.body, &sound(40)), both);
    assert_eq!(shop.file(None, &own).await.status, 404, "it is Cem's alone");
    assert!(shop.studio.cards(ada).is_empty(), "nobody is asked again");
    let page = world.get(Some(cem), &format!("/media/a/{own}")).await.text();
    assert!(page.contains("This file is yours to keep"), "{page}");

    let licence = shop.licence().await;
    assert_members!(licence, "state": "sold", "use": "keep", "of": song.id);
    let receipt = world.get(Some(cem), licence["receipt"].as_str().unwrap()).await.json();
    assert_eq!(receipt["order"]["kind"], "work");
    let agreed = &receipt["agreed"][shop.manifest.digest().to_string()];
    assert_eq!(agreed[0]["did"], json!(ada.did()), "the receipt has everybody's leave");

    // The money goes back, and the licence ends; the file stays, also when Bea erases hers.
    assert_has!(world.get(Some(bea), &format!("/media/a/{}", song.id)).await.text(), &payment);
    shop.refunds("pay_000000000000000000000000", PRICE).await.check(404);
    let poor = shop.refunds(&payment, PRICE).await;
    assert_eq!(poor.status, 402, "a part of it is Ada's by now: {}", poor.text());
    shop.funds_of(bea, PRICE).await;
    assert_eq!(shop.refunds(&payment, PRICE + 1).await.status, 409);
    shop.refunds(&payment, PRICE).await.check(201);
    assert_eq!(shop.balance(cem).await, 2 * PRICE);
    shop.licence_becomes("returned").await;
    let feed = world.get(Some(cem), "/notify/api/feed").await.json();
    let notices = feed["notices"].as_array().unwrap().iter();
    let back = notices.filter(|notice| notice["text"].as_str().unwrap().contains(" back from "));
    assert_eq!(back.count(), 1, "one line: {feed}");
    assert_eq!(shop.refunds(&payment, PRICE).await.status, 404);
    assert_eq!(shop.file(Some(cem), &song.id).await.status, 402, "the licence has ended");
    let erase = json!({ "assets": [song.id] });
    world.tells(bea, "media.erase", erase).await;
    assert_eq!(shop.file(Some(bea), &song.id).await.status, 410);
    let kept = world.get(Some(cem), &format!("/media/api/assets/{own}?embed=1")).await;
    assert_eq!(verified(&kept.body, &sound(40)), both);
    // A file that Cem erases is gone, and the purchase is still known.
    let erase = json!({ "assets": [own] });
    world.tells(cem, "media.erase", erase).await;
    assert_eq!(shop.file(Some(cem), &own).await.status, 410);
    shop.licence_becomes("returned").await;
    shop.studio.world.close().await;
}

#[tokio::test]
async fn training_is_a_use_of_its_own_with_a_price_of_its_own() {
    let price = json!({ "train": { "consent": "explicit", "price": 900, "currency": "CHF" } });
    let shop = unsigned(Default::default(), price).await;
    let (world, cem) = (&shop.studio.world, &shop.cem);
    let song = &shop.studio.song;
    let robot = |token: Option<&str>| {
        let path = format!("/media/api/assets/{}", song.id);
        let ask = Ask::get(path).header("user-agent", ROBOT).bearer_if(token);
        async { world.node.send(ask).await }
    };
    assert_eq!(robot(None).await.status, 403, "not everybody has signed the price");
    assert_eq!(shop.quote(cem, "?use=train").await.status, 404);
    shop.studio.agrees(&world.owner, &shop.manifest).await.check(201);
    assert_members!(robot(None).await.check(402).json(), "price": 900, "use": "train");
    // People see it as before: a copy to keep isn't for sale.
    assert_eq!(shop.file(None, &song.id).await.status, 200);
    assert_eq!(shop.quote(cem, "").await.status, 404);
    assert_eq!(shop.quote(cem, "?use=sing").await.status, 400);

    assert_eq!(shop.offers(PRICE, 1).await.status, 201);
    shop.funds(2_000).await;
    shop.buys(cem, "keep", "ledger").await.check(201);
    assert_eq!(robot(Some(&cem.token)).await.status, 402, "a copy to keep is none to train with");
    let bought = shop.buys(cem, "train", "ledger").await.check(201);
    assert_eq!(shop.balance(cem).await, 2_000 - PRICE - 900);
    let licensed = robot(Some(&cem.token)).await;
    assert_eq!((licensed.status, &licensed.body), (200, &sound(40)));
    assert_eq!(robot(None).await.status, 402);
    // So with exchanges, by the DID that signs them and by what they declare.
    let exchange = |by: &Somebody, nonce: &'static str, used: &str| {
        let now = world.node.node.now();
        let path = format!("/media/api/assets/{}", song.id);
        let consent = json!({
            "version": "1", "consumer": by.did(), "content": song.id, "intendedUse": used,
            "expires": now.checked_add_millis(60_000).unwrap().to_string(), "timestamp": now.to_string(),
        });
        let terms = Terms { nonce, consent: Some(&consent), settlement: None };
        let ask = Ask::get(path).signed(&world.node, &by.person, terms);
        async { world.node.send(ask).await }
    };
    let trains = exchange(cem, "exchange-of-the-test-1", "train").await.check(200);
    assert!(trains.body == sound(40));
    assert_eq!(exchange(cem, "exchange-of-the-test-1", "train").await.status, 401, "once");
    exchange(&world.owner, "exchange-of-the-test-2", "Train").await.check_member(402, "price", 900);
    let listener_reply = exchange(&world.owner, "exchange-of-the-test-3", "to listen").await;
    assert_eq!(listener_reply.status, 402, "a copy is for sale");
    assert_eq!(listener_reply.json()["use"], "keep");
    // The owner's record has the declaration for the file that was given, and none of those that were refused.
    let declared = world.node.node.read("connections", |db| {
        let sql = "SELECT asker, consent FROM queries WHERE owner_did = ?1";
        let mut statement = db.prepare(sql)?;
        let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let rows = statement.query_map([world.bea.did().as_str()], row)?;
        rows.collect::<Result<Vec<(String, String)>, _>>()
    });
    let declared = declared.unwrap();
    assert_eq!(declared.len(), 1, "{declared:?}");
    assert_eq!(declared[0].0, cem.did().as_str());
    assert!(declared[0].1.contains("train"), "{declared:?}");
    // One file, two licences; and the money for one of them goes back.
    let path = format!("/media/api/assets/{}/receipt", shop.cems());
    assert_eq!(world.get(Some(cem), &path).await.json()["licences"].as_array().unwrap().len(), 2);
    let payment = bought.json()["payment"].as_str().unwrap().to_owned();
    shop.funds_of(&world.bea, 900).await;
    assert_eq!(shop.refunds(&payment, 900).await.status, 201);
    assert_eq!(robot(Some(&cem.token)).await.status, 402);
    assert_eq!(shop.file(Some(cem), &song.id).await.status, 200, "the other licence stands");
    shop.studio.world.close().await;
}

#[tokio::test]
async fn while_it_is_for_sale_others_see_pictures_of_it_alone() {
    let shop = shop().await;
    let (world, cem) = (&shop.studio.world, &shop.cem);
    let (bea, song) = (&world.bea, &shop.studio.song);
    for query in ["?embed=1", "?download=1"] {
        let path = format!("/media/api/assets/{}{query}", song.id);
        assert_eq!(world.get(Some(cem), &path).await.status, 402, "{query}");
    }
    // A ZIP has nothing of it.
    let ask = json!({ "ids": [song.id] }).to_string();
    let ask = Ask::new("POST", "/media/api/zip")
        .bearer(&cem.token)
        .header("content-type", "application/json")
        .body(ask);
    let zip = world.node.send(ask).await;
    assert_ne!(zip.json()["files"], 1, "{}", zip.text());
    // The makers and the price of a shared file can be read, but a private file looks missing.
    assert_eq!(shop.studio.fair(Some(cem)).await.status, 200);
    world.tells(bea, "media.access", json!({ "assets": [song.id], "access": "private" })).await;
    assert_eq!(shop.file(Some(cem), &song.id).await.status, 404);
    assert_eq!(shop.quote(cem, "").await.status, 404);
    assert_eq!(shop.buys(cem, "keep", "ledger").await.status, 404);
    world.tells(bea, "media.access", json!({ "assets": [song.id], "access": "public" })).await;
    // A new manifest makes the file unavailable for purchase, and it is not given away either.
    let other = shop.studio.manifest(&[(bea, 1_000_000)], json!({ "train": "free" }));
    assert_eq!(shop.studio.puts(&other, json!({})).await.status, 201);
    let locked = shop.file(Some(cem), &song.id).await;
    assert_eq!((locked.status, &locked.json()["price"]), (402, &Json::Null));
    assert_eq!(shop.quote(cem, "").await.status, 404);
    assert_eq!(shop.offers(PRICE, 0).await.status, 201);
    assert_eq!(shop.file(Some(cem), &song.id).await.status, 200);
    shop.studio.world.close().await;
}
