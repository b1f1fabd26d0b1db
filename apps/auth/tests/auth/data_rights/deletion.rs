//! Deleting everything: the plan, the signature under its numbers, the receipt, and that the words are in no file any more.

use std::path::Path;

use imajin_dfos::{cbor, jws};
use imajin_edge::testing::{TestClock, until};
use imajin_host::prelude::*;

use super::help::{json, wait_for, writer};
use crate::prelude::*;
use crate::support::services;

const CANARY: &str = "canary-6f1d9c3b8e";

/// The files below a folder that hold these bytes.
fn holding(folder: &Path, needle: &[u8]) -> Vec<String> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths.extend(holding(&path, needle));
        } else if std::fs::read(&path).unwrap().windows(needle.len()).any(|window| window == needle)
        {
            paths.push(path.display().to_string());
        }
    }
    paths
}

async fn deletion(node: &TestNode, person: &Person, counts: &Json) -> Ask {
    let body = cbor::from_dag_json(&json!({ "counts": counts })).unwrap();
    let (proof, body) =
        person.sign(node, &Write::new(&person.did, "auth.delete").body(body)).await.unwrap();
    let body = cbor::to_dag_json(&body.unwrap()).unwrap();
    Ask::post("/auth/api/delete", &body).header("mjn-proof", proof.to_compact())
}

#[tokio::test]
async fn what_was_erased_is_in_no_file_and_the_receipt_says_so() {
    let node = node().await;
    let (anna, token) = writer(&node, 1, CANARY).await;
    let picture = [b"\x89PNG\r\n\x1a\n".as_slice(), CANARY.as_bytes()].concat();
    let upload = Ask::new("POST", "/profile/api/upload")
        .header("content-type", "image/png")
        .body(picture)
        .bearer(&token);
    let cid = send(&node, upload).await.json()["cid"].as_str().unwrap().to_owned();
    let cid_value = Value::from(cid.as_str());
    let write = Write::new(&anna.did, "profile.update")
        .body(Value::map([("avatar", cid_value)]))
        .fact(json!({"media": [cid]}));
    anna.write(&node, &write).await.check(201);
    let begun = post(&node, "/auth/api/exports", &json!({}), &token).await.check(202).json();
    wait_for(&node, &token, begun["id"].as_str().unwrap(), "to_sign").await;
    assert!(!holding(node.node.data(), CANARY.as_bytes()).is_empty());

    let plan = json(&node, Ask::get("/auth/api/delete").bearer(&token), 200).await;
    assert_eq!(plan["body"]["counts"], plan["counts"], "{plan}");
    assert_eq!(plan["counts"]["profile"]["profile updates"], 2, "{plan}");
    assert!(plan["goes"][0]["what"].is_string() && plan["stays"][0]["why"].is_string(), "{plan}");
    assert!(!plan["outOfReach"].as_array().unwrap().is_empty());
    let wrong = deletion(&node, &anna, &json!({"profile": {"profile updates": 1}})).await;
    assert_members!(send(&node, wrong).await.check(409).json()["plan"], "counts": plan["counts"]);

    let ask = deletion(&node, &anna, &plan["counts"]).await;
    let done = json(&node, ask.clone(), 201).await;
    let receipt = done["receipt"].as_str().unwrap();
    let parsed = jws::parse(receipt, "mjn:receipt").unwrap();
    parsed.verify(&node.node.key().key.verifying_key()).unwrap();
    let says: Json = serde_json::from_slice(parsed.payload()).unwrap();
    assert_eq!(says, done["says"]);
    let erased = json!({"bodies": 2, "media": 1});
    assert_members!(says, "did": anna.did, "erased": erased, "counts": plan["counts"]);
    assert_eq!((&says["v"], &says["entry"]["seq"]), (&json!(1), &json!(3)));
    assert!(says["stays"].is_array() && says["outOfReach"].is_array());
    assert_has!(says["proof"].as_str().unwrap(), '.');

    assert_eq!(holding(node.node.data(), CANARY.as_bytes()), Vec::<String>::new());
    assert_eq!(get(&node, "/auth/api/count", &token).await.status, 401, "the session ended");
    let again = json(&node, ask, 200).await;
    assert_eq!(again["receipt"], done["receipt"], "the same proof, the same receipt");
}

#[tokio::test]
async fn deletion_needs_the_owners_signature() {
    let node = node().await;
    let (anna, token) = writer(&node, 1, "I live here.").await;
    let (bert, _) = writer(&node, 2, "So do I.").await;
    let plan = json(&node, Ask::get("/auth/api/delete").bearer(&token), 200).await;
    node.post("/auth/api/delete", &json!({"counts": plan["counts"]})).await.check(401);
    let by_session =
        post(&node, "/auth/api/delete", &json!({"counts": plan["counts"]}), &token).await;
    assert_eq!(by_session.status, 403, "{}", by_session.text());
    let body = cbor::from_dag_json(&json!({ "counts": plan["counts"] })).unwrap();
    let (mut proof, body) =
        anna.sign(&node, &Write::new(&anna.did, "auth.delete").body(body)).await.unwrap();
    proof = imajin_protocol::Proof::sign(&bert.key, anna.kid.clone(), proof.payload).unwrap();
    let ask = Ask::post("/auth/api/delete", &cbor::to_dag_json(&body.unwrap()).unwrap())
        .header("mjn-proof", proof.to_compact());
    assert_eq!(send(&node, ask).await.status, 401);
    assert!(!node.node.status(&anna.did).unwrap().unwrap().deleted);
}

#[tokio::test]
async fn nobody_writes_to_a_record_that_is_deleted() {
    let node = node().await;
    let (anna, token) = writer(&node, 1, "I live here.").await;
    let (bert, _) = writer(&node, 2, "So do I.").await;
    let plan = json(&node, Ask::get("/auth/api/delete").bearer(&token), 200).await;
    json(&node, deletion(&node, &anna, &plan["counts"]).await, 201).await;
    let seq = node.node.status(&anna.did).unwrap().unwrap().seq;
    let more = bio(&anna, "still here");
    let status = async |author: &Person, write: &Write| match author.ask(&node, write).await {
        Ok(ask) => node.send(ask).await.status,
        Err(_) => 400,
    };
    assert!(status(&anna, &more).await >= 400);
    let follow =
        Write::new(&bert.did, "profile.follow").fact(json!({"dids": [anna.did]})).to(&[&anna.did]);
    assert!(status(&bert, &follow).await >= 400);
    assert_eq!(node.node.status(&anna.did).unwrap().unwrap().seq, seq);
}

#[tokio::test]
async fn an_invite_ends_with_the_record_of_its_maker() {
    let (node, [anna]) = populated(node_that_is(Registration::Invite), [1], owner).await;
    let token = anna.sign_in(&node).await;
    let invite = post(&node, "/auth/api/invites", &json!({}), &token).await.check(201).json();
    let check = json!({ "invite": invite["code"] });
    node.post("/auth/api/invites/check", &check).await.check(200);
    // An owner releases the node before they leave it.
    let own = node.node.did();
    let release = Write::new(&anna.did, "auth.node.give").reference(own.as_str()).to(&[own]);
    anna.write(&node, &release).await.check(201);
    let plan = json(&node, Ask::get("/auth/api/delete").bearer(&token), 200).await;
    json(&node, deletion(&node, &anna, &plan["counts"]).await, 201).await;
    let refused = node.post("/auth/api/invites/check", &check).await;
    refused.check_member(403, "type", "urn:imajin:problem:invite");
}

#[tokio::test]
async fn a_deletion_that_was_cut_off_forgets_the_person_at_the_next_start() {
    let node = node().await;
    let (anna, token) = writer(&node, 1, "I live here.").await;
    let plan = json(&node, Ask::get("/auth/api/delete").bearer(&token), 200).await;
    json(&node, deletion(&node, &anna, &plan["counts"]).await, 201).await;
    // A node that is killed as soon as the deletion is entered leaves this.
    let key = imajin_dfos::PublicKey::from(&anna.key);
    node.node.sessions().begin(anna.did.clone(), &key, "key", "phone").await.unwrap();
    let code = format!("INSERT INTO auth_codes VALUES (x'{}', '{}')", "00".repeat(32), anna.did);
    node.node.secrets().execute(&code, []).unwrap();
    let folder = node.stop().await.unwrap();
    let receipts = folder.path().join("node/receipts");
    std::fs::remove_dir_all(&receipts).unwrap();
    std::fs::create_dir(&receipts).unwrap();
    let clock = TestClock::at("2026-11-20T10:00:01.000Z");
    let node = TestNode::start_in(folder, services(), Config::default(), 200, clock).await.unwrap();
    until("the receipt", async || std::fs::read_dir(&receipts).unwrap().next().is_some()).await;
    assert!(node.node.sessions().list(&anna.did).unwrap().is_empty());
    assert!(!node.node.secrets().exists("SELECT 1 FROM auth_codes", []).unwrap());
}
