//! Routes for the page where people change their own listings, as all services of items have them.

use axum::Json;
use imajin_app::Answer;
use imajin_app::extract::{Page, Query, Visitor};
use imajin_items::{WhoseQuery, visible_items};
use serde::Serialize;
use utoipa::ToSchema;

use crate::listing_view::{ListingView, view_all};
use crate::listings::Listings;
use crate::queries;

/// A person's listings, as far as the caller may see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemsAnswer {
    /// In the owner's order.
    items: Vec<ListingView>,
    /// Whether there are more after these.
    has_more: bool,
}

/// A person's listings and wishes, as far as the caller may see them.
#[utoipa::path(
    get, path = "/api/items", tag = "market",
    params(("owner" = String, Query, description = "A DID or a short name"), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = ItemsAnswer), (status = 404, description = "Nobody here goes by that")),
)]
pub(crate) async fn list(
    Visitor(node, caller): Visitor,
    page: Page,
    Query(query): Query<WhoseQuery>,
) -> Answer<Json<ItemsAnswer>> {
    let owner = node.person(&query.owner)?;
    let items = visible_items::<Listings>(&node, &owner, caller.did())?;
    let (items, has_more) = page.cut(items);
    let items = items.into_iter().map(|item| (owner.clone(), item));
    let items = view_all(&node, items.collect())?;
    Ok(Json(ItemsAnswer { items, has_more }))
}

imajin_items::file_route!(
    /// A file of a listing, for those who see the listing; a preview of a picture with `w`.
    "market", node, asked => queries::find(&node, &asked.owner, asked.viewer.as_ref(), &asked.item)?.base
);
