//! Resumable uploads: the tus protocol 1.0.0 with creation, creation-with-upload, expiration, checksum and termination.
//!
//! Always: only its owner sees an upload, and a reported offset is on the disk. An upload that has all its bytes becomes an
//! asset once, however often its result is requested.

pub(crate) mod open;
mod steps;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Authed, Path};
use imajin_app::{Answer, Node, Peer, Problem, Session, blocking};
use imajin_host::jobs::Client;
use imajin_host::prelude::*;
use imajin_ledger::media::{Upload, UploadError, UploadId};
use imajin_protocol::Did;

use crate::bytes::{self, tus};
use crate::operations::Add;

#[derive(Clone)]
struct Sender {
    node: Node,
    session: Session,
    /// The owner of the file: the sender, or a person for whom they act.
    owner: Did,
    client: Client,
}

impl Sender {
    /// The caller of a request that speaks the protocol.
    async fn from_request(node: &Node, parts: &mut Parts) -> Answer<Self> {
        let authed = Authed::from_request_parts(parts, node).await?;
        tus::check_version(&parts.headers)?;
        let address = parts.extensions.get::<Peer>().map(|peer| peer.address);
        Ok(Self {
            client: node.client(Some(&authed.0.did), address)?,
            owner: authed.acting_for(node, &parts.headers, Add::NAME)?,
            session: authed.0,
            node: node.clone(),
        })
    }

    /// Returns one of the sender's uploads that has not expired.
    async fn upload(&self, id: &UploadId) -> Answer<Upload> {
        let store = self.node.ledger().media().clone();
        let (owner, id) = (self.owner.clone(), id.clone());
        let lookup = blocking::run(move || store.upload(&owner, &id)).await?;
        let upload = lookup.map_err(bytes::upload_problem)?;
        if upload.expires() > self.node.now() {
            Ok(upload)
        } else {
            Err(Problem::gone(
                "Nothing came for this upload for three days, so it ended: begin a new one.",
            ))
        }
    }
}

/// The node, the id of an upload, and the request for it.
type UploadRequest = (State<Node>, Path<String>, Request);

/// An answer of the protocol: a status and headers.
struct TusResponse {
    status: StatusCode,
    headers: HeaderMap,
}

impl TusResponse {
    fn new(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new() }
    }

    fn with_header(mut self, name: HeaderName, value: impl Into<Option<HeaderValue>>) -> Self {
        if let Some(value) = value.into() {
            self.headers.insert(name, value);
        }
        self
    }

    /// With when the upload ends, unless more comes.
    fn expiring(self, upload: &Upload) -> Self {
        self.with_header(tus::EXPIRES, tus::date(upload.expires()))
    }
}

/// Every answer says the version of the protocol, and none is kept.
fn respond(answer: Answer<TusResponse>) -> Response {
    let mut response = match answer {
        Ok(told) => (told.status, told.headers).into_response(),
        Err(problem) => problem.into_response(),
    };
    let is_version = response.status() == StatusCode::PRECONDITION_FAILED;
    let headers = response.headers_mut();
    headers.insert(tus::RESUMABLE, tus::VERSION);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if is_version {
        headers.insert(tus::VERSIONS, tus::VERSION);
    }
    response
}

/// Says what of the protocol is there.
#[utoipa::path(
    options, path = "/api/uploads", tag = "uploads",
    responses((status = 204, description = "Its version, extensions and limits, in the headers Tus-Version, Tus-Extension, Tus-Max-Size and Tus-Checksum-Algorithm")),
)]
pub(crate) async fn options(State(node): State<Node>) -> Response {
    respond(offered(&node))
}

/// Says what of the protocol is there.
#[utoipa::path(
    options, path = "/api/uploads/{id}", tag = "uploads", params(("id" = String, Path)),
    responses((status = 204, description = "As for all uploads")),
)]
pub(crate) async fn options_of_one(State(node): State<Node>) -> Response {
    respond(offered(&node))
}

fn offered(node: &Node) -> Answer<TusResponse> {
    let most = HeaderValue::from(bytes::file_bytes_max(node)?);
    Ok(TusResponse::new(StatusCode::NO_CONTENT)
        .with_header(tus::VERSIONS, tus::VERSION)
        .with_header(tus::EXTENSION, tus::EXTENSIONS)
        .with_header(tus::MAX_SIZE, most)
        .with_header(tus::ALGORITHMS, tus::CHECKSUMS))
}

/// Begins an upload of `Upload-Length` bytes. `Upload-Metadata` has `filename`, `lastModified` (milliseconds), `context`
/// (JSON: app, feature, entity, access, to, folder) and `sign`; a body of application/offset+octet-stream is its first part.
#[utoipa::path(
    post, path = "/api/uploads", tag = "uploads",
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    params(("Upload-Length" = u64, Header), ("Upload-Metadata" = Option<String>, Header), ("Tus-Resumable" = String, Header)),
    responses(
        (status = 201, description = "It is at `Location`; `X-Asset` or `X-Media` if it is complete"),
        (status = 400, description = "A header has another form"),
        (status = 412, description = "Another version of the protocol"),
        (status = 413, description = "The file is too long"),
        (status = 415, description = "A body of another media type"),
        (status = 429, description = "16 uploads are open"),
        (status = 460, description = "The first part has another checksum"),
        (status = 507, description = "There is no room for it"),
    ),
)]
pub(crate) async fn create(State(node): State<Node>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    respond(match Sender::from_request(&node, &mut parts).await {
        Ok(sender) => steps::create(&sender, Request::from_parts(parts, body)).await,
        Err(problem) => Err(problem),
    })
}

/// Says how far an upload came.
#[utoipa::path(
    head, path = "/api/uploads/{id}", tag = "uploads",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header)),
    responses(
        (status = 200, description = "`Upload-Offset` of `Upload-Length`; `X-Asset` or `X-Media` if it is complete"),
        (status = 404, description = "You have no such upload"),
        (status = 410, description = "It expired"),
    ),
)]
pub(crate) async fn head(request: UploadRequest) -> Response {
    respond(handle(request, &Method::HEAD).await)
}

/// Brings the next part of an upload, from `Upload-Offset` on.
#[utoipa::path(
    patch, path = "/api/uploads/{id}", tag = "uploads",
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    params(("id" = String, Path), ("Upload-Offset" = u64, Header), ("Upload-Checksum" = Option<String>, Header), ("Tus-Resumable" = String, Header)),
    responses(
        (status = 204, description = "`Upload-Offset` is where the next part begins; `X-Asset` or `X-Media` if it is complete"),
        (status = 400, description = "A header has another form, or the body ended too early"),
        (status = 404, description = "You have no such upload"),
        (status = 409, description = "The upload is elsewhere"),
        (status = 410, description = "It expired"),
        (status = 413, description = "More bytes than were announced"),
        (status = 415, description = "A body of another media type"),
        (status = 423, description = "Another request is sending bytes"),
        (status = 460, description = "The part has another checksum"),
        (status = 503, description = "Too many files are on their way"),
        (status = 507, description = "There is no room for it"),
    ),
)]
pub(crate) async fn patch(request: UploadRequest) -> Response {
    respond(handle(request, &Method::PATCH).await)
}

/// Ends an upload. What it became, if it was complete, stays.
#[utoipa::path(
    delete, path = "/api/uploads/{id}", tag = "uploads",
    params(("id" = String, Path), ("Tus-Resumable" = String, Header)),
    responses((status = 204, description = "It ended"), (status = 404, description = "You have no such upload")),
)]
pub(crate) async fn delete(request: UploadRequest) -> Response {
    respond(handle(request, &Method::DELETE).await)
}

/// Does what `X-HTTP-Method-Override` says (HEAD, PATCH or DELETE), for clients that can send nothing else.
#[utoipa::path(
    post, path = "/api/uploads/{id}", tag = "uploads",
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    params(("id" = String, Path), ("X-HTTP-Method-Override" = String, Header), ("Tus-Resumable" = String, Header)),
    responses((status = 204, description = "As by that method"), (status = 400, description = "Another method")),
)]
pub(crate) async fn overridden(request: UploadRequest) -> Response {
    let named = request.2.headers().get(tus::METHOD);
    let method = named.and_then(|name| Method::from_bytes(name.as_bytes()).ok());
    respond(handle(request, &method.unwrap_or(Method::POST)).await)
}

async fn handle(request: UploadRequest, method: &Method) -> Answer<TusResponse> {
    let (State(node), Path(id), request) = request;
    let (mut parts, body) = request.into_parts();
    let sender = Sender::from_request(&node, &mut parts).await?;
    let id = UploadId::parse(&id).ok_or_else(|| bytes::upload_problem(UploadError::Unknown))?;
    match *method {
        Method::HEAD => steps::look(&sender, &id).await,
        Method::PATCH => steps::receive(&sender, &id, Request::from_parts(parts, body)).await,
        Method::DELETE => steps::end(&sender, &id).await,
        _ => Err(Problem::field(
            "X-HTTP-Method-Override",
            "X-HTTP-Method-Override must be HEAD, PATCH or DELETE.",
        )),
    }
}
