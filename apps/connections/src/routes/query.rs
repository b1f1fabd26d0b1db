//! Asking somebody's node about them, by a signed exchange (WIRE.md §7): what they allow is checked, the declaration of use
//! is kept in their record, whoever can answer answers, and the node signs the answer on their behalf.

use axum::extract::State;
use axum::response::Response;
use imajin_dfos::Value;
use imajin_ledger::{Command, CommandWill};
use imajin_protocol::exchange::{Consent, Instruction};
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use imajin_service::exchange::Signed;
use imajin_service::extract::{Authed, parse_json};
use imajin_service::{Answer, Asked, Node, Problem, Wish, random};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::{did_of, id_of};
use crate::ops;
use crate::projection::PROJECTION;
use crate::reads::{self, Policy};

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
    /// What is to be paid for it, as the asker instructed; null where nothing is.
    #[schema(value_type = Option<Object>)]
    settlement: Json,
    /// The entry in the record of who was asked: `{did, seq, cid, at}`.
    #[schema(value_type = Object)]
    receipt: Json,
}

/// Ask about somebody.
///
/// A signed exchange: `X-MJN-Consent` declares the use of `content` = `<did>/<kind>`; `X-MJN-Settlement`, where they ask for
/// something, instructs its payment. Nothing is paid by it: it is an instruction that is kept.
#[utoipa::path(
    post, path = "/api/query", tag = "query", request_body = Query,
    params(
        ("X-MJN-DID" = String, Header, description = "Who asks"), ("X-MJN-Timestamp" = String, Header, description = "ISO 8601"), ("X-MJN-Nonce" = String, Header, description = "16 to 64 characters, new each time"),
        ("X-MJN-Consent" = String, Header, description = "base64url of the declaration"), ("X-MJN-Settlement" = Option<String>, Header, description = "base64url of the instruction"), ("X-MJN-Signature" = String, Header, description = "128 hex digits"),
    ),
    responses(
        (status = 200, body = QueryAnswer), (status = 401, description = "Not signed, or seen before"), (status = 402, description = "The settlement is missing or short"),
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
    let price = (policy.price, policy.currency.as_str());
    let settlement = signed.settlement(&node, &content, &did, price)?;
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
    // Kept before it is answered: what was told is never told without a trace.
    let receipt = keep(&node, &did, &signed.did, &consent, settlement.as_ref()).await?;
    signed.answer(
        &node,
        &json!({
            "did": did, "kind": asked.kind, "answer": answer, "distance": distance,
            "settlement": settlement.map(|settlement| settlement.document), "receipt": receipt,
        }),
    )
}

/// How far away the asker is, if that is near enough.
fn allowed(node: &Node, by: &Did, about: &Did, policy: &Policy) -> Answer<u8> {
    let distance = node.distance(by, about)?;
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
    let receipt = node.ledger().submit(command).await?;
    Ok(json!({
        "did": receipt.did, "seq": receipt.seq, "cid": receipt.cid.to_string(), "at": receipt.at.to_string(),
    }))
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
    let fact = Fact::new([
        (ops::FACT_REACH, FactValue::Int(form.reach)),
        (ops::FACT_PRICE, FactValue::Int(form.price)),
        (ops::FACT_CURRENCY, FactValue::Id(currency)),
    ]);
    let fact = fact.map_err(|error| Problem::field("price", format!("{error}.")))?;
    let wish = Wish::new(did, ops::POLICY).fact(fact);
    node.perform(&parts, Some(&who.0), wish).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}
