//! The picture of an event, for everyone who may see the event.

use axum::http::HeaderMap;
use axum::response::Response;
use imajin_app::capabilities::{FileAsked, Files};
use imajin_app::extract::{Caller, Path, Query, Visitor};
use imajin_app::{Answer, Peer, Problem, Right};
use imajin_dfos::Cid;
use imajin_dfos::cid::parse_cid;
use serde::Deserialize;

use crate::lookup::find;
use crate::queries::Event;

#[derive(Debug, Deserialize)]
pub(crate) struct PictureQuery {
    /// The size of the preview.
    w: Option<String>,
}

fn none() -> Problem {
    Problem::not_found("This event has no picture.")
}

fn picture_of(event: &Event) -> Option<Cid> {
    let picture = event.picture()?;
    parse_cid(&picture.cid).ok()
}

/// The picture of an event, without the place and the device in it; a preview of it with `w`.
#[utoipa::path(get, path = "/api/pictures/{id}", tag = "events",
    params(("id" = String, Path), ("w" = Option<String>, Query, description = "`face`, `200`, `400`, `800` or `og`: a preview")),
    responses((status = 200, description = "The picture", content_type = "image/*"), (status = 304, description = "Unchanged"), (status = 404, description = "No such event, or it has no picture")))]
pub(crate) async fn picture(
    Visitor(node, Caller(session)): Visitor,
    Path(id): Path<String>,
    Query(query): Query<PictureQuery>,
    peer: Peer,
    headers: HeaderMap,
) -> Answer<Response> {
    let viewer = session.as_ref().map(|session| session.did.clone());
    let event = find(&node, &id, viewer.as_ref())?;
    let cid = picture_of(&event).ok_or_else(none)?;
    let asker = viewer.clone();
    let right = Right::new(&node, move |node| {
        session.as_ref().map_or(Ok(()), |session| session.check(node))?;
        let now = find(node, &id, asker.as_ref())?;
        (picture_of(&now) == Some(cid)).then_some(()).ok_or_else(none)
    });
    let request = FileAsked {
        owner: event.organiser.clone(),
        cid,
        name: event.word("title").unwrap_or("event").to_owned(),
        viewer,
        address: Some(peer.address),
        preview: query.w,
        is_download: false,
        headers,
        right,
    };
    let files = node.get::<dyn Files>().ok_or_else(none)?;
    files.answer(&node, request).await
}
