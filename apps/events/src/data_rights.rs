//! Data rights: exports, counts, deletes and transfers a person's data in this app.

use imajin_app::data_rights::entries;
use imajin_app::{Count, DataRights, DeletePlan, Retained, TransferPlan};
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::operations::{
    CheckIn, CreateEvent, IssuedTicket, OpenedEvent, RefundTicket, UpdateEvent,
};
use crate::{Events, queries};

impl DataRights for Events {
    fn keep(&self, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        entries::keep(db, entry)
    }

    /// Exports the section `events` of bundle.json (docs/sections.md).
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let entries = entries::read_entries(db, did)?;
        if entries.is_empty() {
            return Ok(None);
        }
        let tickets =
            entries.iter().filter(|entry| entry.op == IssuedTicket::NAME && !entry.body.is_null());
        let tickets: Vec<Json> = tickets
            .map(
                |entry| json!({ "ticket": entry.body["ticket"], "signature": entry.body["signature"] }),
            )
            .collect();
        let entries = entries::exported(&entries);
        Ok(Some(json!({ "tickets": tickets, "entries": entries })))
    }

    fn manifest_operations(&self) -> &'static [&'static str] {
        &[CreateEvent::NAME, UpdateEvent::NAME]
    }

    /// Counts a person's entries by kind.
    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let all = entries::read_entries(db, did)?;
        Ok(entries::counts(&all, &KINDS, REST))
    }

    /// Lists the data that a deletion removes and the data that stays, with the reasons.
    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        let goes = self.count(db, did)?;
        let which = queries::Which::own(did);
        let (events, total) = queries::list(db.into(), &which, usize::MAX, 0)?;
        let written = events.iter().filter(|event| !event.words.is_null()).count() as u64;
        let stays = [
            Retained::of_any(
                "issued tickets",
                Count::number_of("tickets", &goes),
                "the event keeps which tickets it signed, without words of yours: others' places depend on it",
            ),
            Retained::of_any(
                "organised events",
                written,
                "only you can close them. Before you go, cancel the events that are still to come: the box refunds credit and card payments, and you send bank transfers back yourself. Then erase what you wrote about past events. Your copy includes their records. Once you are gone, nobody can be let in, buy a ticket or get a refund",
            ),
            Retained::of_any(
                "erased events",
                total.saturating_sub(written),
                "which tickets an event sold stays in its own record, since their holders depend on it",
            ),
        ];
        let stays = stays.into_iter().flatten().collect();
        Ok(DeletePlan { goes, stays })
    }

    /// Lists the data that a move takes: tickets and the person's record. Events stay on the node that sells their
    /// tickets.
    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let which = queries::Which::own(did);
        let (_, total) = queries::list(db.into(), &which, 1, 0)?;
        let stays = Retained::of_any(
            "organised events",
            total,
            "events stay on this box, where you organise them. Before you move, wait until they are over or cancel them: the box refunds credit and card payments, and you send bank transfers back yourself. Your copy includes their records. After you have moved, this box sells no more tickets for them",
        );
        Ok(TransferPlan { moves: self.count(db, did)?, cannot: stays.into_iter().collect() })
    }
}

/// The kinds shown to people, each with its operations.
const KINDS: [(&str, &[&str]); 4] = [
    ("tickets", &[IssuedTicket::NAME]),
    ("events", &[CreateEvent::NAME, OpenedEvent::NAME]),
    ("check-ins", &[CheckIn::NAME]),
    ("ticket refunds", &[RefundTicket::NAME]),
];
const REST: &str = "event entries";
