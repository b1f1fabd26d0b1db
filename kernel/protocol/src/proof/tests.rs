use super::*;
use crate::did::tests::any_did;
use crate::fact::tests::any_fact;
use crate::fact::{Fact, FactValue};
use crate::id::IdText;
use crate::{Did, SAFE_INTEGER_MAX, jcs};
use imajin_dfos::base64;
use imajin_dfos::cid::{dag_cbor_cid, raw_cid};
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn did(seed: u8) -> Did {
    Did::from_key(key(seed).verifying_key().as_bytes())
}

fn kid() -> Kid {
    Kid::of_bare_key(&did(1)).unwrap()
}

fn full() -> ProofPayload {
    ProofPayload {
        aud: did(2),
        did: did(1),
        service: "events".into(),
        op: "events.ticket.buy".into(),
        reference: Some(IdText::parse("evt_9f").unwrap()),
        body: Some(dag_cbor_cid(b"body")),
        fact: Some(
            Fact::new([
                ("price", FactValue::Int(1250)),
                ("currency", IdText::parse("CAD").unwrap().into()),
            ])
            .unwrap(),
        ),
        to: vec![did(3), did(4)],
        seen: Some(EntryPosition { seq: 41, cid: dag_cbor_cid(b"seen") }),
        after: Some(raw_cid(b"after")),
        chain: Some(dag_cbor_cid(b"chain")),
        iat: 1_790_000_000,
        via: Some(dag_cbor_cid(b"via")),
    }
}

/// Returns the full payload, changed.
fn full_with(edit: impl FnOnce(&mut ProofPayload)) -> ProofPayload {
    let mut payload = full();
    edit(&mut payload);
    payload
}

fn empty() -> ProofPayload {
    full_with(|p| {
        p.reference = None;
        p.body = None;
        p.fact = None;
        p.to = vec![];
        p.seen = None;
        p.after = None;
        p.chain = None;
        p.iat = 0;
        p.via = None;
    })
}

/// Returns the payload for the generic writer, as docs/format.md §3 describes it.
fn generic(p: &ProofPayload) -> serde_json::Value {
    let text = |cid: &Option<imajin_dfos::Cid>| cid.map(|cid| cid.to_string());
    let mut members = json!({
        "v": 1, "aud": p.aud, "did": p.did, "service": p.service, "op": p.op, "ref": p.reference, "body": text(&p.body),
        "fact": p.fact, "to": p.to, "seen": p.seen.map(|s| json!({"seq": s.seq, "cid": s.cid.to_string()})),
        "after": text(&p.after), "chain": text(&p.chain), "iat": p.iat,
    });
    if let Some(via) = text(&p.via) {
        members["via"] = via.into();
    }
    members
}

/// Returns a token with this text as header and payload, signed by no one.
fn token(header: &str, payload: &str) -> String {
    let part = |text: &str| base64::encode_url(text.as_bytes());
    format!("{}.{}.{}", part(header), part(payload), base64::encode_url(&[0; 64]))
}

fn header() -> String {
    format!("{{\"alg\":\"EdDSA\",\"kid\":\"{}\",\"typ\":\"mjn:proof\"}}", kid())
}

#[test]
fn the_empty_payload_as_text() {
    let payload = empty();
    let expected = format!(
        "{{\"after\":null,\"aud\":\"{}\",\"body\":null,\"chain\":null,\"did\":\"{}\",\"fact\":null,\"iat\":0,\
         \"op\":\"events.ticket.buy\",\"ref\":null,\"seen\":null,\"service\":\"events\",\"to\":[],\"v\":1}}",
        did(2),
        did(1)
    );
    assert_eq!(payload.to_jcs(), expected);
    assert_eq!(payload.cid(), raw_cid(expected.as_bytes()));
}

#[test]
fn sign_write_read_verify() {
    for payload in [full(), empty()] {
        let proof = Proof::sign(&key(1), kid(), payload).unwrap();
        let token = proof.to_compact();
        let read = Proof::parse(&token).unwrap();
        assert_eq!(read, proof);
        assert_eq!(read.to_compact(), token);
        assert_eq!(token.rsplit_once('.').unwrap().0, proof.signing_input());
        assert_eq!(read.verify(&key(1).verifying_key()), Ok(read.payload.cid()));
        assert_eq!(read.verify(&key(2).verifying_key()), Err(ProofError::Signature));
    }
}

/// Tests that the header is a frozen text: any other order, space, member or algorithm is refused.
#[test]
fn one_header_only() {
    let payload = full().to_jcs();
    assert!(Proof::parse(&token(&header(), &payload)).is_ok());
    let kid = kid();
    for bad in [
        format!("{{\"alg\":\"EdDSA\",\"typ\":\"mjn:proof\",\"kid\":\"{kid}\"}}"),
        format!("{{\"alg\":\"none\",\"kid\":\"{kid}\",\"typ\":\"mjn:proof\"}}"),
        format!("{{\"alg\":\"EdDSA\",\"kid\":\"{kid}\",\"typ\":\"mjn:head\"}}"),
        format!("{{\"alg\":\"EdDSA\", \"kid\":\"{kid}\",\"typ\":\"mjn:proof\"}}"),
        format!("{{\"alg\":\"EdDSA\",\"kid\":\"{kid}\",\"typ\":\"mjn:proof\"}}\n"),
        format!("{{\"alg\":\"EdDSA\",\"crit\":[],\"kid\":\"{kid}\",\"typ\":\"mjn:proof\"}}"),
        format!("{{\"alg\":\"EdDSA\",\"kid\":\"{kid}\",\"typ\":\"mjn:proof\",\"x\":1}}"),
        format!("{{\"alg\":\"EdDSA\",\"kid\":\"{kid}\",\"typ\":\"x\",\"typ\":\"mjn:proof\"}}"),
        String::new(),
    ] {
        assert!(
            matches!(Proof::parse(&token(&bad, &payload)), Err(ProofError::Compact(_))),
            "{bad}"
        );
    }
}

#[test]
fn one_payload_only() {
    let good = full().to_jcs();
    let parse = |payload: &str| Proof::parse(&token(&header(), payload));
    assert!(parse(&good).is_ok());
    let mjn = "did:mjn:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw";
    for (from, to, at) in [
        ("\"v\":1", "\"v\":2", "v"),
        ("\"v\":1", "\"v\":1.0", "v"),
        ("\"v\":1", "\"v\":1,\"x\":1", "v"),
        ("\"v\":1,", "\"v\":1, ", "v"),
        ("\"v\":1,\"via\"", "\"v\":1,\"wia\"", "v"),
        ("{\"after\"", "{ \"after\"", "after"),
        ("{\"after\"", "{\"aaa\":1,\"after\"", "after"),
        ("\"iat\":1790000000", "\"iat\":1790000000.0", "op"),
        ("\"iat\":1790000000", "\"iat\":\"1790000000\"", "iat"),
        ("\"ref\":\"evt_9f\"", "\"ref\":\"evt\\u005f9f\"", "ref"),
        ("\"ref\":\"evt_9f\"", "\"ref\":\"two words\"", "ref"),
        ("\"ref\":\"evt_9f\",", "", "ref"),
        ("\"seq\":41", "\"seq\":-1", "seen"),
        ("\"seq\":41", "\"seq\":9007199254740992", "seen"),
        (
            "\"fact\":{\"currency\":\"CAD\",\"price\":1250}",
            "\"fact\":{\"price\":1250,\"currency\":\"CAD\"}",
            "fact",
        ),
        ("\"fact\":{\"currency\":\"CAD\",\"price\":1250}", "\"fact\":{}", "fact"),
        (did(4).as_str(), mjn, "to"),
        (did(2).as_str(), mjn, "aud"),
        ("\"service\":\"events\"", "\"service\":null", "service"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        assert_eq!(parse(&bad), Err(ProofError::Member(at)), "{from} → {to}");
    }
    for bad in [format!("{good} "), good.replace("\"}", "\",\"x\":1}")] {
        assert_eq!(parse(&bad), Err(ProofError::Member("via")), "{bad}");
    }
    let unnamed = full_with(|p| p.via = None);
    let unnamed = unnamed.to_jcs();
    assert!(parse(&unnamed).is_ok());
    for end in ["1} ", "1,\"via\":null}", "1,\"x\":1}", "1,}"] {
        let bad = format!("{}{end}", unnamed.strip_suffix("1}").unwrap());
        let at = if end.contains("via") { "via" } else { "v" };
        assert_eq!(parse(&bad), Err(ProofError::Member(at)), "{bad}");
    }
    // `after` is of raw bytes, the other CIDs of dag-cbor.
    let (raw, cbor) = (raw_cid(b"x").to_string(), dag_cbor_cid(b"x").to_string());
    for (from, to, at) in [
        (full().after.unwrap(), &cbor, "after"),
        (full().body.unwrap(), &raw, "body"),
        (full().chain.unwrap(), &raw, "chain"),
        (full().via.unwrap(), &raw, "via"),
        (full().seen.unwrap().cid, &raw, "seen"),
    ] {
        let bad = good.replace(&from.to_string(), to);
        assert_eq!(parse(&bad), Err(ProofError::Member(at)));
    }
}

#[test]
fn rules_hold_when_signing_as_when_reading() {
    let email = Did::from_email("ada@example.org").unwrap();
    let many = |n: u8| (0..n).map(|i| Did::from_key(&[i; 32])).collect::<Vec<_>>();
    let cases: Vec<(ProofPayload, ProofError)> = vec![
        (full_with(|p| p.op = "profile.update".into()), ProofError::Op),
        (full_with(|p| p.op = "events".into()), ProofError::Op),
        (full_with(|p| p.op = "events.a\"b".into()), ProofError::Op),
        (
            full_with(|p| {
                p.service = "Events".into();
                p.op = "Events.x".into();
            }),
            ProofError::Op,
        ),
        (full_with(|p| p.aud = email.clone()), ProofError::Personal("aud")),
        (full_with(|p| p.did = email.clone()), ProofError::Personal("did")),
        (full_with(|p| p.to = vec![email]), ProofError::Personal("to")),
        (full_with(|p| p.to = vec![did(3), did(4), did(3)]), ProofError::To),
        (full_with(|p| p.iat = -1), ProofError::Integer("iat")),
    ];
    for (payload, error) in cases {
        assert_eq!(Proof::sign(&key(1), kid(), payload.clone()), Err(error.clone()));
        assert!(Proof::parse(&token(&header(), &payload.to_jcs())).is_err(), "{error}");
    }
    assert!(Proof::sign(&key(1), kid(), full_with(|p| p.to = many(64))).is_ok());
    let payload = full_with(|p| p.to = many(65));
    assert_eq!(Proof::sign(&key(1), kid(), payload.clone()), Err(ProofError::To));
    assert_eq!(Proof::parse(&token(&header(), &payload.to_jcs())), Err(ProofError::Member("to")));
    let payload = full_with(|p| p.iat = SAFE_INTEGER_MAX + 1);
    assert_eq!(payload.check(), Err(ProofError::Integer("iat")));
    let payload =
        full_with(|p| p.seen = Some(EntryPosition { seq: u64::MAX, cid: dag_cbor_cid(b"") }));
    assert_eq!(payload.check(), Err(ProofError::Integer("seen")));
    let payload = full_with(|p| p.body = Some(raw_cid(b"")));
    assert_eq!(payload.check(), Err(ProofError::Codec("body", "dag-cbor")));
}

#[test]
fn the_largest_proof_fits() {
    let event = |i: usize| Did::event(&format!("{i:x<64}")).unwrap();
    // Lists of short ids are the fact whose JSON is the longest for its dag-cbor.
    let ids = |from: usize| -> FactValue {
        (0..64)
            .map(|i| IdText::parse(&format!("{}", (from + i) % 10)).unwrap())
            .collect::<Vec<_>>()
            .into()
    };
    let payload = full_with(|p| {
        p.aud = event(900);
        p.did = event(901);
        p.to = (0..64).map(event).collect();
        p.reference = Some(IdText::parse(&"x".repeat(160)).unwrap());
        p.fact = Some(Fact::new([("a", ids(0)), ("b", ids(1)), ("c", ids(2))]).unwrap());
    });
    let kid = Kid::new(event(902), "k".repeat(64)).unwrap();
    let token = Proof::sign(&key(1), kid, payload).unwrap().to_compact();
    assert!(token.len() < PROOF_BYTES_MAX, "{}", token.len());
    assert!(Proof::parse(&token).is_ok());
    let long = "a".repeat(PROOF_BYTES_MAX + 1);
    assert_eq!(Proof::parse(&long), Err(CompactError::TooLong(PROOF_BYTES_MAX).into()));
}

fn any_payload() -> impl Strategy<Value = ProofPayload> {
    let durable =
        || any_did().prop_filter("erasable names only in bodies", |did| !did.is_personal());
    let cbor = || any::<[u8; 8]>().prop_map(|bytes| dag_cbor_cid(&bytes));
    let op = ("[a-z][a-z0-9]{0,15}", proptest::collection::vec("[a-z0-9]{1,12}", 1..4))
        .prop_map(|(service, verbs)| (service.clone(), format!("{service}.{}", verbs.join("."))));
    let content = (
        op,
        option::of("[A-Za-z0-9:._%+@/-]{1,80}".prop_map(|id| IdText::parse(&id).unwrap())),
        option::of(cbor()),
        option::of(any_fact()),
        proptest::collection::btree_set(durable(), 0..6),
    );
    let place = (
        durable(),
        durable(),
        option::of((0..=SAFE_INTEGER_MAX as u64, cbor())),
        option::of(any::<[u8; 8]>().prop_map(|bytes| raw_cid(&bytes))),
        option::of(cbor()),
        option::of(cbor()),
        0..=SAFE_INTEGER_MAX,
    );
    (content, place).prop_map(
        |(((service, op), reference, body, fact, to), (aud, did, seen, after, chain, via, iat))| {
            ProofPayload {
                aud,
                did,
                service,
                op,
                reference,
                body,
                fact,
                to: to.into_iter().rev().collect(),
                seen: seen.map(|(seq, cid)| EntryPosition { seq, cid }),
                after,
                chain,
                iat,
                via,
            }
        },
    )
}

proptest! {
    #[test]
    fn hand_written_json_is_the_canonical_json(payload in any_payload()) {
        prop_assert_eq!(payload.to_jcs(), jcs::to_string(&generic(&payload)));
    }

    #[test]
    fn round_trip(payload in any_payload(), seed: u8, key_id in "[A-Za-z0-9_.-]{1,64}") {
        let kid = Kid::new(did(seed), key_id).unwrap();
        let proof = Proof::sign(&key(seed), kid, payload).unwrap();
        let token = proof.to_compact();
        prop_assert_eq!(&Proof::parse(&token).unwrap(), &proof);
        prop_assert!(proof.verify(&key(seed).verifying_key()).is_ok());
    }

    /// Tests that every accepted token is the only one for its contents.
    #[test]
    fn accepted_is_canonical(payload in any_payload(), at: prop::sample::Index, byte: u8, cut: bool) {
        let mut bytes = payload.to_jcs().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.remove(at); } else { bytes[at] = byte; }
        let text = String::from_utf8_lossy(&bytes);
        let token = token(&header(), &text);
        if let Ok(proof) = Proof::parse(&token) {
            prop_assert_eq!(proof.to_compact(), token);
        }
    }

    /// Tests that a token with one changed bit is refused as malformed, or by its signature.
    #[test]
    fn a_changed_token_never_verifies(at: prop::sample::Index, bit in 0u8..7) {
        let token = Proof::sign(&key(1), kid(), full()).unwrap().to_compact();
        let mut bytes = token.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let text = String::from_utf8(bytes).unwrap();
        let verified = Proof::parse(&text).and_then(|proof| proof.verify(&key(1).verifying_key()));
        prop_assert!(verified.is_err());
    }

    #[test]
    fn no_input_panics(text in "[ -~]{0,80}", payload in "[{}\\[\\]\",:0-9a-z]{0,60}") {
        let _ = Proof::parse(&text);
        let _ = Proof::parse(&token(&header(), &payload));
    }
}
