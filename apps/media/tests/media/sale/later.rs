//! Sales that are paid later: by a transfer, which comes or goes back.

use crate::prelude::*;
use imajin_edge::testing::until;
use imajin_selling::Fulfilled;

use super::shop::{PRICE, Shop, shop, unsigned};
use crate::fair::studio::sound;

async fn orders(shop: &Shop) -> String {
    let begun = shop.buys(&shop.cem, "keep", "emt").await.check(201);
    assert_eq!(begun.json()["paid"], false);
    begun.json()["payment"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_comes_with_its_payment_once_and_the_licence_goes_with_it() {
    let shop = shop().await;
    shop.takes_transfers().await;
    let (first, second) = (orders(&shop).await, orders(&shop).await);
    assert_eq!(shop.file(Some(&shop.cem), &shop.cems()).await.status, 404);
    assert_eq!(shop.licence().await, Json::Null);
    shop.file(Some(&shop.cem), &shop.studio.song.id).await.check(402);
    assert_eq!(shop.arrives(&second).await, Fulfilled::Done);
    assert_eq!(shop.file(Some(&shop.cem), &shop.cems()).await.body, sound(40));
    shop.licence_becomes("sold").await;
    // The same use a second time: the money goes back, and the file stays.
    assert_eq!(shop.arrives(&first).await, Fulfilled::Impossible);
    assert_eq!(shop.file(Some(&shop.cem), &shop.cems()).await.status, 200);
    // The bank takes the payment back.
    shop.goes_back(&second).await;
    shop.licence_becomes("returned").await;
    assert_eq!(shop.file(Some(&shop.cem), &shop.cems()).await.body, sound(40));
    until("the song to be for sale again", async || {
        let song = shop.file(Some(&shop.cem), &shop.studio.song.id).await;
        song.status == 402
    })
    .await;
    shop.studio.world.close().await;
}

#[tokio::test]
async fn what_was_erased_meanwhile_is_paid_back() {
    let shop = shop().await;
    shop.takes_transfers().await;
    let payment = orders(&shop).await;
    let (world, song) = (&shop.studio.world, &shop.studio.song);
    let erase = json!({ "assets": [song.id] });
    world.tells(&world.bea, "media.erase", erase).await;
    assert_eq!(shop.arrives(&payment).await, Fulfilled::Impossible);
    assert_eq!(shop.file(Some(&shop.cem), &shop.cems()).await.status, 404);
    shop.studio.world.close().await;
}

#[tokio::test]
async fn a_buyer_without_room_gets_the_money_back() {
    let song = sound(40).len() as u64;
    let settings = Settings {
        established_bytes: song,
        preliminary_bytes: song,
        soft_bytes: song,
        ..Settings::default()
    };
    let shop = unsigned(settings, json!({})).await;
    let ada = &shop.studio.world.owner;
    assert_eq!(shop.studio.agrees(ada, &shop.manifest).await.status, 201);
    assert_eq!(shop.offers(PRICE, 1).await.status, 201);
    shop.takes_transfers().await;
    let payment = orders(&shop).await;
    let world = &shop.studio.world;
    let own = world.adds(&shop.cem, "mine.jpg", json!({})).await;
    assert_eq!(shop.arrives(&payment).await, Fulfilled::Impossible);
    assert_eq!(shop.file(Some(&shop.cem), &shop.cems()).await.status, 404);
    // Pay knows it, too: once there is room again, it does not hand over what it gave back.
    until("the money to go back", async || shop.has_refund(&payment).await).await;
    // At once, it is refused before anything is paid.
    shop.funds(PRICE).await;
    shop.buys(&shop.cem, "keep", "ledger").await.check(507);
    assert_eq!(shop.balance(&shop.cem).await, PRICE);
    let erase = json!({ "assets": [own.id] });
    world.tells(&shop.cem, "media.erase", erase).await;
    shop.buys(&shop.cem, "keep", "ledger").await.check(201);
    shop.studio.world.close().await;
}
