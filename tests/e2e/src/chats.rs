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
        self.enter(&json!({
            "op": "chat.open", "ref": talk.name, "fact": { "log": talk.log, "kind": "dm", "sealed": 1 },
            "body": { "members": [member(self.did()), member(other.did())] }, "to": [talk.log, other.did()],
        }))
    }

    /// Opens the sealed conversation of this person's group, with its first members.
    pub fn open_group_talk(&self, group: &str, others: &[&Self]) -> Outcome<Talk> {
        let talk = self.talk(&json!({ "group": group }));
        let member = |did: &str, role: &str| json!({ "did": did, "role": role });
        let mut members = vec![member(self.did(), "owner")];
        members.extend(others.iter().map(|other| member(other.did(), "member")));
        self.enter(&json!({
            "op": "chat.open", "ref": talk.name, "body": { "members": members }, "to": [talk.log],
            "fact": { "log": talk.log, "kind": "group", "of": group, "sealed": 1 },
        }))?;
        Ok(talk)
    }

    /// Opens the room of an event that this person organises.
    pub fn open_room(&self, event: &str) -> Talk {
        let about = self.read(&format!("/events/api/events/{event}"));
        let talk = self.talk(&json!({ "event": about["conversation"] }));
        let members = json!([{ "did": self.did(), "role": "owner" }]);
        let opened = self.enter(&json!({
            "op": "chat.open", "ref": talk.name, "body": { "members": members }, "to": [talk.log],
            "fact": { "log": talk.log, "kind": "event", "sealed": 0 },
        }));
        opened.expect("a room");
        talk
    }

    /// Writes in an event's room, with this message id.
    pub fn write_in(&self, talk: &Talk, id: &str, body: &Json) -> Outcome {
        let head = self.read(&format!("/chat/api/d/{}/log?limit=1", talk.log))["head"].clone();
        let fact = json!({ "log": talk.log, "epoch": 0, "turns": 1, "seq": head["seq"], "seen": head["cid"] });
        let op = "chat.send";
        self.enter(&json!({ "op": op, "ref": id, "fact": fact, "body": body, "to": [talk.log] }))
    }

    /// Deletes one of this person's messages.
    pub fn delete_message(&self, talk: &Talk, id: &str) -> Outcome {
        let fact = json!({ "log": talk.log });
        self.enter(&json!({ "op": "chat.delete", "ref": id, "fact": fact, "to": [talk.log] }))
    }

    /// Deletes all messages of this person in a conversation.
    pub fn forget_talk(&self, talk: &Talk) -> Outcome {
        self.enter(&json!({ "op": "chat.forget", "ref": talk.log, "to": [talk.log] }))
    }

    /// Consents to messages from a business.
    pub fn consent_to(&self, business: &Self) -> Outcome {
        let until = self.client.node()?.time.as_millis() + 1_000_000;
        let (did, fact) = (business.did(), json!({ "until": until, "most": 3 }));
        self.enter(&json!({ "op": "chat.consent", "ref": did, "fact": fact, "to": [did] }))
    }

    /// Withdraws the consent to messages from a business.
    pub fn end_consent(&self, business: &Self) -> Outcome {
        let did = business.did();
        self.enter(&json!({ "op": "chat.consent.end", "ref": did, "to": [did] }))
    }
}
