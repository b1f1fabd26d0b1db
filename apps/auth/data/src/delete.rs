//! Deleting everything, in two steps: what goes and what stays, then the owner's signature under exactly those numbers.
//!
//! Always: the owner signs the numbers that hold: if they changed in between, the owner looks again. `operations` decides
//! what a deletion enters; `erase` removes what it leaves outside the log.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::extract::{self, Authed, Caller, Query, Visitor};
use imajin_app::{Answer, CommandRequest, Lang, Node, Problem, Session};
use imajin_dfos::Value;
use imajin_host::prelude::*;
use imajin_ledger::{LogStatus, Receipt};
use imajin_protocol::{Did, Proof};
use serde::Serialize;
use serde_json::Value as Object;
use utoipa::ToSchema;

use super::count::SubjectQuery;
use super::deletion_plan::{self, Plan, plan_of};
use super::home_proofs::dag_json;
use super::{access, download, erase, errors, receipt};
use crate::operations::DeleteRecord;

/// Maximum number of attempts when entries come between.
const ATTEMPTS: usize = 3;

/// The outcome of a deletion.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deleted {
    /// The receipt: a JWS of type `mjn:receipt`, signed by this node.
    receipt: String,
    /// The receipt's content.
    #[schema(value_type = Object)]
    says: Object,
}

/// Lists the things that deleting everything would erase, and those that would stay, with the reason.
#[utoipa::path(
    get, path = "/api/delete", tag = "your data", params(SubjectQuery),
    responses((status = 200, body = Plan), (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's data"), (status = 410, description = "It is deleted already")),
)]
pub(super) async fn plan(
    State(node): State<Node>,
    asks: Authed,
    Query(whose): Query<SubjectQuery>,
    lang: Lang,
) -> Answer<Json<Plan>> {
    let did = access::own(&node, &asks, whose.did.as_deref())?;
    match node.status(&did)? {
        None => return Err(Problem::not_found("There is no record of yours here.")),
        Some(status) if status.deleted => {
            return Err(Problem::gone("Your record is deleted already."));
        }
        Some(_) => {}
    }
    let words = node.services().words().with_lang(lang);
    Ok(Json(plan_of(&node, &did)?.in_words(&words)))
}

/// Delete everything, and get the receipt.
///
/// `MJN-Proof` is of `auth.delete`; the body is the plan's `body` with a salt. The same proof again gets the same receipt.
#[utoipa::path(
    post, path = "/api/delete", tag = "your data",
    params(("MJN-Proof" = Option<String>, Header, description = "The owner's proof of auth.delete; without one, a session of somebody who has no chain")),
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 201, description = "Erased", body = Deleted), (status = 200, description = "It was already", body = Deleted),
        (status = 401, description = "The proof does not hold"), (status = 403, description = "It must be signed"),
        (status = 409, description = "The numbers changed: `plan` as it is now"), (status = 410, description = "It was deleted before, by another proof"),
        (status = 503, description = "`disk-missing`: it is entered, and the receipt waits for a disk; the same request again gets it then"),
    ),
)]
pub(super) async fn delete(
    Visitor(node, Caller(caller)): Visitor,
    request: Request,
) -> Answer<(StatusCode, Json<Deleted>)> {
    let (parts, body) = request.into_parts();
    let body = dag_json(&extract::read_body(body, &node).await?)?;
    let did = subject(&parts.headers, caller.as_ref())?;
    let status = node
        .status(&did)?
        .ok_or_else(|| Problem::not_found("There is no record of yours here."))?;
    if !status.deleted {
        confirm(&node, &did, &body)?;
    }
    let deletion = DeletionRequest { node, caller, parts, body, status };
    // Runs to its end also when the caller goes away.
    let work = tokio::spawn(async move { deletion.run().await });
    work.await.map_err(Problem::internal)?
}

/// A deletion that its owner asked for.
struct DeletionRequest {
    node: Node,
    caller: Option<Session>,
    parts: Parts,
    body: Value,
    /// Before it.
    status: LogStatus,
}

impl DeletionRequest {
    async fn run(self) -> Result<(StatusCode, Json<Deleted>), Problem> {
        let (node, did) = (self.node.clone(), self.status.did.clone());
        let stays = deletion_plan::stays(&node, &did)?;
        let _guard = erase::DeletionGuard::new(&node, &did);
        let entered = self.enter().await?;
        let media = node.ledger().media().clone();
        let finished = download::blocking(move || erase::finish(&node, &did, stays)).await;
        let token = finished.map_err(|problem| match media.missing_disk() {
            Some(disk) => receipt_waits(&disk),
            None => problem,
        })?;
        let code = if entered.repeated { StatusCode::OK } else { StatusCode::CREATED };
        let says = receipt::says(&token).unwrap_or_default();
        Ok((code, Json(Deleted { receipt: token, says })))
    }

    /// Enters the deletion. Repeats the listing of the bodies if another entry came between: the proof still matches
    /// unless the owner's own key signed that entry.
    async fn enter(&self) -> Result<Receipt, Problem> {
        let did = &self.status.did;
        for attempt in 1.. {
            let command =
                CommandRequest::new(did.clone(), DeleteRecord::NAME).body(self.body.clone());
            match self.node.submit(&self.parts, self.caller.as_ref(), command).await {
                Err(problem)
                    if problem.status() == StatusCode::CONFLICT
                        && attempt < ATTEMPTS
                        && self.node.status(did)?.is_some_and(|now| now.seq != self.status.seq) => {
                }
                Err(_) if self.status.deleted => {
                    return Err(Problem::gone("Your record was deleted before."));
                }
                other => return other,
            }
        }
        Err(Problem::conflict("Too much was written meanwhile: try again."))
    }
}

/// The deletion is entered, and a part of it waits for a disk.
fn receipt_waits(disk: &str) -> Problem {
    Problem::unavailable(format!(
        "Your data are deleted here, but for your files on the disk \"{disk}\", which is not plugged in. They go when it is plugged in again, or its owner gives it up as lost; send the same request then, and you get the receipt."
    ))
    .slug("disk-missing")
    .with_member("disk", disk)
    .with_member("entered", true)
}

/// Returns the DID whose record is deleted: the one in the proof, else the caller's.
fn subject(headers: &axum::http::HeaderMap, caller: Option<&Session>) -> Result<Did, Problem> {
    if let Some(proof) = headers.get("mjn-proof").and_then(|value| value.to_str().ok()) {
        let proof = Proof::parse(proof)
            .map_err(|error| Problem::field("MJN-Proof", errors::sentence(&error)))?;
        return Ok(proof.payload.did);
    }
    let session = caller.ok_or_else(|| {
        Problem::unauthorized(
            "Deleting takes your signature: send the proof of auth.delete in the header MJN-Proof.",
        )
    })?;
    Ok(session.did.clone())
}

/// Whether the numbers that were signed are those that are here.
fn confirm(node: &Node, did: &Did, body: &Value) -> Result<(), Problem> {
    let signed = body.get("counts").map(erase::counts).ok_or_else(|| {
        Problem::field(
            "counts",
            "The body must have the counts of the plan: see GET /auth/api/delete.",
        )
    })?;
    let plan = plan_of(node, did)?;
    if signed == plan.counts {
        return Ok(());
    }
    let plan = serde_json::to_value(&plan).map_err(Problem::internal)?;
    Err(Problem::conflict(
        "What is here changed since you looked: look again, and sign what it is now.",
    )
    .slug("counts")
    .with_member("plan", plan))
}
