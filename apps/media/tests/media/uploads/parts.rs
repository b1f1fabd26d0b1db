//! Parts that break off, restarts, and two at once.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::support::{restart, world};

#[tokio::test]
async fn a_connection_that_breaks_loses_nothing_that_came() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(300_000);
    let at = world.begins(bea, whole.len(), &[]).await;
    let stream = world.sends_some(bea, &at, (0, 300_000), &whole[..200_000]).await;
    drop(stream);
    world.came_to(bea, &at, 200_000).await;
    let last = world.send(part(bea, &at, 200_000, &whole[200_000..])).await;
    assert!(last.header("x-asset").is_some(), "{}", last.text());
    let stored = world.node.node.ledger().media().list(bea.did()).unwrap();
    assert_eq!(stored, [(raw_cid(&whole), 300_000)]);
}

#[tokio::test]
async fn one_request_at_a_time_sends_bytes() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(200_000);
    let at = world.begins(bea, whole.len(), &[]).await;
    let first = world.holds(bea, &at, &whole, 100_000).await;
    assert_eq!(world.send(part(bea, &at, 0, &whole)).await.status, 423);
    assert_eq!(world.offset(bea, &at).await, Some(0), "asking is always allowed");
    assert_eq!(sends_rest(first, &whole[100_000..]).await, 204);
    let look = world.send(tus(bea, "HEAD", &at)).await;
    assert!(look.header("x-asset").is_some());
}

#[tokio::test]
async fn a_file_larger_than_all_bodies_may_be_streams_to_the_disk() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(40 << 20);
    let at = world.begins(bea, whole.len(), &[]).await;
    let last = world.send(part(bea, &at, 0, &whole)).await;
    assert!(last.header("x-asset").is_some(), "{}", last.text());
    let stored = world.node.node.ledger().media().list(bea.did()).unwrap();
    assert_eq!(stored, [(raw_cid(&whole), 40 << 20)]);
}

#[tokio::test]
async fn an_upload_goes_on_after_a_restart() {
    let mut world = world().await;
    let whole = photo(100_000);
    let at = world.begins(&world.bea, whole.len(), &[("filename", "a.jpg")]).await;
    world.send(part(&world.bea, &at, 0, &whole[..30_000])).await.check(204);
    world = restart(world).await;
    let bea = &world.bea;
    assert_eq!(world.offset(bea, &at).await, Some(30_000));
    let last = world.send(part(bea, &at, 30_000, &whole[30_000..])).await;
    let asset = last.header("x-asset").unwrap().to_owned();
    world = restart(world).await;
    assert_eq!(world.send(tus(&world.bea, "HEAD", &at)).await.header("x-asset"), Some(&*asset));
    world.close().await;
}

/// A program that stopped between the last byte and the entry.
#[tokio::test]
async fn an_upload_that_has_all_its_bytes_is_entered_when_it_is_asked_for() {
    let world = world().await;
    let bea = &world.bea;
    let whole = photo(10_000);
    let at = world.begins(bea, whole.len(), &[]).await;
    let id = imajin_ledger::media::UploadId::parse(at.rsplit('/').next().unwrap()).unwrap();
    let media = world.node.node.ledger().media();
    let mut writer = media.append(bea.did(), &id, 0).unwrap();
    writer.write(&whole).unwrap();
    writer.pause().unwrap();
    let asset = world.send(tus(bea, "HEAD", &at)).await.header("x-asset").unwrap().to_owned();
    let removed = serde_json::json!({ "assets": [asset] });
    world.says(bea, "media.remove", None, (serde_json::Value::Null, removed)).await;
    let look = world.send(tus(bea, "HEAD", &at)).await;
    assert_eq!(look.header("x-asset"), Some(&*asset), "asking brings nothing back");
    let meta = world.get(Some(bea), &format!("/media/api/assets/{asset}/meta")).await;
    assert_eq!(meta.json()["state"], "trash", "{}", meta.text());
    world.close().await;
}

/// An event of an upload.
#[derive(Debug, Clone)]
enum UploadEvent {
    /// This many bytes come.
    Part(usize),
    /// This many bytes come, and the connection breaks.
    Break(usize),
    /// This many bytes come with a checksum; it is theirs or not.
    Checked(usize, bool),
    /// Bytes for another place.
    Elsewhere(usize),
}

fn step() -> impl Strategy<Value = UploadEvent> {
    prop_oneof![
        (0..40_000_usize).prop_map(UploadEvent::Part),
        (1..40_000_usize).prop_map(UploadEvent::Break),
        (0..40_000_usize, any::<bool>())
            .prop_map(|(count, is_true)| UploadEvent::Checked(count, is_true)),
        (1..1_000_usize).prop_map(UploadEvent::Elsewhere),
    ]
}

#[test]
fn any_sequence_of_parts_gives_the_same_file() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(world());
    let mut runner = TestRunner::new(Config::with_cases(24));
    let steps = prop::collection::vec(step(), 0..8);
    let case = (any::<u64>(), steps);
    let run = runner.run(&case, |(seed, steps)| {
        runtime.block_on(history(&world, seed, steps));
        Ok(())
    });
    run.unwrap();
}

async fn history(world: &World, seed: u64, steps: Vec<UploadEvent>) {
    let bea = &world.bea;
    let mut whole = photo(120_000);
    whole.extend(seed.to_le_bytes());
    let at = world.begins(bea, whole.len(), &[]).await;
    for step in steps {
        let offset = world.offset(bea, &at).await.unwrap();
        let rest = &whole[offset..];
        // The last byte comes after all steps.
        let some = |count: usize| &rest[..count.min(rest.len().saturating_sub(1))];
        match step {
            UploadEvent::Part(count) => {
                let reply = world.send(part(bea, &at, offset, some(count))).await;
                let next = (offset + some(count).len()).to_string();
                assert_eq!(reply.header("upload-offset"), Some(&*next));
            }
            UploadEvent::Break(count) => {
                let sent = some(count);
                let announced = (offset, rest.len());
                drop(world.sends_some(bea, &at, announced, sent).await);
                world.came_to(bea, &at, offset + sent.len()).await;
            }
            UploadEvent::Checked(count, is_true) => {
                let sent = some(count);
                let sum = checksum(if is_true { sent } else { b"another" });
                let ask = part(bea, &at, offset, sent).header("upload-checksum", sum);
                assert_eq!(world.send(ask).await.status, if is_true { 204 } else { 460 });
            }
            UploadEvent::Elsewhere(by) => {
                let refused = world.send(part(bea, &at, offset + by, b"x")).await;
                assert!(matches!(refused.status, 409 | 413), "{}", refused.text());
            }
        }
    }
    let offset = world.offset(bea, &at).await.unwrap();
    let last = world.send(part(bea, &at, offset, &whole[offset..])).await;
    assert!(last.header("x-asset").is_some(), "{}", last.text());
    let media = world.node.node.ledger().media();
    let size = media.check(bea.did(), &raw_cid(&whole)).unwrap();
    assert_eq!(size, whole.len() as u64);
}
