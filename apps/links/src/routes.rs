//! HTTP routes of this service. All writes are commands.

use std::sync::Arc;

use axum::Extension;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use imajin_app::extract::{Caller, Page, Path, Query, Visitor};
use imajin_app::operation::ItemId;
use imajin_app::routing::{OpenApiRouter, get, routes};
use imajin_app::{Answer, Lang, Node, Peer};
use imajin_items::pages::Form;
use imajin_items::{WhoseQuery, files, store, visible_item};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Links;
use crate::queries::{self, Item};
use crate::visits::{Click, Target, lead, none};
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
        .route("/{owner}", get(person))
        .route("/{owner}/feed.atom", get(feeds::of_page))
        .route("/{owner}/feed.rss", get(feeds::of_page))
        .route("/{owner}/{item}", get(pages::item))
        .route("/{owner}/{item}/feed.atom", get(feeds::of_collection))
        .route("/{owner}/{item}/feed.rss", get(feeds::of_collection))
        .with_state(node)
}

/// A person's items, as far as the caller may see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemsAnswer {
    /// In the order of the page.
    items: Vec<Item>,
    /// Whether there are more after these.
    has_more: bool,
}

/// A person's links and collections, as far as the caller may see them; those in one collection with `in`.
#[utoipa::path(
    get, path = "/api/items", tag = "links",
    params(
        ("owner" = String, Query, description = "A DID or a short name"),
        ("in" = Option<String>, Query, description = "The id or slug of a collection"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query),
    ),
    responses((status = 200, body = ItemsAnswer), (status = 404, description = "Nobody here goes by that, or there is no such collection")),
)]
pub(crate) async fn list(
    Visitor(node, caller): Visitor,
    page: Page,
    Query(query): Query<WhoseQuery>,
) -> Answer<axum::Json<ItemsAnswer>> {
    let owner = node.person(&query.owner)?;
    let items = match &query.parent {
        None => queries::visible_items(&node, &owner, caller.did())?,
        Some(name) => {
            let hit = visible_item::<Links>(&node, &owner, caller.did(), name)?;
            hit.ok_or_else(none)?.within
        }
    };
    let (items, has_more) = page.cut(items);
    Ok(axum::Json(ItemsAnswer { items, has_more }))
}

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

/// One item, by its owner and its id or slug.
#[utoipa::path(
    get, operation_id = "one", path = "/api/items/{item}", tag = "links",
    params(
        ("item" = String, Path, description = "An id or slug"),
        ("owner" = String, Query, description = "A DID or a short name"),
    ),
    responses((status = 200, body = ItemAnswer), (status = 404, description = "Nobody here goes by that, or it is not there for you")),
)]
pub(crate) async fn read_item(
    Visitor(node, caller): Visitor,
    Path(name): Path<String>,
    Query(query): Query<WhoseQuery>,
) -> Answer<axum::Json<ItemAnswer>> {
    let owner = node.person(&query.owner)?;
    let hit = visible_item::<Links>(&node, &owner, caller.did(), &name)?;
    let mut item = hit.ok_or_else(none)?.item;
    files::describe(&node, &owner, &mut item.base.files);
    let (mut followers, mut days) = (None, None);
    if caller.did() == Some(&owner) {
        let (all, number) = queries::read(&node, |db| {
            let number = store::followers(db, owner.as_str(), &item.id)?;
            Ok((queries::counted(db, owner.as_str())?, number))
        })?;
        let of_item = all.into_iter().filter(|(_, link, _)| *link == item.id);
        let mut of_item: Vec<DayClicks> = of_item
            .map(|(day, _, clicks)| DayClicks { day, clicks })
            .collect();
        of_item.drain(..of_item.len().saturating_sub(DAYS));
        (followers, days) = (Some(number), Some(of_item));
    }
    Ok(axum::Json(ItemAnswer {
        item,
        followers,
        days,
    }))
}

imajin_items::file_route!(
    /// A file of a link, a collection or the page, for those who see it; a preview of a picture with `w`.
    "links", node, asked => visible_item::<Links>(&node, &asked.owner, asked.viewer.as_ref(), &asked.item)?.ok_or_else(none)?.item.base
);

/// Answers a person's page.
async fn person(
    Visitor(node, Caller(session)): Visitor,
    lang: Lang,
    Path(whose): Path<String>,
) -> Answer<Response> {
    match (Form::split_suffix(&whose), &session) {
        ((whose, Form::Page), None) => strangers::page(&node, whose, lang),
        (whose, session) => pages::person(&node, session.as_ref(), lang, whose),
    }
}

/// Redirects to the address of a link, and counts the click.
async fn go(
    Visitor(node, Caller(session)): Visitor,
    Path((whose, link)): Path<(String, String)>,
    peer: Option<Extension<Peer>>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let id = ItemId::parse(&link).ok_or_else(none)?;
    let viewer = session.map(|session| session.did);
    let target = match &viewer {
        None => strangers::target(&node, &whose, &id)?,
        Some(viewer) => {
            let owner = node.person(&whose)?;
            let hit = visible_item::<Links>(&node, &owner, Some(viewer), id.as_str())?;
            Arc::new(Target::new(&node, owner, &hit.ok_or_else(none)?.item)?)
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
