//! Buying an item: its quote, and the purchase. The routes of apps that sell items are these two functions.

use axum::Json;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::extract::{Authed, parse_json, read_body};
use imajin_app::operation::Operation;
use imajin_app::{CommandRequest, Node, Problem, Session};
use imajin_host::prelude::*;
use imajin_protocol::{Did, Minor};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::agreed::word;
use crate::answers::SaleAnswer;
use crate::{Agreed, Counter, Offer, Offered, Quote, QuoteAnswer, Rail, Sells, cashier, quoted_by};

/// The answer to a buyer who saw other shares, in the cashier's words.
const CHANGED: &str =
    "The shares have changed since you looked: look again and agree to the new version.";
/// The answer to a buyer who saw another price.
const PRICE_CHANGED: &str = "The price has changed since you looked: look again.";

/// An item that is for sale, as its viewer sees it.
pub trait ForSale {
    /// The app that sells the item.
    type App: Sells;

    /// Returns the seller.
    fn seller(&self) -> &Did;
    /// Returns the item's title, for the payment provider's page.
    fn title(&self) -> &str;
    /// Returns the path of the item's page.
    fn path(&self) -> String;
    /// Returns the terms on which the item is offered.
    ///
    /// # Errors
    /// 404 if it can't be bought.
    fn offered(&self) -> Result<&Offered, Problem>;
    /// Returns the answer for an item that can't be bought.
    fn no_offer() -> Problem;

    /// Returns the offer to a payer, before it is divided.
    ///
    /// # Errors
    /// 404 if the item can't be bought.
    fn offer(&self, node: &Node, payer: &Did, amount: Minor) -> Result<Offer, Problem> {
        let offered = self.offered()?;
        let fair = offered.digest().ok_or_else(Self::no_offer)?;
        let manifest = cashier(node)?.manifest(node, &fair)?;
        Ok(Offer {
            payer: payer.clone(),
            amount,
            currency: offered.currency,
            service: word(Self::App::SERVICE)?,
            kind: word(Self::App::KIND)?,
            manifest: manifest.ok_or_else(Self::no_offer)?,
            agreed: None,
            rail: Rail::Ledger,
            quoted: None,
        })
    }

    /// Returns the division of an amount, if a stranger paid it now.
    ///
    /// # Errors
    /// 404 if the item can't be bought, 409 if its manifests can't be followed.
    fn division(&self, node: &Node, amount: i64) -> Result<Quote, Problem> {
        let amount = Minor::new(amount).map_err(Problem::internal)?;
        // The node, as the payer, receives none of the amount.
        let offer = self.offer(node, node.did(), amount)?;
        cashier(node)?.quote(node, &offer)
    }
}

/// A buyer's way of paying.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Paying {
    /// ledger (credit on this box), emt, stripe; the ledger, if left out.
    rail: Option<String>,
    /// Where the provider's page sends the buyer, if there is one.
    success_url: Option<String>,
    cancel_url: Option<String>,
    email: Option<String>,
    /// The digest of the shares that the buyer saw: `sign.fact.follows` of a quote. Other shares are a conflict.
    follows: Option<String>,
    /// The price that the buyer saw, in minor units, and its currency. Another one is a conflict.
    price: Option<i64>,
    currency: Option<String>,
}

impl Paying {
    /// Reads the way of payment; from credit by default.
    ///
    /// # Errors
    /// 400 if `rail` names none.
    pub fn rail(&self) -> Result<Rail, Problem> {
        let rail = Rail::parse(self.rail.as_deref().unwrap_or("ledger"));
        rail.ok_or_else(|| Problem::field("rail", "rail must be ledger, emt or stripe."))
    }

    /// Refuses if the buyer saw another price or other shares.
    ///
    /// # Errors
    /// 409 `changed`, with the field.
    pub fn check_seen(&self, offer: &Offer, quote: &Quote) -> Result<(), Problem> {
        let follows = quote.follows.to_string();
        let checks = [
            ("price", PRICE_CHANGED, self.price.is_none_or(|price| price == offer.amount.get())),
            (
                "currency",
                PRICE_CHANGED,
                self.currency.as_deref().is_none_or(|code| code == offer.currency.code()),
            ),
            ("follows", CHANGED, self.follows.as_ref().is_none_or(|seen| *seen == follows)),
        ];
        match checks.into_iter().find(|(.., is_same)| !is_same) {
            Some((field, text, _)) => Err(Problem::conflict(text)
                .with_member("reason", "changed")
                .with_member("field", field)),
            None => Ok(()),
        }
    }

    /// Returns the texts and addresses of the provider's page; `paid` and `left` are the addresses for buyers who named
    /// none.
    pub fn counter(self, title: String, (paid, left): (String, String)) -> Counter {
        Counter {
            title,
            success_url: self.success_url.unwrap_or(paid),
            cancel_url: self.cancel_url.unwrap_or(left),
            email: self.email,
        }
    }
}

/// A request to buy an item, or to quote its price.
pub trait Wish: DeserializeOwned + Send + Sync {
    /// The item.
    type Item: ForSale + Send + Sync;
    /// The operation that buys the item.
    type Operation: Operation;

    /// Returns the item, if this viewer may buy it.
    ///
    /// # Errors
    /// 404 if it doesn't exist for them.
    fn find(&self, node: &Node, viewer: Option<&Did>) -> Result<Self::Item, Problem>;
    /// Returns the amount that the buyer would pay.
    ///
    /// # Errors
    /// No such amount can be paid.
    fn amount(&self, item: &Self::Item) -> Result<Minor, Problem>;
    /// Returns the operation that the buyer signs to agree to these terms.
    fn operation(&self, item: &Self::Item, agreed: Agreed) -> Self::Operation;
    /// Returns the way of payment.
    fn paying(&self) -> &Paying;
}

/// An item that a buyer considers, and the command that they would sign.
struct Order<W: Wish> {
    wish: W,
    item: W::Item,
    offer: Offer,
    quote: Quote,
    command: CommandRequest,
}

impl<W: Wish> Order<W> {
    async fn from_request(
        node: &Node,
        (payer, viewer): (&Did, Option<&Did>),
        request: Request,
    ) -> Result<(Self, Parts), Problem> {
        let (parts, body) = request.into_parts();
        let wish: W = parse_json(&read_body(body, node).await?)?;
        let item = wish.find(node, viewer)?;
        let offer = Offer {
            rail: wish.paying().rail()?,
            quoted: quoted_by(node, &parts.headers),
            ..item.offer(node, payer, wish.amount(&item)?)?
        };
        let quote = cashier(node)?.quote(node, &offer)?;
        let agreed = Agreed::to(&offer.terms(&quote));
        let command =
            CommandRequest::from_operation(payer.clone(), &wish.operation(&item, agreed))?;
        let order = Self { wish, item, offer, quote, command };
        Ok((order, parts))
    }

    fn to(&self) -> Vec<&Did> {
        self.quote.to.iter().collect()
    }
}

/// Answers an item's quote to any visitor.
///
/// # Errors
/// 400 with the field, 404 if the item can't be bought, 409 if the manifests can't be followed.
pub async fn quote<W: Wish>(
    node: &Node,
    session: Option<Session>,
    request: Request,
) -> Result<Json<QuoteAnswer>, Problem> {
    let viewer = session.map(|session| session.did);
    // A visitor without a key sees the shares of a payer who receives none of them.
    let payer = viewer.as_ref().unwrap_or(node.did());
    let (order, _) = Order::<W>::from_request(node, (payer, viewer.as_ref()), request).await?;
    QuoteAnswer::new(node, (&order.offer, &order.quote), &order.command, &order.to()).map(Json)
}

/// Buys an item: paid at once from credit, or promised until the payment arrives.
///
/// # Errors
/// As of [`quote`]; 402 without enough credit, 403 with what must be signed, 503 while this node may not sell.
pub async fn pay<W: Wish>(
    node: &Node,
    authed: &Authed,
    request: Request,
) -> Result<(StatusCode, Json<SaleAnswer>), Problem> {
    let did = &authed.0.did;
    let (order, parts) = Order::<W>::from_request(node, (did, Some(did)), request).await?;
    order.wish.paying().check_seen(&order.offer, &order.quote)?;
    let receipt = node
        .submit_or_request_signature(&parts, &authed.0, order.command.clone(), &order.to())
        .await?;
    let reply = match &receipt.value {
        Some(reply) => reply.clone(),
        // The first answer was lost.
        None => {
            let begun = cashier(node)?.begun(node, &receipt)?;
            let unknown = || Problem::conflict("This very order was entered before.");
            begun.ok_or_else(unknown)?.reply()
        }
    };
    let page = format!("{}{}", node.url(), order.item.path());
    let paying = order.wish.paying().clone();
    let counter = paying.counter(order.item.title().to_owned(), (page.clone(), page));
    let answer = SaleAnswer::from_reply(node, &reply, (order.offer.rail, &counter)).await?;
    Ok((StatusCode::CREATED, Json(answer)))
}
