//! The ledger calls of data rights beyond reading and entering.

use imajin_app::{Answer, Node, Problem};
use imajin_bundle::import::{self, Imported, VerifiedBundle};
use imajin_host::random;
use imajin_ledger::{Command, CommandWill, SubmitError, WriteFreeze};
use imajin_log::ops;
use imajin_protocol::Did;

use super::errors;

/// Keeps a verified copy, read-only. Blocks.
pub(super) fn take_backup(node: &Node, checked: VerifiedBundle) -> Answer<Imported> {
    import::import(node.ledger(), checked, None).map_err(errors::import)
}

/// Mends a damaged record with a verified copy. Blocks.
pub(super) fn repair(node: &Node, checked: VerifiedBundle) -> Answer<Imported> {
    import::repair(node.ledger(), checked).map_err(errors::import)
}

/// Stops writing to a log. When this returns, no command is under way either.
pub(super) async fn freeze(node: &Node, did: &Did, url: &str) -> Answer<()> {
    let reason = format!("it is being moved to {url}");
    node.ledger().freeze(WriteFreeze {
        did: did.clone(),
        reason,
        newer: None,
        epoch: None,
        whole: false,
    })?;
    // Commands that were decided before the freeze may still be queued. The writer takes commands in order: once it
    // refuses this one, all earlier ones are done.
    let last = Command {
        did: did.clone(),
        service: imajin_identity::NAME.to_owned(),
        op: ops::SETTINGS_UPDATE.to_owned(),
        reference: None,
        body: None,
        fact: None,
        will: CommandWill::Node,
        now: node.now(),
        fresh: random::bytes()?,
        args: serde_json::Value::Null,
        prepared: Default::default(),
    };
    match node.ledger().submit(last).await {
        Err(SubmitError::ReadOnly { .. }) => Ok(()),
        Err(error) => Err(error.into()),
        Ok(_) => Err(Problem::internal(format_args!(
            "the log of {did} was written to although it is held"
        ))),
    }
}

/// Notes that a log has a new home, as that home's head says.
pub(super) fn moved(node: &Node, did: &Did, url: &str, head: &str) -> Answer<()> {
    let reason = format!("it moved to {url}");
    Ok(node.ledger().freeze(WriteFreeze {
        did: did.clone(),
        reason,
        newer: Some(head.to_owned()),
        epoch: None,
        whole: false,
    })?)
}
