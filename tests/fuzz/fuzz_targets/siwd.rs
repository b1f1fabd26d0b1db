//! Sign-in: a challenge has one text, what is signed is verified, and any text may come as a signed challenge.
#![no_main]
use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::resolve::MemoryResolver;
use imajin_dfos::siwd::{self, Challenge, Expected, SKEW_SECS_MAX};
use imajin_dfos::{PublicKey, SigningKey, Timestamp, Verifier};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = PublicKey::from(&key);
    let (keys, key_id) = (Keys::single(Key::new(&public)), public.key_id());
    let Ok(person) = sign_create(keys, vec![], Timestamp::MIN, &key_id, &key) else {
        return;
    };
    let did = person.verified.did().clone();
    let identities = MemoryResolver::from_iter([person.verified]);
    let verifier = Verifier::of_new(&identities);
    if let Ok(token) = std::str::from_utf8(data) {
        let expected = Expected {
            domain: "example.org",
            nonce: "n",
            now: Timestamp::MIN,
            window_secs: siwd::WINDOW_SECS,
        };
        let _ = siwd::verify(token, &expected, &verifier);
    }
    let Ok(challenge) = Challenge::parse(data) else {
        return;
    };
    assert_eq!(challenge.to_text().as_bytes(), data, "one text for one challenge");
    let signed = siwd::sign(&challenge, &did, &key_id, &key);
    let for_them = challenge.did.as_ref().is_none_or(|named| *named == did);
    assert_eq!(signed.is_ok(), for_them);
    let Ok(token) = signed else {
        return;
    };
    let expected =
        |now| Expected { domain: &challenge.domain, nonce: &challenge.nonce, now, window_secs: 0 };
    let session = siwd::verify(&token, &expected(challenge.timestamp), &verifier);
    assert_eq!(session.map(|session| session.challenge).as_ref(), Ok(&challenge));
    let late = challenge.timestamp.checked_add_millis((SKEW_SECS_MAX + 1) * 1000);
    if let Some(late) = late {
        assert!(siwd::verify(&token, &expected(late), &verifier).is_err());
    }
});
