//! Restoring a box without an owner from a friend's box, at `/www/api/box/restore`, with the claim code.
//!
//! Always: the keys of the recovery sheet are taken over a private connection alone, are shown by no answer, and are written nowhere.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use imajin_app::extract::{Attempt, Json};
use imajin_app::routing::{OpenApiRouter, routes};
use imajin_app::{Answer, Node, Peer, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Upkeep;
use crate::prelude::*;

/// A restore from a friend's box. It has no `Debug`: the keys are written nowhere in the clear.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreWish {
    /// The claim code of this box, however it was typed.
    pub code: String,
    /// The address of the friend's box, as people type it, or the place of the backups there.
    #[schema(example = "box.example")]
    pub friend: String,
    /// The DID on the recovery sheet.
    pub did: String,
    /// The Ed25519 seed on the sheet, 64 hexadecimal digits. It signs the requests to the friend's box.
    pub ed25519: String,
    /// The X25519 secret on the sheet, 64 hexadecimal digits. It opens the backup.
    pub x25519: String,
}

/// The state of a restore.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum RestoreState {
    /// None was begun.
    #[default]
    None,
    /// One broke off when the box stopped. Another one of the same backup continues there.
    Interrupted,
    /// The backup is being fetched, or the box is about to start again as the restored node.
    Running(RestoreProgress),
    /// The last one failed. Another one of the same backup continues there.
    Failed(RestoreFailure),
}

/// The progress of a restore.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct RestoreProgress {
    /// The DID of the node that this box becomes, once the list of backups was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Time of the backup, in milliseconds of the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_ms: Option<i64>,
    /// Bytes that have arrived.
    pub done: u64,
    /// Bytes in all; 0 while this is not known.
    pub total: u64,
    /// Whether the friend's box does not answer at the moment: this box tries again each minute.
    pub waiting: bool,
}

/// Why a restore failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "why", rename_all = "lowercase")]
pub enum RestoreFailure {
    /// The friend's address is not one.
    Address,
    /// The friend's box does not answer.
    Away,
    /// Another program answers, or the box there refuses.
    Refused,
    /// The friend's box has no backups that the sheet's key may read.
    Nothing,
    /// The friend's box has backups of several boxes that the sheet's key may read. The place of one is needed instead of the address.
    Several,
    /// Nothing proves that the backups are of the node of the sheet's owner.
    Unproven,
    /// The sheet's key does not open the backup.
    Locked,
    /// The disk of this box is too small.
    Room {
        /// Bytes that the backup needs here.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// A part of the backup was changed.
    Damaged {
        /// Its name: of a file, or of a chunk in it.
        part: String,
    },
    /// Something of this box failed.
    Other {
        /// The error, in English.
        says: String,
    },
}

pub(super) fn routes() -> OpenApiRouter<Node> {
    OpenApiRouter::new().routes(routes!(state, begin))
}

/// A box with an owner, or with people, is never replaced by another one.
fn upkeep_of_unclaimed(node: &Node) -> Result<Arc<dyn Upkeep>, Problem> {
    if node.is_claimed() || node.was_released() {
        return Err(Problem::conflict(
            "This box is in use: only a new box without an owner becomes another one.",
        )
        .slug("claimed"));
    }
    let upkeep = node.upkeep().cloned();
    upkeep.ok_or_else(|| Problem::unavailable("Nobody looks after this node."))
}

/// Keys are not taken where others can read them along.
fn in_private(peer: Peer) -> Result<(), Problem> {
    if peer.secure || peer.address.is_loopback() {
        return Ok(());
    }
    Err(Problem::forbidden(
        "The keys of a recovery sheet are not taken over plain HTTP, where others can read them along: open this box by its https:// address.",
    )
    .slug("plain-http"))
}

/// The progress of a restore, while the box has no owner. It shows no key and no code.
#[utoipa::path(
    get, path = "/api/box/restore", tag = "your box",
    responses((status = 200, body = RestoreState), (status = 409, description = "The box has an owner, or had one"), (status = 503, description = "Nobody looks after this node")),
)]
async fn state(State(node): State<Node>) -> Answer<axum::Json<RestoreState>> {
    Ok(axum::Json(upkeep_of_unclaimed(&node)?.restore_state()))
}

/// Begin to make this box the one that a friend's box has backups of. It answers at once, and starts again as the restored box when everything
/// has arrived. Until then its claim code is refused elsewhere.
#[utoipa::path(
    post, path = "/api/box/restore", tag = "your box", request_body = RestoreWish,
    responses(
        (status = 202, description = "Begun"), (status = 400, description = "A key or the DID is not one"),
        (status = 403, description = "Not the claim code, or keys over plain HTTP"), (status = 409, description = "The box has an owner, or had one, or a restore is under way"),
        (status = 503, description = "Nobody looks after this node"),
    ),
)]
async fn begin(
    State(node): State<Node>,
    peer: Peer,
    _: Attempt,
    Json(wish): Json<RestoreWish>,
) -> Answer<StatusCode> {
    let upkeep = upkeep_of_unclaimed(&node)?;
    in_private(peer)?;
    if !node.is_claim_code(&wish.code) {
        return Err(
            Problem::forbidden("This is not the claim code of this box.").slug("claim-code")
        );
    }
    upkeep.begin_restore(&wish)?;
    Ok(StatusCode::ACCEPTED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_keys_of_a_sheet_are_taken_in_private_alone() {
        let peer = |address: &str, secure| Peer { address: address.parse().unwrap(), secure };
        assert!(in_private(peer("192.168.1.9", true)).is_ok());
        assert!(in_private(peer("::1", false)).is_ok());
        assert!(in_private(peer("192.168.1.9", false)).is_err());
    }

    #[test]
    fn a_state_is_one_flat_object() {
        let json = |state: RestoreState| serde_json::to_value(state).unwrap();
        assert_eq!(json(RestoreState::None), json!({ "state": "none" }));
        let room = RestoreFailure::Room { needed: 9, free: 5 };
        let failed = json!({ "state": "failed", "why": "room", "needed": 9, "free": 5 });
        assert_eq!(json(RestoreState::Failed(room)), failed);
        let away = json!({ "state": "failed", "why": "away" });
        assert_eq!(json(RestoreState::Failed(RestoreFailure::Away)), away);
        let running = json!({ "state": "running", "done": 0, "total": 0, "waiting": false });
        let progress = RestoreProgress::default();
        assert_eq!(json(RestoreState::Running(progress)), running);
    }
}
