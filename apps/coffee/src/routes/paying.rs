//! Routes of tipping: the quote of a tip, and the tip itself.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_app::extract::{Authed, Caller, Visitor};
use imajin_app::operation::Int;
use imajin_app::{Answer, Node, Problem};
use imajin_protocol::{Did, Minor};
use imajin_selling::{self as selling, Agreed, Paying, QuoteAnswer, SaleAnswer, Wish};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::jars::{self, Jar};
use crate::operations::Tip;

/// A tip that a person considers.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TipRequest {
    /// The jar's owner: a DID or a short name.
    owner: String,
    /// The jar's id.
    #[schema(example = "itm_000000000000000000000001")]
    jar: String,
    /// In minor units of the jar's currency.
    amount: i64,
    /// Whether the tipper's name may be shown with it.
    #[serde(default)]
    shown: bool,
    #[serde(flatten)]
    paying: Paying,
}

impl Wish for TipRequest {
    type Item = Jar;
    type Operation = Tip;

    fn find(&self, node: &Node, viewer: Option<&Did>) -> Answer<Jar> {
        jars::open(node, &node.person(&self.owner)?, viewer, &self.jar)
    }

    fn amount(&self, _: &Jar) -> Answer<Minor> {
        let amount = Minor::new(self.amount).ok().filter(|some| some.get() > 0);
        amount.ok_or_else(|| {
            Problem::field("amount", "amount must be a number of cents, more than 0.")
        })
    }

    fn operation(&self, jar: &Jar, agreed: Agreed) -> Tip {
        Tip {
            jar: jar.id.clone(),
            seller: jar.owner.did.clone(),
            agreed,
            shown: Int(self.shown.into()),
        }
    }

    fn paying(&self) -> &Paying {
        &self.paying
    }
}

/// Who would get what of a tip, and what the tipper signs. Anybody may ask.
#[utoipa::path(post, path = "/api/quote", tag = "coffee", request_body = TipRequest,
    responses((status = 200, body = QuoteAnswer), (status = 404, description = "There is no such jar for you, or it takes no tips"), (status = 409, description = "The manifests cannot be followed")))]
pub(crate) async fn quote(
    Visitor(node, Caller(session)): Visitor,
    request: Request,
) -> Answer<Json<QuoteAnswer>> {
    selling::quote::<TipRequest>(&node, session, request).await
}

/// Gives a tip: paid at once from credit, or promised until the money comes.
#[utoipa::path(post, path = "/api/pay", tag = "coffee", params(("MJN-Proof" = Option<String>, Header, description = "The proof of will of `coffee.tip`")), request_body = TipRequest,
    responses((status = 201, body = SaleAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"),
        (status = 404, description = "There is no such jar for you, or it takes no tips"), (status = 409, description = "The shares have changed"), (status = 503, description = "This box can't sell now")))]
pub(crate) async fn pay(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Answer<(StatusCode, Json<SaleAnswer>)> {
    selling::pay::<TipRequest>(&node, &authed, request).await
}
