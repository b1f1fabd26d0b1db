//! Where a person is found: their chain names the node as its home, and the node's relay.

use super::{Client, ClientError, Draft, Signer, escape};
use crate::key::PersonKey;
use imajin_dfos::cbor::Value;
use imajin_dfos::identity::{Role, sign_update};
use imajin_protocol::identity::verify_chain;
use serde_json::Value as Json;

impl Client {
    /// Names this node in the person's chain by an ordinary update, if the chain doesn't name it yet and others can
    /// reach the node. Whether there was anything to sign.
    pub fn tell_where(&self, signer: &Signer, key: &PersonKey) -> Result<bool, ClientError> {
        let node = self.node()?;
        let Some(endpoints) = node.endpoints else {
            return Ok(false);
        };
        let did = escape(key.did().as_str());
        let answer = self.get(&format!("/auth/api/identity/{did}/chain"))?;
        let log = answer["log"].as_array().into_iter().flatten();
        let log: Vec<&str> = log.filter_map(Json::as_str).collect();
        if log.is_empty() {
            // A bare key has no chain yet.
            return Ok(false);
        }
        let chain = verify_chain(key.did(), &log).map_err(|_| ClientError::Form("log"))?;
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
        let draft = Draft::new("auth", "auth.identity.update").body_value(body)?;
        self.submit(signer, &draft)?;
        Ok(true)
    }
}
