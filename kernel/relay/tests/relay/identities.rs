//! Identity chains: their life, and that there is only ever one of each.

use imajin_dfos::identity;

use crate::support::{Person, Server, cid_of};

#[tokio::test]
async fn a_life() {
    let (server, mut ada) = Server::with_person().await;
    let path = format!("/proof/v1/identities/{}", ada.did());
    let (rotate, _) = ada.rotate();
    let (delete, restore) = (ada.delete(), ada.restore());
    server.accept(&[&rotate]).await;
    server.accept(&[&delete]).await;
    let state = server.ok(&path).await;
    assert_eq!(state["state"]["isDeleted"], true);
    let resolved = server.ok(&format!("/1.0/identifiers/{}", ada.did())).await;
    assert_eq!(resolved["didDocumentMetadata"]["deactivated"], true);
    server.accept(&[&restore]).await;
    let state = server.ok(&path).await;
    assert_eq!(state["state"]["isDeleted"], false);
    assert_eq!(state["headCID"], ada.chain.head_cid().to_string());
    // A client that does not trust the relay computes the same from its log.
    let log = server.ok(&format!("{path}/log")).await;
    let entries = log["entries"].as_array().unwrap();
    let tokens = entries.iter().map(|entry| entry["jwsToken"].as_str().unwrap());
    assert_eq!(identity::verify_log(tokens).unwrap(), ada.chain);
    assert!(log["next"].is_null());
}

#[tokio::test]
async fn the_same_again_is_a_duplicate_and_changes_nothing() {
    let (server, ada) = Server::with_person().await;
    let again = server.post(&[&ada.genesis, &ada.genesis]).await;
    assert!(again.iter().all(|result| result["status"] == "duplicate"));
    assert_eq!(again[0]["chainId"], ada.did().as_str());
    let stats = server.ok("/.well-known/dfos-relay").await;
    // The relay's own two, and hers.
    assert_eq!(stats["stats"]["opCount"], 3);
}

#[tokio::test]
async fn the_first_extension_stays() {
    let (server, mut ada) = Server::with_person().await;
    let mut twin = ada.twin();
    let (fork, _) = twin.rotate();
    let after = twin.touch();
    server.accept(&[&ada.touch()]).await;
    let refused = server.post_one(&fork).await;
    assert_eq!(refused["status"], "rejected");
    assert_eq!(refused["error"], "identity chains are linear: conflicting extension refused");
    assert!(refused["dependencyMissing"].is_null());
    assert_eq!(refused["cid"], cid_of(&fork));
    // The successor of the refused operation can never be accepted, but the relay cannot know that.
    assert_eq!(server.post_one(&after).await["dependencyMissing"], true);
}

#[tokio::test]
async fn out_of_place() {
    let (server, mut ada) = Server::with_person().await;
    let mut other = ada.twin();
    // After a delete there is only a restore; its parent must be here.
    let delete = ada.delete();
    let restore = ada.restore();
    assert_eq!(server.post_one(&restore).await["dependencyMissing"], true);
    // Another update came first, so the delete conflicts, and the restore never comes in.
    server.accept(&[&other.touch()]).await;
    assert_eq!(server.post_one(&delete).await["status"], "rejected");
    assert_eq!(server.post_one(&restore).await["status"], "rejected");
    let state = server.ok(&format!("/proof/v1/identities/{}", ada.did())).await;
    assert_eq!(state["headCID"], other.chain.head_cid().to_string());
}

#[tokio::test]
async fn not_from_the_future() {
    let server = Server::start().await;
    server.clock.add_secs(-2 * 86_400);
    let early = Person::new();
    let refused = server.post_one(&early.genesis).await;
    assert_eq!(refused["error"], "createdAt is too far in the future");
    server.clock.add_secs(86_400);
    server.accept(&[&early.genesis]).await;
}

#[tokio::test]
async fn the_resolver_knows_only_dids() {
    let (server, ada) = Server::with_person().await;
    let resolved = server.ok(&format!("/1.0/identifiers/{}", ada.did())).await;
    assert_eq!(resolved["didDocument"]["id"], ada.did().as_str());
    assert_eq!(resolved["didResolutionMetadata"]["contentType"], "application/did+ld+json");
    let (status, body) = server.get("/1.0/identifiers/did:dfos:short").await;
    assert_eq!(status, 400);
    assert_eq!(body["didResolutionMetadata"]["error"], "invalidDid");
    let (status, body) = server.get(&format!("/1.0/identifiers/{}", Person::new().did())).await;
    assert_eq!(status, 404);
    assert_eq!(body["didResolutionMetadata"]["error"], "notFound");
    assert_eq!(server.status("/proof/v1/identities/x").await, 404);
}
