//! Requests, what may be answered, and answers.

use ed25519_dalek::SigningKey;

use super::*;
use crate::PublicKey;
use crate::content::ContentId;
use crate::credit::{self, Credit, CreditClaim};
use crate::identity::{self, Key, Keys, Verified};
use crate::resolve::MemoryResolver;
use crate::siwd::{self, Challenge};

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + secs * 1000).unwrap()
}

fn identity(number: u8) -> Verified {
    let keys = Keys::single(Key::with_id("k", &PublicKey::from(&key(number))));
    let signed = identity::sign_create(keys, vec![], at(0), "k", &key(number));
    signed.unwrap().verified
}

fn did(number: u8) -> Did {
    identity(number).did().clone()
}

fn claim() -> CreditClaim {
    CreditClaim {
        content_id: ContentId::from_genesis(&crate::cid::dag_cbor_cid(b"")),
        did: did(2),
        role: "editor".to_owned(),
        created_at: at(0),
        as_of_document: None,
    }
}

fn request(target: &Target) -> SignRequest {
    SignRequest {
        did: did(1),
        subject: did(2),
        payload_typ: target.typ().to_owned(),
        payload: target.to_text().into_bytes(),
        created_at: at(0),
        expires_at: at(60),
    }
}

fn signed(request: &SignRequest) -> String {
    sign(request, "k", &key(1)).unwrap().token
}

#[test]
fn asked_shown_answered_and_used() {
    let resolver: MemoryResolver = (1..=2).map(identity).collect();
    let verifier = Verifier::of_new(&resolver);
    let token = signed(&request(&Target::CreditClaim(claim())));
    let request = verify(&token, at(59), &verifier).unwrap();
    let target = Target::from_request(&request, &did(2), 300).unwrap();
    assert_eq!(target, Target::CreditClaim(claim()));
    let response = answer(&request, &target, &did(2), "k", &key(2), at(59)).unwrap();
    assert_eq!(verify_response(&response, &request, &verifier), Ok(()));

    // The response is a claim like any other.
    let content_id = claim().content_id;
    let entry = |role: &str| {
        Value::map([
            ("did", Value::from(did(2).as_str())),
            ("role", Value::from(role)),
            ("claim", Value::from(response.as_str())),
        ])
    };
    let credit = credit::verify_entry(&entry("editor"), &content_id, &verifier);
    assert!(matches!(credit, Credit::Claimed(_)), "{credit:?}");
    let credit = credit::verify_entry(&entry("author"), &content_id, &verifier);
    assert!(matches!(credit, Credit::Invalid(_)), "{credit:?}");
    let other = ContentId::from_genesis(&crate::cid::dag_cbor_cid(b"x"));
    let credit = credit::verify_entry(&entry("editor"), &other, &verifier);
    assert!(matches!(credit, Credit::Invalid(_)), "{credit:?}");
    let nobody = MemoryResolver::new();
    let credit = credit::verify_entry(&entry("editor"), &content_id, &Verifier::of_new(&nobody));
    assert!(matches!(credit, Credit::Unverifiable(_)), "{credit:?}");
    let without = Value::map([("did", Value::from(did(2).as_str()))]);
    let credit = credit::verify_entry(&without, &content_id, &verifier);
    assert_eq!(credit, Credit::Unclaimed);
    let null = Value::map([("claim", Value::Null)]);
    let credit = credit::verify_entry(&null, &content_id, &verifier);
    assert!(matches!(credit, Credit::Invalid(_)), "{credit:?}");
}

#[test]
fn who_deleted_their_identity_has_still_done_the_work() {
    let deleted = identity::sign_delete(&identity(2), at(1), "k", &key(2)).unwrap();
    let resolver: MemoryResolver = [deleted.verified].into_iter().collect();
    let token = credit::sign(&claim(), "k", &key(2)).unwrap().token;
    assert!(credit::verify(&token, &Verifier::of_new(&resolver)).is_ok());
}

#[test]
fn wrong_and_not_checkable_are_different() {
    let token = signed(&request(&Target::CreditClaim(claim())));
    let nobody = MemoryResolver::new();
    let error = verify(&token, at(1), &Verifier::of_new(&nobody)).unwrap_err();
    assert!(error.is_unverifiable(), "{error}");

    let deleted = identity::sign_delete(&identity(1), at(1), "k", &key(1)).unwrap();
    let resolver: MemoryResolver = [deleted.verified].into_iter().collect();
    let error = verify(&token, at(1), &Verifier::of_new(&resolver)).unwrap_err();
    assert!(!error.is_unverifiable(), "{error}");

    let resolver: MemoryResolver = [identity(1)].into_iter().collect();
    let verifier = Verifier::of_new(&resolver);
    assert!(verify(&token, at(59), &verifier).is_ok());
    assert_eq!(verify(&token, at(60), &verifier), Err(SignRequestError::Expired));
}

#[test]
fn bounds() {
    let base = request(&Target::CreditClaim(claim()));
    let try_sign = |change: &dyn Fn(&mut SignRequest)| {
        let mut request = base.clone();
        change(&mut request);
        sign(&request, "k", &key(1)).is_ok()
    };
    assert!(try_sign(&|r| r.payload = vec![0; TARGET_BYTES_MAX]));
    assert!(!try_sign(&|r| r.payload = vec![0; TARGET_BYTES_MAX + 1]));
    assert!(!try_sign(&|r| r.payload = vec![]));
    assert!(try_sign(&|r| r.expires_at = at(WINDOW_SECS_MAX)));
    assert!(!try_sign(&|r| r.expires_at = at(WINDOW_SECS_MAX + 1)));
    assert!(!try_sign(&|r| r.expires_at = r.created_at));
    assert!(!try_sign(&|r| r.payload_typ = String::new()));
    assert!(!try_sign(&|r| r.payload_typ = "x".repeat(REQUEST_BYTES_MAX)));
    // Times are cut, never rounded.
    let mut odd = base.clone();
    odd.created_at = odd.created_at.checked_add_millis(999).unwrap();
    let token = signed(&odd);
    let read = statement::read::<SignRequest>(&token).unwrap();
    assert_eq!(read.statement().created_at, at(0));
}

#[test]
fn a_signer_signs_only_what_it_showed_and_only_for_itself() {
    let resolver: MemoryResolver = (1..=2).map(identity).collect();
    let verifier = Verifier::of_new(&resolver);
    let token = signed(&request(&Target::CreditClaim(claim())));
    let request = verify(&token, at(1), &verifier).unwrap();
    let mut other = claim();
    other.role = "author".to_owned();
    let other = Target::CreditClaim(other);
    let refused = answer(&request, &other, &did(2), "k", &key(2), at(1));
    assert_eq!(refused, Err(SignRequestError::Payload));
    let target = Target::from_request(&request, &did(2), 300).unwrap();
    let refused = answer(&request, &target, &did(1), "k", &key(1), at(1));
    assert_eq!(refused, Err(SignRequestError::Subject));
    let refused = answer(&request, &target, &did(2), "k", &key(2), at(60));
    assert_eq!(refused, Err(SignRequestError::Expired));
    assert_eq!(Target::from_request(&request, &did(1), 300), Err(SignRequestError::Subject));
    let unknown = Target::parse("did:dfos:artifact", b"{}", &did(2));
    let typ = "did:dfos:artifact".to_owned();
    assert_eq!(unknown, Err(SignRequestError::UnknownTarget(typ)));

    let response = answer(&request, &target, &did(2), "k", &key(2), at(1)).unwrap();
    let forged = answer(&request, &target, &did(2), "k", &key(1), at(1)).unwrap();
    assert!(verify_response(&forged, &request, &verifier).is_err());
    let mut elsewhere = request.clone().into_statement();
    elsewhere.payload.push(b' ');
    assert_eq!(verify_response(&response, &elsewhere, &verifier), Err(SignRequestError::Payload));
}

#[test]
fn a_sign_in_is_answered_while_its_challenge_is_good() {
    let challenge = Challenge {
        domain: "example.org".to_owned(),
        nonce: "n".to_owned(),
        timestamp: at(0),
        statement: Some("hello".to_owned()),
        did: None,
    };
    let request_of = |challenge: &Challenge| request(&Target::SignIn(challenge.clone()));
    assert!(Target::from_request(&request_of(&challenge), &did(2), 60).is_ok());
    let outlives = Target::from_request(&request_of(&challenge), &did(2), 59);
    assert_eq!(outlives, Err(SignRequestError::OutlivesChallenge));
    let mut other_challenge = challenge.clone();
    other_challenge.did = Some(did(1));
    let refused = Target::from_request(&request_of(&other_challenge), &did(2), 60);
    assert_eq!(refused, Err(SignRequestError::Subject));

    let resolver: MemoryResolver = (1..=2).map(identity).collect();
    let verifier = Verifier::of_new(&resolver);
    let request = verify(&signed(&request_of(&challenge)), at(1), &verifier).unwrap();
    let target = Target::from_request(&request, &did(2), 60).unwrap();
    let response = answer(&request, &target, &did(2), "k", &key(2), at(1)).unwrap();
    let expected =
        siwd::Expected { domain: "example.org", nonce: "n", now: at(30), window_secs: 60 };
    let session = siwd::verify(&response, &expected, &verifier).unwrap();
    assert_eq!((session.did, session.challenge), (did(2), challenge.clone()));
    assert!(siwd::sign(&other_challenge, &did(2), "k", &key(2)).is_err());
}

#[test]
fn only_keys_in_force_for_authentication_sign_in() {
    let challenge = Challenge {
        domain: "example.org".to_owned(),
        nonce: "n".to_owned(),
        timestamp: at(0),
        statement: None,
        did: None,
    };
    let token = siwd::sign(&challenge, &did(1), "k", &key(1)).unwrap();
    let expected = siwd::Expected {
        domain: "example.org",
        nonce: "n",
        now: at(0),
        window_secs: siwd::WINDOW_SECS,
    };
    let signs_in = |chain: &Verified| {
        let resolver: MemoryResolver = [chain.clone()].into_iter().collect();
        siwd::verify(&token, &expected, &Verifier::of_history(&resolver)).is_ok()
    };
    assert!(signs_in(&identity(1)));
    let mut keys = Keys::single(Key::with_id("k", &PublicKey::from(&key(1))));
    keys.auth.clear();
    let away = identity::sign_update(&identity(1), keys, vec![], at(1), "k", &key(1)).unwrap();
    assert!(!signs_in(&away.verified));
    let deleted = identity::sign_delete(&identity(1), at(1), "k", &key(1)).unwrap();
    assert!(!signs_in(&deleted.verified));
}
