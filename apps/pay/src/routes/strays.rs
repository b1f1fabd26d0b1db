//! Routes to refund strays.

use axum::extract::State;
use imajin_app::extract::{Authed, JsonRequest};
use imajin_app::{Node, Problem};
use imajin_protocol::IdText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enter::enter;
use crate::operations::ReturnStray;
use crate::queries;

/// A payment that no order awaited.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StrayRequest {
    /// The provider's page where it was paid.
    session: String,
}

/// The progress of its refund.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StrayAnswer {
    session: String,
    /// `open`, `due`, `pending`, `succeeded` or `failed`.
    status: String,
}

/// Gives back a payment that no order awaited, such as a second one of the same order: as the person who sold, or as the box's owner.
#[utoipa::path(post, path = "/api/strays/return", tag = "provider", request_body = StrayRequest, responses((status = 200, body = StrayAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No such payment that you can give back"), (status = 409, description = "It is on its way back already")))]
pub(crate) async fn give_back(
    State(node): State<Node>,
    authed: Authed,
    JsonRequest(parts, wish): JsonRequest<StrayRequest>,
) -> Result<axum::Json<StrayAnswer>, Problem> {
    let missing = || Problem::not_found("There is no payment to give back under this id.");
    let find = || {
        let stray = queries::read(&node, |db| {
            let is_owner = queries::is_owner(db, node.did(), &authed.0.did)?;
            let stray = queries::stray(db, node.did(), &wish.session)?;
            Ok(stray.filter(|stray| is_owner || stray.payee.as_ref() == Some(&authed.0.did)))
        })?;
        stray.ok_or_else(missing)
    };
    let stray = find()?;
    let give_back = ReturnStray {
        session: IdText::parse(&wish.session).map_err(|_| missing())?,
        amount: stray.amount,
        currency: stray.currency,
    };
    enter(&node, &parts, &authed.0, &give_back).await?;
    Ok(axum::Json(StrayAnswer { status: find()?.status, session: wish.session }))
}
