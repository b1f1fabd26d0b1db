//! Signing in: proves that the key is present, nothing else. Reading your own log needs it; writing never does.
//!
//! Always: only a challenge of the node that this client knows, for the host that it reached, is signed; a session travels
//! over TLS or inside this machine.

use super::{Client, ClientError};
use ed25519_dalek::Signer as _;
use imajin_box::key::PersonKey;
use imajin_protocol::presence;
use reqwest::Method;
use serde_json::{Value as Json, json};

/// A signed-in client.
#[derive(Clone)]
pub struct Session {
    token: String,
}

impl Session {
    /// Answers a challenge with the key.
    pub fn begin(client: &Client, key: &PersonKey) -> Result<Self, ClientError> {
        client.check_private()?;
        let id = key.did().as_str();
        let challenge = post(client, "/auth/api/challenge", &json!({ "id": id }))?;
        let text = |name: &'static str| challenge[name].as_str().ok_or(ClientError::Form(name));
        let answer = json!({
            "id": id,
            "challengeId": text("challengeId")?,
            "signature": sign_challenge(client, key, text("challenge")?)?,
        });
        let session = post(client, "/auth/api/authenticate", &answer)?;
        let token = session["token"].as_str().ok_or(ClientError::Form("token"))?;
        Ok(Self { token: token.to_owned() })
    }

    /// The token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A request in this session.
    pub fn request(
        &self,
        client: &Client,
        method: Method,
        path: &str,
    ) -> reqwest::blocking::RequestBuilder {
        client.request(method, path).bearer_auth(&self.token)
    }

    /// Reads JSON in this session.
    pub fn get(&self, client: &Client, path: &str) -> Result<Json, ClientError> {
        client.json(self.request(client, Method::GET, path))
    }
}

/// Signs a challenge of the node that this client knows, for the host that it reached; 128 hex digits.
pub(super) fn sign_challenge(
    client: &Client,
    key: &PersonKey,
    challenge: &str,
) -> Result<String, ClientError> {
    presence::check(challenge, &client.did()?, &client.host()?)?;
    let signature = key.signing_key().sign(challenge.as_bytes());
    Ok(imajin_dfos::hex::encode(&signature.to_bytes()))
}

fn post(client: &Client, path: &str, body: &Json) -> Result<Json, ClientError> {
    client.json(client.request(Method::POST, path).json(body))
}
