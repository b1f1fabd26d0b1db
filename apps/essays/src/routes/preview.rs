//! A text as its page will show it, while its author writes. Nothing is kept.

use imajin_app::extract::{Json, Person};
use imajin_app::{Answer, Problem};
use imajin_items::files::{ItemRef, file_views};
use imajin_items::markdown::markdown;
use imajin_items::{Attached, FILES_MAX};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::manifest::MANIFEST;
use crate::operations::TEXT_BYTES_MAX;

/// A text that is being written.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PreviewRequest {
    /// The essay's id.
    #[schema(example = "itm_000000000000000000000001")]
    item: String,
    /// The text: Markdown.
    text: String,
    /// The CIDs of its pictures and files, in their order.
    files: Vec<String>,
}

/// A text as HTML.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviewAnswer {
    html: String,
}

/// A text of the caller's as the page of an essay shows it.
#[utoipa::path(
    post, path = "/api/preview", tag = "essays", request_body = PreviewRequest,
    responses((status = 200, body = PreviewAnswer), (status = 400, description = "Unreadable"), (status = 401, description = "Not signed in"), (status = 413, description = "Too large")),
)]
pub(crate) async fn preview(
    Person(node, session): Person,
    Json(request): Json<PreviewRequest>,
) -> Answer<axum::Json<PreviewAnswer>> {
    if request.text.len() > TEXT_BYTES_MAX {
        return Err(Problem::field("text", "text has at most 200 000 bytes."));
    }
    let file = |cid: String| Attached {
        cid,
        alt: String::new(),
        mime_type: None,
        width: None,
        height: None,
    };
    let files: Vec<Attached> = request.files.into_iter().take(FILES_MAX).map(file).collect();
    let place = ItemRef { service: MANIFEST.name, owner: &session.did, item: &request.item };
    let files = file_views(&node, place, &files, true);
    let (html, _) = markdown(&request.text, &files);
    let html = html.into_string();
    Ok(axum::Json(PreviewAnswer { html }))
}
