//! Tests of the keys that count: those in force for posted operations, those of all times for a peer's log.

use crate::support::{Person, Server, document, eventually};
use imajin_relay::Peer;

const REFUSED: &str = "signing key is not in the identity's current state";

#[tokio::test]
async fn a_key_that_was_rotated_out_posts_nothing_new() {
    let (server, mut ada) = Server::with_person().await;
    let bob = Person::on(&server).await;
    let before = ada.create(&document("a").1, 0);
    server.accept(&[&before.token]).await;
    let (rotate, old) = ada.rotate();
    server.accept(&[&rotate]).await;
    let target = imajin_dfos::identity::Verified::genesis(&bob.genesis).unwrap();
    let target = target.head_cid().to_string();
    for token in [
        old.create(&document("b").1, 0).token,
        old.write(&before, None, 5000).token,
        old.artifact("x"),
        old.countersign(&target, None),
    ] {
        let refused = server.post_one(&token).await;
        assert_eq!(refused["status"], "rejected", "{refused}");
        assert!(refused["error"].as_str().unwrap().contains(REFUSED), "{refused}");
        assert!(refused["dependencyMissing"].is_null());
    }
    // Operations signed with the old key stay, and the new key continues the chain.
    server.accept(&[&ada.write(&before, None, 5000).token]).await;
    // The old key may still revoke its own grants: a revocation is never dangerous.
    let grant = ada.grant(None, "chain:*", "read");
    server.accept(&[&old.revoke(&grant, 0)]).await;
}

#[tokio::test]
async fn a_login_needs_a_key_in_force() {
    let (server, mut ada) = Server::with_person().await;
    let (text, cid) = document("a");
    let first = ada.create(&cid, 0);
    server.accept(&[&first.token]).await;
    assert_eq!(server.put_blob(&ada, first.id(), &first.cid, &text).await.0, 200);
    let path = format!("{}/blob", first.id());
    assert_eq!(server.blob(&path, Some(&ada), None).await, 200);
    let (rotate, old) = ada.rotate();
    server.accept(&[&rotate]).await;
    assert_eq!(server.blob(&path, Some(&old), None).await, 401);
    assert_eq!(server.blob(&path, Some(&ada), None).await, 200);
    server.accept(&[&ada.delete()]).await;
    assert_eq!(server.blob(&path, Some(&ada), None).await, 401);
}

#[tokio::test]
async fn history_comes_in_from_a_peer() {
    let home = Server::start().await;
    let mut ada = Person::on(&home).await;
    let first = ada.create(&document("a").1, 0);
    home.accept(&[&first.token, &ada.artifact("x")]).await;
    home.accept(&[&ada.rotate().0]).await;
    let url = home.url.clone();
    let other = Server::start_with(|config| config.peers.push(Peer::new(url))).await;
    let path = format!("/proof/v1/content/{}", first.id());
    eventually("the chain is followed", async || other.status(&path).await == 200).await;
}
