//! Routes of payments by card: the buyer pays an order on the provider's page.

use imajin_app::extract::{self, Authed, JsonRequest, Path};
use imajin_app::{Node, Problem, time};
use imajin_protocol::Minor;
use imajin_selling::{self as sale, PaymentPage, Rail};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::enter::{amount, currency, enter, enter_salted, wrong};
use super::settle::{SettleRequest, checkout_of, terms_of};
use crate::counter::Counter;
use crate::operations::{OutsideRail, TopUp};
use crate::provider::Item;
use crate::{cashier, outside};

/// Limits of an amount in minor units (docs/api.md, "Money").
const AMOUNT: std::ops::RangeInclusive<i64> = 50..=99_999_900;
const QUANTITY: std::ops::RangeInclusive<u32> = 1..=100;
const ITEMS_MAX: usize = 100;
/// Maximum length of an item's name or description, in characters, and of an address.
const NAME_CHARS_MAX: usize = 250;
const URL_BYTES_MAX: usize = 2_000;

/// A purchase.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckoutRequest {
    items: Vec<ItemRequest>,
    /// ISO 4217.
    #[schema(example = "CHF")]
    currency: String,
    /// Where the provider's page leads when it is paid.
    success_url: String,
    /// Where it leads when not.
    cancel_url: String,
    /// The seller: the one that signed the manifest.
    seller_did: Option<String>,
    /// The seller's signed .fair manifest: the document, or its text.
    #[schema(value_type = Option<Object>)]
    fair_manifest: Option<Json>,
    /// Whom the provider writes to.
    customer_email: Option<String>,
    /// `service` and `type` say what is sold, for the receipt; the rest is passed over.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Json>,
    /// A note to yourself, which only you see.
    memo: Option<String>,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// A line.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ItemRequest {
    name: String,
    description: Option<String>,
    /// In minor units: 50 to 99 999 900.
    amount: i64,
    /// 1 to 100.
    quantity: u32,
}

/// Credit by card.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TopUpRequest {
    /// In minor units.
    amount: i64,
    currency: String,
    success_url: String,
    cancel_url: String,
}

/// The page where it is paid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckoutAnswer {
    /// The provider's name for it.
    #[schema(example = "cs_test_a1b2…")]
    id: String,
    url: String,
    expires_at: String,
    /// The payment's id here.
    #[schema(example = "pay_0f3c…")]
    transaction_id: String,
}

/// The state of a payment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StateAnswer {
    transaction_id: String,
    /// `pending`, `paid`, `failed` or `expired`.
    status: &'static str,
    /// The way by which it comes.
    rail: &'static str,
    /// In minor units.
    amount: i64,
    currency: String,
    /// Until when it is awaited.
    expires_at: Option<String>,
}

/// Begins a payment by card. What is agreed to is signed like any other payment; then the answer says where to pay.
#[utoipa::path(post, path = "/api/checkout", tag = "pay", request_body = CheckoutRequest,
    params(("MJN-Proof" = Option<String>, Header, description = "The proof of will of `pay.checkout`")),
    responses((status = 200, body = CheckoutAnswer), (status = 400, description = "Not a payment, or the manifest is not signed"), (status = 403, description = "It must be signed: `sign` says what"), (status = 409, description = "No cards here"), (status = 503, description = "The provider does not answer")))]
pub(crate) async fn checkout(
    counter: Counter,
    authed: Authed,
    JsonRequest(parts, payload): JsonRequest<CheckoutRequest>,
) -> Result<axum::Json<CheckoutAnswer>, Problem> {
    let (items, total) = items(&payload.items)?;
    let page = page(&payload.success_url, &payload.cancel_url, payload.customer_email.clone())?;
    let word = |name: &str, other: &str| {
        payload.metadata.as_ref().and_then(|all| all[name].as_str()).unwrap_or(other).to_owned()
    };
    let order = SettleRequest {
        from_did: None,
        total_amount: total.get(),
        currency: payload.currency.clone(),
        service: word("service", "pay"),
        kind: word("type", "sale"),
        fair_manifest: payload.fair_manifest.clone().ok_or_else(|| {
            let text = "Nothing is paid without a .fair manifest that says who gets what.";
            Problem::field("fairManifest", text)
        })?,
        funded: None,
        memo: payload.memo.clone(),
        salt: payload.salt.clone(),
    };
    let rail = OutsideRail::Stripe;
    let (terms, quote) = terms_of(&counter.node, &authed, &order, rail.into(), &parts.headers)?;
    if let Some(named) = &payload.seller_did
        && counter.node.resolve(named)?.as_ref() != Some(&quote.seller)
    {
        let text = format!("The seller is the one that signed the manifest: {}.", quote.seller);
        return Err(Problem::field("sellerDid", text));
    }
    let checkout = checkout_of(&terms, rail, &order)?;
    let (node, salt) = (&counter.node, order.salt.as_ref());
    let (_, payment) = enter_salted(node, &parts, &authed.0, &checkout, salt).await?;
    begin(&counter, payment, &page, items).await
}

/// Asks for credit on this node, to be paid for by card.
#[utoipa::path(post, path = "/api/topup/card", tag = "pay", request_body = TopUpRequest, responses((status = 200, body = CheckoutAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 409, description = "No cards here"), (status = 503, description = "The provider does not answer")))]
pub(crate) async fn top_up(
    counter: Counter,
    authed: Authed,
    JsonRequest(parts, payload): JsonRequest<TopUpRequest>,
) -> Result<axum::Json<CheckoutAnswer>, Problem> {
    let page = page(&payload.success_url, &payload.cancel_url, None)?;
    let currency = currency(&payload.currency)?;
    let item = ItemRequest {
        name: format!("Credit on {}", counter.node.name()),
        description: None,
        amount: payload.amount,
        quantity: 1,
    };
    let (items, total) = items(&[item])?;
    let top_up = TopUp { amount: amount(total.get())?, currency, rail: OutsideRail::Stripe };
    let (_, payment) = enter(&counter.node, &parts, &authed.0, &top_up).await?;
    begin(&counter, payment, &page, items).await
}

async fn begin(
    counter: &Counter,
    payment: String,
    page: &sale::Counter,
    items: Vec<Item>,
) -> Result<axum::Json<CheckoutAnswer>, Problem> {
    let Counter { node, pay } = counter;
    let payment_page = cashier::open(pay, node, &payment, page, items).await;
    // A repeated request with the same proof gets the same payment.
    let payment_page =
        payment_page.map_err(|problem| problem.with_member("transactionId", payment.as_str()))?;
    Ok(answer(payment_page, payment))
}

fn answer(page: PaymentPage, transaction_id: String) -> axum::Json<CheckoutAnswer> {
    axum::Json(CheckoutAnswer {
        id: page.session,
        url: page.url,
        expires_at: page.until.to_string(),
        transaction_id,
    })
}

/// Returns the state of a payment that you make, or receive.
#[utoipa::path(get, path = "/api/payments/{id}", tag = "pay", params(("id" = String, Path)), responses((status = 200, body = StateAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "No such payment of yours")))]
pub(crate) async fn state(
    counter: Counter,
    who: Authed,
    Path(id): Path<String>,
) -> Result<axum::Json<StateAnswer>, Problem> {
    let node = &counter.node;
    let hold = outside::hold(node, &id)?;
    let hold = hold.filter(|hold| hold.payer == who.0.did || hold.payee == who.0.did);
    let hold = hold.ok_or_else(|| {
        Problem::not_found("You have no open payment with this id, neither to make nor to receive.")
    })?;
    Ok(axum::Json(StateAnswer {
        transaction_id: id,
        status: status(node, &hold),
        rail: hold.rail.as_str(),
        amount: hold.amount.get(),
        currency: hold.currency.to_string(),
        expires_at: time::text(hold.until),
    }))
}

/// Where the provider's page leads.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenRequest {
    /// Where to when it is paid.
    success_url: String,
    /// Where to when not.
    cancel_url: String,
}

/// Resumes your own payment by card: its page, opened now if it never was.
#[utoipa::path(post, path = "/api/payments/{id}/open", tag = "pay", params(("id" = String, Path)), request_body = OpenRequest, responses((status = 200, body = CheckoutAnswer), (status = 404, description = "No such payment of yours by card"), (status = 409, description = "Paid already, or closed"), (status = 503, description = "The provider does not answer")))]
pub(crate) async fn open(
    counter: Counter,
    who: Authed,
    Path(id): Path<String>,
    extract::Json(payload): extract::Json<OpenRequest>,
) -> Result<axum::Json<CheckoutAnswer>, Problem> {
    let Counter { node, pay } = &counter;
    let page = page(&payload.success_url, &payload.cancel_url, None)?;
    let hold = outside::hold(node, &id)?;
    let hold = hold.filter(|hold| hold.payer == who.0.did && hold.rail == Rail::Stripe);
    let hold =
        hold.ok_or_else(|| Problem::not_found("You have no open card payment with this id."))?;
    let item = Item {
        name: format!("{} ({})", hold.kind.as_str(), hold.service.as_str()),
        description: None,
        amount: hold.amount,
        quantity: 1,
    };
    Ok(answer(cashier::open(pay, node, &id, &page, vec![item]).await?, id))
}

fn status(node: &Node, hold: &crate::queries::Hold) -> &'static str {
    match (hold.done, hold.failed) {
        (true, _) => "paid",
        (false, true) => "failed",
        (false, false) if node.now().as_millis() > hold.until => "expired",
        (false, false) => "pending",
    }
}

/// Returns the lines, and their total.
fn items(asked: &[ItemRequest]) -> Result<(Vec<Item>, Minor), Problem> {
    if asked.is_empty() || asked.len() > ITEMS_MAX {
        return Err(Problem::field("items", format!("1 to {ITEMS_MAX} items are bought.")));
    }
    let mut total = Minor::ZERO;
    let mut items = Vec::with_capacity(asked.len());
    for item in asked {
        let name = item.name.trim();
        let is_short = |text: &str| text.chars().count() <= NAME_CHARS_MAX;
        let description = item.description.as_deref().filter(|text| !text.is_empty());
        if name.is_empty() || !is_short(name) || !description.is_none_or(is_short) {
            let text = format!("An item has a name, of at most {NAME_CHARS_MAX} characters.");
            return Err(Problem::field("items", text));
        }
        if !AMOUNT.contains(&item.amount) || !QUANTITY.contains(&item.quantity) {
            let text = format!(
                "An item costs {} to {} minor units (cents), and is bought {} to {} times.",
                AMOUNT.start(),
                AMOUNT.end(),
                QUANTITY.start(),
                QUANTITY.end()
            );
            return Err(Problem::field("items", text));
        }
        let beyond = wrong("items");
        let amount = Minor::new(item.amount).map_err(beyond)?;
        let cost = amount.times(item.quantity).map_err(beyond)?;
        total = total.plus(cost).map_err(beyond)?;
        items.push(Item {
            name: name.to_owned(),
            description: description.map(str::to_owned),
            amount,
            quantity: item.quantity,
        });
    }
    Ok((items, total))
}

fn page(success: &str, cancel: &str, email: Option<String>) -> Result<sale::Counter, Problem> {
    for (field, url) in [("successUrl", success), ("cancelUrl", cancel)] {
        let is_web = url.starts_with("https://") || url.starts_with("http://");
        if !is_web || url.len() > URL_BYTES_MAX || url.chars().any(char::is_control) {
            return Err(Problem::field(field, "This must be an address: https://…"));
        }
    }
    Ok(sale::Counter {
        title: String::new(),
        success_url: success.to_owned(),
        cancel_url: cancel.to_owned(),
        email,
    })
}
