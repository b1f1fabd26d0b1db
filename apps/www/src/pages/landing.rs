//! The first page: what this box is, and how it is.

use axum::extract::State;
use imajin_service::extract::Caller;
use imajin_service::{Card, Node, Page, Problem};
use maud::{Markup, html};

use crate::pages::viewer_of;
use crate::words;
use imajin_ledger::Space;

/// From this many percent on a card is called nearly full.
const NEARLY_FULL_PERCENT: u64 = 90;

/// `/`
pub(crate) async fn landing(
    State(node): State<Node>,
    Caller(session): Caller,
) -> Result<Page, Problem> {
    let viewer = viewer_of(&node, session.as_ref())?;
    let people = node.search("", 12, 0)?;
    let knows_people = node.services().graph().is_some();
    let is_owner = match &session {
        Some(session) => node.is_owner(&session.did)?,
        None => false,
    };
    let content = html! {
        div #message {}
        h1 { (node.name()) }
        p.lead { "This is somebody's own small box. It keeps what belongs to the people who use it: each in a record of their own, signed by them, that they can take away at any time." }
        @if !node.is_claimed() { (unclaimed()) }
        @match &viewer {
            Some(viewer) => div.actions {
                a.button.main href="/data" { "My data" }
                a.button href=(viewer.href) { "My page" }
                @if knows_people { a.button href="/connections" { "My connections" } }
            },
            None => div.actions { a.button.main href="/create" { "Begin here" } a.button href="/signin" { "Sign in" } },
        }
        section #owner.card hidden {
            h2 { "This is your box" }
            p { "New people come here by your invitation." }
            p { a.button href="/invite" { "Invite somebody" } " " a.button href="/letters" { "Letters" } " " a.button href="/network" { "Network" } " " a.button href="/health" { "How it is" } }
            @if is_owner { (notices(&node)) }
        }
        (how_it_is(&node))
        @if !people.is_empty() { (who_is_here(&people)) }
    };
    let page = Page::new(node.name().to_owned(), content)
        .script("/assets/js/pages/landing.js")
        .viewer(viewer);
    Ok(page.description("A sovereign node: its people's data, signed by them, on their own box."))
}

fn unclaimed() -> Markup {
    html! {
        div.notice {
            h2 { "This box has no owner yet" }
            p { "When it was first started it printed a claim link and a code. Whoever opens that link first becomes its owner." }
            p { a.button href="/claim" { "I have the code" } }
        }
    }
}

/// How things stand that only the owner decides about, a line each.
fn notices(node: &Node) -> Markup {
    let all = node.services().iter();
    let notices: Vec<_> = all.filter_map(|service| service.notice(node)).collect();
    html! {
        @for notice in &notices { p { (notice.text) " " a href=(notice.href) { (notice.label) } } }
    }
}

fn how_it_is(node: &Node) -> Markup {
    let disk = Space::of(node.data()).ok();
    let services: Vec<_> = node
        .services()
        .iter()
        .map(|service| service.name())
        .collect();
    html! {
        section.card {
            h2 { "How it is" }
            p { "It has been running for " strong { (words::duration(node.uptime().as_secs())) } "." }
            @if let Some(disk) = disk {
                p id="disk" {
                    "On its card " strong { (words::size(disk.free)) } " of " (words::size(disk.total)) " are free."
                    @if disk.full_percent() >= NEARLY_FULL_PERCENT { " " strong { "That is little. Make room soon." } }
                }
                progress max="100" value=(disk.full_percent()) aria-labelledby="disk" { (disk.full_percent()) " % full" }
            }
            p { "What it can do:" }
            ul { @for name in &services { @if let Some(what) = what(name) { li { (what) } } } }
            @if node.is_claimed() { p.soft { "It has an owner." } }
        }
    }
}

fn what(service: &str) -> Option<&'static str> {
    match service {
        "auth" => Some("Know you by your key, keep your record, hand it over"),
        "profile" => Some("Show a page about you to whom you like"),
        "www" => None,
        _ => None,
    }
}

fn who_is_here(people: &[Card]) -> Markup {
    html! {
        h2 { "Who is here" }
        ul.rows {
            @for card in people {
                @let name = card.display_name.as_deref().or(card.handle.as_deref()).unwrap_or("Somebody");
                li {
                    a href={ "/profile/" (card.handle.as_deref().unwrap_or(card.did.as_str())) } { (name) }
                    @if let Some(handle) = &card.handle { " " span.soft { "@" (handle) } }
                }
            }
        }
    }
}
