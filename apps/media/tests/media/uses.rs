//! The uses of a file, as its owner sees them before erasing it.

use imajin_dfos::cid::parse_cid;

use crate::prelude::*;

async fn uses_of(world: &World, who: &Somebody, ids: &[&str]) -> (u16, Json) {
    let ask = Ask::post("/media/api/uses", &json!({ "ids": ids })).bearer(&who.token);
    let reply = world.node.send(ask).await;
    (reply.status, reply.json()["uses"].clone())
}

#[tokio::test]
async fn an_owner_is_told_where_a_file_is_used_and_what_keeps_it() {
    let world = world().await;
    let bea = &world.bea;
    let used = world.adds(bea, "used.jpg", json!({})).await;
    let other = world.adds(bea, "other.jpg", json!({})).await;
    let path = format!("/media/api/assets/{}/uses", used.id);
    let none = world.get(Some(bea), &path).await;
    assert_eq!((none.status, none.json()), (200, json!({"uses": []})));

    let album = "alb_00000000000000000000000a";
    let link = "lnk_00000000000000000000000a";
    world.writes_body(bea, "media.album", album, json!({"title": "Summer"})).await;
    let put = json!({"assets": [used.id]});
    world.writes_fact(bea, "media.album.put", album, put).await;
    let until = world.node.node.now().as_millis() + 3_600_000;
    let fact = json!({"of": used.id, "digest": "0".repeat(64), "until": until});
    world.says(bea, "media.link", Some(link), (json!({"label": "For Carl"}), fact)).await;
    let copy = asset_id(bea.did(), &used.cid, 1);
    let body = json!({"name": "copy.jpg", "kind": "image/jpeg", "bytes": used.bytes});
    world.says(bea, "media.add", Some(&copy), (body, json!({"media": [used.cid], "n": 1}))).await;
    let body = json!({"avatar": used.cid});
    world.says(bea, "profile.update", None, (body, json!({"media": [used.cid]}))).await;

    let place = |app: &str, title: &str, href: String, keeps: bool| json!({"asset": used.id, "app": app, "title": title, "href": href, "keeps": keeps});
    let here = [
        place("media", "Summer", format!("/media/albums/{}/{album}", bea.did()), false),
        place("media", "For Carl", "/media/links".to_owned(), false),
        place("media", "copy.jpg", format!("/media/a/{copy}"), true),
        place("profile", "Your profile picture", "/profile/edit".to_owned(), true),
    ];
    assert_eq!(world.get(Some(bea), &path).await.json()["uses"], json!(here));
    let (_, both) = uses_of(&world, bea, &[&other.id, &used.id]).await;
    assert_eq!(both, json!(here), "the other one is used nowhere");
    let page = world.get(Some(bea), &format!("/media/a/{}", used.id)).await.text();
    assert_has!(page, "Used in", "For Carl", "Your profile picture");

    // Other callers learn nothing, and ids that are not the caller's own files are not found.
    assert_eq!(world.get(Some(&world.owner), &path).await.status, 404);
    assert_eq!(world.get(None, &path).await.status, 401);
    assert_eq!(uses_of(&world, &world.owner, &[&used.id]).await.0, 404);
    assert_eq!(uses_of(&world, bea, &[]).await.0, 400);

    // The profile still shows what was erased here.
    world.tells(bea, "media.erase", json!({"assets": [used.id, copy]})).await;
    assert_eq!(world.get(Some(bea), &path).await.status, 404);
    let picture = format!("/profile/api/media/{}/{}", bea.did(), used.cid);
    assert_eq!(world.get(Some(bea), &picture).await.status, 200);
    let cid = parse_cid(&used.cid).unwrap();
    let media = world.node.node.ledger().media();
    assert!(media.size(bea.did(), &cid).unwrap().is_some());
    world.close().await;
}

#[tokio::test]
async fn files_are_listed_by_what_they_were_added_for() {
    let world = world().await;
    let bea = &world.bea;
    let poster = |entity: &str| json!({"app": "events", "feature": "poster", "entity": entity});
    let mut ids = Vec::new();
    for (name, context) in
        [("a.jpg", Some(poster("evt_1"))), ("b.jpg", Some(poster("evt_2"))), ("c.jpg", None)]
    {
        let put = world.stores(bea, &crate::support::jpeg(name));
        let mut body = json!({"name": name, "kind": "image/jpeg", "bytes": put.bytes});
        if let Some(context) = context {
            body["context"] = context;
        }
        world.enters(bea, &put, body, json!({"media": [put.cid], "n": 0})).await;
        ids.push(put.id);
    }
    for (query, expected) in [
        ("", &ids[..]),
        ("&app=events", &ids[..2]),
        ("&app=events&feature=poster&entity=evt_2", &ids[1..2]),
        ("&feature=flyer", &[]),
        ("&app=coffee", &[]),
    ] {
        let path = format!("/media/api/assets?order=name{query}");
        let listed = world.get(Some(bea), &path).await.json();
        let assets = listed["assets"].as_array().unwrap().iter();
        let listed_ids: Vec<&str> = assets.map(|asset| asset["id"].as_str().unwrap()).collect();
        assert_eq!(listed_ids, expected, "{query}");
    }
    let path = format!("/media/api/assets/{}/meta", ids[0]);
    assert_eq!(world.get(Some(bea), &path).await.json()["context"], poster("evt_1"));
    world.close().await;
}
