//! Fetching a finished copy, or the part of it that is still wanted.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use imajin_app::extract::{Authed, Path};
use imajin_app::{Answer, Node, Problem, Right};

use super::super::{Shared, download, stream};

/// The node, its jobs, the caller, the id of a copy, and the request's headers.
type FetchRequest = (State<Node>, Extension<Shared>, Authed, Path<String>, HeaderMap);

/// The finished copy. With `Range`, a part of it.
#[utoipa::path(
    get, path = "/api/exports/{id}/bundle.tar", tag = "your data", params(("id" = String, Path)),
    responses(
        (status = 200, content_type = "application/x-tar"), (status = 206, description = "A part"),
        (status = 404, description = "No such copy of yours"), (status = 409, description = "Not finished yet"),
        (status = 429, description = "It did not get a turn: too many of yours were waiting"), (status = 503, description = "It failed, for the reason given"),
        (status = 507, description = "The disk was full"),
    ),
)]
pub(crate) async fn tar(request: FetchRequest) -> Answer<Response> {
    fetch(request, false)
}

/// The finished copy, if it is encrypted. With `Range`, a part of it.
#[utoipa::path(
    get, path = "/api/exports/{id}/bundle.tar.age", tag = "your data", params(("id" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 206, description = "A part"), (status = 404, description = "No such copy of yours"),
        (status = 429, description = "It did not get a turn: too many of yours were waiting"), (status = 503, description = "It failed, for the reason given")),
)]
pub(crate) async fn encrypted(request: FetchRequest) -> Answer<Response> {
    fetch(request, true)
}

fn fetch(request: FetchRequest, encrypted: bool) -> Answer<Response> {
    let (State(node), Extension(shared), Authed(session), Path(id), headers) = request;
    let job = shared.exports.find(&id, &session.did, node.monotonic())?;
    if job.is_encrypted() != encrypted {
        let ending = job.ending();
        return Err(Problem::not_found(format!(
            "This copy is at /auth/api/exports/{id}/bundle.{ending}."
        )));
    }
    let kind = if encrypted { "application/octet-stream" } else { download::TAR };
    let right = Right::new(&node, move |node| session.check(node));
    stream::download(job.open()?, &job.file_name(), kind, &headers, right)
}
