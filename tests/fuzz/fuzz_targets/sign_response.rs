//! Answers to sign requests: what is understood is answered and accepted, what is not is never signed, and any text may
//! come as an answer.
#![no_main]
use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::resolve::{KeyScope, MemoryResolver};
use imajin_dfos::sign_request::{SignRequest, Target, answer, verify_response};
use imajin_dfos::{PublicKey, SigningKey, Timestamp, Verifier, statement};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = PublicKey::from(&key);
    let (keys, key_id) = (Keys::single(Key::new(&public)), public.key_id());
    let Ok(now) = Timestamp::parse("2026-01-01T00:00:00.000Z") else {
        return;
    };
    let Ok(person) = sign_create(keys, vec![], now, &key_id, &key) else {
        return;
    };
    let did = person.verified.did().clone();
    let identities = MemoryResolver::from_iter([person.verified]);
    let verifier = Verifier::of_new(&identities);
    for typ in ["did:dfos:credit-claim", "did:dfos:siwd"] {
        let request = SignRequest {
            did: did.clone(),
            subject: did.clone(),
            payload_typ: typ.to_owned(),
            payload: data.to_vec(),
            created_at: now,
            expires_at: Timestamp::MAX,
        };
        if let Ok(token) = std::str::from_utf8(data) {
            let _ = verify_response(token, &request, &verifier);
        }
        let Ok(target) = Target::parse(typ, data, &did) else {
            continue;
        };
        let expires_at = now.checked_add_millis(60_000).unwrap_or(Timestamp::MAX);
        let request = SignRequest { expires_at, ..request };
        let Ok(signed) = statement::sign(&request, &key_id, &key) else {
            continue;
        };
        let read = statement::read::<SignRequest>(&signed.token);
        let attested = read.and_then(|read| read.attest(&verifier, KeyScope::Current));
        let Ok(attested) = attested else {
            panic!("signed and not read again");
        };
        let token = answer(&attested, &target, &did, &key_id, &key, now);
        let Ok(token) = token else {
            panic!("understood and not answered: {token:?}");
        };
        assert_eq!(verify_response(&token, &attested, &verifier), Ok(()));
        let other = SignRequest { payload: vec![b'x'], ..request };
        assert!(verify_response(&token, &other, &verifier).is_err());
    }
});
