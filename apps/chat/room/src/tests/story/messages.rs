//! Messages, as honest and lying members send them.

use imajin_dfos::{Value, hex};
use imajin_protocol::proof::EntryPosition;
use imajin_protocol::{Did, IdText};

use super::Story;
use crate::seal::{MessagePlace, seal};
use crate::tests::world::{Intent, Wish, id, ids, int, salted};

/// The unusual parts of a message.
#[derive(Debug, Clone, Default)]
pub(in crate::tests) struct Say {
    pub(in crate::tests) kind: Option<&'static str>,
    pub(in crate::tests) re: Option<String>,
    pub(in crate::tests) seen: Option<EntryPosition>,
    pub(in crate::tests) epoch: Option<u64>,
    pub(in crate::tests) turns: Option<u64>,
    pub(in crate::tests) id: Option<String>,
    /// The subject of the message according to the box.
    pub(in crate::tests) boxed_re: Option<String>,
    pub(in crate::tests) body: Option<Value>,
    pub(in crate::tests) keyless: Vec<Did>,
    pub(in crate::tests) custodial: bool,
}

impl Story {
    pub(in crate::tests) fn new_id(&mut self) -> String {
        format!("msg_{}", hex::encode(&self.world.draws.next()[..12]))
    }

    pub(in crate::tests) fn say(&mut self, by: &str, text: &str) -> String {
        self.say_with(by, text, Say::default())
    }

    pub(in crate::tests) fn say_with(&mut self, by: &str, text: &str, say: Say) -> String {
        let (message, intent) = self.message(by, text, say);
        self.derive(&intent, "chat.message", |_| ());
        message
    }

    pub(in crate::tests) fn message(&mut self, by: &str, text: &str, say: Say) -> (String, Intent) {
        let message = say.id.clone().unwrap_or_else(|| self.new_id());
        let epoch = say.epoch.unwrap_or(self.epoch);
        let seen = say.seen.unwrap_or_else(|| self.head());
        let body = say.body.clone().unwrap_or_else(|| self.words(by, text, &say, epoch, &message));
        let mut fact = vec![
            ("log", id(self.log.as_str())),
            ("epoch", int(epoch)),
            ("turns", int(say.turns.unwrap_or(self.turns.len() as u64))),
            ("seq", int(seen.seq)),
            ("seen", id(&seen.cid.to_string())),
        ];
        if let Some(re) = &say.re {
            fact.push(("re", id(re)));
        }
        if !say.keyless.is_empty() {
            fact.push(("keyless", ids(&say.keyless)));
        }
        let wish = Wish {
            op: "chat.send",
            about: Some(message.clone()),
            fact,
            body: Some(body),
            to: vec![self.log.clone()],
            custodial: say.custodial,
            ..Wish::default()
        };
        let intent = self.world.intend(by, wish);
        (message, intent)
    }

    fn words(&mut self, by: &str, text: &str, say: &Say, epoch: u64, message: &str) -> Value {
        let kind = say.kind.unwrap_or("text");
        let salt = self.world.draws.next();
        if epoch == 0 {
            return salted(vec![("type", Value::from(kind)), ("text", Value::from(text))], salt);
        }
        let json = serde_json::json!({"v": 1, "type": kind, "text": text});
        let boxed = say.boxed_re.clone().or(say.re.clone());
        let re = boxed.map(|re| IdText::parse(&re).unwrap());
        let place = MessagePlace {
            name: &self.name,
            log: &self.log,
            epoch,
            sender: &self.world.did(by),
            id: &IdText::parse(message).unwrap(),
            re: re.as_ref(),
        };
        let secret = self.secrets[&epoch];
        let nonce = self.world.draws.next();
        let sealed = seal(&secret, nonce, &place, json.to_string().as_bytes()).unwrap();
        boxed_body(sealed.nonce, sealed.commit, sealed.sealed, salt)
    }
}

pub(in crate::tests) fn boxed_body(
    nonce: [u8; 32],
    commit: [u8; 32],
    sealed: Vec<u8>,
    salt: [u8; 32],
) -> Value {
    salted(
        vec![
            ("nonce", Value::Bytes(nonce.to_vec())),
            ("commit", Value::Bytes(commit.to_vec())),
            ("box", Value::Bytes(sealed)),
        ],
        salt,
    )
}
