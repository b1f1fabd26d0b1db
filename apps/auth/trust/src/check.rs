//! Checks of attestation commands before they are submitted, outside the writer: signatures, tiers, times.
//!
//! Always: a check's result depends on the issuer's or subject's chain. The check passes on the chain's newest
//! operation, and the decision refuses the command if the chain has a newer one by then.

use imajin_app::operation::{BeforeSubmit, Request};
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_dfos::identity::Verified;
use imajin_dfos::statement;
use imajin_identity::operations::EntryCid;
use imajin_identity::{NAME, people};
use imajin_protocol::attestation::jws::When;
use imajin_protocol::attestation::kind::{IDENTITY_ROOT, Issuer};
use imajin_protocol::attestation::{Attestation, SignedAttestation, Status};
use imajin_protocol::{Did, DidKind};

use super::body::AttestationBody;
use super::lookup::{self, AttestationRow};
use super::root;
use super::tier;
use crate::operations::{CheckedAttestation, Countersign, Decline, Issue, Other, Revoke};

/// Maximum clock skew of an issuer that is ahead of this node, in milliseconds, as for `iat` (docs/format.md §3).
const AHEAD_MS_MAX: i64 = 300_000;

impl BeforeSubmit for Issue {
    fn before_submit(&self, request: &Request<'_>) -> Answer<CheckedAttestation> {
        let (node, stored) = (request.node, self.stored());
        if stored.issuer != *request.owner {
            return Err(Problem::field("issuer", "issuer must be you."));
        }
        let attestation = stored
            .attestation()
            .map_err(|error| Problem::field("attestation", format!("{error}.")))?;
        let cid = attestation.cid().map_err(Problem::internal)?;
        if self.cid.0 != cid {
            return Err(Problem::field(
                "ref",
                format!("ref must be the attestation's CID, {cid}."),
            ));
        }
        times(&attestation, &stored, node.now())?;
        signatures(node, &attestation, &stored)?;
        may_issue(node, &attestation)?;
        names_root(node, &attestation)?;
        if attestation.subject.kind() != DidKind::Key {
            return Err(Problem::field(
                "subject_did",
                "subject_did must be the DID of somebody: did:imajin:…",
            ));
        }
        checked(request, &self.dids, attestation.subject.as_str())
    }
}

impl BeforeSubmit for Countersign {
    fn before_submit(&self, request: &Request<'_>) -> Answer<CheckedAttestation> {
        let row = as_subject(request, &self.cid)?;
        may_countersign(request, &row, &self.witness_jws.0)?;
        checked(request, &self.dids, &row.issuer)
    }
}

impl BeforeSubmit for Decline {
    fn before_submit(&self, request: &Request<'_>) -> Answer<CheckedAttestation> {
        let row = as_subject(request, &self.cid)?;
        checked(request, &self.dids, &row.issuer)
    }
}

impl BeforeSubmit for Revoke {
    fn before_submit(&self, request: &Request<'_>) -> Answer<CheckedAttestation> {
        let row = as_issuer(request, &self.cid, &self.dids)?;
        checked(request, &self.dids, &row.subject)
    }
}

/// Returns the input of the decision: the current chain and the other party. Refuses a fact that names anyone else.
fn checked(request: &Request<'_>, dids: &Other, other: &str) -> Answer<CheckedAttestation> {
    let other = Did::parse(other).map_err(Problem::internal)?;
    if dids.0 != [other.clone()] {
        return Err(Problem::field(
            "fact",
            format!("The fact must name the other party: {{\"dids\":[\"{other}\"]}}."),
        ));
    }
    let chain = people::chain(request.node, request.owner)?;
    Ok(CheckedAttestation { chain: chain.map(|chain| *chain.head_cid()), other })
}

fn times(said: &Attestation, stored: &AttestationBody, now: Timestamp) -> Answer<()> {
    if said.issued_at.as_millis() > now.as_millis() + AHEAD_MS_MAX {
        return Err(Problem::field(
            "issued_at",
            "issued_at is more than five minutes ahead of this node's time: check this device's clock.",
        ));
    }
    if stored.expires_at.is_some_and(|end| end <= now || end <= said.issued_at) {
        return Err(Problem::field("expires_at", "expires_at has passed already."));
    }
    Ok(())
}

fn signatures(node: &Node, said: &Attestation, stored: &AttestationBody) -> Answer<()> {
    // Every key in force may sign an attestation.
    let keys = people::verifying_keys(node, &said.issuer)?;
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

fn chain_of(node: &Node, did: &Did, field: &'static str) -> Answer<Verified> {
    people::chain(node, did)?.ok_or_else(|| {
        Problem::field(
            field,
            format!("{field} is signed by an identity chain, and {did} has none."),
        )
    })
}

fn may_issue(node: &Node, said: &Attestation) -> Answer<()> {
    match said.kind.issuer() {
        Issuer::Node if said.issuer == *node.did() => Ok(()),
        Issuer::Node => Err(Problem::forbidden(format!(
            "{} is attested by the node itself, when it happens.",
            said.kind
        ))),
        Issuer::Subject if said.issuer == said.subject => Ok(()),
        Issuer::Subject => {
            Err(Problem::forbidden(format!("{} is what people attest of themselves.", said.kind)))
        }
        Issuer::Who(capability) => tier::require(node, &said.issuer, capability),
    }
}

/// docs/api.md, "Attestations": onboarding writes a record that node and actor signed, and what the actor attests later names it. An actor
/// with a signed one always names it; one that is named must be the right one.
fn names_root(node: &Node, said: &Attestation) -> Answer<()> {
    let payload = said.payload.as_ref();
    let Some(named) = payload.and_then(|payload| payload.get("root")) else {
        let own = root::find(node, &said.issuer)?;
        let is_signed =
            |own: &AttestationRow| own.status() == Status::Bilateral && own.is_in_force(node.now());
        return match own.filter(is_signed) {
            None => Ok(()),
            Some(own) => Err(Problem::field(
                "payload",
                format!("payload.root must name your root record on this node: {}.", own.cid),
            )
            .slug("root-missing")),
        };
    };
    let root =
        node.read(NAME, |db| lookup::in_log(db, &said.issuer, named.as_str().unwrap_or_default()))?;
    match root.filter(|root| root.kind == IDENTITY_ROOT && root.subject == said.issuer.as_str()) {
        Some(_) => Ok(()),
        None => Err(Problem::field(
            "payload",
            "payload.root must be the CID of your root record on this node (POST /auth/api/attestations/root).",
        )),
    }
}

fn find_attestation(node: &Node, whose: &Did, cid: &EntryCid) -> Answer<AttestationRow> {
    let cid = cid.0.to_string();
    let row = node.read(NAME, |db| lookup::in_log(db, whose, &cid))?;
    row.ok_or_else(|| Problem::not_found("There is no such attestation in your record."))
}

/// The attestation, if its subject asks and it has not been answered.
fn as_subject(request: &Request<'_>, cid: &EntryCid) -> Answer<AttestationRow> {
    let row = find_attestation(request.node, request.owner, cid)?;
    if row.subject != request.owner.as_str() {
        return Err(Problem::forbidden(
            "Only the person that an attestation is about can answer it.",
        ));
    }
    match row.status() {
        Status::Pending => Ok(row),
        status => {
            Err(Problem::conflict(format!("This attestation is {} already.", status.as_str())))
        }
    }
}

/// The attestation, if its issuer asks and has not taken it back.
fn as_issuer(request: &Request<'_>, cid: &EntryCid, subject: &Other) -> Answer<AttestationRow> {
    // The node's own attestations are only in their subject's record.
    let whose = match (request.owner == request.node.did(), subject.0.first()) {
        (true, Some(subject)) => subject,
        _ => request.owner,
    };
    let row = find_attestation(request.node, whose, cid)?;
    if row.issuer != request.owner.as_str() {
        return Err(Problem::forbidden(
            "Only its issuer can revoke an attestation; its subject can decline it.",
        ));
    }
    match row.revoked_at {
        None => Ok(row),
        Some(_) => Err(Problem::conflict("This attestation is revoked already.")),
    }
}

/// Bilateral: the subject's signature verifies over the CID that the issuer signed.
fn may_countersign(request: &Request<'_>, row: &AttestationRow, token: &str) -> Answer<()> {
    if !row.is_in_force(request.node.now()) {
        return Err(Problem::conflict(
            "This attestation was revoked or has expired; it cannot be countersigned.",
        ));
    }
    let author = row.author_jws.as_deref().ok_or_else(|| {
        Problem::conflict("Its issuer did not sign the CID of this attestation (author_jws), so that it cannot become bilateral.")
            .slug("author-jws-missing")
    })?;
    let artifact =
        statement::read::<imajin_dfos::artifact::Artifact>(author).map_err(Problem::internal)?;
    let attestation =
        row.attestation().ok_or_else(|| Problem::internal("an attestation that says nothing"))?;
    let chain = chain_of(request.node, request.owner, "witness_jws")?;
    attestation
        .verify_witness_jws(artifact.cid(), token, &chain, When::Now)
        .map(drop)
        .map_err(|error| Problem::field("witness_jws", format!("witness_jws: {error}.")))
}
