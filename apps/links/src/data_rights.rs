//! People's rights over their data in this service: export, count, delete, transfer.

use std::collections::BTreeSet;

use imajin_protocol::Did;
use imajin_service::{Count, DataRights, DeletePlan, TransferPlan};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::{Links, queries};

impl DataRights for Links {
    /// The section `links` of bundle.json (docs/format.md §12).
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let links = queries::links(db, did.as_str(), None)?;
        let clicks = queries::counted(db, did.as_str())?;
        if links.is_empty() && clicks.is_empty() {
            return Ok(None);
        }
        let links = links.iter().map(|link| {
            json!({ "id": link.id, "title": link.title, "url": link.url, "note": link.note, "visibility": link.visibility })
        });
        let clicks = clicks
            .iter()
            .map(|(day, link, clicks)| json!({ "day": day, "link": link, "clicks": clicks }));
        Ok(Some(json!({
            "links": links.collect::<Vec<_>>(),
            "clicks": clicks.collect::<Vec<_>>(),
        })))
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let links = queries::links(db, did.as_str(), None)?.len();
        let clicks = queries::counted(db, did.as_str())?;
        let days: BTreeSet<String> = clicks.into_iter().map(|(day, ..)| day).collect();
        let all = [("links", links), ("days of clicks", days.len())];
        let there = all.into_iter().filter(|(_, number)| *number > 0);
        Ok(there
            .map(|(kind, number)| Count::new(kind, number as u64))
            .collect())
    }

    /// A deletion erases everything.
    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        Ok(DeletePlan {
            goes: self.count(db, did)?,
            ..DeletePlan::default()
        })
    }

    /// Everything is in the log and moves with it; only the clicks of the day of the move stay behind.
    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        Ok(TransferPlan {
            moves: self.count(db, did)?,
            ..TransferPlan::default()
        })
    }
}
