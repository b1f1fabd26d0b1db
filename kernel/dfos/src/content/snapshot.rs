//! A verified branch in the caller's own storage, so that a restart or a fork need not verify it again.
//!
//! Always: a restored snapshot extends exactly like the original. A snapshot proves nothing.

use super::{ContentId, State};
use crate::cid::parse_cid;
use crate::statement::{Result, StatementError, members};
use crate::{Cid, Value};

impl State {
    /// The state with the time of its operation: [`State::to_value`] and `lastCreatedAt`.
    pub fn to_snapshot(&self) -> Value {
        let mut value = self.to_value();
        if let Some(members) = value.as_map_mut() {
            let at = Value::from(self.updated_at.to_string());
            members.insert("lastCreatedAt".to_owned(), at);
        }
        value
    }

    /// Restores the form of [`State::to_snapshot`]. The caller vouches for it.
    pub fn from_trusted_snapshot(snapshot: &Value) -> Result<Self> {
        let content_id = ContentId::parse(members::text(snapshot, "contentId")?);
        let is_deleted = snapshot.get("isDeleted").and_then(Value::as_bool);
        let length = snapshot.get("length").and_then(Value::as_u64);
        Ok(Self {
            content_id: content_id.map_err(|_| StatementError::Schema("contentId"))?,
            genesis_cid: cid(snapshot, "genesisCID")?,
            head_cid: cid(snapshot, "headCID")?,
            updated_at: members::timestamp(snapshot, "lastCreatedAt")?,
            is_deleted: is_deleted.ok_or(StatementError::Schema("isDeleted"))?,
            document: members::nullable_text(snapshot, "currentDocumentCID")?,
            length: length.ok_or(StatementError::Schema("length"))?,
            creator: members::did(snapshot, "creatorDID")?,
        })
    }
}

fn cid(snapshot: &Value, name: &'static str) -> Result<Cid> {
    parse_cid(members::text(snapshot, name)?).map_err(|_| StatementError::Schema(name))
}
