//! Tipping: who would get what of it, and doing it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use imajin_dfos::Timestamp;
use imajin_protocol::{Did, IdText, Minor};
use imajin_selling::{self as selling, Counter, HowToPay, Offer, Quote, QuoteAnswer, Rail};
use imajin_service::extract::{Authed, Caller, parse_json, read_body};
use imajin_service::operation::Int;
use imajin_service::{CommandRequest, Node, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::jars::{self, Jar};
use crate::manifest::MANIFEST;
use crate::operations::{KIND, Tip};

/// A tip that somebody thinks of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TipRequest {
    /// The jar's owner: a DID or a short name.
    owner: String,
    /// The jar's id.
    #[schema(example = "itm_000000000000000000000001")]
    jar: String,
    /// In minor units of the jar's currency.
    amount: i64,
    /// ledger (credit on this box), emt, stripe; the ledger, if left out.
    rail: Option<String>,
    /// Whether the tipper's name may be shown with it.
    #[serde(default)]
    shown: bool,
    /// Where the provider's page sends the tipper, if there is one.
    success_url: Option<String>,
    cancel_url: Option<String>,
    email: Option<String>,
}

/// What became of a tip.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TipAnswer {
    payment: String,
    /// Whether it is paid.
    paid: bool,
    /// Until when its payment can come.
    until: Option<String>,
    /// The page where the tipper pays.
    url: Option<String>,
    /// What the tipper writes into the e-transfer.
    #[schema(example = "IMJ-0F3C91AB7E")]
    memo: Option<String>,
    /// The page that tells the tipper where to send the e-transfer, and by when.
    #[serde(rename = "paymentPage")]
    payment_page: Option<String>,
}

struct Order {
    jar: Jar,
    offer: Offer,
    quote: Quote,
    shown: bool,
}

impl Order {
    fn of(
        node: &Node,
        (payer, viewer): (&Did, Option<&Did>),
        asked: &TipRequest,
        headers: &HeaderMap,
    ) -> Result<Self, Problem> {
        let owner = node.person(&asked.owner)?;
        let jar = jars::open(node, &owner, viewer, &asked.jar)?;
        let word = |text: &str| IdText::parse(text).map_err(Problem::internal);
        let amount = Minor::new(asked.amount).ok().filter(|some| some.get() > 0);
        let rail = Rail::parse(asked.rail.as_deref().unwrap_or("ledger"));
        let offer = Offer {
            payer: payer.clone(),
            amount: amount.ok_or_else(|| {
                Problem::field("amount", "amount must be a number of cents, more than 0.")
            })?,
            currency: jar.offer.currency,
            service: word(MANIFEST.name)?,
            kind: word(KIND)?,
            manifest: jar.manifest(node)?,
            rail: rail
                .ok_or_else(|| Problem::field("rail", "rail must be ledger, emt or stripe."))?,
            quoted: selling::quoted_by(node, headers),
        };
        let quote = selling::cashier(node)?.quote(node, &offer)?;
        Ok(Self {
            jar,
            offer,
            quote,
            shown: asked.shown,
        })
    }

    /// What the tipper signs.
    fn command(&self) -> Result<CommandRequest, Problem> {
        let terms = self.offer.terms(&self.quote);
        let tip = Tip {
            jar: self.jar.id.clone(),
            amount: terms.amount,
            currency: terms.currency,
            rail: terms.later_rail(),
            fair: terms.manifest.digest(),
            seller: terms.seller,
            follows: terms.follows,
            quoted: terms.quoted,
            shown: Int(self.shown.into()),
        };
        CommandRequest::of(self.offer.payer.clone(), &tip)
    }

    fn to(&self) -> Vec<&Did> {
        self.quote.to.iter().collect()
    }
}

/// Who would get what of a tip, and what the tipper signs. Anybody may ask.
#[utoipa::path(post, path = "/api/quote", tag = "coffee", request_body = TipRequest,
    responses((status = 200, body = QuoteAnswer), (status = 404, description = "There is no such jar for you, or it takes no tips"), (status = 409, description = "The manifests cannot be followed")))]
pub(crate) async fn quote(
    State(node): State<Node>,
    Caller(session): Caller,
    request: Request,
) -> Result<axum::Json<QuoteAnswer>, Problem> {
    let (parts, body) = request.into_parts();
    let asked: TipRequest = parse_json(&read_body(body, &node).await?)?;
    let viewer = session.map(|session| session.did);
    // A visitor without a key would share like anybody who gets nothing of it.
    let payer = viewer.as_ref().unwrap_or(node.did());
    let order = Order::of(&node, (payer, viewer.as_ref()), &asked, &parts.headers)?;
    let answer = QuoteAnswer::of(
        &node,
        (&order.offer, &order.quote),
        &order.command()?,
        &order.to(),
    )?;
    Ok(axum::Json(answer))
}

/// Gives a tip: paid at once from credit, or promised until the money comes.
#[utoipa::path(post, path = "/api/pay", tag = "coffee", params(("MJN-Proof" = Option<String>, Header, description = "The proof of will of `coffee.tip`")), request_body = TipRequest,
    responses((status = 201, body = TipAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"),
        (status = 404, description = "There is no such jar for you, or it takes no tips"), (status = 409, description = "The shares have changed"), (status = 503, description = "This box can't sell now")))]
pub(crate) async fn pay(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Result<(StatusCode, axum::Json<TipAnswer>), Problem> {
    let (parts, body) = request.into_parts();
    let asked: TipRequest = parse_json(&read_body(body, &node).await?)?;
    let did = &authed.0.did;
    let order = Order::of(&node, (did, Some(did)), &asked, &parts.headers)?;
    let receipt = node
        .submit_or_request_signature(&parts, &authed.0, order.command()?, &order.to())
        .await?;
    let value = receipt
        .value
        .ok_or_else(|| Problem::conflict("This very tip was entered before."))?;
    let payment = value["payment"].as_str().unwrap_or_default().to_owned();
    let paid = value["paid"] == true;
    let how = match paid {
        true => HowToPay::default(),
        false => {
            let id = IdText::parse(&payment).map_err(Problem::internal)?;
            let counter = counter(&node, &order, asked);
            HowToPay::of(&node, order.offer.rail, &id, &counter).await?
        }
    };
    let until = value["until"].as_i64().map(Timestamp::from_millis);
    let answer = TipAnswer {
        payment,
        paid,
        until: until.and_then(Result::ok).map(|at| at.to_string()),
        url: how.url,
        memo: how.memo,
        payment_page: how.payment_page,
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// What a provider's page says of a tip, and where it leads back to.
fn counter(node: &Node, order: &Order, asked: TipRequest) -> Counter {
    let page = || format!("{}{}", node.url(), order.jar.path());
    Counter {
        title: order.jar.item.title.clone(),
        success_url: asked.success_url.unwrap_or_else(page),
        cancel_url: asked.cancel_url.unwrap_or_else(page),
        email: asked.email,
    }
}
