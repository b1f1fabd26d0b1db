//! Items and follows in an export, and in numbers.

use imajin_dfos::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::Base;
use crate::store::Followed;

/// Returns an item for an export: omitted members have their default. The service adds what only its items have.
pub fn exported(item: &Base) -> Map<String, Json> {
    let mut out = match serde_json::to_value(item) {
        Ok(Json::Object(members)) => members,
        _ => Map::new(),
    };
    out.retain(|name, _| !matches!(&**name, "put" | "rev" | "on"));
    if !item.on {
        out.insert("on".to_owned(), 0.into());
    }
    out
}

/// Exports the items that a person follows.
pub fn exported_follows(follows: &[Followed]) -> Json {
    let follows = follows.iter().map(|Followed { of, item, since }| {
        let since = Timestamp::from_millis(*since).map(|at| at.to_string());
        json!({ "did": of, "item": item, "since": since.ok() })
    });
    follows.collect()
}
