//! Routes of limits: how much more than it has an account may spend, at the owner's own risk.

use imajin_app::Problem;
use imajin_app::extract::{JsonRequest, Person};
use imajin_dfos::Timestamp;
use imajin_protocol::Minor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enter::{currency, enter, wrong};
use crate::operations::SetLimit;

/// A limit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Limit {
    /// The owner of the account: their DID, or a name here.
    account: String,
    currency: String,
    /// The amount below zero that their own spending may take it to, in minor units; 0 ends the limit.
    limit: i64,
    /// Until when.
    #[schema(example = "2027-01-01T00:00:00.000Z")]
    until: String,
}

/// Lets an account spend more than it has, as the owner. It serves neither payouts nor refunds.
#[utoipa::path(post, path = "/api/limits", tag = "pay", request_body = Limit, responses((status = 200, body = Limit), (status = 400, description = "Not a limit"), (status = 403, description = "Not the owner; or it must be signed: `sign` says what")))]
pub(crate) async fn choose(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<Limit>,
) -> Result<axum::Json<Limit>, Problem> {
    let account = node
        .resolve(&payload.account)?
        .ok_or_else(|| Problem::field("account", "Nobody here goes by this name."))?;
    let currency = currency(&payload.currency)?;
    let limit = Minor::new(payload.limit).map_err(wrong("limit"))?;
    let until = Timestamp::parse(&payload.until).map_err(wrong("until"))?;
    let set = SetLimit { account: account.clone(), currency, limit, until };
    enter(&node, &parts, &session, &set).await?;
    Ok(axum::Json(Limit { account: account.to_string(), ..payload }))
}
