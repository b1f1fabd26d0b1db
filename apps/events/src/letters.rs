//! Letters to who has tickets now: the codes for the door and the date for a calendar, to whoever gave this box an address.
//!
//! Always: a courtesy. The ticket itself stands in its holder's record; one letter for each sale, whatever happens.

use imajin_protocol::Did;
use imajin_service::mail::{Attachment, Mail};
use imajin_service::{Node, Problem};

use crate::projection::PROJECTION;
use crate::reads::{self, Event, Held};
use crate::routes::{calendar_file, code_of};
use crate::{own, qr};

/// How long a letter is tried, where the event has no end: a week.
const WEEK_MS: i64 = 7 * 24 * 3_600_000;

/// Writes to the holder of these tickets, beside whatever comes next.
pub(crate) fn send(node: &Node, holder: &Did, tickets: Vec<String>) {
    let (node, holder) = (node.clone(), holder.clone());
    tokio::spawn(async move {
        if let Err(problem) = write(&node, &holder, &tickets).await {
            tracing::warn!("a letter about tickets could not be written: {problem}");
        }
    });
}

async fn write(node: &Node, holder: &Did, tickets: &[String]) -> Result<(), Problem> {
    let Some(to) = node.address(holder)? else {
        return Ok(());
    };
    let (held, event) = node.read(PROJECTION.name, |db| {
        let mut held = Vec::new();
        for ticket in tickets {
            held.extend(reads::ticket(db, holder.as_str(), ticket)?);
        }
        let event = match held.first() {
            Some(first) => reads::event(db, first.event.as_str())?,
            None => None,
        };
        Ok((held, event))
    })?;
    let (Some(first), Some(event)) = (held.first(), event) else {
        return Ok(());
    };
    let once = format!("tickets {}", first.ticket);
    let letter = letter(node, to, &event, &held, once)?;
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
    let now = node.now();
    let end = event.over_at().unwrap_or(now.as_millis());
    let expires = now.checked_add_millis((end - now.as_millis()).clamp(0, WEEK_MS));
    Ok(Mail {
        to,
        subject: format!("Your tickets: {}", title.replace(char::is_control, " ")),
        text: text(node, event, title, held, &page),
        attachments,
        once: Some(once),
        expires: expires.unwrap_or(now),
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
