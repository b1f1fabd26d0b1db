//! Tests of anchors: made, included in copies, continued.

use imajin_app::{ServiceViews, Services};
use imajin_identity::begin_node_identity;
use imajin_log::OpTable;
use imajin_log::verify::{AnchorRequest, BundleOptions, Report, verify_path};
use imajin_protocol::anchor::{ChainFile, path_from_json};
use std::sync::Arc;

use super::help::{export, json, other_node, sign_home, writer};
use crate::prelude::*;
use crate::support;

async fn published(node: &TestNode) -> ChainFile {
    let reply = node.get("/auth/api/anchors").await;
    ChainFile::parse(&reply.body).unwrap()
}

async fn anchor(node: &TestNode, token: &str, status: u16) -> Json {
    json(node, Ask::new("POST", "/auth/api/anchors").bearer(token), status).await
}

async fn write(node: &TestNode, person: &Person, text: &str) {
    person.write(node, &bio(person, text)).await.check(201);
}

/// Verifies a copy against published anchors.
fn verify(copy: &[u8], files: &[ChainFile]) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.tar");
    std::fs::write(&path, copy).unwrap();
    let services = Services::new(support::services());
    let ops = OpTable::new(services.iter().flat_map(|service| service.specs()));
    let mut source = |_: &[AnchorRequest]| Ok(files.to_vec());
    let options = BundleOptions {
        log: Default::default(),
        unlock: None,
        limits: Default::default(),
        anchors: Some(&mut source),
        progress: &mut |_| {},
    };
    verify_path(&path, &Arc::new(ops), &ServiceViews::new(services), options).unwrap()
}

fn anchored(report: &Report) -> Vec<u64> {
    assert_eq!(report.fault, None);
    report.anchors.as_ref().unwrap().anchored.iter().map(|anchor| anchor.seq).collect()
}

#[tokio::test]
async fn an_owner_asks_for_an_anchor_and_the_copy_holds_it() {
    let node = node().await;
    let (anna, token) = writer(&node, 1, "I live here.").await;
    let (_, of_bert) = writer(&node, 2, "So do I.").await;
    assert!(published(&node).await.operations.is_empty());
    let first = anchor(&node, &token, 201).await;
    assert_members!(first, "node": node.node.did());
    assert_eq!(first["path"]["head"]["seq"], 1);
    path_from_json(&first["path"]).unwrap();
    // The same again while nothing changed; another's head is in the same tree.
    assert_eq!(anchor(&node, &token, 200).await["operation"], first["operation"]);
    assert_eq!(anchor(&node, &of_bert, 200).await["operation"], first["operation"]);
    write(&node, &anna, "I still live here.").await;
    let second = anchor(&node, &token, 201).await;
    assert_eq!((&second["chain"], &second["path"]["head"]["seq"]), (&first["chain"], &json!(2)));
    let file = published(&node).await;
    assert_eq!(file.operations.len(), 2);
    let (copy, of_berts) = (export(&node, &token).await, export(&node, &of_bert).await);
    assert_eq!(anchored(&verify(&copy, std::slice::from_ref(&file))), [1, 2]);
    let bert = verify(&of_berts, std::slice::from_ref(&file));
    assert_eq!((anchored(&bert), bert.anchors.unwrap().absent), (vec![1], 1));
    // Nobody's name, DID or entry is in what everybody may read.
    let public = file.text();
    assert!(!public.contains(anna.did.as_str()) && !public.contains("I live"));
    // The node says so to callers who are not signed in, and to those who ask too often.
    send(&node, Ask::new("POST", "/auth/api/anchors")).await.check(401);
    let reply = send(&node, Ask::new("POST", "/auth/api/anchors").bearer(&token)).await.check(429);
    assert!(reply.header("retry-after").is_some());
}

#[tokio::test]
async fn a_node_goes_on_with_its_chain_after_a_restart() {
    let node = node().await;
    let (anna, token) = writer(&node, 1, "I live here.").await;
    anchor(&node, &token, 201).await;
    let (clock, key) = (node.clock.clone(), 200);
    let folder = node.stop().await.unwrap();
    std::fs::remove_dir_all(folder.path().join("runtime")).unwrap();
    clock.pass(Duration::from_secs(3_600));
    let node = TestNode::start_in(folder, support::services(), Config::default(), key, clock)
        .await
        .unwrap();
    begin_node_identity(&node.node).await.unwrap();
    let token = anna.sign_in(&node).await;
    write(&node, &anna, "Back again.").await;
    anchor(&node, &token, 201).await;
    let file = published(&node).await;
    let copy = export(&node, &token).await;
    assert_eq!(anchored(&verify(&copy, &[file])), [1, 2]);
}

#[tokio::test]
async fn anchors_of_a_former_home_move_along() {
    let old = support::node_with(support::among_neighbours()).await;
    let new = other_node(201, Config::default()).await;
    let (anna, token) = writer(&old, 1, "I live here.").await;
    anchor(&old, &token, 201).await;
    let kid = super::help::kid(&anna);
    let ask = Ask::get(format!("/auth/api/transfer?to={}&kid={kid}", new.url(""))).bearer(&token);
    let plan = json(&old, ask, 200).await;
    let signed = sign_home(&anna, &plan["toSign"]);
    let transfer = json!({"to": new.url(""), "proof": signed.0, "body": signed.1});
    json(&old, Ask::post("/auth/api/transfer", &transfer), 200).await;
    let token = anna.sign_in(&new).await;
    write(&new, &anna, "I moved.").await;
    anchor(&new, &token, 201).await;
    let copy = export(&new, &token).await;
    let files = [published(&old).await, published(&new).await];
    assert_eq!(anchored(&verify(&copy, &files)), [1, 3]);
}
