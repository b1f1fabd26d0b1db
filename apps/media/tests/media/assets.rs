//! Adding files, saying something of them, folders, and the trash.

use crate::prelude::*;
use crate::support::jpeg;

#[tokio::test]
async fn a_file_is_added_described_and_shown_to_its_owner_alone() {
    let world = world().await;
    let bea = &world.bea;
    let put = world.adds(bea, "beach.jpg", json!({})).await;
    let body = json!({"title": "The beach", "alt": "Waves", "taken": "2019-07-14T16:20:00", "zone": 120, "taken_from": "exif",
        "place": {"lat": 473_780_000, "lon": 85_400_000}, "width": 4000, "height": 3000});
    world.writes_body(bea, "media.change", &put.id, body).await;
    let path = format!("/media/api/assets/{}/meta", put.id);
    let meta = world.get(Some(bea), &path).await.json();
    for (member, value) in [
        ("filename", json!("beach.jpg")),
        ("title", json!("The beach")),
        ("mimeType", json!("image/jpeg")),
        ("size", json!(put.bytes)),
        ("hash", json!(put.cid)),
        ("taken", json!("2019-07-14T16:20:00")),
        ("takenFrom", json!("exif")),
        ("place", json!({"lat": 473_780_000, "lon": 85_400_000})),
        ("access", json!("private")),
        ("state", json!("kept")),
    ] {
        assert_eq!(meta[member], value, "{member}");
    }
    // Null takes back what was said; the picture is then dated by its arrival.
    let body = json!({"taken": null, "place": null, "title": null});
    world.writes_body(bea, "media.change", &put.id, body).await;
    let meta = world.get(Some(bea), &path).await.json();
    assert!(meta["title"].is_null() && meta["place"].is_null());
    assert_eq!(meta["takenFrom"], "upload");

    let whole = world.get(Some(bea), &format!("/media/api/assets/{}", put.id)).await;
    assert_eq!((whole.status, &whole.body[..]), (200, &jpeg("beach.jpg")[..]));
    assert_eq!(whole.header("content-type"), Some("image/jpeg"));
    assert!(whole.header("content-security-policy").unwrap().starts_with("sandbox"));
    for nobody in [None, Some(&world.owner)] {
        assert_eq!(world.file_status(nobody, &put).await, 404);
        assert_eq!(world.get(nobody, &path).await.status, 404);
    }
    world.close().await;
}

#[tokio::test]
async fn an_entry_says_of_a_file_what_the_file_says() {
    let world = world().await;
    let bea = &world.bea;
    let put = world.stores(bea, &jpeg("a"));
    let add = |id: String, kind: &str, bytes: usize, fact: Json| {
        let body = json!({"name": "a.jpg", "kind": kind, "bytes": bytes});
        let world = &world;
        async move {
            let reply = world.tries(bea, "media.add", Some(&id), (body, fact)).await;
            (reply.status, reply.json()["field"].as_str().unwrap_or_default().to_owned())
        }
    };
    let fact = json!({"media": [put.cid], "n": 0});
    let (id, bytes) = (put.id.clone(), put.bytes);
    let wrong = |field: &str| (400, field.to_owned());
    assert_eq!(add(id.clone(), "image/png", bytes, fact.clone()).await, wrong("kind"));
    assert_eq!(add(id.clone(), "image/jpeg", bytes + 1, fact.clone()).await, wrong("bytes"));
    let others = asset_id(world.owner.did(), &put.cid, 0);
    assert_eq!(add(others, "image/jpeg", bytes, fact.clone()).await, wrong("ref"));
    let second = asset_id(bea.did(), &put.cid, 1);
    let copy = json!({"media": [put.cid], "n": 1});
    let refused = add(second.clone(), "image/jpeg", bytes, copy.clone()).await.0;
    assert_eq!(refused, 409, "there is no first one");
    assert_eq!(
        add(
            id.clone(),
            "image/jpeg",
            bytes,
            json!({"media": [put.cid], "n": 0, "folder": "fld_000000000000000000000009"})
        )
        .await
        .0,
        404
    );
    assert_eq!(add(id.clone(), "image/jpeg", bytes, fact.clone()).await.0, 201);
    assert_eq!(add(id, "image/jpeg", bytes, fact).await.0, 409, "it is there");
    assert_eq!(add(second, "image/jpeg", bytes, copy).await.0, 201);
    let elsewhere =
        json!({"media": [imajin_dfos::cid::raw_cid(b"never uploaded").to_string()], "n": 0});
    let unknown = asset_id(bea.did(), elsewhere["media"][0].as_str().unwrap(), 0);
    assert_eq!(add(unknown, "image/jpeg", 1, elsewhere).await.0, 400);
    world.close().await;
}

#[tokio::test]
async fn a_part_of_a_file_is_given_and_a_known_file_is_not_sent_again() {
    let world = world().await;
    let put = world.adds(&world.bea, "clip", json!({})).await;
    let path = format!("/media/api/assets/{}", put.id);
    let ask = |name: &str, value: &str| {
        let ask = imajin_edge::testing::Ask::get(&path).bearer(&world.bea.token);
        world.node.send(ask.header(name, value))
    };
    let part = ask("range", "bytes=4-9").await;
    assert_eq!((part.status, &part.body[..]), (206, &jpeg("clip")[4..10]));
    let content_range = format!("bytes 4-9/{}", put.bytes);
    assert_eq!(part.header("content-range"), Some(content_range.as_str()));
    assert_eq!(ask("range", "bytes=9999-").await.status, 416);
    let tag = part.header("etag").unwrap();
    assert_eq!(tag, format!("\"{}\"", put.cid));
    let again = ask("if-none-match", tag).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    world.close().await;
}

#[tokio::test]
async fn what_could_run_as_a_page_is_a_download() {
    let world = world().await;
    let page = b"<!DOCTYPE html><script>alert(1)</script>";
    let put = world.stores(&world.bea, page);
    let fact = json!({"media": [put.cid], "n": 0});
    let kind = imajin_pictures::Kind::detect(page).mime();
    let body = json!({"name": "über\"uns.html", "kind": kind, "bytes": put.bytes});
    world.enters(&world.bea, &put, body, fact).await;
    let path = format!("/media/api/assets/{}", put.id);
    let file = world.get(Some(&world.bea), &path).await.check(200);
    let how = file.header("content-disposition").unwrap();
    assert_eq!(how, "attachment; filename*=UTF-8''%C3%BCber_uns.html");
    assert_ne!(file.header("content-type"), Some("text/html"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    world.close().await;
}

#[tokio::test]
async fn folders_are_a_tree_and_what_was_in_one_that_goes_is_in_the_trash() {
    let world = world().await;
    let bea = &world.bea;
    let id = |n: usize| format!("fld_{n:024x}");
    let folder = |n: usize, parent: Option<usize>| {
        let fact = parent.map_or(json!({}), |parent| json!({"parent": id(parent)}));
        let world = &world;
        async move {
            let body = json!({"name": format!("Folder {n}")});
            world.tries(bea, "media.folder", Some(&id(n)), (body, fact)).await.status
        }
    };
    for n in 1..=32 {
        assert_eq!(folder(n, (n > 1).then(|| n - 1)).await, 201, "{n}");
    }
    assert_eq!(folder(33, Some(32)).await, 409, "32 deep at most");
    assert_eq!(folder(1, Some(5)).await, 409, "not in itself");
    assert_eq!(folder(1, Some(1)).await, 409);
    assert_eq!(folder(34, Some(99)).await, 404);
    let put = world.adds(bea, "a.jpg", json!({"folder": id(20)})).await;
    let list = |query: &str| {
        let path = format!("/media/api/assets?{query}");
        let world = &world;
        async move {
            world.get(Some(&world.bea), &path).await.json()["assets"].as_array().unwrap().len()
        }
    };
    assert_eq!(list(&format!("folder={}", id(20))).await, 1);
    assert_eq!(list("folder=").await, 0);
    world.does(bea, "media.folder.remove", &id(2)).await;
    let folders = world.get(Some(bea), "/media/api/folders").await.json();
    assert_eq!(folders["folders"].as_array().unwrap().len(), 1);
    assert_eq!((list("state=kept").await, list("state=trash").await), (0, 1));
    assert_eq!(world.file_status(Some(bea), &put).await, 200, "its owner finds it there");
    let back = json!({"assets": [put.id], "folder": id(1)});
    world.tells(bea, "media.move", back).await;
    assert_eq!(list(&format!("folder={}", id(1))).await, 1);
    let removed = json!({"assets": [put.id]});
    let back = json!({"assets": [put.id], "back": 1});
    world.tells(bea, "media.remove", removed.clone()).await;
    world.tells(bea, "media.move", back.clone()).await;
    assert_eq!(list(&format!("folder={}", id(1))).await, 1, "it comes back to its folder");
    world.tells(bea, "media.remove", removed).await;
    let none = (Json::Null, Json::Null);
    world.says(bea, "media.folder.remove", Some(&id(1)), none).await;
    world.tells(bea, "media.move", back).await;
    assert_eq!(list("folder=").await, 1, "its folder is gone");
    world.close().await;
}

#[tokio::test]
async fn the_timeline_counts_by_month_and_replacing_puts_the_old_one_in_the_trash() {
    let world = world().await;
    let bea = &world.bea;
    let mut puts = Vec::new();
    for (name, taken) in [
        ("a", "2019-07-14T16:20:00"),
        ("b", "2019-07-15T09:00:00"),
        ("c", "2021-01-01T00:00:00"),
        ("absurd", "1700-01-01T00:00:00"),
    ] {
        let put = world.adds(bea, name, json!({})).await;
        let body = json!({ "taken": taken });
        world.writes_body(bea, "media.change", &put.id, body).await;
        puts.push(put);
    }
    let months = world.get(Some(bea), "/media/api/timeline").await.json();
    let now: String = world.node.node.now().to_string().chars().take(7).collect();
    let expected = json!([{"month": now, "count": 1}, {"month": "2021-01", "count": 1}, {"month": "2019-07", "count": 2}]);
    assert_eq!(months["months"], expected);
    let july = world.get(Some(bea), "/media/api/timeline/2019-07").await.json();
    let july: Vec<_> =
        july["assets"].as_array().unwrap().iter().map(|one| one[0].clone()).collect();
    assert_eq!(july, [json!(puts[1].id), json!(puts[0].id)]);
    world.get(Some(bea), "/media/api/timeline/July").await.check(400);
    assert_eq!(world.get(None, "/media/api/timeline").await.status, 401);
    world.adds(bea, "a2", json!({"replaces": puts[0].id})).await;
    let july = world.get(Some(bea), "/media/api/timeline/2019-07").await.json();
    assert_eq!(july["assets"].as_array().unwrap().len(), 1);
    let again = world.tries_to_add(bea, &puts[0], "a", json!({})).await;
    assert_eq!(again.status, 201, "known bytes come back from the trash");
    world.close().await;
}
