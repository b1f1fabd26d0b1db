//! People who sign things.

use std::sync::atomic::{AtomicU8, Ordering};

use imajin_dfos::content::{self, Author};
use imajin_dfos::credential::{self, Attenuation, Audience, Credential};
use imajin_dfos::identity::{self, Key, Keys, Service, Verified};
use imajin_dfos::resolve::MemoryResolver;
use imajin_dfos::{
    Did, PublicKey, SigningKey, Timestamp, Value, Verifier, artifact, cbor, cid, countersign,
    revocation,
};
use serde_json::{Value as Json, json};

use super::{Server, at};

static SEEDS: AtomicU8 = AtomicU8::new(1);

pub(crate) fn new_key() -> SigningKey {
    // Keys need not be secret here, but each its own.
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    seed[0] = SEEDS.fetch_add(1, Ordering::SeqCst);
    SigningKey::from_bytes(&seed)
}

/// Somebody with one key.
pub(crate) struct Person {
    pub(crate) key: SigningKey,
    pub(crate) key_id: String,
    pub(crate) chain: Verified,
    pub(crate) genesis: String,
    /// Milliseconds after the start of the identity's last operation.
    last: i64,
}

/// An operation of a content chain.
#[derive(Clone)]
pub(crate) struct ContentOperation {
    pub(crate) token: String,
    pub(crate) cid: String,
    pub(crate) state: content::State,
}

impl Person {
    pub(crate) fn new() -> Self {
        Self::with_services(vec![])
    }

    pub(crate) fn with_services(services: Vec<Service>) -> Self {
        let key = new_key();
        let public = PublicKey::from(&key);
        let key_id = public.key_id();
        let keys = Keys::single(Key::new(&public));
        let signed = identity::sign_create(keys, services, at(-3_600_000), &key_id, &key).unwrap();
        Self { key, key_id, chain: signed.verified, genesis: signed.token, last: -3_600_000 }
    }

    /// Somebody whom the relay knows.
    pub(crate) async fn on(server: &Server) -> Self {
        let person = Self::new();
        server.accept(&[&person.genesis]).await;
        person
    }

    pub(crate) fn did(&self) -> &Did {
        self.chain.did()
    }

    /// A new key in place of the old one; returns the operation and the old person.
    pub(crate) fn rotate(&mut self) -> (String, Self) {
        let key = new_key();
        let public = PublicKey::from(&key);
        let keys = Keys::single(Key::new(&public));
        let token = self.update(keys, vec![]);
        let mut old = self.twin();
        old.key = std::mem::replace(&mut self.key, key);
        old.key_id = std::mem::replace(&mut self.key_id, public.key_id());
        (token, old)
    }

    /// This person at another desk, who does not know what this one does from here on.
    pub(crate) fn twin(&self) -> Self {
        Self {
            key: self.key.clone(),
            key_id: self.key_id.clone(),
            chain: self.chain.clone(),
            genesis: self.genesis.clone(),
            last: self.last,
        }
    }

    fn next(&mut self) -> Timestamp {
        self.last += 1000;
        at(self.last)
    }

    pub(crate) fn update(&mut self, keys: Keys, services: Vec<Service>) -> String {
        let at = self.next();
        let signed =
            identity::sign_update(&self.chain, keys, services, at, &self.key_id, &self.key)
                .unwrap();
        self.chain = signed.verified;
        signed.token
    }

    /// An update that changes nothing.
    pub(crate) fn touch(&mut self) -> String {
        self.update(self.chain.state().keys.clone(), self.chain.state().services.clone())
    }

    pub(crate) fn delete(&mut self) -> String {
        let at = self.next();
        let signed = identity::sign_delete(&self.chain, at, &self.key_id, &self.key).unwrap();
        self.chain = signed.verified;
        signed.token
    }

    pub(crate) fn restore(&mut self) -> String {
        let at = self.next();
        let signed = identity::sign_restore(&self.chain, at, &self.key_id, &self.key).unwrap();
        self.chain = signed.verified;
        signed.token
    }

    pub(crate) fn author<'a>(&'a self, authorization: Option<&'a str>) -> Author<'a> {
        Author { did: self.chain.did(), key_id: &self.key_id, key: &self.key, authorization }
    }

    pub(crate) fn create(&self, document: &str, ms: i64) -> ContentOperation {
        let chains = MemoryResolver::from_iter([self.chain.clone()]);
        let verifier = Verifier::of_history(&chains);
        let author = self.author(None);
        step(content::sign_create(document, None, at(ms), &author, &verifier).unwrap())
    }

    pub(crate) fn write(
        &self,
        parent: &ContentOperation,
        document: Option<&str>,
        ms: i64,
    ) -> ContentOperation {
        let chains = MemoryResolver::from_iter([self.chain.clone()]);
        let verifier = Verifier::of_history(&chains);
        let (state, author) = (&parent.state, self.author(None));
        step(content::sign_update(state, document, None, at(ms), &author, &verifier).unwrap())
    }

    pub(crate) fn end(&self, parent: &ContentOperation, ms: i64) -> ContentOperation {
        let chains = MemoryResolver::from_iter([self.chain.clone()]);
        let verifier = Verifier::of_history(&chains);
        let author = self.author(None);
        step(content::sign_delete(&parent.state, at(ms), &author, &verifier).unwrap())
    }

    /// Writes to another person's chain.
    pub(crate) fn write_for(
        &self,
        others: &[&Person],
        parent: &ContentOperation,
        document: &str,
        ms: i64,
        credential: &str,
    ) -> ContentOperation {
        let chains = others.iter().map(|other| other.chain.clone());
        let known_chains: MemoryResolver = chains.chain([self.chain.clone()]).collect();
        let verifier = Verifier::of_history(&known_chains);
        let (state, author) = (&parent.state, self.author(Some(credential)));
        step(content::sign_update(state, Some(document), None, at(ms), &author, &verifier).unwrap())
    }

    /// A credential, valid for an hour.
    pub(crate) fn grant(&self, to: Option<&Person>, resource: &str, action: &str) -> String {
        self.grant_from(None, to, resource, action, 3600)
    }

    pub(crate) fn grant_from(
        &self,
        parent: Option<&str>,
        to: Option<&Person>,
        resource: &str,
        action: &str,
        secs: i64,
    ) -> String {
        let credential = Credential {
            issuer: self.did().clone(),
            audience: match to {
                None => Audience::Anyone,
                Some(person) => Audience::Did(person.did().clone()),
            },
            scope: vec![Attenuation::new(resource, action)],
            parent: parent.map(str::to_owned),
            issued_at_secs: at(-3_600_000).as_secs(),
            expires_at_secs: at(0).as_secs() + secs,
        };
        credential::sign(&credential, &self.key_id, &self.key).unwrap().token
    }

    pub(crate) fn artifact(&self, name: &str) -> String {
        let artifact = artifact::Artifact {
            did: self.did().clone(),
            content: Value::map([("$schema", Value::from("test/v1")), ("name", name.into())]),
            created_at: at(0),
        };
        artifact::sign(&artifact, &self.key_id, &self.key).unwrap().token
    }

    pub(crate) fn countersign(&self, target: &str, relation: Option<&str>) -> String {
        let countersign = countersign::Countersign {
            did: self.did().clone(),
            target: target.to_owned(),
            relation: relation.map(str::to_owned),
            created_at: at(0),
        };
        countersign::sign(&countersign, &self.key_id, &self.key).unwrap().token
    }

    pub(crate) fn revoke(&self, credential: &str, ms: i64) -> String {
        let revocation = revocation::Revocation {
            did: self.did().clone(),
            credential: cid_of(credential),
            created_at: at(ms),
        };
        revocation::sign(&revocation, &self.key_id, &self.key).unwrap().token
    }
}

fn step(signed: content::Signed) -> ContentOperation {
    ContentOperation { token: signed.token, cid: signed.cid.to_string(), state: signed.state }
}

impl ContentOperation {
    pub(crate) fn id(&self) -> &str {
        self.state.content_id().as_str()
    }
}

/// The CID in a token's header.
pub(crate) fn cid_of(token: &str) -> String {
    imajin_dfos::jws::parse_any(token).unwrap().cid().unwrap().to_owned()
}

/// A document and its CID.
pub(crate) fn document(text: &str) -> (String, String) {
    document_of(json!({ "$schema": "test/v1", "text": text }))
}

pub(crate) fn document_of(json: Json) -> (String, String) {
    let value = cbor::from_json(&json).unwrap();
    let cid = cid::dag_cbor_cid(&cbor::encode(&value)).to_string();
    (json.to_string(), cid)
}
