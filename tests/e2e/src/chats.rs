//! Conversations: opening them, writing in an event's room, and deleting messages.

use imajin_dfos::cbor::Value;
use imajin_dfos::identity::{Key, Keys, sign_create};

use crate::prelude::*;

/// A conversation's name and log.
#[derive(Debug, Clone)]
pub struct Talk {
    /// The name.
    pub name: String,
    /// The DID of its log.
    pub log: String,
}

impl Person {
    /// Registers a business, with an identity on the node.
    pub fn business(url: &str) -> Self {
        let person = Self::stranger(url);
        let node = person.client.node().expect("a node");
        let keys = Keys::single(Key::new(&person.key.public()));
        let key = person.key.signing_key();
        let create = sign_create(keys, Vec::new(), node.time, &person.key.key_id(), &key);
        let create = create.expect("a genesis");
        let home = [
            ("node", Value::from(node.did.as_str())),
            ("url", Value::from(node.url.as_str())),
            ("epoch", Value::from(1)),
        ];
        let body = Value::map([
            ("token", Value::from(create.token.as_str())),
            ("home", Value::map(home)),
            ("scope", Value::from("business")),
            ("subtype", Value::from("org")),
        ]);
        let draft = Draft::new("auth", "auth.identity.create").body_value(body);
        let (draft, chain) = (draft.expect("a draft"), Some(create.cid));
        let signed = person.signer.sign_at(&draft, &node.did, None, None, chain, node.time);
        let signed = signed.expect("a signature");
        let sent = person.client.send_signed(&signed, &[]);
        sent.expect("registration");
        person
    }

    /// Returns the log that the node creates for a conversation: `{with}`, `{group}` or `{event}`.
    pub fn talk(&self, whose: &Json) -> Talk {
        let request = self.request(Method::POST, "/chat/api/conversations/key");
        let answer = request.json(whose).send().expect("an answer");
        assert_eq!(answer.status().as_u16(), 201, "a new conversation");
        let made: Json = answer.json().expect("JSON");
        let text = |name: &str| made[name].as_str().expect("a DID").to_owned();
        Talk { name: text("did"), log: text("log") }
    }

    /// Opens a sealed conversation with a person, as a request.
    pub fn open_talk(&self, talk: &Talk, other: &Self) -> Outcome {
        let member = |did: &str| json!({ "did": did, "role": "member" });
        let draft = Draft::new("chat", "chat.open")
            .reference(&talk.name)?
            .fact(&json!({ "log": talk.log, "kind": "dm", "sealed": 1 }))?
            .body(&json!({ "members": [member(self.did()), member(other.did())] }))?
            .to(&[talk.log.clone(), other.did().to_owned()])?;
        self.client.submit(&self.signer, &draft)
    }

    /// Opens the sealed conversation of this person's group, with its first members.
    pub fn open_group_talk(&self, group: &str, others: &[&Self]) -> Outcome<Talk> {
        let talk = self.talk(&json!({ "group": group }));
        let member = |did: &str, role: &str| json!({ "did": did, "role": role });
        let mut members = vec![member(self.did(), "owner")];
        members.extend(others.iter().map(|other| member(other.did(), "member")));
        let fact = json!({ "log": talk.log, "kind": "group", "of": group, "sealed": 1 });
        let draft = Draft::new("chat", "chat.open")
            .reference(&talk.name)?
            .fact(&fact)?
            .body(&json!({ "members": members }))?
            .to(std::slice::from_ref(&talk.log))?;
        self.client.submit(&self.signer, &draft)?;
        Ok(talk)
    }

    /// Opens the room of an event that this person organises.
    pub fn open_room(&self, event: &str) -> Talk {
        let about = self.read(&format!("/events/api/events/{event}"));
        let talk = self.talk(&json!({ "event": about["conversation"] }));
        let members = json!([{ "did": self.did(), "role": "owner" }]);
        let draft = Draft::new("chat", "chat.open")
            .reference(&talk.name)
            .and_then(|draft| draft.fact(&json!({ "log": talk.log, "kind": "event", "sealed": 0 })))
            .and_then(|draft| draft.body(&json!({ "members": members })))
            .and_then(|draft| draft.to(std::slice::from_ref(&talk.log)));
        let draft = draft.expect("a draft");
        self.client.submit(&self.signer, &draft).expect("a room");
        talk
    }

    /// Writes in an event's room, with this message id.
    pub fn write_in(&self, talk: &Talk, id: &str, body: &Json) -> Outcome {
        let head = self.read(&format!("/chat/api/d/{}/log?limit=1", talk.log))["head"].clone();
        let fact = json!({ "log": talk.log, "epoch": 0, "turns": 1, "seq": head["seq"], "seen": head["cid"] });
        let draft = Draft::new("chat", "chat.send")
            .reference(id)?
            .fact(&fact)?
            .body(body)?
            .to(std::slice::from_ref(&talk.log))?;
        self.client.submit(&self.signer, &draft)
    }

    /// Deletes one of this person's messages.
    pub fn delete_message(&self, talk: &Talk, id: &str) -> Outcome {
        let draft = Draft::new("chat", "chat.delete")
            .reference(id)?
            .fact(&json!({ "log": talk.log }))?
            .to(std::slice::from_ref(&talk.log))?;
        self.client.submit(&self.signer, &draft)
    }

    /// Deletes all messages of this person in a conversation.
    pub fn forget_talk(&self, talk: &Talk) -> Outcome {
        let draft = Draft::new("chat", "chat.forget")
            .reference(&talk.log)?
            .to(std::slice::from_ref(&talk.log))?;
        self.client.submit(&self.signer, &draft)
    }

    /// Consents to messages from a business.
    pub fn consent_to(&self, business: &Self) -> Outcome {
        let until = self.client.node()?.time.as_millis() + 1_000_000;
        let draft = Draft::new("chat", "chat.consent")
            .reference(business.did())?
            .fact(&json!({ "until": until, "most": 3 }))?
            .to(&[business.did().to_owned()])?;
        self.client.submit(&self.signer, &draft)
    }

    /// Withdraws the consent to messages from a business.
    pub fn end_consent(&self, business: &Self) -> Outcome {
        let draft = Draft::new("chat", "chat.consent.end")
            .reference(business.did())?
            .to(&[business.did().to_owned()])?;
        self.client.submit(&self.signer, &draft)
    }
}
