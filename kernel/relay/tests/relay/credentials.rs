//! Tests of writing to another identity's chain.

use crate::support::{Person, Server, document};

#[tokio::test]
async fn a_chain_written_by_two() {
    let server = Server::start().await;
    let (ada, bob) = (Person::on(&server).await, Person::on(&server).await);
    let first = ada.create(&document("a").1, 0);
    server.accept(&[&first.token]).await;
    let chain = format!("chain:{}", first.id());
    let grant = ada.grant(Some(&bob), &chain, "read,write");
    let second = bob.write_for(&[&ada], &first, &document("b").1, 1000, &grant);
    let third = bob.write_for(&[&ada], &second, &document("c").1, 2000, &grant);
    server.accept(&[&second.token]).await;
    // The signer of an operation may upload its document, too.
    let (text, _) = document("b");
    assert_eq!(server.put_blob(&bob, first.id(), &second.cid, &text).await.0, 200);
    // Once it is revoked nothing new is accepted, whatever its date; what was stays.
    server.accept(&[&ada.revoke(&grant, 10_000)]).await;
    let refused = server.post_one(&third.token).await;
    assert_eq!(refused["status"], "rejected", "{refused}");
    assert!(refused["dependencyMissing"].is_null());
    let state = server.ok(&format!("/proof/v1/content/{}", first.id())).await;
    assert_eq!(state["headCID"], second.cid);
}

#[tokio::test]
async fn without_or_with_the_wrong_one() {
    let server = Server::start().await;
    let (ada, bob) = (Person::on(&server).await, Person::on(&server).await);
    let first = ada.create(&document("a").1, 0);
    server.accept(&[&first.token]).await;
    let chain = format!("chain:{}", first.id());
    // Signed as if it were fine, by one who does not look.
    let forged = |credential: Option<&str>| {
        let operation = imajin_dfos::content::Operation {
            action: imajin_dfos::content::Action::Update {
                previous: first.cid.clone(),
                document: Some(document("b").1),
                base: None,
                authorization: credential.map(str::to_owned),
            },
            did: bob.did().clone(),
            created_at: crate::support::at(1000),
        };
        imajin_dfos::statement::sign(&operation, &bob.key_id, &bob.key).unwrap().token
    };
    let wrong = [
        None,
        Some(ada.grant(Some(&bob), &chain, "read")),
        Some(ada.grant(Some(&ada), &chain, "write")),
        Some(ada.grant(Some(&bob), "chain:other", "write")),
        Some(bob.grant(Some(&bob), &chain, "write")),
        Some(ada.grant_from(None, Some(&bob), &chain, "write", 1)),
    ];
    for credential in wrong {
        let refused = server.post_one(&forged(credential.as_deref())).await;
        assert_eq!(refused["status"], "rejected");
        assert!(refused["dependencyMissing"].is_null(), "{refused}");
    }
    // An operation whose issuer is unknown waits for the issuer.
    let stranger = Person::new();
    let from = ada.grant(Some(&stranger), &chain, "write");
    let passed = stranger.grant_from(Some(&from), Some(&bob), &chain, "write", 60);
    let waits = server.post_one(&forged(Some(&passed))).await;
    assert_eq!(waits["dependencyMissing"], true, "{waits}");
    server.accept(&[&stranger.genesis]).await;
    let state = server.ok(&format!("/proof/v1/content/{}", first.id())).await;
    assert_eq!(state["state"]["length"], 2);
}

#[tokio::test]
async fn public_credentials_are_checked_when_they_come() {
    let (server, mut ada) = Server::with_person().await;
    let expired = ada.grant_from(None, None, "chain:*", "read", 0);
    assert_eq!(server.post_one(&expired).await["status"], "rejected");
    let stranger = Person::new();
    let grant = stranger.grant(None, "chain:*", "read");
    assert_eq!(server.post_one(&grant).await["dependencyMissing"], true);
    server.accept(&[&stranger.genesis]).await;
    assert_eq!(server.post_one(&grant).await["status"], "duplicate");
    // Keys that were rotated out still grant; the deleted do not.
    let (rotate, old) = ada.rotate();
    server.accept(&[&rotate, &old.grant(None, "chain:*", "read")]).await;
    server.accept(&[&ada.delete()]).await;
    assert_eq!(server.post_one(&ada.grant(None, "chain:x", "read")).await["status"], "rejected");
}
