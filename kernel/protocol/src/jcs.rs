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

use imajin_dfos::json::write_string;
use serde_json::Value;
use std::cmp::Ordering;

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
    write(&mut out, value, compare_utf16);
    out
}

/// Compares by UTF-16 code units (RFC 8785 §3.2.3). It differs from the order of UTF-8 bytes only where a character
/// beyond U+FFFF (a surrogate pair, D800…DFFF) meets one of U+E000…U+FFFF.
fn compare_utf16(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

fn write(out: &mut String, value: &Value, compare: impl Fn(&str, &str) -> Ordering + Copy) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => number::write(out, number),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(out, item, compare);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by(|a, b| compare(a.0, b.0));
            out.push('{');
            for (i, (key, item)) in members.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write(out, item, compare);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
