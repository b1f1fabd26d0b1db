//! The page of one event: its description, its tickets, and the shares of their income.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Caller, Path};
use imajin_app::page::{Preview, short_did};
use imajin_app::{Answer, Node, Reader, Role, Texts, args};
use imajin_dfos::Timestamp;
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_host::reached::Reached;
use imajin_occasions::AtOccasion;
use imajin_protocol::Did;
use imajin_selling::{Cashier, Rail};
use maud::{Markup, html};

use super::tickets::{self, Visitor, free_kinds};
use super::{coming, free_ticket, message, name_of, open, status, time};
use crate::lookup::find;
use crate::manifest::TEXTS;
use crate::operations::{BuyTickets, has_more_than_a_key};
use crate::picture;
use crate::queries::{self, Event, Kind};
use crate::routes::closing::{self, RefundAnswer, RefundsAnswer};
use crate::routes::places;

/// `/events/{id}`
pub(super) async fn page(
    State(node): State<Node>,
    Caller(session): Caller,
    reader: Reader,
    Path(id): Path<String>,
    Reached(address): Reached,
) -> Answer<Response> {
    let t = TEXTS.for_reader(reader);
    let viewer = node.viewer_of(session.as_ref())?;
    let did = session.map(|session| session.did);
    let event = find(&node, &id, did.as_ref())?;
    let now = node.now().as_millis();
    let kinds = queries::read(&node, |db| queries::kinds(db, event.did.as_str(), now))?;
    let is_own = did.as_ref() == Some(&event.organiser);
    let mut visitor = Visitor {
        is_own,
        may_begin: did.is_none() && node.registration() != Registration::Closed,
        ..Visitor::default()
    };
    let (mut is_owner, mut open) = (false, Vec::new());
    if let Some(did) = &did {
        is_owner = node.is_owner(did)?;
        visitor.has_ticket =
            queries::read(&node, |db| queries::has_valid(db, did.as_str(), event.did.as_str()))?;
        open = places::open_at(&node, &event, did)?;
        visitor.is_signed_in = viewer.is_some();
        visitor.is_waiting = open.iter().any(|one| one.kind != "order");
        visitor.is_unnamed = node.called(did)?.is_none();
        // An organiser may require more than a key for a free place.
        visitor.is_key_alone = !has_more_than_a_key(&node, did)?;
        let is_stranger = node.role(did)? == Role::Stranger;
        visitor.may_begin = is_stranger && !is_own && !visitor.has_ticket;
        let allowance = node.access_of(BuyTickets::NAME).strangers.filter(|_| is_stranger);
        visitor.allowance = allowance.map(|some| some.each.into());
    }
    let rails = match node.get::<dyn Cashier>() {
        Some(cashier) => cashier.rails(&node, &event.organiser)?,
        None => Vec::new(),
    };
    let mut parts = Vec::new();
    for (_, app) in node.services().offers().all::<dyn AtOccasion>() {
        parts.extend(app.part(&node, &event.did, &event.organiser, did.as_ref(), reader.lang)?);
    }
    let title = super::title(&event, t);
    let is_free = kinds.iter().all(|kind| kind.price == 0);
    let content = html! {
        (message(t))
        div.columns { div {
            div { (picture::wide(&event)) h1 { (title) } p { (status(&event, t)) } }
            div.side {
                (event_facts(&node, &event, (did.as_ref(), is_own || visitor.has_ticket), t)?)
                div.acts {
                    (share_and_keep(&event, &title, t))
                    @if is_own { (manage(&event, is_free, now, t)) }
                    @else if is_owner { (owner(&event, is_free, now, t)) }
                    @if is_own && event.status == "cancelled" { (giving_back(&node, &event, t)?) }
                    @else if visitor.has_ticket { div.notice.good { p { (t.markup("have-ticket", args![], |_, inner| html! { a href="/events/mine" { (inner) } })) } } }
                    @if event.shows_guests() && (is_own || visitor.has_ticket) { (coming::section(&node, &event, t)?) }
                    @for part in &parts { (part.content) }
                    (open::section(&node, &event, &open, is_own, t))
                    @if is_own && kinds.iter().any(|kind| kind.price > 0) && !rails.contains(&Rail::Emt) { (no_details(&node, t)) }
                    (tickets::section(&event, &kinds, &visitor, t))
                    (order(&kinds, &rails, &visitor, t))
                }
            }
            @if let Some(text) = event.word("description") { p.bio.words { (text) } }
            div.rest {
                (shares(&node, &event, t)?)
                details {
                    summary { (t.text("proof")) }
                    p { (t.markup("proof-how", args![], |_, _| short_did(event.did.as_str()))) }
                }
            }
        } }
    };
    let page = t.page("help-event", title.clone(), content);
    let mut page = page.wide().script("/assets/events/event.js").viewer(viewer);
    if !free_kinds(&event, &kinds, &visitor).is_empty() {
        page = page.script("/assets/events/free-ticket.js");
    }
    for part in parts {
        page = page.style(part.style).script(part.script);
    }
    let page = if event.status == "draft" || event.group.is_some() {
        page
    } else {
        page.indexed().description(in_words(&event, t)).preview(Preview {
            picture: picture::path(&event, "og").map(|path| format!("{address}{path}")),
            url: format!("{address}/events/{}", event.id),
            is_article: false,
        })
    };
    Ok(page.into_response())
}

/// Draws when and where the event is, for whom and by whom.
fn event_facts(
    node: &Node,
    event: &Event,
    (viewer, inside): (Option<&Did>, bool),
    t: Texts,
) -> Answer<Markup> {
    let place = event.place(inside);
    let is_hidden = event.hides_address() && !inside;
    let by = node.card(&event.organiser)?;
    let linked = |url: &str| html! { a href=(url) rel="noopener noreferrer nofollow" { (url) } };
    Ok(html! {
        dl.facts {
            dt { (t.text("when")) }
            dd { (when(event, t)) }
            @if place.is_some() || is_hidden {
                dt { (t.text("where")) }
                dd {
                    @if let Some(place) = &place { (place) }
                    @if is_hidden { p.soft { (t.text("where-later")) } }
                }
            }
            @if event.word("locationType") != Some("physical") {
                dt { (t.text("online")) }
                dd {
                    @match event.visible_word("virtualUrl", inside) {
                        Some(url) => (linked(url)),
                        None => (t.text("online-later")),
                    }
                }
            }
            @if let Some(group) = &event.group {
                dt { (t.text("for")) }
                dd { (members_of(node, group, viewer, t)?) }
            }
            dt { (t.text("by")) }
            dd { a href=(node.page_of(event.organiser.as_str())) { (name_of(by.as_ref(), t)) } }
        }
    })
}

/// Draws the buttons that share the event, unless it is a draft, and add it to a calendar.
fn share_and_keep(event: &Event, title: &str, t: Texts) -> Markup {
    html! {
        div.actions {
            @if event.status != "draft" { button #share type="button" hidden data-title=(title) { (t.text("share")) } }
            a.button href={ "/events/api/events/" (event.id) "/calendar.ics" } { (t.text("calendar")) }
        }
    }
}

/// Draws the group that an event is for. Only members see its name: other people may have a ticket, too.
fn members_of(node: &Node, group: &Did, viewer: Option<&Did>, t: Texts) -> Answer<Markup> {
    let is_in = match viewer {
        Some(viewer) => node.group_role(group, viewer)?.is_some(),
        None => false,
    };
    let (name, href) = super::group_of(node, group, t)?;
    Ok(if is_in {
        html! { a href=(href) { (name) } }
    } else {
        html! { (t.text("some-group")) }
    })
}

/// Returns the text of a link preview: start, place and the first 160 characters of the description.
fn in_words(event: &Event, t: Texts) -> String {
    let starts = event.starts.and_then(|at| Timestamp::from_millis(at).ok());
    let starts = starts.map(|at| t.lang.date_time(at, event.zone()));
    let mut parts: Vec<String> = starts.into_iter().collect();
    parts.extend(event.place(false));
    parts.extend(event.word("description").map(|text| text.chars().take(160).collect()));
    parts.join(" · ")
}

/// Draws the start, and the end if it is known.
fn when(event: &Event, t: Texts) -> Markup {
    let starts = time(event.starts, event.zone(), t);
    if event.ends.is_none() {
        return starts;
    }
    t.markup("when-from-to", args![], |name, _| match name {
        "starts" => starts.clone(),
        _ => time(event.ends, event.zone(), t),
    })
}

fn may_cancel(event: &Event, now: i64) -> bool {
    crate::event::may_become(&event.status, "cancelled")
        && crate::event::can_be_cancelled(event.latest, now)
}

/// Draws the organiser's controls.
fn manage(event: &Event, is_free: bool, now: i64, t: Texts) -> Markup {
    let can = |to: &str| crate::event::may_become(&event.status, to);
    let has_ended = matches!(event.status.as_str(), "cancelled" | "completed");
    html! {
        div.card #manage data-event=(event.did) data-id=(event.id) data-free[is_free] {
            h2 { (t.text("manage")) }
            div.actions {
                @if can("published") { button.main type="button" data-status="published" { (t.text("publish")) } }
                @if can("paused") { button type="button" data-status="paused" { (t.text("pause")) } }
                @if can("completed") { button type="button" data-status="completed" { (t.text("complete")) } }
                @if !has_ended { a.button href={ "/events/" (event.id) "/edit" } { (t.text("edit")) } }
                a.button href={ "/events/" (event.id) "/door" } { (t.text("door")) }
                a.button href={ "/events/" (event.id) "/guests" } { (t.text("guests")) }
                a.button href={ "/auth/api/export?did=" (event.did) } download { (t.text("record")) }
            }
            @if has_ended && !event.words.is_null() {
                div.actions { button.danger type="button" data-erase { (t.text("erase")) } }
            }
            // Set apart from the everyday actions.
            @if may_cancel(event, now) {
                h3 { (t.text("cancel-title")) }
                p.hint { (t.text(if is_free { "cancel-hint-free" } else { "cancel-hint" })) }
                div.actions { button.danger type="button" data-status="cancelled" { (t.text("cancel")) } }
            }
        }
    }
}

/// Draws the node owner's controls for another person's event.
fn owner(event: &Event, is_free: bool, now: i64, t: Texts) -> Markup {
    html! {
        @if event.status != "draft" && may_cancel(event, now) {
            div.card #manage data-event=(event.did) data-id=(event.id) data-free[is_free] {
                h2 { (t.text("owner")) }
                p { (t.text(if is_free { "owner-hint-free" } else { "owner-hint" })) }
                div.actions { button.danger type="button" data-status="cancelled" data-op="events.cancel" { (t.text("cancel")) } }
            }
        }
    }
}

/// Draws the progress of the refunds.
fn giving_back(node: &Node, event: &Event, t: Texts) -> Answer<Markup> {
    let refunds = closing::collect_refunds(node, event, t.lang)?;
    if refunds.payments == 0 {
        return Ok(html! {});
    }
    Ok(html! {
        div.card #refunds data-id=(event.id) data-open=(refunds.open) {
            h2 { (t.text("refunds")) }
            p #refunds-text role="status" { (refunded(&refunds, t)) }
            progress #refunds-bar max=(refunds.payments) value=(refunds.refunded()) aria-label=(t.text("refunds-bar")) {}
            @if refunds.open > 0 { p.hint { (t.text("refunds-rest")) } }
            @if refunds.waiting > 0 { p.hint { (t.format("refunds-waiting", args![count = refunds.waiting])) } }
            @if !refunds.attention.is_empty() {
                h3 { (t.text("refunds-attention")) }
                ul.rows { @for one in &refunds.attention { (attention(node, one, t)) } }
            }
        }
    })
}

/// Draws the number of refunds made by the node, and the number that the organiser still has to send.
fn refunded(refunds: &RefundsAnswer, t: Texts) -> Markup {
    html! {
        (t.format("refunds-done", args![done = refunds.refunded(), count = refunds.payments]))
        @if refunds.by_hand > 0 { " " (t.format("refunds-by-hand", args![count = refunds.by_hand])) }
    }
}

fn attention(node: &Node, one: &RefundAnswer, t: Texts) -> Markup {
    html! {
        li {
            a href=(node.page_of(one.payer.did.as_str())) { (name_of(Some(&one.payer), t)) }
            p.soft { (one.todo) }
        }
    }
}

/// Draws the empty order summary. A script fills it in before the buyer signs.
fn order(kinds: &[Kind], rails: &[Rail], visitor: &Visitor, t: Texts) -> Markup {
    let is_sold = kinds.iter().any(|kind| kind.price > 0);
    html! {
        div.card #order hidden {
            h3 tabindex="-1" { (t.text("order")) }
            p #order-text {}
            div #order-split {}
            div #party hidden data-more[visitor.has_ticket] {
                @if visitor.is_unnamed {
                    div.field {
                        label for="guest-name" { (t.text("free-name")) }
                        p.hint #guest-name-hint { (t.text("free-name-hint")) }
                        input #guest-name type="text" maxlength="100" autocomplete="name" aria-describedby="guest-name-hint";
                    }
                }
                (free_ticket::companions("companions", t))
            }
            div.field {
                label for="rail" { (t.text("order-pay")) }
                select #rail {
                    @for rail in rails { option value=(rail.as_str()) { (t.text(rail_name(*rail))) } }
                }
            }
            @if is_sold { p.hint { (t.text("order-held")) } }
            div.actions { button.main #agree type="button" data-free=(t.text(visitor.come())) data-paid=(t.text("order-sign")) {} button #cancel type="button" { (t.text("order-not-now")) } }
        }
    }
}

fn rail_name(rail: Rail) -> &'static str {
    match rail {
        Rail::Ledger => "rail-ledger",
        Rail::Emt => "rail-emt",
        Rail::Stripe => "rail-stripe",
    }
}

/// Draws the notice that the organiser hasn't given bank details for transfers.
fn no_details(node: &Node, t: Texts) -> Markup {
    html! {
        @if let Some(cashier) = node.get::<dyn Cashier>() {
            div.notice {
                p { (t.text("no-details")) }
                p { a.button href=(cashier.details_page()) { (t.text("no-details-add")) } }
            }
        }
    }
}

/// Draws the table of income shares in the signed manifest.
fn shares(node: &Node, event: &Event, t: Texts) -> Answer<Markup> {
    let Some(manifest) = event.signed_manifest() else {
        return Ok(html! {});
    };
    let rows = manifest.table();
    let names = rows.iter().map(|row| name(node, &row.who, t));
    let names: Vec<String> = names.collect::<Result<_, _>>()?;
    Ok(html! {
        details {
            summary { (t.text("shares")) }
            div.scroll { table {
                caption { (t.text("shares-caption")) }
                thead { tr { th { (t.text("shares-who")) } th { (t.text("shares-as")) } th.number { (t.text("shares-part")) } } }
                tbody { @for (row, name) in rows.iter().zip(&names) {
                    tr {
                        td { @if row.who.starts_with("did:imajin:") { a href=(node.page_of(&row.who)) { (name) } } @else { (name) } }
                        td { (row.role.as_deref().unwrap_or("")) }
                        td.number { (percent(row.share.get(), t)) }
                    }
                } }
            } }
        }
    })
}

/// Formats a share in percent with two decimals.
fn percent(ppm: u32, t: Texts) -> String {
    t.lang.percent(i64::from(ppm.saturating_add(50) / 100))
}

fn name(node: &Node, who: &str, t: Texts) -> Answer<String> {
    if who == node.did().as_str() {
        return Ok(node.name().to_owned());
    }
    let did = Did::parse(who).ok();
    let card = did.map(|did| node.card(&did)).transpose()?.flatten();
    Ok(name_of(card.as_ref(), t))
}
