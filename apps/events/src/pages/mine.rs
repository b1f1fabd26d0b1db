//! A person's tickets, each with the code for the door.

use imajin_app::extract::{Own, Page as Part, Query};
use imajin_app::{Answer, Node, Page, Reader, Texts, Zone, args};
use imajin_selling::{Cashier, Rail, RefundProgress};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;

use super::{message, person, time, title, type_name};
use crate::guests::{self, guest_name};
use crate::manifest::TEXTS;
use crate::queries::{self, Event, TicketRow};
use crate::{picture, qr};

/// Number of characters of a ticket's id that people see.
const NUMBER_DIGITS: usize = 6;

#[derive(Debug, Deserialize)]
pub(super) struct MineQuery {
    /// Whether a letter brings the ticket that the viewer has just taken without an account; `None` if they took none.
    mailed: Option<bool>,
}

/// `/events/mine`
pub(super) async fn page(
    Own(node, session, viewer): Own,
    reader: Reader,
    Query(query): Query<MineQuery>,
    part: Part,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let (tickets, total) = queries::read(&node, |db| {
        let (held, total) = queries::tickets(db, session.did.as_str(), part.limit, part.offset)?;
        let tickets = held.into_iter().map(|held| {
            let event = queries::event(db, held.event.as_str())?;
            Ok((held, event))
        });
        let tickets: Vec<(TicketRow, Option<Event>)> = tickets.collect::<rusqlite::Result<_>>()?;
        Ok((tickets, total))
    })?;
    let next = part.offset + tickets.len();
    let names = guests::names_by(&node, &session.did)?.with_cards(&node, [&session.did])?;
    let content = html! {
        (message(t))
        h1 { (t.text("mine")) }
        @if let Some(mailed) = query.mailed { (welcome(mailed, t)) }
        @if tickets.is_empty() {
            div.card { p { (t.markup("mine-none", args![], |_, inner| html! { a href="/events" { (inner) } })) } }
        }
        @for (held, event) in &tickets {
            @let (card, companion) = (names.card(held), names.companion(held));
            @let guest = guest_name(&card, companion.as_deref()).unwrap_or_else(|| viewer.called(t.lang));
            (ticket(&node, held, event.as_ref(), guest, t)?)
        }
        @if (next as u64) < total { p { a href={ "/events/mine?offset=" (next) } { (t.text("mine-older")) } } }
        @if tickets.iter().any(|(held, _)| held.status == "valid") { (node.known_people(&session.did)?) }
    };
    Ok(t.page("help-mine", t.text("mine"), content)
        .script("/assets/events/tickets.js")
        .viewer(Some(viewer)))
}

/// Draws where a guest finds the ticket that they have just taken.
fn welcome(is_mailed: bool, t: Texts) -> Markup {
    let text = if is_mailed { "mine-mailed" } else { "mine-unsent" };
    html! {
        div.notice.good[is_mailed] role="status" { p { strong { (t.text("mine-welcome")) } " " (t.text(text)) } }
    }
}

fn ticket(
    node: &Node,
    held: &TicketRow,
    event: Option<&Event>,
    guest: &str,
    t: Texts,
) -> Answer<Markup> {
    let or = |name: &Option<String>, message| {
        name.clone().unwrap_or_else(|| t.text(message).into_owned())
    };
    let (title, kind, starts) = match event {
        Some(event) => (title(event, t), type_name(event, held.kind, t), event.starts),
        // The ticket is from another node: show what its event said when it was issued.
        None => (or(&held.title, "untitled"), or(&held.type_name, "ticket"), held.starts),
    };
    let zone = event.map_or_else(|| held.zone(), Event::zone);
    let number = number(&held.ticket);
    let number = html! { span.mono { (number) } };
    let to = format!("to-{}", held.ticket);
    let code = match held.code().filter(|_| held.counts()) {
        // The SVG is generated here from letters and digits only, so it is safe to embed.
        Some(code) => Some(qr::svg(&code)?),
        None => None,
    };
    Ok(html! {
        article.card #(held.ticket) {
            div.with-tile {
                @if let Some(event) = event { (picture::tile(event, t.lang)) }
                div.grow {
                    h2 { @match event { Some(event) => a href={ "/events/" (event.id) } { (title) }, None => (title) } }
                    p { strong { (kind) } @if starts.is_some() { " · " (time(starts, zone, t)) } }
                }
            }
            p.soft { (t.markup("mine-number", args![holder = guest], |_, _| number.clone())) }
            p { (state(held, zone, t)) }
            @if let Some(event) = event.filter(|event| held.shown_status() == "void" && event.status == "cancelled" && held.price > 0) {
                p { (going_back(node, held, event, t)?) }
            }
            @if let Some(code) = code {
                div.qrs role="img" aria-label=(t.text("mine-code")) { (PreEscaped(code.trim_start_matches("<?xml version=\"1.0\" standalone=\"yes\"?>"))) }
                p.hint { (t.text("mine-code-hint")) }
                div.actions {
                    a.button href={ "/events/api/tickets/" (held.ticket) "/qr.png" } download={ (held.ticket) ".png" } { (t.text("mine-picture")) }
                    @if let Some(event) = event { a.button href={ "/events/api/events/" (event.id) "/calendar.ics" } { (t.text("calendar")) } }
                }
            }
            @if held.status == "valid" {
                details {
                    summary { (t.text("pass-on")) }
                    form.transfer data-ticket=(held.ticket) {
                        p { (t.text("pass-on-hint")) }
                        (person(&to, Some("to"), "pass-on-to", t))
                        button type="submit" { (t.text("pass-on-sign")) }
                    }
                }
                @if held.price == 0 && event.is_some() { (give_back(held, t)) }
            }
        }
    })
}

/// Draws the button that returns a free ticket.
fn give_back(held: &TicketRow, t: Texts) -> Markup {
    html! {
        details {
            summary { (t.text("give-back")) }
            p { (t.text("give-back-hint")) }
            div.actions { button type="button" data-give-back=(held.ticket) data-event=(held.event) data-currency=(held.currency) { (t.text("give-back-sign")) } }
        }
    }
}

/// Draws the state of the refund for a ticket of a cancelled event.
fn going_back(node: &Node, held: &TicketRow, event: &Event, t: Texts) -> Answer<Markup> {
    let paid = match (node.get::<dyn Cashier>(), held.payment.as_deref()) {
        (Some(cashier), Some(payment)) => cashier.back(node, payment)?,
        _ => None,
    };
    let is_by_hand = |paid: &RefundProgress| paid.rail == Rail::Emt.as_str();
    let says = match paid {
        Some(paid) if is_by_hand(&paid) && paid.sent >= paid.gross => "mine-cancelled-sent",
        Some(paid) if is_by_hand(&paid) => "mine-cancelled-send",
        _ => "mine-cancelled",
    };
    let name = node.called(&event.organiser)?;
    let name = name.unwrap_or_else(|| t.text("the-organiser").into_owned());
    Ok(t.markup(says, args![name = name], |_, inner| money(node, &inner)))
}

/// Draws a link to the page with refunds, if this node handles payments.
fn money(node: &Node, inner: &Markup) -> Markup {
    html! {
        @match node.get::<dyn Cashier>() {
            Some(cashier) => a href=(cashier.page()) { (inner) },
            None => (inner),
        }
    }
}

/// Returns the last characters of a ticket's id, which are random: short enough to read out at a door.
pub(crate) fn number(ticket: &str) -> String {
    let from = ticket.len().saturating_sub(NUMBER_DIGITS);
    ticket.get(from..).unwrap_or(ticket).to_ascii_uppercase()
}

fn state(held: &TicketRow, zone: Zone, t: Texts) -> Markup {
    match held.status.as_str() {
        "valid" => html! { span.tag.good { (t.text("mine-valid")) } },
        "used" => {
            html! { span.tag { (t.text("mine-used")) } " " (time(held.used_at, zone, t)) }
        }
        "passed" => html! { span.tag { (t.text("mine-passed")) } },
        "off" => html! { span.tag { (t.text("status-cancelled")) } },
        _ => html! { span.tag { (t.text("mine-void")) } },
    }
}
