//! The newest links of a page as a feed.

use axum::extract::State;
use axum::response::Response;
use imajin_app::extract::Path;
use imajin_app::{Answer, Lang, Node};
use imajin_items::feeds::{Feed, FeedRequest};
use imajin_items::{ItemPages, Owner};

use crate::Links;
use crate::fields::Kind;
use crate::queries::Item;

/// Answers the feed of a page's newest links.
pub(crate) async fn of_page(
    State(node): State<Node>,
    Path(whose): Path<String>,
    asked: FeedRequest,
) -> Answer<Response> {
    let owner = Owner::resolve(&node, &whose)?;
    let items = Links::list(&node, &owner.did, None)?;
    let page = items.iter().find(|item| item.kind == Kind::Page);
    let title = title_of(page, &owner, asked.lang);
    let note = page.and_then(|page| page.note.clone());
    let feed = Feed { note, ..Feed::of_items::<Links>(owner, title, items) };
    Ok(feed.answer(&asked))
}

/// Returns the title of a page: its owner's, otherwise one with the owner's name.
pub(crate) fn title_of(page: Option<&Item>, owner: &Owner, lang: Lang) -> String {
    match page {
        Some(page) => page.title.clone(),
        None => Links::title(owner, lang),
    }
}

#[cfg(test)]
mod tests;
