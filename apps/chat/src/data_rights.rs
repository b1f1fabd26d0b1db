//! What a person may do with their data here. Their own log has all that they wrote, readable or in boxes; the conversations' logs are
//! everybody's who was in, and stay where they are. A person's copy has what they may see of these.

use imajin_ledger::Applied;
use imajin_protocol::Did;
use imajin_service::data_rights::entries::{self, exported};
use imajin_service::{Count, DataRights, DeletePlan, Retained, TransferPlan};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::Chat;
use crate::operations::{
    Accepted, Admitted, EpochMade, Hidden, Keyring, MessageSent, Opened, Out, Requested, RoleGiven,
    SendMessage,
};

/// What is only in conversations' logs: its words are in their author's own.
const OF_CONVERSATIONS: &[&str] = &[
    Opened::NAME,
    Admitted::NAME,
    EpochMade::NAME,
    MessageSent::NAME,
    Accepted::NAME,
    Hidden::NAME,
    Out::NAME,
    RoleGiven::NAME,
];

/// Messages of a person, as they are counted.
const MESSAGES: &str = "messages";

impl DataRights for Chat {
    fn keep(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        match OF_CONVERSATIONS.contains(&entry.op) {
            true => Ok(()),
            false => entries::keep(db, entry),
        }
    }

    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let entries = entries::of(db, did)?;
        Ok((!entries.is_empty()).then(|| json!({ "entries": exported(&entries) })))
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let number = |sql: &str, op: &str| {
            db.prepare_cached(sql)?
                .query_row([did.as_str(), op], |row| row.get::<_, i64>(0))
                .map(i64::unsigned_abs)
        };
        let there =
            "SELECT count(*) FROM entries WHERE owner_did = ?1 AND op = ?2 AND body IS NOT NULL";
        let rooms = "SELECT count(DISTINCT fact ->> 'log') FROM entries WHERE owner_did = ?1 AND (op = ?2 OR op = 'chat.open')";
        let requests = "SELECT count(*) FROM entries WHERE owner_did = ?1 AND op = ?2";
        Ok(Count::of_any([
            ("conversations", number(rooms, SendMessage::NAME)?),
            (MESSAGES, number(there, SendMessage::NAME)?),
            ("requests", number(requests, Requested::NAME)?),
            ("keyrings", number(there, Keyring::NAME)?),
        ]))
    }

    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        let goes = self.count(db, did)?;
        let messages = goes.iter().find(|count| count.kind == MESSAGES);
        let stays = messages.map(|count| {
            Retained::new(
                MESSAGES,
                count.number,
                "they are in the records of their conversations, too. Delete yours there first: then they are erased there as well",
            )
        });
        Ok(DeletePlan {
            stays: stays.into_iter().collect(),
            goes,
        })
    }

    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let moves = self.count(db, did)?;
        let rooms = moves.iter().find(|count| count.kind == "conversations");
        let cannot = rooms.map(|count| {
            Retained::new(
                "conversations with others",
                count.number,
                "they stay on this box, since everybody’s words are in them; your copy includes what you may see of each, and can be read and checked without this box",
            )
        });
        Ok(TransferPlan {
            cannot: cannot.into_iter().collect(),
            moves,
        })
    }
}
