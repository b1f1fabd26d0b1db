//! All doors by which a person's bytes come, and the one account of them.

use std::collections::BTreeMap;

use imajin_host::Config;
use imajin_media::Settings;

use super::*;
use crate::uploads::form::{FILE, form};

const QUOTA: usize = 10_000;
const DOORS: [&str; 5] = ["profile", "form", "tus", "drive", "scratch"];

async fn small_world() -> World {
    let settings = Settings {
        established_bytes: QUOTA as u64,
        preliminary_bytes: QUOTA as u64,
        soft_bytes: QUOTA as u64,
        ..Settings::default()
    };
    world_of(Config::default(), settings).await
}

/// A PNG of this many bytes, different for each number.
fn picture(bytes: usize, n: u8) -> Vec<u8> {
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    picture.resize(bytes, n);
    picture
}

/// A file through each door, by the door's name.
fn doors(who: &Somebody, computer: &Computer, file: &[u8]) -> BTreeMap<&'static str, Ask> {
    let profile = Ask::new("POST", "/profile/api/upload")
        .bearer(&who.token)
        .header("content-type", "image/png")
        .body(file);
    let tus = Ask::new("POST", "/media/api/uploads")
        .bearer(&who.token)
        .header("tus-resumable", "1.0.0")
        .header("upload-length", file.len().to_string());
    let number = file.last().copied().unwrap_or_default();
    BTreeMap::from([
        ("profile", profile),
        ("form", form(who, &[(FILE, file)])),
        ("tus", tus),
        ("drive", computer.ask("PUT", &format!("{number}.png")).body(file)),
        ("scratch", computer.ask("PUT", &format!("{number}.tmp")).body(file)),
    ])
}

fn bytes_of(world: &World, who: &Somebody) -> u64 {
    world.node.node.ledger().media().list(who.did()).unwrap().iter().map(|(_, bytes)| bytes).sum()
}

#[tokio::test]
async fn no_door_takes_what_another_has_filled() {
    for first in DOORS {
        let world = small_world().await;
        let bea = &world.bea;
        let laptop = world.connects(bea, 7).await;
        let filling = picture(7_000, 1);
        let filled = doors(bea, &laptop, &filling).remove(first).unwrap();
        let filled = world.dav(filled).await;
        assert_eq!(filled.status, 201, "{first}: {}", filled.text());
        for (door, ask) in doors(bea, &laptop, &picture(7_000, 2)) {
            let refused = world.dav(ask).await;
            assert_eq!(refused.status, 507, "{first}, {door}: {}", refused.text());
            let problem = refused.json();
            assert_eq!(problem["quota"], QUOTA, "{first}, {door}: {problem}");
        }
        assert!(bytes_of(&world, bea) <= 7_000, "{first}");
        // Another person has separate room.
        let owner = world.connects(&world.owner, 8).await;
        for (door, ask) in doors(&world.owner, &owner, &picture(7_000, 3)) {
            let taken = world.dav(ask).await;
            assert!(matches!(taken.status, 200 | 201), "{door}: {}", taken.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_come_through_all_doors_at_once_share_the_room() {
    let world = small_world().await;
    let bea = &world.bea;
    let laptop = world.connects(bea, 7).await;
    let mut asks = Vec::new();
    for (n, door) in (1..).zip(DOORS.iter().chain(&DOORS)) {
        asks.extend(doors(bea, &laptop, &picture(4_000, n)).remove(door));
    }
    let sent = asks.into_iter().map(|ask| {
        let address = world.node.address;
        tokio::spawn(async move { ask.send(address).await.unwrap().status })
    });
    let mut taken = 0;
    for one in sent.collect::<Vec<_>>() {
        match one.await.unwrap() {
            201 => taken += 1,
            refused => assert_eq!(refused, 507),
        }
    }
    assert!(taken >= 1, "nothing came");
    let uploads = world.node.node.ledger().media().uploads(bea.did()).unwrap();
    let open: u64 = uploads.iter().map(|upload| upload.length).sum();
    assert!(bytes_of(&world, bea) + open <= QUOTA as u64);
}
