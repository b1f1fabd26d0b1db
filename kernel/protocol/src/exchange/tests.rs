use super::DocumentError;
use super::*;
use crate::json_signature::sign_json;
use imajin_dfos::{PublicKey, base64};
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: &str = "2026-11-20T12:00:00.000Z";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn did(seed: u8) -> Did {
    Did::from_key(PublicKey::from(&key(seed)).as_bytes())
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn exchange() -> Exchange {
    Exchange::new(did(1), at(NOW), "0123456789abcdef".to_owned())
}

const REQUEST: Request<'_> = Request {
    host: "box.example",
    method: "POST",
    target: "/connections/api/query?a=b",
    body: b"{}",
};

#[test]
fn the_text_is_the_one_of_the_contract() {
    let text = exchange().text(&REQUEST);
    assert_eq!(
        text,
        format!(
            "MJN1\n{}\nbox.example\nPOST\n/connections/api/query?a=b\n{NOW}\n0123456789abcdef\n\
             44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n\n",
            did(1)
        )
    );
}

#[test]
fn five_minutes_either_way() {
    let (exchange, keys) = (exchange(), [key(1).verifying_key()]);
    let signature = parse_signature(&exchange.sign(&REQUEST, &key(1))).unwrap();
    let verify = |now: &str| exchange.verify(&REQUEST, &signature, &keys, at(now));
    for now in [NOW, "2026-11-20T12:05:00.000Z", "2026-11-20T11:55:00.000Z"] {
        assert_eq!(verify(now), Ok(()));
    }
    for now in ["2026-11-20T12:05:00.001Z", "2026-11-20T11:54:59.999Z"] {
        assert_eq!(verify(now), Err(ExchangeError::Time));
    }
    let theirs = exchange.verify(&REQUEST, &signature, &[key(2).verifying_key()], at(NOW));
    assert_eq!(theirs, Err(ExchangeError::Signature));
}

#[test]
fn headers_in_one_form() {
    let all = |change: &dyn Fn(&'static str) -> Option<&'static str>| {
        let did = did(1).to_string();
        let hex = "00".repeat(64);
        Exchange::read(|name| match change(name) {
            Some("") => None,
            Some(value) => Some(value),
            None => match name {
                DID => Some(did.as_str()),
                TIMESTAMP => Some(NOW),
                NONCE => Some("0123456789abcdef"),
                SIGNATURE => Some(hex.as_str()),
                _ => None,
            },
        })
        .map(|read| read.0)
    };
    assert_eq!(all(&|_| None), Ok(exchange()));
    for (name, value) in [
        (DID, ""),
        (DID, "did:web:x"),
        (DID, "did:mjn:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"),
        (TIMESTAMP, ""),
        (TIMESTAMP, "1700000000000"),
        (NONCE, ""),
        (NONCE, "short"),
        (NONCE, "0123456789abcde\n"),
        (SIGNATURE, ""),
        (SIGNATURE, "00"),
    ] {
        assert!(all(&|asked| (asked == name).then_some(value)).is_err(), "{name} {value}");
    }
}

fn document(mut value: Value, seed: u8) -> String {
    let signature = hex::encode(&sign_json(&key(seed), &value));
    value["signature"] = json!(signature);
    base64::encode_url(value.to_string().as_bytes())
}

fn consent() -> Value {
    json!({
        "version": "1", "consumer": did(1), "content": "did:imajin:x/essay", "intendedUse": "reading",
        "expires": "2026-11-21T12:00:00.000Z", "timestamp": NOW,
    })
}

fn instruction() -> Value {
    json!({
        "version": 1, "consumer": did(1), "content": "essay", "amount": 100, "currency": "USD", "timestamp": NOW,
        "distribution": [{"did": did(2), "amount": 70, "share": 0.7}, {"did": did(3), "amount": 30, "share": 0.3}],
    })
}

fn with_member(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

#[test]
fn consent_is_the_senders_and_holds() {
    let read = |value: Value, seed| {
        Consent::read(&document(value, seed), &did(1), &[key(1).verifying_key()], at(NOW))
    };
    let fine = read(consent(), 1).unwrap();
    assert_eq!((fine.intended_use.as_str(), fine.consumer), ("reading", did(1)));
    assert_eq!(read(consent(), 2), Err(DocumentError::Signature));
    let expected = Err(DocumentError::Consumer);
    assert_eq!(read(with_member(consent(), "consumer", json!(did(2))), 1), expected);
    assert_eq!(read(with_member(consent(), "expires", json!(NOW)), 1), Err(DocumentError::Expired));
    assert_eq!(
        read(with_member(consent(), "timestamp", json!("2026-11-20T13:00:00.000Z")), 1),
        Err(DocumentError::Future)
    );
    assert_eq!(read(with_member(consent(), "version", json!(2)), 1), Err(DocumentError::Version));
    assert!(read(with_member(consent(), "content", json!("")), 1).is_err());
    for header in ["", "!", "e30", "W10"] {
        assert!(Consent::read(header, &did(1), &[], at(NOW)).is_err());
    }
}

#[test]
fn what_is_paid_is_whole() {
    let read = |value: Value| {
        Instruction::read(&document(value, 1), &did(1), &[key(1).verifying_key()], at(NOW))
    };
    assert_eq!(read(instruction()).unwrap().distribution, [(did(2), 70), (did(3), 30)]);
    assert_eq!(read(with_member(instruction(), "amount", json!(101))), Err(DocumentError::Sum));
    for (name, member) in [
        ("amount", json!(1.5)),
        ("amount", json!(-1)),
        ("amount", json!("100")),
        ("currency", json!("usd")),
        ("distribution", json!([])),
        ("distribution", json!([{"did": did(2), "amount": 101}, {"did": did(3), "amount": -1}])),
        ("timestamp", json!("2026-11-20T11:00:00.000Z")),
    ] {
        assert!(read(with_member(instruction(), name, member.clone())).is_err(), "{name} {member}");
    }
}

proptest! {
    /// Tests that any change in a request is noticed.
    #[test]
    fn every_part_is_signed(which in 0_usize..8, text in "[a-z]{1,8}") {
        let exchange = exchange();
        let signature = parse_signature(&exchange.sign(&REQUEST, &key(1))).unwrap();
        let (mut other, mut request) = (exchange.clone(), REQUEST);
        match which {
            0 => other.nonce.push_str(&text),
            1 => other.timestamp = at("2026-11-20T12:00:00.001Z"),
            2 => other.consent = text.clone(),
            3 => other.settlement = text.clone(),
            4 => request.host = &text,
            5 => request.method = &text,
            6 => request.target = &text,
            _ => request.body = text.as_bytes(),
        }
        let verdict = other.verify(&request, &signature, &[key(1).verifying_key()], at(NOW));
        prop_assert_eq!(verdict, Err(ExchangeError::Signature));
    }
}
