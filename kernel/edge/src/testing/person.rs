//! A person with a key, who signs as a client does: asks the node for the state, makes the body and the proof, and
//! sends both.

#![allow(clippy::expect_used, reason = "a panic in a test is its report")]

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::identity::{Key, Keys, Verified, sign_create, sign_update};
use imajin_dfos::{PublicKey, SigningKey, Timestamp, Value, cbor};
use imajin_host::prelude::*;
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, Fact, IdText, Kid, Proof, presence};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};

use super::http::{Ask, Reply};
use super::{Failure, TestNode};

/// A person with a key.
#[derive(Debug, Clone)]
pub struct Person {
    /// The key.
    pub key: SigningKey,
    /// The DID that it began.
    pub did: Did,
    /// The key's name.
    pub kid: Kid,
    /// The chain, once there is one.
    pub chain: Option<Verified>,
    /// The operations of the person's chain.
    pub log: Vec<String>,
}

/// A write, before it is signed.
#[derive(Debug, Clone)]
pub struct Write {
    /// The owner of the log.
    pub did: Did,
    /// The operation.
    pub op: &'static str,
    /// The body, without salt.
    pub body: Option<Value>,
    /// The entry's `ref`, if it has one.
    pub reference: Option<String>,
    /// The fact: the part of the entry that other people's state depends on.
    pub fact: Option<Json>,
    /// The logs in which consequences may appear.
    pub to: Vec<Did>,
}

impl Write {
    /// Makes a write to a person's log.
    pub fn new(did: &Did, op: &'static str) -> Self {
        Self { did: did.clone(), op, body: None, reference: None, fact: None, to: Vec::new() }
    }

    /// Returns where it is sent.
    fn path(&self) -> String {
        let service = self.op.split('.').next().unwrap_or_default();
        format!("/{service}/api/commands/{}", self.op)
    }

    /// Makes the request by which a session asks for this, unsigned.
    pub fn by_session(&self, token: &str) -> Result<Ask, Failure> {
        let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut path = format!("{}?did={}", self.path(), self.did);
        if let Some(reference) = &self.reference {
            path = path + "&ref=" + &escaped(reference);
        }
        if let Some(fact) = &self.fact {
            path = path + "&fact=" + &escaped(&fact.to_string());
        }
        let ask = Ask::new("POST", path).bearer(token);
        Ok(match &self.body {
            Some(body) => ask.body(cbor::to_dag_json(body)?.to_string()),
            None => ask,
        })
    }

    /// Sets the body.
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Sets the `ref`.
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    /// Sets the fact.
    pub fn fact(mut self, fact: Json) -> Self {
        self.fact = Some(fact);
        self
    }

    /// Names the logs in which consequences may appear.
    pub fn to(mut self, to: &[&Did]) -> Self {
        self.to = to.iter().map(|did| (*did).clone()).collect();
        self
    }
}

impl Person {
    /// The person of a seed: the same each time.
    pub fn new(seed: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let did = Did::from_key(PublicKey::from(&key).as_bytes());
        // Every did:imajin of a key has a bare key's name.
        let kid = Kid::of_bare_key(&did).unwrap_or_else(|| unreachable!("{did} is of a key"));
        Self { key, did, kid, chain: None, log: Vec::new() }
    }

    /// The key, 64 hex digits.
    pub fn public_key(&self) -> String {
        PublicKey::from(&self.key).to_hex()
    }

    /// A signature over a text, 128 hex digits.
    pub fn sign_text(&self, text: &str) -> String {
        imajin_protocol::sign(
            &imajin_protocol::generate_keypair(self.key.to_bytes()),
            text.as_bytes(),
        )
    }

    /// Makes the genesis.
    pub fn begin_chain(&mut self, at: Timestamp) -> Result<String, Failure> {
        let key = Key::new(&PublicKey::from(&self.key));
        let genesis = sign_create(Keys::single(key), vec![], at, self.kid.key_id(), &self.key)?;
        self.chain = Some(genesis.verified);
        self.log = vec![genesis.token.clone()];
        Ok(genesis.token)
    }

    /// Makes the next operation of the chain, which has these keys in all roles.
    pub fn next_keys(&self, keys: &[&SigningKey], at: Timestamp) -> Result<String, Failure> {
        let chain = self.chain.as_ref().ok_or("no chain yet")?;
        let keys: Vec<Key> = keys.iter().map(|key| Key::new(&PublicKey::from(*key))).collect();
        let keys = Keys { auth: keys.clone(), assert: keys.clone(), controller: keys };
        Ok(sign_update(chain, keys, vec![], at, self.kid.key_id(), &self.key)?.token)
    }

    /// The request body of `POST /auth/api/upgrade` with which this person, who has a chain, takes over a soft
    /// identity.
    pub fn upgrade(&self, node: &TestNode, did: &Did) -> Result<Json, Failure> {
        let chain = self.chain.as_ref().ok_or("no chain yet")?;
        let text = presence::upgrade(node.node.did(), did, chain.head_cid());
        let name = PublicKey::from(&self.key).to_multikey();
        Ok(json!({ "log": self.log, "signatures": { name: self.sign_text(&text) } }))
    }

    /// The write of `auth.identity.create`.
    pub fn creation(&mut self, node: &TestNode, claims: bool) -> Result<Write, Failure> {
        let token = self.begin_chain(node.node.now())?;
        let home = Value::map([
            ("node", Value::from(node.node.did().as_str())),
            ("url", Value::from(node.node.url())),
            ("epoch", Value::Int(1)),
        ]);
        let body = Value::map([
            ("token", Value::from(token)),
            ("home", home),
            ("scope", Value::from("actor")),
            ("subtype", Value::from("human")),
        ]);
        let write = Write::new(&self.did, "auth.identity.create").body(body);
        Ok(if claims { write.to(&[node.node.did()]) } else { write })
    }

    /// Begins the identity with a chain.
    pub async fn create(&mut self, node: &TestNode, claim: Option<&str>) -> Reply {
        let write = self.creation(node, claim.is_some()).expect("a genesis");
        let mut ask = self.ask(node, &write).await.expect("a proof");
        if let Some(code) = claim {
            ask = ask.header("x-imajin-claim", code);
        }
        node.send(ask).await
    }

    /// Signs a write and sends it.
    pub async fn write(&self, node: &TestNode, write: &Write) -> Reply {
        node.send(self.ask(node, write).await.expect("a proof")).await
    }

    /// Signs a write, as the request that would be sent.
    pub async fn ask(&self, node: &TestNode, write: &Write) -> Result<Ask, Failure> {
        let (proof, body) = self.sign(node, write).await?;
        let mut ask = Ask::new("POST", write.path()).header("mjn-proof", proof.to_compact());
        if let Some(body) = &body {
            ask = ask.body(cbor::to_dag_json(body)?.to_string());
        }
        Ok(ask)
    }

    /// The proof of a write and the body with its salt.
    pub async fn sign(
        &self,
        node: &TestNode,
        write: &Write,
    ) -> Result<(Proof, Option<Value>), Failure> {
        let payload = self.payload(node, write).await?;
        let body = write.body.clone().map(salted);
        let proof = Proof::sign(&self.key, self.kid.clone(), payload)?;
        Ok((proof, body))
    }

    /// The payload that a proof of this write signs.
    pub async fn payload(&self, node: &TestNode, write: &Write) -> Result<ProofPayload, Failure> {
        let target = format!(
            "/auth/api/head/{}?kid={}&op={}",
            write.did,
            self.kid.to_string().replace('#', "%23"),
            write.op
        );
        let ask = Ask::get(target);
        let signed = ask.clone().signed_by(node, self).send(node.address).await?;
        let head = match signed.status {
            // The key is not in force.
            401 => ask.send(node.address).await?.json(),
            _ => signed.json(),
        };
        let cid = |value: &Json| value.as_str().map(imajin_dfos::cid::parse_cid).transpose();
        let seen = &head["seen"];
        let body = write.body.clone().map(salted);
        // A genesis names itself.
        let chain = match write.op {
            "auth.identity.create" => self.chain.as_ref().map(|chain| *chain.head_cid()),
            _ => cid(&head["chain"])?,
        };
        Ok(ProofPayload {
            aud: Did::parse(head["node"].as_str().unwrap_or_default())?,
            did: write.did.clone(),
            service: write.op.split('.').next().unwrap_or_default().to_owned(),
            op: write.op.to_owned(),
            reference: write.reference.as_deref().map(IdText::parse).transpose()?,
            body: body.as_ref().map(|body| dag_cbor_cid(&cbor::encode(body))),
            fact: write.fact.as_ref().map(Fact::from_json).transpose()?,
            to: write.to.clone(),
            seen: match seen["seq"].as_u64() {
                Some(seq) => Some(EntryPosition { seq, cid: cid(&seen["cid"])?.ok_or("no cid")? }),
                None => None,
            },
            after: cid(&head["after"])?,
            chain,
            iat: Timestamp::parse(head["time"].as_str().unwrap_or_default())?.as_secs(),
            via: cid(&head["via"])?,
        })
    }

    /// Registers the bare key.
    pub async fn register(&self, node: &TestNode) -> Reply {
        let body = json!({ "publicKey": self.public_key() });
        node.send(Ask::post("/auth/api/register", &body)).await
    }

    /// Answers a challenge. Returns the session's token.
    pub async fn sign_in(&self, node: &TestNode) -> String {
        self.try_sign_in(node).await.expect("a session")
    }

    /// Answers a challenge, which the node may refuse.
    pub async fn try_sign_in(&self, node: &TestNode) -> Result<String, Failure> {
        let challenge = Ask::post("/auth/api/challenge", &json!({ "id": self.did }))
            .send(node.address)
            .await?
            .json();
        let text = challenge["challenge"].as_str().ok_or("no challenge")?;
        presence::check(text, node.node.did(), &node.address.to_string())?;
        let signature = self.sign_text(text);
        let answer = json!({ "id": self.did, "challengeId": challenge["challengeId"], "signature": signature });
        let reply = Ask::post("/auth/api/authenticate", &answer).send(node.address).await?;
        reply.json()["token"]
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| format!("not signed in: {}", reply.text()).into())
    }
}

/// Adds a salt that is public, since tests need no secrets.
fn salted(mut body: Value) -> Value {
    if let Some(members) = body.as_map_mut() {
        members.entry("salt".to_owned()).or_insert_with(|| Value::Bytes(vec![7; 16]));
    }
    body
}
