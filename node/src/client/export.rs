//! A bundle from a node: the node writes it, the owner signs its two lists, then it is fetched.
//!
//! Always: only what is a list of the owner's own bundle is signed. A node that asks for a signature over anything else
//! (a text that would be a proof of will, say) is refused.

use super::{Client, ClientError, Session, escape};
use ed25519_dalek::Signer as _;
use imajin_box::key::PersonKey;
use reqwest::Method;
use reqwest::blocking::Response;
use serde_json::{Value as Json, json};
use std::time::Duration;

/// Everything that the list of a bundle's files has, as it is signed.
const MANIFEST_MEMBERS: [&str; 9] =
    ["v", "did", "head", "counts", "files", "split", "exported_at", "node", "signer"];
/// Everything that the readable view has, as it is signed.
const VIEW_MEMBERS: [&str; 6] = ["v", "did", "exported_at", "node", "sections", "signer"];
/// Between two questions how far it is.
const POLL: Duration = Duration::from_millis(100);

/// A copy that a node is making.
pub struct Export<'c> {
    client: &'c Client,
    session: Session,
    key: &'c PersonKey,
    path: String,
}

impl<'c> Export<'c> {
    /// Asks for a copy of your data.
    pub fn begin(client: &'c Client, key: &'c PersonKey) -> Result<Self, ClientError> {
        Self::begin_with(client, key, json!({}))
    }

    /// Asks for a copy on a stick that is plugged into the node's machine.
    pub fn begin_on_stick(
        client: &'c Client,
        key: &'c PersonKey,
        stick: &str,
        encrypt: Option<Json>,
    ) -> Result<Self, ClientError> {
        let mut wish = json!({ "stick": stick });
        if let Some(encrypt) = encrypt {
            wish["encrypt"] = encrypt;
        }
        Self::begin_with(client, key, wish)
    }

    /// A copy that the node sends as it reads it, signed by the node alone: it keeps nothing of it on its own disk but the
    /// log.
    pub fn at_once(client: &Client, key: &PersonKey) -> Result<Response, ClientError> {
        let session = Session::begin(client, key)?;
        client.send(session.request(client, Method::GET, "/auth/api/export"))
    }

    fn begin_with(
        client: &'c Client,
        key: &'c PersonKey,
        mut wish: Json,
    ) -> Result<Self, ClientError> {
        let session = Session::begin(client, key)?;
        wish["did"] = json!(key.did().as_str());
        wish["kid"] = json!(key.kid());
        let request = session.request(client, Method::POST, "/auth/api/exports");
        let job = client.json(request.json(&wish))?;
        let id = job["id"].as_str().ok_or(ClientError::Form("id"))?;
        Ok(Self { client, session, key, path: format!("/auth/api/exports/{}", escape(id)) })
    }

    /// Waits until the node has written it, signs it, and opens the tar. `progress` gets the bytes done and in all.
    pub fn finish(&self, progress: impl FnMut(u64, u64)) -> Result<Response, ClientError> {
        self.wait(progress)?;
        let request =
            self.session.request(self.client, Method::GET, &format!("{}/bundle.tar", self.path));
        self.client.send(request)
    }

    /// Waits until the node has written it, and signs it; what the node says of it in the end.
    pub fn wait(&self, mut progress: impl FnMut(u64, u64)) -> Result<Json, ClientError> {
        let mut signed = false;
        loop {
            let job = self.session.get(self.client, &self.path)?;
            let number = |name: &str| job[name].as_u64().unwrap_or(0);
            progress(number("bytes"), number("bytesTotal"));
            match job["state"].as_str() {
                Some("failed") => {
                    let reason =
                        job["error"].as_str().unwrap_or("the node could not write the copy");
                    return Err(ClientError::Failed(reason.to_owned()));
                }
                Some("ready") => return Ok(job),
                Some("to_sign") if !signed => {
                    self.sign(&job["toSign"])?;
                    signed = true;
                }
                Some(_) => std::thread::sleep(POLL),
                None => return Err(ClientError::Form("state")),
            }
        }
    }

    fn sign(&self, texts: &Json) -> Result<(), ClientError> {
        let sign = |name: &str| {
            let text = texts[name].as_str().ok_or(ClientError::Form("toSign"))?;
            self.check(text)?;
            let signature = self.key.signing_key().sign(text.as_bytes()).to_bytes();
            Ok::<_, ClientError>(imajin_dfos::hex::encode(&signature))
        };
        let answer = json!({
            "kid": self.key.kid(),
            "bundleSignature": sign("bundle")?,
            "manifestSignature": sign("manifest")?,
        });
        let request =
            self.session.request(self.client, Method::POST, &format!("{}/sign", self.path));
        self.client.send(request.json(&answer)).map(drop)
    }

    /// Only a manifest or a readable view of this very DID, to be signed by this very key.
    fn check(&self, text: &str) -> Result<(), ClientError> {
        let list: Json = serde_json::from_str(text).map_err(|_| ClientError::Signature)?;
        // Nothing else: with more members the same text could be the manifest of a work, or a message.
        let has_only = |members: &[&str]| {
            let object = list.as_object();
            object.is_some_and(|found| found.keys().all(|name| members.contains(&name.as_str())))
        };
        let is_list = (list["files"].is_object() && has_only(&MANIFEST_MEMBERS))
            || (list["sections"].is_object() && has_only(&VIEW_MEMBERS));
        let is_mine =
            list["did"] == self.key.did().as_str() && list["signer"]["kid"] == self.key.kid();
        if is_list && is_mine { Ok(()) } else { Err(ClientError::Signature) }
    }
}
