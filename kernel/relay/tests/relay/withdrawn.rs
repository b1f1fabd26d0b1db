//! Identities that the relay's own node withdraws, and those that no relay publishes.

use imajin_dfos::Value;
use imajin_dfos::identity::Service;
use imajin_relay::Peer;
use serde_json::Value as Json;

use crate::support::{Person, Server, document, eventually};

/// Every DID of the relay's public log and index.
async fn listed(server: &Server) -> Vec<String> {
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    let log = server.ok("/proof/v1/log?limit=1000").await;
    let entries = log["entries"].as_array().unwrap().clone();
    let index = server.ok("/index/v0/identities?limit=1000").await;
    let identities = index["identities"].as_array().unwrap().clone();
    let chains = entries.iter().map(|entry| text(&entry["chainId"]));
    chains.chain(identities.iter().map(|row| text(&row["did"]))).collect()
}

#[tokio::test]
async fn what_its_node_withdraws_is_listed_nowhere_and_comes_back_from_the_node_alone() {
    let peer = Server::start().await;
    let url = peer.url.clone();
    let server = Server::start_with(|config| {
        config.peers.push(Peer { url, gossip: false, read_through: true, sync: true });
    })
    .await;
    let [group, ada, late] = std::array::from_fn(|_| Person::new());
    peer.accept(&[&group.genesis, &ada.genesis]).await;
    let own = vec![group.genesis.clone(), ada.genesis.clone()];
    server.relay.submit(own).await.unwrap();
    let chain = group.create(&document("what it signed").1, 0);
    let artifact = group.artifact("what it signed, too");
    server.accept(&[&chain.token, &artifact]).await;
    let did = group.did().as_str().to_owned();
    assert!(listed(&server).await.contains(&did));

    assert_eq!(server.relay.withdraw(vec![did.clone()]).await.unwrap(), 3);
    let names = listed(&server).await;
    assert!(!names.contains(&did) && names.contains(&ada.did().as_str().to_owned()));
    // A peer still has it; neither reading through nor following nor a stranger brings it back.
    let path = format!("/proof/v1/identities/{did}");
    assert_eq!(server.status(&path).await, 404);
    peer.accept(&[&late.genesis]).await;
    let followed = format!("/proof/v1/identities/{}", late.did());
    eventually("the peer was followed", async || server.status(&followed).await == 200).await;
    assert_eq!(server.post_one(&group.genesis).await["status"], "rejected");
    assert_eq!(server.status(&path).await, 404);
    let stats = server.ok("/.well-known/dfos-relay").await["stats"].clone();
    let index = server.ok("/index/v0/identities?limit=1000").await;
    let identities = index["identities"].as_array().unwrap().len();
    assert_eq!(stats["countsByKind"]["identity"], identities);

    server.relay.submit(vec![group.genesis.clone()]).await.unwrap();
    assert_eq!(server.status(&path).await, 200, "its node publishes it");
    let folder = server.stop().await;
    imajin_relay::rebuild(folder.path()).unwrap();
}

#[tokio::test]
async fn no_relay_publishes_a_conversation() {
    let server = Server::start().await;
    let named = Value::map([
        ("id", Value::from("conversation")),
        ("type", Value::from("ImajinConversation")),
        ("name", Value::from("did:imajin:dm:0123456789abcdef")),
    ]);
    let talk = Person::with_services(vec![Service::new(named).unwrap()]);
    let result = server.post_one(&talk.genesis).await;
    assert_eq!(result["status"], "rejected", "{result}");
    let own = vec![talk.genesis.clone()];
    let result = server.relay.submit(own).await.unwrap();
    assert_eq!(result[0]["status"], "rejected", "not from its node either");
    assert!(!listed(&server).await.contains(&talk.did().as_str().to_owned()));
}
