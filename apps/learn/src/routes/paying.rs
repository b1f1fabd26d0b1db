//! Buying a place in a course: the quote and the order. A free course needs no route: `learn.enroll` is enough.

use imajin_app::operation::List;
use imajin_app::{Answer, Node, Problem};
use imajin_protocol::{Did, Minor};
use imajin_selling::{Agreed, ForSale, Paying, QuoteAnswer, SaleAnswer, Wish};
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

imajin_selling::buying_routes!(
    "learn", PlaceRequest, "The proof of will of `learn.enroll`",
    "There is no such course for you, or it is free", "The price or its shares have changed, or you are enrolled",
    /// Who would get what of a course's price, and what the student signs. Anybody may ask.
    quote,
    /// Enrols in a course that costs something: paid at once from credit, or promised until the money comes.
    pay
);
