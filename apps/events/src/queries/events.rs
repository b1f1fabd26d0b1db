//! Queries of events and ticket types.

use imajin_app::operation::Choice;
use imajin_app::{FromRow, Zone};
use imajin_ledger::Reader;
use imajin_ledger::rows::{Column, did, pair};
use imajin_protocol::fair::Manifest;
use imajin_protocol::{Currency, Did};
use rusqlite::{Result, Row, ToSql, params};
use serde_json::Value as Json;

use super::{count, limit};
use crate::event::FreePlaces;

/// An event. Times are in milliseconds.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) did: Did,
    pub(crate) id: String,
    pub(crate) organiser: Did,
    /// The group that the event is for; `None`: everyone.
    pub(crate) group: Option<Did>,
    pub(crate) status: String,
    pub(crate) fair: String,
    pub(crate) manifest: Option<String>,
    /// The organiser's texts; null if they were erased.
    pub(crate) words: Json,
    pub(crate) starts: Option<i64>,
    pub(crate) ends: Option<i64>,
    /// The end of the event, or a day after its start if the organiser gave no end.
    pub(crate) over_at: Option<i64>,
    /// The latest end that the event ever had.
    pub(crate) latest: Option<i64>,
    /// Maximum number of open orders per person; `None`: one.
    pub(crate) orders: Option<i64>,
    /// The limit on who may take a free place, if there is one.
    pub(crate) free: Option<FreePlaces>,
    /// The DID of the person who set the current status; `None` for a draft.
    pub(crate) decided_by: Option<String>,
    shown_by: Option<EventPicture>,
}

#[derive(Debug, Clone)]
pub(crate) struct EventPicture {
    /// The CID of the file, which belongs to the organiser.
    pub(crate) cid: String,
    /// The alternative text.
    pub(crate) alt: String,
}

const EVENT: &str = "SELECT owner_did, id, organiser, status, fair, manifest, words, starts, ends, over_at, latest, orders, decided_by, free, grp,
    (SELECT cid FROM pictures p WHERE p.owner_did = events.organiser AND p.event = events.owner_did),
    (SELECT alt FROM pictures p WHERE p.owner_did = events.organiser AND p.event = events.owner_did) FROM events";

impl Event {
    fn read(row: &Row<'_>) -> Result<Self> {
        let words: Option<String> = row.get(6)?;
        let words = words.and_then(|words| serde_json::from_str(&words).ok());
        let picture = row.get::<_, Option<String>>(15)?.zip(row.get(16)?);
        // Unknown words mean an approval, the stricter limit.
        let free: Option<String> = row.get(13)?;
        let free = free.map(|word| FreePlaces::from_name(&word).unwrap_or(FreePlaces::Approval));
        Ok(Self {
            did: did(row, 0)?,
            id: row.get(1)?,
            organiser: did(row, 2)?,
            group: Column::read(row, 14)?,
            status: row.get(3)?,
            fair: row.get(4)?,
            manifest: row.get(5)?,
            words: words.unwrap_or_default(),
            starts: row.get(7)?,
            ends: row.get(8)?,
            over_at: row.get(9)?,
            latest: row.get(10)?,
            orders: row.get(11)?,
            decided_by: row.get(12)?,
            free,
            shown_by: picture.map(|(cid, alt)| EventPicture { cid, alt }),
        })
    }

    /// Returns the picture; `None` if there is none or the organiser erased the event's words.
    pub(crate) fn picture(&self) -> Option<&EventPicture> {
        self.shown_by.as_ref().filter(|_| !self.words.is_null())
    }

    /// Returns a text of the event; `None` if it is missing or empty.
    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        self.words[name].as_str().filter(|text| !text.is_empty())
    }

    /// Returns a text of the event unless it is hidden from the viewer. With `inside`, the viewer is the organiser or a
    /// ticket holder and may read everything.
    pub(crate) fn visible_word(&self, name: &str, inside: bool) -> Option<&str> {
        let is_kept = match name {
            "virtualUrl" => true,
            "venue" | "address" => self.hides_address(),
            _ => false,
        };
        self.word(name).filter(|_| inside || !is_kept)
    }

    /// Returns the time zone of the event, or the node's.
    pub(crate) fn zone(&self) -> Zone {
        self.word("timezone").and_then(Zone::find).unwrap_or_else(Zone::home)
    }

    /// Whether every visitor may see the event.
    pub(crate) fn is_public(&self) -> bool {
        self.group.is_none() && self.status != "draft"
    }

    /// Whether only ticket holders and the organiser see the venue and the address. Unknown values from later versions
    /// hide them.
    pub(crate) fn hides_address(&self) -> bool {
        self.word("addressFor").is_some_and(|who| who != "everyone")
    }

    /// Whether ticket holders see who else comes.
    pub(crate) fn shows_guests(&self) -> bool {
        self.word("guestsFor") == Some("holders")
    }

    /// Returns the place in one line, as far as the viewer may read it.
    pub(crate) fn place(&self, inside: bool) -> Option<String> {
        let parts = ["venue", "address", "city", "country"].into_iter();
        let parts: Vec<&str> = parts.filter_map(|name| self.visible_word(name, inside)).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    pub(crate) fn has_tag(&self, tag: &str) -> bool {
        let tags = self.words["tags"].as_array();
        tags.is_some_and(|tags| tags.iter().any(|one| one == tag))
    }

    /// Returns the maximum number of open orders per person.
    pub(crate) fn orders_max(&self) -> usize {
        self.orders.and_then(|most| usize::try_from(most).ok()).unwrap_or(1)
    }

    /// Returns the words of a ticket type; null without any.
    pub(crate) fn type_words(&self, n: i64) -> &Json {
        let at = usize::try_from(n - 1).unwrap_or(usize::MAX);
        &self.words["tickets"][at]
    }

    /// Returns the name of a ticket type.
    pub(crate) fn type_name(&self, n: i64) -> Option<&str> {
        self.type_words(n)["name"].as_str()
    }

    /// Returns the manifest by which the income is shared; `None` if it was erased.
    pub(crate) fn signed_manifest(&self) -> Option<Manifest> {
        Manifest::parse(self.manifest.as_deref()?).ok()
    }
}

/// Returns the event with this DID.
pub(crate) fn event(db: Reader<'_>, event: &str) -> Result<Option<Event>> {
    db.row(&format!("{EVENT} WHERE owner_did = ?1"), [event], Event::read)
}

/// Returns the event with this DID or short id.
pub(crate) fn find(db: Reader<'_>, name: &str) -> Result<Option<Event>> {
    let id = match name.strip_prefix("did:imajin:event:") {
        None if name.starts_with("did:") => return event(db, name),
        id => id.unwrap_or(name),
    };
    db.row(&format!("{EVENT} WHERE id = ?1 ORDER BY owner_did LIMIT 1"), [id], Event::read)
}

/// Whether an event with this DID was ever created.
pub(crate) fn has_event(db: Reader<'_>, event: &str) -> Result<bool> {
    db.exists("SELECT 1 FROM events WHERE owner_did = ?1", [event])
}

/// Returns the events that visitors may see: not for a group, and not drafts.
pub(crate) fn public(db: Reader<'_>) -> Result<Vec<Did>> {
    let sql = "SELECT owner_did FROM events WHERE grp IS NULL AND status <> 'draft'";
    db.rows(sql, [], |row| did(row, 0))
}

/// Returns cancelled events with tickets that still have to be refunded.
pub(crate) fn closing(db: Reader<'_>) -> Result<Vec<Event>> {
    let sql = format!(
        "{EVENT} WHERE status = 'cancelled' AND EXISTS (SELECT 1 FROM tickets
         WHERE tickets.owner_did = events.owner_did AND tickets.status = 'off' AND payment IS NOT NULL)"
    );
    db.rows(&sql, [], Event::read)
}

/// Returns the groups that events of an organiser are for, or those of all events, each with the organisers of these events.
pub(crate) fn circles(db: Reader<'_>, organiser: Option<&Did>) -> Result<Vec<(Did, Did)>> {
    let sql = "SELECT DISTINCT grp, organiser FROM events WHERE grp IS NOT NULL AND (?1 IS NULL OR organiser = ?1)";
    db.rows(sql, [organiser.map(Did::as_str)], pair)
}

/// A filter for the group events in a list; by default none are included.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sight {
    /// The viewer, whose own events are included.
    pub(crate) viewer: Option<String>,
    /// Groups of which both the viewer and an organiser are members, each with that organiser.
    pub(crate) circles: Vec<(Did, Did)>,
}

impl Sight {
    /// Includes only the group events of this organiser.
    pub(crate) fn own(organiser: &Did) -> Self {
        Self { viewer: Some(organiser.to_string()), circles: Vec::new() }
    }
}

/// A filter for lists of events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Which {
    /// The organiser; everyone's events if `None`.
    pub(crate) organiser: Option<String>,
    /// The organiser whose events come first.
    pub(crate) first: Option<String>,
    /// The status of the events; any if `None`.
    pub(crate) status: Option<&'static str>,
    /// Whether to include drafts, erased events and all group events; for the organiser's own list.
    pub(crate) all: bool,
    /// The earliest end in milliseconds; any if `None`.
    pub(crate) from: Option<i64>,
    /// The group that the events are for; any if `None`.
    pub(crate) group: Option<Did>,
    /// Whether to include only events for groups.
    pub(crate) is_grouped: bool,
    /// The group events that the viewer may see.
    pub(crate) sight: Sight,
}

impl Which {
    /// Selects all events of one organiser, including drafts.
    pub(crate) fn own(organiser: &Did) -> Self {
        Self { organiser: Some(organiser.to_string()), all: true, ..Self::default() }
    }
}

/// Returns a page of the matching events, ordered by start after those of the first organiser, and the total number of matches.
pub(crate) fn list(
    db: Reader<'_>,
    which: &Which,
    most: usize,
    offset: usize,
) -> Result<(Vec<Event>, u64)> {
    let conditions = "(?1 IS NULL OR organiser = ?1)
        AND (?2 OR (status IN ('published', 'paused', 'completed', 'cancelled') AND words IS NOT NULL))
        AND (?8 IS NULL OR status = ?8) AND (?3 IS NULL OR over_at >= ?3)
        AND (?4 IS NULL OR grp = ?4) AND (NOT ?7 OR grp IS NOT NULL)
        AND (?2 OR grp IS NULL OR organiser = ?5 OR EXISTS (SELECT 1 FROM json_each(?6) circle
            WHERE circle.value ->> 0 = grp AND circle.value ->> 1 = organiser))";
    let group = which.group.as_ref().map(Did::as_str);
    let Sight { viewer, circles } = &which.sight;
    let circles = serde_json::json!(circles).to_string();
    let args: [&dyn ToSql; 8] = [
        &which.organiser,
        &which.all,
        &which.from,
        &group,
        viewer,
        &circles,
        &which.is_grouped,
        &which.status,
    ];
    let sql = format!("SELECT count(*) FROM events WHERE {conditions}");
    let total = count(db, &sql, args)?;
    let (most, offset) = (limit(most), limit(offset));
    let sql = format!(
        "{EVENT} WHERE {conditions} ORDER BY organiser IS NOT ?9, starts, owner_did LIMIT ?10 OFFSET ?11"
    );
    let [a, b, c, d, e, f, g, h] = args;
    let args: [&dyn ToSql; 11] = [a, b, c, d, e, f, g, h, &which.first, &most, &offset];
    Ok((db.rows(&sql, args, Event::read)?, total))
}

/// A ticket type.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Kind {
    pub(crate) n: i64,
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    pub(crate) quantity: Option<i64>,
    pub(crate) most: i64,
    pub(crate) sold: i64,
    /// Number of places held for people who are about to pay.
    pub(crate) held: i64,
}

impl Kind {
    /// Returns the number of tickets left, at least 0; `None`: unlimited.
    pub(crate) fn available(&self) -> Option<i64> {
        self.quantity
            .map(|quantity| quantity.saturating_sub(self.sold).saturating_sub(self.held))
            .map(|left| left.max(0))
    }
}

const KIND: &str = "SELECT n, price, currency, quantity, most, sold,
    (SELECT coalesce(sum(quantity), 0) FROM holds WHERE holds.owner_did = types.owner_did AND type = n AND done = 0 AND until > ?2)
    FROM types WHERE owner_did = ?1";

/// Returns the ticket types of an event, with the holds at this time in milliseconds.
pub(crate) fn kinds(db: Reader<'_>, event: &str, now: i64) -> Result<Vec<Kind>> {
    db.rows(&format!("{KIND} ORDER BY n"), params![event, now], Kind::read)
}

/// Returns one ticket type of an event, with the holds at this time in milliseconds.
pub(crate) fn kind(db: Reader<'_>, event: &str, n: i64, now: i64) -> Result<Option<Kind>> {
    db.row(&format!("{KIND} AND n = ?3"), params![event, now, n], Kind::read)
}
