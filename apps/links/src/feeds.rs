//! The newest links of a page and of its collections as feeds.

use axum::extract::State;
use axum::response::Response;
use imajin_app::extract::Path;
use imajin_app::{Answer, Lang, Node};
use imajin_items::feeds::{Entry, Feed, FeedRequest, newest};
use imajin_items::{Base, ItemPages, ItemView, Owner};

use crate::Links;
use crate::fields::Kind;
use crate::manifest::MANIFEST;
use crate::queries::Item;
use crate::visits;

/// Answers the feed of a page's newest links.
pub(crate) async fn of_page(
    State(node): State<Node>,
    Path(whose): Path<String>,
    asked: FeedRequest,
) -> Answer<Response> {
    let owner = Owner::resolve(&node, &whose)?;
    let items = Links::list(&node, &owner.did, None)?;
    let page = items.iter().find(|item| item.kind == Kind::Page);
    let feed = Feed {
        service: MANIFEST.name,
        id: format!("{}/links", owner.did),
        title: title_of(page, &owner, asked.lang),
        note: page.and_then(|page| page.note.clone()),
        page: owner.path(MANIFEST.name),
        entries: entries(&owner, items),
        owner,
    };
    Ok(feed.answer(&asked))
}

/// Answers the feed of a collection's newest links.
pub(crate) async fn of_collection(
    State(node): State<Node>,
    Path((whose, name)): Path<(String, String)>,
    asked: FeedRequest,
) -> Answer<Response> {
    let owner = Owner::resolve(&node, &whose)?;
    let ItemView { item, within } = Links::find(&node, &owner.did, None, &name)?;
    if item.kind != Kind::Collection {
        return Err(Links::not_found());
    }
    let feed = Feed {
        service: MANIFEST.name,
        id: format!("{}/{}", owner.did, item.id),
        page: format!("{}/{}", owner.path(MANIFEST.name), item.address()),
        title: item.base.title,
        note: item.base.note,
        entries: entries(&owner, within),
        owner,
    };
    Ok(feed.answer(&asked))
}

/// Returns the title of a page: its owner's, otherwise one with the owner's name.
pub(crate) fn title_of(page: Option<&Item>, owner: &Owner, lang: Lang) -> String {
    match page {
        Some(page) => page.title.clone(),
        None => Links::title(owner, lang),
    }
}

fn entries(owner: &Owner, items: Vec<Item>) -> Vec<Entry> {
    let links = items.into_iter().filter(|item| item.kind == Kind::Link);
    let links = newest(links.map(|link| link.base).collect()).into_iter();
    let entry = |link: Base| Entry {
        id: format!("{}/{}", owner.did, link.id),
        path: visits::path(owner, &link.id),
        title: link.title,
        published: link.put,
        summary: link.note,
    };
    links.map(entry).collect()
}

#[cfg(test)]
mod tests;
