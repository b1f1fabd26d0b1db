//! Buying a work: what a use of it would come to, doing it, and what shows later that it was bought.

use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::extract::{Authed, Caller, Path, Person, Query, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_protocol::{Did, Minor};
use imajin_selling::{self as selling, Agreed, ForSale, Paying, QuoteAnswer, SaleAnswer, Wish};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::fields::Use;
use crate::ids::AssetId;
use crate::operations::Buy;
use crate::queries::{self, Purchase, Standing};
use crate::sale::{self, Work};
use crate::sight::{self, Viewer};

/// A use of a work that a person considers.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct WorkRequest {
    /// The seller's asset.
    #[schema(example = "ast_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    asset: String,
    /// `keep` (default) or `train`.
    #[serde(rename = "use")]
    used: Option<String>,
    #[serde(flatten)]
    paying: Paying,
}

impl Wish for WorkRequest {
    type Item = Work;
    type Operation = Buy;

    fn find(&self, node: &Node, viewer: Option<&Did>) -> Result<Work, Problem> {
        let used = self.used.as_deref().unwrap_or(Use::Keep.name());
        let used = Use::from_name(used)
            .ok_or_else(|| Problem::field("use", "use must be keep or train."))?;
        let id = AssetId::parse(&self.asset).ok_or_else(sight::none)?;
        let (asset, _) = sight::seen(node, &Viewer::new(viewer.cloned()), &id)?;
        sale::work(node, asset, used)?.ok_or_else(Work::no_offer)
    }

    fn amount(&self, work: &Work) -> Result<Minor, Problem> {
        Minor::new(work.offered.price).map_err(Problem::internal)
    }

    fn operation(&self, work: &Work, agreed: Agreed) -> Buy {
        Buy { asset: work.id.clone(), used: work.used, seller: work.seller().clone(), agreed }
    }

    fn paying(&self) -> &Paying {
        &self.paying
    }
}

/// For which use, and how it is paid.
#[derive(Debug, Deserialize)]
pub(crate) struct QuoteQuery {
    r#use: Option<String>,
    rail: Option<String>,
}

/// Returns the price of a use of a work, its recipients, and the command that the buyer signs. For everybody who sees the work.
#[utoipa::path(
    get, path = "/api/assets/{id}/quote", tag = "works",
    params(("id" = String, Path), ("use" = Option<String>, Query, description = "`keep` (default) or `train`"), ("rail" = Option<String>, Query, description = "`ledger` (default), `emt` or `stripe`")),
    responses((status = 200, body = QuoteAnswer), (status = 400, description = "There is no such use"), (status = 404, description = "Not there for you, or not for sale"), (status = 409, description = "Somebody who made it has not signed, or its manifests can’t be followed"), (status = 410, description = "In the trash, or erased")),
)]
pub(crate) async fn quote(
    Visitor(node, Caller(session)): Visitor,
    Path(id): Path<String>,
    Query(query): Query<QuoteQuery>,
    parts: Parts,
) -> Answer<Json<QuoteAnswer>> {
    let wish = json!({ "asset": id, "use": query.r#use, "rail": query.rail });
    let request = Request::from_parts(parts, Body::from(wish.to_string()));
    selling::quote::<WorkRequest>(&node, session, request).await
}

/// Buys a use of a work: paid at once from credit, or ordered until the money comes. The file comes into the buyer's own library.
#[utoipa::path(
    post, path = "/api/buy", tag = "works", params(("MJN-Proof" = Option<String>, Header, description = "The proof of will of `media.buy`")), request_body = WorkRequest,
    responses((status = 201, body = SaleAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"),
        (status = 404, description = "Not there for you, or not for sale"), (status = 409, description = "The price or its shares have changed, or you have it"), (status = 503, description = "This box can’t sell now"), (status = 507, description = "You have no room for it")),
)]
pub(crate) async fn buy(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Answer<(StatusCode, Json<SaleAnswer>)> {
    selling::pay::<WorkRequest>(&node, &authed, request).await
}

/// A use of a work that the caller bought.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LicenceShown {
    /// The seller's asset.
    of: String,
    /// The seller.
    seller: String,
    #[serde(rename = "use")]
    used: Use,
    /// `promised` (its payment is on its way), `sold`, or `returned` (the money went back, and the licence ended).
    #[schema(value_type = String)]
    state: &'static str,
    /// Since when.
    since: String,
    /// The digest of the manifest that it was sold by.
    fair: String,
    payment: String,
    /// Where the payment's signed receipt is.
    receipt: String,
}

/// The receipt of a file that the caller bought.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReceiptAnswer {
    /// The newest first.
    licences: Vec<LicenceShown>,
}

impl From<Purchase> for LicenceShown {
    fn from(one: Purchase) -> Self {
        let since = Timestamp::from_millis(one.at_ms);
        let payment = one.licence.payment.as_str();
        Self {
            of: one.asset.as_str().to_owned(),
            seller: one.seller.to_string(),
            used: one.licence.used,
            state: one.standing.name(),
            since: since.map_or_else(|_| String::new(), |at| at.to_string()),
            fair: one.licence.fair.to_string(),
            receipt: match one.standing {
                Standing::Promised => String::new(),
                Standing::Sold | Standing::Returned => format!("/pay/api/receipts/{payment}"),
            },
            payment: payment.to_owned(),
        }
    }
}

/// Returns the receipt of a file that the caller bought: by its id in their own library, or by the seller's.
#[utoipa::path(
    get, path = "/api/assets/{id}/receipt", tag = "works", params(("id" = String, Path)),
    responses((status = 200, body = ReceiptAnswer), (status = 404, description = "You bought no such file")),
)]
pub(crate) async fn receipt(
    Person(node, session): Person,
    Path(id): Path<String>,
) -> Answer<Json<ReceiptAnswer>> {
    let id = AssetId::parse(&id).ok_or_else(sight::none)?;
    let purchases =
        queries::read(&node, |db| queries::purchases(db, session.did.as_str(), id.as_str()))?;
    if purchases.is_empty() {
        Err(sight::none())
    } else {
        Ok(Json(ReceiptAnswer {
            licences: purchases.into_iter().map(LicenceShown::from).collect(),
        }))
    }
}
