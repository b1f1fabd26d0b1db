use std::collections::BTreeMap;

use crate::{FactItem, FactValue};
use imajin_dfos::cid::raw_cid;
use proptest::prelude::*;

use super::*;

fn did(seed: u8) -> Did {
    Did::from_key(&[seed; 32])
}

fn cid(seed: u8) -> Cid {
    dag_cbor_cid(&[seed])
}

prop_compose! {
    fn part()(
        to in prop::collection::btree_set(any::<u8>(), 0..5),
        seen in prop::option::of((0..1u64 << 53, any::<u8>())),
        after in prop::option::of(any::<u8>()),
        chain in prop::option::of(any::<u8>()),
        iat in 0..1i64 << 53,
        via in prop::option::of(any::<u8>()),
        sig in any::<u8>(),
    ) -> ProofPart {
        ProofPart {
            kid: Kid::new(did(1), "key_a").unwrap(),
            aud: did(2),
            to: to.into_iter().map(did).collect(),
            seen: seen.map(|(seq, seed)| EntryPosition { seq, cid: cid(seed) }),
            after: after.map(|seed| raw_cid(&[seed])),
            chain: chain.map(cid),
            iat,
            via: via.map(cid),
            sig: [sig; 64],
        }
    }
}

prop_compose! {
    fn header()(
        seq in 0..1u64 << 53,
        millis in 0..250_000_000_000_000i64,
        body in prop::option::of(any::<u8>()),
        reference in prop::option::of("[A-Za-z0-9:._%+@/-]{1,160}".prop_filter("no alias", |id| IdText::parse(id).is_ok())),
        fact in prop::option::of((-1i64 << 52..1i64 << 52, "[a-z0-9]{1,20}")),
        part in part(),
        kind in 0..4,
        txn in prop::option::of(any::<u8>()),
        via in any::<bool>(),
    ) -> Header {
        let signed_via = part.via;
        let will = match kind {
            0 => Will::Signed(Box::new(part)),
            1 => Will::Custodial,
            2 => Will::Derived,
            _ => Will::Node,
        };
        let list = |id: &str| FactValue::List(vec![FactItem::Int(7), FactItem::Id(IdText::parse(id).unwrap())]);
        Header {
            did: did(1),
            seq,
            prev: (seq > 0).then(|| cid(9)),
            at: Timestamp::from_millis(millis).unwrap(),
            op: "note.write.more".to_owned(),
            reference: reference.map(|id| IdText::parse(&id).unwrap()),
            body: body.map(cid),
            fact: fact.map(|(int, id)| Fact::new([("int", FactValue::Int(int)), ("list", list(&id))]).unwrap()),
            author: did(3),
            via: match kind {
                0 => signed_via.or(via.then(|| cid(4))),
                1 => Some(raw_cid(b"session")),
                _ => None,
            },
            will,
            cause: (kind == 2).then(|| cid(5)),
            txn: txn.map(cid),
        }
    }
}

proptest! {
    #[test]
    fn headers_come_back_as_they_went(header in header()) {
        let bytes = header.encode();
        // The strict decoder accepts it, so it is the one form of that value.
        cbor::decode(&bytes).unwrap();
        prop_assert_eq!(Header::decode(&bytes).unwrap(), header);
    }

    #[test]
    fn a_changed_byte_is_another_header_or_none(header in header(), at in any::<prop::sample::Index>(), bit in 0u32..8) {
        let mut bytes = header.encode();
        let place = at.index(bytes.len());
        bytes[place] ^= 1u8 << bit;
        if let Ok(other) = Header::decode(&bytes) {
            prop_assert_eq!(other.encode(), bytes);
            prop_assert_ne!(other, header);
        }
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Header::decode(&bytes);
        let _ = decode_body(&bytes);
    }
}

#[test]
fn bodies_need_their_salt_and_whole_numbers() {
    let body = |value: Value, salt: usize| {
        Value::map([("salt", Value::Bytes(vec![1; salt])), ("x", value)])
    };
    let good = body(Value::Int(1), SALT_BYTES);
    assert_eq!(decode_body(&encode_body(&good).unwrap()).unwrap(), good);
    assert_eq!(encode_body(&body(Value::Int(1), 15)), Err(EntryError::Salt));
    assert_eq!(encode_body(&body(Value::Int(1 << 53), SALT_BYTES)), Err(EntryError::Integer));
    assert_eq!(encode_body(&Value::List(Vec::new())), Err(EntryError::NotMap));
    let mut deep = Value::Null;
    for _ in 0..BODY_DEPTH_MAX - 1 {
        deep = Value::List(vec![deep]);
    }
    let deep_enough = body(deep.clone(), SALT_BYTES);
    assert_eq!(decode_body(&encode_body(&deep_enough).unwrap()).unwrap(), deep_enough);
    let too_deep = body(Value::List(vec![deep]), SALT_BYTES);
    assert!(matches!(encode_body(&too_deep), Err(EntryError::Cbor(..))));
    assert!(matches!(decode_body(&cbor::encode(&too_deep)), Err(EntryError::Cbor(..))));
    let large = body(Value::Bytes(vec![0; BODY_BYTES_MAX]), SALT_BYTES);
    assert!(matches!(encode_body(&large), Err(EntryError::TooLarge { .. })));
}

#[test]
fn fields_that_do_not_belong_are_refused() {
    let header = Header {
        did: did(1),
        seq: 0,
        prev: None,
        at: Timestamp::from_millis(0).unwrap(),
        op: "note.write".to_owned(),
        reference: None,
        body: None,
        fact: None,
        author: did(1),
        will: Will::Node,
        via: None,
        cause: None,
        txn: None,
    };
    let change = |f: &dyn Fn(&mut BTreeMap<String, Value>)| {
        let mut value = cbor::decode(&header.encode()).unwrap();
        f(value.as_map_mut().unwrap());
        Header::decode(&cbor::encode(&value))
    };
    assert_eq!(change(&|_| {}), Ok(header.clone()));
    let put = |name: &'static str, value: Value| {
        change(&move |map| {
            map.insert(name.to_owned(), value.clone());
        })
    };
    assert_eq!(put("x", Value::Null), Err(EntryError::Unknown("x".to_owned())));
    assert_eq!(put("v", Value::Int(2)), Err(EntryError::Field("v")));
    assert_eq!(put("service", Value::from("other")), Err(EntryError::Field("op")));
    assert_eq!(put("did", Value::from("did:email:a_at_b.c")), Err(EntryError::Field("did")));
    assert_eq!(put("prev", Value::Link(raw_cid(b""))), Err(EntryError::Field("prev")));
    assert_eq!(put("seq", Value::Int(-1)), Err(EntryError::Field("seq")));
    let wrong = |field| Err(EntryError::Will { field, will: "node" });
    assert_eq!(put("via", Value::Link(cid(1))), wrong("via"));
    assert_eq!(put("cause", Value::Link(cid(1))), wrong("cause"));
    assert_eq!(put("proof", Value::Null), Err(EntryError::Field("proof")));
    let signed = Header {
        will: Will::Signed(Box::new(ProofPart {
            kid: Kid::new(did(1), "key_a").unwrap(),
            aud: did(2),
            to: Vec::new(),
            seen: None,
            after: None,
            chain: None,
            iat: 0,
            via: None,
            sig: [0; 64],
        })),
        ..header.clone()
    };
    let signed = cbor::decode(&signed.encode()).unwrap();
    assert_eq!(put("proof", signed.get("proof").unwrap().clone()), wrong("proof"));
    let mut named = signed.clone();
    let part = named.as_map_mut().unwrap().get_mut("proof").unwrap();
    let part = part.as_map_mut().unwrap();
    part.insert("via".to_owned(), Value::Link(cid(1)));
    let decoded = Header::decode(&cbor::encode(&named)).unwrap();
    assert_eq!(decoded.via, Some(cid(1)));
    assert!(decoded.is_well_formed());
    let other = Header { via: Some(cid(2)), ..decoded };
    assert!(!other.is_well_formed(), "the home's via");
    let beside = named.as_map_mut().unwrap();
    beside.insert("via".to_owned(), Value::Link(cid(1)));
    let expected = Err(EntryError::Will { field: "via", will: "signed" });
    assert_eq!(Header::decode(&cbor::encode(&named)), expected);
    assert_eq!(put("body", Value::Link(raw_cid(b""))), Err(EntryError::Field("body")));
}

#[test]
fn a_header_has_one_form() {
    use cbor::CborError::{DuplicateKey, NotCanonical, Trailing};
    let member = |key: &str, value: &Value| {
        let text = cbor::encode(&Value::from(key));
        [text, cbor::encode(value)].concat()
    };
    let [v, at, op, did, seq, will, author, service] = [
        ("v", Value::Int(1)),
        ("at", Value::from("1970-01-01T00:00:00.000Z")),
        ("op", Value::from("note.write")),
        ("did", Value::from(did(1).as_str())),
        ("seq", Value::Int(7)),
        ("will", Value::from("node")),
        ("author", Value::from(did(1).as_str())),
        ("service", Value::from("note")),
    ]
    .map(|(key, value)| member(key, &value));
    let read = |members: &[&[u8]]| {
        let head = 0xa0 | members.len() as u8;
        Header::decode(&[&[head], &*members.concat()].concat())
    };
    let refused = |error| Err(EntryError::Cbor("header", error));
    assert!(read(&[&v, &at, &op, &did, &seq, &will, &author, &service]).is_ok());
    let expected = Err(EntryError::Field("at"));
    assert_eq!(read(&[&v, &op, &at, &did, &seq, &will, &author, &service]), expected);
    assert_eq!(read(&[&v, &at, &op, &did, &did, &will, &author, &service]), refused(DuplicateKey));
    assert_eq!(
        read(&[&v, &at, &op, &did, &seq, &will, &author, &service, &v]),
        refused(NotCanonical)
    );
    let long = [&member("seq", &Value::Int(7))[..4], &[0x18, 7]].concat();
    assert_eq!(read(&[&v, &at, &op, &did, &long, &will, &author, &service]), refused(NotCanonical));
    let more = [&*service, &[0xf6]].concat();
    assert_eq!(read(&[&v, &at, &op, &did, &seq, &will, &author, &more]), refused(Trailing(1)));
}
