//! Bounds, authority, heads; that extending, verifying again and any order of arrival agree is in
//! `agreement`.

mod agreement;

use ed25519_dalek::SigningKey;
use serde_json::json;

use super::*;
use crate::credential::{self, Attenuation, Audience, Credential, CredentialError};
use crate::identity::{self, Key, Keys, Verified};
use crate::resolve::{KeyScope, MemoryResolver, ResolveError};
use crate::revocation::{self, Revocation};
use crate::statement::{self, StatementError};
use crate::{Did, PublicKey, Timestamp, Verifier, cbor};

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + millis).unwrap()
}

/// The identity of key `number`, whose id is `k`.
fn identity(number: u8) -> Verified {
    let keys = Keys::single(Key::with_id("k", &PublicKey::from(&key(number))));
    let signed = identity::sign_create(keys, vec![], at(0), "k", &key(number));
    signed.unwrap().verified
}

/// Identities 1, 2 and 3, each known to all.
fn resolver() -> MemoryResolver {
    (1..=3).map(identity).collect()
}

fn did(number: u8) -> Did {
    identity(number).did().clone()
}

fn credential(from: u8, to: u8, scope: &str, parent: Option<&str>) -> String {
    let credential = Credential {
        issuer: did(from),
        audience: Audience::Did(did(to)),
        scope: vec![Attenuation::new(scope, "write")],
        parent: parent.map(str::to_owned),
        issued_at_secs: at(0).as_secs(),
        expires_at_secs: at(100_000).as_secs(),
    };
    credential::sign(&credential, "k", &key(from)).unwrap().token
}

/// Signs without any check but that of the form.
fn operation(by: u8, action: Action, created_at: Timestamp) -> String {
    let operation = Operation { action, did: did(by), created_at };
    statement::sign(&operation, "k", &key(by)).unwrap().token
}

fn create(document: &str) -> Action {
    Action::Create { document: document.to_owned(), base: None }
}

fn update(parent: &State, document: Option<&str>, authorization: Option<&str>) -> Action {
    Action::Update {
        previous: parent.head_cid().to_string(),
        document: document.map(str::to_owned),
        base: None,
        authorization: authorization.map(str::to_owned),
    }
}

fn genesis(known: &MemoryResolver) -> State {
    State::genesis(&operation(1, create("d"), at(0)), &Verifier::of_new(known)).unwrap()
}

#[test]
fn an_operation_has_at_most_65536_bytes_without_its_authorization() {
    let resolver = resolver();
    let verifier = Verifier::of_new(&resolver);
    let operation_of = |document: usize| Operation {
        action: create(&"x".repeat(document)),
        did: did(1),
        created_at: at(0),
    };
    let bytes = |document| cbor::encode(&statement::Statement::to_value(&operation_of(document)));
    let spare = OPERATION_BYTES_MAX - bytes(60_000).len() + 60_000;
    assert!(statement::sign(&operation_of(spare), "k", &key(1)).is_ok());
    let error = StatementError::TooLarge {
        what: "the operation",
        bytes: OPERATION_BYTES_MAX + 1,
        bytes_max: OPERATION_BYTES_MAX,
    };
    assert_eq!(statement::sign(&operation_of(spare + 1), "k", &key(1)), Err(error));

    // A credential may be larger than the whole operation otherwise may; the creator needs none at all.
    let first = genesis(&resolver);
    let operation_with = |bytes: usize| Operation {
        action: update(&first, None, Some(&"x".repeat(bytes))),
        did: did(1),
        created_at: at(1),
    };
    let largest = statement::sign(&operation_with(AUTHORIZATION_BYTES_MAX), "k", &key(1)).unwrap();
    assert!(first.extend(&largest.token, &verifier).is_ok());
    let too_large = statement::sign(&operation_with(AUTHORIZATION_BYTES_MAX + 1), "k", &key(1));
    assert!(matches!(too_large, Err(StatementError::TooLarge { .. })));
}

#[test]
fn others_write_with_a_credential_that_begins_with_the_creator() {
    let resolver = resolver();
    let verifier = Verifier::of_new(&resolver);
    let first = genesis(&resolver);
    let resource = first.content_id().resource();
    let write = |by: u8, authorization: Option<&str>| {
        let token = operation(by, update(&first, None, authorization), at(1));
        first.extend(&token, &verifier).map(|_| ())
    };
    assert_eq!(write(2, None), Err(ContentError::Unauthorized(did(2))));
    // An empty one is read, and signed, as it was written, and is as good as none.
    assert_eq!(write(2, Some("")), Err(ContentError::Unauthorized(did(2))));
    let empty = statement::Statement::to_value(&Operation {
        action: update(&first, None, Some("")),
        did: did(1),
        created_at: at(1),
    });
    assert_eq!(empty.get_str("authorization"), Some(""));
    let direct = credential(1, 2, &resource, None);
    assert_eq!(write(2, Some(&direct)), Ok(()));
    let passed_on = credential(2, 3, &resource, Some(&direct));
    assert_eq!(write(3, Some(&passed_on)), Ok(()));

    let refused = |error| Err(ContentError::Authorization(error));
    let audience = CredentialError::Audience(did(2).to_string());
    assert_eq!(write(3, Some(&direct)), refused(audience));
    let own = credential(3, 3, &resource, None);
    let root = CredentialError::Root { expected: did(1), found: did(3) };
    assert_eq!(write(3, Some(&own)), refused(root));
    let stolen = credential(3, 3, &resource, Some(&direct));
    assert_eq!(write(3, Some(&stolen)), refused(CredentialError::Gap(did(3))));
    let widened = credential(2, 3, "chain:*", Some(&direct));
    assert_eq!(write(3, Some(&widened)), refused(CredentialError::Widens));
}

#[test]
fn a_revocation_ends_what_comes_later() {
    let mut resolver = resolver();
    let first = genesis(&resolver);
    let direct = credential(1, 2, "chain:*", None);
    let passed_on = credential(2, 3, "chain:*", Some(&direct));
    let credential = statement::read::<Credential>(&direct).unwrap();
    let revocation =
        Revocation { did: did(1), credential: credential.cid().to_string(), created_at: at(5_000) };
    let signed = revocation::sign(&revocation, "k", &key(1)).unwrap();
    let revocation = revocation::verify(&signed.token, &Verifier::of_new(&resolver)).unwrap();
    let write = |resolver: &MemoryResolver, authorization: &str, by: u8, millis: i64, new: bool| {
        let token = operation(by, update(&first, None, Some(authorization)), at(millis));
        let verifier =
            if new { Verifier::of_peer(resolver) } else { Verifier::of_history(resolver) };
        first.extend(&token, &verifier).is_ok()
    };
    for (by, token) in [(2, &direct), (3, &passed_on)] {
        assert!(write(&resolver, token, by, 6_000, true));
    }
    resolver.revoke(&revocation);
    for (by, token) in [(2, &direct), (3, &passed_on)] {
        assert!(write(&resolver, token, by, 4_999, false));
        assert!(!write(&resolver, token, by, 5_000, false));
        assert!(!write(&resolver, token, by, 4_000, true));
    }
}

#[test]
fn rotated_keys_and_unknown_ones() {
    let mut resolver = resolver();
    let token = operation(1, create("d"), at(0));
    let keys = Keys::single(Key::with_id("k2", &PublicKey::from(&key(9))));
    let rotated = identity::sign_update(&identity(1), keys, vec![], at(1), "k", &key(1));
    resolver.insert(rotated.unwrap().verified);
    let new = State::genesis(&token, &Verifier::of_new(&resolver));
    let not_current = ContentError::Statement(StatementError::Resolve(ResolveError::NotCurrent));
    assert_eq!(new, Err(not_current.clone()));
    assert!(!not_current.is_dependency());
    assert_eq!(not_current.to_string(), "signing key is not in the identity's current state");
    assert!(State::genesis(&token, &Verifier::of_peer(&resolver)).is_ok());

    let nobody = MemoryResolver::new();
    let unknown = State::genesis(&token, &Verifier::of_peer(&nobody)).unwrap_err();
    assert!(unknown.is_dependency());
    assert_eq!(unknown.to_string(), format!("unknown identity: {}", did(1)));
    let gone = identity::sign_delete(resolver.get(&did(1)).unwrap(), at(2), "k2", &key(9));
    resolver.insert(gone.unwrap().verified);
    let chain = resolver.get(&did(1)).unwrap();
    let deleted = Err(ResolveError::Deleted(did(1)));
    assert_eq!(chain.resolve_key("k2", KeyScope::Current), deleted);
    assert!(chain.resolve_key("k", KeyScope::Historical).is_ok());
}

#[test]
fn a_fork_from_before_a_delete_may_win() {
    let resolver = resolver();
    let verifier = Verifier::of_new(&resolver);
    let mut chain = Chain::genesis(&operation(1, create("d"), at(0)), &verifier).unwrap();
    let first = chain.head().clone();
    let previous = first.head_cid().to_string();
    let authorization = None;
    let delete = Action::Delete { previous, authorization };
    let delete = operation(1, delete, at(1));
    assert_eq!(chain.insert(&delete, &verifier), Ok(Inserted::New));
    assert_eq!(chain.insert(&delete, &verifier), Ok(Inserted::Known));
    assert!(chain.head().is_deleted());
    let after = operation(1, update(chain.head(), None, None), at(2));
    assert_eq!(chain.insert(&after, &verifier), Err(ContentError::Deleted));
    let fork = operation(1, update(&first, Some("e"), None), at(2));
    assert_eq!(chain.insert(&fork, &verifier), Ok(Inserted::New));
    assert_eq!((chain.head().document(), chain.head().length()), (Some("e"), 2));
    assert_eq!((chain.tips().count(), chain.operation_count()), (2, 3));
    let orphan = update(&chain.head().clone(), None, None);
    let orphan = operation(1, orphan, at(3));
    let mut other = Chain::genesis(&operation(1, create("x"), at(0)), &verifier).unwrap();
    let unknown = other.insert(&orphan, &verifier).unwrap_err();
    assert!(unknown.is_dependency() && matches!(unknown, ContentError::UnknownPrevious(_)));
    let create = operation(1, create("y"), at(1));
    assert_eq!(other.insert(&create, &verifier), Err(ContentError::SecondCreate));
}

#[test]
fn the_state_as_others_write_it() {
    let resolver = resolver();
    let state = genesis(&resolver);
    let value = cbor::to_json(&state.to_value()).unwrap();
    let expected = json!({
        "contentId": state.content_id().as_str(), "genesisCID": state.genesis_cid().to_string(),
        "headCID": state.genesis_cid().to_string(), "isDeleted": false, "currentDocumentCID": "d",
        "length": 1, "creatorDID": did(1).as_str(),
    });
    assert_eq!(value, expected);
}
