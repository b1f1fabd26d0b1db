//! The entry to the drive: authentication, the limits of requests, and the headers of every answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use dav_server::davpath::DavPath;
use dav_server::{DavConfig, DavMethod, DavMethodSet};
use imajin_app::browser::mark_upload;
use imajin_app::extract::read_body;
use imajin_app::pieces::Room;
use imajin_app::{Node, Peer, Problem};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;

use super::files::{DavRequest, Drive};
use super::keys::{self, Computer};
use super::locks::PersonLocks;
use super::paths::{self, PREFIX};
use super::xml;
use crate::bytes::Transfer;

const DEPTH: HeaderName = HeaderName::from_static("depth");
const DESTINATION: HeaderName = HeaderName::from_static("destination");
const DAV: HeaderName = HeaderName::from_static("dav");
const EXPECTED: HeaderName = HeaderName::from_static("x-expected-entity-length");
const LITMUS: HeaderName = HeaderName::from_static("x-litmus");
const MTIME: HeaderName = HeaderName::from_static("x-oc-mtime");
/// Bytes of an answer that are read at once.
const PIECE_BYTES: usize = 64 * 1024;

/// The drive, below `/media/dav`.
pub(crate) fn router(node: Node) -> Router {
    Router::new().fallback(drive).with_state(node)
}

/// Every request to a drive.
async fn drive(State(node): State<Node>, request: Request) -> Response {
    let method = request.method().clone();
    let mut response = match answer(&node, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    let is_file = matches!(method, Method::GET | Method::HEAD) && response.status().is_success();
    let headers = response.headers_mut();
    if is_file {
        // An uploaded file never runs as a page of this origin, and a browser saves it.
        mark_upload(headers);
        let attachment = HeaderValue::from_static("attachment");
        headers.insert(header::CONTENT_DISPOSITION, attachment);
    }
    let private = HeaderValue::from_static("private, no-cache");
    headers.insert(header::CACHE_CONTROL, private);
    if headers.contains_key(DAV) {
        headers.insert(DAV, HeaderValue::from_static("1, 2"));
    }
    response
}

async fn answer(node: &Node, request: Request) -> Result<Response, Problem> {
    let room = Room::for_request(&request);
    let (mut parts, body) = request.into_parts();
    let peer = parts.extensions.get::<Peer>().copied();
    let is_private = peer.is_none_or(|peer| peer.secure || peer.address.is_loopback());
    if !is_private {
        // Before the password is looked at.
        return Err(Problem::forbidden(
            "A password would travel in the clear here: connect with https.",
        ));
    }
    let Some(computer) = keys::computer(node, &mut parts).await? else {
        return Ok(sign_in());
    };
    let travels = prepare(&mut parts)?;
    let mtime = modified(&parts.headers);
    let mut set_later = None;
    let body = match parts.method {
        Method::PUT => body,
        _ => {
            let bytes = read_body(body, node).await?;
            xml::check(&bytes)?;
            if parts.method.as_str() == "PROPPATCH" {
                set_later = names(parts.uri.path()).zip(xml::windows_modified(&bytes));
            }
            parts.headers.remove(header::TRANSFER_ENCODING);
            Body::from(bytes)
        }
    };
    let is_transfer = matches!(parts.method, Method::GET | Method::PUT);
    let place = if is_transfer {
        let address = peer.map(|peer| peer.address);
        let client = node.client(Some(&computer.owner), address)?;
        Some(Transfer::begin(node, &client)?)
    } else {
        None
    };
    let is_put = parts.method == Method::PUT;
    let drive = Drive::new(DavRequest {
        node: node.clone(),
        computer: Arc::clone(&computer),
        peer,
        method: parts.method.clone(),
        modified: mtime.filter(|_| is_put),
        travels,
        room,
        place,
    });
    let response = ask(&drive, &computer, Request::from_parts(parts, body)).await;
    let is_error = response.status().as_u16() >= 400;
    if let Some(problem) = drive.take_problem().filter(|_| is_error) {
        return Err(problem);
    }
    if let Some((file, at)) = set_later.filter(|_| !is_error) {
        drive.note_modified(file, at).await?;
    }
    let mut response = response;
    if mtime.is_some() && is_put && response.status().is_success() {
        let accepted = HeaderValue::from_static("accepted");
        response.headers_mut().insert(MTIME, accepted);
    }
    Ok(response)
}

/// Has the library answer.
async fn ask(drive: &Drive, computer: &Computer, request: Request) -> Response {
    let mut methods = DavMethodSet::all();
    methods.remove(DavMethod::Patch);
    let config = DavConfig::new()
        .strip_prefix(PREFIX)
        .filesystem(Box::new(drive.clone()))
        .locksystem(PersonLocks::new(drive.node(), &computer.owner))
        .principal(computer.owner.as_str())
        .methods(methods)
        .autoindex(false)
        .read_buf_size(PIECE_BYTES);
    let response = config.build_handler().handle(request).await;
    let drive = drive.clone();
    response.map(|inner| Body::new(Whole { inner, drive }))
}

/// An answer that asks for a name and a password.
fn sign_in() -> Response {
    let text = "This is the drive of somebody’s files. Connect with your short name and an app password, which you make at /media/devices.";
    let mut response = Problem::unauthorized(text).into_response();
    let basic = HeaderValue::from_static("Basic realm=\"Files\", charset=\"UTF-8\"");
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, basic);
    response
}

/// A path from which something goes, and one to which.
type Travels = (Vec<String>, Vec<String>);

/// Checks what a request may be, and says it as the library needs it.
fn prepare(parts: &mut Parts) -> Result<Option<Travels>, Problem> {
    let original = parts.extensions.get::<OriginalUri>().cloned();
    let path = original.map_or_else(|| parts.uri.path().to_owned(), |uri| uri.path().to_owned());
    let path = paths::whole(&path);
    paths::check(&path)?;
    parts.uri = path
        .parse::<Uri>()
        .map_err(|_| Problem::bad_request("This path can't be used."))?;
    // The library knows its judge, and would tell it more.
    parts.headers.remove(LITMUS);
    let depth = parts.headers.get(DEPTH).map(HeaderValue::as_bytes);
    match parts.method.as_str() {
        "PROPFIND" if !matches!(depth, Some(b"0" | b"1")) => Err(Problem::forbidden(
            "A whole drive isn't told at once: ask with Depth: 0 or 1.",
        )
        .slug("propfind-finite-depth")),
        "PUT" => {
            if parts.headers.contains_key(header::CONTENT_RANGE) {
                return Err(Problem::bad_request(
                    "A file is sent whole, without Content-Range.",
                ));
            }
            let length = [header::CONTENT_LENGTH, EXPECTED];
            if length.iter().any(|name| parts.headers.contains_key(name)) {
                Ok(None)
            } else {
                Err(Problem::bad_request(
                    "Send the length of the file with it (the header Content-Length).",
                ))
            }
        }
        "DELETE" => {
            // One entry removes a folder with all that is in it; the library would remove each.
            let zero = HeaderValue::from_static("0");
            parts.headers.insert(DEPTH, zero);
            Ok(None)
        }
        "COPY" | "MOVE" => {
            let source =
                names(&path).ok_or_else(|| Problem::bad_request("This path can't be used."))?;
            Ok(Some((source, destination(&mut parts.headers)?)))
        }
        _ => Ok(None),
    }
}

/// Parses the target of a copy or a move, strictly.
fn destination(headers: &mut HeaderMap) -> Result<Vec<String>, Problem> {
    let wrong = || {
        Problem::field(
            "Destination",
            "Destination must be an address on this drive.",
        )
    };
    let named = headers
        .get(DESTINATION)
        .and_then(|value| value.to_str().ok());
    let named: Uri = named.and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    let path = paths::whole(named.path());
    paths::check(&path)?;
    let value = HeaderValue::try_from(path.as_str()).map_err(|_| wrong())?;
    headers.insert(DESTINATION, value);
    names(&path).ok_or_else(wrong)
}

fn names(path: &str) -> Option<Vec<String>> {
    let mut path = DavPath::new(path).ok()?;
    path.set_prefix(PREFIX).ok()?;
    paths::names(&path)
}

/// Returns the modification time that the client sends (whole seconds since 1970).
fn modified(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(MTIME)?.to_str().ok()?;
    let whole = text.trim().split('.').next()?;
    let seconds: i64 = whole.parse().ok()?;
    Timestamp::from_millis(seconds.checked_mul(1_000)?).ok()
}

/// The body of an answer, which never ends as if it were whole where something of it could not be read.
struct Whole {
    inner: dav_server::body::Body,
    drive: Drive,
}

impl HttpBody for Whole {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        match polled {
            Poll::Ready(_) if self.drive.is_broken() => Poll::Ready(Some(Err(
                std::io::Error::other("the answer can't be finished"),
            ))),
            polled => polled,
        }
    }
}
