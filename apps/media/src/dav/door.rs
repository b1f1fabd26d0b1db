//! The entry to the drive: authentication, the limits of requests, and the headers of every answer.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use dav_server::{DavConfig, DavMethod, DavMethodSet};
use imajin_app::browser::mark_upload;
use imajin_app::extract::read_body;
use imajin_app::pieces::Room;
use imajin_app::{Node, Peer, Problem};
use imajin_drive::locks::PersonLocks;
use imajin_drive::paths::PREFIX;
use imajin_drive::{request, xml};
use imajin_host::prelude::*;

use super::files::{DavRequest, Drive};
use super::keys::{self, Computer};
use crate::bytes::Transfer;
use crate::operations::DEPTH_MAX;

const DAV: HeaderName = HeaderName::from_static("dav");
/// Bytes of an answer that are read at once.
const PIECE_BYTES: usize = 64 * 1024;

/// The drive, below `/media/dav`.
pub(crate) fn router(node: Node) -> Router {
    Router::new().fallback(drive).with_state(node)
}

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
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
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
    let travels = request::prepare(&mut parts, DEPTH_MAX)?;
    let mtime = request::modified(&parts.headers);
    let mut set_later = None;
    let body = match parts.method {
        Method::PUT => body,
        _ => {
            let bytes = read_body(body, node).await?;
            xml::check(&bytes)?;
            if parts.method.as_str() == "PROPPATCH" {
                set_later = request::names(parts.uri.path()).zip(xml::windows_modified(&bytes));
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
    let mut response = ask(&drive, &computer, Request::from_parts(parts, body)).await;
    let is_error = response.status().as_u16() >= 400;
    if let Some(problem) = drive.take_problem().filter(|_| is_error) {
        return Err(problem);
    }
    if let Some((file, at)) = set_later.filter(|_| !is_error) {
        drive.note_modified(file, at).await?;
    }
    if mtime.is_some() && is_put && response.status().is_success() {
        response.headers_mut().insert(request::MTIME, HeaderValue::from_static("accepted"));
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
    response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
    response
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
            Poll::Ready(_) if self.drive.is_broken() => {
                Poll::Ready(Some(Err(std::io::Error::other("the answer can't be finished"))))
            }
            polled => polled,
        }
    }
}
