//! A verified chain in the caller's own storage, so that a restart need not verify it again.
//!
//! Always: a restored snapshot extends exactly like the original. A snapshot proves nothing: use it for files that only
//! this node writes, and that can be rebuilt from the chain.

use std::collections::BTreeMap;

use super::{IdentityError, State, Verified};
use crate::cid::parse_cid;
use crate::{Cid, Timestamp, Value};

impl Verified {
    /// The chain's state, head and key memory.
    pub fn to_snapshot(&self) -> Value {
        let keys = self.keys_ever.iter();
        let count = i64::try_from(self.operation_count).unwrap_or(i64::MAX);
        Value::map([
            ("state", self.state.to_value()),
            ("genesisCID", Value::from(self.genesis_cid.to_string())),
            ("headCID", Value::from(self.head_cid.to_string())),
            ("createdAt", Value::from(self.created_at.to_string())),
            ("updatedAt", Value::from(self.updated_at.to_string())),
            ("operationCount", Value::Int(count)),
            (
                "keysEver",
                Value::map(keys.map(|(id, text)| (id.as_str(), Value::from(text.as_str())))),
            ),
        ])
    }

    /// Restores the form of [`Self::to_snapshot`]. The caller vouches for it.
    pub fn from_trusted_snapshot(snapshot: &Value) -> Result<Self, IdentityError> {
        let state = snapshot.get("state").ok_or(IdentityError::Schema("state"))?;
        let count = snapshot.get("operationCount").and_then(Value::as_u64);
        let keys = snapshot.get("keysEver").and_then(Value::as_map);
        let keys = keys.ok_or(IdentityError::Schema("keysEver"))?.iter();
        let mut keys_ever = BTreeMap::new();
        for (id, text) in keys {
            let text = text.as_str().ok_or(IdentityError::Schema("keysEver"))?;
            keys_ever.insert(id.clone(), text.to_owned());
        }
        Ok(Self {
            state: State::from_value(state)?,
            genesis_cid: cid(snapshot, "genesisCID")?,
            head_cid: cid(snapshot, "headCID")?,
            created_at: timestamp(snapshot, "createdAt")?,
            updated_at: timestamp(snapshot, "updatedAt")?,
            operation_count: count.ok_or(IdentityError::Schema("operationCount"))?,
            keys_ever,
        })
    }
}

fn cid(snapshot: &Value, name: &'static str) -> Result<Cid, IdentityError> {
    match snapshot.get_str(name).map(parse_cid) {
        Some(Ok(cid)) => Ok(cid),
        _ => Err(IdentityError::Schema(name)),
    }
}

fn timestamp(snapshot: &Value, name: &'static str) -> Result<Timestamp, IdentityError> {
    match snapshot.get_str(name).map(Timestamp::parse) {
        Some(Ok(timestamp)) => Ok(timestamp),
        _ => Err(IdentityError::Schema(name)),
    }
}
