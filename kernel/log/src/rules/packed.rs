//! A log's state as bytes, for a cache of many: it takes a third of the memory.
//!
//! Always: the bytes are those of a state that this process verified or loaded, and never leave its memory, so nothing is
//! verified again. What can be computed again is left out.

use std::sync::Arc;

use imajin_dfos::PublicKey;
use imajin_protocol::Did;
use imajin_protocol::proof::EntryPosition;

use super::delegation::Delegation;
use super::model::{Home, HomeSpan, KidState, Newest, Owner};
use super::pack::{Pack, packed};
use super::{Chain, LogState};
use crate::ops::OpTable;

/// A log's state as bytes.
#[derive(Debug, Clone)]
pub struct PackedState(Box<[u8]>);

impl PackedState {
    /// Returns the state of the log of `did` that was packed.
    pub fn unpack(&self, did: Did, ops: Arc<OpTable>) -> Option<LogState> {
        let mut state = LogState::for_writer(did, ops);
        state.read(&mut &*self.0)?;
        Some(state)
    }
}

impl LogState {
    /// Returns the state as bytes; `None` in a replay, which remembers more, and within an operation.
    pub fn packed(&self) -> Option<PackedState> {
        if self.replay.is_some() || self.operation.is_some() || self.may_withhold {
            return None;
        }
        let mut bytes = Vec::with_capacity(2_048);
        self.write(&mut bytes);
        Some(PackedState(bytes.into_boxed_slice()))
    }
}

impl LogState {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.newest.pack(bytes);
        self.homes.pack(bytes);
        self.owner.pack(bytes);
        self.delegations.pack(bytes);
        self.kids.pack(bytes);
        self.authors.pack(bytes);
        [self.require_signed, self.deleted, self.kids_complete, self.authors_complete].pack(bytes);
    }

    fn read(&mut self, bytes: &mut &[u8]) -> Option<()> {
        self.newest = Pack::unpack(bytes)?;
        self.homes = Pack::unpack(bytes)?;
        self.owner = Pack::unpack(bytes)?;
        self.delegations = Pack::unpack(bytes)?;
        self.kids = Pack::unpack(bytes)?;
        self.authors = Pack::unpack(bytes)?;
        [self.require_signed, self.deleted, self.kids_complete, self.authors_complete] =
            Pack::unpack(bytes)?;
        Some(())
    }
}

packed!(Newest { seq, cid, at });
packed!(HomeSpan { from_seq, home });
packed!(Home { node, url, epoch });
packed!(KidState { seq, payload, seen });
packed!(EntryPosition { seq, cid });
packed!(Delegation { cid, seq, key, scope, until, uses, used, ended }
    but point: PublicKey::verifying_key(&key).ok().map(Arc::new));

impl Pack for Owner {
    fn pack(&self, bytes: &mut Vec<u8>) {
        let (key, chain) = match self {
            Self::Nobody => (None, None),
            Self::BareKey(key) => (Some(*key), None),
            Self::Chain(chain) => (None, Some(chain.clone())),
        };
        key.pack(bytes);
        chain.pack(bytes);
    }

    fn unpack(bytes: &mut &[u8]) -> Option<Self> {
        let (key, chain): (Option<PublicKey>, Option<Arc<Chain>>) =
            (Pack::unpack(bytes)?, Pack::unpack(bytes)?);
        Some(match (key, chain) {
            (_, Some(chain)) => Self::Chain(chain),
            (Some(key), None) => Self::BareKey(key),
            (None, None) => Self::Nobody,
        })
    }
}

#[cfg(test)]
mod tests {
    use imajin_dfos::cid::dag_cbor_cid;
    use imajin_dfos::identity::{Key, Keys, Role, sign_create, sign_update};
    use imajin_dfos::{SigningKey, Timestamp};
    use imajin_protocol::Kid;

    use super::*;

    fn keys(number: u8) -> (SigningKey, PublicKey) {
        let key = SigningKey::from_bytes(&[number; 32]);
        let public = PublicKey::from(&key);
        (key, public)
    }

    /// Makes a chain of two operations.
    fn chain(did: &Did, at: Timestamp) -> Chain {
        let (key, public) = keys(1);
        let id = public.key_id();
        let genesis = sign_create(Keys::single(Key::new(&public)), Vec::new(), at, &id, &key);
        let genesis = genesis.unwrap();
        let next = Keys::single(Key::new(&keys(2).1));
        let later = at.checked_add_millis(1).unwrap();
        let update = sign_update(&genesis.verified, next, Vec::new(), later, &id, &key).unwrap();
        Chain::verify(did, [genesis.token, update.token]).unwrap()
    }

    /// Makes a state with something in each field.
    fn state() -> LogState {
        let (at, cid) = (Timestamp::from_millis(1_800_000_000_000).unwrap(), dag_cbor_cid(b"x"));
        let (did, node) = (Did::from_key(keys(1).1.as_bytes()), Did::from_email("a@b.ch").unwrap());
        let mut state = LogState::for_writer(did.clone(), Arc::new(OpTable::new([])));
        state.newest = Some(Newest { seq: 300, cid, at });
        let home = |epoch, url: &str| Home { node: node.clone(), url: url.into(), epoch };
        let span = |from_seq, home| HomeSpan { from_seq, home };
        state.homes =
            Arc::new(vec![span(0, home(1, "https://a.b.c")), span(200, home(2, "aaaa.bbbb.cccc"))]);
        state.owner = Owner::Chain(Arc::new(chain(&did, at)));
        state.delegations = Arc::new(vec![Delegation {
            cid,
            seq: 7,
            key: keys(3).1,
            point: keys(3).1.verifying_key().ok().map(Arc::new),
            scope: [String::from("note.*"), String::from("chat.send")].into(),
            until: at,
            uses: Some(u64::MAX),
            used: 128,
            ended: true,
        }]);
        state.deleted = true;
        for number in 1..4 {
            let kid = Kid::of_bare_key(&Did::from_key(keys(number).1.as_bytes())).unwrap();
            let seen = (number > 1).then_some(EntryPosition { seq: 299, cid });
            state.remember_kid(kid, KidState { seq: number.into(), payload: cid, seen });
        }
        state.remember_author(node, 1);
        state.kids_complete = false;
        state
    }

    #[test]
    fn a_state_is_the_same_after_packing() {
        let mut before = state();
        before.forget_details();
        let packed = before.packed().unwrap();
        let after = packed.unpack(before.did.clone(), before.ops.clone()).unwrap();
        assert_eq!((after.newest, &after.homes), (before.newest, &before.homes));
        assert_eq!((&after.kids, &after.authors), (&before.kids, &before.authors));
        assert_eq!(after.delegations, before.delegations);
        let flags = |one: &LogState| {
            (one.require_signed, one.deleted, one.kids_complete, one.authors_complete)
        };
        assert_eq!(flags(&after), flags(&before));
        let (Owner::Chain(before), Owner::Chain(after)) = (&before.owner, &after.owner) else {
            panic!("another owner");
        };
        assert_eq!(format!("{before:?}"), format!("{after:?}"));
        assert_eq!(after.operation_count(), 2);
        let id = keys(2).1.key_id();
        assert!(after.newest_key(Role::Controller, &id).is_some());
        assert!(after.verified().is_ok());
    }

    #[test]
    fn owners_without_a_chain_are_packed_too() {
        for owner in [Owner::Nobody, Owner::BareKey(keys(9).1)] {
            let mut before = state();
            before.owner = owner;
            let packed = before.packed().unwrap();
            let after = packed.unpack(before.did.clone(), before.ops.clone()).unwrap();
            assert_eq!(format!("{:?}", after.owner), format!("{:?}", before.owner));
        }
    }

    #[test]
    fn a_replay_is_not_packed() {
        let did = Did::from_key(keys(1).1.as_bytes());
        assert!(LogState::new(did, Arc::new(OpTable::new([]))).packed().is_none());
    }
}
