//! Judges each conversation in a record by the fifteen rules (docs/conversations.md), with its owner's log and key.

use super::records::{OwnLog, Records};
use imajin_box::key::PersonKey;
use imajin_dfos::identity::Verified;
use imajin_dfos::order;
use imajin_protocol::Did;
use imajin_protocol::encryption::keys_of;
use imajin_room::seal::EncryptionSecret;
use imajin_room::{Admins, Finding, ReaderState, Report, RoomInput, verify};
use std::collections::BTreeMap;

/// All conversations of a record.
pub(super) struct Judgement {
    /// The owner of the record.
    pub(super) did: Did,
    /// Why the key opens nothing, if it was given and does not.
    pub(super) useless_key: Option<String>,
    pub(super) conversations: Vec<Conversation>,
}

/// A conversation, and the verdict of the rules.
pub(super) struct Conversation {
    pub(super) log: Did,
    pub(super) name: Did,
    pub(super) report: Report,
}

impl Judgement {
    /// Judges each conversation. Of several logs of one name, each must continue the one before.
    pub(super) fn judge(records: Records, key: Option<&PersonKey>) -> Self {
        let (secrets, useless_key) = match key.map(|key| secret_of(key, &records.own)) {
            Some(Ok(secret)) => (vec![secret], None),
            Some(Err(why)) => (Vec::new(), Some(why)),
            None => (Vec::new(), None),
        };
        let OwnLog { did, rows, chain } = records.own;
        let mut bundle = RoomInput { own: Some(rows), ..RoomInput::default() };
        let geneses = records.conversations.iter();
        let geneses: BTreeMap<Did, Vec<String>> = order::map(
            geneses.filter_map(|one| Some((one.log.clone(), vec![one.genesis.clone()?]))),
        );
        let mut conversations: Vec<Conversation> = Vec::new();
        let mut rest = records.conversations.into_iter().peekable();
        while let Some(one) = rest.next() {
            // They are in the order of their names and beginnings.
            let before = conversations.last().filter(|before| before.name == one.name);
            let mut context = context_for(&did, &one.name, &secrets, before);
            context.is_continued = rest.peek().is_some_and(|next| next.name == one.name);
            (bundle.rows, bundle.chains) = (one.rows, one.chains);
            if !one.is_sealed {
                // The rules ask which conversations the others were.
                bundle.chains.extend(geneses.clone());
            }
            if !chain.is_empty() {
                // Their own log has their whole chain; a conversation's has it as it was when they last wrote.
                bundle.chains.insert(did.clone(), chain.clone());
            }
            conversations.push(Conversation {
                report: verify(&bundle, &context),
                log: one.log,
                name: one.name,
            });
        }
        Self { did, useless_key, conversations }
    }

    /// Keeps those of this name, of this log, or with this person.
    pub(super) fn keep(&mut self, name: &str) {
        let direct = Did::parse(name).map(|other| Did::direct(&self.did, &other));
        self.conversations.retain(|one| {
            one.name == *name
                || one.log == *name
                || direct.as_ref().is_ok_and(|did| one.name == *did)
        });
    }

    /// Describes the first fault that an honest box cannot show.
    pub(super) fn fault(&self) -> Option<String> {
        let stop = |one: &Conversation| Some((one.name.clone(), one.report.stop?));
        let (name, found) = self.conversations.iter().find_map(stop)?;
        Some(format!("{name}: {}", sentence(&found)))
    }
}

/// A finding, with its rule and its entry.
pub(super) fn sentence(found: &Finding) -> String {
    let problem = found.problem;
    let entry = found.seq.map(|seq| format!(", entry {seq}"));
    format!("{} (rule {}{})", problem.sentence(), problem.rule() as u8, entry.unwrap_or_default())
}

/// The key's half that opens boxes, if the record's chain ever named it; else why not.
fn secret_of(key: &PersonKey, own: &OwnLog) -> Result<EncryptionSecret, String> {
    if key.did() != &own.did {
        return Err(format!("the key is that of {}, and this record is {}’s", key.did(), own.did));
    }
    let secret = EncryptionSecret::from_bytes(key.encryption_secret());
    let secret = secret.ok_or("the key has no usable encryption key")?;
    let public = secret.public();
    let mut tokens = own.chain.iter();
    let mut chain = tokens.next().and_then(|token| Verified::genesis(token).ok());
    while let Some(one) = &mut chain {
        if keys_of(one.state()).contains(&public) {
            return Ok(secret);
        }
        if !matches!(tokens.next().map(|token| one.push(token)), Some(Ok(()))) {
            break;
        }
    }
    Err("the record never named this key for reading: what was sealed is sealed for another"
        .to_owned())
}

fn context_for(
    me: &Did,
    name: &Did,
    secrets: &[EncryptionSecret],
    before: Option<&Conversation>,
) -> ReaderState {
    let mut context = ReaderState::new(me.clone(), name.clone(), secrets.to_vec());
    context.admins = Admins::Own;
    if let Some(before) = before {
        let leaders = before.report.members.iter().filter(|(_, role)| role.leads());
        context.log = Some(before.log.clone());
        context.sealed = before.report.sealed;
        context.leaders = leaders.map(|(did, _)| did.clone()).collect();
    }
    context
}
