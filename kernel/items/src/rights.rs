//! Items and follows in an export, and in numbers.

use imajin_app::time;
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
    let row = |follow: &Followed| json!({ "did": follow.of, "item": follow.item, "since": time::text(follow.since) });
    follows.iter().map(row).collect()
}
