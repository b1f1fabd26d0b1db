//! An event as a calendar file.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use imajin_app::Answer;
use imajin_app::extract::{Path, Visitor};
use imajin_host::prelude::*;

use crate::calendar::file;
use crate::lookup::find;
use crate::routes::events::is_inside;

/// The event for a calendar.
#[utoipa::path(get, path = "/api/events/{id}/calendar.ics", tag = "events", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/calendar"), (status = 404, description = "Not here, or not published")))]
pub(crate) async fn calendar(
    Visitor(node, caller): Visitor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let event = find(&node, &id, caller.did())?;
    let page = format!("{}/events/{}", node.url(), event.id);
    let inside = is_inside(&node, &event, caller.did())?;
    let text = file(&event, inside, &page, node.now());
    let name = format!("attachment; filename=\"{}.ics\"", event.id);
    let kind = "text/calendar; charset=utf-8".to_owned();
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}
