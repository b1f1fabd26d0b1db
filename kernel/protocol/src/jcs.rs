//! Canonical JSON: RFC 8785 (JCS). One value has one text, so that it can be signed and hashed.
//!
//! [`to_string`] writes the canonical form of any [`Value`]; [`parse_strict`] reads JSON and refuses everything that
//! two readers could understand differently. Use it for everything that is signed: `serde_json` alone keeps the last of
//! two equal keys.

mod icu;
mod number;
mod parse;

pub use icu::icu_en_us_order;
pub use parse::{DEPTH_MAX, ParseError, parse_strict};

use serde_json::{Map, Value};

/// The order of keys that a signature verified with (docs/format.md §1, "JCS").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CanonicalForm {
    /// RFC 8785: keys by UTF-16 code units.
    Jcs,
    /// Keys in ICU en-US order, as clients that sort by locale write them.
    IcuEnUs,
}

/// Returns the canonical text of a value. Numbers that a double cannot hold exactly become the nearest double, as RFC
/// 8785 §3.2.2.3 requires.
pub fn to_string(value: &Value) -> String {
    let mut out = String::with_capacity(128);
    write(&mut out, value, &mut |map| sorted(map, compare_utf16));
    out
}

type Entries<'a> = Vec<(&'a String, &'a Value)>;

fn sorted<'a>(
    map: &'a Map<String, Value>,
    compare: fn(&str, &str) -> std::cmp::Ordering,
) -> Entries<'a> {
    let mut entries: Entries<'a> = map.iter().collect();
    entries.sort_by(|a, b| compare(a.0, b.0));
    entries
}

/// Compares by UTF-16 code units (RFC 8785 §3.2.3). It differs from the order of UTF-8 bytes only where a character
/// beyond U+FFFF (a surrogate pair, D800…DFFF) meets one of U+E000…U+FFFF.
fn compare_utf16(a: &str, b: &str) -> std::cmp::Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a.cmp(b);
    }
    a.encode_utf16().cmp(b.encode_utf16())
}

fn write<'a>(
    out: &mut String,
    value: &'a Value,
    order: &mut impl FnMut(&'a Map<String, Value>) -> Entries<'a>,
) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => number::write(out, number),
        Value::String(text) => write_string(out, text),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(out, item, order);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (i, (key, item)) in order(map).into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_string(out, key);
                out.push(':');
                write(out, item, order);
            }
            out.push('}');
        }
    }
}

/// Writes a string as in RFC 8785 §3.2.2.2: the short escapes, `\u00xx` for other control characters, everything else
/// as it is.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest
        .bytes()
        .position(|b| b < 0x20 || b == b'"' || b == b'\\')
    {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        match special.as_bytes()[0] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            0x09 => out.push_str("\\t"),
            0x0a => out.push_str("\\n"),
            0x0c => out.push_str("\\f"),
            0x0d => out.push_str("\\r"),
            control => {
                out.push_str("\\u00");
                out.push_str(&imajin_dfos::hex::encode(&[control]));
            }
        }
        rest = &special[1..];
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
pub(crate) mod tests;
