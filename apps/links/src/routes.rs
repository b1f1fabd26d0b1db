//! HTTP routes of this service. All writes are commands.

use std::sync::Arc;

use axum::Extension;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::operation::ItemId;
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_app::{Answer, Node, Peer};
use imajin_items::feeds::of_item;
use imajin_items::files::ItemAsked;
use imajin_items::{ItemPages, person_page, store};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Links;
use crate::queries::{self, Item};
use crate::visits::{Click, Target, lead};
use crate::{bookmarks, feeds, pages, strangers};

/// Returns all routes, relative to `/links`.
pub(crate) fn routes(node: Node) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read_item))
        .routes(routes!(file))
        .routes(routes!(bookmarks::import))
        .routes(routes!(bookmarks::export))
        .route("/edit", get(pages::edit))
        .route("/go/{owner}/{item}", get(go))
        .route("/{owner}", get(person_page::<Links>))
        .route("/{owner}/feed.atom", get(feeds::of_page))
        .route("/{owner}/feed.rss", get(feeds::of_page))
        .route("/{owner}/{item}", get(pages::item))
        .route("/{owner}/{item}/feed.atom", get(of_item::<Links>))
        .route("/{owner}/{item}/feed.rss", get(of_item::<Links>))
        .with_state(node)
}

imajin_items::list_route!(
    /// A person's links and collections, as far as the caller may see them; those in one collection with `in`.
    "links" in "The id or slug of a collection", "Nobody here goes by that, or there is no such collection",
    /// A person's items, as far as the caller may see them.
    ItemsAnswer,
    /// In the order of the page.
    Item,
    node, asked => asked.list::<Links>(&node)?,
    item => Ok(item)
);

/// An item.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemAnswer {
    #[serde(flatten)]
    item: Item,
    /// How many people on this box follow it. Only the owner sees this.
    #[serde(skip_serializing_if = "Option::is_none")]
    followers: Option<u64>,
    /// Its clicks by day, the last 31 that have any. Only the owner sees this.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<Vec<DayClicks>>,
}

/// The clicks on a link on one day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayClicks {
    /// The day on the calendar of the box.
    #[schema(example = "2026-11-25")]
    day: String,
    /// How many.
    clicks: i64,
}

/// Number of days with clicks that an item's answer has.
const DAYS: usize = 31;

imajin_items::item_route!(
    /// One item, by its owner and its id or slug.
    "links", ItemAnswer, node, asked => describe_item(&node, &asked)?
);

fn describe_item(node: &Node, asked: &ItemAsked) -> Answer<ItemAnswer> {
    let (owner, item) = (&asked.owner, asked.describe::<Links>(node)?);
    let (mut followers, mut days) = (None, None);
    if asked.viewer.as_ref() == Some(owner) {
        let (all, number) = queries::read(node, |db| {
            let number = store::followers(db, owner.as_str(), &item.id)?;
            Ok((queries::counted(db, owner.as_str())?, number))
        })?;
        let of_item = all.into_iter().filter(|(_, link, _)| *link == item.id);
        let mut of_item: Vec<DayClicks> =
            of_item.map(|(day, _, clicks)| DayClicks { day, clicks }).collect();
        of_item.drain(..of_item.len().saturating_sub(DAYS));
        (followers, days) = (Some(number), Some(of_item));
    }
    Ok(ItemAnswer { item, followers, days })
}

imajin_items::file_route!(
    /// A file of a link, a collection or the page, for those who see it; a preview of a picture with `w`.
    "links", node, asked => asked.find::<Links>(&node)?.base
);

/// Redirects to the address of a link, and counts the click.
async fn go(
    Visitor(node, Caller(session)): Visitor,
    Path((whose, link)): Path<(String, String)>,
    peer: Option<Extension<Peer>>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let id = ItemId::parse(&link).ok_or_else(Links::not_found)?;
    let viewer = session.map(|session| session.did);
    let target = match &viewer {
        None => strangers::target(&node, &whose, &id)?,
        Some(viewer) => {
            let owner = node.person(&whose)?;
            let item = Links::find(&node, &owner, Some(viewer), id.as_str())?.item;
            Arc::new(Target::new(&node, owner, &item)?)
        }
    };
    let click = Click {
        viewer: viewer.as_ref(),
        peer: peer.map(|Extension(peer)| peer),
        method: &method,
        headers: &headers,
    };
    Ok(lead(&node, &target, &click))
}
