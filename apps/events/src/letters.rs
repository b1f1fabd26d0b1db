//! Letters to ticket holders with an email address: ticket codes with a calendar file, and notices of cancellation.
//!
//! Always: the worker skips no letter and sends none twice. The tables say which letters are due, a cursor on disk
//! records progress, and the mail queue accepts a letter once (`once`). Before sending, the queue checks that the
//! letter is still for its recipient. A letter repeats its text in each language, because the recipient's language is
//! unknown.

use imajin_app::capabilities::LetterState;
use imajin_app::{Answer, Lang, Node, Reader, Texts, Zone, args};
use imajin_dfos::Timestamp;
use imajin_host::mail::{Attachment, Mail};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_selling::{Rail, RefundProgress};
use rusqlite::OptionalExtension;

use crate::manifest::TEXTS;
use crate::operations::{IssuedTicket, TICKETS_MAX};
use crate::queries::{self, Event, Issue, TicketRow};
use crate::{calendar, pages, qr};

/// The table of the cursor: the newest entry whose tickets have had their letters.
pub(crate) const SECRETS: &str = "
CREATE TABLE IF NOT EXISTS events_letters (one INTEGER PRIMARY KEY CHECK (one = 1), upto INTEGER NOT NULL) STRICT;
";

/// Prefix of `once` for letters with tickets.
const TICKETS: &str = "tickets ";
/// Prefix of `once` for letters about a cancelled event.
const CANCELLED: &str = "cancelled ";
/// Maximum time to retry a letter, and maximum age of a sale for which a letter is still written: a week.
const WEEK_MS: i64 = 7 * 24 * 3_600_000;
/// Number of tickets per read: more than two sales.
const AT_ONCE: usize = 2 * TICKETS_MAX as usize + 1;
/// Number of entries without a letter after which the cursor is written anyway: the most that a restart reads again.
const KEEP_AFTER: i64 = 10_000;

/// The progress of the letters.
#[derive(Debug)]
pub(crate) struct Post {
    upto: i64,
    kept: i64,
}

impl Post {
    /// Resumes at the stored cursor; starts at the newest entry on a node that has none.
    pub(crate) fn begin(node: &Node) -> Answer<Self> {
        let newest = queries::read(node, queries::newest_entry)?;
        let sql = "SELECT upto FROM events_letters";
        let kept: Option<i64> = node
            .secrets()
            .read(|db| db.query_row(sql, [], |row| row.get(0)).optional())?;
        let mut post = Self {
            // The cursor may be ahead of the tables if an older copy of the record was restored.
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

    /// Writes the letters of all new tickets.
    pub(crate) async fn round(&mut self, node: &Node) -> Answer<()> {
        loop {
            let (newest, mut issues) = queries::read(node, |db| {
                Ok((
                    queries::newest_entry(db)?,
                    queries::issued(db, IssuedTicket::NAME, self.upto, AT_ONCE)?,
                ))
            })?;
            let is_all = issues.len() < AT_ONCE;
            let mut next = newest;
            if let (false, Some(last)) = (is_all, issues.last().cloned()) {
                // The last sale may be incomplete.
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

/// Queues the letter of one sale. Returns whether there was one to queue.
async fn write(node: &Node, sale: &[Issue]) -> Answer<bool> {
    let Some(holder) = sale.first().map(|one| &one.holder) else {
        return Ok(false);
    };
    let Some(to) = node.address(holder)? else {
        return Ok(false);
    };
    let (held, event) = queries::read(node, |db| {
        let mut held = Vec::new();
        for one in sale {
            held.extend(queries::ticket(db, holder.as_str(), &one.ticket)?);
        }
        let event = match held.first() {
            Some(first) => queries::event(db, first.event.as_str())?,
            None => None,
        };
        Ok((held, event))
    })?;
    // Tickets from another node were imported with their holder, who therefore knows them.
    let (Some(first), Some(event)) = (held.first(), event) else {
        return Ok(false);
    };
    if first.at < node.now().as_millis().saturating_sub(WEEK_MS) {
        return Ok(false);
    }
    let once = format!("{TICKETS}{} {holder}", first.ticket);
    let letter = letter(node, to, &event, &held, once)?;
    node.mail().queue(letter).await?;
    Ok(true)
}

/// Whether a queued letter is still for its recipient: the address is theirs, and they hold a valid ticket of the
/// event.
pub(crate) fn letter_state(node: &Node, once: &str, to: &str) -> Answer<LetterState> {
    let (about, has_tickets) = match (once.strip_prefix(TICKETS), once.strip_prefix(CANCELLED)) {
        (Some(about), _) => (about, true),
        (None, Some(about)) => (about, false),
        (None, None) => return Ok(LetterState::Unknown),
    };
    // Letters of earlier versions name no holder.
    let named = about.split_once(' ');
    let Some((ticket, holder)) =
        named.and_then(|(ticket, holder)| Some((ticket, Did::parse(holder).ok()?)))
    else {
        return Ok(LetterState::Unknown);
    };
    if node.address(&holder)?.as_deref() != Some(to) {
        return Ok(LetterState::Void);
    }
    if !has_tickets {
        return Ok(LetterState::Due);
    }
    let is_valid = queries::read(node, |db| {
        match queries::ticket(db, holder.as_str(), ticket)? {
            Some(held) => queries::has_valid(db, holder.as_str(), held.event.as_str()),
            None => Ok(false),
        }
    })?;
    Ok(LetterState::known(is_valid))
}

/// Returns the time at which a letter about an event expires: the event's end, at most a week from now.
fn expires(node: &Node, event: &Event) -> Timestamp {
    let now = node.now();
    let end = event.over_at.unwrap_or(now.as_millis());
    let expires = now.checked_add_millis((end - now.as_millis()).clamp(0, WEEK_MS));
    expires.unwrap_or(now)
}

/// Queues the letter to a holder about a cancelled event, once, including how their payment is refunded if they paid.
pub(crate) async fn of_cancelling(
    node: &Node,
    event: &Event,
    holder: &Did,
    paid: Option<&RefundProgress>,
) -> Answer<()> {
    let Some(to) = node.address(holder)? else {
        return Ok(());
    };
    let page = page_of(node, event);
    let money = format!("{}/pay", node.url());
    let organiser = node.called(&event.organiser)?;
    let letter = Mail {
        to,
        subject: subject("letter-cancelled", event),
        text: in_each_language(None, |t| {
            let title = pages::title(event, t);
            let why = t.text("letter-cancelled-why");
            let link = t.format("letter-event", args![page = page.as_str()]);
            let paid = paid.filter(|paid| !paid.gross.is_zero());
            let money = paid.map(|paid| {
                if paid.rail == Rail::Emt.as_str() {
                    let name = organiser.clone();
                    let name = name.unwrap_or_else(|| t.text("the-organiser").into_owned());
                    t.format("letter-cancelled-send", args![name = name])
                } else {
                    t.format("letter-cancelled-money", args![money = money.as_str()])
                }
            });
            let parts = [Some(title), Some(why.into_owned()), money, Some(link)];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            format!("{}\n", parts.join("\n\n"))
        }),
        attachments: Vec::new(),
        unsubscribe: None,
        once: Some(format!("{CANCELLED}{} {holder}", event.did)),
        expires: expires(node, event),
    };
    node.mail().queue(letter).await
}

/// Renders a text in all languages, one below the other, for a recipient in this time zone.
fn in_each_language(zone: Option<Zone>, text: impl Fn(Texts) -> String) -> String {
    let all = Lang::ALL.map(|lang| text(TEXTS.for_reader(Reader { lang, zone })));
    all.join("\n--------\n\n")
}

/// Builds the subject line: the topic in all languages, then the event's title.
fn subject(about: &str, event: &Event) -> String {
    let about = Lang::ALL.map(|lang| TEXTS.for_reader(lang).text(about));
    let title = pages::title(event, TEXTS.for_reader(Lang::default()));
    let title = title.replace(char::is_control, " ");
    format!("{}: {title}", about.join(" · "))
}

fn page_of(node: &Node, event: &Event) -> String {
    format!("{}/events/{}", node.url(), event.id)
}

fn letter(
    node: &Node,
    to: String,
    event: &Event,
    held: &[TicketRow],
    once: String,
) -> Answer<Mail> {
    let page = page_of(node, event);
    let zone = match held.first() {
        Some(first) => node.zone_of(&first.holder)?,
        None => None,
    };
    let mut attachments = Vec::with_capacity(held.len() + 1);
    for one in held {
        if let Some(code) = one.code() {
            attachments.push(Attachment {
                name: format!("{}.png", one.ticket),
                kind: "image/png".to_owned(),
                bytes: qr::png(&code)?,
            });
        }
    }
    attachments.push(Attachment {
        name: format!("{}.ics", event.id),
        kind: "text/calendar; charset=utf-8".to_owned(),
        bytes: calendar::file(event, true, &page, node.now()).into_bytes(),
    });
    Ok(Mail {
        to,
        subject: subject("letter-tickets", event),
        text: in_each_language(zone, |t| text(node, event, held, t)),
        attachments,
        unsubscribe: None,
        once: Some(once),
        expires: expires(node, event),
    })
}

fn text(node: &Node, event: &Event, held: &[TicketRow], t: Texts) -> String {
    let mut out = format!("{}\n", pages::title(event, t));
    let starts = event.starts.and_then(|at| Timestamp::from_millis(at).ok());
    if let Some(starts) = starts {
        out.push_str(&format!("{}\n", t.date_time_in(starts, event.zone())));
    }
    for name in ["venue", "address", "city", "virtualUrl"] {
        if let Some(word) = event.word(name) {
            out.push_str(&format!("{word}\n"));
        }
    }
    out.push_str(&format!("\n{}\n\n", t.text("letter-tickets-codes")));
    for one in held {
        let kind = pages::type_name(event, one.kind, t);
        out.push_str(&format!("{kind}: {}\n", one.ticket));
    }
    let mine = format!("{}/events/mine", node.url());
    let links = args![mine = mine, page = page_of(node, event)];
    out.push_str(&format!("\n{}\n", t.format("letter-tickets-more", links)));
    out
}
