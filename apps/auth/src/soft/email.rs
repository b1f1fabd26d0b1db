//! `auth.email.set`: an e-mail address as another name of a DID, in a body that its owner may erase.
//!
//! Always: entered only after a mailed link proved the address; it counts on the node that proved it and on no other,
//! whatever a log from elsewhere says.

use imajin_ledger::{Applied, Bound, By, Class, Command, Decide, OpSpec, Refusal, RefusalKind};
use imajin_protocol::Did;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value as Json;

use crate::decide::ARG_PROVED;

/// Body `{email, salt}`.
pub(crate) const EMAIL_SET: &str = "auth.email.set";

pub(crate) const SPEC: OpSpec = OpSpec {
    op: EMAIL_SET,
    by: By::Any,
    body: true,
    class: Class::Mine,
    bound: Bound::Nothing,
    derives: &[],
};

pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let proved = command.args.get(ARG_PROVED).and_then(Json::as_bool);
    if proved != Some(true) {
        return Err(Refusal::new(
            RefusalKind::Forbidden,
            "An address is entered when the link that was mailed to it is followed: POST /auth/api/onboard.",
        ));
    }
    let address = command.body.as_ref().and_then(|body| body.get_str("email"));
    let alias = address.and_then(|address| Did::from_email(address).ok());
    let alias = alias.ok_or_else(|| {
        Refusal::new(RefusalKind::BadRequest, "The body must be {email, salt}.").field("email")
    })?;
    let node = ctx.node().clone();
    let taken = owner(ctx.db(), alias.as_str(), node.as_str())
        .map_err(|error| Refusal::new(RefusalKind::Stored, error.to_string()))?;
    if taken.is_some_and(|owner| owner != command.did.as_str()) {
        return Err(Refusal::new(
            RefusalKind::Conflict,
            "This address belongs to another identity here.",
        ));
    }
    ctx.intent();
    Ok(())
}

pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(address) = entry.body.and_then(|body| body.get_str("email")) else {
        return Ok(());
    };
    let alias = Did::from_email(address).ok();
    db.prepare_cached(
        "INSERT OR REPLACE INTO emails SELECT owner_did, ?2, ?3, home_node, ?4 FROM identities WHERE owner_did = ?1",
    )?
    .execute(params![
        entry.did.as_str(),
        address,
        alias.as_ref().map(Did::as_str),
        i64::try_from(entry.offset.0).unwrap_or(i64::MAX)
    ])
    .map(drop)
}

/// Whose name an alias is on this node.
pub(crate) fn owner(db: &Connection, alias: &str, node: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached(
        "SELECT owner_did FROM emails JOIN identities USING (owner_did)
         WHERE alias = ?1 AND home = ?2 AND home_node = ?2 AND deleted = 0 ORDER BY offset LIMIT 1",
    )?
    .query_row([alias, node], |row| row.get(0))
    .optional()
}

/// The address in somebody's log, as it stands there.
pub(crate) fn of(db: &Connection, did: &Did) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT address FROM emails WHERE owner_did = ?1")?
        .query_row([did.as_str()], |row| row.get(0))
        .optional()
}
