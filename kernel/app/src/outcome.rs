//! The outcome of a command.

use imajin_ledger::{Prepared, Receipt, SubmitError};
use imajin_protocol::Did;

/// A command of an app, and its outcome ([`crate::Service::after_commit`]).
pub struct CommandOutcome<'a> {
    /// The owner of the log.
    pub did: &'a Did,
    /// The operation.
    pub op: &'a str,
    /// The arguments that [`crate::Service::before_submit`] attached.
    pub args: &'a serde_json::Value,
    /// The command as [`crate::Service::before_submit`] read it.
    pub prepared: &'a Prepared,
    /// The receipt, or why it was not entered.
    pub outcome: Result<&'a Receipt, &'a SubmitError>,
}
