//! The index: what it shows, to whom, and in what order.

use imajin_dfos::Value;
use imajin_dfos::identity::Service;
use serde_json::json;

use crate::lists::walk;
use crate::support::{Person, Server, document, document_of};

fn post(title: &str, credits: serde_json::Value) -> (String, String) {
    document_of(json!({
        "$schema": "https://schemas.dfos.com/post/v1", "title": title, "credits": credits,
    }))
}

#[tokio::test]
async fn titles_are_for_those_who_may_read() {
    let server = Server::start().await;
    let (ada, bob) = (Person::on(&server).await, Person::on(&server).await);
    let credit =
        json!([{ "did": bob.did().as_str(), "role": "editor", "claim": "x" }, 7, { "did": "y" }]);
    let (text, cid) = post("Grüße AUS Köln", credit);
    let first = ada.create(&cid, 0);
    server.accept(&[&first.token]).await;
    server.put_blob(&ada, first.id(), &first.cid, &text).await;
    let row = format!("/index/v0/content?contentId={}", first.id());
    let by_title = "/index/v0/content?titleContains=aus%20k%C3%96";
    let credits = format!("/index/v0/credits?did={}", bob.did());
    let seen = async || {
        let row = server.ok(&row).await["content"][0].clone();
        let count = server.ok(by_title).await["content"].as_array().unwrap().len();
        let credits = server.ok(&credits).await["credits"].as_array().unwrap().len();
        (row["publicRead"].as_bool().unwrap(), row["title"].is_string(), count, credits)
    };
    assert_eq!(seen().await, (false, false, 0, 0));
    let grant = ada.grant(None, &format!("chain:{}", first.id()), "read");
    server.accept(&[&grant]).await;
    assert_eq!(seen().await, (true, true, 1, 1));
    let all = format!("/index/v0/credits?contentId={}", first.id());
    let rows = server.ok(&all).await["credits"].clone();
    assert_eq!(rows[0]["role"], "editor");
    assert_eq!((&rows[0]["hasClaim"], &rows[0]["position"]), (&json!(true), &json!(0)));
    assert_eq!((&rows[1]["did"], &rows[1]["position"]), (&json!("y"), &json!(2)));
    assert_eq!(walk(&server, &all, "credits", 1).await.len(), 2);
    server.accept(&[&ada.revoke(&grant, 0)]).await;
    assert_eq!(seen().await, (false, false, 0, 0));
    // A grant for everything opens it again, and expires automatically.
    server.accept(&[&ada.grant(None, "chain:*", "read")]).await;
    assert_eq!(seen().await, (true, true, 1, 1));
    server.clock.add_secs(3600);
    assert_eq!(seen().await, (false, false, 0, 0));
}

#[tokio::test]
async fn rows_follow_the_head() {
    let (server, ada) = Server::with_person().await;
    let (text, cid) = post("One", json!([{ "did": "x" }]));
    let first = ada.create(&cid, 0);
    server.accept(&[&first.token, &ada.grant(None, "chain:*", "read")]).await;
    server.put_blob(&ada, first.id(), &first.cid, &text).await;
    let (other, other_cid) = post("Two", json!([]));
    let second = ada.write(&first, Some(&other_cid), 1000);
    let row = async || server.ok("/index/v0/content").await["content"][0].clone();
    assert_eq!(row().await["title"], "One");
    server.accept(&[&second.token]).await;
    // Without the new document the row shows neither that nor the previous one.
    let now = row().await;
    assert_eq!((&now["title"], &now["docSchema"]), (&json!(null), &json!(null)));
    assert_eq!((&now["opCount"], &now["headCID"]), (&json!(2), &json!(second.cid)));
    assert_eq!(server.ok("/index/v0/credits").await["credits"], json!([]));
    server.put_blob(&ada, first.id(), &second.cid, &other).await;
    assert_eq!(row().await["title"], "Two");
    server.accept(&[&ada.end(&second, 2000).token]).await;
    assert_eq!(row().await["isDeleted"], true);
    assert_eq!(server.ok("/index/v0/content?isDeleted=false").await["content"], json!([]));
}

#[tokio::test]
async fn profiles() {
    let (server, mut ada) = Server::with_person().await;
    let (text, cid) = document_of(json!({
        "$schema": "https://schemas.dfos.com/profile/v1", "name": "Ada",
    }));
    let first = ada.create(&cid, 0);
    let anchor = |id: &str, label: &str| {
        Service::new(Value::map([
            ("id", Value::from(id)),
            ("type", "ContentAnchor".into()),
            ("label", label.into()),
            ("anchor", first.id().into()),
        ]))
        .unwrap()
    };
    let services = vec![anchor("b", "PROFILE"), anchor("a", "other")];
    let update = ada.update(ada.chain.state().keys.clone(), services);
    server.accept(&[&first.token, &update]).await;
    server.put_blob(&ada, first.id(), &first.cid, &text).await;
    let path = format!("/index/v0/identities?did={}", ada.did());
    let profile = server.ok(&path).await["identities"][0]["profile"].clone();
    assert_eq!(profile["anchor"], first.id());
    assert_eq!((&profile["publicRead"], &profile["name"]), (&json!(false), &json!(null)));
    assert_eq!(profile["docSchema"], "https://schemas.dfos.com/profile/v1");
    server.accept(&[&ada.grant(None, &format!("chain:{}", first.id()), "read")]).await;
    for path in
        ["/index/v0/identities?nameContains=aD", "/index/v0/identities?hasPublicProfile=true"]
    {
        let identities = server.ok(path).await["identities"].clone();
        assert_eq!(identities.as_array().unwrap().len(), 1, "{path}");
        assert_eq!(identities[0]["profile"]["name"], "Ada");
    }
    let others = server.ok("/index/v0/identities?hasPublicProfile=false").await;
    assert_eq!(others["identities"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_list_in_every_order() {
    let server = Server::start().await;
    let mut dids = Vec::new();
    for n in 0..5 {
        server.clock.add_secs(1);
        let ada = Person::on(&server).await;
        let bob = Person::on(&server).await;
        let first = ada.create(&document(&n.to_string()).1, n);
        let grant = ada.grant(None, "chain:*", "read");
        let touched = [first.token.clone(), ada.artifact("x"), grant];
        server.accept(&touched.iter().map(String::as_str).collect::<Vec<_>>()).await;
        server.accept(&[&bob.countersign(&first.cid, Some("likes"))]).await;
        dids.push(bob.did().clone());
    }
    let witness = format!("/index/v0/countersignatures?witness={}", dids[0]);
    for (path, name, key, orders) in [
        ("/index/v0/identities?", "identities", "did", ["genesisAt", "headAt"]),
        ("/index/v0/content?", "content", "contentId", ["genesisAt", "headAt"]),
        ("/index/v0/artifacts?", "artifacts", "cid", ["createdAt", "ingestedAt"]),
        ("/index/v0/operations?", "operations", "cid", ["createdAt", "ingestedAt"]),
        ("/index/v0/operations?kind=artifact&", "operations", "cid", ["createdAt", "ingestedAt"]),
    ] {
        for order in orders {
            let path = format!("{path}order={order}.desc");
            let want = walk(&server, &path, name, 1000).await;
            let at = |row: &serde_json::Value| row[order].as_str().unwrap().to_owned();
            let id = |row: &serde_json::Value| row[key].as_str().unwrap().to_owned();
            assert!(
                want.is_sorted_by(|a, b| at(a) > at(b) || (at(a) == at(b) && id(a) < id(b))),
                "{path}"
            );
            for limit in [1, 2, 4] {
                assert_eq!(walk(&server, &path, name, limit).await, want, "{path}");
            }
        }
    }
    for (path, name) in [
        ("/index/v0/identities", "identities"),
        ("/index/v0/content", "content"),
        ("/index/v0/artifacts", "artifacts"),
        ("/index/v0/credentials", "credentials"),
        (&witness, "countersignatures"),
    ] {
        let want = walk(&server, path, name, 1000).await;
        assert!(!want.is_empty(), "{path}");
        assert_eq!(walk(&server, path, name, 1).await, want);
    }
    assert_eq!(
        server.ok("/index/v0/content?publicRead=true").await["content"].as_array().unwrap().len(),
        5
    );
    assert_eq!(server.ok(&witness).await["witness"], dids[0].as_str());
    let liked = format!("{witness}&relation=likes&order=createdAt.desc");
    assert_eq!(walk(&server, &liked, "countersignatures", 1).await.len(), 1);
}

#[tokio::test]
async fn filters_that_mean_nothing() {
    let server = Server::start().await;
    for (paths, want) in [
        ("identities?did=x|identities?hasPublicProfile=yes|identities?order=x", 400),
        ("identities?order=headAt.desc&after=x|content?creator=x|content?publicRead=1", 400),
        ("content?titleContains=x&publicRead=false|credits?after=x|countersignatures", 400),
        ("countersignatures?witness=x|credentials?issuer=x|operations?kind=x", 400),
        ("operations?order=genesisAt.desc|operations?after=x|artifacts?signer=x", 400),
        ("identities?after=x|content?creator=|content?titleContains=", 200),
        ("content?titleContains=%27%3B%20DROP|credentials?resource=chain:x&action=read", 200),
    ] {
        for path in paths.split('|') {
            let (status, body) = server.get(&format!("/index/v0/{path}")).await;
            assert_eq!(status, want, "{path}: {body}");
            if path.contains("=x") && (path.contains("did") || path.contains("witness=")) {
                assert_eq!(body["error"], "invalid DID");
            }
        }
    }
}

#[tokio::test]
async fn whoever_signed_on_any_branch() {
    let server = Server::start().await;
    let (ada, bob) = (Person::on(&server).await, Person::on(&server).await);
    let first = ada.create(&document("a").1, 0);
    let chain = format!("chain:{}", first.id());
    let grant = ada.grant(Some(&bob), &chain, "write");
    let by_bob = bob.write_for(&[&ada], &first, &document("b").1, 1000, &grant);
    let later = ada.write(&first, Some(&document("c").1), 2000);
    server.accept(&[&first.token, &by_bob.token, &later.token]).await;
    for person in [&ada, &bob] {
        let path = format!("/index/v0/content?signer={}", person.did());
        assert_eq!(server.ok(&path).await["content"][0]["contentId"], first.id());
    }
    let path = format!("/index/v0/content?creator={}", bob.did());
    assert_eq!(server.ok(&path).await["content"], json!([]));
    let path = format!("/index/v0/operations?chainId={}", first.id());
    assert_eq!(walk(&server, &path, "operations", 2).await.len(), 3);
}
