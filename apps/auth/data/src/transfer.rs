//! Moving to another node: freeze, send all, let the new home enter the owner's word, believe its head.
//!
//! Always: from the moment that the owner's word was sent, the record stays frozen here until the new home's head or its
//! signed refusal has arrived; a repeated request continues where the move stopped. So two homes never have one epoch.

mod outgoing;

use std::collections::BTreeMap;

use axum::extract::State;
use axum::{Extension, Json};
use imajin_app::extract::{Authed, Json as Strict, Query};
use imajin_app::{Answer, Lang, Node, Problem, TransferPlan, refuse_if};
use imajin_ledger::LogStatus;
use imajin_protocol::{Did, Kid};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Object, json};
use utoipa::{IntoParams, ToSchema};

use super::imports::check::HomeToSign;
use super::{Shared, access, errors};
use outgoing::OutgoingTransfer;

/// The record that moves, and its destination.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Where {
    /// The DID of the record; the caller's if left out.
    did: Option<String>,
    /// The address of the new home.
    to: String,
    /// The key that will sign; one of yours in force if left out.
    kid: Option<String>,
}

/// The requirements and effects of a move.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PreparedTransfer {
    /// The text that the owner signs.
    to_sign: HomeToSign,
    /// For each service the things that move, and those that cannot.
    plan: BTreeMap<String, TransferPlan>,
}

/// A move.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Transfer {
    /// The address of the new home.
    to: String,
    /// The owner's proof of `auth.home` for the new home, a compact JWS.
    proof: String,
    /// The body that it names, as dag-json.
    #[schema(value_type = Object)]
    body: Object,
    /// An invite of the new home's owner, if it takes people in by invitation.
    invite_code: Option<String>,
}

/// A move that is done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Transferred {
    /// The DID of the record.
    #[schema(value_type = String)]
    did: Did,
    /// The new home.
    #[schema(value_type = String)]
    node: Did,
    /// Its address.
    url: String,
    /// Its epoch.
    epoch: u64,
    /// Its first head.
    head: String,
}

/// Returns the text that you sign to move to another node, and the things that move with you.
#[utoipa::path(
    get, path = "/api/transfer", tag = "your data", params(Where),
    responses((status = 200, body = PreparedTransfer), (status = 401, description = "Not signed in"), (status = 409, description = "The other node says no"), (status = 503, description = "The other node does not answer")),
)]
pub(super) async fn ask(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    asks: Authed,
    Query(wish): Query<Where>,
    lang: Lang,
) -> Answer<Json<PreparedTransfer>> {
    let did = access::own(&node, &asks, wish.did.as_deref())?;
    let status = movable(&node, &did)?;
    let kid = match wish.kid.as_deref() {
        Some(text) => {
            Kid::parse(text).map_err(|error| Problem::field("kid", errors::sentence(&error)))?
        }
        None => access::default_kid(&node, &did)?,
    };
    let about = shared.peers.at(&node, &wish.to)?.enquire(&node).await?;
    refuse_if!(about.did == *node.did(), Problem::field("to", "That is this very node."));
    let head =
        node.ledger().head(&did)?.ok_or_else(|| Problem::internal("a log without a head"))?;
    let to_sign = HomeToSign {
        node: about.did,
        url: about.url,
        epoch: status.home.epoch + 1,
        seen: json!({ "seq": status.seq, "cid": status.cid.to_string() }),
        after: node.ledger().after(&did, &kid.to_string())?.map(|cid| cid.to_string()),
        chain: status.chain.map(|cid| cid.to_string()),
        head,
        time: node.now().to_string(),
        did: did.clone(),
    };
    let words = node.services().words().with_lang(lang);
    let mut plan = BTreeMap::new();
    for service in node.services().iter() {
        let moves = node.read(service.name(), |db| service.transfer(db, &did))?;
        if moves != TransferPlan::default() {
            plan.insert(service.name().to_owned(), moves.in_words(&words));
        }
    }
    Ok(Json(PreparedTransfer { to_sign, plan }))
}

/// Returns the status of a record that may move away: its home is this node, it is not deleted, and no service objects.
fn movable(node: &Node, did: &Did) -> Result<LogStatus, Problem> {
    let status =
        node.status(did)?.ok_or_else(|| Problem::not_found("There is no record of yours here."))?;
    if status.deleted {
        return Err(Problem::gone("Your record is deleted; there is nothing to move."));
    }
    if status.home.node != *node.did() {
        return Err(Problem::conflict(format!(
            "This node is not the home of your record: {} is.",
            status.home.url
        )));
    }
    for service in node.services().iter() {
        service.may_move(node, did)?;
    }
    Ok(status)
}

/// Move to another node.
///
/// This node freezes your record, sends all of it, and lets the other one enter your word. When that is done, this node
/// only reads, and redirects callers. If an answer got lost, send the same request again: the move continues where it stopped.
#[utoipa::path(
    post, path = "/api/transfer", tag = "your data", request_body = Transfer,
    responses(
        (status = 200, body = Transferred), (status = 401, description = "The proof does not hold"),
        (status = 409, description = "Something was written meanwhile, or the other node says no: nothing was moved"),
        (status = 503, description = "The other node does not answer: `frozen` says whether the move is still open"),
    ),
)]
pub(super) async fn transfer(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    Strict(wish): Strict<Transfer>,
) -> Answer<Json<Transferred>> {
    let going = OutgoingTransfer::new(&node, &shared, wish)?;
    let _moving = shared.moves.begin(going.did())?;
    // Runs to its end also when the caller goes away.
    let work = tokio::spawn(async move { going.run().await });
    work.await.map_err(Problem::internal)?.map(Json)
}
