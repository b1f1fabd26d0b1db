//! Connections and groups of people, with whom files are shared.

use imajin_dfos::Value;
use imajin_dfos::cbor::from_dag_json;
use imajin_host::{codes, random};
use imajin_protocol::Did;
use imajin_protocol::attestation::{Attestation, Kind};

use crate::prelude::*;

impl World {
    /// Makes something with a session alone.
    async fn makes(&self, who: &Somebody, path: &str, body: Json) -> Json {
        let reply = self.node.send(Ask::post(path, &body).bearer(&who.token)).await;
        assert_eq!(reply.status, 201, "{path}: {}", reply.text());
        reply.json()
    }

    async fn sends_with(&self, who: &Somebody, write: &Write, invite: &Json) {
        let ask = who.person.ask(&self.node, write).await.unwrap();
        let code = invite["code"].as_str().unwrap();
        self.node.send(ask.header("x-imajin-invite", code)).await.check(201);
    }

    /// Two are connected: the first one invites.
    pub(crate) async fn connect(&self, one: &Somebody, other: &Somebody) {
        let invite = self.makes(one, "/connections/api/invites", json!({ "maxUses": 1 })).await;
        let (id, who) = (invite["id"].as_str().unwrap(), &other.person);
        let accepted = Attestation {
            issuer: who.did.clone(),
            subject: one.did().clone(),
            kind: Kind::parse("connection.accepted").unwrap(),
            context_id: Some(id.to_owned()),
            context_type: Some("invite".to_owned()),
            payload: None,
            issued_at: self.node.node.now(),
        };
        let signed = accepted.clone().sign(&who.key).unwrap();
        let chain = who.chain.as_ref().unwrap();
        let author = accepted.author_jws(None, chain, who.kid.key_id(), &who.key);
        let write = Write::new(&who.did, "connections.accept")
            .reference(accepted.cid().unwrap().to_string())
            .fact(json!({ "dids": [one.did()], "invite": id }))
            .to(&[one.did()])
            .body(Value::map([
                ("attestation", Value::from(signed.text())),
                ("signature", Value::from(signed.signature())),
                ("author_jws", Value::from(author.unwrap().token)),
            ]));
        self.sends_with(other, &write, &invite).await;
    }

    pub(crate) async fn group(&self, founder: &Somebody, member: &Somebody) -> Did {
        let key = self.makes(founder, "/connections/api/groups/key", json!({})).await;
        let group = Did::parse(key["group"].as_str().unwrap()).unwrap();
        let write = Write::new(founder.did(), "connections.group.create")
            .reference(group.as_str())
            .fact(json!({ "kind": "group", "visibility": "private" }))
            .body(from_dag_json(&json!({ "name": "Choir" })).unwrap())
            .to(&[&group]);
        self.writes(founder, &write).await;
        let id = format!("inv_{}", random::hex::<12>().unwrap());
        let invite = json!({ "code": codes::fresh().unwrap() });
        let write = Write::new(founder.did(), "connections.group.invite")
            .reference(&*id)
            .fact(json!({ "group": group, "role": "member", "uses": 1 }))
            .body(from_dag_json(&invite).unwrap())
            .to(&[&group]);
        self.writes(founder, &write).await;
        let write = Write::new(member.did(), "connections.group.join")
            .reference(group.as_str())
            .fact(json!({ "invite": id, "role": "member" }))
            .to(&[&group]);
        self.sends_with(member, &write, &invite).await;
        group
    }

    /// Signs and enters a write.
    pub(crate) async fn writes(&self, who: &Somebody, write: &Write) {
        who.person.write(&self.node, write).await.check(201);
    }
}
