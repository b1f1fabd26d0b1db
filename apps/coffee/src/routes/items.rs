//! Routes of jars, for programs and for the page where they are changed.

use imajin_app::extract::{Page, Path, Query, Visitor};
use imajin_app::{Answer, Node};
use imajin_items::{Owner, WhoseQuery, files, visible_item};
use imajin_selling::Offered;
use serde::Serialize;
use utoipa::ToSchema;

use crate::jars::{self, Item, Jars};

/// A jar.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JarShown {
    #[serde(flatten)]
    item: Item,
    /// The terms on which it takes tips; without any it takes none.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<Offered>,
}

/// A person's jars, as far as the caller may see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JarsAnswer {
    /// In the order of the page.
    items: Vec<JarShown>,
    /// Whether there are more after these.
    has_more: bool,
}

fn describe_jar(node: &Node, owner: &Owner, item: Item) -> Answer<JarShown> {
    let jar = jars::with_offer(node, owner.clone(), item.clone())?;
    let offer = jar.map(|jar| jar.offer);
    Ok(JarShown { item, offer })
}

/// A person's jars, as far as the caller may see them.
#[utoipa::path(
    get, path = "/api/items", tag = "coffee",
    params(("owner" = String, Query, description = "A DID or a short name"), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = JarsAnswer), (status = 404, description = "Nobody here goes by that")),
)]
pub(crate) async fn list(
    Visitor(node, caller): Visitor,
    page: Page,
    Query(query): Query<WhoseQuery>,
) -> Answer<axum::Json<JarsAnswer>> {
    let owner = Owner::resolve(&node, &query.owner)?;
    let items = jars::all(&node, &owner.did, caller.did())?;
    let (items, has_more) = page.cut(items);
    let items = items
        .into_iter()
        .map(|item| describe_jar(&node, &owner, item));
    Ok(axum::Json(JarsAnswer {
        items: items.collect::<Result<_, _>>()?,
        has_more,
    }))
}

/// One jar, by its owner and its id or slug.
#[utoipa::path(
    get, operation_id = "one", path = "/api/items/{item}", tag = "coffee",
    params(("item" = String, Path, description = "An id or slug"), ("owner" = String, Query, description = "A DID or a short name")),
    responses((status = 200, body = JarShown), (status = 404, description = "Nobody here goes by that, or it is not there for you")),
)]
pub(crate) async fn read_item(
    Visitor(node, caller): Visitor,
    Path(name): Path<String>,
    Query(query): Query<WhoseQuery>,
) -> Answer<axum::Json<JarShown>> {
    let owner = Owner::resolve(&node, &query.owner)?;
    let entry = visible_item::<Jars>(&node, &owner.did, caller.did(), &name)?;
    let mut item = entry.ok_or_else(jars::none)?.item;
    files::describe(&node, &owner.did, &mut item.base.files);
    describe_jar(&node, &owner, item).map(axum::Json)
}

imajin_items::file_route!(
    /// A file of a jar, for those who see the jar; a preview of a picture with `w`.
    "coffee", node, asked => visible_item::<Jars>(&node, &asked.owner, asked.viewer.as_ref(), &asked.item)?.ok_or_else(jars::none)?.item.base
);
