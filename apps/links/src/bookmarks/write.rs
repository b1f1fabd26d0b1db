//! Writes a bookmark file.
//!
//! Always: one element a line, with tags in capitals, as Chromium needs it, which reads the file line by line.

use imajin_app::operation::settle_direction;
use maud::{Markup, PreEscaped, html};

use crate::fields::Kind;
use crate::queries::Item;

/// Returns the file with these items, in their order.
pub(super) fn file(title: &str, items: &[Item]) -> Markup {
    let title = settle_direction(title);
    let is_collection = |id: &str| {
        let mut all = items.iter();
        all.any(|item| item.kind == Kind::Collection && item.id == id)
    };
    let is_on_top = |item: &&Item| !item.parent.as_deref().is_some_and(is_collection);
    html! {
        (PreEscaped("<!DOCTYPE NETSCAPE-Bookmark-file-1>\n"))
        META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8"; "\n"
        TITLE { (title) } "\n"
        H1 { (title) } "\n"
        DL {
            p; "\n"
            @for item in items.iter().filter(is_on_top) {
                @match item.kind {
                    Kind::Link => (link(item)),
                    Kind::Collection => (folder(item, items)),
                    Kind::Page => {},
                }
            }
        }
        p; "\n"
    }
}

fn folder(collection: &Item, items: &[Item]) -> Markup {
    let is_in = |item: &&Item| item.parent.as_ref() == Some(&collection.id);
    html! {
        DT; H3 ADD_DATE=(seconds(collection)) { (settle_direction(&collection.title)) } "\n"
        (note(collection))
        DL {
            p; "\n"
            @for item in items.iter().filter(is_in) { (link(item)) }
        }
        p; "\n"
    }
}

fn link(item: &Item) -> Markup {
    let url = item.own.url.as_deref().unwrap_or_default();
    html! {
        DT; A HREF=(url) ADD_DATE=(seconds(item)) { (settle_direction(&item.title)) } "\n"
        (note(item))
    }
}

fn note(item: &Item) -> Markup {
    html! { @if let Some(note) = &item.note { DD; (note) "\n" } }
}

fn seconds(item: &Item) -> i64 {
    item.put.div_euclid(1_000)
}
