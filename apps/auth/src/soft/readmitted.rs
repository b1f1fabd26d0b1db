//! `auth.readmitted`: a link that the node's owner handed on let a guest in again. The owner could have followed it
//! themselves, so it ends all sessions of the guest and stands in their record for good.

use imajin_ledger::{
    Applied, Bound, By, Class, Command, CommandWill, Decide, OpSpec, Refusal, RefusalKind,
};
use imajin_protocol::Did;
use imajin_service::{Node, Problem, random};
use rusqlite::{Connection, OptionalExtension, params};

use crate::NAME;

/// Without a body: its time says it all.
pub(crate) const READMITTED: &str = "auth.readmitted";

pub(crate) const SPEC: OpSpec = OpSpec {
    op: READMITTED,
    by: By::Node,
    body: false,
    class: Class::Keep,
    bound: Bound::Nothing,
    derives: &[],
};

pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    match command.will {
        CommandWill::Node => {
            ctx.intent();
            Ok(())
        }
        _ => Err(Refusal::new(
            RefusalKind::Forbidden,
            "How a guest came in again is the node's own word.",
        )),
    }
}

pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO readmissions VALUES (?1, ?2)")?
        .execute(params![entry.did.as_str(), entry.at.as_millis()])
        .map(drop)
}

/// When somebody was last let in like this, in milliseconds.
pub(crate) fn last(node: &Node, did: &Did) -> Result<Option<i64>, Problem> {
    node.read(NAME, |db| {
        db.prepare_cached("SELECT at FROM readmissions WHERE owner_did = ?1")?
            .query_row([did.as_str()], |row| row.get(0))
            .optional()
    })
}

/// Enters it and ends all sessions; to be done before the link's session begins.
pub(crate) async fn enter(node: &Node, did: &Did) -> Result<(), Problem> {
    let command = Command {
        did: did.clone(),
        service: NAME.to_owned(),
        op: READMITTED.to_owned(),
        reference: None,
        body: None,
        fact: None,
        will: CommandWill::Node,
        now: node.now(),
        fresh: random::bytes()?,
        args: serde_json::Value::Null,
    };
    node.ledger().submit(command).await?;
    node.sessions().end_all(did)
}
