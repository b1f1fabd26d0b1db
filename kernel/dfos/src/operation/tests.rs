//! Kinds, places, and that what was read once is verified as what is read again.

use ed25519_dalek::SigningKey;

use super::*;
use crate::artifact;
use crate::batch::{Batch, Signatures};
use crate::content::{Author, State};
use crate::countersign;
use crate::credential::{self, Attenuation};
use crate::identity::{Key, Keys, Verified, sign_create, sign_update};
use crate::resolve::{MemoryResolver, Verifier};
use crate::revocation;
use crate::{PublicKey, Value};

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + millis).unwrap()
}

/// One operation of each kind and two of each chain, every one after what it depends on.
fn log() -> (MemoryResolver, Vec<String>) {
    let keys = Keys::single(Key::with_id("k", &PublicKey::from(&key(1))));
    let first = sign_create(keys.clone(), vec![], at(0), "k", &key(1)).unwrap();
    let second = sign_update(&first.verified, keys, vec![], at(1), "k", &key(1)).unwrap();
    let did = second.verified.did().clone();
    let resolver: MemoryResolver = [second.verified].into_iter().collect();
    let verifier = Verifier::of_new(&resolver);
    let author = Author { did: &did, key_id: "k", key: &key(1), authorization: None };
    let create = content::sign_create("d", None, at(2), &author, &verifier).unwrap();
    let update = content::sign_update(&create.state, None, None, at(3), &author, &verifier);
    let update = update.unwrap();
    let artifact = Artifact {
        did: did.clone(),
        content: Value::map([("$schema", Value::from("x"))]),
        created_at: at(4),
    };
    let artifact = artifact::sign(&artifact, "k", &key(1)).unwrap();
    let credential = Credential {
        issuer: did.clone(),
        audience: Audience::Anyone,
        scope: vec![Attenuation::new("chain:*", "read")],
        parent: None,
        issued_at_secs: at(0).as_secs(),
        expires_at_secs: at(100_000).as_secs(),
    };
    let credential = credential::sign(&credential, "k", &key(1)).unwrap();
    let revocation =
        Revocation { did: did.clone(), credential: credential.cid.to_string(), created_at: at(5) };
    let revocation = revocation::sign(&revocation, "k", &key(1)).unwrap();
    let countersign =
        Countersign { did, target: update.cid.to_string(), relation: None, created_at: at(6) };
    let countersign = countersign::sign(&countersign, "k", &key(1)).unwrap();
    let log = vec![
        first.token,
        second.token,
        artifact.token,
        credential.token,
        revocation.token,
        create.token,
        update.token,
        countersign.token,
    ];
    (resolver, log)
}

#[test]
fn kinds_and_places() {
    let (known, log) = log();
    let operations: Vec<_> = log.iter().map(|token| read(token).unwrap()).collect();
    let kinds: Vec<_> = operations.iter().map(|o| o.kind().name()).collect();
    let expected = "identity-op identity-op artifact credential revocation \
        content-op content-op countersign";
    assert_eq!(kinds.join(" "), expected);
    let did = operations[0].chain_id().unwrap();
    for (at, operation) in operations.iter().enumerate() {
        assert_eq!(Kind::from_name(operation.kind().name()), Some(operation.kind()));
        assert_eq!(operation.signer().as_str(), did);
        assert_eq!(operation.key_id(), "k");
        assert_eq!(operation.token(), log[at]);
        assert_eq!(payload_cid(operation.token()), Some(*operation.cid()));
        assert_eq!(operation.is_genesis(), at == 0 || at == 5);
        let expected = match at {
            5 => Some(ContentId::from_genesis(operation.cid()).to_string()),
            6 => None,
            7 => Some(operations[6].cid().to_string()),
            _ => Some(did.clone()),
        };
        assert_eq!(operation.chain_id(), expected, "{at}");
    }
    assert!(known.get(operations[0].signer()).is_some());
    assert_eq!(operations[3].created_at(), at(0).floor_secs());
    let parent = operations[5].cid().to_string();
    assert_eq!(operations[6].previous(), Some(parent.as_str()));
}

#[test]
fn what_relays_do_not_take() {
    let (_, log) = log();
    let first = read(&log[0]).unwrap();
    let private = Credential {
        issuer: first.signer().clone(),
        audience: Audience::Did(first.signer().clone()),
        scope: vec![Attenuation::new("chain:*", "read")],
        parent: None,
        issued_at_secs: 1,
        expires_at_secs: 2,
    };
    let private = credential::sign(&private, "k", &key(1)).unwrap().token;
    let other = jws::sign(&[("typ", "JWT"), ("kid", "k")], b"{}", &key(1));
    for token in [&private, &other] {
        let refused = read(token).unwrap_err();
        assert_eq!(refused, OperationError::Unrecognized);
        assert_eq!(refused.to_string(), "unrecognized operation type");
        assert!(payload_cid(token).is_some());
    }
    assert!(read("").is_err() && payload_cid("a.b.c").is_none());
}

/// Takes a log in with verdicts of a batch, as a relay does.
fn take_in(log: &[String], known: &MemoryResolver, signatures: &dyn Signatures) {
    let verifier = Verifier::of_new(known).with_signatures(signatures);
    let (mut identity, mut content): (Option<Verified>, Option<State>) = (None, None);
    for token in log {
        match (read(token).unwrap().into_body(), &mut identity, &content) {
            (Body::Identity(read), None, _) => {
                identity = Some(Verified::genesis_of(read, signatures).unwrap());
            }
            (Body::Identity(read), Some(chain), _) => chain.push_with(read, signatures).unwrap(),
            (Body::Content(read), _, None) => {
                content = Some(State::genesis_of(read, &verifier).unwrap());
            }
            (Body::Content(read), _, Some(state)) => {
                content = Some(state.extend_with(read, &verifier).unwrap());
            }
            (Body::Artifact(read), ..) => {
                read.attest(&verifier, verifier.key_scope()).unwrap();
            }
            (Body::Countersign(read), ..) => {
                read.attest(&verifier, verifier.key_scope()).unwrap();
            }
            (Body::Revocation(read), ..) => {
                let scope = crate::resolve::KeyScope::Historical;
                read.attest(&verifier, scope).unwrap();
            }
            (Body::Credential(_), ..) => {
                credential::verify(token, at(0).as_secs(), &verifier).unwrap();
            }
        }
    }
    assert_eq!(identity.unwrap().operation_count(), 2);
    assert_eq!(content.unwrap().length(), 2);
}

#[test]
fn a_batch_of_all_kinds() {
    let (known, log) = log();
    let mut batch = Batch::new();
    for token in &log {
        batch.push(&key(1).verifying_key(), read(token).unwrap().jws());
    }
    take_in(&log, &known, &batch.run());
    // With the wrong key everything is found out again, and nothing goes wrong.
    let mut batch = Batch::new();
    for token in &log {
        batch.push(&key(2).verifying_key(), read(token).unwrap().jws());
    }
    take_in(&log, &known, &batch.run());
}
