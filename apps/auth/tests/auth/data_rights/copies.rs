//! Counting, copies at once, copies signed by their owner, checking a copy.

use imajin_host::prelude::*;

use super::help::{export, json, report, signature, wait_for, writer};
use crate::prelude::*;
use crate::support::is_empty;

#[tokio::test]
async fn throw_away_members_of_an_open_node_leave_places_to_the_invited() {
    let node = node_that_is(Registration::Open).await;
    let owners = owner(&node, 1).await.sign_in(&node).await;
    let begin = |token: &str| Ask::post("/auth/api/exports", &json!({})).bearer(token);
    let mut begun = 0;
    for seed in 10..26 {
        let token = person(&node, seed).await.sign_in(&node).await;
        let status = send(&node, begin(&token)).await.status;
        assert!(matches!(status, 202 | 503), "{status}");
        begun += usize::from(status == 202);
    }
    assert_eq!(begun, node.node.limits().jobs / 4, "few places are theirs");
    let ask = Ask::post("/auth/api/invites", &json!({"maxUses": 9})).bearer(&owners);
    let invite = json(&node, ask, 201).await;
    for seed in 40..46 {
        let token = person(&node, seed).await.sign_in(&node).await;
        let code = json!({"code": invite["code"]});
        json(&node, Ask::post("/auth/api/invites/use", &code).bearer(&token), 200).await;
        json(&node, begin(&token), 202).await;
    }
    json(&node, begin(&owners), 202).await;
}

#[tokio::test]
async fn what_is_here_is_counted_for_its_owner_only() {
    let node = node().await;
    let (anna, token) = writer(&node, 1, "I live here.").await;
    let bert = person(&node, 2).await;
    let counted = json(&node, Ask::get("/auth/api/count").bearer(&token), 200).await;
    assert_members!(counted, "did": anna.did);
    assert_eq!(counted["counts"]["profile"]["profile updates"], 1, "{counted}");
    assert!(counted["text"].as_str().unwrap().contains("1 profile update"), "{counted}");
    let services =
        json(&node, Ask::get(format!("/auth/api/services?did={}", anna.did)).bearer(&token), 200)
            .await;
    assert_eq!(services["services"], json!(["auth", "profile"]));
    for path in ["count", "services", "export", "delete"] {
        let path = format!("/auth/api/{path}?did={}", bert.did);
        assert_eq!(get(&node, path.clone(), &token).await.status, 403, "{path}");
        assert_eq!(node.get(path).await.status, 401);
    }
}

#[tokio::test]
async fn a_copy_at_once_is_whole_and_the_same_each_time() {
    let node = node().await;
    let (anna, token) = writer(&node, 1, "I live here.").await;
    let copy = export(&node, &token).await;
    let verdict = report(&node, &copy).await;
    assert_members!(verdict, "valid": true, "did": anna.did);
    assert_eq!(verdict["bundle"]["signed_by"], "node", "{verdict}");
    assert_eq!(export(&node, &token).await, copy);
    let mut changed = copy;
    let at = changed.windows(12).position(|window| window == b"I live here.").unwrap();
    changed[at] ^= 1;
    let verdict = report(&node, &changed).await;
    assert_eq!(verdict["valid"], false);
    assert!(verdict["fault"]["message"].is_string(), "{verdict}");
    assert_eq!(report(&node, b"no tar").await["valid"], false);
    assert!(is_empty(&node, "import"), "nothing is kept");
    assert!(is_empty(&node, "export"), "nothing is left");
}

#[tokio::test]
async fn a_copy_is_signed_by_its_owner() {
    let node = node().await;
    let (anna, token) = writer(&node, 1, "I live here.").await;
    let (_, foreign) = writer(&node, 2, "So do I.").await;
    let begun =
        json(&node, Ask::post("/auth/api/exports", &json!({"did": anna.did})).bearer(&token), 202)
            .await;
    let id = begun["id"].as_str().unwrap();
    let path = format!("/auth/api/exports/{id}");
    let job = wait_for(&node, &token, id, "to_sign").await;
    assert_eq!(job["toSign"]["kid"], anna.kid.to_string());
    get(&node, path.clone(), &foreign).await.check(404);
    assert_eq!(get(&node, format!("{path}/bundle.tar"), &token).await.status, 409, "not finished");

    let text = |name: &str| job["toSign"][name].as_str().unwrap().to_owned();
    let sign = |bundle: &str, manifest: &str| {
        let answer = json!({"kid": anna.kid.to_string(), "bundleSignature": signature(&anna, bundle), "manifestSignature": signature(&anna, manifest)});
        Ask::post(format!("{path}/sign"), &answer).bearer(&token)
    };
    let refused = send(&node, sign(&text("bundle"), "something else")).await;
    refused.check_member(400, "field", "manifestSignature");
    post(&node, format!("{path}/sign"), &json!({}), &token).await.check(400);
    wait_for(&node, &token, id, "to_sign").await;
    json(&node, sign(&text("bundle"), &text("manifest")), 202).await;
    let job = wait_for(&node, &token, id, "ready").await;
    assert_eq!((&job["signedBy"], &job["files"]), (&json!("owner"), &job["filesTotal"]), "{job}");

    let fetch = || Ask::get(job["href"].as_str().unwrap()).bearer(&token);
    let whole = send(&node, fetch()).await.check(200);
    assert!(whole.header("content-disposition").unwrap().contains(job["name"].as_str().unwrap()));
    let part = send(&node, fetch().header("range", "bytes=512-1023")).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &whole.body[512..1024]));
    let range = format!("bytes 512-1023/{}", whole.body.len());
    assert_eq!(part.header("content-range"), Some(&*range));
    let outside =
        send(&node, fetch().header("range", format!("bytes={}-", whole.body.len()))).await;
    assert_eq!(outside.status, 416);
    let verdict = report(&node, &whole.body).await;
    assert_members!(verdict, "valid": true);
    assert_eq!(verdict["bundle"]["signed_by"], "owner", "{verdict}");

    send(&node, Ask::new("DELETE", path.clone()).bearer(&foreign)).await.check(404);
    send(&node, Ask::new("DELETE", path.clone()).bearer(&token)).await.check(204);
    assert_eq!(get(&node, path, &token).await.status, 404);
    assert!(is_empty(&node, "export"), "its folder is gone");
}

#[tokio::test]
async fn a_copy_can_be_encrypted_and_left_to_the_node_to_sign() {
    let node = node().await;
    let (_, token) = writer(&node, 1, "I live here.").await;
    let begin = |wish: serde_json::Value| Ask::post("/auth/api/exports", &wish).bearer(&token);
    send(&node, begin(json!({"encrypt": {"passphrase": "short"}}))).await.check(400);
    let keyless = send(&node, begin(json!({"encrypt": "owner"}))).await.status;
    assert_eq!(keyless, 400, "no encryption key was named");
    send(&node, begin(json!({"encrypt": "nobody"}))).await.check(400);
    let begun =
        json(&node, begin(json!({"encrypt": {"passphrase": "correct horse battery"}})), 202).await;
    let id = begun["id"].as_str().unwrap();
    wait_for(&node, &token, id, "to_sign").await;
    post(&node, format!("/auth/api/exports/{id}/sign"), &json!({"sign": "node"}), &token)
        .await
        .check(202);
    let job = wait_for(&node, &token, id, "ready").await;
    assert_eq!(job["signedBy"], "node");
    get(&node, format!("/auth/api/exports/{id}/bundle.tar"), &token).await.check(404);
    let copy = get(&node, job["href"].as_str().unwrap(), &token).await.body;
    assert!(copy.starts_with(b"age-encryption.org/v1\n"));
    send(&node, Ask::new("POST", "/auth/api/bundles/verify").body(copy)).await.check(400);
}
