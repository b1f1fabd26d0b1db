//! Epochs, as honest and lying members make them.

use imajin_dfos::{Cid, Value};
use imajin_protocol::{Did, EncryptionKey};

use super::Story;
use crate::seal::{Secret, WrapInfo, check_of, wrap};
use crate::tests::world::{Intent, Wish, id, int, salted, secret_of};

/// The unusual parts of an epoch.
#[derive(Debug, Clone, Default)]
pub(in crate::tests) struct Make {
    pub(in crate::tests) secret: Option<Secret>,
    pub(in crate::tests) for_whom: Option<Vec<&'static str>>,
    /// The chain and keys of one member as they were.
    pub(in crate::tests) old: Option<(&'static str, Cid, Vec<[u8; 32]>)>,
    /// Another secret for one member.
    pub(in crate::tests) other: Option<&'static str>,
    pub(in crate::tests) skip_turn: Option<u64>,
}

impl Story {
    pub(in crate::tests) fn epoch(&mut self, by: &str) {
        self.epoch_with(by, Make::default());
    }

    pub(in crate::tests) fn epoch_intent(&mut self, by: &str, make: Make) -> (Intent, Secret) {
        let secret = make.secret.unwrap_or_else(|| self.world.draws.next());
        let epoch = self.epoch + 1;
        let check = check_of(&secret, &self.log, epoch);
        let whom = make.for_whom.clone();
        let whom = whom.unwrap_or_else(|| self.members.keys().copied().collect());
        let mut members: Vec<(Did, Value)> = Vec::new();
        for name in whom {
            let person = self.world.get_person(name).clone();
            let old = make.old.clone().filter(|(who, ..)| *who == name);
            let (chain, keys) = match old {
                Some((_, chain, keys)) => (chain, keys),
                None => (person.head(), person.secrets.clone()),
            };
            let payload = if make.other == Some(name) { self.world.draws.next() } else { secret };
            let mut wraps = Vec::new();
            for key in keys {
                let key: EncryptionKey = secret_of(&key).public();
                let info = WrapInfo {
                    log: &self.log,
                    epoch,
                    maker: &self.world.did(by),
                    member: &person.did,
                    key: &key,
                    check: &check,
                };
                let wrapped = wrap(&info, &payload, self.world.draws.next()).unwrap();
                let key = Value::Bytes(key.as_bytes().to_vec());
                wraps.push(Value::List(vec![key, Value::Bytes(wrapped.to_vec())]));
            }
            let member = Value::map([
                ("did", Value::from(person.did.as_str())),
                ("chain", Value::Link(chain)),
                ("wraps", Value::List(wraps)),
            ]);
            members.push((person.did, member));
        }
        members.sort_by(|one, other| one.0.cmp(&other.0));
        let since = self.turns[self.since_epoch..].iter();
        let since = since.filter(|turn| make.skip_turn != Some(turn.seq));
        let since: Vec<Value> = since
            .map(|turn| Value::List(vec![Value::Int(turn.seq as i64), Value::Link(turn.cid)]))
            .collect();
        let skipped = u64::from(make.skip_turn.is_some());
        let body = vec![
            ("suite", Value::Int(1)),
            ("check", Value::Bytes(check.to_vec())),
            ("turns", Value::List(since)),
            ("members", Value::List(members.into_iter().map(|(_, m)| m).collect())),
        ];
        let head = self.head();
        let wish = Wish {
            op: "chat.epoch",
            about: Some(self.log.to_string()),
            fact: vec![
                ("epoch", int(epoch)),
                ("turns", int(self.turns.len() as u64 - skipped)),
                ("seq", int(head.seq)),
                ("seen", id(&head.cid.to_string())),
            ],
            body: Some(salted(body, self.world.draws.next())),
            to: vec![self.log.clone()],
            ..Wish::default()
        };
        (self.world.intend(by, wish), secret)
    }

    pub(in crate::tests) fn epoch_with(&mut self, by: &str, make: Make) {
        let (intent, secret) = self.epoch_intent(by, make);
        self.since_epoch = self.turns.len();
        self.derive(&intent, "chat.epoch.made", |_| ());
        self.epoch += 1;
        self.secrets.insert(self.epoch, secret);
    }
}
