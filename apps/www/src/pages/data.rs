//! "My data": what the box has about the signed-in person, as a picture, a table and a list.

use imajin_app::extract::{Own, Query};
use imajin_app::{Answer, Count, Manifest, Node, Page, Problem, Reader, Texts, Words, args};
use imajin_host::prelude::*;
use imajin_ledger::{LogStatus, StoredEntry};
use imajin_log::{OpTable, WillKind};
use imajin_protocol::{Did, Head};
use maud::{Markup, html};
use serde::Deserialize;

use crate::manifest::TEXTS;
use crate::parts::{scripts_off, why_believe};
use crate::picture;
use crate::record::{Dot, Line};

/// Entries in the picture: the newest. More would not be distinguishable.
const PICTURE_ENTRIES: u64 = 2_000;
const LIST_ENTRIES: u64 = 30;

#[derive(Debug, Deserialize)]
pub(crate) struct Before {
    /// The list ends before this entry.
    before: Option<u64>,
}

struct ServiceData {
    manifest: &'static Manifest,
    counts: Vec<Count>,
}

pub(crate) async fn data(
    Own(node, session, viewer): Own,
    Query(Before { before }): Query<Before>,
    reader: Reader,
) -> Result<Page, Problem> {
    let t = TEXTS.for_reader(reader);
    let reading = node.clone();
    // This may read some thousand entries from the disk.
    let content =
        imajin_app::blocking::run(move || content(&reading, &session.did, before, t)).await??;
    let page = t.page("help-data", t.text("data"), content).script("/assets/www/data.js");
    let page = if node.config().usb.sticks().are_possible() {
        page.script("/assets/www/sticks.js")
    } else {
        page
    };
    Ok(page.viewer(Some(viewer)).current("/data"))
}

fn content(node: &Node, did: &Did, before: Option<u64>, t: Texts) -> Result<Markup, Problem> {
    let Some(status) = node.ledger().readable_status(did)? else {
        return Ok(html! { h1 { (t.text("data")) } p.lead { (t.text("data-nothing")) } });
    };
    let total = status.seq + 1;
    let end = before.unwrap_or(total).clamp(1, total);
    let start = end.saturating_sub(LIST_ENTRIES);
    let ops = OpTable::published().map_err(Problem::internal)?;
    let stored = entries(node, did, start, end)?;
    let lines: Vec<_> = stored.iter().map(|stored| Line::read(stored, ops)).collect();
    let drawn_from = total.saturating_sub(PICTURE_ENTRIES);
    let dots = entries(node, did, drawn_from, total)?.iter().map(Dot::read).collect::<Vec<_>>();
    let of_apps = &node.services().words().on(t);
    Ok(html! {
        div #message {}
        h1 { (t.text("data")) }
        (summary(node, &status, &dots, (total, drawn_from), t))
        (why_believe(t, html! {
            p { (t.text("data-how-chain")) }
            p { (t.text("data-how-signed")) }
            p { (t.markup("data-how-check", args![], |_, inner| html! { a href="/verify" { (inner) } })) }
        }))
        h2 { (t.text("data-over-time")) }
        (picture::draw(&dots, of_apps, t, &|seq| link(seq, start, end, total)))
        details { summary { (t.text("data-as-table")) } (picture::table(&dots, of_apps, t)) }
        div.actions {
            a.button.main href="/data/copy" { (t.text("copy")) }
            a.button href="/devices" { (t.text("devices")) }
            a.button href="/trust" { (t.text("data-trust")) }
            a.button href="/apps" { (t.text("data-apps")) }
        }
        h2 { (t.text("data-here")) }
        (held(&services(node, did)?, of_apps, t))
        @if node.config().usb.sticks().are_possible() { (sticks(t)) }
        h2 #entries { (t.text("data-entries")) }
        ol.rows reversed start=(end.saturating_sub(1)) { @for line in lines.iter().rev() { (line.draw(did, of_apps, t)) } }
        (pages(start, end, total, t))
        h2 { (t.text("data-leaving")) }
        p {
            (t.markup("data-leave", args![], |name, inner| match name {
                "copy" => html! { a href="/data/copy" { (inner) } },
                "move" => html! { a href="/data/move" { (inner) } },
                "bring" => html! { a href="/bring" { (inner) } },
                _ => html! { a href="/data/delete" { (inner) } },
            }))
        }
    })
}

/// Sticks in the box. The page's script keeps asking which there are.
fn sticks(t: Texts) -> Markup {
    html! {
        h2 { (t.text("data-sticks")) }
        (scripts_off(t))
        p.soft #no-sticks { (t.text("data-no-sticks")) }
        div #sticks {}
    }
}

/// Entries `start..end`.
fn entries(node: &Node, did: &Did, start: u64, end: u64) -> Answer<Vec<StoredEntry>> {
    let limit = usize::try_from(end - start).unwrap_or(usize::MAX);
    let read = node.ledger().readable(did, start.checked_sub(1), limit)?;
    Ok(read.entries)
}

/// The link of a dot: down this page if its entry is on it.
fn link(seq: u64, start: u64, end: u64, total: u64) -> String {
    if (start..end).contains(&seq) {
        return format!("#entry-{seq}");
    }
    let before = (seq + 1 + LIST_ENTRIES / 2).min(total);
    format!("/data?before={before}#entry-{seq}")
}

fn summary(
    node: &Node,
    status: &LogStatus,
    dots: &[Dot],
    (total, drawn_from): (u64, u64),
    t: Texts,
) -> Markup {
    let signed = dots.iter().filter(|dot| dot.will == WillKind::Signed).count() as u64;
    let words = node.services().words().on(t);
    let explain = |reason: &str| words.sentence(reason).into_owned();
    let since = dots.first().filter(|_| drawn_from == 0).map(|dot| dot.at);
    html! {
        p.lead {
            (t.format("data-all", args![count = total])) " "
            @if let Some(since) = since { (t.format("data-since", args![date = t.date(since)])) " " }
            @if drawn_from == 0 { (t.format("data-signed", args![count = signed])) }
            @else { (t.format("data-signed-newest", args![of = dots.len() as u64, count = signed])) }
        }
        (whose_word(status.bare_key, signed, dots.len() as u64, t))
        @if let Some(reason) = &status.read_only {
            div.notice {
                p { (t.format("data-read-only", args![reason = explain(reason)])) }
                @if may_go_on(node, status) { (go_on(node, status, t)) }
            }
        }
        @if let Some(reason) = &status.quarantined { (damaged(status.seq + 1, &explain(reason), t)) }
        @if let Some(newest) = dots.last() { p.soft { (t.markup("data-newest", args![], |_, _| t.time(newest.at))) } }
    }
}

/// The notice above a part of a damaged record.
fn damaged(from: u64, reason: &str, t: Texts) -> Markup {
    html! {
        div.notice.bad role="alert" {
            p { strong { (t.format("data-damaged", args![entry = from.to_string()])) } " " (t.text("data-damaged-shown")) }
            p { (t.markup("data-damaged-mend", args![], |_, inner| html! { a href="/health" { (inner) } })) }
            p.hint { (reason) }
        }
    }
}

/// The entries that only the box vouches for.
fn whose_word(bare_key: bool, signed: u64, of: u64, t: Texts) -> Markup {
    html! {
        @if bare_key {
            p.soft { (t.text("data-boxs-word")) }
        } @else if signed < of {
            p.soft { (t.text("data-each-word")) }
        }
    }
}

/// Whether the owner may continue the record here: its home is this very box, and it is not damaged.
fn may_go_on(node: &Node, status: &LogStatus) -> bool {
    status.home.node == *node.did() && status.waits_for_home && !status.bare_key && !status.deleted
}

fn go_on(node: &Node, status: &LogStatus, t: Texts) -> Markup {
    let newer_head = status.newer.as_deref().and_then(|jws| Head::parse(jws).ok());
    let epoch = newer_head.map_or(0, |head| head.payload.epoch).max(status.home.epoch) + 1;
    html! {
        p { (t.text("data-go-on-why")) }
        p {
            button #go-on.main type="button" data-node=(node.did()) data-url=(node.url()) data-epoch=(epoch) data-abandons=[status.newer.as_deref()] {
                (t.text("data-go-on"))
            }
        }
    }
}

fn services(node: &Node, did: &Did) -> Result<Vec<ServiceData>, Problem> {
    let mut all = Vec::new();
    for service in node.services().iter() {
        let mut counts = node.read(service.name(), |db| service.count(db, did))?;
        counts.retain(|count| count.number > 0);
        if !counts.is_empty() {
            all.push(ServiceData { manifest: service.manifest(), counts });
        }
    }
    Ok(all)
}

fn held(all: &[ServiceData], of_apps: &Words, t: Texts) -> Markup {
    html! {
        ul.cards {
            @for held in all {
                li.card {
                    h3 { @if let Some(page) = held.manifest.own_page { a href=(page) { (of_apps.service(held.manifest.name)) } } @else { (of_apps.service(held.manifest.name)) } }
                    ul { @for count in &held.counts { li { strong { (t.lang.number(count.number)) } " " (count.kind_name_in(of_apps)) } } }
                }
            }
        }
    }
}

fn pages(start: u64, end: u64, total: u64, t: Texts) -> Markup {
    html! {
        @if start > 0 || end < total {
            nav.actions aria-label=(t.text("data-parts")) {
                @if end < total { a.button href={ "/data?before=" ((end + LIST_ENTRIES).min(total)) "#entries" } { (t.text("data-newer")) } }
                @if start > 0 { a.button href={ "/data?before=" (start) "#entries" } { (t.text("data-older")) } }
            }
        }
    }
}
