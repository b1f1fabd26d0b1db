//! Requests that a node has a person sign, and the money and manifests of tests.

#![allow(clippy::unwrap_used, reason = "a panic in a test is its report")]

use imajin_dfos::base64;
use imajin_dfos::cbor::from_dag_json;
use imajin_protocol::Did;
use imajin_protocol::fair::{Contributor, Draft};
use imajin_protocol::money::Ppm;
use serde_json::{Map, Value as Json, json};

use super::{Ask, Person, Reply, TestNode, Write};

impl Write {
    /// Reads the write that a node wants signed: `sign` of its answer.
    pub fn from_answer(sign: &Json) -> Self {
        let did = |did: &Json| Did::parse(did.as_str().unwrap()).unwrap();
        let body = Some(&sign["body"]).filter(|body| !body.is_null());
        Self {
            did: did(&sign["did"]),
            // The process of a test ends soon.
            op: sign["op"].as_str().unwrap().to_owned().leak(),
            body: body.map(|body| from_dag_json(body).unwrap()),
            reference: sign["ref"].as_str().map(str::to_owned),
            fact: Some(sign["fact"].clone()).filter(|fact| !fact.is_null()),
            to: sign["to"].as_array().unwrap().iter().map(did).collect(),
        }
    }
}

impl Person {
    /// Creates the person of a seed on a node, and signs them in. Returns the session, too.
    pub async fn enter(node: &TestNode, seed: u8, claim: Option<&str>) -> (Self, String) {
        let mut person = Self::new(seed);
        person.create(node, claim).await.check(201);
        let token = person.sign_in(node).await;
        (person, token)
    }

    /// Sends a request, signs what the answer asks for, and sends it again with the proof.
    pub async fn ask_signed(
        &self,
        node: &TestNode,
        token: &str,
        (method, path): (&'static str, &str),
        body: &Json,
    ) -> Reply {
        let ask = |body: &Json| {
            Ask::new(method, path)
                .header("content-type", "application/json")
                .body(body.to_string())
                .bearer(token)
        };
        let first = node.send(ask(body)).await;
        let sign = &first.json()["sign"];
        if first.status != 403 || sign.is_null() {
            return first;
        }
        let write = Write::from_answer(sign);
        let (proof, _) = self.sign(node, &write).await.unwrap();
        let mut body = body.clone();
        if write.body.is_some() {
            // The salt that all people in tests use.
            body["salt"] = json!({"/": {"bytes": base64::encode_std(&[7; 16])}});
        }
        let ask = ask(&body).header("mjn-proof", proof.to_compact());
        node.send(ask).await
    }

    /// Returns the person's credit in CHF.
    pub async fn balance(&self, node: &TestNode, token: &str) -> i64 {
        let ask = Ask::get(format!("/pay/api/balance/{}", self.did)).bearer(token);
        let account = node.send(ask).await.check(200).json();
        let mut all = account["balances"].as_array().unwrap().iter();
        let chf = all.find(|one| one["currency"] == "CHF");
        chf.map_or(0, |one| one["amount"].as_i64().unwrap())
    }
}

/// Returns an unsigned manifest of a work with these shares in millionths.
pub fn draft(kind: &str, id: impl Into<String>, shares: &[(&Did, u32)]) -> Draft {
    let contributor = |(did, weight): &(&Did, u32)| Contributor {
        did: (*did).clone(),
        role: None,
        weight: Ppm::new(*weight).unwrap(),
    };
    Draft {
        id: id.into(),
        kind: kind.to_owned(),
        owner: None,
        contributors: shares.iter().map(contributor).collect(),
        derives_from: Vec::new(),
        terms: Map::new(),
    }
}
