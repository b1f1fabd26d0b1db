//! Commands that are accepted although the disk is nearly full: those that sign a person in or out, that delete, and
//! that move a record away from here.

use imajin_ledger::{Command, Receipt, SubmitError, ops};

use crate::app::node::Node;
use crate::host::room::For;

impl Node {
    /// Hands a command to the writer, where the disk has room for it.
    ///
    /// # Errors
    /// [`SubmitError::Full`] below the reserve, for all but what the reserve is for ([`crate::host::room`]); and what the writer
    /// says.
    pub(super) async fn submit_command(&self, command: Command) -> Result<Receipt, SubmitError> {
        self.has_room_for(&command)?;
        self.ledger().submit(command).await
    }

    /// Whether a command may be entered with the room that is left.
    pub(super) fn has_room_for(&self, command: &Command) -> Result<(), SubmitError> {
        let (room, now) = (self.room(), self.monotonic());
        if self.is_vital(command) {
            // A vital command takes room from the reserve; if there is none, the writer refuses it.
            let _ = room.need_now(now, 0, For::Vital);
            return Ok(());
        }
        room.need(now, 0, For::People)
            .map_err(|_| SubmitError::Full)
    }

    fn is_vital(&self, command: &Command) -> bool {
        let op = command.op.as_str();
        let is_ours = || command.did == *self.did();
        match op {
            ops::BODY_ERASED | ops::HOME | ops::IDENTITY_UPDATE | ops::DELEGATION_END => true,
            // The node's own, at its first start.
            ops::IDENTITY_CREATE => is_ours(),
            // A guest who comes back by a letter: their other sessions end.
            "auth.readmitted" => true,
            _ => self.ops().get(op).is_some_and(|spec| {
                spec.derives
                    .iter()
                    .any(|derived| derived.op == ops::BODY_ERASED)
            }),
        }
    }
}
