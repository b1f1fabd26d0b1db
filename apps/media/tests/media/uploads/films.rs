//! Facts in a film become facts of its asset. No decoder is needed for that.

use imajin_app::Zone;
use imajin_app::front::Front;

use super::part;
use crate::prelude::*;

fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let len = u32::try_from(content.len() + 8).unwrap();
    [&len.to_be_bytes()[..], name, &content].concat()
}

/// A film of 90 seconds by a telephone, without anything to see.
fn film() -> Vec<u8> {
    let times = [0_u32, 0, 0, 600, 54_000].map(u32::to_be_bytes).concat();
    let place = boxed(b"\xa9xyz", &[b"\0\x12\x15\xc7", b"+48.8577+002.2950/"]);
    let key = boxed(b"mdta", &[b"com.apple.quicktime.creationdate"]);
    let value = [&[0, 0, 0, 1, 0, 0, 0, 0], &b"2024-07-01T12:30:59+0200"[..]].concat();
    let value = boxed(&[0, 0, 0, 1], &[&boxed(b"data", &[&value])]);
    let words = [
        boxed(b"hdlr", &[&[0; 8], b"mdta", &[0; 13]]),
        boxed(b"keys", &[&[0, 0, 0, 0, 0, 0, 0, 1], &key]),
        boxed(b"ilst", &[&value]),
    ];
    let track = [
        boxed(b"tkhd", &[&[0; 84]]),
        boxed(b"mdia", &[&boxed(b"hdlr", &[&[0; 8], b"vide", b"Telephone"])]),
    ];
    let moov = [
        boxed(b"mvhd", &[&times, &[0; 80]]),
        boxed(b"trak", &[&track.concat()]),
        boxed(b"udta", &[&place]),
        boxed(b"meta", &[&words.concat()]),
    ];
    [boxed(b"ftyp", &[b"qt  \0\0\0\0qt  "]), boxed(b"moov", &[&moov.concat()])].concat()
}

#[tokio::test]
async fn a_film_says_its_length_time_and_place() {
    let world = world().await;
    let bea = &world.bea;
    let film = film();
    let expected = json!({
        "ms": 90_000, "taken": "2024-07-01T12:30:59", "zone": 120,
        "place": { "lat": 488_577_000, "lon": 22_950_000 },
    });
    let signed = world.begins(bea, film.len(), &[("sign", "1")]).await;
    let last = world.send(part(bea, &signed, 0, &film)).await;
    let facts: Json = serde_json::from_str(last.header("x-facts").unwrap()).unwrap();
    assert_eq!(facts["kind"], "video/quicktime");
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(facts[member], *value, "{member}");
    }

    let entered = world.begins(bea, film.len(), &[]).await;
    let last = world.send(part(bea, &entered, 0, &film)).await;
    let asset = last.header("x-asset").unwrap();
    let meta = world.get(Some(bea), &format!("/media/api/assets/{asset}/meta")).await.json();
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(meta[member], *value, "{member}");
    }
    assert_eq!(meta["takenFrom"], "exif");
    world.close().await;
}

#[tokio::test]
async fn a_film_without_words_was_made_when_its_header_says() {
    let world = world().await;
    let bea = &world.bea;
    let mut film = film();
    let at = |film: &[u8], name: &[u8]| {
        let mut windows = film.windows(name.len());
        windows.position(|part| part == name).unwrap()
    };
    let key = at(&film, b"creationdate");
    film[key..key + 8].copy_from_slice(b"somewhat");
    // Seconds from 1904 on.
    let header = at(&film, b"mvhd") + 8;
    film[header..header + 4].copy_from_slice(&0xe2a8_1234_u32.to_be_bytes());
    let entered = world.begins(bea, film.len(), &[]).await;
    let last = world.send(part(bea, &entered, 0, &film)).await;
    let asset = last.header("x-asset").unwrap();
    let meta = world.get(Some(bea), &format!("/media/api/assets/{asset}/meta")).await.json();
    let taken = (&meta["taken"], &meta["zone"], &meta["takenFrom"]);
    assert_eq!(taken, (&json!("2024-07-01T07:58:44"), &json!(0), &json!("exif")));
    world.close().await;
}

/// A file that says no time lies on the day of its arrival, by the clocks of the box.
#[tokio::test]
async fn a_file_without_a_time_of_its_own_lies_on_the_day_of_its_owner() {
    let world = world().await;
    let front = Front { timezone: "Pacific/Kiritimati".to_owned(), ..Front::default() };
    world.node.node.set_front(front).unwrap();
    let bea = &world.bea;
    let path = world.begins(bea, 5, &[]).await;
    let last = world.send(part(bea, &path, 0, b"notes")).await;
    let asset = last.header("x-asset").unwrap();
    let meta = world.get(Some(bea), &format!("/media/api/assets/{asset}/meta")).await.json();
    let zone = Zone::find("Pacific/Kiritimati").unwrap();
    let day = zone.local(world.node.node.now()).date().to_string();
    assert!(meta["taken"].as_str().unwrap().starts_with(&day), "{meta}");
    assert_members!(meta, "zone": 840, "takenFrom": "upload");
    world.close().await;
}

#[tokio::test]
async fn others_see_a_film_without_what_it_says() {
    let world = world().await;
    let bea = &world.bea;
    let film = film();
    let path = world.begins(bea, film.len(), &[]).await;
    let last = world.send(part(bea, &path, 0, &film)).await;
    let asset = last.header("x-asset").unwrap();
    world.tells(bea, "media.access", json!({ "assets": [asset], "access": "public" })).await;
    let page = world.get(None, &format!("/media/a/{asset}")).await;
    assert!(page.text().contains("<video"), "{}", page.text());
    let file = format!("/media/api/assets/{asset}");
    let shared = world.get(None, &file).await;
    assert_eq!(shared.header("content-type"), Some("video/quicktime"));
    assert_eq!(shared.body.len(), film.len());
    for word in ["+48.8577", "2024-07-01", "Telephone"] {
        let has = |bytes: &[u8]| bytes.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(has(&film) && !has(&shared.body), "{word}");
    }
    assert_eq!(world.get(Some(bea), &file).await.body, film);
    world.close().await;
}
