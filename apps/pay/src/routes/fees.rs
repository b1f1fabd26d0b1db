//! Routes of the node's fees: anyone can read them, its owner chooses them.

use axum::extract::State;
use imajin_app::extract::{JsonRequest, Person};
use imajin_app::operation::Int;
use imajin_app::{Node, Problem, time};
use imajin_protocol::Did;
use imajin_protocol::settlement::FeeProfile;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enter::{enter, wrong};
use crate::operations::{ChangeFees, Profile};
use crate::queries::{self, fee_schedule};

/// The fees in force, and those that are announced.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FeesAnswer {
    now: Fees,
    announced: Option<Announced>,
    /// The recipient of the network's fee.
    network: String,
}

/// Shares of the gross, in millionths.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fees {
    protocol: u32,
    node: u32,
    buyer_credit: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Announced {
    fees: Fees,
    /// From when on.
    from: Option<String>,
}

/// The owner's choice.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct FeesRequest {
    /// `none` or `mjn`.
    #[schema(example = "mjn")]
    profile: String,
    /// The node's fee in millionths: 2 500 to 20 000. Default 5 000 (0.5 %).
    node: Option<u32>,
    /// The recipient of the network's fee. Default: this node.
    network: Option<String>,
}

fn fees_of(profile: FeeProfile) -> Fees {
    Fees {
        protocol: profile.protocol().get(),
        node: profile.node().get(),
        buyer_credit: profile.buyer_credit().get(),
    }
}

fn answer(node: &Node) -> Result<axum::Json<FeesAnswer>, Problem> {
    let (schedule, network) = queries::read(node, |db| fee_schedule(db, node.did()))?;
    let now = node.now();
    Ok(axum::Json(FeesAnswer {
        now: fees_of(schedule.at(now)),
        announced: schedule
            .announced(now)
            .map(|(fees, from)| Announced { fees: fees_of(fees), from: time::text(from) }),
        network: network.to_string(),
    }))
}

/// The fees of this node.
#[utoipa::path(get, path = "/api/fees", tag = "fees", responses((status = 200, body = FeesAnswer)))]
pub(crate) async fn get(State(node): State<Node>) -> Result<axum::Json<FeesAnswer>, Problem> {
    answer(&node)
}

/// Chooses the fees of this node: down at once, up after 24 hours.
#[utoipa::path(post, path = "/api/fees", tag = "fees", request_body = FeesRequest, responses((status = 200, body = FeesAnswer), (status = 400, description = "Out of bounds"), (status = 403, description = "Not the owner, or not signed")))]
pub(crate) async fn change(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<FeesRequest>,
) -> Result<axum::Json<FeesAnswer>, Problem> {
    let network = match &payload.network {
        Some(text) => Did::parse(text).map_err(wrong("network"))?,
        None => node.did().clone(),
    };
    let profile = match payload.profile.as_str() {
        "none" => Profile::None,
        "mjn" => Profile::Mjn,
        _ => return Err(Problem::field("profile", "profile must be one of none, mjn.")),
    };
    let share = Int(payload.node.unwrap_or(FeeProfile::MJN_NODE).into());
    let change = ChangeFees { profile, node: share, network };
    enter(&node, &parts, &session, &change).await?;
    answer(&node)
}
