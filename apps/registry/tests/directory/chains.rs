//! Nodes whose keys have changed: their identity chains speak for the new ones.

use imajin_dfos::identity::{Key, Keys, Verified, sign_create, sign_delete, sign_update};
use imajin_dfos::{PublicKey, SigningKey, Timestamp};
use serde_json::{Value, json};

use crate::support::{Node, START_MS, Server, new_key};

struct Chain {
    tokens: Vec<String>,
    verified: Verified,
    key: SigningKey,
}

fn keys(key: &SigningKey) -> (Keys, String) {
    let public = PublicKey::from(key);
    (Keys::single(Key::new(&public)), public.key_id())
}

fn at(step: usize) -> Timestamp {
    Timestamp::from_millis(START_MS + 1000 * step as i64).unwrap()
}

impl Chain {
    fn new(key: &SigningKey) -> Self {
        let (keys, id) = keys(key);
        let signed = sign_create(keys, vec![], at(0), &id, key).unwrap();
        Self { tokens: vec![signed.token], verified: signed.verified, key: key.clone() }
    }

    fn rotate(&mut self, to: &SigningKey) {
        let id = PublicKey::from(&self.key).key_id();
        let at = at(self.tokens.len());
        let signed = sign_update(&self.verified, keys(to).0, vec![], at, &id, &self.key).unwrap();
        self.tokens.push(signed.token);
        self.verified = signed.verified;
        self.key = to.clone();
    }

    fn delete(&mut self) {
        let id = PublicKey::from(&self.key).key_id();
        let at = at(self.tokens.len());
        let signed = sign_delete(&self.verified, at, &id, &self.key).unwrap();
        self.tokens.push(signed.token);
        self.verified = signed.verified;
    }
}

async fn register(server: &Server, node: &Node, chain: &[String]) -> (u16, Value) {
    server.clock.add_ms(1);
    let body = json!({ "attestation": node.attestation(server), "chainLog": chain });
    server.post("/node/register", &body).await
}

#[tokio::test]
async fn a_key_that_changed() {
    let server = Server::start().await;
    let mut node = Node::new("alpha");
    let mut chain = Chain::new(&node.key);
    server.registered(&node).await;
    let (status, body) = register(&server, &node, &chain.tokens).await;
    assert_eq!((status, &body["chainVerified"]), (200, &json!(true)));

    let (old, before) = (node.clone(), chain.tokens.clone());
    chain.rotate(&new_key());
    node.key = chain.key.clone();
    // The new key is refused with the old chain, and accepted with the new one.
    assert_eq!(register(&server, &node, &before).await.0, 401);
    assert_eq!(register(&server, &node, &chain.tokens).await.0, 200);
    // From here on the old key is no longer valid, neither with the old chain, nor with none.
    assert_eq!(register(&server, &old, &before).await.0, 401);
    assert_eq!(server.register(&old).await.0, 401);
    assert_eq!(server.heartbeat(&old).await.0, 401);
    server.heard(&node).await;
    // The chain need not be sent again, and a shorter one takes nothing back.
    assert_eq!(server.register(&node).await.0, 200);
    assert_eq!(register(&server, &node, &before).await.0, 200);

    let resolved = server.ok(&format!("/node/resolve/{}", chain.verified.did())).await;
    assert_members!(resolved, "did": node.did, "chainLog": chain.tokens);
    // Another branch of the same chain.
    let mut other = Chain::new(&old.key);
    other.rotate(&new_key());
    let mut thief = old.clone();
    thief.key = other.key.clone();
    assert_eq!(register(&server, &thief, &other.tokens).await.0, 401);

    chain.delete();
    assert_eq!(register(&server, &node, &chain.tokens).await.0, 401);
}

#[tokio::test]
async fn a_chain_of_somebody_else() {
    let server = Server::start().await;
    let (node, other) = (Node::new("alpha"), Node::new("beta"));
    let chain = Chain::new(&other.key);
    assert_eq!(register(&server, &node, &chain.tokens).await.0, 401);
    assert_eq!(register(&server, &node, &["nonsense".to_owned()]).await.0, 401);
    let body = json!({ "attestation": node.attestation(&server), "chainLog": [1] });
    assert_eq!(server.post("/node/register", &body).await.0, 400);
}

#[tokio::test]
async fn a_node_that_is_called_by_its_chain() {
    let server = Server::start().await;
    let mut node = Node::new("alpha");
    let chain = Chain::new(&node.key);
    node.did = chain.verified.did().as_str().to_owned();
    assert_eq!(server.register(&node).await.0, 401);
    let other = Chain::new(&new_key());
    assert_eq!(register(&server, &node, &other.tokens).await.0, 401);
    assert_eq!(register(&server, &node, &chain.tokens).await.0, 201);
    assert_eq!(server.node(&node).await["dfosDid"], node.did);
}
