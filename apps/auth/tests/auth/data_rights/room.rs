//! Copies and the account of all of a person's bytes.

use imajin_dfos::cid::parse_cid;
use imajin_host::room::DiskConfig;

use super::help::{export, json, other_node, present, sign_home, upload, writer};
use crate::onboard::come_in;
use crate::prelude::*;
use crate::support::among_neighbours;

const ROOM: u64 = 2 << 20;

/// A node that gives each person little room.
fn small() -> Config {
    Config { disk: DiskConfig { person_bytes: ROOM, ..DiskConfig::default() }, ..open_config() }
}

/// Files that leave a person this much room; the CID of the one that fills it.
fn fill(node: &TestNode, did: &Did, left: u64) -> String {
    let media = node.node.ledger().media();
    let here: u64 = media.list(did).unwrap().iter().map(|one| one.1).sum();
    let bytes = usize::try_from(ROOM - here - left).unwrap();
    let stored = media.put(did, vec![7; bytes].as_slice()).unwrap();
    // An earlier look at the account is too old by then.
    node.clock.pass(Duration::from_secs(61));
    stored.cid.to_string()
}

async fn refused(node: &TestNode, ask: Ask) -> Json {
    let problem = json(node, ask, 507).await;
    assert_eq!(problem["type"], "urn:imajin:problem:quota", "{problem}");
    assert_eq!(problem["quota"], ROOM, "{problem}");
    problem
}

#[tokio::test]
async fn a_guest_without_room_brings_and_keeps_no_copy_and_still_takes_theirs() {
    let node = node_with(small()).await;
    owner(&node, 1).await;
    let (_, other) = writer(&node, 2, "I live here.").await;
    // Small, so that it is sent whole before the refusal comes.
    let brought = vec![0; 1_000];
    let (token, did) = come_in(&node, "bob@example.com").await;
    fill(&node, &Did::parse(&did).unwrap(), 0);

    let problem = refused(&node, Ask::post("/auth/api/exports", &json!({})).bearer(&token)).await;
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("/auth/api/export"), "the way out: {detail}");
    let announced = json!({"size": brought.len()});
    refused(&node, Ask::post("/auth/api/imports", &announced).bearer(&token)).await;
    let at_once = Ask::new("POST", "/auth/api/import?as=backup").bearer(&token);
    refused(&node, at_once.body(brought.clone())).await;
    let check = Ask::new("POST", "/auth/api/bundles/verify").bearer(&token);
    refused(&node, check.body(brought.clone())).await;
    // A copy whose size was not announced is refused at its first piece, and can continue once there is room.
    let begun = json(&node, Ask::new("POST", "/auth/api/imports").bearer(&token), 201).await;
    let path = format!("/auth/api/imports/{}", begun["id"].as_str().unwrap());
    refused(&node, Ask::new("PUT", path.as_str()).body(brought.clone())).await;
    assert_eq!(json(&node, Ask::get(path.as_str()), 200).await["received"], 0);

    // A copy that is not kept here is not refused, and others notice nothing.
    assert!(!export(&node, &token).await.is_empty());
    json(&node, Ask::post("/auth/api/imports", &announced).bearer(&other), 201).await;
    json(&node, Ask::post("/auth/api/exports", &json!({})).bearer(&other), 202).await;
}

#[tokio::test]
async fn copies_that_come_and_wait_leave_less_room_for_files_until_they_go() {
    let node = node_with(small()).await;
    owner(&node, 1).await;
    let (_, token) = writer(&node, 2, "I live here.").await;
    let picture = || {
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.resize(7_000, 7);
        Ask::new("POST", "/profile/api/upload")
            .header("content-type", "image/png")
            .bearer(&token)
            .body(png)
    };
    let most = json!({"size": ROOM});
    let begun = json(&node, Ask::post("/auth/api/imports", &most).bearer(&token), 201).await;
    refused(&node, picture()).await;
    let path = format!("/auth/api/imports/{}", begun["id"].as_str().unwrap());
    assert_eq!(send(&node, Ask::new("DELETE", path)).await.status, 204);
    json(&node, picture(), 201).await;
}

#[tokio::test]
async fn the_owner_of_a_box_moves_there_where_there_is_room() {
    let old = node_with(among_neighbours()).await;
    let new = other_node(201, small()).await;
    let anna = owner(&old, 1).await;
    let token = anna.sign_in(&old).await;
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    picture.resize(100_000, 1);
    let ask = Ask::new("POST", "/profile/api/upload")
        .header("content-type", "image/png")
        .bearer(&token)
        .body(picture);
    let cid = json(&old, ask, 201).await["cid"].as_str().unwrap().to_owned();
    let avatar = Value::map([("avatar", Value::from(cid.as_str()))]);
    let write =
        Write::new(&anna.did, "profile.update").body(avatar).fact(json!({"media": [cid.as_str()]}));
    assert_eq!(anna.write(&old, &write).await.status, 201);
    let copy = export(&old, &token).await;

    let id = upload(&new, &copy).await;
    let check =
        Ask::post(format!("/auth/api/imports/{id}/check"), &json!({"kid": anna.kid.to_string()}));
    let (proof, body) = sign_home(&anna, &json(&new, check, 200).await["toSign"]);
    let home = Ask::post(format!("/auth/api/imports/{id}/home"), &body).header("mjn-proof", proof);
    json(&new, home, 201).await;
    let media = new.node.ledger().media();
    let picture = parse_cid(&cid).unwrap();
    assert_eq!(media.size(&anna.did, &picture).unwrap(), Some(100_000));

    // Later their account is full, and the picture is gone: it does not come back without a session either.
    assert!(media.remove(&anna.did, &picture).unwrap());
    let filling = parse_cid(&fill(&new, &anna.did, 1_000)).unwrap();
    let id = upload(&new, &copy).await;
    let mend = format!("/auth/api/imports/{id}/backup?repair=true");
    refused(&new, present(&new, &anna, &mend).await).await;
    assert_eq!(media.size(&anna.did, &picture).unwrap(), None);
    // Nothing was lost: the same copy mends the record once there is room.
    assert!(media.remove(&anna.did, &filling).unwrap());
    new.clock.pass(Duration::from_secs(61));
    json(&new, present(&new, &anna, &mend).await, 201).await;
    assert_eq!(media.size(&anna.did, &picture).unwrap(), Some(100_000));
}
