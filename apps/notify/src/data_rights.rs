//! Data rights. A person's choices and marks are in their record; their devices are known to this node alone, are counted, are deleted
//! with the record, and never travel.

use imajin_app::data_rights::entries::{self, exported};
use imajin_app::{Count, DataRights, DeletePlan, Retained, TransferPlan};
use imajin_ledger::Reader;
use imajin_ledger::rows::first;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::operations::Choose;
use crate::{Notify, push};

/// Devices, as they are counted.
const DEVICES: &str = "devices for push messages";

impl Notify {
    fn devices(&self, did: &Did) -> u64 {
        let secrets = self.secrets.get();
        let count = secrets.map(|secrets| secrets.read(|db| push::devices::count(db, did)));
        // A device that can't be counted is deleted all the same.
        count.and_then(Result::ok).unwrap_or(0)
    }

    fn chosen(db: &Connection, did: &Did) -> rusqlite::Result<u64> {
        let sql = "SELECT count(*) FROM entries WHERE owner_did = ?1 AND op = ?2";
        Ok(Reader::from(db).row(sql, [did.as_str(), Choose::NAME], first)?.unwrap_or(0))
    }
}

impl DataRights for Notify {
    fn keep(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        entries::keep(db, entry)
    }

    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let entries = entries::read_entries(db, did)?;
        Ok((!entries.is_empty()).then(|| json!({ "entries": exported(&entries) })))
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        Ok(Count::of_any([
            ("choices of notifications", Self::chosen(db, did)?),
            (DEVICES, self.devices(did)),
        ]))
    }

    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        Ok(DeletePlan { goes: self.count(db, did)?, ..DeletePlan::default() })
    }

    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let mut moves = self.count(db, did)?;
        let cannot = Retained::of_any(
            DEVICES,
            Count::number_of(DEVICES, &moves),
            "browsers give their addresses to one box alone: allow notifications again at the new one",
        );
        moves.retain(|count| count.kind != DEVICES);
        Ok(TransferPlan { moves, cannot: cannot.into_iter().collect() })
    }
}
