//! Routes of payments from credit, and of their quotes.

use axum::extract::State;
use axum::http::HeaderMap;
use imajin_app::extract::{Authed, JsonRequest};
use imajin_app::{Node, Problem};
use imajin_protocol::settlement::Receipt;
use imajin_protocol::{Did, IdText, Minor};
use imajin_selling::{Offer, Quote, Rail, Terms, quoted_by};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::enter::{RequestedMovement, amount, currency, manifest, note};
use crate::manifests::Source;
use crate::operations::{Checkout, Conditions, OutsideRail, PaymentReceipt, Purchase, Settle};
use crate::{cashier, queries};

/// A payment, and the manifest by which it is shared.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SettleRequest {
    /// The payer; the one that is signed in, if left out.
    pub(super) from_did: Option<String>,
    /// In minor units (cents).
    #[schema(example = 1000)]
    pub(super) total_amount: i64,
    /// ISO 4217, MJN or MJNX.
    #[schema(example = "CHF")]
    pub(super) currency: String,
    /// The service that sells.
    #[schema(example = "events")]
    pub(super) service: String,
    /// The kind of thing that is sold.
    #[serde(rename = "type")]
    #[schema(example = "ticket")]
    pub(super) kind: String,
    /// The seller's signed .fair manifest: the document, or its text.
    #[schema(value_type = Object)]
    pub(super) fair_manifest: Json,
    /// Only the node itself can know that a payment is funded elsewhere: true is refused.
    pub(super) funded: Option<bool>,
    /// A note to yourself, which only you see.
    pub(super) memo: Option<String>,
    /// With an MJN-Proof: the salt that was signed, `{"/":{"bytes":"…"}}`.
    #[schema(value_type = Option<Object>)]
    pub(super) salt: Option<Json>,
}

/// Somebody's part.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Recipient {
    /// Who.
    did: String,
    /// In minor units.
    amount: i64,
}

/// The parts of a payment that was not made yet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuoteAnswer {
    /// The part of each recipient.
    recipients: Vec<Recipient>,
    /// The people with a share who deleted their records: it goes to the others.
    gone: Vec<String>,
    /// Every level of every manifest.
    #[schema(value_type = Object)]
    division: Json,
    /// The command that is signed to pay from credit: op, did, ref, fact, body, to.
    #[schema(value_type = Object)]
    sign: Json,
}

/// A payment that was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettleAnswer {
    settled: bool,
    /// The payment's id.
    #[schema(example = "pay_0f3c…")]
    batch_id: String,
    /// The entries, in the logs of everybody concerned.
    transactions: Vec<EntryOf>,
    /// The part of each recipient.
    recipients: Vec<Recipient>,
}

/// An entry in a log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryOf {
    did: String,
    /// The place in the payer's own log.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    cid: String,
}

/// Returns the parts of a payment, and the command that its payer signs.
#[utoipa::path(post, path = "/api/quote", tag = "pay", request_body = SettleRequest, responses((status = 200, body = QuoteAnswer), (status = 400, description = "Not a payment, or the manifest is not signed"), (status = 409, description = "The manifests cannot be followed")))]
pub(crate) async fn quote(
    State(node): State<Node>,
    authed: Authed,
    JsonRequest(parts, payload): JsonRequest<SettleRequest>,
) -> Result<axum::Json<QuoteAnswer>, Problem> {
    let (terms, quote) = terms_of(&node, &authed, &payload, Rail::Ledger, &parts.headers)?;
    let settle = settle_of(&terms, &payload)?;
    // The operation to sign is the same with too little credit.
    let sign = to_sign_even_if_short(&node, &authed.0.did, &settle, &payload, &quote)?;
    Ok(axum::Json(QuoteAnswer {
        recipients: recipients_of(&quote.recipients),
        gone: quote.gone.iter().map(|did| did.to_string()).collect(),
        division: quote.division,
        sign,
    }))
}

fn to_sign_even_if_short(
    node: &Node,
    payer: &Did,
    settle: &Settle,
    asked: &SettleRequest,
    quote: &Quote,
) -> Result<Json, Problem> {
    match RequestedMovement::new(payer, settle, asked.salt.as_ref())?.to_sign(node) {
        Err(problem) if problem.status() == axum::http::StatusCode::PAYMENT_REQUIRED => Ok(
            serde_json::json!({ "op": Settle::NAME, "did": payer, "to": quote.to, "short": true }),
        ),
        other => other,
    }
}

/// Pays a seller from credit on this node: one operation over all logs that it touches.
#[utoipa::path(
    post, path = "/api/settle", tag = "pay", request_body = SettleRequest,
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will of `pay.settle`")),
    responses((status = 200, body = SettleAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"), (status = 409, description = "The manifests changed, or cannot be followed")),
)]
pub(crate) async fn settle(
    State(node): State<Node>,
    authed: Authed,
    JsonRequest(parts, payload): JsonRequest<SettleRequest>,
) -> Result<axum::Json<SettleAnswer>, Problem> {
    let (terms, _) = terms_of(&node, &authed, &payload, Rail::Ledger, &parts.headers)?;
    let (payer, settle) = (&authed.0.did, settle_of(&terms, &payload)?);
    let settle = RequestedMovement::new(payer, &settle, payload.salt.as_ref())?;
    let (entered, payment) = settle.enter(&node, &parts, &authed.0).await?;
    let receipt =
        queries::read(&node, |db| queries::entry_about(db, payer, PaymentReceipt::NAME, &payment))?;
    let receipt = receipt
        .as_ref()
        .and_then(|entry| entry.body["receipt"].as_str())
        .and_then(|text| Receipt::parse(text).ok());
    let entries = entered.entries.iter().map(|entry| EntryOf {
        did: entry.did.to_string(),
        seq: (entry.did == *payer).then_some(entry.seq),
        cid: entry.cid.to_string(),
    });
    Ok(axum::Json(SettleAnswer {
        settled: true,
        batch_id: payment,
        transactions: entries.collect(),
        recipients: receipt
            .map_or_else(Vec::new, |receipt| recipients_of(&receipt.division.recipients)),
    }))
}

fn recipients_of(recipients: &[(Did, Minor)]) -> Vec<Recipient> {
    recipients
        .iter()
        .map(|(did, amount)| Recipient { did: did.to_string(), amount: amount.get() })
        .collect()
}

/// Returns the terms that the payer of a request agrees to, and the quote for them.
pub(super) fn terms_of(
    node: &Node,
    authed: &Authed,
    asked: &SettleRequest,
    rail: Rail,
    headers: &HeaderMap,
) -> Result<(Terms, Quote), Problem> {
    if asked.funded == Some(true) {
        return Err(Problem::forbidden(
            "Only this box itself can know that a payment is funded elsewhere: leave \"funded\" out.",
        ));
    }
    let payer = authed.0.did.clone();
    if let Some(named) = &asked.from_did
        && node.resolve(named)?.as_ref() != Some(&payer)
    {
        return Err(Problem::forbidden("You can pay with your own money only."));
    }
    let manifest = manifest("fair_manifest", &asked.fair_manifest)?;
    let id = |field: &'static str, text: &str| {
        IdText::parse(text).map_err(|error| Problem::field(field, format!("{field}: {error}.")))
    };
    let offer = Offer {
        payer,
        amount: amount(asked.total_amount)?.get(),
        currency: currency(&asked.currency)?,
        service: id("service", &asked.service)?,
        kind: id("type", &asked.kind)?,
        manifest,
        agreed: None,
        rail,
        quoted: quoted_by(node, headers),
    };
    let quote = cashier::quote(node, &offer, Source::Brought)?;
    Ok((offer.terms(&quote), quote))
}

/// Returns the operation of a payment from credit.
fn settle_of(terms: &Terms, asked: &SettleRequest) -> Result<Settle, Problem> {
    Ok(Settle {
        purchase: purchase_of(terms)?,
        conditions: conditions_of(terms),
        memo: note(asked.memo.as_ref()),
    })
}

/// Returns the operation of a payment from outside.
pub(super) fn checkout_of(
    terms: &Terms,
    rail: OutsideRail,
    asked: &SettleRequest,
) -> Result<Checkout, Problem> {
    Ok(Checkout {
        purchase: purchase_of(terms)?,
        rail,
        conditions: conditions_of(terms),
        memo: note(asked.memo.as_ref()),
    })
}

fn purchase_of(terms: &Terms) -> Result<Purchase, Problem> {
    Ok(Purchase {
        amount: amount(terms.amount.get())?,
        currency: terms.currency,
        seller: terms.seller.clone(),
        service: terms.service.clone(),
        kind: terms.kind.clone(),
        fair: terms.manifest.digest(),
        follows: terms.follows,
    })
}

fn conditions_of(terms: &Terms) -> Conditions {
    Conditions {
        quoted: terms.quoted,
        free_at: None,
        about: None,
        manifest: terms.manifest.clone(),
        agreed: None,
    }
}
