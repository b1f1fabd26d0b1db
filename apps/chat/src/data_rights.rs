//! A person's data rights over their conversations. Their own log has everything that they wrote, readable or sealed;
//! the conversations' logs belong to all their members and stay. A person's copy contains the parts of these that they
//! may see.

use imajin_app::data_rights::entries::{self, Entry, exported};
use imajin_app::{Count, DataRights, DeletePlan, Retained, TransferPlan, time};
use imajin_ledger::Reader;
use imajin_ledger::rows::first;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::Chat;
use crate::operations::{
    Accepted, Admitted, EpochMade, Hidden, Keyring, MessageSent, OpenedConversation, Out,
    Requested, RoleGiven, SendMessage,
};

/// Operations that are only in conversations' logs. Their authors' own logs have the contents.
const OF_CONVERSATIONS: &[&str] = &[
    OpenedConversation::NAME,
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
        if OF_CONVERSATIONS.contains(&entry.op) { Ok(()) } else { entries::keep(db, entry) }
    }

    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let entries = entries::read_entries(db, did)?;
        Ok((!entries.is_empty())
            .then(|| json!({ "entries": exported(&entries), "messages": messages(&entries) })))
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let number = |sql: &str, op: &str| {
            let number = Reader::from(db).row(sql, [did.as_str(), op], first)?;
            Ok::<u64, rusqlite::Error>(number.unwrap_or(0))
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
        let stays = Retained::of_any(
            MESSAGES,
            Count::number_of(MESSAGES, &goes),
            "they are in the records of their conversations, too. Delete yours there first: then they are erased there as well",
        );
        Ok(DeletePlan { stays: stays.into_iter().collect(), goes })
    }

    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        let moves = self.count(db, did)?;
        let cannot = Retained::of_any(
            "conversations with others",
            Count::number_of("conversations", &moves),
            "they stay on this box, since everybody’s words are in them; your copy includes what you may see of each, and can be read and checked without this box",
        );
        Ok(TransferPlan { cannot: cannot.into_iter().collect(), moves })
    }
}

/// The list `messages` of the section `chat`, exactly as docs/sections.md says. What is sealed stays in its entry alone.
fn messages(entries: &[Entry]) -> Json {
    let sent =
        entries.iter().filter(|entry| entry.op == SendMessage::NAME && entry.body.is_object());
    let message = |entry: &Entry| {
        let (fact, body) = (&entry.fact, &entry.body);
        Some(json!({
            "id": entry.reference.as_deref()?,
            "conversation": fact["log"].as_str(),
            "at": time::text(entry.at),
            "re": fact["re"].as_str(),
            "sealed": fact["epoch"].as_i64().is_some_and(|epoch| epoch > 0),
            "type": body["type"].as_str(),
            "text": body["text"].as_str(),
            "media": body.get("media").filter(|media| media.is_object()),
        }))
    };
    sent.filter_map(message).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(id: Option<&str>, fact: Json, body: Json) -> Entry {
        Entry {
            at: 1_800_000_000_000,
            op: SendMessage::NAME.to_owned(),
            reference: id.map(str::to_owned),
            fact,
            body,
        }
    }

    #[test]
    fn messages_are_those_sent_and_not_erased() {
        let readable =
            json!({ "log": "did:imajin:x", "epoch": 0, "turns": 0, "seq": 3, "seen": "c" });
        let sealed = json!({ "log": "did:imajin:x", "epoch": 2, "re": "msg_1" });
        let entries = [
            sent(
                Some("msg_1"),
                readable.clone(),
                json!({ "type": "text", "text": "hello", "media": { "cid": "c" } }),
            ),
            sent(Some("msg_2"), sealed, json!({ "box": { "/": { "bytes": "AA" } } })),
            // Erased, without an id, and of another kind.
            sent(Some("msg_3"), readable.clone(), Json::Null),
            sent(None, readable, json!({ "type": "text", "text": "nobody's" })),
            Entry { op: Keyring::NAME.to_owned(), ..sent(Some("k"), Json::Null, json!({})) },
            // Members of other types.
            sent(
                Some("msg_4"),
                json!({ "log": 7, "epoch": true }),
                json!({ "text": [1], "media": "m" }),
            ),
        ];
        let row = |id: &str, sealed: bool| json!({ "id": id, "conversation": "did:imajin:x", "at": "2027-01-15T08:00:00.000Z", "re": null, "sealed": sealed, "type": null, "text": null, "media": null });
        let (mut first, mut second, mut odd) =
            (row("msg_1", false), row("msg_2", true), row("msg_4", false));
        first["type"] = json!("text");
        first["text"] = json!("hello");
        first["media"] = json!({ "cid": "c" });
        second["re"] = json!("msg_1");
        odd["conversation"] = Json::Null;
        assert_eq!(messages(&entries), json!([first, second, odd]));
    }
}
