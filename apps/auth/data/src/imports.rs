//! Copies that people bring: uploaded in pieces (here), checked (`check`), then taken in as a new home or as a backup
//! (`enter`).
//!
//! Always: everything is verified before anything is real; a home needs the owner's signature; an import that fails
//! leaves nothing but bytes from which it can resume. Ids can't be guessed: knowing an import's id is proof of having begun it.

pub(super) mod check;
pub(super) mod enter;
mod lets_in;
pub(super) mod presence;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::{Extension, Json};
use imajin_app::extract::{self, Attempt, Caller, Path, Query};
use imajin_app::pieces::Pieces;
use imajin_app::{Answer, Node, Peer, Problem, Role};
use imajin_host::jobs::JobOwner;
use imajin_host::prefix::Prefix;
use imajin_host::prelude::*;
use imajin_host::room::For;
use imajin_host::{Registration, account};
use imajin_identity::admission::invites;
use imajin_protocol::Did;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::copy_room::CopyRoom;
use super::import_jobs::{ImportJob, Passing};
use super::{Shared, access, download, errors, places};

/// A copy that is about to arrive.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Begin {
    /// An invite code of the node's owner, where the node takes people in by invitation.
    invite_code: Option<String>,
    /// Its size in bytes, if known: a copy that does not fit is refused at once, and an upload has exactly this length.
    size: Option<u64>,
    /// A copy on a stick in this machine, as `GET /api/usb` names it: it is read there, and nothing is sent.
    pub(super) copy: Option<String>,
    /// Instead of `copy`: the person (a DID) whose newest copy on a stick is meant. Callers without a session can only ask for
    /// this.
    pub(super) of: Option<String>,
    /// The stick; any if left out.
    pub(super) stick: Option<String>,
}

/// How much has arrived.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Received {
    /// The import.
    id: String,
    /// Bytes that are here: the next piece begins with this one.
    received: u64,
    /// The largest size that is accepted.
    bytes_max: u64,
    /// Whether the copy was found to be valid.
    checked: bool,
    /// While it is being checked: how many bytes were gone through.
    checking: Option<u64>,
    /// The copy on a stick, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    copy: Option<String>,
}

/// Where a piece begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Offset {
    /// The place of its first byte.
    #[serde(default)]
    offset: u64,
}

/// Begin to bring a copy.
#[utoipa::path(
    post, path = "/api/imports", tag = "your data", request_body = Begin,
    responses((status = 201, body = Received), (status = 401, description = "Somebody else's copy on a stick, and not signed in"), (status = 403, description = "This node takes you in by invitation, or nobody"), (status = 404, description = "No such copy on a stick"), (status = 507, description = "It would not fit")),
)]
pub(super) async fn begin(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    _: Attempt,
    Caller(caller): Caller,
    peer: Peer,
    request: Request,
) -> Answer<(StatusCode, Json<Received>)> {
    let wish: Begin = optional_json(&node, request.into_body()).await?;
    let by =
        admit(&node, caller.as_ref().map(|session| &session.did), wish.invite_code.as_deref())?;
    let caller = caller.map(|session| session.did);
    let (who, role) = sender(&node, caller.as_ref(), peer)?;
    let (working, at) = (shared.clone(), node.clone());
    let begun = download::blocking(move || {
        let on_stick = working.usb.wanted(&at, caller.as_ref(), &wish)?;
        let length = wish.size.filter(|_| on_stick.is_none());
        let size = on_stick.as_ref().map(|copy| copy.bytes).or(wish.size);
        if size > Some(working.import_jobs.bytes_max) {
            return Err(Problem::too_large("The copy is larger than this node takes in."));
        }
        let size = size.unwrap_or(0);
        at.need_room(size, For::Strangers)?;
        let room = CopyRoom::reserve(&at, &who, size)?;
        let jobs = &working.import_jobs;
        jobs.begin(at.now(), (on_stick, length), (who, role), room)
    });
    let arrival = begun.await.inspect_err(|_| by.give_back(&node))?;
    if by.lets_in {
        lets_in::note(&node, arrival.upload.id()).inspect_err(|_| by.give_back(&node))?;
    }
    *arrival.invite.lock() = by.invite;
    Ok((StatusCode::CREATED, Json(received(&shared, &arrival, false)?)))
}

/// The person or address that brings a copy, and their role here.
pub(super) fn sender(node: &Node, caller: Option<&Did>, peer: Peer) -> Answer<(JobOwner, Role)> {
    Ok(match caller {
        Some(did) => (JobOwner::Person(did.clone()), places::role(node, did)?),
        None => (JobOwner::Address(Prefix::from_address(peer.address)), Role::Stranger),
    })
}

/// Why a copy may be brought.
struct Admitted {
    /// The invite that this import uses; it becomes usable again if the import fails.
    invite: Option<String>,
    /// Whether its owner may come to live here: what a registration needs is there.
    lets_in: bool,
}

impl Admitted {
    fn give_back(&self, node: &Node) {
        if let Some(code) = &self.invite {
            invites::give_back(node, code);
        }
    }
}

/// Members keep backups here; a new home takes an invite, the owner's own hand, or a node that takes everybody in.
fn admit(node: &Node, caller: Option<&Did>, invite: Option<&str>) -> Answer<Admitted> {
    let role = caller.map(|did| node.role(did)).transpose()?.unwrap_or(Role::Stranger);
    let registration = node.registration();
    let lets_in = registration == Registration::Open || role == Role::Owner;
    match invite.filter(|_| !lets_in && registration == Registration::Invite) {
        Some(code) => {
            invites::take(node, code)?;
            Ok(Admitted { invite: Some(code.to_owned()), lets_in: true })
        }
        None if lets_in || role >= Role::Member => Ok(Admitted { invite: None, lets_in }),
        None => Err(access::not_taken_in(node)),
    }
}

fn received(shared: &Shared, arrival: &ImportJob, checked: bool) -> Answer<Received> {
    Ok(Received {
        id: arrival.upload.id().to_owned(),
        received: arrival.upload.received().map_err(errors::import)?,
        bytes_max: shared.import_jobs.bytes_max,
        checked,
        checking: *arrival.checking.lock(),
        copy: arrival.on_stick.as_ref().map(|copy| copy.name.clone()),
    })
}

/// How much of a copy has arrived.
#[utoipa::path(
    get, path = "/api/imports/{id}", tag = "your data", params(("id" = String, Path)),
    responses((status = 200, body = Received), (status = 404, description = "No such import")),
)]
pub(super) async fn state(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    Path(id): Path<String>,
) -> Answer<Json<Received>> {
    let arrival = shared.import_jobs.find(&id, node.now())?;
    let checked = arrival.work().is_ok_and(|work| work.checked.is_some());
    received(&shared, &arrival, checked).map(Json)
}

/// Send the next piece of a copy.
///
/// The node keeps what arrived, also when the connection breaks: ask how much, and continue from there.
#[utoipa::path(
    put, path = "/api/imports/{id}", tag = "your data", params(("id" = String, Path), Offset),
    request_body(content = String, content_type = "application/x-tar"),
    responses(
        (status = 200, body = Received), (status = 404, description = "No such import"),
        (status = 409, description = "The upload continues from another place: `received`"), (status = 413, description = "Too large, or more than was announced; nothing was kept"), (status = 507, description = "The disk is full; nothing was kept"),
    ),
)]
pub(super) async fn put(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    Path(id): Path<String>,
    Query(at): Query<Offset>,
    request: Request,
) -> Answer<Json<Received>> {
    let arrival = shared.import_jobs.find(&id, node.now())?;
    let mut work = arrival.work()?;
    if arrival.on_stick.is_some() {
        return Err(Problem::conflict(
            "This import reads its copy from a stick: there is nothing to send.",
        ));
    }
    work.checked = None;
    if let Err(problem) = take(&node, &arrival, at.offset, request).await {
        let is_full = problem.status() == StatusCode::INSUFFICIENT_STORAGE;
        let is_too_long = problem.status() == StatusCode::PAYLOAD_TOO_LARGE;
        if is_too_long || (is_full && !account::is_refusal(&problem)) {
            // More bytes than were announced make no valid copy. A disk that is full to the brim has no room for anyone. A
            // person who makes room in their account continues.
            shared.import_jobs.remove(&node, &arrival)?;
        }
        return Err(problem);
    }
    received(&shared, &arrival, false).map(Json)
}

/// Returns a receiver of a copy that is kept under no name, in the room of the person who brings it.
pub(super) async fn passing(
    node: &Node,
    shared: &Shared,
    from: (JobOwner, Role),
    bytes_max: u64,
) -> Answer<Passing> {
    let (node, shared) = (node.clone(), shared.clone());
    download::blocking(move || {
        let room = CopyRoom::reserve(&node, &from.0, 0)?;
        let jobs = &shared.import_jobs;
        jobs.passing(node.now(), bytes_max, from, room)
    })
    .await
}

/// Writes a body to the end of an upload, a piece at a time, each in its room: no thread waits for the sender.
pub(super) async fn take(
    node: &Node,
    arrival: &ImportJob,
    offset: u64,
    request: Request,
) -> Answer<u64> {
    let announced = request.headers().get(CONTENT_LENGTH);
    let announced = announced.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let announced = announced.unwrap_or(0);
    let mut pieces = Pieces::new(request);
    let mut file = {
        let (upload, room, node) = (arrival.upload.clone(), arrival.room.clone(), node.clone());
        download::blocking(move || {
            let file = upload.append(offset).map_err(errors::import)?;
            file.check_fits(announced).map_err(errors::import)?;
            room.cover(&node, offset.saturating_add(announced))?;
            Ok(file)
        })
        .await?
    };
    let mut received = offset;
    let broken = loop {
        match pieces.next().await {
            Ok(Some(bytes)) => {
                let room = node.room();
                room.need(node.monotonic(), bytes.len() as u64, For::Strangers)?;
                received = received.saturating_add(bytes.len() as u64);
                let (room, node) = (arrival.room.clone(), node.clone());
                file = download::blocking(move || {
                    room.cover(&node, received)?;
                    file.write(&bytes).map_err(errors::import)?;
                    Ok(file)
                })
                .await?;
            }
            Ok(None) => break None,
            Err(error) => {
                let text = "The body of this request ended too early; what arrived is kept. Ask how much, and continue from there.";
                break Some(Problem::bad_request(text).with_log(error));
            }
        }
    };
    let received = download::blocking(move || file.finish().map_err(errors::import)).await?;
    broken.map_or(Ok(received), Err)
}

/// Give an import up.
#[utoipa::path(
    delete, path = "/api/imports/{id}", tag = "your data", params(("id" = String, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such import")),
)]
pub(super) async fn remove(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let arrival = shared.import_jobs.find(&id, node.now())?;
    let _work = arrival.work()?;
    shared.import_jobs.remove(&node, &arrival)?;
    Ok(StatusCode::NO_CONTENT)
}

/// JSON that may be left out altogether.
async fn optional_json<T: DeserializeOwned + Default>(node: &Node, body: Body) -> Answer<T> {
    let bytes = extract::read_body(body, node).await?;
    if bytes.is_empty() { Ok(T::default()) } else { extract::parse_json(&bytes) }
}
