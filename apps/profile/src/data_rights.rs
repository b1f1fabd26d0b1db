//! Data rights: export, count, delete, transfer.

use imajin_protocol::Did;
use imajin_service::{Count, DataRights, DeletePlan, Retained, TransferPlan};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::Profile;
use crate::projection;
use crate::queries::{Side, has_handle, whole_side};

impl DataRights for Profile {
    /// The section `profile` of bundle.json, exactly as docs/format.md §12 says.
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
            "following": whole_side(db, did, Side::Following)?,
            "followers": whole_side(db, did, Side::Followers)?,
        })))
    }

    /// Counts changes that still have a body, and relations.
    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let Some(row) = projection::load(db, did.as_str())? else {
            return Ok(Vec::new());
        };
        let relations =
            |side| -> rusqlite::Result<u64> { Ok(whole_side(db, did, side)?.len() as u64) };
        let all = [
            ("profile updates", row.updates.unsigned_abs()),
            ("handle claims", row.claims.unsigned_abs()),
            ("following", relations(Side::Following)?),
            ("followers", relations(Side::Followers)?),
        ];
        Ok(all
            .into_iter()
            .filter(|(_, number)| *number > 0)
            .map(|(kind, number)| Count::new(kind, number))
            .collect())
    }

    /// What a deletion erases and what it keeps.
    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        let (mut goes, mut stays) = (Vec::new(), Vec::new());
        for count in self.count(db, did)? {
            match count.kind.as_str() {
                "following" | "followers" => stays.push(Retained {
                    why: "the other person's record also says who follows whom, without any of your words; it is not shown any more".to_owned(),
                    kind: count.kind,
                    number: count.number,
                }),
                _ => goes.push(count),
            }
        }
        if has_handle(db, did)? {
            stays.push(Retained {
                kind: "username".to_owned(),
                number: 1,
                why: "kept for 90 days as a keyed hash, so that nobody can take it and be mistaken for you".to_owned(),
            });
        }
        Ok(DeletePlan { goes, stays })
    }

    /// What a transfer moves: everything, because it is in the log. The handle may be taken on the other node.
    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let cannot = has_handle(db, did)?.then(|| Retained {
            kind: "username".to_owned(),
            number: 1,
            why: "if somebody has it there already, they keep it, and you choose another one"
                .to_owned(),
        });
        Ok(TransferPlan {
            moves: self.count(db, did)?,
            cannot: cannot.into_iter().collect(),
        })
    }
}
