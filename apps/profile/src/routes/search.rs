//! Routes to find people.

use axum::extract::State;
use axum::response::Response;
use imajin_app::extract::{Page, Query};
use imajin_app::{Answer, Node, Problem, SearchWords};
use serde::Deserialize;
use utoipa::ToSchema;

use super::profile::{ProfileAnswer, json_response, shown_text};
use crate::queries;

/// Maximum size of the searched text, in bytes.
const WORDS_BYTES_MAX: usize = 200;

#[derive(Debug, Deserialize)]
pub(crate) struct SearchQuery {
    q: Option<String>,
}

/// Profiles that match.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the description of an answer that is written without building it")]
pub(crate) struct SearchAnswer {
    profiles: Vec<ProfileAnswer>,
    pagination: Pagination,
}

/// The position of this part in the whole list.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the description of an answer that is written without building it")]
pub(crate) struct Pagination {
    total: u64,
    limit: u64,
    offset: u64,
    has_more: bool,
}

/// Public profiles whose name or handle contains the words; all of them without words.
#[utoipa::path(
    get, path = "/api/profile/search", tag = "profile",
    params(("q" = Option<String>, Query), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = SearchAnswer)),
)]
pub(crate) async fn search(
    State(node): State<Node>,
    page: Page,
    Query(query): Query<SearchQuery>,
) -> Answer<Response> {
    let words = query.q.unwrap_or_default();
    if words.len() > WORDS_BYTES_MAX {
        let message = format!("q has at most {WORDS_BYTES_MAX} bytes.");
        return Err(Problem::field("q", message));
    }
    let words = SearchWords::parse(&words);
    let Page { limit, offset, .. } = page;
    let (rows, total) = queries::read(&node, |db| queries::search(db, &words, limit, offset))?;
    let has_more = ((offset + rows.len()) as u64) < total;
    let shown = |found| shown_text(&node, found, None);
    let profiles = rows.iter().map(shown).collect::<Answer<Vec<_>>>()?.join(",");
    Ok(json_response(format!(
        r#"{{"profiles":[{profiles}],"pagination":{{"total":{total},"limit":{limit},"offset":{offset},"hasMore":{has_more}}},"total":{total}}}"#
    )))
}
