//! Commands that are accepted although the disk is nearly full: those that sign a person in or out, that delete, and
//! that move a record away from here.

use imajin_app::Node;
use imajin_ledger::{Command, Receipt, SubmitError};
use imajin_log::ops;

use crate::prelude::*;
use crate::room::For;

/// Hands a command to the writer, where the disk has room for it.
///
/// # Errors
/// [`SubmitError::Full`] below the reserve, for all but what the reserve is for ([`crate::room`]); and what the writer
/// says.
pub(super) async fn submit_command(node: &Node, command: Command) -> Result<Receipt, SubmitError> {
    has_room_for(node, &command)?;
    node.ledger().submit(command).await
}

/// Whether a command may be entered with the room that is left.
pub(super) fn has_room_for(node: &Node, command: &Command) -> Result<(), SubmitError> {
    let (room, now) = (node.room(), node.monotonic());
    if is_vital(node, command) {
        // A vital command takes room from the reserve; if there is none, the writer refuses it.
        let _ = room.need_now(now, 0, For::Vital);
        return Ok(());
    }
    room.need(now, 0, For::People).map_err(|_| SubmitError::Full)
}

fn is_vital(node: &Node, command: &Command) -> bool {
    let op = command.op.as_str();
    let is_ours = || command.did == *node.did();
    match op {
        ops::BODY_ERASED | ops::HOME | ops::IDENTITY_UPDATE | ops::DELEGATION_END => true,
        // The node's own, at its first start.
        ops::IDENTITY_CREATE => is_ours(),
        // A guest who comes back by a letter: their other sessions end.
        "auth.readmitted" => true,
        _ => node
            .ops()
            .get(op)
            .is_some_and(|spec| spec.derives.iter().any(|derived| derived.op == ops::BODY_ERASED)),
    }
}
