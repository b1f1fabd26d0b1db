//! Asking somebody's node about them, by a signed exchange (WIRE.md §7): what they allow is checked, the declaration of use
//! is kept in their record, whoever can answer answers, and the node signs the answer on their behalf.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use imajin_dfos::Value;
use imajin_ledger::{Command, CommandWill, Receipt};
use imajin_protocol::exchange::{Consent, Instruction};
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use imajin_service::exchange::Signed;
use imajin_service::extract::{Authed, parse_json};
use imajin_service::sale::{Offer, quoted_by};
use imajin_service::{Answer, Asked, Node, Problem, Wish, not_accepted, random};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::{did_of, id_of, is_signed};
use crate::projection::PROJECTION;
use crate::reads::{self, Policy};
use crate::{asking, ops};

/// The digest of an answer's manifest (WIRE.md §4).
const FAIR_DIGEST: &str = "x-fair-digest";

/// A question about somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// About whom: a DID in any form, or a handle.
    to: String,
    /// Which service answers.
    #[schema(example = "profile")]
    kind: String,
    /// What it is asked, in its own words.
    #[serde(default)]
    #[schema(value_type = Object)]
    query: Json,
}

/// The answer, signed in its `X-MJN-*` headers by the node on behalf of who was asked.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "the description of an answer that is signed as its bytes are"
)]
pub(crate) struct QueryAnswer {
    /// About whom.
    did: String,
    kind: String,
    /// What the service says.
    #[schema(value_type = Object)]
    answer: Json,
    /// How many connections lie between the two.
    distance: u8,
    /// What was paid for it, as the asker instructed; null where nothing is.
    #[schema(value_type = Option<Object>)]
    settlement: Json,
    /// The payment, whose receipt `GET /pay/api/receipts/{id}` shows; null where nothing was paid.
    payment: Option<String>,
    /// Its .fair manifest, whose digest stands in `X-Fair-Digest`: of a priced answer the one by which it was paid.
    #[schema(value_type = Object)]
    fair: Json,
    /// The entry that keeps it, `{did, seq, cid, at}`: in the record of who was asked, of a priced answer the asker's own.
    #[schema(value_type = Object)]
    receipt: Json,
}

/// Ask about somebody.
///
/// A signed exchange: `X-MJN-Consent` declares the use of `content` = `<did>/<kind>`; `X-MJN-Settlement`, where they ask for
/// something, instructs the payment of exactly that, to them. It is paid from the asker's credit on this box, together with
/// the question, by an `MJN-Proof` of `connections.ask` in the same request; without one, the answer is 402, and `sign` says
/// what to sign.
#[utoipa::path(
    post, path = "/api/query", tag = "query", request_body = Query,
    params(
        ("X-MJN-DID" = String, Header, description = "Who asks"), ("X-MJN-Timestamp" = String, Header, description = "ISO 8601"), ("X-MJN-Nonce" = String, Header, description = "16 to 64 characters, new each time"),
        ("X-MJN-Consent" = String, Header, description = "base64url of the declaration"), ("X-MJN-Settlement" = Option<String>, Header, description = "base64url of the instruction"), ("X-MJN-Signature" = String, Header, description = "128 hex digits"),
        ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `connections.ask`, where they ask for something"),
    ),
    responses(
        (status = 200, body = QueryAnswer), (status = 401, description = "Not signed, or seen before"), (status = 402, description = "The settlement is missing or not the price, is not signed for, or the credit is short"),
        (status = 403, description = "Too far away, or the consent is refused"), (status = 404, description = "Nobody here goes by that, or nobody can answer this"),
    ),
)]
pub(crate) async fn query(State(node): State<Node>, signed: Signed) -> Answer<Response> {
    let asked: Query = parse_json(&signed.body)?;
    let did = did_of(&node, &asked.to)?;
    let policy = node.read(PROJECTION.name, |db| reads::policy(db, &did))?;
    let distance = allowed(&node, &signed.did, &did, &policy)?;
    let content = format!("{did}/{}", asked.kind);
    let consent = signed.consent(&node, &content)?;
    // Nobody pays themselves.
    let price = match signed.did == did {
        true => 0,
        false => policy.price,
    };
    let settlement = signed.settlement(&node, &content, &did, (price, &policy.currency))?;
    let question = Asked {
        about: &did,
        by: &signed.did,
        distance,
        query: &asked.query,
    };
    let service = node.services().get(&asked.kind);
    let answer = match service {
        Some(service) => service.respond(&node, &question)?,
        None => None,
    };
    let answer = answer.ok_or_else(|| {
        Problem::not_found(format!(
            "No service here answers questions of the kind {:?}.",
            asked.kind
        ))
    })?;
    let manifest = match &policy.fair {
        Some(fair) => asking::manifest(&node, Some(fair))?,
        None => None,
    };
    // Kept, and paid, before it is answered: what was told is never told without a trace.
    let (fair, payment, receipt) = match (&settlement, manifest) {
        (Some(settlement), Some(manifest)) if price > 0 => {
            let mut offer = asking::offer(&signed.did, &policy, manifest)?;
            offer.quoted = quoted_by(&node, &signed.head.headers);
            let documents = asking::documents(&consent.document, &settlement.document);
            let (payment, receipt) =
                pay(&node, &signed, &did, &asked.kind, &offer, documents).await?;
            (offer.manifest, payment, receipt)
        }
        (_, None) if price > 0 => {
            return Err(Problem::conflict(
                "They want something for an answer, and who gets it is not known here any more: nothing can be paid.",
            ));
        }
        (_, manifest) => {
            let fair = match manifest {
                Some(manifest) => manifest,
                None => asking::plain_manifest(&node, &did, &content)?,
            };
            let receipt = keep(&node, &did, &signed.did, &consent, settlement.as_ref()).await?;
            (fair, Json::Null, receipt)
        }
    };
    let mut response = signed.answer(
        &node,
        &json!({
            "did": did, "kind": asked.kind, "answer": answer, "distance": distance, "fair": fair.document(),
            "settlement": settlement.map(|settlement| settlement.document), "payment": payment, "receipt": receipt,
        }),
    )?;
    let digest = HeaderValue::try_from(fair.digest().to_string()).map_err(Problem::internal)?;
    response.headers_mut().insert(FAIR_DIGEST, digest);
    Ok(response)
}

/// What is paid, with the question, in one operation of who asks: the payment's id, and their entry.
async fn pay(
    node: &Node,
    signed: &Signed,
    about: &Did,
    kind: &str,
    offer: &Offer,
    documents: Json,
) -> Answer<(Json, Json)> {
    let quote = node.cashier()?.quote(node, offer)?;
    let fact = asking::fact(offer, &quote, kind)?;
    let mut to = quote.to.clone();
    to.insert(about.clone());
    let wish = Wish::new(signed.did.clone(), ops::ASK)
        .reference(id_of(about)?)
        .fact(fact)
        .args(documents);
    if !is_signed(&signed.head) {
        let sign = json!({
            "op": wish.op, "did": wish.did, "ref": wish.reference, "body": null, "to": to,
            "fact": wish.fact.as_ref().map(|fact| fact.to_json()),
        });
        return Err(Problem::payment_required(
            "An answer is paid with your signature: sign what stands under \"sign\" and send it along as MJN-Proof.",
        )
        .slug("signature-required")
        .with("sign", sign));
    }
    let receipt = node.perform(&signed.head, None, wish).await?;
    let payment = receipt
        .value
        .as_ref()
        .map_or(Json::Null, |value| value["payment"].clone());
    Ok((payment, entry_of(&receipt)))
}

fn entry_of(receipt: &Receipt) -> Json {
    json!({
        "did": receipt.did, "seq": receipt.seq, "cid": receipt.cid.to_string(), "at": receipt.at.to_string(),
    })
}

/// How far away the asker is, if that is near enough.
fn allowed(node: &Node, by: &Did, about: &Did, policy: &Policy) -> Answer<u8> {
    let distance = node.distance(by, about)?;
    if node.is_blocked(by, &[about.clone()].into())? {
        return Err(not_accepted());
    }
    distance
        .filter(|distance| i64::from(*distance) <= policy.reach)
        .ok_or_else(|| {
            Problem::forbidden("They answer only people who are nearer to them than you are.")
                .slug("distance")
                .with("distance", distance)
        })
}

/// The declaration in the record of who was asked, by the node's word.
async fn keep(
    node: &Node,
    did: &Did,
    by: &Did,
    consent: &Consent,
    settlement: Option<&Instruction>,
) -> Answer<Json> {
    let mut body = vec![("consent", Value::from(consent.document.to_string()))];
    body.extend(settlement.map(|one| ("settlement", Value::from(one.document.to_string()))));
    let fact = Fact::new([(
        ops::FACT_DIDS,
        FactValue::List(vec![FactItem::Id(id_of(by)?)]),
    )]);
    let reference = IdText::parse(&format!("qry_{}", random::hex::<12>()?));
    let command = Command {
        did: did.clone(),
        service: PROJECTION.name.to_owned(),
        op: ops::QUERIED.to_owned(),
        reference: Some(reference.map_err(Problem::internal)?),
        body: Some(Value::map(body)),
        fact: Some(fact.map_err(Problem::internal)?),
        will: CommandWill::Node,
        now: node.now(),
        fresh: random::bytes()?,
        args: Json::Null,
    };
    let left = node.leave(ops::QUERIED, by, did)?;
    let receipt = node.ledger().submit(command).await?;
    left.keep();
    Ok(entry_of(&receipt))
}

/// Whom one answers, and for what.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyForm {
    /// How many connections may lie between: 0 nobody else, 1 connections (the default), at most 6.
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
pub(crate) async fn policy(
    State(node): State<Node>,
    Authed(session): Authed,
) -> Answer<axum::Json<PolicyForm>> {
    let found = node.read(PROJECTION.name, |db| reads::policy(db, &session.did))?;
    Ok(axum::Json(PolicyForm {
        reach: found.reach,
        price: found.price,
        currency: found.currency,
        fair: found.fair,
    }))
}

/// Choose whom you answer, and what for.
#[utoipa::path(
    put, path = "/api/policy", tag = "query", request_body = PolicyForm,
    responses((status = 204, description = "Kept"), (status = 400, description = "Not such a choice"), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn set_policy(
    State(node): State<Node>,
    who: Authed,
    request: axum::extract::Request,
) -> Answer<axum::http::StatusCode> {
    let (parts, body) = request.into_parts();
    let did = who.acting_for(&node, &parts.headers, ops::POLICY)?;
    let body = imajin_service::extract::read_body(body, &node).await?;
    let form: PolicyForm = parse_json(&body)?;
    let currency = IdText::parse(&form.currency)
        .map_err(|error| Problem::field("currency", format!("{error}.")))?;
    let mut members = vec![
        (ops::FACT_REACH, FactValue::Int(form.reach)),
        (ops::FACT_PRICE, FactValue::Int(form.price)),
        (ops::FACT_CURRENCY, FactValue::Id(currency)),
    ];
    if let Some(fair) = &form.fair {
        let fair =
            IdText::parse(fair).map_err(|error| Problem::field("fair", format!("{error}.")))?;
        members.push((ops::FACT_FAIR, FactValue::Id(fair)));
    }
    let fact = Fact::new(members);
    let fact = fact.map_err(|error| Problem::field("price", format!("{error}.")))?;
    let wish = Wish::new(did, ops::POLICY).fact(fact);
    node.perform(&parts, Some(&who.0), wish).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
