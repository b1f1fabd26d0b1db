//! Signs the commands of `connections` by hand, as a client would: invitations, attestations, blocks and groups.

use crate::prelude::*;
use imajin_dfos::identity::Verified;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::identity::verify_chain;

impl Person {
    /// Creates an invitation with a code that can be used `uses` times.
    pub fn invite(&self, id: &str, code: &str, uses: u32) -> Outcome {
        let fact = json!({ "uses": uses, "vouch": 0 });
        let op = "connections.invite";
        self.enter(&json!({ "op": op, "ref": id, "fact": fact, "body": { "code": code } }))
    }

    /// Accepts an invitation.
    pub fn accept(&self, inviter: &Person, id: &str, code: &str) -> Outcome {
        let (body, cid) = self.statement(inviter, "connection.accepted", id);
        let fact = json!({ "dids": [inviter.did()], "invite": id });
        let op = "connections.accept";
        self.enter_with_code(code, &json!({ "op": op, "ref": cid, "fact": fact, "body": body }))
    }

    /// Signs and sends a command with an invitation's code.
    fn enter_with_code(&self, code: &str, command: &Json) -> Outcome {
        let place = self.client.place(&self.signer)?;
        let signed = self.signer.sign(&draft_of(command)?, &place)?;
        self.client.send_signed(&signed, &[("x-imajin-invite", code)])
    }

    /// Countersigns the other person's acceptance and issues attestations of these kinds about them.
    pub fn confirm_connection(&self, other: &Person, kinds: &[&str]) -> Outcome {
        let draft = self.confirmation(other, kinds)?;
        self.client.submit(&self.signer, &draft)
    }

    /// The unsent command of [`Self::confirm_connection`].
    pub fn confirmation(&self, other: &Person, kinds: &[&str]) -> Outcome<Draft> {
        let link = self.connection(other).expect("a connection");
        let text = |name: &str| link[name].as_str().expect("a text").to_owned();
        let (cid, invite) = (text("attestation"), text("invite"));
        let witness = self.witness(&cid)?;
        let attestations: Vec<Json> =
            kinds.iter().map(|kind| self.statement(other, kind, &invite).0).collect();
        draft_of(&json!({
            "op": "connections.confirm", "ref": cid, "fact": { "dids": [other.did()], "invite": invite },
            "body": { "witness_jws": witness, "attestations": attestations },
        }))
    }

    /// Countersigns an attestation as its witness.
    fn witness(&self, cid: &str) -> Outcome<String> {
        let attestation = self.read(&format!("/auth/api/attestations/{cid}"));
        let signed = Attestation::witness_jws(
            attestation["authorJws"].as_str().expect("an author's signature"),
            self.client.node()?.time,
            &self.chain(),
            &self.key.key_id(),
            &self.key.signing_key(),
        );
        Ok(signed.expect("a countersignature").token)
    }

    /// Issues an attestation that this person invited the other, readable by both. Returns its CID.
    pub fn say_of(&self, other: &Person) -> Outcome<(String, Receipt)> {
        let (mut body, cid) = self.statement(other, "connection.invited", "inv_x");
        (body["issuer"], body["audience"]) = (json!(self.did()), json!("parties"));
        let fact = json!({ "dids": [other.did()] });
        let op = "auth.attestation.issue";
        let receipt = self.enter(&json!({ "op": op, "ref": cid, "fact": fact, "body": body }))?;
        Ok((cid, receipt))
    }

    /// Withdraws, declines or (`auth.attestation.countersign`) countersigns an attestation between the two.
    pub fn answer_attestation(&self, op: &str, cid: &str, other: &Person) -> Outcome {
        let body = match op {
            "auth.attestation.countersign" => json!({ "witness_jws": self.witness(cid)? }),
            _ => Json::Null,
        };
        self.enter(
            &json!({ "op": op, "ref": cid, "fact": { "dids": [other.did()] }, "body": body }),
        )
    }

    /// Blocks a person.
    pub fn block(&self, other: &Person) {
        let path = format!("/connections/api/commands/connections.block?ref={}", other.did());
        let answer = self.request(Method::POST, &path).send();
        assert_eq!(answer.expect("an answer").status(), 201);
    }

    /// Ends a connection.
    pub fn disconnect(&self, other: &Person) -> Outcome {
        self.enter(&json!({ "op": "connections.disconnect", "fact": { "dids": [other.did()] } }))
    }

    /// Sets a nickname for a person.
    pub fn nickname(&self, other: &Person, nickname: &str) -> Outcome {
        let body = json!({ "nickname": nickname });
        self.enter(&json!({ "op": "connections.nickname", "ref": other.did(), "body": body }))
    }

    /// Sets whose requests this person answers, and for what. Returns the HTTP status.
    pub fn set_policy(&self, policy: &Json) -> u16 {
        let request = self.request(Method::PUT, "/connections/api/policy");
        let answer = request.json(policy).send().expect("an answer");
        answer.status().as_u16()
    }

    /// Returns the DID of a new group.
    pub fn group_key(&self) -> Outcome<String> {
        let session = Session::begin(&self.client, &self.key)?;
        let path = "/connections/api/groups/key";
        let request = session.request(&self.client, Method::POST, path);
        let made = self.client.json(request)?;
        Ok(made["group"].as_str().expect("a DID").to_owned())
    }

    /// Creates a group with its own log and this profile. Returns its DID.
    pub fn make_group(
        &self,
        words: &Json,
        visibility: &str,
        parent: Option<&str>,
    ) -> Outcome<String> {
        let group = self.group_key()?;
        self.open_group(&group, words, visibility, parent)?;
        Ok(group)
    }

    /// Creates the group with a given DID.
    pub fn open_group(
        &self,
        group: &str,
        words: &Json,
        visibility: &str,
        parent: Option<&str>,
    ) -> Outcome {
        let mut fact = json!({ "kind": "group", "visibility": visibility });
        if let Some(parent) = parent {
            fact["parent"] = json!(parent);
        }
        self.about_group("connections.group.create", (group, group), &fact, words)
    }

    /// Changes a group's profile.
    pub fn change_group(&self, group: &str, words: &Json, visibility: &str) -> Outcome {
        let fact = json!({ "visibility": visibility });
        self.about_group("connections.group.update", (group, group), &fact, words)
    }

    /// Invites a person into a group.
    pub fn invite_into(&self, group: &str, id: &str, code: &str, role: &str) -> Outcome {
        let fact = json!({ "group": group, "role": role, "uses": 1 });
        self.about_group("connections.group.invite", (id, group), &fact, &json!({ "code": code }))
    }

    /// Joins a group.
    pub fn join(&self, group: &str, invite: &str, code: &str, role: &str) -> Outcome {
        let fact = json!({ "invite": invite, "role": role });
        let op = "connections.group.join";
        self.enter_with_code(code, &json!({ "op": op, "ref": group, "fact": fact, "to": [group] }))
    }

    /// Invites a person into a group and has them join.
    pub fn bring_into(&self, group: &str, other: &Person) {
        let draw = || imajin_host::random::hex::<12>().expect("randomness");
        let (invite, code) = (format!("inv_{}", draw()), draw()[..12].to_uppercase());
        let code = format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]);
        self.invite_into(group, &invite, &code, "member").expect("an invitation");
        other.join(group, &invite, &code, "member").expect("a member");
    }

    /// Transfers a group to one of its members, who accepts it with this profile.
    pub fn hand_group(&self, group: &str, to: &Person, words: &Json) -> Outcome {
        self.offer_group(group, to)?;
        to.take_group(group, self, words)
    }

    /// Offers a group to one of its members. An offer to the owner withdraws the previous one.
    pub fn offer_group(&self, group: &str, to: &Person) -> Outcome {
        let mut others = vec![group, to.did()];
        others.retain(|did| *did != self.did());
        let fact = json!({ "dids": [to.did()] });
        let op = "connections.group.offer";
        self.enter(&json!({ "op": op, "ref": group, "fact": fact, "to": others }))
    }

    /// Accepts a group that its owner offers, with this profile.
    pub fn take_group(&self, group: &str, from: &Person, words: &Json) -> Outcome {
        let op = "connections.group.take";
        self.enter(&json!({ "op": op, "ref": group, "body": words, "to": [group, from.did()] }))
    }

    /// Withdraws an invitation into a group.
    pub fn withdraw_from(&self, group: &str, id: &str) -> Outcome {
        let fact = json!({ "group": group });
        self.about_group("connections.group.invite.withdraw", (id, group), &fact, &Json::Null)
    }

    /// Leaves a group.
    pub fn leave(&self, group: &str) -> Outcome {
        self.about_group("connections.group.leave", (group, group), &Json::Null, &Json::Null)
    }

    /// Changes a member's role in a group.
    pub fn set_role(&self, group: &str, member: &Person, role: &str) -> Outcome {
        let fact = json!({ "dids": [member.did()], "role": role });
        let op = "connections.group.role";
        self.enter(&json!({ "op": op, "ref": group, "fact": fact, "to": [group, member.did()] }))
    }

    /// Dissolves a group.
    pub fn dissolve(&self, group: &str) -> Outcome {
        self.about_group("connections.group.dissolve", (group, group), &Json::Null, &Json::Null)
    }

    fn about_group(
        &self,
        op: &str,
        (about, group): (&str, &str),
        fact: &Json,
        body: &Json,
    ) -> Outcome {
        self.enter(&json!({ "op": op, "ref": about, "fact": fact, "body": body, "to": [group] }))
    }

    /// Returns this person's connection with another, as listed by the node.
    pub fn connection(&self, other: &Person) -> Option<Json> {
        let list = self.read("/connections/api/connections?limit=100");
        let list = list["connections"].as_array().expect("a list");
        list.iter().find(|link| link["did"] == other.did()).cloned()
    }

    /// Returns the distance to another person in the connection graph.
    pub fn distance(&self, other: &Person) -> Option<u64> {
        self.read(&format!("/connections/api/distance/{}", other.did()))["distance"].as_u64()
    }

    /// Returns this person's identity chain as stored by the node.
    pub(crate) fn chain(&self) -> Verified {
        let answer = self.read(&format!("/auth/api/identity/{}/chain", self.did()));
        let log: Vec<String> = answer["log"]
            .as_array()
            .expect("a chain")
            .iter()
            .map(|token| token.as_str().expect("a token").to_owned())
            .collect();
        verify_chain(self.key.did(), &log).expect("a chain")
    }

    /// Signs an attestation about another person: `{attestation, signature, author_jws}`, and its CID.
    fn statement(&self, of: &Person, kind: &str, invite: &str) -> (Json, String) {
        let attestation = Attestation {
            issuer: self.key.did().clone(),
            subject: of.key.did().clone(),
            kind: Kind::parse(kind).expect("a kind"),
            context_id: Some(invite.to_owned()),
            context_type: Some("invite".to_owned()),
            payload: None,
            issued_at: self.client.node().expect("a node").time,
        };
        let key = self.key.signing_key();
        let author = attestation.author_jws(None, &self.chain(), &self.key.key_id(), &key);
        let cid = attestation.cid().expect("a CID").to_string();
        let signed = attestation.sign(&key).expect("an attestation");
        let body = json!({
            "attestation": signed.text(), "signature": signed.signature(), "author_jws": author.expect("a token").token,
        });
        (body, cid)
    }
}
