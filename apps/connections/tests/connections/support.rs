//! A node with identities, profiles and connections, people on it, and what they sign.

use std::sync::Arc;

use imajin_app::Service;
use imajin_dfos::Value;
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::{Ask, Person, Reply, TestNode, Write};
use imajin_host::{Config, Registration};
use imajin_protocol::Did;
use imajin_protocol::attestation::{Attestation, Kind};
use serde_json::{Value as Json, json};

imajin_edge::people!();

pub(crate) fn services() -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
    ]
}

pub(crate) async fn node() -> TestNode {
    node_that_is(Registration::Open).await
}

pub(crate) async fn node_that_is(registration: Registration) -> TestNode {
    let config = Config { registration: Some(registration), ..Config::default() };
    start(services(), config).await
}

/// Makes an attestation about another person: `{attestation, signature, author_jws}`, and its CID.
pub(crate) fn statement(
    node: &TestNode,
    who: &Person,
    of: &Did,
    kind: &str,
    invite: &str,
) -> (Value, String) {
    let attestation = Attestation {
        issuer: who.did.clone(),
        subject: of.clone(),
        kind: Kind::parse(kind).unwrap(),
        context_id: Some(invite.to_owned()),
        context_type: Some("invite".to_owned()),
        payload: None,
        issued_at: node.node.now(),
    };
    let signed = attestation.clone().sign(&who.key).unwrap();
    let chain = who.chain.as_ref().unwrap();
    let author = attestation.author_jws(None, chain, who.kid.key_id(), &who.key).unwrap();
    let body = Value::map([
        ("attestation", Value::from(signed.text())),
        ("signature", Value::from(signed.signature())),
        ("author_jws", Value::from(author.token)),
    ]);
    (body, attestation.cid().unwrap().to_string())
}

impl Somebody {
    pub(crate) async fn ask(
        &self,
        node: &TestNode,
        method: &'static str,
        path: &str,
        body: Json,
    ) -> Reply {
        let ask = Ask::new(method, path)
            .header("content-type", "application/json")
            .body(body.to_string())
            .bearer(&self.token);
        node.send(ask).await
    }

    /// Asks for an operation with the session alone.
    pub(crate) async fn unsigned(&self, node: &TestNode, write: &Write) -> Reply {
        node.send(write.by_session(&self.token).unwrap()).await
    }

    /// Blocks another person, or ends that (`connections.block.end`).
    pub(crate) async fn blocks(&self, node: &TestNode, op: &'static str, other: &Did) -> Reply {
        self.unsigned(node, &Write::new(self.did(), op).reference(other.as_str())).await
    }

    /// Signs and sends an operation in the person's own log.
    pub(crate) async fn sign(&self, node: &TestNode, op: &'static str, body: Json) -> Reply {
        let write = Write::new(self.did(), op).body(from_dag_json(&body).unwrap());
        self.person.write(node, &write).await
    }

    /// Invites so many, with the session alone.
    pub(crate) async fn invites(&self, node: &TestNode, uses: u32) -> Json {
        self.ask(node, "POST", "/connections/api/invites", json!({ "maxUses": uses }))
            .await
            .check(201)
            .json()
    }

    /// Makes the command that accepts an invitation.
    pub(crate) fn acceptance(&self, node: &TestNode, inviter: &Did, invite: &str) -> Write {
        let (body, cid) = statement(node, &self.person, inviter, "connection.accepted", invite);
        Write::new(self.did(), "connections.accept")
            .reference(cid)
            .fact(json!({ "dids": [inviter], "invite": invite }))
            .to(&[inviter])
            .body(body)
    }

    pub(crate) async fn accept_with(&self, node: &TestNode, write: &Write, code: &str) -> Reply {
        let ask = self.person.ask(node, write).await.unwrap();
        node.send(ask.header("x-imajin-invite", code)).await
    }

    pub(crate) async fn accepts(
        &self,
        node: &TestNode,
        inviter: &Somebody,
        invite: &Json,
    ) -> Reply {
        let write = self.acceptance(node, inviter.did(), invite["id"].as_str().unwrap());
        self.accept_with(node, &write, invite["code"].as_str().unwrap()).await
    }

    /// Makes the command that confirms an acceptance.
    pub(crate) async fn confirmation(
        &self,
        node: &TestNode,
        other: &Somebody,
        kinds: &[&str],
    ) -> Write {
        let link = self.link(node, other).await;
        let cid = link["attestation"].as_str().unwrap();
        let invite = link["invite"].as_str().unwrap();
        let path = format!("/auth/api/attestations/{cid}");
        let author = self.get(node, &path).await.json()["authorJws"].clone();
        let token = Attestation::witness_jws(
            author.as_str().unwrap(),
            node.node.now(),
            self.person.chain.as_ref().unwrap(),
            self.person.kid.key_id(),
            &self.person.key,
        );
        let attestations =
            kinds.iter().map(|kind| statement(node, &self.person, other.did(), kind, invite).0);
        Write::new(self.did(), "connections.confirm")
            .reference(cid)
            .fact(json!({ "dids": [other.did()], "invite": invite }))
            .to(&[other.did()])
            .body(Value::map([
                ("witness_jws", Value::from(token.unwrap().token)),
                ("attestations", Value::List(attestations.collect())),
            ]))
    }

    /// Issues an attestation about another person, with this context.
    pub(crate) async fn attests(&self, node: &TestNode, other: &Somebody, about: &str) -> Reply {
        let kind = "connection.invited";
        let (mut body, cid) = statement(node, &self.person, other.did(), kind, about);
        let members = body.as_map_mut().unwrap();
        members.insert("issuer".to_owned(), Value::from(self.did().as_str()));
        members.insert("audience".to_owned(), Value::from("parties"));
        let write = Write::new(self.did(), "auth.attestation.issue")
            .reference(cid)
            .fact(json!({ "dids": [other.did()] }))
            .to(&[other.did()])
            .body(body);
        self.person.write(node, &write).await
    }

    /// Returns the connection with another person from the list.
    pub(crate) async fn link(&self, node: &TestNode, other: &Somebody) -> Json {
        let list = self.get(node, "/connections/api/connections").await.json();
        let list = list["connections"].as_array().unwrap();
        let entry = list.iter().find(|link| link["did"] == json!(other.did()));
        entry.cloned().unwrap_or(Json::Null)
    }

    pub(crate) async fn distance(&self, node: &TestNode, other: &Somebody) -> Json {
        let path = format!("/connections/api/distance/{}", other.did());
        self.get(node, &path).await.json()["distance"].clone()
    }
}

/// Two are connected: the first one invites.
pub(crate) async fn connect(node: &TestNode, one: &Somebody, other: &Somebody) {
    let invite = one.invites(node, 1).await;
    other.accepts(node, one, &invite).await.check(201);
}

/// Every log verifies, and the projections made again are the same.
pub(crate) async fn close(node: TestNode) {
    node.check_records(services()).await;
}
