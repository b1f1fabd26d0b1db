//! Copies that arrive: in pieces, checked, as a new home, as a backup; who may bring one.

use super::help::{export, json, kid, other_node, presence, present, sign_home, upload, writer};
use crate::prelude::*;
use crate::support::{self, is_empty};

#[tokio::test]
async fn a_new_home_carries_on_from_a_copy_that_came_in_pieces() {
    let (old, new) = (node().await, other_node(201, Config::default()).await);
    let (anna, token) = writer(&old, 1, "I live here.").await;
    let copy = export(&old, &token).await;

    let begun = new.post("/auth/api/imports", &json!({"size": copy.len()})).await.check(201).json();
    let path = format!("/auth/api/imports/{}", begun["id"].as_str().unwrap());
    let put = |offset: usize, bytes: &[u8]| {
        Ask::new("PUT", format!("{path}?offset={offset}")).body(bytes)
    };
    json(&new, put(0, &copy[..1000]), 200).await;
    assert_eq!(json(&new, put(500, &copy[500..]), 409).await["received"], 1000);
    assert_eq!(json(&new, Ask::get(path.clone()), 200).await["received"], 1000);
    json(&new, put(1000, &copy[1000..]), 200).await;

    let kid = json!({"kid": anna.kid.to_string()});
    let checked = new.post(format!("{path}/check"), &kid).await.check(200).json();
    assert_eq!(checked["report"]["valid"], true, "{checked}");
    let to_sign = &checked["toSign"];
    assert_members!(to_sign, "node": new.node.did(), "epoch": 2);
    assert_members!(to_sign["seen"], "seq": 1);
    let (proof, body) = sign_home(&anna, to_sign);
    let home = || Ask::post(format!("{path}/home"), &body).header("mjn-proof", proof.clone());
    assert_eq!(new.post(format!("{path}/home"), &body).await.status, 400, "unsigned");
    let reply = json(&new, home(), 201).await;
    assert_members!(reply, "seq": 2, "changed": true);
    let again = json(&new, home(), 200).await;
    assert_eq!((&again["seq"], &again["head"]), (&reply["seq"], &reply["head"]));
    assert_eq!(new.get(path.clone()).await.status, 404, "the upload is gone");

    let profile = new.get(format!("/profile/api/profile/{}", anna.did)).await.check(200).json();
    assert_eq!(profile["bio"], "I live here.", "{profile}");
    anna.write(&new, &bio(&anna, "I moved.")).await.check(201);
    let token = anna.sign_in(&new).await;
    let log = get(&new, format!("/auth/api/log/{}", anna.did), &token).await.check(200).json();
    assert_eq!(log["entries"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_home_entry_of_somebody_else_is_refused_and_the_node_signs_that_it_did() {
    let (old, new) = (node().await, other_node(201, Config::default()).await);
    let (anna, token) = writer(&old, 1, "I live here.").await;
    let (bert, _) = writer(&old, 2, "So do I.").await;
    let id = upload(&new, &export(&old, &token).await).await;
    let (path, kid) = (format!("/auth/api/imports/{id}"), json!({"kid": anna.kid.to_string()}));
    let checked = new.post(format!("{path}/check"), &kid).await.check(200).json();
    let (proof, body) = sign_home(&bert, &checked["toSign"]);
    let ask = Ask::post(format!("/auth/api/imports/{id}/home"), &body).header("mjn-proof", proof);
    let refused = send(&new, ask).await;
    assert!((400..500).contains(&refused.status), "{}", refused.text());
    assert!(refused.json()["refused"].is_string(), "{}", refused.text());
    assert!(new.node.status(&anna.did).unwrap().is_none());
    let (proof, body) = sign_home(&anna, &checked["toSign"]);
    let ask = Ask::post(format!("/auth/api/imports/{id}/home"), &body).header("mjn-proof", proof);
    json(&new, ask, 201).await;
}

#[tokio::test]
async fn a_backup_adds_nothing_and_is_read_only() {
    let (old, new) = (node().await, other_node(201, open_config()).await);
    let (anna, token) = writer(&old, 1, "I live here.").await;
    let copy = export(&old, &token).await;
    let token = support::owner(&new, 9).await.sign_in(&new).await;
    let at_once = |query: &str, copy: &[u8]| {
        let path = format!("/auth/api/import{query}");
        Ask::new("POST", path).bearer(&token).body(copy)
    };
    assert_eq!(send(&new, at_once("", &copy)).await.status, 400, "as what?");
    let reply = json(&new, at_once("?as=backup", &copy), 201).await;
    let there = json(
        &old,
        Ask::get(format!("/auth/api/head/{}?kid={}", anna.did, kid(&anna))).signed_by(&old, &anna),
        200,
    )
    .await;
    assert_eq!((&reply["seq"], &reply["head"]), (&json!(1), &there["head"]));
    let id = upload(&new, &copy).await;
    let keep = present(&new, &anna, &format!("/auth/api/imports/{id}/backup")).await;
    assert_eq!(json(&new, keep, 201).await["changed"], false);
    let status = new.node.status(&anna.did).unwrap().unwrap();
    assert!(status.read_only.is_some() && status.seq == 1);

    let mut changed = copy;
    let at = changed.windows(12).position(|window| window == b"I live here.").unwrap();
    changed[at] ^= 1;
    let refused = send(&new, at_once("?as=backup", &changed)).await.check(422);
    assert_members!(refused.json()["report"], "valid": false);
    let id = upload(&new, &changed).await;
    let checked = json(&new, Ask::new("POST", format!("/auth/api/imports/{id}/check")), 200).await;
    assert_eq!((&checked["report"]["valid"], &checked["toSign"]), (&json!(false), &json!(null)));
    let place = new.get(format!("/auth/api/imports/{id}")).await.status;
    assert_eq!(place, 404, "what was refused has no place any more");
    assert!(is_empty(&new, "import"), "nothing is left");
}

#[tokio::test]
async fn a_copy_is_kept_for_its_person_and_the_nodes_owner_alone() {
    let (old, new) = (node().await, other_node(201, open_config()).await);
    let (anna, theirs) = writer(&old, 1, "I live elsewhere.").await;
    let copy = export(&old, &theirs).await;
    let owner = support::owner(&new, 3).await;
    let bert = support::person(&new, 2).await;
    let (owner, member) = (owner.sign_in(&new).await, bert.sign_in(&new).await);
    let at_once = || Ask::new("POST", "/auth/api/import?as=backup").body(copy.clone());
    json(&new, at_once(), 401).await;
    json(&new, at_once().bearer(&member), 401).await;

    let id = upload(&new, &copy).await;
    let path = format!("/auth/api/imports/{id}/backup");
    json(&new, Ask::new("POST", &path), 401).await;
    json(&new, Ask::new("POST", &path).bearer(&member), 401).await;
    let mend = Ask::new("POST", format!("{path}?repair=true"));
    json(&new, mend.bearer(&member), 401).await;
    // Neither another's key, nor one that the copy's chain does not have, nor an old answer.
    json(&new, present(&new, &bert, &path).await, 401).await;
    let rotated = Person::new(77);
    json(&new, present(&new, &rotated, &path).await, 401).await;
    assert!(new.node.status(&anna.did).unwrap().is_none());
    let answer = presence(&new, &anna, &path).await;
    let reply = json(&new, Ask::post(&path, &answer), 201).await;
    assert_eq!(reply["changed"], true, "{reply}");
    let id = upload(&new, &copy).await;
    let again = format!("/auth/api/imports/{id}/backup");
    json(&new, Ask::post(&again, &answer), 401).await;
    let reply = json(&new, Ask::new("POST", &again).bearer(&owner), 201).await;
    assert_eq!(reply["changed"], false, "{reply}");
}

#[tokio::test]
async fn an_upload_has_exactly_the_declared_size() {
    let (old, new) = (node().await, other_node(201, open_config()).await);
    let (anna, theirs) = writer(&old, 1, "I live elsewhere.").await;
    let copy = export(&old, &theirs).await;
    let begin = async |size: usize| {
        let begun = json(&new, Ask::post("/auth/api/imports", &json!({ "size": size })), 201).await;
        format!("/auth/api/imports/{}", begun["id"].as_str().unwrap())
    };
    let put = |path: &str, offset: usize, bytes: &[u8]| {
        Ask::new("PUT", format!("{path}?offset={offset}")).body(bytes)
    };
    let folder = new.node.data().join("import");

    let path = begin(copy.len() - 1).await;
    let refused = json(&new, put(&path, 0, &copy), 413).await;
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("more came"), "{refused}");
    assert_eq!(new.get(path.clone()).await.status, 404);
    // Also in a later piece.
    let path = begin(copy.len() - 1).await;
    json(&new, put(&path, 0, &copy[..1000]), 200).await;
    json(&new, put(&path, 1000, &copy[1000..]), 413).await;
    assert_eq!(new.get(path).await.status, 404);
    let kept = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(kept, 0, "nothing is kept");

    // The copy is whole, but more was announced.
    let path = begin(copy.len() + 512).await;
    json(&new, put(&path, 0, &copy), 200).await;
    for step in ["check", "backup"] {
        let refused = json(&new, Ask::new("POST", format!("{path}/{step}")), 409).await;
        assert_members!(refused, "type": "urn:imajin:problem:incomplete", "received": copy.len());
    }
    let path = begin(copy.len()).await;
    json(&new, put(&path, 0, &copy), 200).await;
    let keep = present(&new, &anna, &format!("{path}/backup")).await;
    json(&new, keep, 201).await;
}

#[tokio::test]
async fn who_may_bring_a_copy_follows_the_registration() {
    let closed =
        other_node(201, Config { registration: Some(Registration::Closed), ..Config::default() })
            .await;
    send(&closed, Ask::new("POST", "/auth/api/imports")).await.check(403);
    let claimed = node().await;
    json(&claimed, Ask::new("POST", "/auth/api/imports"), 201).await;
    let owner = support::owner(&claimed, 1).await;
    send(&claimed, Ask::new("POST", "/auth/api/imports")).await.check(403);
    send(&claimed, Ask::new("POST", "/auth/api/import?as=backup").body("x")).await.check(401);
    let token = owner.sign_in(&claimed).await;
    json(&claimed, Ask::new("POST", "/auth/api/imports").bearer(&token), 201).await;
    let invite = post(&claimed, "/auth/api/invites", &json!({}), &token).await.check(201).json();
    let code = &invite["code"];
    assert!(code.is_string(), "{invite}");
    let with = async |code: &Json| {
        let reply = claimed.post("/auth/api/imports", &json!({ "inviteCode": code })).await;
        (reply.status, format!("/auth/api/imports/{}", reply.json()["id"].as_str().unwrap_or("")))
    };
    let (status, path) = with(code).await;
    assert_eq!((status, with(code).await.0), (201, 403), "once");
    assert_eq!(with(&json!("NOT-AN-INVITE")).await.0, 403);
    // An import that comes to nothing, given up or with a copy that is none, leaves the invite for the next one.
    send(&claimed, Ask::new("DELETE", path)).await.check(204);
    let (status, path) = with(code).await;
    assert_eq!(status, 201);
    send(&claimed, Ask::new("PUT", format!("{path}?offset=0")).body("no copy")).await.check(200);
    let checked = claimed.post(format!("{path}/check"), &json!({})).await;
    assert_eq!(checked.check(200).json()["report"]["valid"], false);
    assert_eq!(with(code).await.0, 201);
}

#[tokio::test]
async fn a_home_needs_what_a_registration_needs() {
    let old = node().await;
    let (anna, theirs) = writer(&old, 1, "I live elsewhere.").await;
    let copy = export(&old, &theirs).await;
    let claimed = other_node(201, Config::default()).await;
    let bert = support::person(&claimed, 2).await;
    let owner = support::owner(&claimed, 3).await;
    let mallory = Person::new(66);
    assert_eq!(mallory.register(&claimed).await.status, 201);
    let stranger = mallory.sign_in(&claimed).await;
    let member = bert.sign_in(&claimed).await;
    let theirs = owner.sign_in(&claimed).await;
    let begin = |token: &str| Ask::post("/auth/api/imports", &json!({})).bearer(token);
    assert_eq!(send(&claimed, begin(&stranger)).await.status, 403);
    // A member keeps backups here; whose home this is, is not theirs to say.
    for (token, status) in [(&member, 403), (&theirs, 201)] {
        let begun = json(&claimed, begin(token), 201).await;
        let path = format!("/auth/api/imports/{}", begun["id"].as_str().unwrap());
        json(&claimed, Ask::new("PUT", path.clone()).body(copy.clone()), 200).await;
        let kid = json!({"kid": anna.kid.to_string()});
        let checked = json(&claimed, Ask::post(format!("{path}/check"), &kid), 200).await;
        let (proof, body) = sign_home(&anna, &checked["toSign"]);
        let home = Ask::post(format!("{path}/home"), &body).header("mjn-proof", proof);
        let reply = send(&claimed, home).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
    let role = claimed.node.role(&anna.did).unwrap();
    assert_eq!(role, imajin_app::Role::Member);
}
