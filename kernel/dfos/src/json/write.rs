//! Writes JSON in the canonical form of RFC 8785: no spaces, keys sorted by UTF-16 units.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::JsonError;
use crate::Value;
use crate::cbor::SAFE_INTEGER_MAX;

/// The canonical JSON text of a value.
///
/// # Errors
/// The value has bytes, links or integers beyond ±(2^53 − 1).
pub fn to_jcs(value: &Value) -> Result<String, JsonError> {
    let mut out = String::with_capacity(512);
    write_value(value, &mut out)?;
    Ok(out)
}

fn write_value(value: &Value, out: &mut String) -> Result<(), JsonError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(int) if !(-SAFE_INTEGER_MAX..=SAFE_INTEGER_MAX).contains(int) => {
            return Err(JsonError::IntegerRange);
        }
        Value::Int(int) => {
            // Writing to a String cannot fail.
            let _ = write!(out, "{int}");
        }
        Value::Text(text) => write_string(text, out),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_value(item, out)?;
            }
            out.push(']');
        }
        Value::Map(members) => write_members(members, out)?,
        Value::Bytes(_) | Value::Link(_) => return Err(JsonError::NotJson),
    }
    Ok(())
}

fn write_members(members: &BTreeMap<String, Value>, out: &mut String) -> Result<(), JsonError> {
    let mut ordered: Vec<(&String, &Value)> = members.iter().collect();
    // Order by UTF-16 units differs from order by bytes only where a key leaves the basic plane: such a
    // character is written with surrogates, which sort before U+E000 (RFC 8785 section 3.2.3).
    if !ordered.iter().all(|(key, _)| key.is_ascii()) {
        ordered.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    }
    out.push('{');
    for (at, (key, value)) in ordered.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        write_string(key, out);
        out.push(':');
        write_value(value, out)?;
    }
    out.push('}');
    Ok(())
}

/// Appends a text as a JSON string, escaped as `JSON.stringify` does (RFC 8785 section 3.2.2.2).
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x08 => "\\b",
            0x09 => "\\t",
            0x0a => "\\n",
            0x0c => "\\f",
            0x0d => "\\r",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&text[plain_from..at]);
        plain_from = at + 1;
        if short.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{byte:04x}");
        } else {
            out.push_str(short);
        }
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}
