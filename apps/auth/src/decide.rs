//! What the `auth.` operations come to. The form of their bodies, keys, chains and homes is the ledger's to check
//! (docs/format.md §4–§9); here stands who may begin, who becomes the owner, and what a deletion erases.
//!
//! Always: pure. What was found out outside (a claim code, an invite) arrives in `args`.

use imajin_dfos::cid::parse_cid;
use imajin_dfos::content::Operation;
use imajin_dfos::{Timestamp, Value, statement};
use imajin_ledger::{Command, CommandWill, Decide, Draft, Refusal, RefusalKind, ops};
use imajin_protocol::delegation::Delegation;
use imajin_protocol::{Did, IdText};
use rusqlite::OptionalExtension;
use serde_json::Value as Json;

use crate::soft::{email, readmitted};
use crate::{anchors, apps, attestations, kept_chain};

/// In `args` of a create: the claim code was right.
pub(crate) const ARG_CLAIM: &str = "claim";
/// In `args` of a create: it was found that this key may begin here.
pub(crate) const ARG_ADMITTED: &str = "admitted";
/// In `args` of a register: the key was proved just now.
pub(crate) const ARG_PROVED: &str = "proved";
/// In `args` of a delete: CIDs of the bodies to erase, as texts.
pub(crate) const ARG_BODIES: &str = "bodies";
/// In `args` of a delete: the newest entry when the bodies were listed.
pub(crate) const ARG_SEQ: &str = "seq";

/// Bodies in one `auth.body.erased`: some 400 kB of links, well below a body's limit.
const BODIES_PER_ENTRY: usize = 10_000;
/// Longest life of a delegation: a device that is lost unnoticed must not act for ever.
const DELEGATION_DAYS_MAX: i64 = 366;

pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    match command.op.as_str() {
        ops::IDENTITY_CREATE => create(ctx, command),
        ops::IDENTITY_REGISTER => register(ctx, command),
        kept_chain::IDENTITY_CHAIN => kept_chain::decide(ctx, command),
        email::EMAIL_SET => email::decide(ctx, command),
        readmitted::READMITTED => readmitted::decide(ctx, command),
        apps::APP_DESCRIBE => apps::decide(ctx, command),
        ops::DELEGATION_CREATE => delegate(ctx, command),
        ops::DELETE => delete(ctx, command),
        ops::SETTINGS_UPDATE => settings(ctx, command),
        ops::ANCHOR => anchor(ctx, command),
        ops::IDENTITY_UPDATE
        | ops::HOME
        | ops::DELEGATION_END
        | ops::BODY_ERASED
        | ops::SIDE_ADOPT => {
            ctx.intent();
            Ok(())
        }
        ops::ATTESTATION_RECEIVED if ctx.is_asked() => attestations::decide::receive(ctx, command),
        op if attestations::is_about(op) => attestations::decide::decide(ctx, command),
        other => Err(Refusal::new(
            RefusalKind::NotFound,
            format!("There is no operation {other:?} that one can ask for."),
        )),
    }
}

fn flag(command: &Command, name: &str) -> bool {
    command
        .args
        .get(name)
        .and_then(Json::as_bool)
        .unwrap_or(false)
}

/// WIRE.md §2: begins an identity, or gives a bare key's log its chain; with the claim code, makes it the owner.
fn create(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let node = ctx.node().clone();
    let is_node = command.did == node;
    let claims = flag(command, ARG_CLAIM);
    if !is_node && !claims && !flag(command, ARG_ADMITTED) {
        return Err(Refusal::new(
            RefusalKind::Forbidden,
            "This node takes new identities by invite. Ask its owner for a code, and register with it as inviteCode.",
        ));
    }
    let home = command.body.as_ref().and_then(|body| body.get("home"));
    let named = home.and_then(|home| home.get_str("node"));
    if ctx.log(&command.did).is_none() && named != Some(node.as_str()) {
        return Err(Refusal::new(
            RefusalKind::BadRequest,
            format!("home.node must be this node, {node}."),
        )
        .field("home"));
    }
    let allows = kept_chain::allows_create(ctx.db(), command)
        .map_err(|error| Refusal::new(RefusalKind::Stored, error.to_string()))?;
    if !allows {
        return Err(Refusal::new(
            RefusalKind::Conflict,
            "Another chain of this key is kept here, or it gave this key up.",
        )
        .field("token"));
    }
    if claims {
        claim(ctx, command, &node)?;
    } else {
        ctx.intent();
    }
    Ok(())
}

/// The first identity that shows the claim code owns the node (docs/format.md §8, `auth.node.claim`).
fn claim(ctx: &mut Decide<'_>, command: &Command, node: &Did) -> Result<(), Refusal> {
    if owner(ctx.db(), node)?.is_some() {
        return Err(Refusal::new(
            RefusalKind::Conflict,
            "This node has an owner already; a claim code works once.",
        ));
    }
    let names_node = match &command.will {
        CommandWill::Signed(proof) => proof.payload.to.contains(node),
        _ => false,
    };
    if !names_node {
        let text =
            format!("Claiming writes into the node's own log: name {node} in the proof's to.");
        return Err(Refusal::new(RefusalKind::BadRequest, text).field("to"));
    }
    let reference = IdText::parse(command.did.as_str())
        .map_err(|error| Refusal::new(RefusalKind::BadRequest, error.to_string()))?;
    ctx.intent();
    ctx.derive(Draft {
        did: node.clone(),
        service: "auth",
        op: ops::NODE_CLAIM,
        reference: Some(reference),
        body: None,
        fact: None,
    });
    Ok(())
}

/// Who owns a node, by its log.
pub(crate) fn owner(db: &rusqlite::Connection, node: &Did) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT owner FROM node_owners WHERE owner_did = ?1 ORDER BY seq LIMIT 1")?
        .query_row([node.as_str()], |row| row.get(0))
        .optional()
}

/// A log of a bare key begins with the first proof of possession, and with nothing less.
fn register(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    if !flag(command, ARG_PROVED) {
        return Err(Refusal::new(
            RefusalKind::Forbidden,
            "A log of a bare key begins when its key is proved: ask for a challenge and authenticate.",
        ));
    }
    if ctx.log(&command.did).is_some() {
        return Err(Refusal::new(
            RefusalKind::Conflict,
            "This identity has begun already.",
        ));
    }
    ctx.intent();
    Ok(())
}

fn delegate(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let bad = |message: String| Refusal::new(RefusalKind::BadRequest, message);
    let body = command
        .body
        .as_ref()
        .ok_or_else(|| bad("A delegation needs a body.".to_owned()).field("body"))?;
    let delegation = match body.get("salt") {
        Some(_) => Delegation::from_body(body),
        // A custodial one gets its salt when it is sealed; every other member is checked now.
        None => Delegation::from_body(&with_salt(body)),
    };
    let delegation = delegation.map_err(|error| bad(format!("{error}.")).field("body"))?;
    delegation
        .check_grant(ctx.now())
        .map_err(|error| bad(format!("{error}.")).field("scope"))?;
    let latest = ctx
        .now()
        .checked_add_millis(DELEGATION_DAYS_MAX * 24 * 3_600_000)
        .unwrap_or(Timestamp::MAX);
    if delegation.until > latest {
        return Err(bad(format!(
            "A delegation lasts at most {DELEGATION_DAYS_MAX} days; give another one then."
        ))
        .field("until"));
    }
    ctx.intent();
    Ok(())
}

fn with_salt(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(members) = body.as_map_mut() {
        members.insert("salt".to_owned(), Value::Bytes(vec![0; 16]));
    }
    body
}

fn settings(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let fact = command.fact.as_ref();
    let is_fine = fact.is_some_and(|fact| {
        matches!(fact.int("require_signed"), Some(0 | 1)) && fact.iter().count() == 1
    });
    if !is_fine {
        return Err(Refusal::new(
            RefusalKind::BadRequest,
            "The fact must be {\"require_signed\": 0} or {\"require_signed\": 1}.",
        )
        .field("fact"));
    }
    ctx.intent();
    Ok(())
}

/// docs/format.md §15: the operation follows the newest anchor's, so that the chain has no branches of this node's making.
fn anchor(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let bad = |message: String| Refusal::new(RefusalKind::BadRequest, message);
    let body = command.body.as_ref();
    let token = body.and_then(|body| body.get_str("token"));
    let token = token.ok_or_else(|| bad("An anchor needs its operation.".to_owned()))?;
    let operation = statement::read::<Operation>(token).map_err(|e| bad(format!("{e}.")))?;
    let newest = anchors::previous_of(ctx.db(), &command.did)?;
    if operation.statement().action.previous() != newest.as_deref() {
        return Err(Refusal::new(
            RefusalKind::Conflict,
            "Another anchor came between.",
        ));
    }
    ctx.intent();
    Ok(())
}

/// WIRE.md §10: every body that may go goes, in the same operation.
fn delete(ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
    let stored = |message: &str| Refusal::new(RefusalKind::Stored, message);
    let listed = command
        .args
        .get(ARG_BODIES)
        .and_then(Json::as_array)
        .ok_or_else(|| stored("a deletion came without its list of bodies"))?;
    let seq = ctx.log(&command.did).map(|log| log.seq);
    if seq != command.args.get(ARG_SEQ).and_then(Json::as_u64) {
        return Err(Refusal::new(
            RefusalKind::Conflict,
            "Something was written while this deletion was prepared. Look at the plan again and sign it anew.",
        ));
    }
    let bodies: Option<Vec<Value>> = listed
        .iter()
        .map(|text| Some(Value::Link(parse_cid(text.as_str()?).ok()?)))
        .collect();
    let bodies =
        bodies.ok_or_else(|| stored("a deletion's list names something that is no CID"))?;
    ctx.intent();
    for chunk in bodies.chunks(BODIES_PER_ENTRY) {
        ctx.derive(Draft {
            did: command.did.clone(),
            service: "auth",
            op: ops::BODY_ERASED,
            reference: None,
            body: Some(Value::map([("bodies", Value::List(chunk.to_vec()))])),
            fact: None,
        });
    }
    Ok(())
}
