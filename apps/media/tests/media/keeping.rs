//! Keeping what others share: who may, what they get, and what stays with it.

use imajin_dfos::cbor::from_dag_json;

use crate::fair::studio::{Studio, add, sound};
use crate::prelude::*;

const ALBUM: &str = "alb_000000000000000000000001";

async fn asks(world: &World, who: &Somebody, put: &Put) -> Reply {
    let path = format!("/media/api/assets/{}/keep", put.id);
    let ask = Ask::new("POST", path).body("{}".to_owned());
    world.node.send(ask.bearer(&who.token)).await
}

/// Asks, signs what the box says, and asks again.
async fn keeps(world: &World, who: &Somebody, put: &Put) -> Reply {
    let first = asks(world, who, put).await;
    let sign = first.json()["sign"].clone();
    if first.status != 403 || sign.is_null() {
        return first;
    }
    assert_eq!(sign["op"], "media.add");
    let mut write = Write::new(who.did(), "media.add");
    write.reference = sign["ref"].as_str().map(str::to_owned);
    write.fact = Some(sign["fact"].clone());
    write.body = Some(from_dag_json(&sign["body"]).unwrap());
    let salt = json!({"salt": {"/": {"bytes": imajin_dfos::base64::encode_std(&[7; 16])}}});
    let (proof, _) = who.person.sign(&world.node, &write).await.unwrap();
    let path = format!("/media/api/assets/{}/keep", put.id);
    let ask = Ask::new("POST", path)
        .body(salt.to_string())
        .bearer(&who.token)
        .header("mjn-proof", proof.to_compact());
    world.node.send(ask).await
}

fn has_file(world: &World, who: &Somebody, put: &Put) -> bool {
    let cid = imajin_dfos::cid::parse_cid(&put.cid).unwrap();
    world.node.node.ledger().media().size(who.did(), &cid).unwrap().is_some()
}

async fn shares(world: &World, put: &Put, fact: Json) {
    let mut fact = fact;
    fact["assets"] = json!([put.id]);
    world.tells(&world.bea, "media.access", fact).await;
}

#[tokio::test]
async fn what_somebody_shares_as_it_is_comes_into_anothers_library_once_they_signed() {
    let world = world().await;
    let (ada, bea) = (&world.owner, &world.bea);
    let put = world.adds(bea, "a.jpg", json!({})).await;
    let about = json!({
        "title": "Waves", "alt": "Two waves", "text": "Only Bea's", "taken": "2024-07-14T16:20:00", "taken_from": "exif",
        "place": {"lat": 1, "lon": 2}
    });
    world.writes_body(bea, "media.change", &put.id, about).await;
    assert_eq!(asks(&world, ada, &put).await.status, 404, "it is private");
    shares(&world, &put, json!({"access": "public", "exact": 1})).await;
    let reply = asks(&world, ada, &put).await;
    assert_eq!((reply.status, reply.json()["sign"]["op"].clone()), (403, json!("media.add")));
    assert!(!has_file(&world, ada, &put), "nothing comes before it is signed for");

    let kept = keeps(&world, ada, &put).await.check(201);
    let id = asset_id(ada.did(), &put.cid, 0);
    assert_eq!((&kept.json()["id"], &kept.json()["hash"]), (&json!(id), &json!(put.cid)));
    assert!(kept.json()["makers"].is_null(), "nobody signed who made it");
    let meta = world.get(Some(ada), &format!("/media/api/assets/{id}/meta")).await.json();
    for (name, value) in [
        ("title", json!("Waves")),
        ("alt", json!("Two waves")),
        ("text", Json::Null),
        ("taken", json!("2024-07-14T16:20:00")),
        ("takenFrom", json!("exif")),
        ("place", json!({"lat": 1, "lon": 2})),
        ("access", json!("private")),
        ("context", json!({"app": "media", "feature": "kept", "entity": put.id})),
    ] {
        assert_eq!(meta[name], value, "{name}: {meta}");
    }
    keeps(&world, ada, &put).await.check_member(200, "deduplicated", true);
    let own = asks(&world, bea, &put).await;
    assert_eq!((own.status, &own.json()["id"]), (200, &json!(put.id)), "it is hers already");
    let page = world.get(Some(ada), &format!("/media/a/{}", put.id)).await.text();
    assert_has!(page, &format!("/media/a/{id}"), "In your photos");
    assert_has!(world.get(Some(ada), &format!("/media/a/{id}")).await.text(), "Kept from");

    // Her copy stays when the other owner erases the original.
    world.tells(bea, "media.erase", json!({ "assets": [put.id] })).await;
    let file = world.get(Some(ada), &format!("/media/api/assets/{id}")).await;
    assert_eq!((file.status, file.body.len()), (200, put.bytes));
    assert_eq!(asks(&world, ada, &put).await.status, 404);
    world.close().await;
}

#[tokio::test]
async fn what_is_in_an_album_is_kept_by_somebody_who_sees_the_album_and_is_signed_in() {
    let world = world().await;
    let (ada, bea) = (&world.owner, &world.bea);
    let song = add(&world, &sound(40)).await;
    let body = json!({"title": "Sunday"});
    world.says(bea, "media.album", Some(ALBUM), (body, json!({"access": "public"}))).await;
    world.writes_fact(bea, "media.album.put", ALBUM, json!({ "assets": [song.id] })).await;
    let album = format!("/media/albums/{}/{ALBUM}", bea.did());
    for (who, is_offered) in [(None, false), (Some(ada), true), (Some(bea), false)] {
        let page = world.get(who, &album).await.text();
        assert_eq!(page.contains("keep-all"), is_offered, "{page}");
    }
    let path = format!("/media/api/assets/{}/keep", song.id);
    world.node.send(Ask::new("POST", path)).await.check(401);
    let kept = keeps(&world, ada, &song).await.check(201);
    assert_eq!(kept.json()["hash"], json!(song.cid), "of a song there is no other copy");
    world.close().await;
}

#[tokio::test]
async fn who_made_a_file_stays_with_it_once_everybody_signed() {
    let world = world().await;
    let song = add(&world, &sound(40)).await;
    let cem = somebody(&world.node, 7).await;
    let studio = Studio { world, song };
    let (ada, bea) = (&studio.world.owner, &studio.world.bea);
    let manifest = studio.manifest(&[(bea, 600_000), (ada, 400_000)], json!({}));
    assert_eq!(studio.puts(&manifest, json!({})).await.status, 201);
    shares(&studio.world, &studio.song, json!({"access": "public"})).await;
    let kept = keeps(&studio.world, &cem, &studio.song).await.check(201);
    assert!(kept.json()["makers"].is_null(), "Ada has not agreed");

    assert_eq!(studio.agrees(ada, &manifest).await.status, 201);
    let makers = keeps(&studio.world, &cem, &studio.song).await.json()["makers"].clone();
    assert!(!makers["manifest"].is_null(), "{makers}");
    let body = json!({ "manifest": manifest.text(), "agreed": makers["agreed"] });
    let fact = json!({ "fair": manifest.digest() });
    let id = asset_id(cem.did(), &studio.song.cid, 0);
    studio.world.says(&cem, "media.fair", Some(&id), (body, fact)).await;
    let again = keeps(&studio.world, &cem, &studio.song).await.json();
    assert!(again["makers"].is_null() && !again["fairManifest"].is_null(), "{again}");
    // A person who only keeps it can't sell it.
    let offer = json!({ "price": 500, "currency": "CHF", "fair": manifest.digest(), "open": 1 });
    studio.world.tries(&cem, "media.offer", Some(&id), (Json::Null, offer)).await.check(409);

    // On sale, others than those who have it pay for it.
    let offer = json!({ "price": 500, "currency": "CHF", "fair": manifest.digest(), "open": 1 });
    let song = Some(studio.song.id.as_str());
    studio.world.says(bea, "media.offer", song, (Json::Null, offer)).await;
    asks(&studio.world, ada, &studio.song).await.check_member(402, "price", 500);
    studio.world.close().await;
}

#[tokio::test]
async fn there_must_be_room_for_what_somebody_keeps() {
    let settings = Settings { preliminary_bytes: 1_000, ..Settings::default() };
    let world = world_of(Config::default(), settings).await;
    let dan = somebody(&world.node, 9).await;
    let song = add(&world, &sound(40)).await;
    shares(&world, &song, json!({"access": "public"})).await;
    keeps(&world, &dan, &song).await.check(507);
    assert!(!has_file(&world, &dan, &song));
    world.close().await;
}

#[tokio::test]
async fn of_what_there_are_only_previews_nothing_is_kept() {
    let world = world().await;
    // From a film of this kind the place and the device can't be taken.
    let film = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm and no frames";
    let put = world.stores(&world.bea, film);
    let body = json!({ "name": "film.webm", "kind": "video/webm", "bytes": put.bytes });
    let fact = json!({ "media": [put.cid], "n": 0, "access": "public" });
    world.enters(&world.bea, &put, body, fact).await;
    assert_has!(asks(&world, &world.owner, &put).await.check(409).text(), "previews-only");
    shares(&world, &put, json!({"access": "public", "exact": 1})).await;
    keeps(&world, &world.owner, &put).await.check(201);
    world.close().await;
}
