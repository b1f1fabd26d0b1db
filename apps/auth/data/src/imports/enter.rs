//! Taking a verified copy in: as its new home, with the owner's word, or as a read-only backup.
//!
//! Always: a repeated request gets the first answer. If this node does not accept a home, it signs that it did not.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use imajin_app::extract::{self, Attempt, Authed, Path, Query};
use imajin_app::{Answer, Node, Peer, Problem, Role};
use imajin_bundle::import::{self, HomeWord, Imported, Repair, VerifiedBundle};
use imajin_host::account;
use imajin_host::jobs::JobOwner;
use imajin_protocol::{Did, Proof};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::copy_room::CopyRoom;
use super::super::home_proofs::{dag_json, is_entered};
use super::super::import_jobs::{ImportJob, Work};
use super::super::{Shared, download, errors, ledger, refusal_receipt};
use super::check::{verified, verified_of};
use super::presence::{Bringer, Presence};
use super::{admit, lets_in, optional_json, passing, sender, take};

/// The header that carries a proof of will.
const PROOF: &str = "mjn-proof";

/// The outcome of an import.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportAnswer {
    /// The DID of the record.
    #[schema(value_type = String)]
    pub(crate) did: Did,
    /// The newest entry here now.
    pub(crate) seq: u64,
    /// The CID of its header.
    pub(crate) cid: String,
    /// The newest head.
    pub(crate) head: String,
    /// Whether anything new came.
    pub(crate) changed: bool,
    /// The last entry of the branch that was set aside, if there was one.
    pub(crate) side: Option<String>,
    /// The damage to the record on this node, if there was any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repair: Option<RepairAnswer>,
}

/// The damage to a record, and whether it was mended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RepairAnswer {
    /// The fault of the log; absent where only files were damaged.
    #[serde(skip_serializing_if = "Option::is_none")]
    damage: Option<String>,
    /// How many entries came from the copy because they were damaged here.
    entries: u64,
    /// How many bodies did.
    bodies: u64,
    /// How many entries the copy has after the end of the log here.
    added: u64,
    /// How many files came from it.
    files: u64,
    /// The remaining damage; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<String>,
}

impl RepairAnswer {
    fn from_repair(repair: &Repair) -> Self {
        let log = repair.log.as_ref();
        Self {
            damage: repair.damage.clone(),
            entries: log.map_or(0, |log| log.headers.len() as u64),
            bodies: log.map_or(0, |log| log.bodies.len() as u64),
            added: log.map_or(0, |log| log.added),
            files: repair.media.len() as u64,
            left: repair.left(),
        }
    }
}

/// The use of a copy that has arrived.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// `true`: it only mends what is damaged here, and brings nothing new.
    #[serde(default)]
    repair: bool,
}

/// The proof that the sender may have the copy kept.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Keeping {
    /// Without a session of the person or the node's owner: the answer to the challenge of the refusal.
    presence: Option<Presence>,
}

/// How to import a copy in one step.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AtOnce {
    /// `backup`.
    #[serde(rename = "as")]
    form: Option<String>,
    /// An invite, where the node takes people in by invitation.
    invite_code: Option<String>,
}

/// Make this node the home of a copy that has arrived.
///
/// `MJN-Proof` is of `auth.home`, signed by the owner with what the check gave; the body is that of the entry
/// (docs/exchanges.md). Where this node does not accept, the answer has `refused`: its signed word that it did not.
#[utoipa::path(
    post, path = "/api/imports/{id}/home", tag = "your data",
    params(("id" = String, Path), ("MJN-Proof" = String, Header, description = "The owner's proof of auth.home")),
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 201, description = "This node is home now", body = ImportAnswer), (status = 200, description = "It was already", body = ImportAnswer),
        (status = 404, description = "No such import"), (status = 409, description = "The record here goes further"), (status = 422, description = "The copy or the home entry is not valid"),
    ),
)]
pub(crate) async fn home(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    Path(id): Path<String>,
    request: Request,
) -> Answer<(StatusCode, Json<ImportAnswer>)> {
    let (parts, body) = request.into_parts();
    let proof = parts.headers.get(PROOF).and_then(|value| value.to_str().ok());
    let proof = proof.ok_or_else(|| {
        Problem::field(
            "MJN-Proof",
            "A new home needs the owner's proof of auth.home in the header MJN-Proof.",
        )
    })?;
    let proof = Proof::parse(proof)
        .map_err(|error| Problem::field("MJN-Proof", errors::sentence(&error)))?;
    let body = dag_json(&extract::read_body(body, &node).await?)?;
    if let Some(answer) = entered_before(&node, &proof)? {
        return Ok((StatusCode::OK, Json(answer)));
    }
    let word = HomeWord { proof, body };
    let refused = |problem| refusal_receipt::attach(&node, &word.proof, problem);
    let arrival = shared.import_jobs.find(&id, node.now()).map_err(refused)?;
    // While another request works on the import, its result is unknown: this answer carries no signed refusal.
    let mut work = arrival.work()?;
    let answer = enter(&node, &shared, &arrival, &mut work, &word).await.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn enter(
    node: &Node,
    shared: &Shared,
    arrival: &ImportJob,
    work: &mut Work,
    word: &HomeWord,
) -> Result<ImportAnswer, Problem> {
    let checked = verified_of(node, shared, arrival, work).await?;
    let id = arrival.upload.id();
    lets_in::require(node, id, &word.proof.payload.did)?;
    let word = word.clone();
    let imported = take_in(node, &arrival.room, checked, move |node, checked| {
        import::import(node.ledger(), checked, Some(&word)).map_err(errors::import)
    })
    .await;
    let imported = imported.inspect_err(|problem| free_if_stale(node, shared, arrival, problem))?;
    *arrival.invite.lock() = None;
    // A person who had moved away is back.
    shared.moves.forget(&imported.did)?;
    lets_in::done(node, id, &imported.did)?;
    shared.import_jobs.remove(node, arrival)?;
    Ok(answer(imported))
}

/// Removes an import that is older than the record on this node: another copy is needed.
fn free_if_stale(node: &Node, shared: &Shared, arrival: &ImportJob, problem: &Problem) {
    if problem.status() == StatusCode::CONFLICT
        && let Err(problem) = shared.import_jobs.remove(node, arrival)
    {
        tracing::warn!("a copy that was refused: {problem}");
    }
}

/// The very same proof again, after the answer to the first was lost: the same answer.
pub(crate) fn entered_before(node: &Node, proof: &Proof) -> Result<Option<ImportAnswer>, Problem> {
    if !is_entered(node, proof)? {
        return Ok(None);
    }
    let did = &proof.payload.did;
    let (Some(status), Some(head)) = (node.status(did)?, node.ledger().head(did)?) else {
        return Ok(None);
    };
    Ok(Some(ImportAnswer {
        did: did.clone(),
        seq: status.seq,
        cid: status.cid.to_string(),
        head,
        changed: false,
        side: None,
        repair: None,
    }))
}

/// Keep a copy that has arrived as a backup: read-only, for its owner.
///
/// A record that is damaged here is mended with it. Only the person whose record it is and the node's owner have a copy kept.
#[utoipa::path(
    post, path = "/api/imports/{id}/backup", tag = "your data", params(("id" = String, Path), How), request_body = Keeping,
    responses(
        (status = 201, body = ImportAnswer), (status = 401, description = "Somebody else's copy: `challengeId` and `challenge` are to be answered with `presence`"), (status = 404, description = "No such import"),
        (status = 409, description = "The record here goes further"), (status = 422, description = "The copy is not valid"),
    ),
)]
pub(crate) async fn backup(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    bringer: Bringer,
    Path(id): Path<String>,
    Query(how): Query<How>,
    request: Request,
) -> Answer<(StatusCode, Json<ImportAnswer>)> {
    let wish: Keeping = optional_json(&node, request.into_body()).await?;
    let bringer = bringer.add_presence(wish.presence);
    let arrival = shared.import_jobs.find(&id, node.now())?;
    let mut work = arrival.work()?;
    bringer.require_some(&node, &arrival)?;
    let checked = verified_of(&node, &shared, &arrival, &mut work).await?;
    if let Err(problem) = bringer.require(&node, &checked) {
        work.checked = Some(checked);
        return Err(problem);
    }
    let how = if how.repair { ledger::repair } else { ledger::take_backup };
    let imported = take_in(&node, &arrival.room, checked, how).await;
    let imported =
        imported.inspect_err(|problem| free_if_stale(&node, &shared, &arrival, problem))?;
    shared.import_jobs.remove(&node, &arrival)?;
    Ok((StatusCode::CREATED, Json(answer(imported))))
}

/// Bring a copy in one request, to be kept as a backup, as the person whose record it is or as the node's owner.
#[utoipa::path(
    post, path = "/api/import", tag = "your data", params(AtOnce), request_body(content = String, content_type = "application/x-tar"),
    responses(
        (status = 201, body = ImportAnswer), (status = 401, description = "Not signed in, or somebody else's copy"),
        (status = 403, description = "This node takes you in by invitation, or nobody"),
        (status = 413, description = "Too large"), (status = 422, description = "The copy is not valid"), (status = 507, description = "The disk is full"),
    ),
)]
pub(crate) async fn at_once(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    _: Attempt,
    Authed(session): Authed,
    peer: Peer,
    Query(how): Query<AtOnce>,
    request: Request,
) -> Answer<(StatusCode, Json<ImportAnswer>)> {
    if how.form.as_deref() != Some("backup") {
        let text = "In one request a copy is taken in as a backup: as=backup. A new home needs what its check gives: see POST /auth/api/imports.";
        return Err(Problem::field("as", text));
    }
    let by = admit(&node, Some(&session.did), how.invite_code.as_deref())?;
    let from = sender(&node, Some(&session.did), peer)?;
    let bringer = Bringer::signed_in(Some(session.did));
    let imported = bring(&node, &shared, from, &bringer, request).await;
    let imported = imported.inspect_err(|_| by.give_back(&node))?;
    Ok((StatusCode::CREATED, Json(answer(imported))))
}

async fn bring(
    node: &Node,
    shared: &Shared,
    from: (JobOwner, Role),
    bringer: &Bringer,
    request: Request,
) -> Result<Imported, Problem> {
    let most = shared.import_jobs.bytes_max;
    let passing = passing(node, shared, from, most).await?;
    take(node, &passing, 0, request).await?;
    let checked = verified(node, shared, &passing, None).await.map_err(errors::import)?;
    bringer.require(node, &checked)?;
    take_in(node, &passing.room, checked, ledger::take_backup).await
}

/// Makes a copy real, on the account of its sender or of the person whose record it is.
async fn take_in(
    node: &Node,
    room: &CopyRoom,
    checked: VerifiedBundle,
    how: impl FnOnce(&Node, VerifiedBundle) -> Result<Imported, Problem> + Send + 'static,
) -> Result<Imported, Problem> {
    let (node, room) = (node.clone(), room.clone());
    download::blocking(move || {
        let _room = room.taken_in(&node, &checked)?;
        let imported = how(&node, checked)?;
        account::recount(&node, &imported.did);
        Ok(imported)
    })
    .await
}

fn answer(imported: Imported) -> ImportAnswer {
    ImportAnswer {
        did: imported.did,
        seq: imported.seq,
        cid: imported.cid.to_string(),
        head: imported.head,
        changed: imported.changed,
        side: imported.side.map(|cid| cid.to_string()),
        repair: imported.repair.as_ref().map(RepairAnswer::from_repair),
    }
}
