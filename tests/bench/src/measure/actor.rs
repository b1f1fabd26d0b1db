//! A person with a key and a session, for unmeasured requests; and the node's owner.

use super::Bench;
use crate::Outcome;
use imajin_box::key::PersonKey;
use imajin_node::client::{Client, Draft, Session, Signer, genesis};
use reqwest::Method;
use serde_json::Value as Json;

/// A person for unmeasured requests.
pub(super) struct Actor {
    pub(super) key: PersonKey,
    /// Signer of the person's commands.
    pub(super) signer: Signer,
    /// Session for reads.
    pub(super) session: Session,
}

impl Actor {
    /// Signs in.
    pub(super) fn new(client: &Client, key: PersonKey) -> Outcome<Self> {
        let (signer, session) = (Signer::new(&key)?, Session::begin(client, &key)?);
        Ok(Self { key, signer, session })
    }

    pub(super) fn did(&self) -> String {
        self.key.did().to_string()
    }

    /// Signs and submits a command.
    pub(super) fn does(&self, client: &Client, draft: &Draft) -> Outcome {
        client.submit(&self.signer, draft)?;
        Ok(())
    }

    /// Sends a POST request.
    pub(super) fn post(&self, client: &Client, path: &str, body: &Json) -> Outcome<Json> {
        Ok(client.json(self.session.request(client, Method::POST, path).json(body))?)
    }

    /// Sends a GET request.
    pub(super) fn get(&self, client: &Client, path: &str) -> Outcome<Json> {
        Ok(client.json(self.session.request(client, Method::GET, path))?)
    }
}

/// Returns the node's owner, who confirms transfers.
pub(super) fn owner(bench: &Bench) -> Outcome<Actor> {
    let code = std::fs::read_to_string(bench.folder.path().join("data/node/claim.code"))?;
    let (key, info) = (PersonKey::generate()?, bench.client.node()?);
    let genesis = genesis(&key, &info, true)?;
    bench.client.send_signed(&genesis.signed, &[("x-imajin-claim", code.trim())])?;
    Actor::new(&bench.client, key)
}
