//! Safe removal of a stick.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use imajin_app::extract::{Authed, Path};
use imajin_app::{Answer, Node};

use super::super::{Shared, access, download};

/// Have a stick unmounted, so that it can be pulled out.
///
/// Its `state` is `leaving` until the machine did so, and `removable` as soon as everything that was written is on it. A check of a copy on it ends. An
/// import of files from it pauses, and continues when the stick is plugged in again.
#[utoipa::path(
    delete, path = "/api/usb/{stick}", tag = "your data", params(("stick" = String, Path)),
    responses(
        (status = 202, description = "The machine was asked"), (status = 401, description = "Not signed in"), (status = 403, description = "Neither the owner nor the person that used it"),
        (status = 404, description = "No such stick"), (status = 409, description = "It is being written, or a copy is being brought from it"),
    ),
)]
pub(crate) async fn remove(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    asks: Authed,
    Path(stick): Path<String>,
) -> Answer<StatusCode> {
    let did = asks.0.did;
    let is_owner = access::owns(&node, &did)?;
    download::blocking(move || shared.usb.remove(&stick, &did, is_owner)).await?;
    Ok(StatusCode::ACCEPTED)
}
