//! The form of an event: a new one, or one that is there.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_protocol::fair::Manifest;
use imajin_protocol::tier::Capability;
use imajin_service::extract::{Caller, Path};
use imajin_service::{Node, Page, Problem};
use maud::{Markup, html};

use super::{message, to_signin, viewer_of};
use crate::own;
use crate::projection::PROJECTION;
use crate::reads::{self, Event, Kind};
use crate::routes::find_own;

const SCRIPT: &str = "/assets/js/pages/event-edit.js";

/// `/events/new`
pub(super) async fn new(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Response, Problem> {
    let Some(viewer) = viewer_of(&node, session.as_ref())? else {
        return Ok(to_signin("/events/new"));
    };
    if let Some(session) = &session {
        node.require(&session.did, Capability::CreateEvent)?;
    }
    let content = form(None, &[], &viewer.did);
    Ok(Page::new("A new event", content)
        .script(SCRIPT)
        .viewer(Some(viewer))
        .into_response())
}

/// `/events/{id}/edit`
pub(super) async fn edit(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (Some(viewer), Some(session)) = (viewer_of(&node, session.as_ref())?, session) else {
        return Ok(to_signin(&format!("/events/{id}/edit")));
    };
    let event = find_own(&node, &id, &session.did)?;
    let kinds = node.read(PROJECTION.name, |db| {
        reads::kinds(db, event.did.as_str(), 0)
    })?;
    let content = form(Some(&event), &kinds, &viewer.did);
    Ok(Page::new("Change your event", content)
        .script(SCRIPT)
        .viewer(Some(viewer))
        .into_response())
}

fn word<'e>(event: Option<&'e Event>, name: &str) -> Option<&'e str> {
    event.and_then(|event| event.word(name))
}

fn line(event: Option<&Event>, name: &str, label: &str, hint: &str) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            @if !hint.is_empty() { p.hint id={ (name) "-hint" } { (hint) } }
            input id=(name) type="text" maxlength="300" value=[word(event, name)] data-word=(name);
        }
    }
}

fn form(event: Option<&Event>, kinds: &[Kind], did: &str) -> Markup {
    let starts = event.and_then(|event| event.starts).and_then(own::time);
    let ends = event.and_then(|event| event.ends).and_then(own::time);
    let place = word(event, "locationType").unwrap_or("physical");
    html! {
        (message())
        h1 { @if event.is_some() { "Change your event" } @else { "A new event" } }
        p.lead { "An event is somebody of its own: it gets a key, kept by this box and controlled by you, and signs its tickets with it." }
        form #form-event novalidate data-event=[event.map(|event| event.did.as_str())] data-id=[event.map(|event| event.id.as_str())] {
            (line(event, "title", "What it is called", ""))
            div.field {
                label for="description" { "What happens" }
                textarea #description rows="6" maxlength="10000" data-word="description" { (word(event, "description").unwrap_or_default()) }
            }
            div.field {
                label for="starts" { "Begins" }
                p.hint { "In your own time." }
                input #starts type="datetime-local" data-time=[starts.as_deref()];
            }
            div.field { label for="ends" { "Ends" } input #ends type="datetime-local" data-time=[ends.as_deref()]; }
            div.field {
                label for="locationType" { "Where" }
                select #locationType {
                    @for (value, name) in [("physical", "At a place"), ("virtual", "Online"), ("hybrid", "Both")] {
                        option value=(value) selected[place == value] { (name) }
                    }
                }
            }
            (line(event, "venue", "The place", ""))
            (line(event, "address", "Its address", ""))
            (line(event, "city", "Town", ""))
            (line(event, "country", "Country", ""))
            (line(event, "virtualUrl", "The address online", "Only who has a ticket sees it."))
            (types(event, kinds))
            (orders(event))
            (shares(event, did))
            div.actions { button #save.main type="submit" { "Sign and save" } }
        }
    }
}

fn types(event: Option<&Event>, kinds: &[Kind]) -> Markup {
    html! {
        fieldset {
            legend { "Tickets" }
            p.hint { "Prices in whole cents’ currency, as 12.50. Leave “How many” empty for no limit." }
            div #types {
                @for kind in kinds {
                    (one_type(event.and_then(|event| event.type_name(kind.n)), Some(kind)))
                }
            }
            button #add-type type="button" { "Add a type of tickets" }
            template #type-template { (one_type(None, None)) }
        }
    }
}

/// How many orders one person may have open.
fn orders(event: Option<&Event>) -> Markup {
    let most = event.map_or(1, Event::orders_max);
    html! {
        div.field {
            label for="orders" { "Open orders of one person" }
            p.hint { "Places of an order by e-transfer or card are kept until it is paid, for three days at most. One is right for most events; allow more for people who order for others." }
            input #orders type="text" inputmode="numeric" maxlength="2" value=(most);
        }
    }
}

fn one_type(name: Option<&str>, kind: Option<&Kind>) -> Markup {
    let quantity = kind
        .and_then(|kind| kind.quantity)
        .map(|quantity| quantity.to_string());
    let currency = kind.map_or("CHF".to_owned(), |kind| kind.currency.to_string());
    html! {
        div.card.type-row {
            div.field { label { "Name" } input data-name type="text" maxlength="100" value=[name]; }
            div.field { label { "Price" } input data-price type="text" inputmode="decimal" data-minor=[kind.map(|kind| kind.price)]; }
            div.field { label { "Currency" } input data-currency type="text" maxlength="4" value=(currency); }
            div.field { label { "How many" } input data-quantity type="text" inputmode="numeric" value=[quantity]; }
            @if kind.is_none() { button.link type="button" data-remove { "Remove this type" } }
        }
    }
}

/// Who gets what of the tickets.
fn shares(event: Option<&Event>, did: &str) -> Markup {
    let manifest = event.and_then(|event| Manifest::parse(event.manifest.as_deref()?).ok());
    let rows = manifest
        .map(|manifest| manifest.table())
        .unwrap_or_default();
    html! {
        fieldset {
            legend { "Who gets what" }
            p.hint { "Of every ticket; together 100 %. Somebody’s address stands on their page." }
            div #shares {
                @if rows.is_empty() { (one_share(Some(did), Some("organiser"), Some("100".to_owned()))) }
                @for row in &rows {
                    (one_share(Some(&row.who), row.role.as_deref(), Some(percent(row.share.get()))))
                }
            }
            button #add-share type="button" { "Add somebody" }
            template #share-template { (one_share(None, None, None)) }
        }
    }
}

fn percent(ppm: u32) -> String {
    let text = format!("{}.{:04}", ppm / 10_000, ppm % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn one_share(who: Option<&str>, role: Option<&str>, share: Option<String>) -> Markup {
    html! {
        div.card.share-row {
            div.field { label { "Who" } input data-who type="text" maxlength="200" spellcheck="false" autocapitalize="none" value=[who]; }
            div.field { label { "As" } input data-role type="text" maxlength="100" value=[role]; }
            div.field { label { "Share in %" } input data-share type="text" inputmode="decimal" value=[share]; }
            button.link type="button" data-remove { "Remove" }
        }
    }
}
