//! How much room files take, how many come at once, and how long they wait.

use std::time::Duration;

use imajin_host::Config;
use imajin_media::Settings;
use serde_json::{Value as Json, json};

use super::*;
use crate::support::{somebody, world, world_of};

/// Each person but the owner has room for 10 000 bytes, and a file has at most 50 000.
async fn small_world() -> World {
    let settings = Settings {
        file_bytes: 50_000,
        established_bytes: 10_000,
        preliminary_bytes: 10_000,
        soft_bytes: 10_000,
        ..Settings::default()
    };
    world_of(Config::default(), settings).await
}

#[tokio::test]
async fn a_file_has_a_longest_length() {
    let world = small_world().await;
    let refused = world.send(creation(&world.owner, 50_001, &[])).await;
    let body = refused.json();
    assert_eq!((refused.status, &body["bytesMax"]), (413, &50_000.into()), "{body}");
    world.begins(&world.owner, 50_000, &[]).await;
    let options = world.send(Ask::new("OPTIONS", UPLOADS)).await;
    assert_eq!(options.header("tus-max-size"), Some("50000"));
}

#[tokio::test]
async fn open_uploads_files_and_the_trash_share_a_persons_room() {
    let world = small_world().await;
    let bea = &world.bea;
    let create = |bytes: usize| world.send(creation(bea, bytes, &[]));
    let at = world.begins(bea, 6_000, &[]).await;
    let detail = create(5_000).await.check(507).json()["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("media.preliminary_bytes") || detail.contains("media.soft_bytes"),
        "{detail}"
    );
    // Reserved at its creation, and taken once it came.
    let last = world.send(part(bea, &at, 0, &photo(6_000))).await;
    let asset = last.header("x-asset").unwrap().to_owned();
    assert_eq!(create(5_000).await.status, 507);
    let other = world.begins(bea, 4_000, &[]).await;
    assert_eq!(create(1).await.status, 507);
    assert_eq!(world.send(tus(bea, "DELETE", &other)).await.status, 204);
    let other = world.begins(bea, 4_000, &[]).await;
    world.tells(bea, "media.remove", json!({ "assets": [asset] })).await;
    assert_eq!(create(1).await.status, 507, "the trash counts");
    assert_eq!(world.send(tus(bea, "DELETE", &other)).await.status, 204);
    let storage = world.get(Some(bea), "/media/api/storage").await.json();
    assert_members!(storage, "trash": 6_000, "quota": 10_000);
    // The owner of the box has no quota.
    world.begins(&world.owner, 40_000, &[]).await;
}

#[tokio::test]
async fn sixteen_uploads_of_a_person_may_be_open() {
    let world = world().await;
    let bea = &world.bea;
    let mut begun = Vec::new();
    for _ in 0..16 {
        begun.push(world.begins(bea, 10, &[]).await);
    }
    let refused = world.send(creation(bea, 10, &[])).await.check(429);
    assert!(refused.header("retry-after").is_some());
    world.begins(&world.owner, 10, &[]).await;
    world.send(part(bea, &begun[0], 0, b"0123456789")).await.check(204);
    world.begins(bea, 10, &[]).await;
}

async fn listed(world: &World, who: &Somebody) -> Vec<Json> {
    world.get(Some(who), UPLOADS).await.check(200).json()["uploads"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_upload_without_a_byte_gives_its_place_after_an_hour_and_all_are_listed() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(100_000);
    // One has bytes, and one is written to: both look older than all others.
    let begun = world.begins(bea, 10, &[("filename", "a.jpg")]).await;
    assert_eq!(world.send(part(bea, &begun, 0, b"0")).await.status, 204);
    let held = world.begins(bea, whole.len(), &[]).await;
    let stream = world.holds(bea, &held, &whole, 90_000).await;
    for _ in 0..14 {
        world.node.clock.pass(Duration::from_secs(1));
        world.begins(bea, 10, &[]).await;
    }
    world.node.clock.pass(Duration::from_secs(3580));
    assert_eq!(world.send(creation(bea, 10, &[])).await.status, 429);
    let before = listed(&world, bea).await;
    assert_eq!(before.len(), 16);
    let first = before.iter().find(|one| one["name"] == "a.jpg").unwrap();
    let id = first["id"].as_str().unwrap();
    assert!(begun.ends_with(id));
    let expected =
        json!({ "id": id, "name": "a.jpg", "length": 10, "offset": 1, "until": first["until"] });
    assert_eq!(*first, expected);
    let storage = world.get(Some(bea), "/media/api/storage").await.json();
    assert_eq!(storage["uploads"], 100_000 + 15 * 10);

    world.node.clock.pass(Duration::from_secs(7));
    let new = world.begins(bea, 10, &[]).await;
    let after = listed(&world, bea).await;
    let is_in =
        |all: &[Json], id: &str| all.iter().any(|one| id.ends_with(one["id"].as_str().unwrap()));
    assert!(is_in(&after, &new) && is_in(&after, &begun) && is_in(&after, &held));
    let gone = before.iter().filter(|one| !after.contains(one)).count();
    assert_eq!((after.len(), gone), (16, 1));
    let early = world.send(creation(bea, 10, &[])).await.status;
    assert_eq!(early, 429, "the next one is not an hour old");
    assert_eq!(sends_rest(stream, &whole[90_000..]).await, 204);
    assert_eq!(listed(&world, bea).await.len(), 15);
    assert!(listed(&world, &world.owner).await.is_empty());
    assert_eq!(world.get(None, UPLOADS).await.status, 401);
}

#[tokio::test]
async fn a_node_remembers_some_complete_uploads_and_not_thousands() {
    let world = world().await;
    let bea = &world.bea;
    let mut first = None;
    for n in 0..70_u32 {
        let begin = creation(bea, 4, &[("sign", "1")]).header("content-type", PART);
        let begun = world.send(begin.body(n.to_le_bytes())).await.check(201);
        world.node.clock.pass(Duration::from_millis(10));
        first.get_or_insert(begun.header("location").unwrap().to_owned());
    }
    let media = world.node.node.ledger().media();
    assert_eq!(media.uploads(bea.did()).unwrap().len(), 65);
    assert_eq!(world.offset(bea, &first.unwrap()).await, None);
    assert_eq!(media.list(bea.did()).unwrap().len(), 70);
}

#[tokio::test]
async fn self_made_keys_at_one_address_share_eight_places_and_the_owner_has_places_then() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(100_000);
    let mut held = Vec::new();
    for seed in 10..18 {
        let key = somebody(&world.node, seed).await;
        let at = world.begins(&key, whole.len(), &[]).await;
        held.push(world.holds(&key, &at, &whole, 90_000).await);
    }
    let at = world.begins(bea, whole.len(), &[]).await;
    let refused = world.send(part(bea, &at, 0, &whole)).await.check(503);
    assert!(refused.header("retry-after").is_some());
    let theirs = world.begins(&world.owner, whole.len(), &[]).await;
    world.send(part(&world.owner, &theirs, 0, &whole)).await.check(204);
    for stream in held {
        assert_eq!(sends_rest(stream, &whole[90_000..]).await, 204);
    }
    assert_eq!(world.send(part(bea, &at, 0, &whole)).await.status, 204);
}

#[tokio::test]
async fn an_upload_ends_three_days_after_its_last_bytes() {
    let mut world = world().await;
    let at = world.begins(&world.bea, 10, &[]).await;
    let day = Duration::from_secs(24 * 3600);
    for sent in 0..2 {
        world.node.clock.pass(day * 2);
        world.bea.token = world.bea.person.sign_in(&world.node).await;
        assert_eq!(world.send(part(&world.bea, &at, sent, b"0")).await.status, 204);
    }
    world.node.clock.pass(day * 3);
    world.bea.token = world.bea.person.sign_in(&world.node).await;
    let bea = &world.bea;
    for ask in [tus(bea, "HEAD", &at), part(bea, &at, 2, b"0"), tus(bea, "DELETE", &at)] {
        assert_eq!(world.send(ask).await.status, 410);
    }
    world.node.clock.pass(Duration::from_secs(1));
    let node = world.node.node.clone();
    let swept = imajin_app::blocking::run(move || imajin_host::sweep::now(&node)).await;
    assert_eq!(swept.unwrap().unwrap().partials, 1);
    assert_eq!(world.send(tus(bea, "HEAD", &at)).await.status, 404);
}
