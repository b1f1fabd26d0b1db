//! Credentials, what they allow, and auth tokens.

use imajin_dfos::auth::{self, AuthError};
use imajin_dfos::credential::{
    self, Attenuation, Audience, Credential, CredentialError, Request, authorize,
};
use imajin_dfos::statement::{self, Statement};
use imajin_dfos::{Did, Timestamp, Verifier, cbor, hex};
use serde_json::Value as Json;

use crate::resolver::{Keys, signing_key};
use crate::{entries, sections, text};

fn scope(entries: &Json) -> Vec<Attenuation> {
    let entry = |entry: &Json| Attenuation::new(text(entry, "resource"), text(entry, "action"));
    entries.as_array().unwrap().iter().map(entry).collect()
}

/// A credential from an identity to itself, on a chain.
fn own(issued_at_secs: i64, expires_at_secs: i64, parent: Option<String>) -> Credential {
    let issuer = Did::parse("did:dfos:cnnnft9f8a2rn938d6nkz38r847v2kr").unwrap();
    Credential {
        audience: Audience::Did(issuer.clone()),
        scope: vec![Attenuation::new("chain:X", "write")],
        issuer,
        parent,
        issued_at_secs,
        expires_at_secs,
    }
}

fn signed(credential: &Credential) -> String {
    let (key, key_id) = signing_key();
    credential::sign(credential, &key_id, &key).unwrap().token
}

#[test]
fn accepted() {
    let keys = Keys::of_vectors();
    let verifier = Verifier::of_history(&keys);
    for (list, meta) in sections("credentials").iter().zip(sections("credentialMeta")) {
        for entry in list.as_array().unwrap() {
            let token = text(entry, "jws");
            let now = meta["verifyAtUnix"].as_i64().unwrap();
            let credential = credential::verify(token, now, &verifier).unwrap();
            assert_eq!(credential.cid().to_string(), text(&entry["header"], "cid"));
            assert_eq!(credential.audience.as_str(), text(&meta, "aud"));
            let payload = cbor::to_json(&credential.to_value()).unwrap();
            assert_eq!(payload, entry["payload"], "{}", text(entry, "name"));
            let jws = statement::read::<Credential>(token).unwrap();
            assert_eq!(hex::encode(jws.jws().signature()), text(entry, "signatureHex"));
        }
    }
}

#[test]
fn time() {
    for entry in entries("credentialTemporal") {
        let number = |name: &str| entry[name].as_i64().unwrap();
        let now = match entry["createdAt"].as_str() {
            Some(at) => Timestamp::parse(at).unwrap().as_secs(),
            None => number("now"),
        };
        let valid = own(number("iat"), number("exp"), None).check_time(now).is_ok();
        assert_eq!(valid, entry["valid"].as_bool().unwrap(), "{entry}");
    }
}

#[test]
fn attenuation() {
    for entry in entries("attenuation") {
        let (parent, child) = (scope(&entry["parent"]), scope(&entry["child"]));
        let attenuated = credential::is_attenuated(&parent, &child);
        assert_eq!(attenuated, entry["attenuated"].as_bool().unwrap(), "{entry}");
    }
    for entry in entries("matchesResource") {
        let (resource, action) = (text(&entry, "resource"), text(&entry, "action"));
        let covered = credential::covers(&scope(&entry["att"]), resource, action);
        assert_eq!(covered, entry["covered"].as_bool().unwrap(), "{entry}");
    }
}

#[test]
fn depth() {
    let keys = Keys::of_vectors();
    for entry in entries("delegationDepth") {
        let mut parent = None;
        for _ in 0..entry["credentials"].as_u64().unwrap() {
            parent = Some(signed(&own(1_772_841_600, 1_798_761_600, parent)));
        }
        let root = own(1, 2, None).issuer;
        let request = Request {
            root: &root,
            audience: Some(&root),
            resource: "chain:X",
            action: "write",
            now_secs: 1_772_841_600,
        };
        let verdict = authorize(&parent.unwrap(), &request, &Verifier::of_history(&keys));
        match text(&entry, "verdict") {
            "accept" => assert!(verdict.is_ok(), "{verdict:?}"),
            _ => assert_eq!(verdict, Err(CredentialError::TooDeep(16))),
        }
    }
}

#[test]
fn revocation_as_of() {
    let mut keys = Keys::of_vectors();
    for entry in entries("asOfRevocation") {
        let at = |name: &str| Timestamp::parse(text(&entry, name)).unwrap();
        keys.revoked_at = Some(at("revocation"));
        let token = signed(&own(1, 9_999_999_999, None));
        let root = own(1, 2, None).issuer;
        let request = Request {
            root: &root,
            audience: Some(&root),
            resource: "chain:X",
            action: "write",
            now_secs: at("op").as_secs(),
        };
        let history = authorize(&token, &request, &Verifier::of_history(&keys));
        assert_eq!(history.is_ok(), entry["opValid"].as_bool().unwrap());
        let new = authorize(&token, &request, &Verifier::of_new(&keys));
        assert!(matches!(new, Err(CredentialError::Revoked(_))));
    }
}

#[test]
fn auth_tokens() {
    let keys = Keys::of_vectors();
    let verifier = Verifier::of_new(&keys);
    for section in sections("authTokens") {
        let audience = text(&section["recipe"], "aud");
        for case in section["cases"].as_array().unwrap() {
            let mut expected = auth::Expected {
                audience,
                now_secs: case["now"].as_i64().unwrap(),
                lifetime_secs_max: Some(auth::LIFETIME_SECS_MAX),
            };
            let token = text(&section, "jws");
            let verdict = auth::verify(token, &expected, &verifier);
            assert_eq!(verdict.is_ok(), case["valid"].as_bool().unwrap(), "{case}");
            if verdict.is_ok() {
                expected.lifetime_secs_max = Some(1);
                assert_eq!(auth::verify(token, &expected, &verifier), Err(AuthError::Lifetime(1)));
                expected.audience = "another";
                assert_eq!(auth::verify(token, &expected, &verifier), Err(AuthError::Audience));
            }
        }
    }
}
