//! Checks a copy on its stick: reads it through, and keeps and changes nothing.

use std::fs;

use axum::extract::State;
use axum::{Extension, Json};
use imajin_ledger::bundle::age::Unlock;
use imajin_ledger::bundle::tar::TarLimits;
use imajin_ledger::verify::{BundleOptions, VerifyOptions, verify_path};
use imajin_service::extract::{Authed, Json as Strict, Path};
use imajin_service::{Answer, Node, Problem};
use serde::Deserialize;
use serde_json::Value as Object;
use utoipa::ToSchema;

use super::super::on_stick::OnStick;
use super::super::{Shared, access, download, errors};
use super::What;

/// Which copy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::data_rights) struct Which {
    /// As `GET /api/usb` names it.
    copy: String,
    /// Opens a copy that is encrypted to a passphrase.
    passphrase: Option<String>,
}

/// Check a copy on a stick: is it whole, and does every signature fit?
///
/// A copy that is not valid is no error of the request: `valid` is false, and `fault` names the first bad entry or file.
#[utoipa::path(
    post, path = "/api/usb/{stick}/verify", tag = "your data", params(("stick" = String, Path)), request_body = Which,
    responses(
        (status = 200, description = "The report of docs/format.md §11", body = Object), (status = 400, description = "It is encrypted, and this does not open it"),
        (status = 401, description = "Not signed in"), (status = 403, description = "Not a member"),
        (status = 404, description = "No such stick, or no such copy of yours on it"), (status = 503, description = "Too many at once, or the stick was pulled out"),
    ),
)]
pub(in crate::data_rights) async fn verify(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    asks: Authed,
    Path(stick): Path<String>,
    Strict(which): Strict<Which>,
) -> Answer<Json<Object>> {
    let did = asks.0.did;
    let _turn = download::turn_soon(&node, &did).await?;
    let working = shared.clone();
    let report = download::long(move || {
        let sees_all = access::owns(&node, &did)?;
        let copy = working.usb().newest(Some(&stick), |copy| {
            copy.name == which.copy && (sees_all || copy.is_of(&did))
        })?;
        working.usb().used_by(&stick, &did);
        let unlock = which.passphrase.map(Unlock::passphrase);
        read_through(&node, &working, &copy, unlock.as_ref())
    });
    Ok(Json(report.await?))
}

fn read_through(
    node: &Node,
    shared: &Shared,
    copy: &OnStick,
    unlock: Option<&Unlock>,
) -> Result<Object, Problem> {
    let busy = shared
        .usb()
        .begin(&copy.stick.name, What::Verify, copy.bytes);
    // What must be unpacked goes to the node's own disk.
    let scratch = node.data().join("import");
    fs::create_dir_all(&scratch)?;
    let options = BundleOptions {
        log: VerifyOptions {
            scratch: Some(scratch),
            ..VerifyOptions::default()
        },
        unlock,
        limits: TarLimits::default(),
        anchors: None,
        progress: &mut |bytes| busy.pass(bytes),
    };
    let report = verify_path(&copy.path, shared.ops(), shared.views(), options);
    if !copy.stick.is_there() {
        return Err(errors::stick_pulled());
    }
    let report = report.map_err(errors::verify)?;
    serde_json::to_value(&report).map_err(Problem::internal)
}
