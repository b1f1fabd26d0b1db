//! One event: what it is, its tickets, and who gets what of them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_protocol::fair::Manifest;
use imajin_protocol::money::Minor;
use imajin_service::extract::{Caller, Path};
use imajin_service::page::{Viewer, short_did};
use imajin_service::{Node, Page, Problem};
use maud::{Markup, html};

use super::{message, open, status, time, viewer_of};
use crate::own;
use crate::projection::PROJECTION;
use crate::reads::{self, Event, Kind};
use crate::routes::closing::{self, RefundAnswer};
use crate::routes::{find, places};

/// `/events/{id}`
pub(super) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let viewer = viewer_of(&node, session.as_ref())?;
    let did = session.map(|session| session.did);
    let event = find(&node, &id, did.as_ref())?;
    let now = node.now().as_millis();
    let (kinds, has_ticket) = node.read(PROJECTION.name, |db| {
        let has = match &did {
            Some(did) => reads::has_valid(db, did.as_str(), event.did.as_str())?,
            None => false,
        };
        Ok((reads::kinds(db, event.did.as_str(), now)?, has))
    })?;
    let is_own = did.as_ref() == Some(&event.organiser);
    let is_owner = match &did {
        Some(did) => node.is_owner(did)?,
        None => false,
    };
    let open = match &did {
        Some(did) => places::open_at(&node, &event, did)?,
        None => Vec::new(),
    };
    let title = event
        .word("title")
        .unwrap_or("An event without words")
        .to_owned();
    let content = html! {
        (message())
        (about(&node, &event, &title, is_own || has_ticket)?)
        @if is_own { (manage(&event, now)) }
        @else if is_owner { (owner(&event, now)) }
        @if is_own && event.status == "cancelled" { (giving_back(&node, &event)?) }
        @else if has_ticket { div.notice.good { p { "You have a ticket. " a href="/events/mine" { "Show it" } } } }
        (open::section(&event, &open, is_own))
        (tickets(&event, &kinds, viewer.as_ref(), is_own))
        (shares(&node, &event)?)
        details {
            summary { "How do I know that a ticket is real?" }
            p { "This event has a key of its own, and signs every ticket with it. Its address is " (short_did(event.did.as_str())) ": whoever has it can check a ticket, without this box and without a network." }
        }
    };
    let page = Page::new(title.clone(), content)
        .script("/assets/js/pages/event.js")
        .viewer(viewer);
    let page = match event.status.as_str() {
        "draft" => page,
        _ => page.indexed().description(title),
    };
    Ok(page.into_response())
}

fn about(node: &Node, event: &Event, title: &str, inside: bool) -> Result<Markup, Problem> {
    let (starts, ends) = (
        event.starts.and_then(own::time),
        event.ends.and_then(own::time),
    );
    let place: Vec<&str> = ["venue", "address", "city", "country"]
        .into_iter()
        .filter_map(|name| event.word(name))
        .collect();
    let by = node.card(&event.organiser)?;
    let name = by
        .as_ref()
        .and_then(|card| card.display_name.clone().or(card.handle.clone()));
    Ok(html! {
        h1 { (title) }
        p { (status(&event.status)) @if event.status == "cancelled" && event.decided_by.as_deref() != Some(event.organiser.as_str()) { " by the owner of this box" } }
        dl.facts {
            dt { "When" }
            dd { (time(starts.as_deref())) @if ends.is_some() { " to " (time(ends.as_deref())) } }
            @if !place.is_empty() { dt { "Where" } dd { (place.join(", ")) } }
            @if event.word("locationType") != Some("physical") {
                dt { "Online" }
                dd {
                    @match event.word("virtualUrl").filter(|_| inside) {
                        Some(url) => a href=(url) rel="noopener noreferrer nofollow" { (url) },
                        None => "The address stands here once you have a ticket.",
                    }
                }
            }
            dt { "By" }
            dd { a href={ "/profile/" (event.organiser) } { (name.as_deref().unwrap_or("somebody on this box")) } }
        }
        @if let Some(text) = event.word("description") { p.bio { (text) } }
        p { a href={ "/events/api/events/" (event.id) "/calendar.ics" } { "Put it into your calendar" } }
    })
}

fn may_cancel(event: &Event, now: i64) -> bool {
    crate::event::may_become(&event.status, "cancelled")
        && crate::event::can_be_cancelled(event.latest, now)
}

/// What the organiser can do.
fn manage(event: &Event, now: i64) -> Markup {
    let can = |to: &str| crate::event::may_become(&event.status, to);
    let may_cancel = may_cancel(event, now);
    html! {
        div.card #manage data-event=(event.did) data-id=(event.id) {
            h2 { "Your event" }
            div.actions {
                @if can("published") { button.main type="button" data-status="published" { "Publish" } }
                @if can("paused") { button type="button" data-status="paused" { "Pause the sale" } }
                @if can("completed") { button type="button" data-status="completed" { "It is over" } }
                @if may_cancel { button.danger type="button" data-status="cancelled" { "Cancel the event" } }
                @if !matches!(event.status.as_str(), "cancelled" | "completed") { a.button href={ "/events/" (event.id) "/edit" } { "Change it" } }
                @else if !event.words.is_null() { button type="button" data-erase { "Erase its words" } }
                a.button href={ "/events/" (event.id) "/door" } { "Guests and door" }
                a.button href={ "/auth/api/export?did=" (event.did) } download { "Take its record along" }
            }
            @if may_cancel { p.hint { "Cancelling ends the sale for good, makes all tickets void at once, and gives everybody their money back automatically. It is possible until three days after the end; then the money of the tickets is paid out." } }
        }
    }
}

/// What the owner of this box can do about somebody else's event.
fn owner(event: &Event, now: i64) -> Markup {
    html! {
        @if event.status != "draft" && may_cancel(event, now) {
            div.card #manage data-event=(event.did) data-id=(event.id) {
                h2 { "As the owner of this box" }
                p { "You can cancel this event, for example when the organiser is gone or sells what there is not. All tickets are void at once, and everybody gets their money back automatically." }
                div.actions { button.danger type="button" data-status="cancelled" data-op="events.cancel" { "Cancel the event" } }
            }
        }
    }
}

/// How far everybody's money is.
fn giving_back(node: &Node, event: &Event) -> Result<Markup, Problem> {
    let refunds = closing::of(node, event)?;
    if refunds.payments == 0 {
        return Ok(html! {});
    }
    Ok(html! {
        div.card #refunds data-id=(event.id) data-open=(refunds.open) {
            h2 { "On its way back to the buyers" }
            p #refunds-text role="status" { (refunds.done) " of " (refunds.payments) " payments are given back." }
            progress #refunds-bar max=(refunds.payments) value=(refunds.done) aria-label="Payments that are given back" {}
            @if refunds.open > 0 { p.hint { "The others follow by themselves, also when you close this page." } }
            @if refunds.waiting > 0 { p.hint { (refunds.waiting) " are on their way to a card: that takes its bank a few days." } }
            @if !refunds.attention.is_empty() {
                h3 { "To look at" }
                ul.rows { @for one in &refunds.attention { (attention(one)) } }
            }
        }
    })
}

fn attention(one: &RefundAnswer) -> Markup {
    let name = one
        .payer
        .display_name
        .as_deref()
        .or(one.payer.handle.as_deref());
    html! {
        li {
            a href={ "/profile/" (one.payer.did) } { (name.unwrap_or("somebody on this box")) }
            p.soft { (one.todo) }
        }
    }
}

fn left(kind: &Kind) -> String {
    match kind.available() {
        None => String::new(),
        Some(0) => "sold out".to_owned(),
        Some(1) => "1 left".to_owned(),
        Some(left) => format!("{left} left"),
    }
}

fn price(kind: &Kind) -> String {
    match Minor::new(kind.price) {
        Ok(amount) if !amount.is_zero() => amount.display(kind.currency),
        _ => "free".to_owned(),
    }
}

fn tickets(event: &Event, kinds: &[Kind], viewer: Option<&Viewer>, is_own: bool) -> Markup {
    let open = event.status == "published";
    html! {
        h2 { "Tickets" }
        ul.rows {
            @for kind in kinds {
                li {
                    div.row {
                        div.grow {
                            strong { (event.type_name(kind.n).unwrap_or("Ticket")) }
                            @for perk in perks(event, kind.n) { " " span.tag { (perk) } }
                            p.soft { (price(kind)) @if kind.quantity.is_some() { " · " (left(kind)) } }
                        }
                        @if open && !is_own && viewer.is_some() && kind.available() != Some(0) {
                            form.buy data-event=(event.did) data-id=(event.id) data-type=(kind.n) {
                                label { span.soft { "How many" } " " input type="text" inputmode="numeric" size="3" name="quantity" value="1" aria-label={ "How many: " (event.type_name(kind.n).unwrap_or("Ticket")) } data-most=(kind.most); }
                                " " button.main type="submit" { "Buy" }
                            }
                        }
                    }
                }
            }
        }
        @if open && viewer.is_none() { p { a.button.main href={ "/signin?next=/events/" (event.id) } { "Sign in to buy" } } }
        div.card #order hidden {
            h3 tabindex="-1" { "Your order" }
            p #order-text {}
            div #order-split {}
            div.field {
                label for="rail" { "How you pay" }
                select #rail {
                    option value="ledger" { "From your credit on this box" }
                    option value="emt" { "By e-transfer from your bank" }
                    option value="stripe" { "By card" }
                }
            }
            p.hint { "What you pay from credit or by card is held until three days after the event. If it is cancelled before that, you get it back." }
            div.actions { button.main #agree type="button" { "Sign and buy" } button #cancel type="button" { "Not now" } }
        }
    }
}

fn perks(event: &Event, n: i64) -> Vec<&str> {
    let at = usize::try_from(n - 1).unwrap_or(usize::MAX);
    let all = event.words["tickets"][at]["perks"].as_array();
    all.into_iter()
        .flatten()
        .filter_map(|perk| perk.as_str())
        .collect()
}

/// Who gets what of a ticket, as the signed manifest says.
fn shares(node: &Node, event: &Event) -> Result<Markup, Problem> {
    let manifest = event
        .manifest
        .as_deref()
        .and_then(|text| Manifest::parse(text).ok());
    let Some(manifest) = manifest else {
        return Ok(html! {});
    };
    let rows = manifest.table();
    let names: Vec<String> = rows
        .iter()
        .map(|row| name(node, &row.who))
        .collect::<Result<_, _>>()?;
    Ok(html! {
        h2 { "Who gets what" }
        div.scroll { table {
            caption { "Of every ticket, signed by who organises. What somebody passes on from their part stands in the receipt." }
            thead { tr { th { "Who" } th { "As" } th.number { "Share" } } }
            tbody { @for (row, name) in rows.iter().zip(&names) {
                tr {
                    td { @if row.who.starts_with("did:imajin:") { a href={ "/profile/" (row.who) } { (name) } } @else { (name) } }
                    td { (row.role.as_deref().unwrap_or("")) }
                    td.number { (format!("{:.2} %", f64::from(row.share.get()) / 10_000.0)) }
                }
            } }
        } }
    })
}

fn name(node: &Node, who: &str) -> Result<String, Problem> {
    let did = imajin_protocol::Did::parse(who).ok();
    let card = did.map(|did| node.card(&did)).transpose()?.flatten();
    let known = card.and_then(|card| card.display_name.or(card.handle));
    Ok(known.unwrap_or_else(|| {
        let id = who.rsplit(':').next().unwrap_or(who);
        id.chars().take(10).collect()
    }))
}
