//! The identity chains that a page is shown: which keys each person had after each operation.
//!
//! Always: every chain here was verified from its genesis, belongs to its DID, and contains what the reader knew of it.

use std::collections::BTreeMap;

use imajin_dfos::batch::{AtOnce, Signatures};
use imajin_dfos::identity::{Unverified, Verified};
use imajin_dfos::jws::JwsError;
use imajin_dfos::order;
use imajin_dfos::{Cid, Timestamp, Value, VerifyingKey};
use imajin_protocol::encryption::keys_of;
use imajin_protocol::endpoints::CONVERSATION_SERVICE;
use imajin_protocol::identity::did_of_genesis;
use imajin_protocol::{Did, EncryptionKey, KeyRole};

use crate::rule::{Checks, Finding, Problem, Rule};

/// The id of that service.
pub const CONVERSATION_ID: &str = "conversation";
/// Operations of one chain at most.
const OPERATIONS_MAX: usize = 4096;

/// A person's keys after an operation of their chain.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) cid: Cid,
    pub(crate) at: Timestamp,
    pub(crate) auth: BTreeMap<String, VerifyingKey>,
    pub(crate) controllers: BTreeMap<String, VerifyingKey>,
    /// The encryption keys, in ascending order.
    pub(crate) encryption: Vec<EncryptionKey>,
}

impl State {
    fn from_chain(chain: &Verified) -> Self {
        let state = chain.state();
        let live = |role| {
            let keys = state.keys.for_role(role).iter().filter(|_| !state.is_deleted);
            let keys = keys.filter_map(|key| {
                let point = key.public_key().and_then(|key| key.verifying_key()).ok()?;
                Some((key.id().to_owned(), point))
            });
            order::map(keys)
        };
        Self {
            cid: *chain.head_cid(),
            at: chain.updated_at(),
            auth: live(KeyRole::Auth),
            controllers: live(KeyRole::Controller),
            encryption: keys_of(state),
        }
    }
}

/// The name that a conversation's genesis gives it.
pub fn conversation_name(services: &[imajin_dfos::identity::Service]) -> Option<Did> {
    let named = services.iter().find(|service| {
        service.id() == CONVERSATION_ID && service.kind() == CONVERSATION_SERVICE
    })?;
    let name = named.get("name").and_then(Value::as_str)?;
    Did::parse(name).ok().filter(|did| *did == *name)
}

/// A person's chain.
#[derive(Debug)]
pub(crate) struct Person {
    /// The name that the genesis gives, if this is the chain of a conversation's log.
    pub(crate) conversation: Option<Did>,
    /// The operations, as compact JWS.
    pub(crate) tokens: Vec<String>,
    pub(crate) states: Vec<State>,
}

impl Person {
    /// The place of an operation in the chain.
    pub(crate) fn index(&self, cid: &Cid) -> Option<usize> {
        self.states.iter().position(|state| state.cid == *cid)
    }

    /// Whether any operation up to one named an encryption key.
    pub(crate) fn had_by(&self, index: usize, key: &EncryptionKey) -> bool {
        let mut states = self.states.iter().take(index.saturating_add(1));
        states.any(|state| state.encryption.contains(key))
    }

    /// The state in force at a time, by the person's own word.
    pub(crate) fn at(&self, at: Timestamp) -> Option<&State> {
        self.states.iter().rfind(|state| state.at <= at)
    }

    /// Returns the time at which the newest encryption keys came into force.
    pub(crate) fn keys_since(&self) -> Option<Timestamp> {
        let newest = &self.states.last()?.encryption;
        let same = self.states.iter().rev().take_while(|state| state.encryption == *newest);
        same.last().map(|state| state.at)
    }
}

/// All chains.
#[derive(Debug, Default)]
pub(crate) struct People(BTreeMap<Did, Person>);

impl People {
    /// Verifies the chains, and checks that each extends the known one.
    pub(crate) fn read(
        chains: &BTreeMap<Did, Vec<String>>,
        known: &BTreeMap<Did, Cid>,
        checks: Checks,
    ) -> Result<Self, Finding> {
        let other = Finding::apart(Problem::OtherChain);
        let mut people = BTreeMap::new();
        for (did, tokens) in chains {
            people.insert(did.clone(), person(did, tokens, checks).ok_or(other)?);
        }
        let people = Self(people);
        for (did, cid) in known {
            let goes_on = match people.get(did) {
                Some(person) => person.index(cid).is_some(),
                // A chain that this conversation has no use for need not be shown.
                None => true,
            };
            if !goes_on && checks.has(Rule::Chain) {
                return Err(other);
            }
        }
        Ok(people)
    }

    pub(crate) fn get(&self, did: &Did) -> Option<&Person> {
        self.0.get(did)
    }
}

fn person(did: &Did, tokens: &[String], checks: Checks) -> Option<Person> {
    if tokens.len() > OPERATIONS_MAX {
        return None;
    }
    let signatures: &dyn Signatures = if checks.has(Rule::Chain) { &AtOnce } else { &Unlooked };
    let (genesis, later) = tokens.split_first()?;
    let mut chain = Verified::genesis_of(Unverified::read(genesis).ok()?, signatures).ok()?;
    if checks.has(Rule::Chain) && did_of_genesis(genesis).ok()?.0 != *did {
        return None;
    }
    let conversation = conversation_name(&chain.state().services);
    let mut states = vec![State::from_chain(&chain)];
    for token in later {
        let read = Unverified::read(token).ok()?;
        chain.push_with(read, signatures).ok()?;
        states.push(State::from_chain(&chain));
    }
    Some(Person { conversation, tokens: tokens.to_vec(), states })
}

/// Signatures without the rule of chains, which only tests leave out.
struct Unlooked;

impl Signatures for Unlooked {
    fn check(&self, _: &VerifyingKey, _: &[u8], _: &[u8; 64]) -> Result<(), JwsError> {
        Ok(())
    }
}
