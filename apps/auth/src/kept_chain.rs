//! The identity chain of somebody who only knows *register, challenge, authenticate*: their client signed it, sends it
//! at the registration or later, and has it kept in their log as `auth.identity.chain`.
//!
//! Always: its tokens sign themselves, the first by the very key that the DID names, so nothing rests on the node's word;
//! it only grows. No entry's signature rests on it: that takes `auth.identity.create`.

use imajin_dfos::Value;
use imajin_dfos::identity::Verified;
use imajin_ledger::{Bound, By, Class, Command, Decide, OpSpec, Refusal, RefusalKind};
use imajin_protocol::Did;
use imajin_protocol::identity::verify_chain;
use rusqlite::Connection;

use crate::projection;

/// `auth.identity.chain`: body `{log: [token], salt}`.
pub(crate) const IDENTITY_CHAIN: &str = "auth.identity.chain";

pub(crate) const SPEC: OpSpec = OpSpec {
    op: IDENTITY_CHAIN,
    by: By::Any,
    body: true,
    class: Class::Keep,
    bound: Bound::Nothing,
    derives: &[],
};

/// The tokens that a body carries.
pub(crate) fn log(body: &Value) -> Option<Vec<&str>> {
    let list = body.get("log")?.as_list()?;
    list.iter().map(Value::as_str).collect()
}

/// The chain that a body carries, if it is this DID's and goes on from what was kept before.
pub(crate) fn extends(
    db: &Connection,
    did: &Did,
    body: &Value,
) -> rusqlite::Result<Result<Verified, String>> {
    let Some(log) = log(body) else {
        return Ok(Err(
            "log must be the operations of an identity chain, oldest first.".to_owned(),
        ));
    };
    let known = projection::chain_tokens(db, did)?;
    let goes_on = log.len() > known.len() && known.iter().zip(&log).all(|(old, new)| old == new);
    if !goes_on {
        return Ok(Err(format!(
            "log must be the whole chain as it is known here, {} operations, and at least one more.",
            known.len()
        )));
    }
    let chain = match verify_chain(did, &log) {
        Ok(chain) => chain,
        Err(error) => return Ok(Err(format!("{error}."))),
    };
    if chain.state().keys.controller.is_empty() {
        return Ok(Err("At least one controller key must stay.".to_owned()));
    }
    Ok(Ok(chain))
}

/// Keeps it, as long as the log has no chain of its own.
pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let broken = |error: rusqlite::Error| Refusal::new(RefusalKind::Stored, error.to_string());
    if !projection::is_bare(ctx.db(), &command.did).map_err(broken)? {
        return Err(Refusal::new(
            RefusalKind::Conflict,
            "This log has a chain of its own: change it with a signed auth.identity.update.",
        ));
    }
    let body = command.body.as_ref();
    let body =
        body.ok_or_else(|| Refusal::new(RefusalKind::BadRequest, "A chain needs a body."))?;
    match extends(ctx.db(), &command.did, body).map_err(broken)? {
        Ok(_) => {
            ctx.intent();
            Ok(())
        }
        Err(message) => Err(Refusal::new(RefusalKind::BadRequest, message).field("log")),
    }
}

/// Whether a log may get its own chain beside the kept one: it must be the same, and the key that begins it, by which
/// the request is signed, must not have been given up in between.
pub(crate) fn allows_create(db: &Connection, command: &Command) -> rusqlite::Result<bool> {
    let Some(kept) = projection::read_chain(db, command.did.as_str())? else {
        return Ok(true);
    };
    if !projection::is_bare(db, &command.did)? {
        // Its own chain: whether there may be another is the ledger's to say.
        return Ok(true);
    }
    let known = projection::chain_tokens(db, &command.did)?;
    let token = command.body.as_ref().and_then(|body| body.get_str("token"));
    let first = known.first().map(String::as_str);
    let key = command.did.key_bytes();
    let controls = kept.state().keys.controller.iter().any(|controller| {
        controller
            .public_key()
            .is_ok_and(|public| Some(*public.as_bytes()) == key)
    });
    Ok(token == first && controls && !kept.state().is_deleted)
}
