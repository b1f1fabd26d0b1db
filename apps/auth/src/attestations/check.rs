//! What is looked at before a command about attestations is submitted, outside the writer: signatures, tiers, times.
//!
//! Always: what was found depends on the issuer's or subject's chain; its newest operation goes along in `args`, and
//! `decide` refuses if it is another by then.

use imajin_dfos::identity::Verified;
use imajin_dfos::statement;
use imajin_dfos::{Cid, Timestamp, VerifyingKey};
use imajin_ledger::{Command, CommandWill, ops};
use imajin_protocol::attestation::jws::When;
use imajin_protocol::attestation::kind::{IDENTITY_ROOT, Issuer};
use imajin_protocol::attestation::{Attestation, SignedAttestation, Status};
use imajin_protocol::{Did, DidKind};
use imajin_service::{Node, Problem};
use serde_json::{Value as Json, json};

use super::read::{self, Found};
use super::root;
use super::stored::Stored;
use super::tier;
use crate::{NAME, people};

/// In `args`: it was checked, against this newest operation of the signer's chain; null for a bare key.
pub(crate) const ARG_CHAIN: &str = "chain";
/// In `args`: the other party's DID.
pub(crate) const ARG_OTHER: &str = "other";

/// How far an issuer's clock may be ahead of ours, like `iat` (docs/format.md §3).
const AHEAD_MS_MAX: i64 = 300_000;

/// Checks a command; gives its `args`.
pub(crate) fn prepare(node: &Node, command: &Command) -> Result<Json, Problem> {
    let who = match &command.will {
        CommandWill::Signed(proof) if proof.payload.chain.is_some() => proof.kid.did(),
        CommandWill::Custodial { author, .. } => author,
        _ => &command.did,
    };
    if *who != command.did {
        return Err(Problem::forbidden(
            "An attestation is issued, answered and revoked by the party itself, in their own record.",
        ));
    }
    let other = match command.op.as_str() {
        ops::ATTESTATION_ISSUE => issue(node, command)?,
        ops::ATTESTATION_COUNTERSIGN => countersign(node, command)?,
        ops::ATTESTATION_DECLINE => as_subject(node, command)?.issuer,
        _ => as_issuer(node, command)?.subject,
    };
    names_other(command, &other)?;
    let chain = people::chain(node, &command.did)?;
    let other = Did::parse(&other).map_err(Problem::internal)?;
    Ok(args_of(chain.as_ref().map(Verified::head_cid), &other))
}

/// What `decide` is told of a command that was checked.
fn args_of(chain: Option<&Cid>, other: &Did) -> Json {
    json!({ ARG_CHAIN: chain.map(Cid::to_string), ARG_OTHER: other.as_str() })
}

/// The fact is `{"dids": [the other party]}` and nothing else.
fn names_other(command: &Command, other: &str) -> Result<(), Problem> {
    let fact = command
        .fact
        .as_ref()
        .filter(|fact| fact.iter().count() == 1);
    let dids = fact.and_then(|fact| fact.ids("dids")).unwrap_or_default();
    match dids.as_slice() {
        [did] if did.as_str() == other => Ok(()),
        _ => Err(Problem::field(
            "fact",
            format!("The fact must name the other party: {{\"dids\":[\"{other}\"]}}."),
        )),
    }
}

fn issue(node: &Node, command: &Command) -> Result<String, Problem> {
    let stored = command.body.as_ref().and_then(Stored::from_body);
    let stored = stored.ok_or_else(|| {
        Problem::field("body", "The body must be {attestation, issuer, signature, audience, expires_at?, author_jws?, salt}.")
    })?;
    if stored.issuer != command.did {
        return Err(Problem::field("issuer", "issuer must be who attests: you."));
    }
    let said = stored
        .attestation()
        .map_err(|error| Problem::field("attestation", format!("{error}.")))?;
    let named = command.reference.as_ref().map(|id| id.as_str());
    let cid = said.cid().map_err(Problem::internal)?.to_string();
    if named != Some(&cid) {
        return Err(Problem::field(
            "ref",
            format!("ref must be the attestation's CID, {cid}."),
        ));
    }
    times(&said, &stored, node.now())?;
    signatures(node, &said, &stored)?;
    may_issue(node, &said)?;
    names_root(node, &said)?;
    if said.subject.kind() != DidKind::Key {
        return Err(Problem::field(
            "subject_did",
            "subject_did must be the DID of somebody: did:imajin:…",
        ));
    }
    Ok(said.subject.to_string())
}

fn times(said: &Attestation, stored: &Stored, now: Timestamp) -> Result<(), Problem> {
    if said.issued_at.as_millis() > now.as_millis() + AHEAD_MS_MAX {
        return Err(Problem::field(
            "issued_at",
            "issued_at is more than five minutes ahead of this node's time: check this device's clock.",
        ));
    }
    if stored
        .expires_at
        .is_some_and(|end| end <= now || end <= said.issued_at)
    {
        return Err(Problem::field(
            "expires_at",
            "expires_at has passed already.",
        ));
    }
    Ok(())
}

fn signatures(node: &Node, said: &Attestation, stored: &Stored) -> Result<(), Problem> {
    let keys = keys_in_force(node, &said.issuer)?;
    let signed = SignedAttestation::read(&said.issuer, &stored.text, &stored.signature, &keys);
    signed.map_err(|error| {
        Problem::field("signature", format!("{error}.")).slug("attestation-signature")
    })?;
    let Some(token) = &stored.author_jws else {
        return Ok(());
    };
    let chain = chain_of(node, &said.issuer, "author_jws")?;
    said.verify_author_jws(stored.expires_at, token, &chain, When::Now)
        .map(drop)
        .map_err(|error| Problem::field("author_jws", format!("author_jws: {error}.")))
}

/// Every key in force may sign an attestation; a bare key is the one there is.
fn keys_in_force(node: &Node, did: &Did) -> Result<Vec<VerifyingKey>, Problem> {
    let keys = people::keys(node, did)?;
    let verifying = |key: &people::KeyRow| key.public_key()?.verifying_key().ok();
    Ok(keys.iter().filter_map(verifying).collect())
}

fn chain_of(node: &Node, did: &Did, field: &'static str) -> Result<Verified, Problem> {
    people::chain(node, did)?.ok_or_else(|| {
        Problem::field(
            field,
            format!("{field} is signed by an identity chain, and {did} has none."),
        )
    })
}

fn may_issue(node: &Node, said: &Attestation) -> Result<(), Problem> {
    match said.kind.issuer() {
        Issuer::Node if said.issuer == *node.did() => Ok(()),
        Issuer::Node => Err(Problem::forbidden(format!(
            "{} is attested by the node itself, when it happens.",
            said.kind
        ))),
        Issuer::Who(capability) => tier::require(node, &said.issuer, capability),
    }
}

/// WIRE.md §3: onboarding writes a record that node and actor signed, and what the actor attests later names it. Who has
/// signed theirs names it always; one that is named is the right one.
fn names_root(node: &Node, said: &Attestation) -> Result<(), Problem> {
    let payload = said.payload.as_ref();
    let Some(named) = payload.and_then(|payload| payload.get("root")) else {
        let own = root::find(node, &said.issuer)?;
        let is_signed =
            |own: &Found| own.status() == Status::Bilateral && own.is_in_force(node.now());
        return match own.filter(is_signed) {
            None => Ok(()),
            Some(own) => Err(Problem::field(
                "payload",
                format!(
                    "payload.root must name your root record on this node: {}.",
                    own.cid
                ),
            )
            .slug("root-missing")),
        };
    };
    let root = node.read(NAME, |db| {
        read::in_log(db, &said.issuer, named.as_str().unwrap_or_default())
    })?;
    match root.filter(|root| root.kind == IDENTITY_ROOT && root.subject == said.issuer.as_str()) {
        Some(_) => Ok(()),
        None => Err(Problem::field(
            "payload",
            "payload.root must be the CID of your root record on this node (POST /auth/api/attestations/root).",
        )),
    }
}

fn named(node: &Node, command: &Command) -> Result<Found, Problem> {
    let cid = command.reference.as_ref().map_or("", |id| id.as_str());
    let found = node.read(NAME, |db| read::in_log(db, &command.did, cid))?;
    found.ok_or_else(|| Problem::not_found("There is no such attestation in your record."))
}

/// The attestation, if its subject asks and it has not been answered.
fn as_subject(node: &Node, command: &Command) -> Result<Found, Problem> {
    let found = named(node, command)?;
    if found.subject != command.did.as_str() {
        return Err(Problem::forbidden(
            "An attestation is answered by whom it is about.",
        ));
    }
    match found.status() {
        Status::Pending => Ok(found),
        status => Err(Problem::conflict(format!(
            "This attestation is {} already.",
            status.as_str()
        ))),
    }
}

fn as_issuer(node: &Node, command: &Command) -> Result<Found, Problem> {
    let found = named(node, command)?;
    if found.issuer != command.did.as_str() {
        return Err(Problem::forbidden(
            "An attestation is revoked by who issued it; its subject can decline it.",
        ));
    }
    match found.revoked_at {
        None => Ok(found),
        Some(_) => Err(Problem::conflict("This attestation is revoked already.")),
    }
}

/// Bilateral: the subject's signature verifies over the CID that the issuer signed.
fn countersign(node: &Node, command: &Command) -> Result<String, Problem> {
    let found = as_subject(node, command)?;
    if !found.is_in_force(node.now()) {
        return Err(Problem::conflict(
            "This attestation was revoked or has expired; it cannot be countersigned.",
        ));
    }
    let author = found.author_jws.as_deref().ok_or_else(|| {
        Problem::conflict("Its issuer did not sign the CID of this attestation (author_jws), so that it cannot become bilateral.")
            .slug("author-jws-missing")
    })?;
    let token = command
        .body
        .as_ref()
        .and_then(|body| body.get_str("witness_jws"));
    let token = token
        .ok_or_else(|| Problem::field("witness_jws", "The body must be {witness_jws, salt}."))?;
    let artifact =
        statement::read::<imajin_dfos::artifact::Artifact>(author).map_err(Problem::internal)?;
    let said = found
        .attestation()
        .ok_or_else(|| Problem::internal("an attestation that says nothing"))?;
    let chain = chain_of(node, &command.did, "witness_jws")?;
    said.verify_witness_jws(artifact.cid(), token, &chain, When::Now)
        .map_err(|error| Problem::field("witness_jws", format!("witness_jws: {error}.")))?;
    Ok(found.issuer)
}
