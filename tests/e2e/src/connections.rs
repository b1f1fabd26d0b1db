//! What people sign when they connect: invitations, what each says of the other, and its end; by hand, as a client would.

use crate::Person;
use imajin_dfos::identity::Verified;
use imajin_node::client::{ClientError, Draft, Receipt, Session};
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::identity::verify_chain;
use serde_json::{Value as Json, json};

impl Person {
    /// Invites so many with a code.
    pub fn invite(&self, id: &str, code: &str, uses: u32) -> Result<Receipt, ClientError> {
        let draft = Draft::new("connections", "connections.invite")
            .reference(id)?
            .fact(&json!({ "uses": uses, "vouch": 0 }))?
            .body(&json!({ "code": code }))?;
        self.client.submit(&self.signer, &draft)
    }

    /// Accepts an invitation.
    pub fn accept(&self, inviter: &Person, id: &str, code: &str) -> Result<Receipt, ClientError> {
        let (body, cid) = self.statement(inviter, "connection.accepted", id);
        let draft = Draft::new("connections", "connections.accept")
            .reference(&cid)?
            .fact(&json!({ "dids": [inviter.did()], "invite": id }))?
            .body(&body)?;
        let place = self.client.place(self.key.did(), &self.key.kid())?;
        let signed = self.signer.sign(&draft, &place)?;
        self.client
            .send_signed(&signed, &[("x-imajin-invite", code)])
    }

    /// Countersigns that somebody accepted, and says these things of them.
    pub fn confirm_connection(
        &self,
        other: &Person,
        kinds: &[&str],
    ) -> Result<Receipt, ClientError> {
        let link = self.connection(other).expect("a connection");
        let text = |name: &str| link[name].as_str().expect("a text").to_owned();
        let (cid, invite) = (text("attestation"), text("invite"));
        let said = self.read(&format!("/auth/api/attestations/{cid}"));
        let token = Attestation::witness_jws(
            said["authorJws"].as_str().expect("an author's signature"),
            self.client.node()?.time,
            &self.chain(),
            &self.key.key_id(),
            &self.key.signing_key(),
        );
        let attestations: Vec<Json> = kinds
            .iter()
            .map(|kind| self.statement(other, kind, &invite).0)
            .collect();
        let draft = Draft::new("connections", "connections.confirm")
            .reference(&cid)?
            .fact(&json!({ "dids": [other.did()], "invite": invite }))?
            .body(&json!({ "witness_jws": token.expect("a countersignature").token, "attestations": attestations }))?;
        self.client.submit(&self.signer, &draft)
    }

    /// Ends a connection.
    pub fn disconnect(&self, other: &Person) -> Result<Receipt, ClientError> {
        let draft = Draft::new("connections", "connections.disconnect")
            .fact(&json!({ "dids": [other.did()] }))?;
        self.client.submit(&self.signer, &draft)
    }

    /// Calls somebody something.
    pub fn nickname(&self, other: &Person, nickname: &str) -> Result<Receipt, ClientError> {
        let draft = Draft::new("connections", "connections.nickname")
            .reference(other.did())?
            .body(&json!({ "nickname": nickname }))?;
        self.client.submit(&self.signer, &draft)
    }

    /// Chooses whom one answers, and for what. The status.
    pub fn set_policy(&self, policy: &Json) -> u16 {
        let session = Session::begin(&self.client, &self.key).expect("a session");
        let url = format!("{}/connections/api/policy", self.client.address());
        let request = crate::http().put(url).bearer_auth(session.token());
        let answer = request.json(policy).send().expect("an answer");
        answer.status().as_u16()
    }

    /// Makes a group: a record of its own, and these words in it. Its DID.
    pub fn make_group(
        &self,
        words: &Json,
        visibility: &str,
        parent: Option<&str>,
    ) -> Result<String, ClientError> {
        let session = Session::begin(&self.client, &self.key)?;
        let post = reqwest::Method::POST;
        let request = session.request(&self.client, post, "/connections/api/groups/key");
        let made = self.client.json(request)?;
        let group = made["group"].as_str().expect("a DID").to_owned();
        let mut fact = json!({ "kind": "group", "visibility": visibility });
        if let Some(parent) = parent {
            fact["parent"] = json!(parent);
        }
        let draft = Draft::new("connections", "connections.group.create")
            .reference(&group)?
            .fact(&fact)?
            .to(std::slice::from_ref(&group))?
            .body(words)?;
        self.client.submit(&self.signer, &draft)?;
        Ok(group)
    }

    /// Says a group anew.
    pub fn change_group(
        &self,
        group: &str,
        words: &Json,
        visibility: &str,
    ) -> Result<Receipt, ClientError> {
        let draft = Draft::new("connections", "connections.group.update")
            .reference(group)?
            .fact(&json!({ "visibility": visibility }))?
            .to(&[group.to_owned()])?
            .body(words)?;
        self.client.submit(&self.signer, &draft)
    }

    /// Invites one into a group.
    pub fn invite_into(
        &self,
        group: &str,
        id: &str,
        code: &str,
        role: &str,
    ) -> Result<Receipt, ClientError> {
        let draft = Draft::new("connections", "connections.group.invite")
            .reference(id)?
            .fact(&json!({ "group": group, "role": role, "uses": 1 }))?
            .to(&[group.to_owned()])?
            .body(&json!({ "code": code }))?;
        self.client.submit(&self.signer, &draft)
    }

    /// Comes into a group.
    pub fn join(
        &self,
        group: &str,
        invite: &str,
        code: &str,
        role: &str,
    ) -> Result<Receipt, ClientError> {
        let draft = Draft::new("connections", "connections.group.join")
            .reference(group)?
            .fact(&json!({ "invite": invite, "role": role }))?
            .to(&[group.to_owned()])?;
        let place = self.client.place(self.key.did(), &self.key.kid())?;
        let signed = self.signer.sign(&draft, &place)?;
        self.client
            .send_signed(&signed, &[("x-imajin-invite", code)])
    }

    /// Hands a group of one's own to somebody in it, who takes it with these words.
    pub fn hand_group(
        &self,
        group: &str,
        to: &Person,
        words: &Json,
    ) -> Result<Receipt, ClientError> {
        let (did, new) = (self.did().to_owned(), to.did().to_owned());
        let draft = Draft::new("connections", "connections.group.offer")
            .reference(group)?
            .fact(&json!({ "dids": [new] }))?
            .to(&[group.to_owned(), new])?;
        self.client.submit(&self.signer, &draft)?;
        let draft = Draft::new("connections", "connections.group.take")
            .reference(group)?
            .to(&[group.to_owned(), did])?
            .body(words)?;
        to.client.submit(&to.signer, &draft)
    }

    /// Ends a group.
    pub fn dissolve(&self, group: &str) -> Result<Receipt, ClientError> {
        let draft = Draft::new("connections", "connections.group.dissolve")
            .reference(group)?
            .to(&[group.to_owned()])?;
        self.client.submit(&self.signer, &draft)
    }

    /// One's connection with somebody, as the list has it.
    pub fn connection(&self, other: &Person) -> Option<Json> {
        let list = self.read("/connections/api/connections?limit=100");
        let list = list["connections"].as_array().expect("a list");
        list.iter().find(|link| link["did"] == other.did()).cloned()
    }

    /// How far away somebody is.
    pub fn distance(&self, other: &Person) -> Option<u64> {
        self.read(&format!("/connections/api/distance/{}", other.did()))["distance"].as_u64()
    }

    /// Reads with a session.
    pub fn read(&self, path: &str) -> Json {
        let session = Session::begin(&self.client, &self.key).expect("a session");
        session.get(&self.client, path).expect("an answer")
    }

    /// The chain, as the node has it.
    fn chain(&self) -> Verified {
        let answer = self.read(&format!("/auth/api/identity/{}/chain", self.did()));
        let log: Vec<String> = answer["log"]
            .as_array()
            .expect("a chain")
            .iter()
            .map(|token| token.as_str().expect("a token").to_owned())
            .collect();
        verify_chain(self.key.did(), &log).expect("a chain")
    }

    /// What one signs of another: `{attestation, signature, author_jws}`, and its CID.
    fn statement(&self, of: &Person, kind: &str, invite: &str) -> (Json, String) {
        let said = Attestation {
            issuer: self.key.did().clone(),
            subject: of.key.did().clone(),
            kind: Kind::parse(kind).expect("a kind"),
            context_id: Some(invite.to_owned()),
            context_type: Some("invite".to_owned()),
            payload: None,
            issued_at: self.client.node().expect("a node").time,
        };
        let key = self.key.signing_key();
        let author = said.author_jws(None, &self.chain(), &self.key.key_id(), &key);
        let cid = said.cid().expect("a CID").to_string();
        let signed = said.sign(&key).expect("an attestation");
        let body = json!({
            "attestation": signed.text(), "signature": signed.signature(), "author_jws": author.expect("a token").token,
        });
        (body, cid)
    }
}
