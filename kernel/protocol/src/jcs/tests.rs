use super::*;
use proptest::prelude::*;
use serde_json::json;

fn canonical(text: &str) -> String {
    to_string(&parse_strict(text.as_bytes()).unwrap())
}

fn number(value: f64) -> String {
    let mut out = String::new();
    number::write_f64(&mut out, value);
    out
}

/// RFC 8785 Appendix B.
#[test]
fn rfc_8785_numbers() {
    for (bits, text) in [
        (0x0000000000000000, "0"),
        (0x8000000000000000, "0"),
        (0x0000000000000001, "5e-324"),
        (0x8000000000000001, "-5e-324"),
        (0x7fefffffffffffff, "1.7976931348623157e+308"),
        (0xffefffffffffffff, "-1.7976931348623157e+308"),
        (0x4340000000000000, "9007199254740992"),
        (0xc340000000000000, "-9007199254740992"),
        (0x4430000000000000, "295147905179352830000"),
        (0x44b52d02c7e14af5, "9.999999999999997e+22"),
        (0x44b52d02c7e14af6, "1e+23"),
        (0x44b52d02c7e14af7, "1.0000000000000001e+23"),
        (0x444b1ae4d6e2ef4e, "999999999999999700000"),
        (0x444b1ae4d6e2ef4f, "999999999999999900000"),
        (0x444b1ae4d6e2ef50, "1e+21"),
        (0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"),
        (0x3eb0c6f7a0b5ed8d, "0.000001"),
        (0x41b3de4355555553, "333333333.3333332"),
        (0x41b3de4355555554, "333333333.33333325"),
        (0x41b3de4355555555, "333333333.3333333"),
        (0x41b3de4355555556, "333333333.3333334"),
        (0x41b3de4355555557, "333333333.33333343"),
        (0xbecbf647612f3696, "-0.0000033333333333333333"),
        (0x43143ff3c1cb0959, "1424953923781206.2"),
    ] {
        assert_eq!(number(f64::from_bits(bits)), text);
        // The text reads as that double again, except for the sign of zero.
        assert_eq!(canonical(text), text);
    }
}

/// RFC 8785 §3.2.2 and §3.2.3.
#[test]
fn rfc_8785_document() {
    let input = r#"{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    let expected = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(canonical(input), expected);
}

/// Tests RFC 8785 §3.2.3: the order of the values shows the order of the keys.
#[test]
fn rfc_8785_key_order() {
    let input = r#"{
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis"
    }"#;
    let value = parse_strict(input.as_bytes()).unwrap();
    let text = to_string(&value);
    let places: Vec<_> =
        ["Carriage Return", "One", "Control", "Latin Small", "Euro Sign", "Emoji", "Hebrew"]
            .iter()
            .map(|name| text.find(name).unwrap())
            .collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn escapes() {
    let all: String =
        (0u8..0x20).map(char::from).chain(['"', '\\', '/', '\u{7f}', '\u{2028}']).collect();
    assert_eq!(
        to_string(&json!(all)),
        "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\\u0010\\u0011\
         \\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f\\\"\\\\/\u{7f}\u{2028}\""
    );
}

#[test]
fn integers() {
    let expected = "[0,-1,9007199254740991,-9007199254740991]";
    assert_eq!(to_string(&json!([0, -1, 9007199254740991i64, -9007199254740991i64])), expected);
    // Beyond 2^53 − 1 the nearest double counts, also for integers that came from elsewhere.
    assert_eq!(to_string(&json!(9007199254740993u64)), "9007199254740992");
    assert_eq!(to_string(&json!(u64::MAX)), "18446744073709552000");
    assert_eq!(to_string(&json!(i64::MIN)), "-9223372036854776000");
    for text in ["1", "1.0", "1e0", "10e-1"] {
        assert_eq!(parse_strict(text.as_bytes()).unwrap(), json!(1));
    }
    assert_eq!(parse_strict(b"-0").unwrap(), json!(0));
    assert_eq!(parse_strict(b"9007199254740993").unwrap().as_u64(), None);
    assert_eq!(parse_strict(b"-9223372036854775808").unwrap().as_i64(), None);
}

#[test]
fn refused() {
    let refused = |text: &str| parse_strict(text.as_bytes()).unwrap_err();
    let cases = "| |nul|nulll|True|NaN|Infinity|-|+1|01|-01|1.|.5|1e|1e+|0x1|'a'|\"a|\"\\x\"|\
        \"\\u12\"|\"\\u12g4\"|\"a\nb\"|[1,]|[,]|[1 2]|{\"a\"}|{\"a\":}|{a:1}|{\"a\":1,}|[|{|[]]|\
        1 1|// x\n1|\u{feff}1|{1:2}|\u{a0}1";
    for text in cases.split('|') {
        assert!(
            matches!(refused(text), ParseError::Syntax { .. }),
            "{text:?}: {:?}",
            refused(text)
        );
    }
    assert_eq!(refused("{\"a\":1,\"\\u0061\":2}"), ParseError::DuplicateKey { key: "a".into() });
    assert!(matches!(refused("[1e400]"), ParseError::Syntax { .. }));
    for text in
        ["\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\\ud83d\\ud83d\""]
    {
        assert!(matches!(refused(text), ParseError::Syntax { .. }), "{text}");
    }
    assert_eq!(parse_strict(b"\"\xff\""), Err(ParseError::Utf8 { at: 1 }));
    // CESU-8: a surrogate pair as two three-byte sequences.
    assert!(matches!(parse_strict(b"\"\xed\xa0\xbd\xed\xb8\x80\""), Err(ParseError::Utf8 { .. })));
}

/// serde_json allows 127 levels of any type; the program never uses its setting to allow more.
#[test]
fn the_deepest_json_is_read_and_written_on_a_small_stack() {
    let work = || {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = open.repeat(1_000_000);
            assert_eq!(parse_strict(deep.as_bytes()), Err(ParseError::Depth));
            assert!(serde_json::from_str::<Value>(&deep).is_err());
            assert!(serde_json::from_str::<serde::de::IgnoredAny>(&deep).is_err());
            for levels in [DEPTH_MAX, 127] {
                let text = open.repeat(levels) + "0" + &close.repeat(levels);
                let value: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(parse_strict(text.as_bytes()).is_ok(), levels <= DEPTH_MAX);
                assert_eq!(to_string(&value.clone()), text);
                assert_eq!(value.to_string(), text);
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(1024 * 1024);
    thread.spawn(work).unwrap().join().unwrap();
}

#[test]
fn depth() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse_strict(nested(DEPTH_MAX).as_bytes()).is_ok());
    assert_eq!(parse_strict(nested(DEPTH_MAX + 1).as_bytes()), Err(ParseError::Depth));
    assert_eq!(parse_strict("[{\"a\":".repeat(100_000).as_bytes()), Err(ParseError::Depth));
}

/// The expected order is that of ICU 78 (`new Intl.Collator("en-US")`).
#[test]
fn icu_order() {
    let keys = [
        "\t", " ", "_", "-", ",", ";", ":", "!", "?", ".", "'", "\"", "(", ")", "[", "]", "{", "}",
        "@", "*", "/", "\\", "&", "#", "%", "`", "^", "+", "<", "=", ">", "|", "~", "$", "0", "1",
        "10", "2", "9", "a", "A", "a b", "a_b", "aa", "aA", "Aa", "ab", "aB", "Ab", "AB", "b", "z",
        "Z",
    ];
    let value = Value::Object(keys.iter().rev().map(|key| ((*key).to_owned(), json!(0))).collect());
    let text = icu_en_us_order(&value).unwrap();
    let read: Value = serde_json::from_str(&text).unwrap();
    let order: Vec<_> = read.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(order, keys);
}

#[test]
fn icu_order_is_deep_and_knows_its_limits() {
    let value = json!({"from_did": 1, "fromDid": [{"B": 1.50, "a": 2}], "amount": "é"});
    assert_eq!(to_string(&value), r#"{"amount":"é","fromDid":[{"B":1.5,"a":2}],"from_did":1}"#);
    let expected = r#"{"amount":"é","from_did":1,"fromDid":[{"a":2,"B":1.5}]}"#;
    assert_eq!(icu_en_us_order(&value).unwrap(), expected);
    assert_eq!(icu_en_us_order(&json!([{"é": 1}])), None);
}

/// Generates any JSON value, with numbers and keys that often go wrong.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1000i64..1000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (any::<i32>(), -10i32..30).prop_map(|(m, e)| Value::from(f64::from(m) * 10f64.powi(-e))),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((any_text(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z_]{0,6}", "\\PC{0,6}", "[\\x00-\\x7f]{0,4}", "[😀\u{e000}\u{ffff}é]{0,3}"]
}

proptest! {
    #[test]
    fn canonical_form_is_a_fixed_point(value in any_json()) {
        let text = to_string(&value);
        let read = parse_strict(text.as_bytes()).unwrap();
        prop_assert_eq!(to_string(&read), text.clone());
        // Same text, same value: the canonical form shows everything that the parser reads.
        let pretty = serde_json::to_string_pretty(&read).unwrap();
        prop_assert_eq!(parse_strict(pretty.as_bytes()).unwrap(), read);
    }

    #[test]
    fn other_readers_understand_it(value in any_json()) {
        let text = to_string(&value);
        let theirs: Value = serde_json::from_str(&text).unwrap();
        let ours = parse_strict(text.as_bytes()).unwrap();
        // serde_json may miss a fraction's last digit; strings, keys and structure must agree.
        prop_assert_eq!(shape(&theirs), shape(&ours));
    }

    #[test]
    fn keys_are_in_utf16_order(value in any_json()) {
        fn check(value: &Value) -> bool {
            match value {
                Value::Array(items) => items.iter().all(check),
                Value::Object(map) => {
                    map.values().all(check)
                        && map.keys().is_sorted_by_key(|key| key.encode_utf16().collect::<Vec<_>>())
                }
                _ => true,
            }
        }
        prop_assert!(check(&parse_strict(to_string(&value).as_bytes()).unwrap()));
    }

    #[test]
    fn doubles_read_back(bits: u64) {
        let value = f64::from_bits(bits);
        if value.is_finite() {
            prop_assert_eq!(number(value).parse::<f64>().unwrap(), value);
        }
    }

    #[test]
    fn no_input_panics(bytes in proptest::collection::vec(any::<u8>(), 0..64), text in "[\\[\\]{}\",:\\\\0-9a-fu.e+\\- é]{0,40}") {
        let _ = parse_strict(&bytes);
        let _ = parse_strict(text.as_bytes());
    }

    /// Tests that clients with lower-case keys without digits or signs get the same bytes in both orders.
    #[test]
    fn orders_agree_on_lower_case(keys in proptest::collection::vec("[a-z]{1,6}", 0..8)) {
        let value = Value::Object(keys.into_iter().map(|key| (key, json!(0))).collect());
        prop_assert_eq!(icu_en_us_order(&value), Some(to_string(&value)));
    }
}

fn shape(value: &Value) -> Value {
    match value {
        Value::Number(_) => Value::Null,
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, item)| (key.clone(), shape(item))).collect())
        }
        other => other.clone(),
    }
}
