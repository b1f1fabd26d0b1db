//! Data rights in this service: export, count, delete, transfer.

use imajin_app::{Count, DataRights, DeletePlan, Retained, TransferPlan};
use imajin_protocol::Did;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::Profile;
use crate::projection;
use crate::queries::{Side, has_handle, whole_side};

impl DataRights for Profile {
    /// Exports the section `profile` of bundle.json, exactly as docs/sections.md specifies it.
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let Some(row) = projection::load(db, did.as_str())? else {
            return Ok(None);
        };
        let members = &row.members;
        Ok(Some(json!({
            "handle": row.claimed,
            "display_name": members.get("displayName"),
            "bio": members.get("bio"),
            "avatar": members.get("avatar"),
            "banner": members.get("banner"),
            "links": members.get("links"),
            "visibility": members.get("visibility"),
            "field_visibility": members.get("fieldVisibility"),
            "feature_toggles": members.get("featureToggles"),
            "following": whole_side(db.into(), did, Side::Following)?,
            "followers": whole_side(db.into(), did, Side::Followers)?,
        })))
    }

    /// Counts changes that still have a body, and relations.
    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let Some(row) = projection::load(db, did.as_str())? else {
            return Ok(Vec::new());
        };
        let people = |side| whole_side(db.into(), did, side).map(|people| people.len() as u64);
        Ok(Count::of_any([
            ("profile updates", row.updates),
            ("handle claims", row.claims),
            ("following", people(Side::Following)?),
            ("followers", people(Side::Followers)?),
        ]))
    }

    /// Plans a deletion: the data that it erases, and the data that stays.
    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        let (relations, goes): (Vec<_>, Vec<_>) = self
            .count(db, did)?
            .into_iter()
            .partition(|count| matches!(count.kind.as_str(), "following" | "followers"));
        let stays = relations.into_iter().map(|count| {
            let why = "the other person's record also says who follows whom, without any of your words; it is not shown any more";
            Retained::new(count.kind, count.number, why)
        });
        let why =
            "kept for 90 days as a keyed hash, so that nobody can take it and be mistaken for you";
        let stays = stays.chain(username(db, did, why)?).collect();
        Ok(DeletePlan { goes, stays })
    }

    /// Plans a move: it includes everything, because it is in the log. The handle may be taken on the other node.
    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let why = "if somebody has it there already, they keep it, and you choose another one";
        Ok(TransferPlan {
            moves: self.count(db, did)?,
            cannot: username(db, did, why)?.into_iter().collect(),
        })
    }
}

/// Lists the person's handle, if they have one, with the reason why it can't move.
fn username(db: &Connection, did: &Did, why: &str) -> rusqlite::Result<Option<Retained>> {
    let has_handle = has_handle(db.into(), did)?;
    Ok(has_handle.then(|| Retained::new("username", 1, why)))
}
