//! What a command of this service comes to. Pure: time, ids and everything else arrive with the command.

use imajin_ledger::{Command, Decide, Draft, Refusal, RefusalKind};
use imajin_protocol::{Did, DidKind, IdText};
use serde_json::json;

use crate::handle::Handle;
use crate::{members, ops, projection};

/// In `args` of a claim: the handle is kept for somebody who deleted their data (see `reserve.rs`).
pub(crate) const ARG_RESERVED: &str = "reserved";
/// Most people that one operation follows: as many as a fact has room for.
const DIDS_MAX: usize = 8;

fn refuse(kind: RefusalKind, message: impl Into<String>) -> Refusal {
    Refusal::new(kind, message)
}

/// Decides a command.
pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    if *ctx.author() != command.did {
        return Err(refuse(
            RefusalKind::Forbidden,
            "A profile is changed by whom it is about, and by nobody else.",
        ));
    }
    match command.op.as_str() {
        ops::UPDATE => update(ctx, command),
        ops::HANDLE_CLAIM => claim(ctx, command),
        ops::HANDLE_RELEASE => release(ctx, command),
        ops::FOLLOW => follow(ctx, command, true),
        ops::UNFOLLOW => follow(ctx, command, false),
        other => Err(refuse(
            RefusalKind::NotFound,
            format!("There is no operation {other:?} that one can ask for."),
        )),
    }
}

fn nothing_else(command: &Command) -> Result<(), Refusal> {
    match command.reference {
        None => Ok(()),
        Some(_) => Err(refuse(
            RefusalKind::BadRequest,
            format!("{} has no ref.", command.op),
        )
        .field("ref")),
    }
}

fn no_fact(command: &Command) -> Result<(), Refusal> {
    match command.fact {
        None => Ok(()),
        Some(_) => Err(refuse(
            RefusalKind::BadRequest,
            format!("{} has no fact.", command.op),
        )
        .field("fact")),
    }
}

fn update(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    nothing_else(command)?;
    let body = command.body.as_ref().ok_or_else(|| {
        refuse(RefusalKind::BadRequest, "A profile.update needs a body.").field("body")
    })?;
    members::check(body, command.fact.as_ref())?;
    ctx.intent();
    Ok(())
}

fn claim(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    nothing_else(command)?;
    no_fact(command)?;
    let bad = |message: String| refuse(RefusalKind::BadRequest, message).field("handle");
    let map = command.body.as_ref().and_then(|body| body.as_map());
    let only_handle = map.is_some_and(|map| map.keys().all(|key| key == "handle" || key == "salt"));
    let text = command
        .body
        .as_ref()
        .and_then(|body| body.get_str("handle"))
        .filter(|_| only_handle);
    let text = text.ok_or_else(|| bad("The body must be {\"handle\": \"…\"}.".to_owned()))?;
    let handle = Handle::parse(text).map_err(|error| bad(error.to_string()))?;
    if handle.as_str() != text {
        return Err(bad(format!(
            "Write it as {handle}: small letters, without @."
        )));
    }
    // With an `extra`, so that nobody takes it for a proof out of order.
    let taken = |message: &str| {
        refuse(RefusalKind::Conflict, message)
            .field("handle")
            .extra(json!({ "reason": "taken" }))
    };
    match projection::holder(ctx.db(), handle.as_str())? {
        Some(holder) if holder == command.did => {
            return Err(taken("This is your short name already."));
        }
        Some(_) => {
            return Err(taken(
                "Somebody on this box has this short name. Choose another one.",
            ));
        }
        None => {}
    }
    if command
        .args
        .get(ARG_RESERVED)
        .is_some_and(|reserved| reserved == true)
    {
        return Err(taken(
            "This short name belonged to somebody who left, and is kept for 90 days so that nobody is mistaken for them.",
        ));
    }
    ctx.intent();
    Ok(())
}

fn release(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    nothing_else(command)?;
    no_fact(command)?;
    let row = projection::load(ctx.db(), command.did.as_str())?;
    if row.is_none_or(|row| row.claimed.is_none()) {
        return Err(refuse(
            RefusalKind::Conflict,
            "You have no short name to give back.",
        )
        .extra(json!({ "reason": "none" })));
    }
    ctx.intent();
    Ok(())
}

fn follow(ctx: &mut Decide<'_>, command: &Command, start: bool) -> Result<(), Refusal> {
    nothing_else(command)?;
    let dids = named_dids(command)?;
    let mut changed = false;
    let mut others = Vec::with_capacity(dids.len());
    for did in dids {
        let follows = projection::follows(ctx.db(), &command.did, &did)?;
        changed |= follows != start;
        // Whom this node does not know cannot be told; unfollowing them needs nobody's ear.
        match ctx.log(&did) {
            Some(log) if !log.deleted => others.push(did),
            _ if start => {
                return Err(refuse(
                    RefusalKind::NotFound,
                    format!("Nobody on this box goes by {did}."),
                )
                .field("dids"));
            }
            _ => {}
        }
    }
    if !changed {
        let words = if start {
            "You follow them already."
        } else {
            "You do not follow them."
        };
        return Err(refuse(RefusalKind::Conflict, words).extra(json!({ "reason": "unchanged" })));
    }
    let reference = IdText::from_did(&command.did)
        .map_err(|error| refuse(RefusalKind::BadRequest, error.to_string()))?;
    ctx.intent();
    for did in others {
        // Its end leaves nothing with the other, and who follows again is in their log already: nobody makes it longer by
        // following to and fro.
        if !start || projection::is_follower(ctx.db(), &did, &command.did)? {
            continue;
        }
        ctx.derive(Draft {
            did,
            service: "profile",
            op: ops::FOLLOWER,
            reference: Some(reference.clone()),
            body: None,
            fact: None,
        });
    }
    Ok(())
}

/// The DIDs of the fact: somebody else's, each once.
fn named_dids(command: &Command) -> Result<Vec<Did>, Refusal> {
    let bad = |message: String| refuse(RefusalKind::BadRequest, message).field("fact");
    let shape = || {
        bad(format!(
            "The fact must be {{\"dids\":[…]}} with 1 to {DIDS_MAX} DIDs."
        ))
    };
    let fact = command
        .fact
        .as_ref()
        .filter(|fact| fact.iter().count() == 1)
        .ok_or_else(shape)?;
    let ids = fact
        .ids(ops::FACT_DIDS)
        .filter(|ids| (1..=DIDS_MAX).contains(&ids.len()))
        .ok_or_else(shape)?;
    let mut dids = Vec::with_capacity(ids.len());
    for id in ids {
        let did = id.to_did().filter(|did| did.kind() == DidKind::Key);
        let did = did.ok_or_else(|| bad(format!("{id} is no DID of a person: did:imajin:…")))?;
        if did == command.did {
            return Err(bad("One cannot follow oneself.".to_owned()));
        }
        if dids.contains(&did) {
            return Err(bad(format!("{did} is named twice.")));
        }
        dids.push(did);
    }
    Ok(dids)
}
