use super::*;
use crate::jcs;
use imajin_dfos::base64;
use imajin_dfos::cid::{dag_cbor_cid, raw_cid};
use proptest::prelude::*;
use serde_json::json;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn kid() -> Kid {
    Kid::of_bare_key(&Did::from_key(key().verifying_key().as_bytes())).unwrap()
}

fn payload() -> HeadPayload {
    HeadPayload {
        at: Timestamp::parse("2026-11-20T08:12:00.123Z").unwrap(),
        cid: dag_cbor_cid(b"header"),
        did: Did::from_key(&[7; 32]),
        epoch: 2,
        seq: 41,
    }
}

fn generic(p: &HeadPayload) -> String {
    let value = json!({"v": 1, "did": p.did, "epoch": p.epoch, "seq": p.seq, "cid": p.cid.to_string(), "at": p.at});
    jcs::to_string(&value)
}

fn token(payload: &str) -> String {
    let header = format!("{{\"alg\":\"EdDSA\",\"kid\":\"{}\",\"typ\":\"mjn:head\"}}", kid());
    let part = |text: &str| base64::encode_url(text.as_bytes());
    format!("{}.{}.{}", part(&header), part(payload), base64::encode_url(&[0; 64]))
}

#[test]
fn sign_write_read_verify() {
    let head = Head::sign(&key(), kid(), payload()).unwrap();
    let read = Head::parse(&head.to_compact()).unwrap();
    assert_eq!(read, head);
    assert_eq!(read.verify(&key().verifying_key()), Ok(()));
    let other = SigningKey::from_bytes(&[2; 32]).verifying_key();
    assert_eq!(read.verify(&other), Err(HeadError::Signature));
    assert_eq!(read.node(), kid().did());
}

#[test]
fn one_form_only() {
    let good = payload().to_jcs();
    assert!(Head::parse(&token(&good)).is_ok());
    for (from, to, at) in [
        (".123Z", "Z", "at"),
        ("\"epoch\":2", "\"epoch\":2.0", "seq"),
        ("\"seq\":41", "\"seq\":041", "seq"),
        ("\"v\":1", "\"v\":1,\"w\":1", "v"),
        ("\"did\":", "\"did\": ", "did"),
        ("{\"at\"", "{\"aa\":1,\"at\"", "at"),
    ] {
        let expected = Err(HeadError::Member(at));
        assert_eq!(Head::parse(&token(&good.replacen(from, to, 1))), expected, "{to}");
    }
    // A proof is not a head.
    let other = token(&good).replacen(&base64::encode_url(b"{\"alg\""), "x", 1);
    assert!(matches!(Head::parse(&other), Err(HeadError::Compact(_))));
}

#[test]
fn rules_hold_when_signing() {
    for bad in [
        HeadPayload { epoch: 0, ..payload() },
        HeadPayload { seq: u64::MAX, ..payload() },
        HeadPayload { cid: raw_cid(b""), ..payload() },
        HeadPayload { did: Did::from_email("a@b.c").unwrap(), ..payload() },
    ] {
        assert_eq!(Head::sign(&key(), kid(), bad.clone()), Err(HeadError::Value));
        assert!(Head::parse(&token(&bad.to_jcs())).is_err());
    }
}

#[test]
fn ahead() {
    let head = |epoch, seq| HeadPayload { epoch, seq, ..payload() };
    let signed = |epoch, seq| Head::sign(&key(), kid(), head(epoch, seq)).unwrap();
    assert!(signed(2, 1).is_ahead_of(&head(1, 9)));
    assert!(signed(1, 10).is_ahead_of(&head(1, 9)));
    assert!(!signed(1, 9).is_ahead_of(&head(1, 9)));
    assert!(!signed(1, 10).is_ahead_of(&head(2, 0)));
}

proptest! {
    #[test]
    fn hand_written_json_is_the_canonical_json(seed: [u8; 32], millis in 0i64..253_402_300_799_999, epoch in 1u64..1 << 53, seq in 0u64..1 << 53) {
        let payload = HeadPayload {
            at: Timestamp::from_millis(millis).unwrap(),
            cid: dag_cbor_cid(&seed),
            did: Did::from_key(&seed),
            epoch,
            seq,
        };
        prop_assert_eq!(payload.to_jcs(), generic(&payload));
        let head = Head::sign(&key(), kid(), payload).unwrap();
        prop_assert_eq!(Head::parse(&head.to_compact()).unwrap(), head);
    }
}
