//! Buying a place in a course: who would get what of its price, and doing it. A free course needs no route: `learn.enroll` is enough.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use imajin_dfos::Timestamp;
use imajin_protocol::{Did, IdText};
use imajin_selling::{self as selling, Counter, HowToPay, Offer, Quote, QuoteAnswer, Rail};
use imajin_service::extract::{Authed, Caller, parse_json, read_body};
use imajin_service::operation::List;
use imajin_service::{CommandRequest, Node, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::courses::{self, Course};
use crate::manifest::MANIFEST;
use crate::operations::{Enroll, KIND, Price};

/// A course that somebody thinks of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlaceRequest {
    /// The teacher: a DID or a short name.
    owner: String,
    /// The course's id.
    #[schema(example = "itm_000000000000000000000001")]
    course: String,
    /// ledger (credit on this box), emt, stripe; the ledger, if left out.
    rail: Option<String>,
    /// Where the provider's page sends the student, if there is one.
    success_url: Option<String>,
    cancel_url: Option<String>,
    email: Option<String>,
}

/// What became of a place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlaceAnswer {
    payment: String,
    /// Whether it is paid.
    paid: bool,
    /// Until when its payment can come.
    until: Option<String>,
    /// The page where the student pays.
    url: Option<String>,
    /// What the student writes into the e-transfer.
    #[schema(example = "IMJ-0F3C91AB7E")]
    memo: Option<String>,
    /// The page that tells the student where to send the e-transfer, and by when.
    #[serde(rename = "paymentPage")]
    payment_page: Option<String>,
}

struct Order {
    course: Course,
    offer: Offer,
    quote: Quote,
}

impl Order {
    fn of(
        node: &Node,
        (payer, viewer): (&Did, Option<&Did>),
        asked: &PlaceRequest,
        headers: &HeaderMap,
    ) -> Result<Self, Problem> {
        let owner = node.person(&asked.owner)?;
        let course = courses::open(node, &owner, viewer, &asked.course)?;
        let price = course.price().ok_or_else(courses::no_offer)?;
        let word = |text: &str| IdText::parse(text).map_err(Problem::internal);
        let rail = Rail::parse(asked.rail.as_deref().unwrap_or("ledger"));
        let offer = Offer {
            payer: payer.clone(),
            amount: price.minor()?.ok_or_else(courses::no_offer)?,
            currency: price.currency,
            service: word(MANIFEST.name)?,
            kind: word(KIND)?,
            manifest: course.manifest(node)?,
            rail: rail
                .ok_or_else(|| Problem::field("rail", "rail must be ledger, emt or stripe."))?,
            quoted: selling::quoted_by(node, headers),
        };
        let quote = selling::cashier(node)?.quote(node, &offer)?;
        Ok(Self {
            course,
            offer,
            quote,
        })
    }

    /// What the student signs.
    fn command(&self) -> Result<CommandRequest, Problem> {
        let terms = self.offer.terms(&self.quote);
        let enroll = Enroll {
            course: self.course.id.clone(),
            dids: List(vec![self.course.owner.did.clone()]),
            price: Price {
                amount: Some(terms.amount),
                currency: Some(terms.currency),
            },
            rail: terms.later_rail(),
            fair: Some(terms.manifest.digest()),
            follows: Some(terms.follows),
            quoted: terms.quoted,
        };
        CommandRequest::of(self.offer.payer.clone(), &enroll)
    }

    fn to(&self) -> Vec<&Did> {
        self.quote.to.iter().collect()
    }
}

/// Who would get what of a course's price, and what the student signs. Anybody may ask.
#[utoipa::path(post, path = "/api/quote", tag = "learn", request_body = PlaceRequest,
    responses((status = 200, body = QuoteAnswer), (status = 404, description = "There is no such course for you, or it is free"), (status = 409, description = "The manifests cannot be followed")))]
pub(crate) async fn quote(
    State(node): State<Node>,
    Caller(session): Caller,
    request: Request,
) -> Result<axum::Json<QuoteAnswer>, Problem> {
    let (parts, body) = request.into_parts();
    let asked: PlaceRequest = parse_json(&read_body(body, &node).await?)?;
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

/// Enrols in a course that costs something: paid at once from credit, or promised until the money comes.
#[utoipa::path(post, path = "/api/pay", tag = "learn", params(("MJN-Proof" = Option<String>, Header, description = "The proof of will of `learn.enroll`")), request_body = PlaceRequest,
    responses((status = 201, body = PlaceAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"),
        (status = 404, description = "There is no such course for you, or it is free"), (status = 409, description = "The price or its shares have changed, or you are enrolled"), (status = 503, description = "This box can't sell now")))]
pub(crate) async fn pay(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Result<(StatusCode, axum::Json<PlaceAnswer>), Problem> {
    let (parts, body) = request.into_parts();
    let asked: PlaceRequest = parse_json(&read_body(body, &node).await?)?;
    let did = &authed.0.did;
    let order = Order::of(&node, (did, Some(did)), &asked, &parts.headers)?;
    let receipt = node
        .submit_or_request_signature(&parts, &authed.0, order.command()?, &order.to())
        .await?;
    let value = receipt
        .value
        .ok_or_else(|| Problem::conflict("This very enrolment was entered before."))?;
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
    let answer = PlaceAnswer {
        payment,
        paid,
        until: until.and_then(Result::ok).map(|at| at.to_string()),
        url: how.url,
        memo: how.memo,
        payment_page: how.payment_page,
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// What a provider's page says of a course, and where it leads back to.
fn counter(node: &Node, order: &Order, asked: PlaceRequest) -> Counter {
    let page = || format!("{}{}", node.url(), order.course.path());
    Counter {
        title: order.course.item.title.clone(),
        success_url: asked.success_url.unwrap_or_else(page),
        cancel_url: asked.cancel_url.unwrap_or_else(page),
        email: asked.email,
    }
}
