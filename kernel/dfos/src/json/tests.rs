//! Accepted and refused JSON, and the canonical form.

use proptest::prelude::*;

use super::*;
use crate::Value;

fn read(text: &str) -> Result<Value, JsonError> {
    parse(text.as_bytes())
}

#[test]
fn reads_what_the_grammar_allows() {
    let value = read(
        " {\"a\" : [1 , -2,\t0.0, 1E2,10e-1],\r\n\"\\u00e9\\ud83d\\ude00\\/\":null, \"t\":true,\"f\":false,\"e\":{},\"l\":[]} ",
    );
    let expected = Value::map([
        ("a", Value::List([1, -2, 0, 100, 1].map(Value::Int).to_vec())),
        ("é😀/", Value::Null),
        ("t", Value::Bool(true)),
        ("f", Value::Bool(false)),
        ("e", Value::map::<String>([])),
        ("l", Value::List(vec![])),
    ]);
    assert_eq!(value, Ok(expected));
}

#[test]
fn refuses_what_it_does_not() {
    let cases = "| |nul|nulll|[|]|{|}|[1|[1,|[1,]|[,1]|[1 2]|[1}|{\"a\"}|{\"a\":}|{\"a\":1|\
        {\"a\":1,|{\"a\":1,}|{a:1}|{1:1}|{\"a\":1]|\"|\"\\\"|\"\\x\"|\"\\u12\"|\"\\u12g4\"|\
        \"\\u+123\"|\"\\ud800\"|\"\\ud800\\n\"|\"\\ud800x\"|\"\\udc00\"|\"\\ud800\\ud800\"|\"\n\"|\
        \"\u{0}\"|01|-|+1|1.|.5|1e|1e+|-01|0x1|NaN|Infinity|-Infinity|1 1|{}{}|'a'|\u{feff}1|//\n1|\
        \u{a0}1";
    for text in cases.split('|') {
        assert!(matches!(read(text), Err(JsonError::Malformed(_))), "{text:?}: {:?}", read(text));
    }
    assert_eq!(parse(b"\"\xff\""), Err(JsonError::Utf8));
    assert_eq!(parse(b"\"\xed\xa0\x80\""), Err(JsonError::Utf8));
    assert_eq!(read("{\"a\":1,\"a\":1}"), Err(JsonError::DuplicateKey));
    assert_eq!(read("{\"a\":1,\"\\u0061\":1}"), Err(JsonError::DuplicateKey));
    assert_eq!(read("1.5"), Err(JsonError::Fraction));
    assert_eq!(read("1e-1"), Err(JsonError::Fraction));
    let large = "9007199254740992 -9007199254740992 99999999999999999999 1e400 9007199254740992.0";
    for text in large.split(' ') {
        assert_eq!(read(text), Err(JsonError::IntegerRange), "{text}");
    }
}

#[test]
fn depth_is_bounded() {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(read(&nested(1024)).is_ok());
    assert_eq!(read(&nested(1025)), Err(JsonError::Depth(1024)));
    assert_eq!(read(&"[".repeat(1_000_000)), Err(JsonError::Depth(1024)));
    let maps = "{\"a\":".repeat(1024) + "1" + &"}".repeat(1024);
    assert_eq!(to_jcs(&read(&maps).unwrap()), Ok(maps));
    assert_eq!(parse_with(b"[[]]", 1), Err(JsonError::Depth(1)));
}

#[test]
fn canonical_form() {
    // RFC 8785 section 3.2.3, without its numbers.
    let value = read(r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#).unwrap();
    let text = to_jcs(&value).unwrap();
    let order: Vec<usize> = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"]
        .iter()
        .map(|word| text.find(word).unwrap())
        .collect();
    assert!(order.is_sorted(), "{text}");
    // RFC 8785 section 3.2.2.2.
    let value = Value::from("\u{20ac}$\u{f}\u{a}A'\u{42}\u{22}\u{5c}\\\"/\u{8}\u{c}\r\t\u{7f}");
    let expected = "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\f\\r\\t\u{7f}\"";
    assert_eq!(to_jcs(&value).unwrap(), expected);
    assert_eq!(to_jcs(&Value::Bytes(vec![])), Err(JsonError::NotJson));
    assert_eq!(to_jcs(&Value::Int(i64::MIN)), Err(JsonError::IntegerRange));
}

/// Documents of all shapes, as another reader's values.
fn document() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as Json;
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-1000i64..1000).prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    scalar.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn reads_what_another_writer_writes(document in document(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
        let value = read(&text).unwrap();
        prop_assert_eq!(Ok(value.clone()), crate::cbor::from_json(&document));
        prop_assert_eq!(read(&to_jcs(&value).unwrap()), Ok(value));
    }

    /// Another reader accepts everything that we accept, as the same value.
    #[test]
    fn accepts_no_more_than_another_reader(text in "[\\[\\]{}:,\"\\\\u0-9eE.+a-f -]{0,12}") {
        if let Ok(value) = read(&text) {
            let other: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(crate::cbor::from_json(&other), Ok(value));
        }
    }
}
