//! The answers to boxes whose backups this box keeps. Each request is a signed exchange (docs/api.md) by a key that a contract knows: it signs
//! for the DID that is made of the key, so that no chain has to be found.
//!
//! Always: to any other key a contract is as unknown as a name that was never used. A request that is sent again changes nothing; of a
//! removal, which would meet a later file of the same name, each nonce counts once.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json as Answer200;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use imajin_app::exchange::{RequestNonce, SignedBy};
use imajin_app::extract::{Attempt, Json, Path, Query, read_body};
use imajin_app::routing::{OpenApiRouter, routes};
use imajin_app::{Answer, Node, Problem, Right, Zone, args, blocking, ranged};
use imajin_host::network::ShownCertificate;
use imajin_host::prelude::*;
use imajin_host::room::For;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex as AsyncMutex;
use utoipa::{IntoParams, ToSchema};

use super::contract::{self, Access, ChainClaim, Contract, PublicKey};
use super::store::{Item, Piece, Store, StoreError, is_digest, is_name};
use crate::manifest::TEXTS;

/// The turns of contracts. The files of a contract are changed one at a time, so that its room is counted exactly. A request that waits takes no
/// thread and delays no other contract.
#[derive(Default)]
struct Turns(Mutex<HashMap<String, Arc<AsyncMutex<()>>>>);

impl Turns {
    /// Changes the files of a contract in its turn, and finishes even if the caller is gone.
    async fn change<T: Send + 'static>(
        node: Node,
        contract: Contract,
        work: impl FnOnce(&Node, &Contract) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let turns = node.state::<Self>();
        let turn = Arc::clone(turns.0.lock().entry(contract.id.clone()).or_default());
        let turn = turn.lock_owned().await;
        let work = move || {
            let _turn = turn;
            work(&node, &contract)
        };
        blocking::run(work).await?
    }
}

pub(super) fn routes() -> OpenApiRouter<Node> {
    OpenApiRouter::new()
        .routes(routes!(join, contracts))
        .routes(routes!(introduce, list))
        .routes(routes!(look))
        .routes(routes!(get, put, remove))
}

/// The code that the friend gave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Join {
    /// The code, however it was typed.
    #[schema(example = "7KQ2-M9XT-04RB")]
    code: String,
}

/// A contract, as its box sees it.
#[derive(Debug, Serialize, ToSchema)]
struct ContractAnswer {
    /// The DID of the friend's box, whose key proves it from now on (`mjn/1`).
    node: String,
    /// Its name in paths.
    contract: String,
    /// The DID of the box whose backups they are, once that box has proved it. Its owner is who it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// The room in bytes, which what was removed within 30 days takes, too.
    bytes: u64,
    /// Today's date at the friend's box.
    #[schema(example = "2026-05-03")]
    day: String,
}

/// The contracts of a key.
#[derive(Debug, Serialize, ToSchema)]
struct ContractsAnswer {
    /// The DID of the friend's box.
    node: String,
    /// The newest first.
    contracts: Vec<ContractAnswer>,
}

/// The chains that a contract knows keys by.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Introduction {
    /// The box: its auth keys read and write.
    node: ChainClaim,
    /// Its owner: the controller keys read.
    owner: ChainClaim,
}

/// The files of a contract.
#[derive(Debug, Serialize, ToSchema)]
struct ListAnswer {
    /// The room in bytes.
    bytes: u64,
    /// Bytes in use.
    used: u64,
    /// The files, also those that were replaced or removed.
    files: Vec<FileAnswer>,
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
struct FileAnswer {
    /// Its name.
    name: String,
    /// Its length.
    bytes: u64,
    /// When it was replaced or removed, in milliseconds of the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<i64>,
}

/// The certificates that a host name shows to visitors from here.
#[derive(Debug, Serialize, ToSchema)]
struct LookAnswer {
    /// One for each address that shows one.
    shown: Vec<ShownCertificate>,
}

/// The part of a file that a request brings.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PieceQuery {
    /// The SHA-256 of the whole file, 64 lower-case hexadecimal digits.
    sha256: String,
    /// Bytes of the whole file.
    bytes: u64,
    /// The position of this part in the file.
    at: u64,
    /// The SHA-256 of the file that this one replaces. A name that ends in `.age` is never replaced.
    after: Option<String>,
}

/// The version of a file to read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct VersionQuery {
    /// One that was replaced or removed at this time, as the list has it.
    removed: Option<i64>,
}

/// How much of a file has arrived.
#[derive(Debug, Serialize, ToSchema)]
struct Received {
    /// Bytes that are here: the next part begins with this one. All of them: the file is complete, and on the disk.
    received: u64,
}

fn unknown() -> Problem {
    Problem::not_found(TEXTS.say("contract-unknown", args![]))
}

fn key_of(signer: SignedBy) -> Result<PublicKey, Problem> {
    signer.0.and_then(|did| did.key_bytes()).ok_or_else(unknown)
}

/// Returns a contract that the signer may use in this way.
fn contract_for(node: &Node, id: &str, signer: SignedBy, needed: Access) -> Answer<Contract> {
    let key = key_of(signer)?;
    let contract = contract::find(node, id)?.ok_or_else(unknown)?;
    match (contract.access(&key), needed) {
        (Some(Access::Write), _) | (Some(Access::Read), Access::Read) => Ok(contract),
        (Some(Access::Read), Access::Write) | (None, _) => Err(unknown()),
    }
}

fn contract_to_write(node: &Node, id: &str, signer: SignedBy) -> Answer<Contract> {
    let contract = contract_for(node, id, signer, Access::Write)?;
    if contract.ended_ms.is_some() {
        return Err(Problem::gone(TEXTS.say("contract-ended", args![])).slug("ended"));
    }
    Ok(contract)
}

fn answer(node: &Node, contract: &Contract) -> ContractAnswer {
    ContractAnswer {
        node: node.did().to_string(),
        contract: contract.id.clone(),
        source: contract.source().map(str::to_owned),
        bytes: contract.bytes,
        day: Zone::home().local(node.now()).date().to_string(),
    }
}

/// Begin to have backups kept here: by a code that the owner of this box gave.
#[utoipa::path(
    post, path = "/api/kept", tag = "backups of friends", request_body = Join,
    responses((status = 200, body = ContractAnswer), (status = 400, description = "Not such a body"), (status = 401, description = "The signature does not hold"), (status = 404, description = "Not signed, or no such code: it was used, or its seven days are over")),
)]
async fn join(
    State(node): State<Node>,
    _: Attempt,
    signer: SignedBy,
    Json(wish): Json<Join>,
) -> Answer<Answer200<ContractAnswer>> {
    let contract = contract::take(&node, &wish.code, key_of(signer)?).await?;
    let no_code = || Problem::not_found(TEXTS.say("contract-code", args![])).slug("code");
    let contract = contract.ok_or_else(no_code)?;
    Ok(Answer200(answer(&node, &contract)))
}

/// The contracts that the signer may read: how the owner of a lost box finds its backups.
#[utoipa::path(
    get, path = "/api/kept", tag = "backups of friends",
    responses((status = 200, body = ContractsAnswer), (status = 401, description = "The signature does not hold"), (status = 404, description = "Not signed")),
)]
async fn contracts(
    State(node): State<Node>,
    _: Attempt,
    signer: SignedBy,
) -> Answer<Answer200<ContractsAnswer>> {
    let (key, now_ms) = (key_of(signer)?, node.now().as_millis());
    let mut contracts = contract::all(&node)?;
    contracts.retain(|contract| contract.access(&key).is_some() && !contract.is_over(now_ms));
    let contracts = contracts.iter().rev();
    Ok(Answer200(ContractsAnswer {
        node: node.did().to_string(),
        contracts: contracts.map(|contract| answer(&node, contract)).collect(),
    }))
}

/// Say who the box and its owner are, so that their keys count: of now, and later ones.
#[utoipa::path(
    put, path = "/api/kept/{contract}", tag = "backups of friends", request_body = Introduction, params(("contract" = String, Path)),
    responses((status = 204, description = "So it is"), (status = 400, description = "Not such a body"), (status = 404, description = "Not this key's"), (status = 409, description = "A chain does not continue the one that is known"), (status = 410, description = "The friend ended it"), (status = 422, description = "A chain does not verify")),
)]
async fn introduce(
    State(node): State<Node>,
    Path(id): Path<String>,
    signer: SignedBy,
    Json(wish): Json<Introduction>,
) -> Answer<StatusCode> {
    let key = key_of(signer.clone())?;
    let contract = contract_to_write(&node, &id, signer)?;
    contract::pin(&node, contract.id, key, (&wish.node, &wish.owner)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the files.
#[utoipa::path(
    get, path = "/api/kept/{contract}", tag = "backups of friends", params(("contract" = String, Path)),
    responses((status = 200, body = ListAnswer), (status = 404, description = "Not this key's")),
)]
async fn list(
    State(node): State<Node>,
    Path(id): Path<String>,
    signer: SignedBy,
) -> Answer<Answer200<ListAnswer>> {
    let contract = contract_for(&node, &id, signer, Access::Read)?;
    let store = Store::new(node.data(), &contract.id);
    let (items, (used, _)) =
        blocking::run(move || std::io::Result::Ok((store.list()?, store.usage()?))).await??;
    let file =
        |item: Item| FileAnswer { name: item.name, bytes: item.bytes, removed: item.removed_ms };
    Ok(Answer200(ListAnswer {
        bytes: contract.bytes,
        used,
        files: items.into_iter().map(file).collect(),
    }))
}

/// Look at a host name of the box as visitors from here see it. The box compares the keys with its own.
#[utoipa::path(
    get, path = "/api/kept/{contract}/names/{name}", tag = "backups of friends", params(("contract" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = LookAnswer), (status = 404, description = "Not this key's"), (status = 410, description = "The friend ended it"), (status = 429, description = "Too often")),
)]
async fn look(
    State(node): State<Node>,
    Path((id, name)): Path<(String, String)>,
    _: Attempt,
    signer: SignedBy,
) -> Answer<Answer200<LookAnswer>> {
    contract_to_write(&node, &id, signer)?;
    let shown = match node.upkeep().cloned() {
        Some(upkeep) => upkeep.shown_certificates(&name).await,
        None => Vec::new(),
    };
    Ok(Answer200(LookAnswer { shown }))
}

/// Read a file, or with `Range` a part of it.
#[utoipa::path(
    get, path = "/api/kept/{contract}/{name}", tag = "backups of friends", params(("contract" = String, Path), ("name" = String, Path), VersionQuery),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"), (status = 206, description = "The part"), (status = 404, description = "No such file, or not this key's"), (status = 416, description = "The file is shorter")),
)]
async fn get(
    State(node): State<Node>,
    Path((id, name)): Path<(String, String)>,
    Query(version): Query<VersionQuery>,
    signer: SignedBy,
    headers: HeaderMap,
) -> Answer<Response> {
    let contract = contract_for(&node, &id, signer, Access::Read)?;
    check_name(&name)?;
    let store = Store::new(node.data(), &contract.id);
    let file = blocking::run(move || store.open(&name, version.removed)).await??;
    let file = file.ok_or_else(unknown)?;
    ranged::file(file, &headers, None, Right::unending())
}

/// Bring a file, a part at a time, each at most as long as a JSON body.
#[utoipa::path(
    put, path = "/api/kept/{contract}/{name}", tag = "backups of friends", params(("contract" = String, Path), ("name" = String, Path), PieceQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = Received), (status = 400, description = "Not such a name or query, or the whole has another SHA-256: begin again"), (status = 404, description = "Not this key's"), (status = 409, description = "Another file has the name, or bytes before this part are missing: `received` says where to begin"), (status = 410, description = "The friend ended it"), (status = 413, description = "The part or the file is too long"), (status = 507, description = "No room: nothing of the file stays")),
)]
async fn put(
    State(node): State<Node>,
    Path((id, name)): Path<(String, String)>,
    Query(query): Query<PieceQuery>,
    signer: SignedBy,
    request: Request,
) -> Answer<Answer200<Received>> {
    let contract = contract_to_write(&node, &id, signer)?;
    check_name(&name)?;
    if !is_digest(&query.sha256) {
        return Err(Problem::field("sha256", TEXTS.say("contract-digest-form", args![])));
    }
    let piece = Piece {
        name,
        sha256: query.sha256,
        bytes: query.bytes,
        at: query.at,
        after: query.after,
        body: read_body(request.into_body(), &node).await?,
    };
    let receive = move |node: &Node, contract: &Contract| receive(node, contract, &piece);
    let received = Turns::change(node, contract, receive).await?;
    Ok(Answer200(Received { received }))
}

/// Remove a file. It stays, and counts, for 30 days.
#[utoipa::path(
    delete, path = "/api/kept/{contract}/{name}", tag = "backups of friends", params(("contract" = String, Path), ("name" = String, Path)),
    responses((status = 204, description = "It is not there any more"), (status = 400, description = "Not such a name"), (status = 401, description = "The nonce was used before"), (status = 404, description = "Not this key's"), (status = 410, description = "The friend ended it")),
)]
async fn remove(
    State(node): State<Node>,
    Path((id, name)): Path<(String, String)>,
    signer: SignedBy,
    nonce: RequestNonce,
) -> Answer<Response> {
    let contract = contract_to_write(&node, &id, signer)?;
    check_name(&name)?;
    nonce.take(&node)?;
    let remove = move |node: &Node, contract: &Contract| {
        let store = Store::new(node.data(), &contract.id);
        store.remove(&name, node.now().as_millis()).map_err(Problem::from)
    };
    Turns::change(node, contract, remove).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn check_name(name: &str) -> Answer<()> {
    if is_name(name) {
        Ok(())
    } else {
        Err(Problem::field("name", TEXTS.say("contract-name-form", args![])))
    }
}

/// Writes a piece in its room. Both owners learn of a contract without room: its box by the answer, this one by a check.
fn receive(node: &Node, contract: &Contract, piece: &Piece) -> Answer<u64> {
    let store = Store::new(node.data(), &contract.id);
    let rest = piece.bytes.saturating_sub(piece.at);
    let reserve = node.room().need(node.monotonic(), rest, For::Strangers);
    let room = if reserve.is_ok() { contract.bytes } else { 0 };
    let received = store.put(piece, room, node.now().as_millis()).map_err(refusal);
    let is_no_room = |problem: &Problem| problem.status() == StatusCode::INSUFFICIENT_STORAGE;
    let is_full = received.as_ref().is_err_and(is_no_room);
    if is_full || received.is_ok() {
        contract::note_room(node, contract, is_full)?;
    }
    received
}

fn refusal(error: StoreError) -> Problem {
    let say = |id| TEXTS.say(id, args![]);
    match error {
        StoreError::Room => Problem::no_room(say("contract-full")),
        StoreError::Long => Problem::too_large(say("contract-long")),
        StoreError::Written => Problem::conflict(say("contract-written")).slug("written"),
        StoreError::Replaced => Problem::conflict(say("contract-replaced")).slug("replaced"),
        StoreError::Gap(received) => {
            Problem::conflict(say("contract-gap")).slug("gap").with_member("received", received)
        }
        StoreError::Digest => Problem::field("sha256", say("contract-digest")).slug("digest"),
        StoreError::Io(error) => error.into(),
    }
}
