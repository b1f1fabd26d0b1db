//! The other order of keys: existing clients sort with `localeCompare` before they sign. Only for *verifying* what a
//! foreign client signed; this module never writes it.

use serde_json::Value;
use std::cmp::Ordering;

/// The ASCII part of the CLDR root collation (CLDR 30 to 48, `alternate=non-ignorable`, as in ICU's en-US), lowest
/// first. A lower-case letter and its capital share a position here and are told apart later.
const ORDER: &[u8] =
    b"\t\n\x0b\x0c\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";

/// Returns the canonical text of a value with every object's keys in ICU en-US order, everything else as in RFC 8785;
/// `None` if any key has a character outside ASCII, whose position this small table does not have.
///
/// Keys compare (1) by their characters' positions in the table, capitals as lower-case, ignoring other control
/// characters (U+0000 to U+0008, U+000E to U+001F, U+007F), a shorter key before its extension; (2) if all that is
/// equal, by case at the first character that differs in it, lower-case first; (3) if that is equal too (control
/// characters only), by code units, where a sorting client would have kept the order of the object.
pub fn icu_en_us_order(value: &Value) -> Option<String> {
    if !keys_are_ascii(value) {
        return None;
    }
    let mut out = String::with_capacity(128);
    super::write(&mut out, value, compare);
    Some(out)
}

fn keys_are_ascii(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(keys_are_ascii),
        Value::Object(map) => map.iter().all(|(key, item)| key.is_ascii() && keys_are_ascii(item)),
        _ => true,
    }
}

fn compare(a: &str, b: &str) -> Ordering {
    let primary = |text: &'_ str| -> Vec<usize> { text.bytes().filter_map(place).collect() };
    let capitals = |text: &'_ str| -> Vec<bool> {
        text.bytes().filter(|b| place(*b).is_some()).map(|b| b.is_ascii_uppercase()).collect()
    };
    primary(a).cmp(&primary(b)).then_with(|| capitals(a).cmp(&capitals(b))).then_with(|| a.cmp(b))
}

fn place(byte: u8) -> Option<usize> {
    let lower = byte.to_ascii_lowercase();
    ORDER.iter().position(|other| *other == lower)
}
