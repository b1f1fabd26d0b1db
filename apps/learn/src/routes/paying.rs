//! Buying a place in a course: the quote and the order. A free course needs no route: `learn.enroll` is enough.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_app::extract::{Authed, Caller, Visitor};
use imajin_app::operation::List;
use imajin_app::{Answer, Node, Problem};
use imajin_protocol::{Did, Minor};
use imajin_selling::{self as selling, Agreed, ForSale, Paying, QuoteAnswer, SaleAnswer, Wish};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::courses::{self, Course};
use crate::operations::Enroll;

/// A course that a person considers.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PlaceRequest {
    /// The teacher: a DID or a short name.
    owner: String,
    /// The course's id.
    #[schema(example = "itm_000000000000000000000001")]
    course: String,
    #[serde(flatten)]
    paying: Paying,
}

impl Wish for PlaceRequest {
    type Item = Course;
    type Operation = Enroll;

    fn find(&self, node: &Node, viewer: Option<&Did>) -> Answer<Course> {
        courses::open(node, &node.person(&self.owner)?, viewer, &self.course)
    }

    fn amount(&self, course: &Course) -> Answer<Minor> {
        Minor::new(course.offered()?.price).map_err(Problem::internal)
    }

    fn operation(&self, course: &Course, agreed: Agreed) -> Enroll {
        Enroll {
            course: course.id.clone(),
            dids: List(vec![course.owner.did.clone()]),
            agreed: Some(agreed),
        }
    }

    fn paying(&self) -> &Paying {
        &self.paying
    }
}

/// Who would get what of a course's price, and what the student signs. Anybody may ask.
#[utoipa::path(post, path = "/api/quote", tag = "learn", request_body = PlaceRequest,
    responses((status = 200, body = QuoteAnswer), (status = 404, description = "There is no such course for you, or it is free"), (status = 409, description = "The manifests cannot be followed")))]
pub(crate) async fn quote(
    Visitor(node, Caller(session)): Visitor,
    request: Request,
) -> Answer<Json<QuoteAnswer>> {
    selling::quote::<PlaceRequest>(&node, session, request).await
}

/// Enrols in a course that costs something: paid at once from credit, or promised until the money comes.
#[utoipa::path(post, path = "/api/pay", tag = "learn", params(("MJN-Proof" = Option<String>, Header, description = "The proof of will of `learn.enroll`")), request_body = PlaceRequest,
    responses((status = 201, body = SaleAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"),
        (status = 404, description = "There is no such course for you, or it is free"), (status = 409, description = "The price or its shares have changed, or you are enrolled"), (status = 503, description = "This box can't sell now")))]
pub(crate) async fn pay(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Answer<(StatusCode, Json<SaleAnswer>)> {
    selling::pay::<PlaceRequest>(&node, &authed, request).await
}
