//! A person's chain: where they are found (the node as their home, and its relay), and which keys open their copies.

use super::{Client, ClientError, Draft, Signer, escape};
use imajin_box::key::PersonKey;
use imajin_dfos::cbor::Value;
use imajin_dfos::identity::{Role, Verified, sign_update};
use imajin_protocol::encryption::owner_keys;
use imajin_protocol::identity::verify_chain;
use imajin_protocol::{Did, EncryptionKey};
use serde_json::Value as Json;

impl Client {
    /// The chain of a DID, verified from its name; `None` if it has none.
    fn chain(&self, did: &Did) -> Result<Option<Verified>, ClientError> {
        let answer = match self.get(&format!("/auth/api/identity/{}/chain", escape(did.as_str()))) {
            Err(error) if error.status() == Some(404) => return Ok(None),
            answer => answer?,
        };
        let log = answer["log"].as_array().into_iter().flatten();
        let log: Vec<&str> = log.filter_map(Json::as_str).collect();
        if log.is_empty() {
            return Ok(None);
        }
        verify_chain(did, &log).map(Some).map_err(|_| ClientError::Form("log"))
    }

    /// Returns the keys that copies for the owner are encrypted to: those of the sheets in the chain, else the one in the
    /// key file.
    pub fn owner_keys(&self, key: &PersonKey) -> Result<Vec<EncryptionKey>, ClientError> {
        let chain = self.chain(key.did())?;
        let own = EncryptionKey::from_bytes(key.encryption_public());
        Ok(owner_keys(chain.as_ref().map(Verified::state), Some(own)))
    }

    /// Names this node in the person's chain by an ordinary update, if the chain doesn't name it yet and others can
    /// reach the node. Whether there was anything to sign.
    pub fn tell_where(&self, signer: &Signer, key: &PersonKey) -> Result<bool, ClientError> {
        let node = self.node()?;
        let Some(endpoints) = node.endpoints else {
            return Ok(false);
        };
        // A bare key has no chain yet.
        let Some(chain) = self.chain(key.did())? else {
            return Ok(false);
        };
        let state = chain.state();
        let controls = state.keys.find(Role::Controller, &key.key_id()).is_some();
        let Some(services) = endpoints.among(&state.services)?.filter(|_| controls) else {
            return Ok(false);
        };
        let earliest = chain.updated_at().checked_add_millis(1);
        let at = node.time.max(earliest.unwrap_or(node.time));
        let (keys, name) = (state.keys.clone(), key.key_id());
        let update = sign_update(&chain, keys, services, at, &name, &key.signing_key())?;
        let body = Value::map([("token", Value::from(update.token))]);
        self.submit(signer, &Draft::new("auth", "auth.identity.update").body_value(body)?)?;
        Ok(true)
    }
}
