//! Sends signed exchanges (docs/api.md, "Signed exchanges") by hand, as a client would.

use crate::prelude::*;
use imajin_dfos::{base64, hex};
use imajin_protocol::exchange::{Exchange, Request};
use imajin_protocol::json_signature::sign_json;

/// An answer with its manifest digest.
pub struct ExchangeAnswer {
    /// The status.
    pub status: u16,
    /// `X-Fair-Digest`.
    pub fair: Option<String>,
    /// The body.
    pub json: Json,
}

impl Person {
    /// Asks about a person's profile, with a purpose. `pays`: an instruction to pay them this many cents.
    pub fn ask_about(
        &self,
        other: &Person,
        pays: Option<i64>,
        proof: Option<&str>,
    ) -> ExchangeAnswer {
        self.ask_about_with(&self.key, other, pays, proof)
    }

    /// Asks about a profile as this person, with the signatures of a given key.
    pub fn ask_about_with(
        &self,
        key: &PersonKey,
        other: &Person,
        pays: Option<i64>,
        proof: Option<&str>,
    ) -> ExchangeAnswer {
        let key = key.signing_key();
        let now = self.client.node().expect("a node").time;
        let later = now.checked_add_millis(3_600_000).expect("a time");
        let content = format!("{}/profile", other.did());
        let signed = |mut document: Json| {
            document["signature"] = json!(hex::encode(&sign_json(&key, &document)));
            base64::encode_url(document.to_string().as_bytes())
        };
        let consent = signed(json!({
            "version": "1", "consumer": self.did(), "content": content, "intendedUse": "to write to them",
            "expires": later.to_string(), "timestamp": now.to_string(),
        }));
        let settlement = pays.map_or_else(String::new, |amount| {
            signed(json!({
                "version": "1", "consumer": self.did(), "content": content, "amount": amount, "currency": "CHF",
                "distribution": [{ "did": other.did(), "amount": amount, "share": 1 }], "timestamp": now.to_string(),
            }))
        });
        let mut nonce = [0; 16];
        let random = ring::rand::SystemRandom::new();
        ring::rand::SecureRandom::fill(&random, &mut nonce).expect("random bytes");
        let exchange = Exchange {
            did: self.key.did().clone(),
            timestamp: now,
            nonce: hex::encode(&nonce),
            consent,
            settlement,
        };
        let target = "/connections/api/query";
        let body = json!({ "to": other.did(), "kind": "profile" }).to_string();
        let address = self.client.address();
        let request = Request {
            host: address.trim_start_matches("http://"),
            method: "POST",
            target,
            body: body.as_bytes(),
        };
        let mut headers = exchange.headers(&request, &key);
        headers.extend(proof.map(|proof| ("mjn-proof", proof.to_owned())));
        let mut request = http()
            .post(format!("{address}{target}"))
            .header("content-type", "application/json")
            .body(body);
        for (name, text) in headers {
            request = request.header(name, text);
        }
        let answer = request.send().expect("an answer");
        let fair = answer.headers().get("x-fair-digest");
        ExchangeAnswer {
            status: answer.status().as_u16(),
            fair: fair.and_then(|digest| Some(digest.to_str().ok()?.to_owned())),
            json: answer.json().unwrap_or_default(),
        }
    }
}
