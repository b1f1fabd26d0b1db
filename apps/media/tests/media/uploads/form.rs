//! A file in one form, and files that need not come.

use imajin_host::Config;
use imajin_media::Settings;
use serde_json::{Value as Json, json};

use super::*;
use crate::support::{world, world_of};

pub(crate) fn form(who: &Somebody, fields: &[(&str, &[u8])]) -> Ask {
    let mut body = Vec::new();
    for (head, value) in fields {
        let head = format!("--b\r\ncontent-disposition: form-data; {head}\r\n\r\n");
        body.extend([head.as_bytes(), value, b"\r\n"].concat());
    }
    body.extend(b"--b--\r\n");
    Ask::new("POST", "/media/api/assets")
        .bearer(&who.token)
        .header("content-type", "multipart/form-data; boundary=b")
        .body(body)
}

pub(crate) const FILE: &str = "name=\"file\"; filename=\"C:\\\\DCIM\\\\a.jpg\"";

#[tokio::test]
async fn a_form_adds_a_file_and_the_same_bytes_add_none() {
    let world = world().await;
    let bea = &world.bea;
    let bytes = photo(5 << 20);
    let context =
        br#"{"app": "events", "feature": "poster", "entity": "evt_1", "access": "public"}"#;
    let fields: [(&str, &[u8]); 2] = [("name=\"context\"", context), (FILE, &bytes)];
    let added = world.send(form(bea, &fields)).await;
    let body = added.json();
    assert_eq!(added.status, 201, "{body}");
    let id = body["id"].as_str().unwrap();
    let expected = json!({
        "id": id, "url": format!("/media/api/assets/{id}"), "filename": "a.jpg", "mimeType": "image/jpeg",
        "size": 5 << 20, "hash": cid(&bytes), "fairManifest": null, "createdAt": body["createdAt"],
    });
    assert_eq!(body, expected);
    let seen = world.get(None, &format!("/media/api/assets/{id}/meta")).await;
    assert_eq!(seen.status, 200, "everybody sees it: {}", seen.text());

    let again = world.send(form(bea, &[(FILE, &bytes)])).await;
    let body = again.json();
    assert_eq!((again.status, &body["deduplicated"], &body["id"]), (200, &true.into(), &id.into()));
    world.tells(bea, "media.remove", json!({ "assets": [id] })).await;
    let back = world.send(form(bea, &[(FILE, &bytes), ("name=\"filename\"", b"b.jpg")])).await;
    assert_members!(back.check(200).json(), "deduplicated": true, "filename": "b.jpg");
    world.close().await;
}

#[tokio::test]
async fn what_is_wrong_in_a_form_is_named_and_nothing_stays() {
    let world = world().await;
    let bea = &world.bea;
    let long = vec![b'a'; 9_000];
    for (fields, field) in [
        (&[("name=\"filename\"", &b"a.jpg"[..])][..], "file"),
        (&[(FILE, b"1"), (FILE, b"2")], "file"),
        (&[(FILE, b"1"), ("name=\"context\"", b"{")], "context"),
        (&[(FILE, b"1"), ("name=\"filename\"", &long)], "filename"),
        (&[(FILE, b"1"), ("name=\"filename\"", b"\xff")], "filename"),
    ] {
        let refused = world.send(form(bea, fields)).await;
        let body = refused.json();
        assert_eq!((refused.status, &body["field"]), (400, &field.into()), "{body}");
    }
    assert_eq!(world.send(Ask::new("POST", "/media/api/assets").body("x")).await.status, 401);
    let media = world.node.node.ledger().media();
    assert_eq!(media.list(bea.did()).unwrap(), []);
    assert_eq!(std::fs::read_dir(media.folder(bea.did())).unwrap().count(), 0);
}

#[tokio::test]
async fn forms_share_the_room_with_uploads() {
    let settings = Settings {
        file_bytes: 200_000,
        established_bytes: 100_000,
        preliminary_bytes: 100_000,
        soft_bytes: 100_000,
        ..Settings::default()
    };
    let world = world_of(Config::default(), settings).await;
    let bea = &world.bea;
    world.begins(bea, 60_000, &[]).await;
    world.send(form(bea, &[(FILE, &photo(50_000))])).await.check(507);
    world.send(form(bea, &[(FILE, &photo(30_000))])).await.check(201);
    world.send(form(bea, &[(FILE, &photo(20_000))])).await.check(507);
    world.send(form(bea, &[(FILE, &photo(300_000))])).await.check(413);
}

#[tokio::test]
async fn what_is_here_need_not_be_sent() {
    let world = world().await;
    let bea = &world.bea;
    let here = world.adds(bea, "here", json!({})).await;
    let trashed = world.adds(bea, "trashed", json!({})).await;
    let stored = world.stores(bea, b"without an entry");
    world.tells(bea, "media.remove", json!({ "assets": [trashed.id] })).await;
    let ask = |who: &Somebody, cids: Json| {
        let ask = Ask::post("/media/api/have", &json!({ "cids": cids }));
        world.send(ask.bearer(&who.token))
    };
    let all = json!([here.cid, trashed.cid, stored.cid, cid(b"nowhere")]);
    assert_eq!(ask(bea, all.clone()).await.json(), json!({ "cids": [here.cid] }));
    assert_eq!(ask(&world.owner, all).await.json(), json!({ "cids": [] }));
    assert_eq!(ask(bea, json!(["no"])).await.status, 400);
    let many: Vec<String> = (0..501_u32).map(|n| cid(&n.to_le_bytes())).collect();
    assert_eq!(ask(bea, json!(many[1..])).await.status, 200);
    assert_eq!(ask(bea, json!(many)).await.status, 400);
    assert_eq!(world.send(Ask::post("/media/api/have", &json!({ "cids": [] }))).await.status, 401);
}
