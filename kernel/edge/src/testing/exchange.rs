//! Requests that a person signs as an exchange (docs/api.md, "Signed exchanges").

use imajin_dfos::{SigningKey, base64, hex};
use imajin_protocol::exchange::{Exchange, Request};
use imajin_protocol::json_signature::sign_json;
use serde_json::{Value, json};

use super::{Ask, Person, TestNode};

/// The parts that an exchange adds to its request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms<'a> {
    /// The nonce, unique for each exchange.
    pub nonce: &'a str,
    /// The sender's declaration of use, without a signature.
    pub consent: Option<&'a Value>,
    /// The sender's settlement, without a signature.
    pub settlement: Option<&'a Value>,
}

fn document(document: Option<&Value>, key: &SigningKey) -> String {
    let Some(document) = document else {
        return String::new();
    };
    let mut document = document.clone();
    document["signature"] = json!(hex::encode(&sign_json(key, &document)));
    base64::encode_url(document.to_string().as_bytes())
}

impl Ask {
    /// This request, signed to read what its signer may.
    pub fn signed_by(self, node: &TestNode, by: &Person) -> Self {
        let nonce = "0123456789abcdef";
        let terms = Terms { nonce, ..Terms::default() };
        self.signed(node, by, terms)
    }

    /// Signs this request as an exchange of a person.
    pub fn signed(self, node: &TestNode, by: &Person, terms: Terms<'_>) -> Self {
        let exchange = Exchange {
            did: by.did.clone(),
            timestamp: node.node.now(),
            nonce: terms.nonce.to_owned(),
            consent: document(terms.consent, &by.key),
            settlement: document(terms.settlement, &by.key),
        };
        let address = node.address.to_string();
        let host = self.host.clone().unwrap_or(address);
        let request =
            Request { host: &host, method: self.method, target: &self.target, body: &self.body };
        let headers = exchange.headers(&request, &by.key);
        let with = |ask: Self, (name, text): (_, String)| ask.header(name, text);
        headers.into_iter().fold(self, with)
    }
}
