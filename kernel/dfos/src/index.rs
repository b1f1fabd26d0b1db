//! The fold of `index/v1`: a map that many operations, on all branches, have written to.
//!
//! Always: the result depends on the set of operations alone, so everyone with the same log sees the same index.
//! Malformed deltas are skipped, because later versions may give them a meaning.
//!
//! Rules: DFOS v1 CONTENT-MODEL "Canonical Fold", "index/v1".

use crate::order::Order as _;
use std::collections::BTreeMap;

use crate::content::compare;
use crate::{Timestamp, Value};

/// The `$schema` of index documents.
pub const SCHEMA: &str = "https://schemas.dfos.com/index/v1";

/// An operation of an index chain, as far as the fold needs it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The operation's time.
    pub created_at: Timestamp,
    /// The text of the operation's CID.
    pub cid: &'a str,
    /// The document that it commits to, if the caller has it.
    pub document: Option<&'a Value>,
}

/// One change of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta<'a> {
    /// Sets the value of a key; without a value, to an empty map.
    Set(&'a str, Option<&'a Value>),
    /// Removes the key.
    Remove(&'a str),
}

/// The index after all operations of a chain. If the chain's head is a delete, the index doesn't exist, and the caller must
/// not call this.
pub fn fold<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> BTreeMap<String, Value> {
    let mut entries: Vec<Entry<'a>> = entries.into_iter().collect();
    entries.order_by(|a, b| compare((a.created_at, a.cid), (b.created_at, b.cid)));
    let mut index = BTreeMap::new();
    for delta in entries.iter().filter_map(|e| e.document).flat_map(deltas) {
        match delta {
            Delta::Set(key, value) => {
                let empty = || Value::Map(BTreeMap::new());
                index.insert(key.to_owned(), value.cloned().unwrap_or_else(empty));
            }
            Delta::Remove(key) => {
                index.remove(key);
            }
        }
    }
    index
}

/// The well-formed deltas of a document; none if it is not an index document.
pub fn deltas(document: &Value) -> impl Iterator<Item = Delta<'_>> {
    let is_index = document.get_str("$schema") == Some(SCHEMA);
    let deltas = document.get("deltas").and_then(Value::as_list);
    let deltas = deltas.filter(|_| is_index).unwrap_or_default();
    deltas.iter().filter_map(|delta| {
        let key = delta.get_str("key")?;
        match (delta.get_str("op")?, delta.get("value")) {
            ("remove", _) => Some(Delta::Remove(key)),
            ("set", None) => Some(Delta::Set(key, None)),
            ("set", value @ Some(Value::Map(_))) => Some(Delta::Set(key, value)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cbor;

    fn document(deltas: serde_json::Value) -> Value {
        cbor::from_json(&json!({"$schema": SCHEMA, "deltas": deltas})).unwrap()
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    #[test]
    fn the_last_in_canonical_order_wins() {
        let first = document(json!([
            {"op": "set", "key": "a", "value": {"label": "1"}},
            {"op": "set", "key": "b"},
            {"op": "set", "key": "c"},
            {"op": "remove", "key": "c"},
        ]));
        // At one time, the greater CID text comes later: letters after digits.
        let second = document(json!([{"op": "set", "key": "a", "value": {"label": "2"}}]));
        let third = document(json!([{"op": "remove", "key": "b"}]));
        let entry = |millis, cid, document| Entry { created_at: at(millis), cid, document };
        let mut entries = vec![
            entry(1, "baa", Some(&first)),
            entry(2, "b2", Some(&third)),
            entry(2, "ba", Some(&second)),
            entry(3, "bzz", None),
        ];
        let expected = cbor::from_json(&json!({"a": {"label": "2"}})).unwrap();
        for _ in 0..entries.len() {
            entries.rotate_left(1);
            assert_eq!(Value::Map(fold(entries.clone())), expected);
        }
        let swapped = [entry(2, "ba", Some(&first)), entry(2, "b2", Some(&second))];
        assert_eq!(fold(swapped)["a"].get_str("label"), Some("1"));
    }

    #[test]
    fn what_is_no_delta_is_passed_over() {
        let odd = document(json!([
            null, 1, "x", [], {"op": "set"}, {"op": "set", "key": 1}, {"op": "put", "key": "a"},
            {"key": "a"}, {"op": "set", "key": "a", "value": null},
            {"op": "set", "key": "a", "value": [1]},
            {"op": "set", "key": "ok", "value": {"n": 1}, "more": true},
            {"op": "remove", "key": "never"},
        ]));
        fn only(document: &Value) -> BTreeMap<String, Value> {
            fold([Entry { created_at: at(0), cid: "b", document: Some(document) }])
        }
        assert_eq!(only(&odd).keys().collect::<Vec<_>>(), ["ok"]);
        for other in [
            json!({"$schema": "https://schemas.dfos.com/post/v1", "deltas": [{"op": "set", "key": "a"}]}),
            json!({"deltas": [{"op": "set", "key": "a"}]}),
            json!({"$schema": SCHEMA, "deltas": {"op": "set", "key": "a"}}),
            json!([]),
        ] {
            let other = cbor::from_json(&other).unwrap();
            assert!(only(&other).is_empty());
        }
    }
}
