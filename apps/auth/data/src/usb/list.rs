//! The list of plugged-in sticks and the copies on them.

use axum::extract::State;
use axum::{Extension, Json};
use imajin_app::capabilities::{ReadsSticks, StickReading};
use imajin_app::extract::Authed;
use imajin_app::{Answer, Node, StickProgress};
use imajin_ledger::stick::{self, Stick};
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Shared, access, download, errors};
use super::Usb;

/// All sticks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StickList {
    /// The sticks that are plugged in, by name.
    sticks: Vec<StickView>,
}

/// A stick.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StickView {
    /// The machine's name for it.
    #[schema(example = "sda1")]
    name: String,
    /// The name that its maker gave it; may be empty.
    #[schema(example = "SanDisk Ultra")]
    model: String,
    /// The name that its owner gave it; may be empty.
    label: String,
    /// Its file system.
    #[schema(example = "vfat")]
    filesystem: String,
    /// `ready`, `leaving` (it is being unmounted), `removable` (it can be pulled out) or `failed` (`why`).
    #[schema(value_type = String, example = "ready")]
    state: stick::State,
    /// Why it cannot be used, or could not be removed; for people.
    why: String,
    /// Bytes in all.
    bytes: u64,
    /// Bytes that are free.
    free: u64,
    /// Whether it cannot be written.
    read_only: bool,
    /// Your copies on it, the oldest first; for the node's owner everybody's.
    copies: Vec<CopyView>,
    /// The work that uses it at the moment.
    doing: Vec<StickProgress>,
    /// The progress of imports of files from it, running and waiting. Removing it pauses them, and they continue when it is plugged in again.
    /// Left out: there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<StickReading>,
}

/// A copy on a stick.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CopyView {
    /// Its path on the stick.
    name: String,
    /// When it was made (UTC), where its name says so.
    #[schema(example = "2026-11-20 21:45:00")]
    made: Option<String>,
    /// Whether it is encrypted.
    locked: bool,
    /// Bytes, of one that is a file.
    bytes: Option<u64>,
    /// Whether its name says that it is yours.
    yours: bool,
}

/// The sticks in this machine, with your copies on them.
#[utoipa::path(
    get, path = "/api/usb", tag = "your data",
    responses((status = 200, body = StickList), (status = 401, description = "Not signed in"), (status = 403, description = "Not a member")),
)]
pub(crate) async fn list(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    asks: Authed,
) -> Answer<Json<StickList>> {
    let did = asks.0.did;
    // A stick may take its time.
    download::blocking(move || {
        let sees_all = access::owns(&node, &did)?;
        let sticks = shared.usb.sticks.list().map_err(errors::stick)?;
        shared.usb.users.forget_gone(&sticks);
        let sticks =
            sticks.into_iter().map(|stick| view(&node, &shared.usb, stick, (&did, sees_all)));
        Ok(Json(StickList { sticks: sticks.collect::<Answer<_>>()? }))
    })
    .await
}

/// Returns the sum of other apps' progress on a stick.
fn reading(node: &Node, stick: &Stick) -> Option<StickReading> {
    let readers = node.services().offers().all::<dyn ReadsSticks>();
    let readings = readers.flat_map(|(_, reads)| reads.readings(node, stick));
    readings.reduce(|sum, one| StickReading {
        bytes: sum.bytes.saturating_add(one.bytes),
        bytes_total: sum.bytes_total.saturating_add(one.bytes_total),
    })
}

fn view(node: &Node, usb: &Usb, stick: Stick, (did, sees_all): (&Did, bool)) -> Answer<StickView> {
    let copies = match stick.state {
        stick::State::Mounted => imajin_bundle::stick::copies(&stick),
        _ => Ok(Vec::new()),
    };
    let copies = match copies {
        Ok(copies) => copies,
        // Pulled out at this very moment.
        Err(_) if !stick.is_there() => Vec::new(),
        Err(error) => return Err(errors::stick(error)),
    };
    let copies = copies.into_iter().map(|copy| CopyView {
        yours: copy.is_of(did),
        name: copy.name,
        made: copy.made,
        locked: copy.locked,
        bytes: copy.bytes,
    });
    Ok(StickView {
        copies: copies.filter(|copy| copy.yours || sees_all).collect(),
        doing: usb.users.tasks(&stick.name),
        reading: reading(node, &stick),
        name: stick.name,
        model: stick.model,
        label: stick.label,
        filesystem: stick.filesystem,
        state: stick.state,
        why: stick.why,
        bytes: stick.bytes,
        free: stick.free,
        read_only: stick.read_only,
    })
}
