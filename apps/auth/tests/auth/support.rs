//! Shared test support: a node with this service and profiles, and people on it.
#![allow(dead_code, unreachable_pub, reason = "each test program uses a part")]

use std::sync::Arc;

use imajin_app::Service;
use imajin_dfos::Value;
use imajin_edge::testing::{Ask, Person, Reply, TestNode, Write};
use imajin_host::prelude::*;
use imajin_host::{Config, Registration};
use imajin_identity::begin_node_identity;
use serde_json::Value as Json;

/// The claim code of a test's node.
pub const CLAIM: &str = "TEST-CLAI-MC0D";

pub fn services() -> Vec<Arc<dyn Service>> {
    vec![Arc::new(imajin_auth::Auth::new()), Arc::new(imajin_profile::Profile)]
}

/// The write of what a person says about themselves.
pub fn bio(person: &Person, text: &str) -> Write {
    Write::new(&person.did, "profile.update").body(Value::map([("bio", Value::from(text))]))
}

/// A node without an owner.
pub async fn node() -> TestNode {
    node_with(Config::default()).await
}

pub async fn node_with(config: Config) -> TestNode {
    let node = TestNode::start(services(), config, 200).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code(CLAIM.to_owned());
    node
}

/// A configuration that lets a node call another one on the same machine.
pub fn among_neighbours() -> Config {
    Config { private_addresses: true, ..Config::default() }
}

/// A node that takes people in in this way.
pub async fn node_that_is(registration: Registration) -> TestNode {
    node_with(Config { registration: Some(registration), ..Config::default() }).await
}

/// Somebody with a chain on this node.
pub async fn person(node: &TestNode, seed: u8) -> Person {
    let mut person = Person::new(seed);
    person.create(node, None).await.check(201);
    person
}

/// The node's owner.
pub async fn owner(node: &TestNode, seed: u8) -> Person {
    let mut person = Person::new(seed);
    person.create(node, Some(CLAIM)).await.check(201);
    person
}

pub async fn send(node: &TestNode, ask: Ask) -> Reply {
    node.send(ask).await
}

/// Requests a path with a session.
pub async fn get(node: &TestNode, path: impl Into<String>, token: &str) -> Reply {
    send(node, Ask::get(path).bearer(token)).await
}

/// Posts JSON with a session.
pub async fn post(node: &TestNode, path: impl Into<String>, body: &Json, token: &str) -> Reply {
    send(node, Ask::post(path, body).bearer(token)).await
}

/// Returns whether a folder of the node's data has nothing in it.
pub fn is_empty(node: &TestNode, folder: &str) -> bool {
    let mut entries = std::fs::read_dir(node.node.data().join(folder)).unwrap();
    entries.next().is_none()
}
