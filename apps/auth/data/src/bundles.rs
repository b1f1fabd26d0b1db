//! Checks a copy for anyone: the node reads it, answers with the report, and keeps nothing.

use axum::extract::{Request, State};
use axum::{Extension, Json};
use imajin_app::extract::{Attempt, Caller};
use imajin_app::{Answer, Node, Peer, Problem};
use imajin_host::prelude::*;
use imajin_log::Pace;
use imajin_log::format::tar::TarLimits;
use imajin_log::verify::{BundleOptions, VerifyOptions, verify_path};
use serde_json::Value as Object;

use super::download::{self, Call};
use super::{Shared, errors, imports};

/// The largest bundle that the node checks for a stranger: a life without its films. A signed-in person may send as much
/// as they may import.
const STRANGERS_BYTES_MAX: u64 = 1 << 30;

/// Check a copy: is it whole, and does every signature fit? Nothing of it is kept.
///
/// Takes a bundle as tar, or a bare `log.sqlite`. An invalid copy is not an error of the request: `valid` is false,
/// and `fault` names the first bad entry or file and why.
#[utoipa::path(
    post, path = "/api/bundles/verify", tag = "your data",
    request_body(content = String, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "The report of docs/format.md §11", body = Object), (status = 400, description = "It is encrypted"),
        (status = 413, description = "Too large to be checked here"), (status = 429, description = "Too often"), (status = 503, description = "Too many at once"),
    ),
)]
pub(super) async fn verify(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    _: Attempt,
    Caller(caller): Caller,
    peer: Peer,
    request: Request,
) -> Answer<Json<Object>> {
    let most = if caller.is_some() { shared.import_jobs.bytes_max } else { STRANGERS_BYTES_MAX };
    let (who, role) = imports::sender(&node, caller.as_ref().map(|session| &session.did), peer)?;
    let from = (who.clone(), role);
    let passing = imports::passing(&node, &shared, from, most).await?;
    imports::take(&node, &passing, 0, request).await?;
    // Taken only once the copy has arrived: a slow sender holds up no one.
    let turn = node.jobs().turn_soon(who, role).await?;
    let working = shared.clone();
    let call = Call::default();
    let is_gone = call.is_gone();
    let report = download::long(move || {
        let _turn = turn;
        let scratch = passing.upload.path().parent().map(std::path::Path::to_owned);
        let options = BundleOptions {
            log: VerifyOptions {
                scratch,
                pace: Some(Pace::at_once(move || !is_gone())),
                ..VerifyOptions::default()
            },
            unlock: None,
            limits: TarLimits { bytes_max: most, ..TarLimits::default() },
            anchors: None,
            progress: &mut |_| {},
        };
        let report = verify_path(passing.upload.path(), &working.ops, &working.views, options)
            .map_err(errors::verify)?;
        serde_json::to_value(&report).map_err(Problem::internal)
    });
    Ok(Json(report.await?))
}
