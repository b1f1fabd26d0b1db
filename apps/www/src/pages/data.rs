//! "My data": what the box holds about whoever is signed in, as a picture, a table and a list.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use imajin_dfos::Timestamp;
use imajin_ledger::{LogStatus, OpTable, WillKind};
use imajin_protocol::{Did, Head};
use imajin_service::extract::{Caller, Query};
use imajin_service::{Count, Node, Page, Problem};
use maud::{Markup, html};
use serde::Deserialize;

use crate::pages::{to_signin, viewer_of};
use crate::parts::needs_script;
use crate::record::{Dot, Line};
use crate::{picture, words};

/// Entries in the picture: the newest. More would be a smear.
const PICTURE_ENTRIES: u64 = 2_000;
/// Entries of the list on one page.
const LIST_ENTRIES: u64 = 30;

#[derive(Debug, Deserialize)]
pub(crate) struct Before {
    /// The list ends before this entry.
    before: Option<u64>,
}

/// What one service holds.
struct Held {
    service: &'static str,
    counts: Vec<Count>,
}

/// `/data`
pub(crate) async fn data(
    State(node): State<Node>,
    Caller(session): Caller,
    Query(Before { before }): Query<Before>,
) -> Result<Response, Problem> {
    let Some(viewer) = viewer_of(&node, session.as_ref())? else {
        return Ok(to_signin("/data"));
    };
    let did = Did::parse(&viewer.did).map_err(Problem::internal)?;
    let reading = node.clone();
    // Up to some thousand entries are read from the disk.
    let content = imajin_service::blocking::run(move || content(&reading, &did, before)).await??;
    let page = Page::new("My data", content).script("/assets/js/pages/data.js");
    let page = match node.config().usb.sticks().are_possible() {
        true => page.script("/assets/js/pages/sticks.js"),
        false => page,
    };
    Ok(page.viewer(Some(viewer)).current("/data").into_response())
}

fn content(node: &Node, did: &Did, before: Option<u64>) -> Result<Markup, Problem> {
    let Some(status) = node.status(did)? else {
        return Ok(html! { h1 { "My data" } p.lead { "This box holds nothing about you yet." } });
    };
    let total = status.seq + 1;
    let end = before.unwrap_or(total).clamp(1, total);
    let start = end.saturating_sub(LIST_ENTRIES);
    let ops = OpTable::published().map_err(Problem::internal)?;
    let lines = entries(node, did, start, end)?
        .iter()
        .filter_map(|stored| Line::read(stored, ops))
        .collect::<Vec<_>>();
    let drawn_from = total.saturating_sub(PICTURE_ENTRIES);
    let dots = entries(node, did, drawn_from, total)?
        .iter()
        .filter_map(Dot::read)
        .collect::<Vec<_>>();
    Ok(html! {
        div #message {}
        h1 { "My data" }
        (summary(node, &status, &dots, total, drawn_from))
        h2 { "Your record over time" }
        (picture::draw(&dots, &|seq| link(seq, start, end, total)))
        details { summary { "Show as table" } (picture::table(&dots)) }
        div.actions {
            a.button.main href="/data/copy" { "Take a copy away" }
            a.button href="/devices" { "Devices" }
            a.button href="/trust" { "Who vouches for me" }
            a.button href="/apps" { "Apps" }
        }
        h2 { "What is here" }
        (held(&services(node, did)?))
        @if node.config().usb.sticks().are_possible() { (sticks()) }
        h2 #entries { "Entry by entry" }
        ol.rows reversed start=(end.saturating_sub(1)) { @for line in lines.iter().rev() { (line.draw(did)) } }
        (pages(start, end, total))
        h2 { "Leaving" }
        p { "You can " a href="/data/copy" { "take a copy away" } ", " a href="/data/move" { "move to another box" } " with everything, or " a href="/data/delete" { "delete what is here" } "." }
    })
}

/// Sticks in the box. What there is, the page's script asks for again and again.
fn sticks() -> Markup {
    html! {
        h2 { "USB sticks" }
        (needs_script("A copy is signed with the key in your browser."))
        p.soft #no-sticks { "Plug a stick into your box, and it appears here: for a copy of everything that is yours, or to bring one back." }
        div #sticks {}
    }
}

/// Entries `start..end`.
fn entries(
    node: &Node,
    did: &Did,
    start: u64,
    end: u64,
) -> Result<Vec<imajin_ledger::StoredEntry>, Problem> {
    let limit = usize::try_from(end - start).unwrap_or(usize::MAX);
    Ok(node.ledger().entries(did, start.checked_sub(1), limit)?)
}

/// Where a dot leads: down this page if its entry is on it.
fn link(seq: u64, start: u64, end: u64, total: u64) -> String {
    if (start..end).contains(&seq) {
        return format!("#entry-{seq}");
    }
    let before = (seq + 1 + LIST_ENTRIES / 2).min(total);
    format!("/data?before={before}#entry-{seq}")
}

fn summary(node: &Node, status: &LogStatus, dots: &[Dot], total: u64, drawn_from: u64) -> Markup {
    let signed = dots
        .iter()
        .filter(|dot| dot.will == WillKind::Signed)
        .count() as u64;
    let since = dots.first().filter(|_| drawn_from == 0).map(|dot| dot.at);
    html! {
        p.lead {
            "Everything that this box holds about you stands in your record: " strong { (words::counted(total, "entry")) }
            @if let Some(since) = since { " since " (words::date(since)) }
            ". "
            @if drawn_from == 0 { (words::thousands(signed)) " of them are signed by your own key." }
            @else { "Of the newest " (words::thousands(dots.len() as u64)) ", " (words::thousands(signed)) " are signed by your own key." }
        }
        (whose_word(status.bare_key, signed, dots.len() as u64))
        @if let Some(reason) = &status.read_only {
            div.notice {
                p { "Your record can only be read here: " (reason) "." }
                @if may_go_on(node, status) { (go_on(node, status)) }
            }
        }
        @if let Some(reason) = &status.quarantined { div.notice.bad { p { "The file of your record is damaged, and was set aside: " (reason) "." } } }
        @if let Some(newest) = newest(dots) { p.soft { "The newest entry was made " (words::time(newest)) "." } }
    }
}

/// What nobody but the box vouches for.
fn whose_word(bare_key: bool, signed: u64, of: u64) -> Markup {
    html! {
        @if bare_key {
            p.soft { "Your own key signs no entries yet, so all of this is your box's own word." }
        } @else if signed < of {
            p.soft { "What no key signed is worth as much as you trust your box. Each entry below says whose word it is." }
        }
    }
}

/// Whether its owner may say that it goes on here: its home is this very box, and it does not lie in pieces.
fn may_go_on(node: &Node, status: &LogStatus) -> bool {
    status.home.node == *node.did() && status.waits_for_home && !status.bare_key && !status.deleted
}

fn go_on(node: &Node, status: &LogStatus) -> Markup {
    let known = status
        .newer
        .as_deref()
        .and_then(|jws| Head::parse(jws).ok());
    let epoch = known
        .map_or(0, |head| head.payload.epoch)
        .max(status.home.epoch)
        + 1;
    html! {
        p {
            "You can let it go on from where it is. What you wrote after that, and what is not here, is given up: if another box or a copy of yours has it, bring that here first."
        }
        p {
            button #go-on.main type="button" data-node=(node.did()) data-url=(node.url()) data-epoch=(epoch) data-abandons=[status.newer.as_deref()] {
                "Go on from here"
            }
        }
    }
}

fn newest(dots: &[Dot]) -> Option<Timestamp> {
    dots.last().map(|dot| dot.at)
}

fn services(node: &Node, did: &Did) -> Result<Vec<Held>, Problem> {
    let mut all = Vec::new();
    for service in node.services().iter() {
        let mut counts = node.read(service.name(), |db| service.count(db, did))?;
        counts.retain(|count| count.number > 0);
        if !counts.is_empty() {
            all.push(Held {
                service: service.name(),
                counts,
            });
        }
    }
    Ok(all)
}

fn held(all: &[Held]) -> Markup {
    html! {
        ul.cards {
            @for held in all {
                li.card {
                    h3 { @if held.service == "pay" { a href="/pay" { (words::service(held.service)) } } @else { (words::service(held.service)) } }
                    ul { @for count in &held.counts { li { strong { (words::thousands(count.number)) } " " (count.named()) } } }
                }
            }
        }
    }
}

fn pages(start: u64, end: u64, total: u64) -> Markup {
    html! {
        @if start > 0 || end < total {
            nav.actions aria-label="Parts of the list" {
                @if end < total { a.button href={ "/data?before=" ((end + LIST_ENTRIES).min(total)) "#entries" } { "Newer" } }
                @if start > 0 { a.button href={ "/data?before=" (start) "#entries" } { "Older" } }
            }
        }
    }
}
