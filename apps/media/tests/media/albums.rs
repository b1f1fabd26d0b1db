//! Albums, and links to them.

use crate::prelude::*;

const ALBUM: &str = "alb_000000000000000000000001";
const LINK: &str = "lnk_000000000000000000000001";
const SECRET: &str = "00112233445566778899aabbccddeeff";

async fn makes_album(world: &World, who: &Somebody, fact: Json) {
    let body = json!({"title": "Sunday", "text": "At the lake"});
    world.says(who, "media.album", Some(ALBUM), (body, fact)).await;
}

#[tokio::test]
async fn an_album_has_an_order_and_shows_what_is_in_it() {
    let world = world().await;
    let bea = &world.bea;
    let a = world.adds(bea, "a", json!({})).await;
    let b = world.adds(bea, "b", json!({})).await;
    makes_album(&world, bea, json!({"access": "public"})).await;
    let put = |ids: Json, out: bool| {
        let mut fact = json!({ "assets": ids });
        if out {
            fact["out"] = 1.into();
        }
        world.writes_fact(bea, "media.album.put", ALBUM, fact)
    };
    put(json!([b.id, a.id]), false).await;
    put(json!([b.id]), false).await;
    let path = format!("/media/api/albums/{ALBUM}?owner={}", bea.did());
    let seen = world.get(None, &path).await.check(200).json();
    let ids: Vec<_> =
        seen["assets"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [json!(b.id), json!(a.id)]);
    assert_eq!((&seen["cover"], &seen["count"]), (&json!(b.id), &json!(2)));
    assert!(seen["access"].is_null(), "who sees it is for its owner alone");
    // A file in a public album is public, as long as it is in the album.
    assert_ne!(world.file_status(None, &a).await, 401);
    let meta = format!("/media/api/assets/{}/meta", a.id);
    assert_eq!(world.get(None, &meta).await.status, 200);
    put(json!([a.id]), true).await;
    assert_eq!(world.get(None, &meta).await.status, 404);
    let gone = (Json::Null, json!({"assets": ["ast_aaaaaaaaaaaaaaaaaaaaaaaaaa"]}));
    world.tries(bea, "media.album.put", Some(ALBUM), gone).await.check(404);
    world.does(bea, "media.album.remove", ALBUM).await;
    assert_eq!(world.get(None, &path).await.status, 404);
    world.close().await;
}

#[tokio::test]
async fn favourites_are_their_owners_alone() {
    let world = world().await;
    let bea = &world.bea;
    let put = world.adds(bea, "a", json!({})).await;
    let other = world.adds(bea, "b", json!({})).await;
    let favourites =
        async |who: &Somebody| world.get(Some(who), "/media/favourites").await.check(200).text();
    let says = |fact: Json| {
        let words = (Json::Null, fact);
        world.says(bea, "media.album.put", Some("favourites"), words)
    };
    says(json!({ "assets": [put.id] })).await;
    let page = favourites(bea).await;
    assert!(page.contains(&put.id) && !page.contains(&other.id), "{page}");
    assert_lacks!(favourites(&world.owner).await, &put.id);
    let photo = world.get(Some(bea), &format!("/media/a/{}", put.id)).await;
    assert_has!(photo.text(), "aria-pressed=\"true\"");
    // An album of this id, which could have an audience, is refused.
    let words = (json!({"title": "Best"}), json!({"access": "public"}));
    assert_eq!(world.tries(bea, "media.album", Some("favourites"), words).await.status, 400);
    let albums = world.get(Some(bea), "/media/api/albums").await.json();
    assert_eq!(albums["albums"], json!([]));
    says(json!({ "assets": [put.id], "out": 1 })).await;
    assert_lacks!(favourites(bea).await, &put.id);
    world.close().await;
}

#[tokio::test]
async fn a_link_opens_an_album_to_a_stranger_until_it_ends() {
    let world = world().await;
    let bea = &world.bea;
    let inside = world.adds(bea, "inside", json!({})).await;
    let outside = world.adds(bea, "outside", json!({})).await;
    makes_album(&world, bea, json!({})).await;
    world.writes_fact(bea, "media.album.put", ALBUM, json!({ "assets": [inside.id] })).await;
    let until = world.node.node.now().as_millis() + 3_600_000;
    let digest = hex::encode(&sha256(SECRET.as_bytes()));
    let fact = json!({"of": ALBUM, "digest": digest, "until": until});
    world.says(bea, "media.link", Some(LINK), (json!({"label": "Oma"}), fact.clone())).await;
    let with_link = |path: &str, of: &Somebody| {
        let path = format!("{path}link={SECRET}&of={}&owner={}", of.did(), of.did());
        let world = &world;
        async move { world.get(None, &path).await.status }
    };
    let meta = |id: &str| format!("/media/api/assets/{id}/meta?");
    let album = format!("/media/api/albums/{ALBUM}?");
    world.get(None, &format!("{album}owner={}", bea.did())).await.check(404);
    assert_eq!(with_link(&album, bea).await, 200);
    assert_eq!(with_link(&meta(&inside.id), bea).await, 200);
    assert_eq!(with_link(&meta(&outside.id), bea).await, 404);
    assert_eq!(with_link(&meta(&inside.id), &world.owner).await, 404, "the link is Bea's");
    let wrong = format!("/media/api/assets/{}/meta?link=ffff&of={}", inside.id, bea.did());
    assert_eq!(world.get(None, &wrong).await.status, 404);

    world.does(bea, "media.link.end", LINK).await;
    assert_eq!(with_link(&meta(&inside.id), bea).await, 404);
    world.says(bea, "media.link", Some(LINK), (json!({"label": "Oma"}), fact)).await;
    assert_eq!(with_link(&meta(&inside.id), bea).await, 200);
    world.node.clock.pass(std::time::Duration::from_secs(3_601));
    assert_eq!(with_link(&meta(&inside.id), bea).await, 404, "its time is over");
    let other = json!({"of": inside.id, "digest": digest, "until": until});
    let refused = world.tries(bea, "media.link", Some(LINK), (json!({}), other)).await;
    assert_eq!(refused.status, 409, "a link leads to one thing");
    world.close().await;
}

#[tokio::test]
async fn the_end_of_a_link_moves_both_ways() {
    let world = world().await;
    let bea = &world.bea;
    let put = world.adds(bea, "a", json!({})).await;
    let now = world.node.node.now().as_millis();
    let digest = hex::encode(&sha256(SECRET.as_bytes()));
    let ends = |who, after_s: i64| {
        let fact = json!({ "of": put.id, "digest": digest, "until": now + after_s * 1000 });
        world.tries(who, "media.link", Some(LINK), (json!({ "label": "Oma" }), fact))
    };
    let pass = |seconds| world.node.clock.pass(std::time::Duration::from_secs(seconds));
    let meta = format!("/media/api/assets/{}/meta?link={SECRET}&of={}", put.id, bea.did());
    let status = async || world.get(None, &meta).await.status;
    assert_eq!(ends(bea, 60).await.status, 201);
    assert_eq!(status().await, 200);
    pass(61);
    assert_eq!(status().await, 404);
    assert_eq!(ends(bea, 600).await.status, 201, "later, after it ended");
    assert_eq!(status().await, 200);
    assert_eq!(ends(bea, 120).await.status, 201, "earlier");
    assert_eq!(status().await, 200);
    pass(60);
    assert_eq!(status().await, 404);
    // The page and the list show a link that was renewed with a new end.
    let links = world.get(Some(bea), "/media/api/links").await.json();
    let link = &links["links"][0];
    assert_members!(link, "digest": digest, "isOpen": false);
    assert_eq!(links["links"].as_array().unwrap().len(), 1);
    let page = world.get(Some(bea), "/media/links").await.text();
    assert!(page.contains(&format!("data-move=\"{LINK}\"")), "{page}");
    // Another person's link with this id would be another link, to a file that is not theirs.
    assert_eq!(ends(&world.owner, 900).await.status, 404);
    assert_eq!(status().await, 404);
    world.close().await;
}
