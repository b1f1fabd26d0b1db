//! Letters to people with an email address: ticket codes with a calendar file, notices of cancellation, the organiser's
//! messages, and places for people on a waiting list.
//!
//! Always: the worker skips no letter and sends none twice. The tables say which letters are due, a cursor on disk
//! records progress, and the mail queue accepts a letter once (`once`). Before sending, the queue checks that the
//! letter is still for its recipient. A letter repeats its text in each language, because the recipient's language is
//! unknown.

use imajin_app::capabilities::LetterState;
use imajin_app::{Answer, Lang, Node, Reader, Texts, Zone, args};
use imajin_dfos::cid::sha256;
use imajin_dfos::{Timestamp, hex};
use imajin_host::mail::{Attachment, Mail};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_selling::{Rail, RefundProgress};

use crate::manifest::TEXTS;
use crate::operations::{IssuedTicket, OfferPlaces, TICKETS_MAX};
use crate::queries::{self, Event, Issue, Offer, TicketRow};
use crate::{calendar, guests, pages, qr};

/// Prefix of `once` for letters with tickets.
const TICKETS: &str = "tickets ";
/// Prefix of `once` for letters about a cancelled event.
const CANCELLED: &str = "cancelled ";
/// Prefix of `once` for letters about a cancelled event to an unproved address.
const CANCELLED_TYPED: &str = "cancelled-typed ";
/// Prefix of `once` for letters to people on a waiting list.
const OFFER: &str = "offer ";
/// Prefix of `once` for letters with an organiser's message.
const MESSAGE: &str = "message ";
/// Prefix of `once` for letters with tickets to an unproved address.
const TYPED: &str = "typed ";
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
        let kept: Option<i64> = node.secrets().row(sql, [], |row| row.get(0))?;
        let mut post = Self {
            // The cursor may be ahead of the tables if an older copy of the record was restored.
            upto: kept.unwrap_or(newest).min(newest),
            kept: kept.unwrap_or(-1),
        };
        if kept.is_none() {
            node.secrets().write_blocking(|db| db.execute(KEEP, [newest]).map(drop))?;
            post.kept = newest;
        }
        Ok(post)
    }

    /// Writes the letters of all new tickets and offers.
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
            let offers =
                queries::read(node, |db| queries::offered(db, OfferPlaces::NAME, self.upto, next))?;
            for offer in &offers {
                wrote |= write_offer(node, offer).await?;
            }
            self.upto = next;
            if wrote || self.upto - self.kept > KEEP_AFTER {
                let upto = self.upto;
                node.secrets().write(move |db| db.execute(KEEP, [upto]).map(drop)).await?;
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
    let letter = letter(node, to, (&event, &held), once, "letter-tickets-more")?;
    node.mail().queue(letter).await?;
    Ok(true)
}

/// Queues the letter with new tickets to an address that their holder typed: one for each event and address in a week,
/// since the address may be another person's. Returns whether this is that letter.
pub(crate) async fn to_typed_address(
    node: &Node,
    to: String,
    event: &Event,
    (holder, tickets): (&Did, &[String]),
) -> Answer<bool> {
    let held = queries::read(node, |db| {
        let mut held = Vec::new();
        for ticket in tickets {
            held.extend(queries::ticket(db, holder.as_str(), ticket)?);
        }
        Ok(held)
    })?;
    let once = format!("{TYPED}{} {}", event.did, digest(&to));
    // Elsewhere than in this browser, a guest can't sign in to their tickets.
    let letter = letter(node, to, (event, &held), once, "letter-event")?;
    node.mail().queue(letter).await
}

/// Queues the letter with an organiser's message to a guest at an address. The same words go to a guest once in a week:
/// an organiser who got no answer sends them again.
pub(crate) async fn of_message(
    node: &Node,
    event: &Event,
    (to, holder): (String, &Did),
    words: &str,
) -> Answer<()> {
    let page = page_of(node, event);
    let organiser = node.called(&event.organiser)?;
    let about = in_each_language(None, |t| {
        let name = organiser.clone().unwrap_or_else(|| t.text("the-organiser").into_owned());
        let title = pages::title(event, t);
        let args = args![name = name, title = title, page = page.as_str()];
        format!("{}\n", t.format("letter-message-why", args))
    });
    let letter = Mail {
        subject: subject("letter-message", event),
        text: format!("{words}\n\n--------\n\n{about}"),
        attachments: Vec::new(),
        unsubscribe: None,
        once: Some(format!("{MESSAGE}{} {holder} {}", event.did, digest(words))),
        to,
        expires: in_a_week(node),
    };
    node.mail().queue(letter).await?;
    Ok(())
}

/// Queues the letter to a person on a waiting list for whom places are kept. Returns whether there was one to queue: an
/// offer whose time has run out has none.
async fn write_offer(node: &Node, offer: &Offer) -> Answer<bool> {
    let Offer { event, ask, holder } = offer;
    let now = node.now().as_millis();
    let (event, open) = queries::read(node, |db| {
        let open = queries::open(db, event.as_str(), Some(holder.as_str()), now)?;
        Ok((queries::event(db, event.as_str())?, open))
    })?;
    let kept = open.iter().filter(|one| !one.is_order());
    let until = kept.map(|one| one.hold.until).max();
    let until = until.and_then(|until| Timestamp::from_millis(until).ok());
    let (Some(event), Some(expires), Some(to)) = (event, until, node.address(holder)?) else {
        return Ok(false);
    };
    let page = page_of(node, &event);
    let letter = Mail {
        to,
        subject: subject("letter-offer", &event),
        text: in_each_language(None, |t| {
            let args = args![title = pages::title(&event, t), page = page.as_str()];
            format!("{}\n", t.format("letter-offer-why", args))
        }),
        attachments: Vec::new(),
        unsubscribe: None,
        once: Some(format!("{OFFER}{} {holder} {ask}", event.did)),
        expires,
    };
    node.mail().queue(letter).await?;
    Ok(true)
}

/// Returns the digest of an address or of a message, which names it in a letter's `once`.
fn digest(text: &str) -> String {
    hex::encode(&sha256(text.as_bytes()))
}

/// Whether an event still takes place, as a letter's `once` names it.
fn is_on(node: &Node, about: &str) -> Answer<bool> {
    let name = about.split(' ').next().unwrap_or_default();
    let event = queries::read(node, |db| queries::event(db, name))?;
    Ok(event.is_some_and(|event| event.status != "cancelled"))
}

/// Whether a queued letter is still for its recipient: the address is theirs, and a letter with tickets goes to a
/// person with a valid one.
pub(crate) fn letter_state(node: &Node, once: &str, to: &str) -> Answer<LetterState> {
    if let Some(about) = once.strip_prefix(TYPED) {
        return Ok(LetterState::known(is_on(node, about)?));
    }
    if once.starts_with(CANCELLED_TYPED) {
        return Ok(LetterState::Due);
    }
    // An organiser may write after the event, and after they cancelled it.
    let mut kinds = [CANCELLED, OFFER, MESSAGE].into_iter();
    if let Some(about) = kinds.find_map(|prefix| once.strip_prefix(prefix)) {
        // Letters of earlier versions name no holder.
        let Some((event, holder)) = event_and_holder(about) else {
            return Ok(LetterState::Unknown);
        };
        let address = guests::address(node, &event, &holder)?;
        let is_of_use = !once.starts_with(OFFER) || keeps_places(node, &event, &holder)?;
        return Ok(LetterState::known(is_of_use && address.as_deref() == Some(to)));
    }
    let named = once.strip_prefix(TICKETS);
    let Some((ticket, holder)) = named.and_then(|about| about.split_once(' ')) else {
        return Ok(LetterState::Unknown);
    };
    let Ok(holder) = Did::parse(holder) else {
        return Ok(LetterState::Unknown);
    };
    if node.address(&holder)?.as_deref() != Some(to) {
        return Ok(LetterState::Void);
    }
    let is_valid = queries::read(node, |db| match queries::ticket(db, holder.as_str(), ticket)? {
        Some(held) => queries::has_valid(db, holder.as_str(), held.event.as_str()),
        None => Ok(false),
    })?;
    Ok(LetterState::known(is_valid))
}

/// Whether places that a person can take are kept for them at an event that wasn't cancelled.
fn keeps_places(node: &Node, event: &Did, holder: &Did) -> Answer<bool> {
    let now = node.now().as_millis();
    let (event, open) = queries::read(node, |db| {
        let open = queries::open(db, event.as_str(), Some(holder.as_str()), now)?;
        Ok((queries::event(db, event.as_str())?, open))
    })?;
    let is_on = event.is_some_and(|event| event.status != "cancelled");
    Ok(is_on && open.iter().any(|one| !one.is_order()))
}

/// Parses the event and the guest that a letter's `once` names first.
fn event_and_holder(about: &str) -> Option<(Did, Did)> {
    let mut names = about.split(' ').map(Did::parse);
    Some((names.next()?.ok()?, names.next()?.ok()?))
}

/// Returns the time at which a letter with tickets expires: the event's end, at most a week from now.
fn expires(node: &Node, event: &Event) -> Timestamp {
    let now = node.now();
    let end = event.over_at.unwrap_or(now.as_millis());
    now.checked_add_millis((end - now.as_millis()).clamp(0, WEEK_MS)).unwrap_or(now)
}

/// Returns the time in a week, at which a letter expires that is of use after the event, too.
fn in_a_week(node: &Node) -> Timestamp {
    let now = node.now();
    now.checked_add_millis(WEEK_MS).unwrap_or(now)
}

/// Queues the letter to a holder about a cancelled event, once, including how their payment is refunded if they paid.
pub(crate) async fn of_cancelling(
    node: &Node,
    event: &Event,
    holder: &Did,
    paid: Option<&RefundProgress>,
) -> Answer<()> {
    let Some((to, once)) = cancelling_recipient(node, event, holder)? else {
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
        once: Some(once),
        expires: in_a_week(node),
    };
    node.mail().queue(letter).await?;
    Ok(())
}

/// Returns the address of a holder who is told that an event was cancelled, and the letter's `once`. An address that was
/// typed gets one letter for each event, since it may be another person's.
fn cancelling_recipient(
    node: &Node,
    event: &Event,
    holder: &Did,
) -> Answer<Option<(String, String)>> {
    if let Some(own) = node.address(holder)? {
        return Ok(Some((own, format!("{CANCELLED}{} {holder}", event.did))));
    }
    let typed = guests::typed_address(node, &event.did, holder)?;
    Ok(typed.map(|typed| {
        let once = format!("{CANCELLED_TYPED}{} {}", event.did, digest(&typed));
        (typed, once)
    }))
}

/// Renders a text in all languages, one below the other, for a recipient in this time zone.
fn in_each_language(zone: Option<Zone>, text: impl Fn(Texts) -> String) -> String {
    Lang::ALL.map(|lang| text(TEXTS.for_reader(Reader { lang, zone }))).join("\n--------\n\n")
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

/// Builds the letter with tickets, at whose end the message `links` says where more is.
fn letter(
    node: &Node,
    to: String,
    (event, held): (&Event, &[TicketRow]),
    once: String,
    links: &str,
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
        text: in_each_language(zone, |t| {
            let mine = format!("{}/events/mine", node.url());
            let links = t.format(links, args![mine = mine, page = page.as_str()]);
            format!("{}\n{links}\n", text(event, held, t))
        }),
        attachments,
        unsubscribe: None,
        once: Some(once),
        expires: expires(node, event),
    })
}

fn text(event: &Event, held: &[TicketRow], t: Texts) -> String {
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
    out
}
