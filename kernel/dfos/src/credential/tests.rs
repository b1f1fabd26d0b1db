//! Delegation, deletion of an issuer, rotated keys; the arithmetic is among the vectors.

use ed25519_dalek::SigningKey;

use super::*;
use crate::identity::{self, Key, Keys, Verified};
use crate::resolve::{MemoryResolver, ResolveError};
use crate::{PublicKey, Timestamp, json, jws};

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn identity(number: u8) -> Verified {
    let keys = Keys::single(Key::with_id("k", &PublicKey::from(&key(number))));
    let signed = identity::sign_create(keys, vec![], at(0), "k", &key(number));
    signed.unwrap().verified
}

fn did(number: u8) -> Did {
    identity(number).did().clone()
}

fn credential(from: u8, audience: Audience, parent: Option<String>) -> Credential {
    Credential {
        issuer: did(from),
        audience,
        scope: vec![Attenuation::new("chain:x", "read")],
        parent,
        issued_at_secs: 100,
        expires_at_secs: 200,
    }
}

fn signed(credential: &Credential) -> String {
    let number = (1..=3).find(|n| did(*n) == credential.issuer).unwrap();
    sign(credential, "k", &key(number)).unwrap().token
}

fn ask<'a>(root: &'a Did, audience: Option<&'a Did>) -> Request<'a> {
    Request { root, audience, resource: "chain:x", action: "read", now_secs: 150 }
}

#[test]
fn a_grant_for_anybody_and_one_for_somebody() {
    let resolver: MemoryResolver = (1..=2).map(identity).collect();
    let verifier = Verifier::of_new(&resolver);
    let (one, two) = (did(1), did(2));
    let anyone = signed(&credential(1, Audience::Anyone, None));
    assert!(authorize(&anyone, &ask(&one, None), &verifier).is_ok());
    assert!(authorize(&anyone, &ask(&one, Some(&two)), &verifier).is_ok());
    let somebody = signed(&credential(1, Audience::Did(two.clone()), None));
    assert!(authorize(&somebody, &ask(&one, Some(&two)), &verifier).is_ok());
    for audience in [None, Some(&one)] {
        let refused = authorize(&somebody, &ask(&one, audience), &verifier);
        assert_eq!(refused, Err(CredentialError::Audience(two.to_string())));
    }
    assert_eq!(authorize(&somebody, &ask(&one, Some(&two)), &verifier).unwrap().chain().len(), 1);
    let mut other = ask(&one, None);
    other.action = "write";
    assert!(matches!(authorize(&anyone, &other, &verifier), Err(CredentialError::Scope { .. })));
}

#[test]
fn what_is_passed_on_ends_no_later() {
    let resolver: MemoryResolver = (1..=2).map(identity).collect();
    let verifier = Verifier::of_new(&resolver);
    let parent = signed(&credential(1, Audience::Did(did(2)), None));
    let mut child = credential(2, Audience::Anyone, Some(parent));
    assert!(authorize(&signed(&child), &ask(&did(1), None), &verifier).is_ok());
    child.expires_at_secs = 201;
    let refused = authorize(&signed(&child), &ask(&did(1), None), &verifier);
    assert_eq!(refused, Err(CredentialError::OutlivesParent));
}

#[test]
fn a_deleted_issuer_gives_nothing_until_restored() {
    let mut resolver: MemoryResolver = (1..=2).map(identity).collect();
    let token = signed(&credential(1, Audience::Anyone, None));
    let child = signed(&credential(2, Audience::Anyone, Some(token.clone())));
    let root = did(1);
    let allowed = |resolver: &MemoryResolver, token: &str| {
        authorize(token, &ask(&root, None), &Verifier::of_history(resolver)).map(|_| ())
    };
    let deleted = identity::sign_delete(&identity(1), at(1), "k", &key(1)).unwrap();
    resolver.insert(deleted.verified.clone());
    for token in [&token, &child] {
        let gone = CredentialError::IssuerDeleted(did(1));
        assert_eq!(allowed(&resolver, token), Err(gone));
    }
    let restored = identity::sign_restore(&deleted.verified, at(2), "k", &key(1)).unwrap();
    // A key that was rotated out keeps its credentials alive.
    let keys = Keys::single(Key::with_id("new", &PublicKey::from(&key(8))));
    let rotated = identity::sign_update(&restored.verified, keys, vec![], at(3), "k", &key(1));
    resolver.insert(rotated.unwrap().verified);
    for token in [&token, &child] {
        assert_eq!(allowed(&resolver, token), Ok(()));
    }
}

#[test]
fn an_unknown_issuer_may_become_known() {
    let resolver = MemoryResolver::new();
    let token = signed(&credential(1, Audience::Anyone, None));
    let error = verify(&token, 150, &Verifier::of_new(&resolver)).unwrap_err();
    let unknown = ResolveError::UnknownIdentity(did(1));
    assert_eq!(error, CredentialError::Statement(unknown.into()));
    assert!(error.is_dependency());
}

#[test]
fn the_schema() {
    let base = credential(1, Audience::Anyone, None).to_value();
    let with = |name: &str, value: &str| {
        let mut payload = base.clone();
        let members = payload.as_map_mut().unwrap();
        match value {
            "" => members.remove(name),
            value => members.insert(name.to_owned(), json::parse(value.as_bytes()).unwrap()),
        };
        Credential::from_value(&payload)
    };
    let entry = r#"{"resource":"a:b","action":"c"}"#;
    let many = |count: usize| format!("[{}]", vec![entry; count].join(","));
    for (name, value, good) in [
        ("prf", "", true),
        ("prf", "[]", true),
        ("prf", "null", false),
        ("prf", "[1]", false),
        ("prf", r#"["a","b"]"#, false),
        ("att", "[]", false),
        ("att", &many(32), true),
        ("att", &many(33), false),
        ("att", r#"[{"resource":"","action":"c"}]"#, false),
        ("att", r#"[{"resource":"a","action":"c","more":1}]"#, true),
        ("exp", "0", false),
        ("exp", "1.0", true),
        ("iat", "-1", false),
        ("iat", "\"1\"", false),
        ("aud", r#""did:dfos:x""#, false),
        ("aud", r#""**""#, false),
        ("iss", r#""*""#, false),
        ("type", r#""VerifiableCredential""#, false),
        ("version", "2", false),
        ("more", "{}", true),
    ] {
        assert_eq!(with(name, value).is_ok(), good, "{name} {value}");
    }
}

#[test]
fn a_token_has_at_most_262144_bytes() {
    let mut large = credential(1, Audience::Anyone, None);
    let key = key(1);
    large.parent = Some("x".repeat(CREDENTIAL_BYTES_MAX));
    let error = sign(&large, "k", &key).unwrap_err();
    assert!(matches!(error, StatementError::TooLarge { .. }), "{error}");
    // Not even looked at.
    let garbage = "x".repeat(CREDENTIAL_BYTES_MAX + 1);
    let error = statement::read::<Credential>(&garbage).unwrap_err();
    assert!(matches!(error, StatementError::TooLarge { .. }), "{error}");
    assert!(jws::parse(&garbage, Credential::TYP).is_err());
}
