//! The attestation routes: issue and look up (docs/api.md, "Attestations").

use axum::Json as Answer200;
use axum::extract::State;
use axum::http::StatusCode;
use imajin_app::extract::{Caller, JsonRequest, Page, Path, Person, Query, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, CommandRequest, Node, Problem, time};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_identity::proof::who;
use imajin_identity::{NAME, people};
use imajin_ledger::Receipt;
use imajin_protocol::Did;
use imajin_protocol::attestation::{Attestation, Kind, Status, canonical_did};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use crate::body::{AttestationBody, Audience};
use crate::lookup::{self, AttestationFilter, AttestationRow};
use crate::operations::Issue;
use crate::root;

/// An attestation with its issuer's signature.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAttestation {
    /// The issuer; the caller, if left out.
    issuer_did: Option<String>,
    /// The DID of its subject.
    subject_did: String,
    /// The type of attestation.
    #[serde(rename = "type")]
    #[schema(example = "vouch")]
    kind: String,
    /// The DID or id of the thing that it refers to.
    context_id: Option<String>,
    /// The type of that thing.
    context_type: Option<String>,
    /// The rest: texts, whole numbers, booleans, nulls, lists, objects; at most 4096 bytes.
    #[schema(value_type = Object)]
    payload: Option<Map<String, Json>>,
    /// When: milliseconds since 1970, or ISO 8601.
    #[schema(value_type = Object, example = 1_700_000_000_000_i64)]
    issued_at: Json,
    /// 128 hex digits over the JCS of `{subject_did,type,context_id,context_type,payload,issued_at(ms)}`, nulls explicit.
    signature: String,
    /// The issuer's DFOS artifact of schema `mjn:attestation/v1`: without it, it never becomes bilateral.
    author_jws: Option<String>,
    /// Until when it counts: ISO 8601.
    expires_at: Option<String>,
    /// `public` (everybody sees it once it is countersigned) or `parties`.
    #[schema(example = "parties")]
    audience: Option<String>,
    /// With a proof: the salt of the body, as dag-json bytes.
    #[schema(value_type = Object)]
    salt: Option<Json>,
}

/// An attestation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttestationAnswer {
    /// Its name: its CID.
    id: String,
    /// The issuer.
    issuer_did: String,
    /// The DID of its subject.
    subject_did: String,
    /// The type of attestation.
    #[serde(rename = "type")]
    kind: String,
    /// The DID or id of the thing that it refers to.
    context_id: Option<String>,
    /// The type of that thing.
    context_type: Option<String>,
    /// The rest.
    #[schema(value_type = Option<Object>)]
    payload: Option<Map<String, Json>>,
    /// The issuer's signature.
    signature: String,
    /// The text that it signs.
    text: String,
    /// The CID of `{issuerDid,subjectDid,type,contextId,contextType,payload,issuedAt(ms)}`.
    cid: String,
    /// The issuer's signature over the CID.
    author_jws: Option<String>,
    /// The subject's.
    witness_jws: Option<String>,
    /// `pending`, `bilateral` or `declined`.
    attestation_status: &'static str,
    /// The people who may see it.
    audience: &'static str,
    /// When it was said.
    issued_at: String,
    /// Until when it counts.
    expires_at: Option<String>,
    /// When it was taken back.
    revoked_at: Option<String>,
    /// Whether it counts now.
    in_force: bool,
}

fn answer(node: &Node, found: AttestationRow) -> Result<AttestationAnswer, Problem> {
    let attestation = found.attestation();
    let attestation =
        attestation.ok_or_else(|| Problem::internal("an attestation that says nothing"))?;
    Ok(AttestationAnswer {
        in_force: found.is_in_force(node.now()),
        attestation_status: found.status().as_str(),
        audience: if found.public { Audience::Public } else { Audience::Parties }.name(),
        id: found.cid.clone(),
        issuer_did: found.issuer,
        subject_did: found.subject,
        kind: found.kind,
        context_id: attestation.context_id,
        context_type: attestation.context_type,
        payload: attestation.payload,
        signature: found.signature,
        text: found.text,
        cid: found.cid,
        author_jws: found.author_jws,
        witness_jws: found.witness_jws,
        issued_at: attestation.issued_at.to_string(),
        expires_at: found.expires_at.and_then(time::text),
        revoked_at: found.revoked_at.and_then(time::text),
    })
}

/// A part of a list of attestations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttestationsAnswer {
    /// The newest first.
    attestations: Vec<AttestationAnswer>,
    /// How many there are.
    total: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Filter {
    subject_did: Option<String>,
    issuer_did: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    context_id: Option<String>,
    status: Option<String>,
}

/// Attestations about a person, or by a person; without either, those to which you are a party.
///
/// Lists attestations. The issuer and the subject see private ones; everyone sees public ones once the subject has countersigned.
#[utoipa::path(
    get, path = "/api/attestations", tag = "attestations",
    params(
        ("subject_did" = Option<String>, Query, description = "Of whom"), ("issuer_did" = Option<String>, Query, description = "By whom"),
        ("type" = Option<String>, Query, description = "Which type"), ("context_id" = Option<String>, Query, description = "About what"),
        ("status" = Option<String>, Query, description = "`pending`, `bilateral` or `declined`"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query),
    ),
    responses((status = 200, body = AttestationsAnswer), (status = 401, description = "Nobody named, and not signed in"), (status = 404, description = "Nobody here goes by that")),
)]
pub(crate) async fn list(
    Visitor(node, Caller(session)): Visitor,
    page: Page,
    Query(filter): Query<Filter>,
) -> Answer<Answer200<AttestationsAnswer>> {
    let viewer = session.map(|session| session.did);
    let named = |name: Option<String>| -> Answer<Option<String>> {
        let did = name.map(|name| people::named_for(&node, &name, viewer.as_ref()));
        Ok(did.transpose()?.map(|did| did.to_string()))
    };
    let status = filter.status.as_deref().map(status).transpose()?;
    let selection = AttestationFilter {
        subject: named(filter.subject_did)?,
        issuer: named(filter.issuer_did)?,
        kind: filter.kind,
        context_id: filter.context_id,
        status,
        viewer: viewer.as_ref().map(Did::to_string),
    };
    if selection.subject.is_none() && selection.issuer.is_none() && selection.viewer.is_none() {
        return Err(Problem::unauthorized(
            "Say of whom (?subject_did=…) or by whom (?issuer_did=…), or sign in to see your own.",
        ));
    }
    let (found, total) =
        node.read(NAME, |db| lookup::list(db, &selection, page.limit, page.offset))?;
    let attestations =
        found.into_iter().map(|found| answer(&node, found)).collect::<Answer<_>>()?;
    Ok(Answer200(AttestationsAnswer { attestations, total }))
}

fn status(text: &str) -> Answer<Status> {
    [Status::Pending, Status::Bilateral, Status::Declined]
        .into_iter()
        .find(|status| status.as_str() == text)
        .ok_or_else(|| Problem::field("status", "status must be pending, bilateral or declined."))
}

/// One attestation.
#[utoipa::path(
    get, operation_id = "one", path = "/api/attestations/{cid}", tag = "attestations", params(("cid" = String, Path, description = "Its CID")),
    responses((status = 200, body = AttestationAnswer), (status = 404, description = "There is none, or none that you may see")),
)]
pub(crate) async fn read_attestation(
    Visitor(node, Caller(session)): Visitor,
    Path(cid): Path<String>,
) -> Answer<Answer200<AttestationAnswer>> {
    let viewer = session.as_ref().map(|session| session.did.as_str());
    visible(&node, &cid, viewer).and_then(|found| answer(&node, found)).map(Answer200)
}

/// Returns an attestation. Answers "not found" for one that the viewer may not see.
fn visible(node: &Node, cid: &str, viewer: Option<&str>) -> Answer<AttestationRow> {
    node.read(NAME, |db| lookup::by_cid(db, cid))?
        .filter(|found| found.is_visible_to(viewer))
        .ok_or_else(|| Problem::not_found("There is no such attestation that you may see."))
}

/// Issues an attestation about a person.
///
/// Entered in your record and in the subject's. An issuer with a chain signs the entry with `MJN-Proof`: its body is that of `auth.attestation.issue`
/// (docs/format.md §8), its `ref` the attestation's CID, its fact `{"dids":[subject_did]}`. Which types you may issue follows your tier.
#[utoipa::path(
    post, path = "/api/attestations", tag = "attestations", request_body = NewAttestation,
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will")),
    responses(
        (status = 201, body = AttestationAnswer), (status = 200, description = "This very proof was entered before", body = AttestationAnswer),
        (status = 400, description = "Not signed by its issuer, or malformed"), (status = 403, description = "Not with your tier, or not signed with your key"),
        (status = 409, description = "Issued already"),
    ),
)]
pub(crate) async fn issue(
    State(node): State<Node>,
    JsonRequest(parts, new): JsonRequest<NewAttestation>,
) -> Answer<(StatusCode, Answer200<AttestationAnswer>)> {
    let (session, issuer) = who(&node, &parts)?;
    if new.issuer_did.as_ref().is_some_and(|named| named != issuer.as_str()) {
        return Err(Problem::forbidden(
            "issuer_did must be you: nobody attests in another's name.",
        ));
    }
    let salt = new.salt.clone();
    let (said, stored) = new.stored(&node, issuer.clone())?;
    let cid = said.cid().map_err(|error| Problem::field("payload", format!("{error}.")))?;
    let issue = Issue::new(&stored, cid, said.subject);
    let command = CommandRequest::from_operation(issuer, &issue)?.salted(salt.as_ref())?;
    let receipt = node.submit(&parts, session.as_ref(), command).await?;
    entered(&node, &receipt, &cid.to_string())
}

impl NewAttestation {
    fn stored(self, node: &Node, issuer: Did) -> Answer<(Attestation, AttestationBody)> {
        let wrong = |field: &'static str, error: &dyn std::fmt::Display| {
            Problem::field(field, format!("{error}."))
        };
        let expires_at = self.expires_at.as_deref().map(Timestamp::parse).transpose();
        let expires_at = expires_at.map_err(|error| wrong("expires_at", &error))?;
        let audience = self.audience.as_deref().unwrap_or("parties");
        let attestation = Attestation {
            subject: canonical_did("subject_did", &self.subject_did)
                .map_err(|error| wrong("subject_did", &error))?,
            kind: Kind::parse(&self.kind).map_err(|error| wrong("type", &error))?,
            context_id: self.context_id,
            context_type: self.context_type,
            payload: self.payload,
            issued_at: instant(&self.issued_at)?,
            issuer,
        };
        // The entry stores the form of the text that was signed.
        let keys = people::verifying_keys(node, &attestation.issuer)?;
        let signed = attestation.clone().verify(&self.signature, &keys);
        let signed =
            signed.map_err(|error| wrong("signature", &error).slug("attestation-signature"))?;
        let body = AttestationBody {
            issuer: attestation.issuer.clone(),
            text: signed.text().to_owned(),
            signature: self.signature,
            audience: Audience::from_name(audience)
                .ok_or_else(|| Problem::field("audience", "audience must be public or parties."))?,
            expires_at,
            author_jws: self.author_jws,
        };
        Ok((attestation, body))
    }
}

/// Milliseconds, or ISO 8601.
fn instant(value: &Json) -> Answer<Timestamp> {
    let read = match value {
        Json::String(text) => Timestamp::parse(text).ok(),
        other => other.as_i64().and_then(|millis| Timestamp::from_millis(millis).ok()),
    };
    read.ok_or_else(|| Problem::field("issued_at", "issued_at must be whole milliseconds since 1970, or a time like 2026-11-20T12:00:00.000Z."))
}

pub(super) fn entered(
    node: &Node,
    receipt: &Receipt,
    cid: &str,
) -> Answer<(StatusCode, Answer200<AttestationAnswer>)> {
    let row = node.read(NAME, |db| lookup::in_log(db, &receipt.did, cid))?;
    let row = row.ok_or_else(|| Problem::gone("This attestation has been erased."))?;
    let status = if receipt.repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Answer200(answer(node, row)?)))
}

/// The record that this node and you have met: issued by the node, for you to countersign.
///
/// Asked for again it is the same one. What you attest later names its CID as `payload.root`.
#[utoipa::path(
    post, path = "/api/attestations/root", tag = "attestations",
    responses((status = 200, body = AttestationAnswer), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn root_record(
    Person(node, session): Person,
) -> Answer<Answer200<AttestationAnswer>> {
    people::get(&node, &session.did)?;
    let row = root::find_or_make(&node, &session.did).await?;
    answer(&node, row).map(Answer200)
}
