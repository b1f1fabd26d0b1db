//! Payment details outside the node.
//!
//! Always: callers see their own details only. A buyer sees a seller's on the page of an awaited payment, and nowhere
//! else.

use axum::extract::State;
use imajin_app::extract::{Authed, JsonRequest};
use imajin_app::operation::Field;
use imajin_app::{Answer, Node, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::enter::enter_salted;
use crate::iban::Iban;
use crate::operations::SetDetails;
use crate::queries;

/// Where you can be paid. Empty texts and members that are left out are not offered to buyers.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
pub(crate) struct Details {
    /// The bank account (ISO 13616), with or without spaces.
    #[schema(example = "CH93 0076 2011 6238 5295 7")]
    iban: Option<String>,
    /// The holder of the account. Required with an IBAN.
    #[schema(example = "Ada Lovelace", max_length = 70)]
    name: Option<String>,
    #[schema(max_length = 70)]
    street: Option<String>,
    #[schema(max_length = 16)]
    building: Option<String>,
    #[schema(max_length = 16)]
    postcode: Option<String>,
    #[schema(max_length = 35)]
    town: Option<String>,
    /// Two letters (ISO 3166-1).
    #[schema(example = "CH")]
    country: Option<String>,
    /// Takes e-transfers.
    email: Option<String>,
    /// Takes payments, for example by Twint.
    phone: Option<String>,
    /// In the seller's words, at most 500 bytes.
    note: Option<String>,
}

/// The seller's new details.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DetailsRequest {
    #[serde(flatten)]
    details: Details,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

impl Details {
    fn operation(&self) -> Answer<SetDetails> {
        let iban = written(self.iban.as_ref())
            .map(|text| Iban::parse(text).map_err(|wrong| Problem::field("iban", wrong)))
            .transpose()?;
        Ok(SetDetails {
            iban,
            name: line("name", self.name.as_ref())?,
            street: line("street", self.street.as_ref())?,
            building: line("building", self.building.as_ref())?,
            postcode: line("postcode", self.postcode.as_ref())?,
            town: line("town", self.town.as_ref())?,
            country: line("country", self.country.as_ref())?,
            email: line("email", self.email.as_ref())?,
            phone: line("phone", self.phone.as_ref())?,
            note: line("note", self.note.as_ref())?,
        })
    }

    fn from_operation(details: &SetDetails) -> Self {
        Self {
            iban: details.iban.as_ref().map(Iban::grouped),
            name: details.name.as_ref().map(|it| it.as_str().to_owned()),
            street: details.street.as_ref().map(|it| it.as_str().to_owned()),
            building: details.building.as_ref().map(|it| it.as_str().to_owned()),
            postcode: details.postcode.as_ref().map(|it| it.as_str().to_owned()),
            town: details.town.as_ref().map(|it| it.as_str().to_owned()),
            country: details.country.as_ref().map(|it| it.as_str().to_owned()),
            email: details.email.as_ref().map(|it| it.as_str().to_owned()),
            phone: details.phone.as_ref().map(|it| it.as_str().to_owned()),
            note: details.note.as_ref().map(|it| it.0.clone()),
        }
    }
}

/// Trims a text; `None` if nothing is left.
fn written(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn line<T: Field>(name: &'static str, text: Option<&String>) -> Answer<Option<T>> {
    let read = |text: &str| {
        T::read(&text.into()).map_err(|wrong| Problem::field(name, format!("This{wrong}.")))
    };
    written(text).map(read).transpose()
}

fn answer(node: &Node, who: &Authed) -> Answer<axum::Json<Details>> {
    let details = queries::read(node, |db| queries::details(db, node.did(), &who.0.did))?;
    Ok(axum::Json(details.as_ref().map(Details::from_operation).unwrap_or_default()))
}

/// Where you can be paid outside this box, as you said it.
#[utoipa::path(get, path = "/api/details", tag = "pay", responses((status = 200, body = Details), (status = 401, description = "Not signed in")))]
pub(crate) async fn get(State(node): State<Node>, who: Authed) -> Answer<axum::Json<Details>> {
    answer(&node, &who)
}

/// Says where you can be paid outside this box. Only people with an open order see it, until they have paid.
#[utoipa::path(post, path = "/api/details", tag = "pay", request_body = DetailsRequest, responses((status = 200, body = Details), (status = 400, description = "`field` and `detail` say what is wrong"), (status = 403, description = "It must be signed: `sign` says what")))]
pub(crate) async fn choose(
    State(node): State<Node>,
    authed: Authed,
    JsonRequest(parts, payload): JsonRequest<DetailsRequest>,
) -> Answer<axum::Json<Details>> {
    let operation = payload.details.operation()?;
    enter_salted(&node, &parts, &authed.0, &operation, payload.salt.as_ref()).await?;
    answer(&node, &authed)
}
