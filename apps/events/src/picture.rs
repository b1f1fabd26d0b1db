//! The picture of an event: its path and its drawing, with a tile showing the date for events without one.
//!
//! Always: everyone who sees the event sees its picture. The tile has the same size with and without a picture, so the
//! layout doesn't shift.

use std::collections::BTreeSet;

use imajin_app::capabilities::FileUse;
use imajin_app::{Answer, Lang, Node};
use imajin_dfos::cid::parse_cid;
use imajin_dfos::{Cid, Timestamp};
use imajin_protocol::Did;
use maud::{Markup, html};

use crate::manifest::TEXTS;
use crate::queries::{self, Event, Which};

/// Number of letters of the month on a tile.
const MONTH_LETTERS: usize = 3;
/// The base path of event pictures. The query `w` selects a preview.
pub(crate) const ROUTE: &str = "/events/api/pictures/";

/// Returns the path of a preview of an event's picture, if it has one.
pub(crate) fn path(event: &Event, preview: &str) -> Option<String> {
    event.picture().map(|_| format!("{ROUTE}{}?w={preview}", event.id))
}

/// Draws the wide picture of a page, if there is one.
pub(crate) fn wide(event: &Event) -> Markup {
    html! {
        @if let Some((picture, path)) = event.picture().zip(path(event, "800")) {
            img.event-picture src=(path) alt=(picture.alt) width="800" height="420" decoding="async";
        }
    }
}

/// Draws the tile next to the title: a small picture, or the day and month of the start.
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

/// Returns the events in which a person's files are used as pictures.
pub(crate) fn uses(
    node: &Node,
    owner: &Did,
    files: &BTreeSet<Cid>,
    lang: Lang,
) -> Answer<Vec<FileUse>> {
    let own = Which::own(owner);
    let (events, _) = queries::read(node, |db| queries::list(db, &own, usize::MAX, 0))?;
    let used = |event: &Event| {
        let file = parse_cid(&event.picture()?.cid).ok()?;
        files.contains(&file).then(|| FileUse {
            file,
            title: match event.word("title") {
                Some(title) => title.to_owned(),
                None => TEXTS.for_reader(lang).text("untitled").into_owned(),
            },
            href: format!("/events/{}", event.id),
        })
    };
    Ok(events.iter().filter_map(used).collect())
}
