//! Erasing: words, files and previews.

use imajin_dfos::cid::parse_cid;

use crate::prelude::*;

fn is_on_disk(world: &World, put: &Put) -> bool {
    let media = world.node.node.ledger().media();
    let cid = parse_cid(&put.cid).unwrap();
    media.size(world.bea.did(), &cid).unwrap().is_some()
}

/// Waits until a file is removed in the background.
async fn until_gone(world: &World, put: &Put) {
    for _ in 0..600 {
        if !is_on_disk(world, put) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the file is still there after a minute");
}

#[tokio::test]
async fn an_erased_file_leaves_the_disk_and_the_record_keeps_its_cid_alone() {
    let world = world().await;
    let gone = world.adds(&world.bea, "secret-words.jpg", json!({})).await;
    let stays = world.adds(&world.bea, "b", json!({})).await;
    world.writes_body(&world.bea, "media.change", &gone.id, json!({"title": "secret-title"})).await;
    world.node.clock.pass(Duration::from_secs(1));
    let fact = json!({"assets": [gone.id]});
    world.says(&world.bea, "media.erase", None, (Json::Null, fact.clone())).await;
    until_gone(&world, &gone).await;
    assert!(is_on_disk(&world, &stays));
    let path = format!("/media/api/assets/{}", gone.id);
    world.get(Some(&world.bea), &path).await.check_member(410, "revoked", true);
    assert_eq!(world.file_status(None, &gone).await, 404);
    let again = world.tries(&world.bea, "media.erase", None, (Json::Null, fact)).await;
    assert_eq!(again.status, 404, "there is nothing to erase any more");
    // The same bytes can come again.
    let back = world.adds(&world.bea, "secret-words.jpg", json!({})).await;
    assert_eq!(back.id, gone.id);
    assert_eq!(world.file_status(Some(&world.bea), &back).await, 200);
    world.close().await;
}

#[tokio::test]
async fn a_file_that_another_asset_has_as_well_stays() {
    let world = world().await;
    let first = world.adds(&world.bea, "a", json!({})).await;
    let second = crate::support::asset_id(world.bea.did(), &first.cid, 1);
    let body = json!({"name": "copy.jpg", "kind": "image/jpeg", "bytes": first.bytes});
    let fact = json!({"media": [first.cid], "n": 1});
    world.says(&world.bea, "media.add", Some(&second), (body, fact)).await;
    world.node.clock.pass(Duration::from_secs(1));
    let erase = json!({"assets": [first.id]});
    world.tells(&world.bea, "media.erase", erase).await;
    let path = format!("/media/api/assets/{second}");
    assert_eq!(world.get(Some(&world.bea), &path).await.status, 200);
    let erase = json!({"assets": [second]});
    world.tells(&world.bea, "media.erase", erase).await;
    until_gone(&world, &first).await;
    world.close().await;
}
