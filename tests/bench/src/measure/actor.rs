//! Somebody with a key and a session, for what is not measured; and the node's owner.

use super::Bench;
use crate::Failed;
use imajin_node::client::{Client, Draft, Session, Signer, genesis};
use imajin_node::key::PersonKey;
use reqwest::Method;
use serde_json::Value as Json;

/// Somebody who asks for what is not measured.
pub(super) struct Actor {
    /// Keys.
    pub(super) key: PersonKey,
    /// Signs what they enter.
    pub(super) signer: Signer,
    /// As whom they read.
    pub(super) session: Session,
}

impl Actor {
    /// Signs in.
    pub(super) fn new(client: &Client, key: PersonKey) -> Result<Self, Failed> {
        let (signer, session) = (Signer::new(&key)?, Session::begin(client, &key)?);
        Ok(Self {
            key,
            signer,
            session,
        })
    }

    /// Their DID.
    pub(super) fn did(&self) -> String {
        self.key.did().to_string()
    }

    /// Enters what they wish.
    pub(super) fn does(&self, client: &Client, draft: &Draft) -> Result<(), Failed> {
        client.submit(&self.signer, draft)?;
        Ok(())
    }

    /// Asks at a route.
    pub(super) fn post(&self, client: &Client, path: &str, body: &Json) -> Result<Json, Failed> {
        Ok(client.json(self.session.request(client, Method::POST, path).json(body))?)
    }

    /// Reads at a route.
    pub(super) fn get(&self, client: &Client, path: &str) -> Result<Json, Failed> {
        Ok(client.json(self.session.request(client, Method::GET, path))?)
    }
}

/// The node's owner: who confirms that money came.
pub(super) fn owner(bench: &Bench) -> Result<Actor, Failed> {
    let code = std::fs::read_to_string(bench.folder.path().join("data/node/claim.code"))?;
    let (key, info) = (PersonKey::generate()?, bench.client.node()?);
    let genesis = genesis(&key, &info, true)?;
    bench
        .client
        .send_signed(&genesis.signed, &[("x-imajin-claim", code.trim())])?;
    Actor::new(&bench.client, key)
}
