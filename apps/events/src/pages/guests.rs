//! The table of an event's guests, for its organiser.

use imajin_app::extract::{Own, Path, Query};
use imajin_app::{Answer, Node, Page, Problem, Reader, Texts, args};
use imajin_protocol::Did;
use imajin_turns::page_in;
use maud::{Markup, html};
use serde::Deserialize;

use super::mine::number;
use super::{message, name_of, time, title, type_name};
use crate::lookup::find_own;
use crate::manifest::TEXTS;
use crate::queries::Event;
use crate::routes::guests::{Guest, guests_of};

#[derive(Debug, Deserialize)]
pub(super) struct GuestsQuery {
    /// The column by which the table is sorted.
    #[serde(default)]
    by: Column,
}

/// A column of the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Column {
    #[default]
    Name,
    Ticket,
    Came,
    Paid,
}

impl Column {
    const ALL: [Self; 4] = [Self::Name, Self::Ticket, Self::Came, Self::Paid];

    /// Returns the value of the query and the message of the heading.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Name => ("name", "guests-name"),
            Self::Ticket => ("ticket", "ticket"),
            Self::Came => ("came", "guests-came"),
            Self::Paid => ("paid", "guests-paid"),
        }
    }

    /// Returns the key by which a guest is sorted: first by this column, then by name. People without a name, and those
    /// who didn't come, are last; the highest price is first.
    fn sort_key(self, guest: &Guest) -> (i64, bool, Option<String>) {
        let first = match self {
            Self::Name => 0,
            Self::Ticket => guest.r#type,
            Self::Came => guest.came.unwrap_or(i64::MAX),
            Self::Paid => guest.price.saturating_neg(),
        };
        let name = guest.name().map(str::to_lowercase);
        (first, name.is_none(), name)
    }

    /// Returns the order of the sorted column, for screen readers.
    const fn order(self) -> &'static str {
        match self {
            Self::Paid => "descending",
            _ => "ascending",
        }
    }
}

/// `/events/{id}/guests`
pub(super) async fn page(
    Own(node, session, viewer): Own,
    reader: Reader,
    Path(id): Path<String>,
    Query(query): Query<GuestsQuery>,
) -> Answer<Page> {
    let t = TEXTS.for_reader(reader);
    let event = find_own(&node, &id, &session.did)?;
    let mut guests = guests_of(&node, &event)?;
    guests.sort_by_cached_key(|guest| query.by.sort_key(guest));
    let content = html! {
        (message(t))
        h1 { (t.text("guests")) }
        p.lead { a href={ "/events/" (event.id) } { (title(&event, t)) } }
        @if guests.is_empty() { p { (t.text("guests-none")) } }
        @else { (table(&node, &event, &guests, query.by, t)) }
        div.actions {
            @if !guests.is_empty() { a.button href={ "/events/api/events/" (event.id) "/guests.csv" } download { (t.text("guests-csv")) } }
            a.button href={ "/events/" (event.id) "/door" } { (t.text("door")) }
        }
        @if !guests.is_empty() { (message_form(&node, &event, t)?) }
    };
    let page = t.page("help-guests", t.text("guests"), content).current("/events");
    Ok(page.script("/assets/js/time.js").script("/assets/events/guests.js").viewer(Some(viewer)))
}

/// Draws the form for a message to all guests. Its script sends the letters, and leads to the event's conversation.
fn message_form(node: &Node, event: &Event, t: Texts) -> Answer<Markup> {
    let conversation = Did::event(&event.id).map_err(Problem::internal)?;
    let page = page_in(node, &conversation)?;
    Ok(html! {
        form.card #form-message novalidate data-id=(event.id) data-conversation=[page] {
            h2 { (t.text("message")) }
            div.field {
                label for="text" { (t.text("message-text")) }
                p.hint #text-hint { (t.text("message-hint")) }
                textarea #text rows="4" maxlength="2000" aria-describedby="text-hint" {}
            }
            div.actions { button.main type="submit" { (t.text("message-send")) } }
        }
    })
}

fn table(node: &Node, event: &Event, guests: &[Guest], sorted: Column, t: Texts) -> Markup {
    let valid = guests.iter().filter(|guest| guest.status != "void").count();
    let came = guests.iter().filter(|guest| guest.came.is_some()).count();
    html! {
        div.scroll { table #guests {
            caption { (t.format("guests-count", args![count = valid, came = came])) }
            thead { tr { @for column in Column::ALL { (heading(column, sorted, t)) } } }
            tbody { @for guest in guests { (row(node, event, guest, t)) } }
        } }
    }
}

/// Draws the heading of a column: a link that sorts by it.
fn heading(column: Column, sorted: Column, t: Texts) -> Markup {
    let (name, message) = column.names();
    let order = (column == sorted).then(|| column.order());
    html! {
        th scope="col" aria-sort=[order] { a href={ "?by=" (name) } { (t.text(message)) } }
    }
}

fn row(node: &Node, event: &Event, guest: &Guest, t: Texts) -> Markup {
    html! {
        tr {
            td { (name(node, guest, t)) }
            td { (type_name(event, guest.r#type, t)) " " span.mono.soft { (number(&guest.ticket)) } }
            td {
                (time(guest.came, event.zone(), t))
                @if guest.status == "void" { " " span.tag { (t.text("mine-void")) } }
            }
            td { (price(guest, t)) }
        }
    }
}

/// Draws the name of a guest; of a companion, with the holder of the ticket.
fn name(node: &Node, guest: &Guest, t: Texts) -> Markup {
    let holder = name_of(Some(&guest.card), t);
    let holder = html! { a href=(node.page_of(guest.card.did.as_str())) { (holder) } };
    html! {
        @match &guest.companion {
            Some(name) => { (name) " " span.soft { (t.markup("guests-with", args![], |_, _| holder.clone())) } }
            None => (holder),
        }
    }
}

/// Returns what was paid for a ticket.
fn price(guest: &Guest, t: Texts) -> String {
    match guest.price {
        0 => t.text("free").into_owned(),
        price => t.lang.amount(price, guest.currency),
    }
}
