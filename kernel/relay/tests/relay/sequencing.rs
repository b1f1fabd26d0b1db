//! Tests of operations that arrive in the wrong order, or wait.

use crate::support::{Person, Server, document};

#[tokio::test]
async fn one_submission_in_any_order() {
    let server = Server::start().await;
    let mut ada = Person::new();
    let mut tokens = vec![ada.genesis.clone()];
    let first = ada.create(&document("a").1, 0);
    let second = ada.write(&first, Some(&document("b").1), 1000);
    let third = ada.write(&second, Some(&document("c").1), 2000);
    let bob = Person::new();
    let witness = bob.countersign(&third.cid, None);
    tokens.extend([first.token, second.token, third.token, witness, bob.genesis.clone()]);
    tokens.extend([ada.touch(), ada.touch()]);
    let reversed: Vec<&str> = tokens.iter().rev().map(String::as_str).collect();
    server.accept(&reversed).await;
    let stats = server.ok("/.well-known/dfos-relay").await;
    assert_eq!(stats["stats"]["pendingOps"], 0);
}

#[tokio::test]
async fn one_by_one_backwards() {
    let server = Server::start().await;
    let mut ada = Person::new();
    let first = ada.create(&document("a").1, 0);
    let second = ada.write(&first, Some(&document("b").1), 1000);
    let fork = ada.write(&first, Some(&document("c").1), 1500);
    let third = ada.write(&second, Some(&document("d").1), 2000);
    let touch = ada.touch();
    let genesis = ada.genesis.clone();
    let tokens = [&third.token, &fork.token, &second.token, &first.token, &touch];
    for token in tokens {
        let result = server.post_one(token).await;
        assert_eq!(result["status"], "rejected");
        assert_eq!(result["dependencyMissing"], true, "{result}");
        // Said twice, it waits once.
        server.post_one(token).await;
    }
    let stats = server.ok("/.well-known/dfos-relay").await;
    assert_eq!(stats["stats"]["pendingOps"], 5);
    server.accept(&[&genesis]).await;
    let stats = server.ok("/.well-known/dfos-relay").await;
    assert_eq!(stats["stats"]["pendingOps"], 0);
    let chain = server.ok(&format!("/proof/v1/content/{}", first.id())).await;
    assert_eq!(chain["headCID"], third.cid);
    let identity = server.ok(&format!("/proof/v1/identities/{}", ada.did())).await;
    assert_eq!(identity["headCID"], ada.chain.head_cid().to_string());
}

#[tokio::test]
async fn waits_across_a_restart() {
    let server = Server::start().await;
    let ada = Person::new();
    let first = ada.create(&document("a").1, 0);
    server.post_one(&first.token).await;
    let folder = server.stop().await;
    let server = Server::start_in(folder, |_| {}).await;
    server.accept(&[&ada.genesis]).await;
    let path = format!("/proof/v1/content/{}", first.id());
    assert_eq!(server.ok(&path).await["headCID"], first.cid);
}

#[tokio::test]
async fn what_waits_is_bounded() {
    for (count, bytes, stay) in [(10, u64::MAX, 10..=10), (u64::MAX, 5_000, 3..=12)] {
        let server = Server::start_with(|config| {
            config.limits.pending_max = count;
            config.limits.pending_bytes_max = bytes;
        })
        .await;
        for _ in 0..5 {
            let stranger = Person::new();
            let tokens: Vec<String> =
                (0..10).map(|n| stranger.create(&document(&n.to_string()).1, n).token).collect();
            let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
            server.post(&tokens).await;
        }
        let stats = server.ok("/.well-known/dfos-relay").await;
        let waiting = stats["stats"]["pendingOps"].as_u64().unwrap();
        assert!(stay.contains(&waiting), "{waiting}");
    }
}

#[tokio::test]
async fn a_thousand_that_wait_for_one() {
    let server = Server::start().await;
    let ada = Person::new();
    let tokens: Vec<String> =
        (0..1_200).map(|n| ada.create(&document(&n.to_string()).1, n).token).collect();
    for batch in tokens.chunks(100) {
        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
        server.post(&batch).await;
    }
    server.accept(&[&ada.genesis]).await;
    crate::support::eventually("all came in", async || {
        let stats = server.ok("/.well-known/dfos-relay").await;
        stats["stats"]["countsByKind"]["content"] == 1_200 && stats["stats"]["pendingOps"] == 0
    })
    .await;
}

#[tokio::test]
async fn refused_for_good_is_not_kept() {
    let (server, ada) = Server::with_person().await;
    let first = ada.create(&document("a").1, 0);
    // A signature that is not hers.
    let mut wrong = first.token.clone();
    let place = wrong.len() - 20;
    let other = if &wrong[place..=place] == "A" { "Q" } else { "A" };
    wrong.replace_range(place..=place, other);
    let refused = server.post_one(&wrong).await;
    assert_eq!(
        (&refused["status"], &refused["cid"]),
        (&"rejected".into(), &first.cid.clone().into())
    );
    for nonsense in ["", "x", "a.b.c", "..", &"z".repeat(10_000)] {
        assert_eq!(server.post_one(nonsense).await["status"], "rejected");
    }
    let private = ada.grant(Some(&Person::new()), "chain:*", "read");
    let refused = server.post_one(&private).await;
    assert_eq!(refused["error"], "unrecognized operation type");
    let stats = server.ok("/.well-known/dfos-relay").await;
    assert_eq!(stats["stats"]["pendingOps"], 0);
    server.accept(&[&first.token]).await;
    // The same operation under another signature is refused instead of counting as a duplicate.
    assert_eq!(server.post_one(&wrong).await["status"], "rejected");
}

#[tokio::test]
async fn many_clients_at_once() {
    let server = std::sync::Arc::new(Server::start().await);
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let server = std::sync::Arc::clone(&server);
        clients.spawn(async move {
            let ada = Person::on(&server).await;
            let mut last = ada.create(&document("a").1, 0);
            server.accept(&[&last.token]).await;
            for n in 1..10 {
                last = ada.write(&last, Some(&document(&n.to_string()).1), n * 1000);
                server.accept(&[&last.token]).await;
            }
            (last.id().to_owned(), last.cid)
        });
    }
    for (id, head) in clients.join_all().await {
        assert_eq!(server.ok(&format!("/proof/v1/content/{id}")).await["headCID"], head);
    }
    let stats = server.ok("/.well-known/dfos-relay").await["stats"].clone();
    assert_eq!(stats["countsByKind"]["content"], 160);
    assert_eq!(stats["opCount"], 160 + 16 + 2);
}
