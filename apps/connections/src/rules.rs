//! What a command of this service comes to. Pure: time, and what was found out before, arrive with the command.

use imajin_dfos::Value;
use imajin_ledger::{Command, CommandWill, Decide, Draft, Refusal, RefusalKind, TypedCommand};
use imajin_protocol::{Currency, Did, Fact, FactValue, IdText, naming};
use imajin_service::codes;
use serde_json::{Value as Json, json};

use crate::projection::PROJECTION;
use crate::statements::{self, bad};
use crate::{asking, blocks, graph, groups, ops, reads};

/// In `args` of an invitation: how many one may have invited; null for as many as one likes.
pub(crate) const ARG_QUOTA: &str = "quota";
/// In `args` of accepting: whose invitation the code stands for, and its name.
pub(crate) const ARG_INVITER: &str = "inviter";
pub(crate) const ARG_INVITE: &str = "invite";
/// In `args`: what `auth` found, for each thing that it is asked for.
pub(crate) const ARG_ASKED: &str = "asked";

/// Most who may accept one invitation: a big party.
pub(crate) const USES_MAX: i64 = 1000;
/// Longest nickname, in characters: as long as a name.
const NICKNAME_CHARS_MAX: usize = 100;

pub(crate) fn refuse(kind: RefusalKind, message: impl Into<String>) -> Refusal {
    Refusal::new(kind, message)
}

/// A conflict with what is there; with an `extra`, so that nobody takes it for a proof out of order.
pub(crate) fn conflict(reason: &str, message: impl Into<String>) -> Refusal {
    refuse(RefusalKind::Conflict, message).extra(json!({ "reason": reason }))
}

/// Decides a command.
pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    if command.op == ops::QUERIED {
        return queried(ctx, command);
    }
    if *ctx.author() != command.did {
        return Err(refuse(
            RefusalKind::Forbidden,
            "Whom one is connected with, and in which groups one is, is one's own to say, and nobody else's.",
        ));
    }
    match command.op.as_str() {
        ops::INVITE => invite(ctx, command),
        ops::INVITE_WITHDRAW => withdraw(ctx, command),
        ops::ACCEPT => accept(ctx, command),
        ops::CONFIRM => confirm(ctx, command),
        ops::DISCONNECT => disconnect(ctx, command),
        ops::BLOCK => blocks::decide(ctx, command, true),
        ops::BLOCK_END => blocks::decide(ctx, command, false),
        ops::NICKNAME => nickname(ctx, command),
        ops::POLICY => policy(ctx, command),
        ops::ASK => asking::decide(ctx, command),
        op if op.starts_with(ops::group::PREFIX) => groups::rules::decide(ctx, command),
        other => Err(refuse(
            RefusalKind::NotFound,
            format!("There is no operation {other:?} that one can ask for."),
        )),
    }
}

/// WIRE.md §7: a code, how many may use it, a quota by tier.
fn invite(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let name = command.reference.as_ref().map_or("", |id| id.as_str());
    if !is_invite_name(name) {
        return Err(bad(
            "ref",
            "ref must be a new name for the invitation: inv_ and 24 hexadecimal digits.",
        ));
    }
    let map = command.body.as_ref().and_then(Value::as_map);
    let only = map.is_some_and(|map| map.keys().all(|key| key == "code" || key == "salt"));
    let code = command.body.as_ref().and_then(|body| body.get_str("code"));
    let code = code.filter(|code| only && codes::is_code(code)).ok_or_else(|| {
        bad("code", "The body must be {\"code\": …} with a code like 7KQ2-M9XT-04RB, made from random bytes.")
    })?;
    let uses = new_invite_fact(command)?;
    if reads::invite_by_code(ctx.db(), code)?.is_some()
        || reads::invite(ctx.db(), &command.did, name)?.is_some()
    {
        return Err(conflict(
            "taken",
            "There is such an invitation already. Make a new code.",
        ));
    }
    let quota = command
        .args
        .get(ARG_QUOTA)
        .ok_or_else(|| refuse(RefusalKind::Stored, "an invitation came without its quota"))?;
    if let Some(quota) = quota.as_u64() {
        let there = reads::invited(ctx.db(), &command.did, ctx.now())?;
        if u64::from(there) + uses.unsigned_abs() > quota {
            return Err(conflict(
                "quota",
                format!(
                    "You may have {quota} people invited at a time, and have {there}. Take an invitation back, or wait until one ends: each lasts a week."
                ),
            ));
        }
    }
    ctx.intent();
    Ok(())
}

/// `inv_` and 24 hexadecimal digits.
pub(crate) fn is_invite_name(name: &str) -> bool {
    name.strip_prefix("inv_").is_some_and(|rest| {
        rest.len() == 24
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

/// How many may accept.
fn new_invite_fact(command: &Command) -> Result<i64, Refusal> {
    let fact = command.fact.as_ref().filter(|fact| {
        fact.iter().count() == 2 && matches!(fact.int(ops::FACT_VOUCH), Some(0 | 1))
    });
    fact.and_then(|fact| fact.int(ops::FACT_USES))
        .filter(|uses| (1..=USES_MAX).contains(uses))
        .ok_or_else(|| {
            bad(
                "fact",
                format!("The fact must be {{\"uses\": 1 to {USES_MAX}, \"vouch\": 0 or 1}}."),
            )
        })
}

fn withdraw(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let name = command.reference.as_ref().map_or("", |id| id.as_str());
    match reads::invite(ctx.db(), &command.did, name)? {
        Some(invite) if invite.withdrawn_at.is_none() => {
            ctx.intent();
            Ok(())
        }
        Some(_) => Err(conflict(
            "withdrawn",
            "You took this invitation back already.",
        )),
        None => Err(refuse(RefusalKind::NotFound, "You have no such invitation.").field("ref")),
    }
}

/// One operation: the connection in both logs, and what the one who accepts signs of the one who invited.
fn accept(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let inviter = statements::other(command, &[ops::FACT_INVITE])?;
    let name = statements::invite(command)?.clone();
    if graph::connected(ctx.db(), &command.did, &inviter)? {
        return Err(conflict("connected", "You are connected already."));
    }
    let shown = |key: &str| command.args.get(key).and_then(Json::as_str);
    if shown(ARG_INVITER) != Some(inviter.as_str()) || shown(ARG_INVITE) != Some(name.as_str()) {
        return Err(refuse(
            RefusalKind::Forbidden,
            "An invitation is accepted by who was given its code: name it in X-Imajin-Invite.",
        ));
    }
    let open = reads::invite(ctx.db(), &inviter, name.as_str())?
        .is_some_and(|invite| invite.is_open(ctx.now()));
    if !open {
        return Err(refuse(
            RefusalKind::Gone,
            "This invitation has ended, was used up or taken back. Ask for another one.",
        ));
    }
    here(ctx, &inviter)?;
    names_in_to(command, &inviter)?;
    let attestation = command.reference.clone();
    let attestation =
        attestation.ok_or_else(|| bad("ref", "ref must be the CID of the attestation."))?;
    let fact = Fact::new([
        (ops::FACT_INVITE, FactValue::Id(name)),
        (ops::FACT_ATTESTATION, FactValue::Id(attestation)),
    ]);
    let fact = fact.map_err(|error| bad("fact", format!("{error}.")))?;
    ctx.intent();
    ask(ctx, command)?;
    ctx.derive(Draft {
        did: inviter,
        service: PROJECTION.name,
        op: ops::ACCEPTED,
        reference: Some(own_name(command)?),
        body: None,
        fact: Some(fact),
    });
    Ok(())
}

/// One operation: the countersignature that makes it bilateral, and what the one who invited signs of the one who came.
fn confirm(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let other = statements::other(command, &[ops::FACT_INVITE])?;
    let invite = statements::invite(command)?;
    let link = reads::link(ctx.db(), &command.did, other.as_str())?;
    let named = command.reference.as_ref().map(|id| id.as_str());
    let link = link.filter(|link| {
        link.invited
            && link.invite.as_deref() == Some(invite.as_str())
            && link.attestation.as_deref() == named
    });
    match link {
        None => {
            return Err(refuse(
                RefusalKind::NotFound,
                "Nobody accepted such an invitation of yours.",
            ));
        }
        Some(link) if link.confirmed => {
            return Err(conflict(
                "confirmed",
                "You confirmed this connection already.",
            ));
        }
        Some(_) => {}
    }
    names_in_to(command, &other)?;
    ctx.intent();
    ask(ctx, command)
}

/// Asks `auth` for what rides along.
fn ask(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let found = command.args.get(ARG_ASKED).and_then(Json::as_array);
    let found = found.ok_or_else(|| refuse(RefusalKind::Stored, "statements came unchecked"))?;
    let asked = statements::asked(command)?;
    if asked.len() != found.len() {
        return Err(refuse(RefusalKind::Stored, "statements came unchecked"));
    }
    for (asked, args) in asked.into_iter().zip(found) {
        let service = naming::service_of(&asked.op).to_owned();
        let args = args.clone();
        ctx.ask(&service, TypedCommand { args, ..asked })?;
    }
    Ok(())
}

/// Either side, at once, in both logs. Where the other's log takes no entries any more, or does not say that the two are
/// connected, one's own is enough: an edge needs both.
fn disconnect(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let other = statements::other(command, &[])?;
    if reads::link(ctx.db(), &command.did, other.as_str())?.is_none() {
        return Err(conflict("unconnected", "You are not connected."));
    }
    let is_told =
        here(ctx, &other).is_ok() && reads::link(ctx.db(), &other, command.did.as_str())?.is_some();
    if is_told {
        names_in_to(command, &other)?;
    }
    ctx.intent();
    if is_told {
        ctx.derive(Draft {
            did: other,
            service: PROJECTION.name,
            op: ops::DISCONNECTED,
            reference: Some(own_name(command)?),
            body: None,
            fact: None,
        });
    }
    Ok(())
}

fn nickname(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let other = command.reference.as_ref().and_then(IdText::to_did);
    if other.is_none_or(|did| did.key_bytes().is_none() || did == command.did) {
        return Err(bad(
            "ref",
            "ref must be the DID of somebody else: did:imajin:…",
        ));
    }
    if command.fact.is_some() {
        return Err(bad("fact", "connections.nickname has no fact."));
    }
    let map = command.body.as_ref().and_then(Value::as_map);
    let only = map.is_some_and(|map| map.keys().all(|key| key == "nickname" || key == "salt"));
    let fine = |value: &Value| match value {
        Value::Null => true,
        Value::Text(text) => {
            (1..=NICKNAME_CHARS_MAX).contains(&text.chars().count())
                && !text.chars().any(char::is_control)
        }
        _ => false,
    };
    let given = map.and_then(|map| map.get("nickname"));
    if !only || !given.is_some_and(fine) {
        return Err(bad(
            "nickname",
            format!(
                "The body must be {{\"nickname\": …}} with a name of at most {NICKNAME_CHARS_MAX} characters, or null to take it away."
            ),
        ));
    }
    ctx.intent();
    Ok(())
}

fn policy(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let has_fair = |fact: &&Fact| fact.id(ops::FACT_FAIR).is_some();
    let fact = command.fact.as_ref();
    let fact = fact.filter(|fact| fact.iter().count() == 3 + usize::from(has_fair(fact)));
    let int = |key| fact.and_then(|fact| fact.int(key));
    let reach =
        int(ops::FACT_REACH).filter(|reach| (0..=i64::from(graph::DISTANCE_MAX)).contains(reach));
    let price = int(ops::FACT_PRICE).filter(|price| *price >= 0);
    let currency = fact.and_then(|fact| fact.id(ops::FACT_CURRENCY));
    let currency = currency.filter(|id| Currency::parse(id.as_str()).is_ok());
    let is_sold = price.unwrap_or(0) == 0 || fact.as_ref().is_some_and(has_fair);
    if reach.is_none()
        || price.is_none()
        || !is_sold
        || currency.is_none()
        || command.reference.is_some()
    {
        return Err(bad(
            "fact",
            format!(
                "The fact must be {{\"reach\": 0 to {}, \"price\": minor units, \"currency\": an ISO 4217 code, MJN or MJNX, \"fair\": a digest, with a price}}.",
                graph::DISTANCE_MAX
            ),
        ));
    }
    ctx.intent();
    Ok(())
}

/// The node's word: a signed exchange that it looked at.
fn queried(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    if !matches!(command.will, CommandWill::Node) {
        return Err(refuse(
            RefusalKind::Forbidden,
            "Who asked about somebody is the node's own word.",
        ));
    }
    here(ctx, &command.did)?;
    ctx.intent();
    Ok(())
}

/// Whether entries can be made in somebody's log.
pub(crate) fn here(ctx: &Decide<'_>, did: &Did) -> Result<(), Refusal> {
    match ctx.log(did) {
        Some(log) if !log.deleted && log.read_only.is_none() => Ok(()),
        Some(_) => Err(refuse(
            RefusalKind::Gone,
            "They are not on this box any more.",
        )),
        None => Err(refuse(
            RefusalKind::NotFound,
            format!("Nobody on this box goes by {did}."),
        )),
    }
}

pub(crate) fn names_in_to(command: &Command, other: &Did) -> Result<(), Refusal> {
    match &command.will {
        CommandWill::Signed(proof) if !proof.payload.to.contains(other) => Err(bad(
            "to",
            format!("This also writes in the record of {other}: name them in \"to\"."),
        )
        .extra(json!({ "to": [other] }))),
        _ => Ok(()),
    }
}

pub(crate) fn own_name(command: &Command) -> Result<IdText, Refusal> {
    IdText::from_did(&command.did).map_err(|error| bad("did", format!("{error}.")))
}
