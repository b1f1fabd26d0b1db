//! What everybody may ask of the keeper of their data: take it away, count it, delete it, move it.

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{Count, DeletePlan, Stays, TransferPlan};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::{ops, reads};

/// The section `events` of bundle.json, exactly as docs/format.md §12 says.
pub(crate) fn export(db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
    let entries = reads::entries(db, did)?;
    if entries.is_empty() {
        return Ok(None);
    }
    let tickets = entries
        .iter()
        .filter(|entry| entry.op == ops::TICKET && !entry.body.is_null());
    let tickets: Vec<Json> = tickets
        .map(
            |entry| json!({ "ticket": entry.body["ticket"], "signature": entry.body["signature"] }),
        )
        .collect();
    let entries = entries.into_iter().map(|entry| {
        json!({
            "op": entry.op,
            "at": time(entry.at),
            "ref": entry.reference,
            "fact": entry.fact,
            "body": entry.body,
        })
    });
    Ok(Some(
        json!({ "tickets": tickets, "entries": entries.collect::<Vec<_>>() }),
    ))
}

/// A time as it is written everywhere.
pub(crate) fn time(millis: i64) -> Option<String> {
    Timestamp::from_millis(millis)
        .ok()
        .map(|time| time.to_string())
}

/// Kinds for people, and which operations each is.
const KINDS: [(&str, &[&str]); 4] = [
    ("tickets", &[ops::TICKET]),
    ("events", &[ops::CREATE, ops::OPENED]),
    ("check-ins", &[ops::CHECKIN]),
    ("refunds of tickets", &[ops::REFUND]),
];
const REST: &str = "entries about events";

/// In numbers.
pub(crate) fn count(db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
    let entries = reads::entries(db, did)?;
    let number = |wanted: &dyn Fn(&str) -> bool| {
        entries.iter().filter(|entry| wanted(&entry.op)).count() as u64
    };
    let kinds = KINDS
        .iter()
        .map(|(kind, ops)| Count::new(*kind, number(&|op| ops.contains(&op))));
    let rest = number(&|op| KINDS.iter().all(|(_, ops)| !ops.contains(&op)));
    Ok(kinds
        .chain([Count::new(REST, rest)])
        .filter(|count| count.number > 0)
        .collect())
}

/// What a deletion does here.
pub(crate) fn delete(db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
    let goes = count(db, did)?;
    let mut stays = Vec::new();
    let tickets = goes.iter().find(|count| count.kind == "tickets");
    if let Some(tickets) = tickets {
        stays.push(Stays {
            kind: "tickets in the events' own records".to_owned(),
            number: tickets.number,
            why: "the event keeps which tickets it signed, without words of yours: others' places depend on it".to_owned(),
        });
    }
    let which = reads::Which {
        organiser: Some(did.to_string()),
        all: true,
        from: None,
    };
    let (events, total) = reads::list(db, &which, usize::MAX, 0)?;
    let written = events.iter().filter(|event| !event.words.is_null()).count() as u64;
    if written > 0 {
        stays.push(Stays {
            kind: "events that you organise".to_owned(),
            number: written,
            why: "an event has a record of its own, which only you can close. Before you go: cancel what is to come (everybody gets their money back), and erase the words of what is over. A copy of its record goes along with yours. After you are gone nobody is let in, and nothing is sold or given back".to_owned(),
        });
    }
    if total > written {
        stays.push(Stays {
            kind: "events without words".to_owned(),
            number: total - written,
            why: "which tickets an event sold stays in its own record, since their holders depend on it".to_owned(),
        });
    }
    Ok(DeletePlan { goes, stays })
}

/// What a move does here: one's tickets and record move along; an event stays where its tickets are sold.
pub(crate) fn transfer(db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
    let which = reads::Which {
        organiser: Some(did.to_string()),
        all: true,
        from: None,
    };
    let (_, total) = reads::list(db, &which, 1, 0)?;
    let stays = (total > 0).then(|| Stays {
        kind: "events that you organise".to_owned(),
        number: total,
        why: "an event stays on this box, and you organise it from here: let it be over, or cancel it (everybody gets their money back), before you move. A copy of its record goes along with yours. After you have moved nothing of it is sold here".to_owned(),
    });
    Ok(TransferPlan {
        moves: count(db, did)?,
        cannot: stays.into_iter().collect(),
    })
}
