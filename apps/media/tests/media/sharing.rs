//! Who sees what.

use crate::prelude::*;

async fn shares(world: &World, put: &Put, fact: Json) {
    let mut fact = fact;
    fact["assets"] = json!([put.id]);
    world.tells(&world.bea, "media.access", fact).await;
}

async fn meta(world: &World, who: Option<&Somebody>, put: &Put) -> (u16, Json) {
    let reply = world.get(who, &format!("/media/api/assets/{}/meta", put.id)).await;
    (reply.status, reply.json())
}

#[tokio::test]
async fn access_is_the_owners_word_and_what_goes_is_gone_only_for_those_who_saw_it() {
    let world = world().await;
    let put = world.adds(&world.bea, "a.jpg", json!({})).await;
    let body = json!({"place": {"lat": 1, "lon": 2}});
    world.writes_body(&world.bea, "media.change", &put.id, body).await;
    assert_eq!(meta(&world, None, &put).await.0, 404);
    shares(&world, &put, json!({"access": "public"})).await;
    let (status, seen) = meta(&world, None, &put).await;
    assert_eq!(status, 200);
    assert!(seen["place"].is_null(), "the place is in the original alone");
    assert!(seen["access"].is_null() && seen["state"].is_null());
    shares(&world, &put, json!({"access": "public", "exact": 1})).await;
    let (_, seen) = meta(&world, None, &put).await;
    assert_eq!(seen["place"], json!({"lat": 1, "lon": 2}));
    assert_eq!(world.file_status(None, &put).await, 200);

    let remove = json!({"assets": [put.id]});
    world.tells(&world.bea, "media.remove", remove).await;
    let (status, gone) = meta(&world, None, &put).await;
    assert_eq!((status, &gone["tombstone"], &gone["revoked"]), (410, &json!(true), &json!(false)));
    shares(&world, &put, json!({"access": "private"})).await;
    assert_eq!(meta(&world, None, &put).await.0, 404, "nobody learns that it was here");
    assert_eq!(meta(&world, Some(&world.owner), &put).await.0, 404);
    world.close().await;
}

#[tokio::test]
async fn what_is_withdrawn_is_in_no_album_that_others_see() {
    let world = world().await;
    let bea = &world.bea;
    let put = world.adds(bea, "a.jpg", json!({})).await;
    shares(&world, &put, json!({"access": "public"})).await;
    for (n, access) in [(1, "public"), (2, "private")] {
        let album = format!("alb_{n:024}");
        let words = (json!({"title": "Sunday"}), json!({ "access": access }));
        world.says(bea, "media.album", Some(&album), words).await;
        world.writes_fact(bea, "media.album.put", &album, json!({"assets": [put.id]})).await;
    }
    let ask = Ask::new("DELETE", format!("/media/api/assets/{}?kind=withdraw", put.id));
    let answer = world.node.send(ask.bearer(&bea.token)).await.check(200).json();
    assert_eq!(answer["state"], "private");
    assert_eq!(meta(&world, None, &put).await.0, 404);
    for (n, count) in [(1, 0), (2, 1)] {
        let path = format!("/media/api/albums/alb_{n:024}?owner={}", bea.did());
        assert_eq!(world.get(Some(bea), &path).await.json()["count"], count, "album {n}");
    }
    world.close().await;
}

#[tokio::test]
async fn a_group_is_needed_for_a_conversation_and_nowhere_else() {
    let world = world().await;
    let put = world.adds(&world.bea, "a.jpg", json!({})).await;
    let group = world.owner.did();
    for (fact, field) in [
        (json!({"access": "conversation"}), "to"),
        (json!({"access": "public", "to": group}), "to"),
        (json!({}), "access"),
        (json!({"access": "friends"}), "access"),
        (json!({"access": "private", "exact": 1}), "exact"),
    ] {
        let mut fact = fact;
        fact["assets"] = json!([put.id]);
        let reply = world.tries(&world.bea, "media.access", None, (Json::Null, fact.clone())).await;
        assert_eq!(reply.status, 400, "{fact}");
        assert_eq!(reply.json()["field"], field, "{fact}: {}", reply.text());
    }
    // A person in no such group sees nothing, whatever the entry says.
    shares(&world, &put, json!({"access": "conversation", "to": group})).await;
    assert_eq!(meta(&world, Some(&world.owner), &put).await.0, 404);
    let family = format!("/media/api/timeline?with={group}");
    assert_eq!(world.get(Some(&world.bea), &family).await.status, 404);
    world.close().await;
}

#[tokio::test]
async fn nobody_changes_a_file_of_somebody_else() {
    let world = world().await;
    let put = world.adds(&world.bea, "a.jpg", json!({})).await;
    shares(&world, &put, json!({"access": "public"})).await;
    for (op, reference, body, fact) in [
        ("media.change", Some(put.id.as_str()), json!({"title": "mine"}), Json::Null),
        ("media.remove", None, Json::Null, json!({"assets": [put.id]})),
        ("media.access", None, Json::Null, json!({"assets": [put.id], "access": "private"})),
        ("media.erase", None, Json::Null, json!({"assets": [put.id]})),
    ] {
        let reply = world.tries(&world.owner, op, reference, (body, fact)).await;
        assert_eq!(reply.status, 404, "{op}: {}", reply.text());
    }
    assert_eq!(meta(&world, None, &put).await.0, 200);
    world.close().await;
}

#[tokio::test]
async fn an_album_that_is_shared_with_a_group_is_told_to_its_members_once_by_name() {
    let world = world().await;
    let (bea, owner) = (&world.bea, &world.owner);
    let group = world.group(bea, owner).await;
    let handle = json!({ "handle": "bea" });
    world.says(bea, "profile.handle.claim", None, (handle, Json::Null)).await;
    let id = "alb_000000000000000000000001";
    let put = async |title: &str, fact: Json| {
        let title = json!({ "title": title });
        world.tries(bea, "media.album", Some(id), (title, fact)).await
    };
    let news = async |who: &Somebody| {
        let feed = world.get(Some(who), "/notify/api/feed").await.json();
        let mut all = feed["notices"].as_array().unwrap().clone();
        all.retain(|one| one["kind"] == "share");
        all
    };
    assert_eq!(put("Lake", json!({})).await.status, 201);
    assert!(news(owner).await.is_empty(), "it is hers alone");
    let shared = json!({ "access": "conversation", "to": group });
    assert_eq!(put("Lake", shared.clone()).await.status, 201);
    // A new title doesn't make it another album.
    assert_eq!(put("The lake", shared.clone()).await.status, 201);
    let notices = news(owner).await;
    assert_eq!(notices.len(), 1, "{notices:?}");
    let href = format!("/media/albums/{}/{id}", bea.did());
    assert_members!(notices[0], "text": "bea shared the album “The lake” with Choir", "href": href);
    assert!(news(bea).await.is_empty(), "her own");

    // Only its members tell a group.
    let eve = somebody(&world.node, 7).await;
    let title = json!({ "title": "Spam" });
    world
        .tries(&eve, "media.album", Some(id), (title, shared.clone()))
        .await
        .check_member(400, "field", "to");
    assert_eq!(news(owner).await.len(), 1);
    // The title isn't told once the album is private again.
    assert_eq!(put("Secret", json!({})).await.status, 201);
    assert_eq!(news(owner).await.remove(0)["text"], "bea shared an album with a group");
}
