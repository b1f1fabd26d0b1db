//! The picture of an event: where it is, how pages draw it, and the day in its place where there is none.
//!
//! Always: everybody who sees the event sees its picture, and the tile shown without one has the same size, so nothing shifts.

use std::collections::BTreeSet;

use imajin_dfos::cid::parse_cid;
use imajin_dfos::{Cid, Timestamp};
use imajin_protocol::Did;
use imajin_service::capabilities::FileUse;
use imajin_service::{Answer, Lang, Node};
use maud::{Markup, html};

use crate::manifest::{MANIFEST, TEXTS};
use crate::queries::{self, Event, Which};

/// Letters of a month on a tile.
const MONTH_LETTERS: usize = 3;
/// The path of an event's picture, and of a preview of it with `w`.
pub(crate) const ROUTE: &str = "/events/api/pictures/";

/// The path of a preview of an event's picture, if it has one.
pub(crate) fn path(event: &Event, preview: &str) -> Option<String> {
    event
        .picture()
        .map(|_| format!("{ROUTE}{}?w={preview}", event.id))
}

/// The picture across a page, if there is one.
pub(crate) fn wide(event: &Event) -> Markup {
    html! {
        @if let Some((picture, path)) = event.picture().zip(path(event, "800")) {
            img.event-picture src=(path) alt=(picture.alt) width="800" height="420" decoding="async";
        }
    }
}

/// A small picture next to the title, or the day on which the event begins.
pub(crate) fn tile(event: &Event, lang: Lang) -> Markup {
    let starts = event
        .starts
        .and_then(|at| Timestamp::from_millis(at).ok())
        .map(|at| lang.date(at, event.zone()));
    html! {
        span.event-tile aria-hidden="true" {
            @if let Some(path) = path(event, "200") {
                img src=(path) alt="" loading="lazy" decoding="async";
            } @else if let Some(said) = &starts {
                @let mut words = said.split_whitespace();
                // "20. November 2026"
                span {
                    b { (words.next().unwrap_or_default().trim_end_matches('.')) }
                    small { (words.next().unwrap_or_default().chars().take(MONTH_LETTERS).collect::<String>()) }
                }
            }
        }
    }
}

/// Which of a person's files their events are shown by.
pub(crate) fn uses(
    node: &Node,
    owner: &Did,
    files: &BTreeSet<Cid>,
    lang: Lang,
) -> Answer<Vec<FileUse>> {
    let own = Which::own(owner);
    let (events, _) = node.read(MANIFEST.name, |db| queries::list(db, &own, usize::MAX, 0))?;
    let used = |event: &Event| {
        let file = parse_cid(&event.picture()?.cid).ok()?;
        files.contains(&file).then(|| FileUse {
            file,
            title: match event.word("title") {
                Some(title) => title.to_owned(),
                None => TEXTS.of(lang).text("untitled").into_owned(),
            },
            href: format!("/events/{}", event.id),
        })
    };
    Ok(events.iter().filter_map(used).collect())
}
