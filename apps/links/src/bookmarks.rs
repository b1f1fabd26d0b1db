//! Bookmark files, as browsers write and read them.
//!
//! Always: reading a file enters nothing. The answer has drafts, which the person's own key signs one by one; their ids
//! are derived from their content, so that the same file read again adds nothing.

mod reader;
mod tags;
mod write;

use axum::extract::Request;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Person, read_body};
use imajin_app::{Answer, Lang, Problem, args, blocking};
use imajin_items::Owner;
use serde::Serialize;
use utoipa::ToSchema;

use crate::feeds;
use crate::fields::Kind;
use crate::manifest::TEXTS;
use crate::queries;
use reader::{LINKS_MAX, Unread};

/// The things that a bookmark file would add to a page.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Drafts {
    /// In the order of the file.
    collections: Vec<CollectionDraft>,
    /// How many of its links a page can't have: scripts, files, and texts that are not addresses.
    left_out: usize,
}

/// A folder of a bookmark file, with its links. Those in no folder are in one named after the file.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CollectionDraft {
    /// Follows from the person and the folder, so that a second import names the same collection.
    #[schema(example = "itm_000000000000000000000001")]
    id: String,
    /// The folder's name, after those of the folders that it is in.
    #[schema(example = "Bread / Sourdough")]
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    links: Vec<LinkDraft>,
}

/// A link of a bookmark file.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct LinkDraft {
    /// Follows from the collection and the address.
    #[schema(example = "itm_000000000000000000000002")]
    id: String,
    title: String,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Reads a bookmark file (the HTML that browsers export), and answers what it would add to the caller's page. Nothing is added yet.
#[utoipa::path(
    post, path = "/api/import", tag = "links",
    request_body(content = String, content_type = "text/html", description = "The file"),
    responses(
        (status = 200, body = Drafts), (status = 400, description = "No bookmark file, or one with more than 1 000 links"),
        (status = 401, description = "Not signed in"), (status = 413, description = "Too large"),
    ),
)]
pub(crate) async fn import(
    Person(node, session): Person,
    request: Request,
) -> Answer<axum::Json<Drafts>> {
    let bytes = read_body(request.into_body(), &node).await?;
    let read = move || reader::drafts(&session.did, &reader::text_of(&bytes));
    let drafts = blocking::run(read).await?.map_err(|unread| match unread {
        Unread::None => Problem::field("file", TEXTS.say("import-none", args![])),
        Unread::Many => Problem::field("file", TEXTS.say("import-many", args![most = LINKS_MAX])),
    })?;
    Ok(axum::Json(drafts))
}

/// All of the caller's links and collections as a bookmark file, which every browser reads.
#[utoipa::path(
    get, path = "/api/export.html", tag = "links",
    responses((status = 200, content_type = "text/html", body = String), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn export(Person(node, session): Person, lang: Lang) -> Answer<Response> {
    let owner = Owner::from_did(&node, session.did)?;
    let items = queries::read(&node, |db| queries::all(db, owner.did.as_str()))?;
    let page = items.iter().find(|item| item.kind == Kind::Page);
    let title = feeds::title_of(page, &owner, lang);
    let kept = "attachment; filename=\"links.html\"";
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_DISPOSITION, kept),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, write::file(&title, &items).into_string()).into_response())
}

#[cfg(test)]
mod tests;
