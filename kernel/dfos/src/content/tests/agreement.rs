//! Whatever is done to a chain, right or wrong, on whatever branch: extending a stored state, verifying the
//! branch again and growing the whole chain say the same, and say what a model says that knows nothing of
//! them. What arrives in another order makes the same chain.

use proptest::prelude::*;

use super::*;
use crate::Value;

/// The next attempt, and the operation that it builds on.
#[derive(Debug, Clone)]
struct Attempt {
    on: prop::sample::Index,
    by: u8,
    shows: Shows,
    delete: bool,
    fault: Fault,
    later: i64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Shows {
    Nothing,
    Direct,
    PassedOn,
    Foreign,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    AnotherPrevious,
    NotLater,
    Create,
    Forged,
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let shows = prop_oneof![
        Just(Shows::Nothing),
        Just(Shows::Direct),
        Just(Shows::PassedOn),
        Just(Shows::Foreign),
    ];
    let fault = prop_oneof![
        12 => Just(Fault::None),
        1 => Just(Fault::AnotherPrevious),
        1 => Just(Fault::NotLater),
        1 => Just(Fault::Create),
        1 => Just(Fault::Forged),
    ];
    let attempt =
        (any::<prop::sample::Index>(), 1u8..=3, shows, prop::bool::weighted(0.2), fault, 1i64..4);
    let attempt = attempt.prop_map(|(on, by, shows, delete, fault, later)| Attempt {
        on,
        by,
        shows,
        delete,
        fault,
        later,
    });
    prop::collection::vec(attempt, 1..14)
}

/// One operation as the model knows it.
struct Node {
    token: String,
    parent: Option<usize>,
    state: State,
    deleted: bool,
}

impl Attempt {
    fn allowed(&self, on: &Node) -> bool {
        let right = self.by == 1
            || (self.by, self.shows) == (2, Shows::Direct)
            || (self.by, self.shows) == (3, Shows::PassedOn);
        right && !on.deleted && self.fault == Fault::None
    }

    fn token(&self, on: &Node, credentials: &[String; 3]) -> String {
        let authorization = match self.shows {
            Shows::Nothing => None,
            Shows::Direct => Some(credentials[0].clone()),
            Shows::PassedOn => Some(credentials[1].clone()),
            Shows::Foreign => Some(credentials[2].clone()),
        };
        let previous = match self.fault {
            Fault::AnotherPrevious => "another".to_owned(),
            _ => on.state.head_cid().to_string(),
        };
        let later = match self.fault {
            Fault::NotLater => 1 - self.later,
            _ => self.later,
        };
        let created_at = on.state.updated_at().checked_add_millis(later).unwrap();
        let action = match (self.fault, self.delete) {
            (Fault::Create, _) => create("second"),
            (_, true) => Action::Delete { previous, authorization },
            (_, false) => Action::Update {
                previous,
                document: Some(format!("d{}", self.later)),
                base: None,
                authorization,
            },
        };
        let operation = Operation { action, did: did(self.by), created_at };
        let signer = match self.fault {
            Fault::Forged => key(9),
            _ => key(self.by),
        };
        statement::sign(&operation, "k", &signer).unwrap().token
    }
}

fn credentials() -> [String; 3] {
    let direct = credential(1, 2, "chain:*", None);
    let passed_on = credential(2, 3, "chain:*", Some(&direct));
    [direct, passed_on, credential(3, 3, "chain:*", None)]
}

/// The log from the genesis to an operation.
fn branch(nodes: &[Node], mut at: usize) -> Vec<&str> {
    let mut tokens = vec![nodes[at].token.as_str()];
    while let Some(parent) = nodes[at].parent {
        at = parent;
        tokens.push(&nodes[at].token);
    }
    tokens.reverse();
    tokens
}

fn restored(state: &State) -> State {
    let stored: Value = cbor::decode(&cbor::encode(&state.to_snapshot())).unwrap();
    let stored = State::from_trusted_snapshot(&stored).unwrap();
    assert_eq!(stored, *state);
    stored
}

proptest! {
    #[test]
    fn extending_is_as_strict_as_verifying_anew(attempts in attempts(), shuffle in any::<u64>()) {
        let resolver = resolver();
        let verifier = Verifier::of_history(&resolver);
        let credentials = credentials();
        let token = operation(1, create("d"), at(0));
        let mut chain = Chain::genesis(&token, &verifier).unwrap();
        let state = chain.head().clone();
        let mut nodes = vec![Node { token, parent: None, state, deleted: false }];
        for attempt in &attempts {
            let parent = attempt.on.index(nodes.len());
            let on = &nodes[parent];
            let token = attempt.token(on, &credentials);
            let extended = restored(&on.state).extend(&token, &verifier);
            let mut log = branch(&nodes, parent);
            log.push(&token);
            let again = verify_log(&log, &verifier).map_err(|error| match error {
                LogError::Operation { index, error } if index + 1 == log.len() => error,
                other => panic!("refused elsewhere: {other}"),
            });
            prop_assert_eq!(&extended, &again);
            prop_assert_eq!(extended.is_ok(), attempt.allowed(on), "{:?}", extended);
            let inserted = chain.insert(&token, &verifier);
            prop_assert_eq!(inserted.is_ok(), extended.is_ok(), "{:?}", inserted);
            if let Ok(state) = extended {
                prop_assert_eq!(chain.state_at(state.head_cid()), Some(&state));
                if inserted == Ok(Inserted::New) {
                    let deleted = attempt.delete;
                    nodes.push(Node { token, parent: Some(parent), state, deleted });
                }
            }
        }
        check_head(&chain, &nodes);
        check_any_order(&chain, &nodes, shuffle, &verifier);
    }
}

/// The head by the letter of the rule: the latest operation without children; of equals, the one with the greatest text.
fn check_head(chain: &Chain, nodes: &[Node]) {
    let is_tip = |at: usize| nodes.iter().all(|node| node.parent != Some(at));
    let order = |node: &Node| (node.state.updated_at(), node.state.head_cid().to_string());
    let tips = (0..nodes.len()).filter(|at| is_tip(*at)).map(|at| &nodes[at]);
    let head = tips.max_by_key(|node| order(node)).unwrap();
    assert_eq!(*chain.head(), head.state);
    assert_eq!(chain.head().is_deleted(), head.deleted);
    assert_eq!(chain.linearized().last(), Some(&chain.head()));
    assert_eq!(chain.operation_count(), nodes.len());
}

/// Operations arrive in some order, those without their parent again until it is there.
fn check_any_order(chain: &Chain, nodes: &[Node], shuffle: u64, verifier: &Verifier<'_>) {
    let mut rest: Vec<&str> = nodes[1..].iter().map(|node| node.token.as_str()).collect();
    let mut state = shuffle | 1;
    for at in (1..rest.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        rest.swap(at, (state >> 33) as usize % (at + 1));
    }
    let mut other = Chain::genesis(&nodes[0].token, verifier).unwrap();
    while !rest.is_empty() {
        let before = rest.len();
        rest.retain(|token| match other.insert(token, verifier) {
            Ok(_) => false,
            Err(error) => error.is_dependency() || panic!("{error}"),
        });
        assert!(rest.len() < before, "no progress");
    }
    assert_eq!(other, *chain);
}
