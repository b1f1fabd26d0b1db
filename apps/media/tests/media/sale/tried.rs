//! Attacks: paying less, getting the file by an order that is refused, buying twice, selling works of others.

use imajin_protocol::fair::{Contributor, Draft, Manifest, Source};
use imajin_protocol::money::Ppm;

use super::shop::{PRICE, Shop, shop, unsigned};
use crate::prelude::*;

#[tokio::test]
async fn nobody_pays_less_or_on_other_terms() {
    let shop = shop().await;
    shop.funds(5 * PRICE).await;
    let quote = shop.quote(&shop.cem, "").await.json();
    let other = shop.studio.manifest(&[(&shop.studio.world.bea, 1_000_000)], json!({}));
    for change in [
        json!({ "amount": PRICE - 1 }),
        json!({ "amount": 0 }),
        json!({ "amount": PRICE + 1 }),
        json!({ "currency": "USD" }),
        json!({ "fair": other.digest() }),
        json!({ "follows": other.digest() }),
    ] {
        let refused = shop.buys_at(&shop.cem, &quote, change.clone()).await;
        let refusal = (refused.status, refused.json()["reason"].clone());
        assert_eq!(refusal, (409, json!("changed")), "{change}: {}", refused.text());
    }
    shop.buys_at(&shop.cem, &quote, json!({ "use": "train" })).await.check(404);
    // The price rose since.
    assert_eq!(shop.offers(2 * PRICE, 1).await.status, 201);
    shop.buys_at(&shop.cem, &quote, json!({})).await.check_member(409, "reason", "changed");
    assert_eq!(shop.balance(&shop.cem).await, 5 * PRICE);
    assert_eq!(shop.file(Some(&shop.cem), &shop.cems()).await.status, 404);
    // The seller doesn't buy from themselves.
    shop.quote(&shop.studio.world.bea, "").await.check(400);
    shop.studio.world.close().await;
}

/// Whether Cem can make an asset of the song, as of a file of his own.
async fn can_add(shop: &Shop) -> bool {
    let song = &shop.studio.song;
    let body = json!({ "name": "song.mp3", "kind": "audio/mpeg", "bytes": song.bytes });
    let fact = json!({ "media": [song.cid], "n": 0 });
    let payload = (body, fact);
    let reply = shop.studio.world.tries(&shop.cem, "media.add", Some(&shop.cems()), payload).await;
    reply.status == 201
}

#[tokio::test]
async fn an_order_that_is_refused_brings_no_file() {
    let shop = shop().await;
    shop.funds(PRICE - 1).await;
    shop.buys(&shop.cem, "keep", "ledger").await.check(402);
    assert_eq!(shop.studio.world.node.node.ledger().media().list(shop.cem.did()).unwrap(), []);
    assert!(!can_add(&shop).await);
    shop.funds(1).await;
    // The same order a second time, word for word: it was entered once.
    let quote = shop.quote(&shop.cem, "").await.json();
    assert_eq!(shop.buys_at(&shop.cem, &quote, json!({})).await.status, 201);
    shop.buys_at(&shop.cem, &quote, json!({})).await.check_member(409, "reason", "bought");
    assert_eq!(shop.balance(&shop.cem).await, 0);
    assert_eq!(shop.file(Some(&shop.cem), &shop.cems()).await.status, 200);
    shop.studio.world.close().await;
}

#[tokio::test]
async fn nobody_sells_what_others_made_or_what_they_bought() {
    let shop = shop().await;
    let (world, cem) = (&shop.studio.world, &shop.cem);
    let song = &shop.studio.song;
    // Another's file.
    let fact = json!({ "price": 1, "currency": "CHF", "fair": shop.manifest.digest(), "open": 1 });
    shop.says_of_song(cem, "media.offer", fact.clone()).await.check(404);
    shop.funds(PRICE).await;
    assert_eq!(shop.buys(cem, "keep", "ledger").await.status, 201);
    // One that he bought, by the manifest of those who made it, and by one of his own.
    let own = shop.cems();
    let offer = |fact: Json| {
        let (own, told) = (own.clone(), (Json::Null, fact));
        async move { world.tries(cem, "media.offer", Some(&own), told).await }
    };
    offer(fact).await.check_member(409, "reason", "seller");
    let mine = shop.studio.manifest_of(song, &[(cem, 1_000_000)], json!({}));
    let entry = (json!({ "manifest": mine.text() }), json!({ "fair": mine.digest() }));
    world.says(cem, "media.fair", Some(&own), entry).await;
    let refused =
        offer(json!({ "price": 1, "currency": "CHF", "fair": mine.digest(), "open": 1 })).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    shop.studio.world.close().await;
}

/// A manifest of the song that gives a part to what it derives from.
fn remix(shop: &Shop, by: &Somebody, from: &Manifest) -> Manifest {
    let whole = Contributor { did: by.did().clone(), role: None, weight: Ppm::WHOLE };
    let source = Source {
        id: from.id().unwrap().to_owned(),
        weight: Ppm::new(100_000).unwrap(),
        fair: Some(from.digest()),
    };
    let draft = Draft {
        id: "a remix".to_owned(),
        kind: "audio".to_owned(),
        owner: None,
        contributors: vec![whole],
        derives_from: vec![source],
        terms: Default::default(),
    };
    let mut document = draft.build().unwrap().document().clone();
    let song = &shop.studio.song;
    document["work"] = json!({ "cid": song.cid, "bytes": song.bytes });
    let manifest = Manifest::from_value(document).unwrap();
    manifest.sign(&by.person.key).unwrap()
}

#[tokio::test]
async fn what_a_work_derives_from_is_signed_by_everybody_too() {
    let mut shop = unsigned(Default::default(), json!({})).await;
    let source = shop.manifest.clone();
    let text = json!({ "manifest": source.text() });
    let world = &shop.studio.world;
    world.says(&world.bea, "pay.fair.publish", None, (text, json!({}))).await;
    // Another song of Bea's carries the manifest of the first, to which Ada has not agreed.
    let other = shop.studio.adds_song(&crate::fair::studio::sound(50)).await;
    let elder = std::mem::replace(&mut shop.studio.song, other);
    shop.manifest = remix(&shop, &shop.studio.world.bea, &source);
    shop.studio.puts(&shop.manifest, json!({})).await.check(201);
    let refused = shop.offers(PRICE, 1).await.check_member(409, "reason", "unsigned");
    let ada = &shop.studio.world.owner;
    assert!(refused.json()["detail"].as_str().unwrap().contains(ada.did().as_str()));
    assert_ne!(elder.id, shop.studio.song.id);
    assert_eq!(shop.studio.agrees(ada, &source).await.status, 201);
    shop.offers(PRICE, 1).await.check(201);
    let share = json!({ "assets": [shop.studio.song.id], "access": "public" });
    let world = &shop.studio.world;
    world.tells(&world.bea, "media.access", share).await;
    shop.funds(PRICE).await;
    assert_eq!(shop.buys(&shop.cem, "keep", "ledger").await.status, 201);
    // A tenth, of which Ada has two fifths.
    assert_eq!(shop.balance(ada).await, PRICE / 10 * 2 / 5);
    shop.studio.world.close().await;
}
