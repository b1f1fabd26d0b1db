//! Whatever is done to a chain, right or wrong, extending it and verifying it again say the same, and say
//! what a model says that knows nothing of either.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// The next attempt.
#[derive(Debug, Clone)]
enum Attempt {
    /// Replace all keys by key `to`, under the id `k{id}`: another id than its own may be a rebinding.
    Update {
        to: u8,
        id: u8,
    },
    Delete,
    Restore,
    SecondCreate,
}

/// The fault in an attempt.
#[derive(Debug, Clone, PartialEq)]
enum Fault {
    None,
    AnotherPrevious,
    NotLater(i64),
    AnotherSigner,
    AnotherDid,
    BareKid,
    UnknownKey,
}

/// The expected state of the chain, by simple bookkeeping.
struct Model {
    deleted: bool,
    controller: (u8, u8),
    named: BTreeMap<u8, u8>,
}

impl Model {
    fn allows(&self, attempt: &Attempt, fault: &Fault) -> bool {
        let in_place = match attempt {
            Attempt::Update { to, id } => {
                !self.deleted && self.named.get(id).is_none_or(|named| named == to)
            }
            Attempt::Delete => !self.deleted,
            Attempt::Restore => self.deleted,
            Attempt::SecondCreate => false,
        };
        in_place && *fault == Fault::None
    }

    fn apply(&mut self, attempt: &Attempt) {
        match attempt {
            Attempt::Update { to, id } => {
                self.controller = (*to, *id);
                self.named.insert(*id, *to);
            }
            Attempt::Delete => self.deleted = true,
            Attempt::Restore => self.deleted = false,
            Attempt::SecondCreate => {}
        }
    }
}

fn attempts() -> impl Strategy<Value = Vec<(Attempt, Fault, i64)>> {
    let attempt = prop_oneof![
        4 => (1u8..5).prop_map(|to| Attempt::Update { to, id: to }),
        2 => (1u8..5, 1u8..7).prop_map(|(to, id)| Attempt::Update { to, id }),
        2 => Just(Attempt::Delete),
        2 => Just(Attempt::Restore),
        1 => Just(Attempt::SecondCreate),
    ];
    let fault = prop_oneof![
        12 => Just(Fault::None),
        1 => Just(Fault::AnotherPrevious),
        1 => (-5i64..=0).prop_map(Fault::NotLater),
        1 => Just(Fault::AnotherSigner),
        1 => Just(Fault::AnotherDid),
        1 => Just(Fault::BareKid),
        1 => Just(Fault::UnknownKey),
    ];
    prop::collection::vec((attempt, fault, 1i64..1000), 1..12)
}

/// Signs the attempt with its fault, without any check.
fn signed(chain: &Verified, model: &Model, attempt: &Attempt, fault: &Fault, later: i64) -> String {
    let previous = match fault {
        Fault::AnotherPrevious => cid::dag_cbor_cid(b"").to_string(),
        _ => chain.head_cid().to_string(),
    };
    let action = match attempt {
        Attempt::Update { to, id } => Action::Update {
            previous,
            keys: Keys::single(Key::with_id(&format!("k{id}"), &public(*to))),
            services: vec![],
        },
        Attempt::Delete => Action::Delete { previous },
        Attempt::Restore => Action::Restore { previous },
        Attempt::SecondCreate => {
            Action::Create { keys: Keys::single(numbered_key(1)), services: vec![] }
        }
    };
    let later = match fault {
        Fault::NotLater(millis) => *millis,
        _ => later,
    };
    let created_at = chain.updated_at().checked_add_millis(later).unwrap();
    let payload = Operation { action, created_at }.to_value();
    let (number, id) = model.controller;
    let kid = match fault {
        Fault::AnotherDid => Did::from_genesis(&cid::dag_cbor_cid(b"")).key_url(&format!("k{id}")),
        Fault::BareKid => format!("k{id}"),
        Fault::UnknownKey => chain.did().key_url("k0"),
        _ => chain.did().key_url(&format!("k{id}")),
    };
    let signer = match fault {
        Fault::AnotherSigner => key(99),
        _ => key(number),
    };
    token(&payload, &kid, &signer)
}

proptest! {
    #[test]
    fn extending_is_as_strict_as_verifying_anew(attempts in attempts()) {
        let genesis = create(Keys::single(numbered_key(1)), vec![]).unwrap();
        let mut log = vec![genesis.token];
        let mut chain = genesis.verified;
        let mut model = Model { deleted: false, controller: (1, 1), named: BTreeMap::from([(1, 1)]) };
        for (attempt, fault, later) in attempts {
            let token = signed(&chain, &model, &attempt, &fault, later);
            // A node may have been restarted since, and know the chain from its own storage only.
            let stored = cbor::decode(&cbor::encode(&chain.to_snapshot())).unwrap();
            let stored = Verified::from_trusted_snapshot(&stored).unwrap();
            prop_assert_eq!(&stored, &chain);

            let extended = extend(&stored, &token);
            let again = verify_log(log.iter().chain([&token])).map_err(|error| match error {
                LogError::Operation { index, error } if index == log.len() => error,
                other => panic!("refused elsewhere: {other}"),
            });
            prop_assert_eq!(&extended, &again);
            prop_assert_eq!(extended.is_ok(), model.allows(&attempt, &fault), "{:?}", extended);
            if let Ok(extended) = extended {
                chain = extended;
                log.push(token);
                model.apply(&attempt);
                prop_assert_eq!(chain.state().is_deleted, model.deleted);
                prop_assert_eq!(chain.operation_count(), log.len() as u64);
            }
        }
    }
}
