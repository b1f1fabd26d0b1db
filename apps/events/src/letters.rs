//! Letters to who has tickets now: the codes for the door and the date for a calendar, to whoever gave this box an
//! address; and that an event is off.
//!
//! Always: a courtesy, and none is forgotten: what there is to write stands in the tables, a cursor that is on disk says
//! up to where it was written, and a letter that is written again is not taken twice (`once`).

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::mail::{Attachment, Mail};
use imajin_service::{Node, Problem};
use rusqlite::OptionalExtension;

use crate::projection::PROJECTION;
use crate::reads::{self, Event, Held, Issue};
use crate::routes::{calendar_file, code_of};
use crate::{own, qr};

/// The cursor: the newest entry whose tickets were written of.
pub(crate) const SECRETS: &str = "
CREATE TABLE IF NOT EXISTS events_letters (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL) STRICT;
";

/// How long a letter is tried, where the event has no end: a week.
const WEEK_MS: i64 = 7 * 24 * 3_600_000;
/// Tickets that are read at once: more than two sales.
const AT_ONCE: usize = 2 * crate::ops::TICKETS_MAX as usize + 1;
/// Entries after which the cursor is kept although nobody was written to: what a start looks through again at most.
const KEEP_AFTER: i64 = 10_000;

/// Who writes, and up to where they did.
#[derive(Debug)]
pub(crate) struct Post {
    upto: i64,
    kept: i64,
}

impl Post {
    /// Goes on where it was; on a node that never wrote, from now on.
    pub(crate) fn begin(node: &Node) -> Result<Self, Problem> {
        let newest = node.read(PROJECTION.name, reads::newest_entry)?;
        let sql = "SELECT upto FROM events_letters";
        let kept: Option<i64> = node
            .secrets()
            .read(|db| db.query_row(sql, [], |row| row.get(0)).optional())?;
        let mut post = Self {
            // An older copy of the record may have been put back.
            upto: kept.unwrap_or(newest).min(newest),
            kept: kept.unwrap_or(-1),
        };
        if kept.is_none() {
            node.secrets()
                .write_blocking(|db| db.execute(KEEP, [newest]).map(drop))?;
            post.kept = newest;
        }
        Ok(post)
    }

    /// Writes of all tickets that are new.
    pub(crate) async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        loop {
            let (newest, mut issues) = node.read(PROJECTION.name, |db| {
                Ok((
                    reads::newest_entry(db)?,
                    reads::issued(db, self.upto, AT_ONCE)?,
                ))
            })?;
            let is_all = issues.len() < AT_ONCE;
            let mut next = newest;
            if let (false, Some(last)) = (is_all, issues.last().cloned()) {
                // Of the last sale there may be more.
                issues.retain(|one| !one.is_of_one_sale(&last));
                next = issues.last().map_or(last.id, |one| one.id);
            }
            let mut wrote = false;
            for sale in issues.chunk_by(Issue::is_of_one_sale) {
                wrote |= write(node, sale).await?;
            }
            self.upto = next;
            if wrote || self.upto - self.kept > KEEP_AFTER {
                let upto = self.upto;
                node.secrets()
                    .write(move |db| db.execute(KEEP, [upto]).map(drop))
                    .await?;
                self.kept = upto;
            }
            if is_all {
                return Ok(());
            }
        }
    }
}

const KEEP: &str = "INSERT INTO events_letters (one, upto) VALUES (1, ?1) ON CONFLICT DO UPDATE SET upto = excluded.upto";

/// Whether somebody was written to.
async fn write(node: &Node, sale: &[Issue]) -> Result<bool, Problem> {
    let Some(holder) = sale.first().map(|one| &one.holder) else {
        return Ok(false);
    };
    let Some(to) = node.address(holder)? else {
        return Ok(false);
    };
    let (held, event) = node.read(PROJECTION.name, |db| {
        let mut held = Vec::new();
        for one in sale {
            held.extend(reads::ticket(db, holder.as_str(), &one.ticket)?);
        }
        let event = match held.first() {
            Some(first) => reads::event(db, first.event.as_str())?,
            None => None,
        };
        Ok((held, event))
    })?;
    // Tickets of another box came along with their holder, who knows of them.
    let (Some(first), Some(event)) = (held.first(), event) else {
        return Ok(false);
    };
    if first.at < node.now().as_millis().saturating_sub(WEEK_MS) {
        return Ok(false);
    }
    let once = format!("tickets {}", first.ticket);
    let letter = letter(node, to, &event, &held, once)?;
    node.mail().queue(letter).await?;
    Ok(true)
}

/// Until when a letter about an event is of use.
fn expires(node: &Node, event: &Event) -> Timestamp {
    let now = node.now();
    let end = event.over_at.unwrap_or(now.as_millis());
    let expires = now.checked_add_millis((end - now.as_millis()).clamp(0, WEEK_MS));
    expires.unwrap_or(now)
}

/// Writes to a holder that an event is off, once.
pub(crate) async fn of_cancelling(node: &Node, event: &Event, holder: &Did) -> Result<(), Problem> {
    let Some(to) = node.address(holder)? else {
        return Ok(());
    };
    let title = event.word("title").unwrap_or("An event");
    let text = format!(
        "{title}\n\nThis event was cancelled. Your tickets are void. The money goes back to the person who paid it, the way it came: to a card, to credit on this box ({url}/pay), or by e-transfer from the organiser.\n\nThe event: {url}/events/{id}\n",
        url = node.url(),
        id = event.id,
    );
    let letter = Mail {
        to,
        subject: format!("Cancelled: {}", title.replace(char::is_control, " ")),
        text,
        attachments: Vec::new(),
        once: Some(format!("cancelled {} {holder}", event.did)),
        expires: expires(node, event),
    };
    node.mail().queue(letter).await
}

fn letter(
    node: &Node,
    to: String,
    event: &Event,
    held: &[Held],
    once: String,
) -> Result<Mail, Problem> {
    let title = event.word("title").unwrap_or("An event");
    let page = format!("{}/events/{}", node.url(), event.id);
    let mut attachments = Vec::with_capacity(held.len() + 1);
    for one in held {
        if let Some(code) = code_of(one) {
            attachments.push(Attachment {
                name: format!("{}.png", one.ticket),
                kind: "image/png".to_owned(),
                bytes: qr::png(&code)?,
            });
        }
    }
    attachments.push(Attachment {
        name: format!("{}.ics", event.id),
        kind: "text/calendar".to_owned(),
        bytes: calendar_file(event, &page, node.now()).into_bytes(),
    });
    Ok(Mail {
        to,
        subject: format!("Your tickets: {}", title.replace(char::is_control, " ")),
        text: text(node, event, title, held, &page),
        attachments,
        once: Some(once),
        expires: expires(node, event),
    })
}

fn text(node: &Node, event: &Event, title: &str, held: &[Held], page: &str) -> String {
    let mut out = format!("{title}\n");
    if let Some(starts) = event.starts.and_then(own::time) {
        out.push_str(&format!(
            "{} UTC\n",
            starts.get(..16).unwrap_or(&starts).replace('T', ", ")
        ));
    }
    for name in ["venue", "address", "city", "virtualUrl"] {
        if let Some(word) = event.word(name) {
            out.push_str(&format!("{word}\n"));
        }
    }
    out.push_str(
        "\nYour tickets, each with its code for the door as a picture beside this letter:\n\n",
    );
    for one in held {
        let kind = event.type_name(one.kind).unwrap_or("Ticket");
        out.push_str(&format!("{kind}: {}\n", one.ticket));
    }
    out.push_str(&format!(
        "\nThey also stand at {}/events/mine. The event: {page}\n",
        node.url()
    ));
    out
}
