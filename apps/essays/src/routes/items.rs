//! Essays and series as JSON, for programs and for the page where people write.

use axum::Json;
use imajin_app::Answer;
use imajin_app::extract::{Page, Path, Query, Visitor};
use imajin_items::{WhoseQuery, files};
use serde::Serialize;
use utoipa::ToSchema;

use crate::items::Item;
use crate::queries;

/// A person's essays and series, as far as the caller may see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemsAnswer {
    /// The items in no series, the newest first; then those in series, in the author's order.
    items: Vec<Item>,
    /// Whether there are more after these.
    has_more: bool,
}

/// A person's essays and series, as far as the caller may see them; those in one series with `in`.
#[utoipa::path(
    get, path = "/api/items", tag = "essays",
    params(
        ("owner" = String, Query, description = "A DID or a short name"),
        ("in" = Option<String>, Query, description = "The id or slug of a series"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query),
    ),
    responses((status = 200, body = ItemsAnswer), (status = 404, description = "Nobody here goes by that, or there is no such series")),
)]
pub(crate) async fn list(
    Visitor(node, caller): Visitor,
    page: Page,
    Query(query): Query<WhoseQuery>,
) -> Answer<Json<ItemsAnswer>> {
    let author = node.person(&query.owner)?;
    let items = match &query.parent {
        None => queries::listed(&node, &author, caller.did())?,
        Some(name) => queries::find(&node, &author, caller.did(), name)?.within,
    };
    let (items, has_more) = page.cut(items);
    Ok(Json(ItemsAnswer { items, has_more }))
}

/// An essay or series.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemAnswer {
    #[serde(flatten)]
    item: Item,
    /// The text of an essay: Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The digest of the manifest that says who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fair: Option<String>,
}

/// One essay with its text, or one series, by its owner and its id or slug.
#[utoipa::path(
    get, operation_id = "one", path = "/api/items/{item}", tag = "essays",
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
) -> Answer<Json<ItemAnswer>> {
    let author = node.person(&query.owner)?;
    let mut item = queries::find(&node, &author, caller.did(), &name)?.item;
    files::describe(&node, &author, &mut item.base.files);
    let (text, fair) = queries::read(&node, |db| {
        let text = queries::text(db, &author, &item)?;
        Ok((text, queries::fair(db, &author, &item.id)?))
    })?;
    let fair = fair.map(|fair| fair.to_string());
    Ok(Json(ItemAnswer { item, text, fair }))
}

imajin_items::file_route!(
    /// A file of an essay or series, for those who see it; a preview of a picture with `w`.
    "essays", node, asked => queries::find(&node, &asked.owner, asked.viewer.as_ref(), &asked.item)?.item.base
);
