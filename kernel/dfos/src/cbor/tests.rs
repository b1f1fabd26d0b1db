//! Accepted and refused dag-cbor, with `serde_ipld_dagcbor` as a second opinion.

use ipld_core::ipld::Ipld;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::cid::{dag_cbor_cid, raw_cid};
use crate::hex;

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

#[test]
fn keys_go_by_length_first() {
    let value = Value::map([
        ("b", Value::Int(1)),
        ("aa", Value::Int(2)),
        ("a", Value::Int(3)),
        ("é", Value::Null),
    ]);
    assert_eq!(hex::encode(&encode(&value)), "a46161036162016261610262c3a9f6");
    assert_eq!(decode(&encode(&value)), Ok(value));
}

#[test]
fn refuses_every_other_form() {
    use CborError::*;
    for (forms, error) in [
        ("|18|6261|8201|9b7fffffffffffffff01|7b7fffffffffffffff01|bbffffffffffffffff", Truncated),
        ("1c|ff", Malformed(0)),
        ("811c|81ff", Malformed(1)),
        ("0000", Trailing(1)),
        ("1800|190001|1a00000001|1b0000000000000001|3800|780161|5f4101ff|7f6161ff", NotCanonical),
        ("9f01ff|bf616101ff|a2616201616102|a262616101616202", NotCanonical),
        ("a2616101616101", DuplicateKey),
        ("a10102", Key),
        ("f93c00|fa3f800000|fb3ff0000000000000|f97e00", Float),
        ("f7", Simple(23)),
        ("e0", Simple(0)),
        ("f8ff", Simple(255)),
        ("c001", Tag(0)),
        ("c249010000000000000000", Tag(2)),
        ("d9d9f700", Tag(55799)),
        ("d82a01|d82a40|d82a4100", Link),
        ("61ff|63eda080", Utf8),
        ("1bffffffffffffffff|1b8000000000000000|3b8000000000000000", IntegerRange),
    ] {
        for hex in forms.split('|') {
            assert_eq!(decode(&bytes(hex)), Err(error.clone()), "{hex}");
        }
    }
}

#[test]
fn the_edges_of_integers() {
    for (int, hex) in [
        (0, "00"),
        (-1, "20"),
        (23, "17"),
        (24, "1818"),
        (-256, "38ff"),
        (i64::MAX, "1b7fffffffffffffff"),
        (i64::MIN, "3b7fffffffffffffff"),
    ] {
        assert_eq!(hex::encode(&encode(&Value::Int(int))), hex);
        assert_eq!(decode(&bytes(hex)), Ok(Value::Int(int)));
    }
}

#[test]
fn links_are_tag_42_with_a_zero_byte() {
    let cid = dag_cbor_cid(&[0xa0]);
    let form = encode(&Value::Link(cid));
    assert!(hex::encode(&form).starts_with("d82a58250001711220"));
    assert_eq!(decode(&form), Ok(Value::Link(cid)));
    // The same, without the zero byte, and of another codec.
    let mut without = bytes("d82a5824");
    without.extend(cid.to_bytes());
    assert_eq!(decode(&without), Err(CborError::Link));
    let mut dag_pb = form.clone();
    dag_pb[6] = 0x70;
    assert_eq!(decode(&dag_pb), Err(CborError::Link));
}

/// A million levels are refused, and as many as are allowed are converted, on half the stack of the thinnest thread.
#[test]
fn the_deepest_value_is_converted_on_a_small_stack() {
    let work = || {
        for open in [b"\x81".as_slice(), b"\xa1\x61a"] {
            let deep = open.repeat(1_000_000);
            assert_eq!(decode(&deep), Err(CborError::Depth(DEFAULT_DEPTH_MAX)));
            let mut bytes = open.repeat(DEFAULT_DEPTH_MAX);
            bytes.push(0xf6);
            let value = decode(&bytes).unwrap();
            let json = to_dag_json(&value).unwrap();
            assert_eq!(from_dag_json(&json), Ok(value));
        }
    };
    let thread = std::thread::Builder::new().stack_size(1024 * 1024);
    thread.spawn(work).unwrap().join().unwrap();
}

/// Depth must cost an error and never the stack, in either direction, even in a small thread.
#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| {
        let mut bytes = vec![0x81; depth];
        bytes.push(0);
        bytes
    };
    assert!(decode(&nested(128)).is_ok());
    assert_eq!(decode(&nested(129)), Err(CborError::Depth(128)));
    assert_eq!(decode(&nested(1_000_000)), Err(CborError::Depth(128)));
    let deep = decode_with(&nested(1024), 1024).unwrap();
    assert_eq!(encode(&deep), nested(1024));
    assert_eq!(deep.clone(), deep);
    assert_eq!(decode_with(&nested(1025), 1024), Err(CborError::Depth(1024)));

    let mut maps = b"\xa1\x61a".repeat(1024);
    maps.push(0xf6);
    let deep = decode_with(&maps, 1024).unwrap();
    assert_eq!(encode(&deep), maps);
    assert_eq!(deep.clone(), deep);
}

#[test]
fn plain_json_has_integers_only() {
    let parse = |text: &str| from_json(&serde_json::from_str(text).unwrap());
    assert_eq!(parse("[1.0,1e0,-0,-0.0]"), parse("[1,1,0,0]"));
    assert_eq!(parse("1.5"), Err(CborError::Float));
    assert_eq!(parse("9007199254740991"), Ok(Value::Int(SAFE_INTEGER_MAX)));
    for beyond in ["9007199254740992", "-9007199254740992", "18446744073709551615", "1e300"] {
        assert_eq!(parse(beyond), Err(CborError::IntegerRange), "{beyond}");
    }
    // In the plain dialect the key "/" is a key.
    let slash = json!({"/": "x"});
    assert_eq!(to_json(&from_json(&slash).unwrap()), Ok(slash));
    assert!(to_json(&Value::Bytes(vec![])).is_err());
    assert!(to_json(&Value::Int(i64::MAX)).is_err());
}

#[test]
fn dag_json_carries_bytes_and_links() {
    let value = Value::map([
        ("bytes", Value::Bytes(vec![0xff, 0xef])),
        ("link", Value::Link(raw_cid(b"x"))),
    ]);
    let json = to_dag_json(&value).unwrap();
    assert_eq!(
        json,
        json!({"bytes": {"/": {"bytes": "/+8"}}, "link": {"/": raw_cid(b"x").to_string()}})
    );
    assert_eq!(from_dag_json(&json), Ok(value));
    for wrong in [
        json!({"/": 1}),
        json!({"/": "x"}),
        json!({"/": {}}),
        json!({"/": {"bytes": "_-8"}}),
        json!({"/": {"bytes": "/+8="}}),
        json!({"/": {"bytes": 1}}),
        json!({"/": {"bytes": "", "x": 1}}),
        json!({"/": {"bytes": ""}, "x": 1}),
    ] {
        assert!(from_dag_json(&wrong).is_err(), "{wrong}");
    }
    assert!(to_dag_json(&Value::map([("/", Value::Null)])).is_err());
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-SAFE_INTEGER_MAX..=SAFE_INTEGER_MAX).prop_map(Value::Int),
        ".{0,20}".prop_map(Value::Text),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        any::<[u8; 4]>().prop_map(|seed| Value::Link(dag_cbor_cid(&seed))),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::List),
            prop::collection::btree_map(".{0,6}", inner, 0..8).prop_map(Value::Map),
        ]
    })
}

/// The oracle's verdict: the value, if its bytes are also the ones that the oracle would write, and if it is
/// one that we can hold.
fn oracle(bytes: &[u8]) -> Option<Value> {
    let ipld: Ipld = serde_ipld_dagcbor::from_slice(bytes).ok()?;
    let same = serde_ipld_dagcbor::to_vec(&ipld).ok()? == bytes;
    from_ipld(&ipld).filter(|_| same)
}

fn from_ipld(ipld: &Ipld) -> Option<Value> {
    Some(match ipld {
        Ipld::Null => Value::Null,
        Ipld::Bool(bool) => Value::Bool(*bool),
        Ipld::Integer(int) => Value::Int(i64::try_from(*int).ok()?),
        Ipld::Float(_) => return None,
        Ipld::String(text) => Value::Text(text.clone()),
        Ipld::Bytes(bytes) => Value::Bytes(bytes.clone()),
        Ipld::List(items) => Value::List(items.iter().map(from_ipld).collect::<Option<_>>()?),
        Ipld::Map(members) => Value::Map(
            members
                .iter()
                .map(|(key, value)| Some((key.clone(), from_ipld(value)?)))
                .collect::<Option<_>>()?,
        ),
        Ipld::Link(cid) => Value::Link(crate::cid::from_bytes(&cid.to_bytes()).ok()?),
    })
}

proptest! {
    #[test]
    fn one_form_there_and_back(value in value()) {
        let form = encode(&value);
        prop_assert_eq!(decode(&form), Ok(value.clone()));
        prop_assert_eq!(oracle(&form), Some(value));
    }

    #[test]
    fn what_is_accepted_is_what_would_be_written(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        prop_assert_eq!(decode(&bytes).ok(), oracle(&bytes));
    }

    /// Damage to a good form is refused, or is the form of something else; never a second form of the same.
    #[test]
    fn damage_never_makes_a_second_form(value in value(), at: prop::sample::Index, to: u8) {
        let form = encode(&value);
        let mut damaged = form.clone();
        damaged[at.index(form.len())] = to;
        let read = decode(&damaged).ok();
        prop_assert_eq!(read == Some(value), damaged == form);
        prop_assert_eq!(read, oracle(&damaged));
    }

    #[test]
    fn dag_json_there_and_back(value in value()) {
        if let Ok(json) = to_dag_json(&value) {
            prop_assert_eq!(from_dag_json(&json), Ok(value));
        }
    }
}
