//! Questions to a person's node about them, by a signed exchange (docs/api.md, "Connections and profiles"): the node
//! checks their policy, keeps the declaration of use in their record, has a service answer, and signs the answer on
//! their behalf. Declarations of use in other requests are kept in the same way.

use std::pin::Pin;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use imajin_app::capabilities::{DeclaredUse, KeepsConsents};
use imajin_app::exchange::Signed;
use imajin_app::extract::{Authed, Person, parse_json, read_body};
use imajin_app::operation::Int;
use imajin_app::{Answer, Answers, CommandRequest, Node, Problem, Question};
use imajin_dfos::cid::sha256;
use imajin_dfos::hex;
use imajin_host::LeaveReservation;
use imajin_host::prelude::*;
use imajin_ledger::Receipt;
use imajin_protocol::{Did, IdText};
use imajin_selling::{Offer, quoted_by};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::{did_of, is_signed, read};
use crate::Connections;
use crate::asking;
use crate::fields::{OneDid, SignedText};
use crate::operations::{Ask, Asking, Queried, SetPolicy};
use crate::queries::{self, Policy};

/// The digest of an answer's manifest (docs/api.md, "Manifests").
const FAIR_DIGEST: &str = "x-fair-digest";

/// A question about a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// The person asked about: a DID in any form, or a handle.
    to: String,
    /// The service that answers.
    #[schema(example = "profile")]
    kind: String,
    /// The question, in the service's own form.
    #[serde(default)]
    #[schema(value_type = Object)]
    query: Json,
}

/// The answer, signed in its `X-MJN-*` headers by the node on behalf of the person asked about.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the description of an answer that is signed as its bytes are")]
pub(crate) struct QueryAnswer {
    /// About whom.
    did: String,
    kind: String,
    /// The service's answer.
    #[schema(value_type = Object)]
    answer: Json,
    /// How many connections lie between the two.
    distance: u8,
    /// The payment for it, as the asker instructed; null if nothing is paid.
    #[schema(value_type = Option<Object>)]
    settlement: Json,
    /// The payment, whose receipt `GET /pay/api/receipts/{id}` shows; null if nothing was paid.
    payment: Option<String>,
    /// Its .fair manifest, whose digest is in `X-Fair-Digest`: of a priced answer the one by which it was paid.
    #[schema(value_type = Object)]
    fair: Json,
    /// The entry that keeps it, `{did, seq, cid, at}`: in the record of the person asked about, of a priced answer the asker's own.
    #[schema(value_type = Object)]
    receipt: Json,
}

/// Asks about a person.
///
/// A signed exchange: `X-MJN-Consent` declares the use of `content` = `<did>/<kind>`; `X-MJN-Settlement`, where they ask for
/// something, instructs the payment of exactly that, to them. It is paid from the asker's credit on this box, together with
/// the question, by an `MJN-Proof` of `connections.ask` in the same request; without one, the answer is 402, and `sign` says
/// what to sign.
#[utoipa::path(
    post, path = "/api/query", tag = "query", request_body = Query,
    params(
        ("X-MJN-DID" = String, Header, description = "The asker"), ("X-MJN-Timestamp" = String, Header, description = "ISO 8601"), ("X-MJN-Nonce" = String, Header, description = "16 to 64 characters, new each time"),
        ("X-MJN-Consent" = String, Header, description = "base64url of the declaration"), ("X-MJN-Settlement" = Option<String>, Header, description = "base64url of the instruction"), ("X-MJN-Signature" = String, Header, description = "128 hex digits"),
        ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `connections.ask`, where they ask for something"),
    ),
    responses(
        (status = 200, body = QueryAnswer), (status = 401, description = "Not signed, or seen before"), (status = 402, description = "The settlement is missing or not the price, is not signed for, or the credit is short"),
        (status = 403, description = "Too far away, or the consent is refused"), (status = 404, description = "There is nobody of this name here, or nobody can answer this"),
    ),
)]
pub(crate) async fn query(State(node): State<Node>, signed: Signed) -> Answer<Response> {
    let query: Query = parse_json(&signed.body)?;
    let did = did_of(&node, &query.to)?;
    let policy = queries::read(&node, |db| queries::policy(db, &did))?;
    let distance = allowed(&node, &signed.did, &did, &policy)?;
    let content = format!("{did}/{}", query.kind);
    let declared = signed.consent(&content)?;
    // Questions about the caller are free.
    let price = if signed.did == did { 0 } else { policy.price };
    let settlement = signed.settlement(&content, &did, (price, &policy.currency))?;
    let question = Question { about: &did, by: &signed.did, distance, query: &query.query };
    let mut all = node.services().offers().all::<dyn Answers>();
    let app = all.find(|(app, _)| *app == query.kind);
    let (_, app) = app.ok_or_else(|| {
        Problem::not_found(format!(
            "No service here answers questions of the kind {:?}.",
            query.kind
        ))
    })?;
    let answer = app.respond(&node, &question)?;
    let manifest = asking::manifest(&node, policy.fair.as_deref())?;
    // Kept, and paid, before it is answered: what was told is never told without a trace.
    let (fair, payment, receipt) = match (&settlement, manifest) {
        (Some(settlement), Some(manifest)) if price > 0 => {
            let mut offer = asking::offer(&signed.did, &policy, manifest)?;
            offer.quoted = quoted_by(&node, &signed.head.headers);
            let documents = (
                document("consent", &declared.consent.document)?,
                document("settlement", &settlement.document)?,
            );
            let name = name_of(&declared)?;
            let asking = (name, &offer, documents);
            let (payment, receipt) = pay(&node, &signed, (&did, &query.kind), asking).await?;
            (offer.manifest, payment, receipt)
        }
        (_, None) if price > 0 => {
            return Err(Problem::conflict(
                "They charge for an answer, but this box no longer has their manifest, so you cannot pay.",
            ));
        }
        (_, manifest) => {
            let fair = match manifest {
                Some(manifest) => manifest,
                None => asking::plain_manifest(&node, &did, &content)?,
            };
            let receipt = keep(&node, &did, &declared).await?;
            (fair, Json::Null, receipt)
        }
    };
    let mut response = signed.answer(
        &node,
        &json!({
            "did": did, "kind": query.kind, "answer": answer, "distance": distance, "fair": fair.document(),
            "settlement": settlement.map(|settlement| settlement.document), "payment": payment, "receipt": receipt,
        }),
    )?;
    let digest = HeaderValue::try_from(fair.digest().to_string()).map_err(Problem::internal)?;
    response.headers_mut().insert(FAIR_DIGEST, digest);
    Ok(response)
}

/// Pays and asks in one operation of the asker. Returns the payment's ID and the asker's entry.
async fn pay(
    node: &Node,
    signed: &Signed,
    (about, kind): (&Did, &str),
    (question, offer, (consent, settlement)): (IdText, &Offer, (SignedText, SignedText)),
) -> Answer<(Json, Json)> {
    let cashier = imajin_selling::cashier(node)?;
    let quote = cashier.quote(node, offer)?;
    let ask = Ask::new(about.clone(), read("kind", kind)?, offer, &quote);
    if !is_signed(&signed.head) {
        let command = CommandRequest::from_operation(signed.did.clone(), &ask)?;
        let mut to = quote.to.clone();
        to.insert(about.clone());
        let sign = json!({
            "op": command.op, "did": command.did, "ref": command.reference, "body": null, "to": to,
            "fact": command.fact.as_ref().map(|fact| fact.to_json()),
        });
        return Err(Problem::payment_required(
            "An answer is paid with your signature: sign what is under \"sign\" and send it along as MJN-Proof.",
        )
        .slug("signature-required")
        .with_member("sign", sign));
    }
    let sale = ask.sale(&signed.did, offer.manifest.clone())?;
    let asking =
        Asking { question, consent, settlement, receipt: cashier.prepare(node, &sale)?, sale };
    let command = CommandRequest::prepared(signed.did.clone(), ask, asking)?;
    let receipt = node.submit(&signed.head, None, command).await?;
    let payment = receipt.value.as_ref().map_or(Json::Null, |value| value["payment"].clone());
    Ok((payment, entry_of(&receipt)))
}

/// The name of a declared use: the same for the same nonce, so that it is kept once.
fn name_of(declared: &DeclaredUse) -> Answer<IdText> {
    let (consent, nonce) = (&declared.consent, &declared.nonce);
    let text = format!("{}\n{nonce}\n{}", consent.consumer, consent.document);
    let name = format!("qry_{}", hex::encode(&sha256(text.as_bytes())[..12]));
    IdText::parse(&name).map_err(Problem::internal)
}

fn entry_of(receipt: &Receipt) -> Json {
    json!({
        "did": receipt.did, "seq": receipt.seq, "cid": receipt.cid.to_string(), "at": receipt.at.to_string(),
    })
}

/// A document of the exchange, as the log keeps it.
fn document(field: &'static str, document: &Json) -> Answer<SignedText> {
    read(field, &document.to_string())
}

/// Returns the distance of the asker. Refuses an asker who is too far away or blocked.
fn allowed(node: &Node, by: &Did, about: &Did, policy: &Policy) -> Answer<u8> {
    let distance = node.distance(by, about)?;
    let near = distance.filter(|distance| i64::from(*distance) <= policy.reach);
    let too_far = || {
        Problem::forbidden("They answer only people who are nearer to them than you are.")
            .slug("distance")
            .with_member("distance", distance)
    };
    let near = near.ok_or_else(too_far)?;
    // Only the person knows their own limit, so a block gets the same answer as a distance.
    node.refuse_blocked(by, &[about.clone()].into(), too_far)?;
    Ok(near)
}

/// Enters a declaration in the record of the person whose data was given, by the node's word.
async fn keep(node: &Node, owner: &Did, declared: &DeclaredUse) -> Answer<Json> {
    let by = &declared.consent.consumer;
    let settlement = declared.settlement.as_ref();
    let queried = Queried {
        question: name_of(declared)?,
        dids: OneDid(by.clone()),
        consent: document("consent", &declared.consent.document)?,
        settlement: settlement
            .map(|settlement| document("settlement", &settlement.document))
            .transpose()?,
        request: Some(read("request", &declared.request)?),
    };
    let left = node.leave(Queried::NAME, by, owner)?;
    let receipt = node.record(owner.clone(), &queried).await?;
    left.keep();
    Ok(entry_of(&receipt))
}

/// Takes room for the declaration of a sender without a record here. Their number has no end, so all of them share the allowance of one.
fn shared_room<'n>(node: &'n Node, owner: &Did, by: &Did) -> Answer<Option<LeaveReservation<'n>>> {
    match node.status(by)? {
        Some(_) => Ok(None),
        None => node.leave(Queried::NAME, node.did(), owner).map(Some),
    }
}

/// Whether a declaration has a record to be kept in. The box's own takes none of senders from elsewhere.
fn is_for_record(node: &Node, owner: &Did, by: &Did) -> Answer<bool> {
    Ok(owner != node.did() || node.status(by)?.is_some())
}

impl KeepsConsents for Connections {
    fn check_room(&self, node: &Node, owner: &Did, declared: &DeclaredUse) -> Answer<()> {
        let by = &declared.consent.consumer;
        if !is_for_record(node, owner, by)? {
            return Ok(());
        }
        let left = shared_room(node, owner, by)
            .and_then(|shared| Ok((shared, node.leave(Queried::NAME, by, owner)?)));
        match left {
            Err(problem) if problem.status() == StatusCode::TOO_MANY_REQUESTS => Err(problem),
            // The route decides about people who are blocked.
            _ => Ok(()),
        }
    }

    fn keep_consent<'a>(
        &'a self,
        node: &'a Node,
        owner: &'a Did,
        declared: &'a DeclaredUse,
    ) -> Pin<Box<dyn Future<Output = Answer<()>> + Send + 'a>> {
        Box::pin(async move {
            let by = &declared.consent.consumer;
            let question = name_of(declared)?;
            let is_kept = queries::read(node, |db| queries::is_kept(db, owner, question.as_str()))?;
            if is_kept || !is_for_record(node, owner, by)? {
                return Ok(());
            }
            let shared = shared_room(node, owner, by)?;
            match keep(node, owner, declared).await {
                // A concurrent request with the same declaration has entered it.
                Err(problem) if problem.status() == StatusCode::CONFLICT => return Ok(()),
                kept => kept?,
            };
            if let Some(shared) = shared {
                shared.keep();
            }
            Ok(())
        })
    }
}

/// Whom one answers, and for what.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyForm {
    /// How many connections may lie between: 0 only the owner, 1 connections (the default), at most 6.
    reach: i64,
    /// In minor units; 0 for nothing.
    #[serde(default)]
    price: i64,
    /// ISO 4217, MJN or MJNX.
    #[schema(example = "CHF")]
    currency: String,
    /// With a price: the digest of a .fair manifest that you signed and published, by which it is shared.
    #[serde(default)]
    fair: Option<String>,
}

/// Whom do I answer?
#[utoipa::path(get, path = "/api/policy", tag = "query", responses((status = 200, body = PolicyForm), (status = 401, description = "Not signed in")))]
pub(crate) async fn policy(Person(node, session): Person) -> Answer<axum::Json<PolicyForm>> {
    let policy = queries::read(&node, |db| queries::policy(db, &session.did))?;
    Ok(axum::Json(PolicyForm {
        reach: policy.reach,
        price: policy.price,
        currency: policy.currency,
        fair: policy.fair,
    }))
}

/// Choose which askers get an answer from you, and for what price.
#[utoipa::path(
    put, path = "/api/policy", tag = "query", request_body = PolicyForm,
    responses((status = 204, description = "Kept"), (status = 400, description = "Not such a choice"), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn set_policy(
    State(node): State<Node>,
    who: Authed,
    request: Request,
) -> Answer<StatusCode> {
    let (parts, body) = request.into_parts();
    let did = who.acting_for(&node, &parts.headers, SetPolicy::NAME)?;
    let form: PolicyForm = parse_json(&read_body(body, &node).await?)?;
    let fair = form.fair.as_deref();
    let set = SetPolicy {
        reach: Int(form.reach),
        price: Int(form.price),
        currency: read("currency", &form.currency)?,
        fair: fair.map(|fair| read("fair", fair)).transpose()?,
    };
    let command = CommandRequest::from_operation(did, &set)?;
    node.submit(&parts, Some(&who.0), command).await?;
    Ok(StatusCode::NO_CONTENT)
}
