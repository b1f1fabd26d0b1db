//! The DIDs that a body names: those of people in a list, for example, who wrote nothing in the log.

use imajin_dfos::Value;
use imajin_protocol::Did;
use imajin_protocol::did::DidKind;

/// Finds every text in a body that is a canonical DID of [`DidKind::Key`].
pub fn named_in(value: &Value, found: &mut dyn FnMut(Did)) {
    match value {
        Value::Text(text) => {
            let did = text.starts_with("did:").then(|| Did::parse_canonical(text)).flatten();
            if let Some(did) = did.filter(|did| did.kind() == DidKind::Key) {
                found(did);
            }
        }
        Value::List(items) => items.iter().for_each(|item| named_in(item, found)),
        Value::Map(members) => members.values().for_each(|item| named_in(item, found)),
        _ => {}
    }
}
