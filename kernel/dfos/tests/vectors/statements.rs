//! Artifacts, countersignatures, revocations and claims, and what a signer is asked to sign.

use imajin_dfos::artifact::{self, Artifact};
use imajin_dfos::countersign::{self, Countersign};
use imajin_dfos::credit::CreditClaim;
use imajin_dfos::revocation::{self, Revocation};
use imajin_dfos::sign_request::{SignRequest, Target};
use imajin_dfos::siwd::{self, Challenge};
use imajin_dfos::statement::{self, Statement};
use imajin_dfos::{Did, PublicKey, SigningKey, Timestamp, Verifier, cbor, cid, hex};
use serde_json::Value as Json;

use crate::resolver::Keys;
use crate::{bytes, entries, sections, text};

/// Checks a token against its entry.
fn check<S: Statement + std::fmt::Debug>(entry: &Json) {
    let read = statement::read::<S>(text(entry, "jws")).unwrap();
    assert_eq!(read.cid().to_string(), text(entry, "cid"));
    assert_eq!(cbor::to_json(read.jws().header()), Ok(entry["header"].clone()));
    let payload = cbor::to_json(&read.statement().to_value());
    assert_eq!(payload, Ok(entry["payload"].clone()));
    assert_eq!(hex::encode(read.jws().signature()), text(entry, "signatureHex"));
}

/// A payload without a token.
fn check_payload<S: Statement>(entry: &Json) {
    let payload = cbor::from_json(&entry["payload"]).unwrap();
    let statement = S::from_value(&payload).unwrap();
    assert_eq!(statement.to_value(), payload);
    let cid = cid::dag_cbor_cid(&cbor::encode(&payload)).to_string();
    assert_eq!(cid, text(entry, "cid"));
}

#[test]
fn tokens() {
    let keys = Keys::of_vectors();
    let verifier = Verifier::of_history(&keys);
    for entry in sections("artifact") {
        check::<Artifact>(&entry);
        assert!(artifact::verify(text(&entry, "jws"), &verifier).is_ok());
    }
    for entry in entries("countersign") {
        check::<Countersign>(&entry);
        assert!(countersign::verify(text(&entry, "jws"), &verifier).is_ok());
    }
    for entry in sections("revocation") {
        check::<Revocation>(&entry);
        assert!(revocation::verify(text(&entry, "jws"), &verifier).is_ok());
    }
}

#[test]
fn payloads() {
    for entry in entries("creditClaim") {
        check_payload::<CreditClaim>(&entry);
    }
    for entry in sections("signRequest") {
        check_payload::<SignRequest>(&entry);
    }
}

#[test]
fn canonical_targets() {
    for section in sections("signerCanonical") {
        let subject = Did::parse(text(&section, "subject")).unwrap();
        let parse = |bytes: &str| {
            let typ = text(&section, "payloadTyp");
            Target::parse(typ, bytes.as_bytes(), &subject)
        };
        for accepted in section["accept"].as_array().unwrap() {
            let accepted = accepted.as_str().unwrap();
            assert_eq!(parse(accepted).unwrap().to_text(), accepted);
        }
        for rejected in section["reject"].as_array().unwrap() {
            let rejected = rejected.as_str().unwrap();
            assert!(parse(rejected).is_err(), "{rejected}");
        }
    }
}

#[test]
fn sign_in() {
    for section in sections("siwd") {
        for text in section["canonical"].as_array().unwrap() {
            let text = text.as_str().unwrap();
            let challenge = Challenge::parse(text.as_bytes()).unwrap();
            assert_eq!(challenge.to_text(), text);
        }
        for rejected in section["reject"].as_array().unwrap() {
            let rejected = rejected.as_str().unwrap();
            assert!(Challenge::parse(rejected.as_bytes()).is_err(), "{rejected}");
        }
        let key: [u8; 32] = bytes(&section, "seedHex").try_into().unwrap();
        let key = SigningKey::from_bytes(&key);
        let canonical = section["canonical"].as_array().unwrap().last().unwrap();
        let challenge = Challenge::parse(canonical.as_str().unwrap().as_bytes()).unwrap();
        let did = challenge.did.clone().unwrap();

        // Ours is the very token that the other implementation made.
        let token = text(&section, "jws");
        let key_id = "key_siwd_vector";
        assert_eq!(siwd::sign(&challenge, &did, key_id, &key).unwrap(), token);

        let mut keys = Keys::default();
        keys.keys.insert(key_id.to_owned(), PublicKey::from(&key));
        let at = |secs: i64| challenge.timestamp.checked_add_millis(secs * 1000).unwrap();
        let verify = |now: Timestamp, domain: &str, nonce: &str| {
            let expected = siwd::Expected { domain, nonce, now, window_secs: siwd::WINDOW_SECS };
            siwd::verify(token, &expected, &Verifier::of_new(&keys))
        };
        let (domain, nonce) = (&challenge.domain, &challenge.nonce);
        for (secs, good) in [(-61, false), (-60, true), (300, true), (301, false)] {
            assert_eq!(verify(at(secs), domain, nonce).is_ok(), good, "{secs}");
        }
        assert_eq!(verify(at(0), domain, nonce).unwrap().did, did);
        assert_eq!(verify(at(0), "evil.example", nonce), Err(siwd::SiwdError::Domain));
        assert_eq!(verify(at(0), domain, "x"), Err(siwd::SiwdError::Nonce));
    }
}
