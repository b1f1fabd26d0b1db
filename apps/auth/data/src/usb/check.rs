//! Checks a copy on its stick: reads it through, and keeps and changes nothing.

use std::fs;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use imajin_app::extract::{Authed, Json as Strict, Path};
use imajin_app::{Answer, Node, Problem, StickTask, StickUse, refuse_if};
use imajin_log::Pace;
use imajin_log::format::age::Unlock;
use imajin_log::format::tar::TarLimits;
use imajin_log::verify::{BundleOptions, VerifyOptions, verify_path};
use serde::Deserialize;
use serde_json::Value as Object;
use utoipa::ToSchema;

use super::super::download::{self, Call};
use super::super::on_stick::OnStick;
use super::super::{Shared, access, errors};

/// The copy to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    /// As `GET /api/usb` names it.
    copy: String,
    /// Opens a copy that is encrypted to a passphrase.
    passphrase: Option<String>,
}

/// Check a copy on a stick: is it whole, and does every signature fit?
///
/// An invalid copy is not an error of the request: `valid` is false, and `fault` names the first bad entry or file.
/// Closing the connection ends the check, and so does having the stick removed.
#[utoipa::path(
    post, path = "/api/usb/{stick}/verify", tag = "your data", params(("stick" = String, Path)), request_body = Which,
    responses(
        (status = 200, description = "The report of docs/format.md §11", body = Object), (status = 400, description = "It is encrypted, and this does not open it"),
        (status = 401, description = "Not signed in"), (status = 403, description = "Not a member"),
        (status = 404, description = "No such stick, or no such copy of yours on it"), (status = 409, description = "Ended, because the stick is to be removed"), (status = 503, description = "Too many at once, or the stick was pulled out"),
    ),
)]
pub(crate) async fn verify(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    asks: Authed,
    Path(stick): Path<String>,
    Strict(which): Strict<Which>,
) -> Answer<Json<Object>> {
    let did = asks.0.did;
    let turn = download::turn_soon(&node, &did).await?;
    let (looking, there) = (shared.clone(), node.clone());
    let lookup = download::blocking(move || {
        let sees_all = access::owns(&there, &did)?;
        let copy = looking.usb.newest(Some(&stick), |copy| {
            copy.name == which.copy && (sees_all || copy.is_of(&did))
        })?;
        let users = &looking.usb.users;
        users.note(&stick, &did);
        let busy = users.begin(&copy.stick.name, StickTask::Verify, copy.bytes);
        Ok((copy, busy))
    });
    let (copy, busy) = lookup.await?;
    let call = Call::default();
    let is_gone = call.is_gone();
    let unlock = which.passphrase.map(Unlock::passphrase);
    let report = download::long(move || {
        let must_end = busy.must_end();
        let pace = Pace::at_once(move || !is_gone() && !must_end());
        let report = read_through(&node, &shared, &copy, &busy, unlock.as_ref(), pace);
        // The turn lasts until the work ends, which is a moment after a dropped call.
        drop(turn);
        report
    });
    Ok(Json(report.await?))
}

fn read_through(
    node: &Node,
    shared: &Shared,
    copy: &OnStick,
    busy: &StickUse,
    unlock: Option<&Unlock>,
    pace: Arc<Pace>,
) -> Result<Object, Problem> {
    // Unpacked files go to the node's own disk.
    let scratch = node.data().join("import");
    fs::create_dir_all(&scratch)?;
    let options = BundleOptions {
        log: VerifyOptions { scratch: Some(scratch), pace: Some(pace), ..VerifyOptions::default() },
        unlock,
        limits: TarLimits::default(),
        anchors: None,
        progress: &mut |bytes| busy.pass(bytes),
    };
    let report = verify_path(&copy.path, &shared.ops, &shared.views, options);
    refuse_if!(!copy.stick.is_there(), errors::stick_pulled());
    if busy.must_end()() {
        let text = "The stick is being removed, so nobody read the copy to its end.";
        return Err(Problem::conflict(text).slug("ended"));
    }
    let report = report.map_err(errors::verify)?;
    serde_json::to_value(&report).map_err(Problem::internal)
}
