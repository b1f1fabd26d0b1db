use super::*;
use crate::jcs;
use crate::reader::Reader;
use imajin_dfos::cbor::{self, Value};
use proptest::prelude::*;
use serde_json::json;

fn fact(json: serde_json::Value) -> Result<Fact, FactError> {
    Fact::from_json(&json)
}

#[test]
fn reads_what_the_format_allows() {
    let json = json!({"amount": 1250, "currency": "CAD", "dids": ["did:imajin:dm:0123456789abcdef"], "seats": [1, -2], "none": []});
    let read = fact(json.clone()).unwrap();
    assert_eq!(read.int("amount"), Some(1250));
    assert_eq!(read.id("currency").unwrap().as_str(), "CAD");
    assert_eq!(read.ids("dids").unwrap()[0].as_str(), "did:imajin:dm:0123456789abcdef");
    assert_eq!(read.ids("seats"), None);
    assert_eq!(read.list("none"), Some(&[][..]));
    assert_eq!(read.int("currency"), None);
    assert_eq!(jcs::to_string(&read.to_json()), jcs::to_string(&json));
}

#[test]
fn refuses_everything_else() {
    let key = |key: &str| FactError::Key(key.into());
    let value = |key: &str| FactError::Value(key.into());
    for (json, error) in [
        (json!([]), FactError::Keys),
        (json!({}), FactError::Keys),
        (json!({"A": 1}), key("A")),
        (json!({"": 1}), key("")),
        (json!({"1a": 1}), key("1a")),
        (json!({"a-b": 1}), key("a-b")),
        (json!({"é": 1}), key("é")),
        (json!({"a": "two words"}), value("a")),
        (json!({"a": ""}), value("a")),
        (json!({"a": null}), value("a")),
        (json!({"a": true}), value("a")),
        (json!({"a": 1.5}), value("a")),
        (json!({"a": {"b": 1}}), value("a")),
        (json!({"a": [[1]]}), value("a")),
        (json!({"a": "did:email:ada_at_example.org"}), value("a")),
        (json!({"a": 9007199254740992i64}), FactError::Integer("a".into())),
        (json!({"a": [-9007199254740992i64]}), FactError::Integer("a".into())),
        (json!({"a": vec![1; 65]}), FactError::List("a".into())),
        (
            json!({"a": "x".repeat(160), "b": "x".repeat(160), "c": "x".repeat(160), "d": "x".repeat(40)}),
            FactError::TooLarge(537),
        ),
    ] {
        assert_eq!(fact(json.clone()), Err(error), "{json}");
    }
    let keys = |n: usize| -> serde_json::Value {
        (0..n).map(|i| (format!("k{i}"), json!(1))).collect::<serde_json::Map<_, _>>().into()
    };
    assert!(fact(keys(16)).is_ok());
    assert_eq!(fact(keys(17)), Err(FactError::Keys));
    assert!(fact(json!({"a".repeat(32): 1})).is_ok());
    assert!(fact(json!({"a".repeat(33): 1})).is_err());
    // An entry has a separate type for links; in a fact CIDs are text.
    let link = Value::map([("a", Value::Link(imajin_dfos::cid::raw_cid(b"x")))]);
    assert_eq!(Fact::from_value(&link), Err(value("a")));
}

#[test]
fn reads_only_the_canonical_text() {
    let read = |text: &str| {
        let mut reader = Reader::new(text.as_bytes());
        Fact::read_jcs(&mut reader).filter(|_| reader.at_end())
    };
    assert!(read("{\"a\":1,\"b\":[\"x\",2],\"c\":[]}").is_some());
    let cases = "{}|{\"b\":1,\"a\":1}|{\"a\":1,\"a\":1}|{\"a\": 1}|{\"a\":1.0}|{\"a\":[1,]}|\
        {\"a\":1,}|{\"a\":1|{\"a\":-0}|{\"a\":\"\\u0061\"}|{\"a\":null}";
    for bad in cases.split('|') {
        assert_eq!(read(bad), None, "{bad}");
    }
}

fn any_item() -> impl Strategy<Value = FactItem> {
    prop_oneof![
        (-SAFE_INTEGER_MAX..=SAFE_INTEGER_MAX).prop_map(FactItem::Int),
        (-300i64..300).prop_map(FactItem::Int),
        "[A-Za-z0-9:._%+@/-]{1,30}".prop_map(|id| FactItem::Id(IdText::parse(&id).unwrap())),
    ]
}

pub(crate) fn any_fact() -> impl Strategy<Value = Fact> {
    let value = prop_oneof![
        any_item().prop_map(|item| match item {
            FactItem::Int(int) => FactValue::Int(int),
            FactItem::Id(id) => FactValue::Id(id),
        }),
        proptest::collection::vec(any_item(), 0..8).prop_map(FactValue::List),
    ];
    proptest::collection::btree_map("[a-z][a-z0-9_]{0,31}", value, 1..6)
        .prop_filter_map("too large", |map| Fact::new(map).ok())
}

proptest! {
    #[test]
    fn all_forms_round_trip(fact in any_fact()) {
        prop_assert_eq!(Fact::from_json(&fact.to_json()), Ok(fact.clone()));
        prop_assert_eq!(Fact::from_value(&fact.to_value()), Ok(fact.clone()));
        let text = serde_json::to_string(&fact).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Fact>(&text).unwrap(), &fact);
        let mut canonical = String::new();
        fact.write_jcs(&mut canonical);
        prop_assert_eq!(&canonical, &jcs::to_string(&fact.to_json()));
        prop_assert_eq!(Fact::read_jcs(&mut Reader::new(canonical.as_bytes())), Some(fact));
    }

    #[test]
    fn the_length_is_that_of_the_encoding(fact in any_fact()) {
        prop_assert_eq!(fact.cbor_len(), cbor::encode(&fact.to_value()).len());
    }
}
