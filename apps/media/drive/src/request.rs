//! Requests as the library needs them.
//!
//! Always: a request is checked before the library sees it, and never asks it for more than one level of folders.

use axum::extract::OriginalUri;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use dav_server::davpath::DavPath;
use imajin_app::Problem;
use imajin_dfos::Timestamp;

use crate::paths::{self, PREFIX};

const DEPTH: HeaderName = HeaderName::from_static("depth");
const DESTINATION: HeaderName = HeaderName::from_static("destination");
const EXPECTED: HeaderName = HeaderName::from_static("x-expected-entity-length");
const LITMUS: HeaderName = HeaderName::from_static("x-litmus");
/// The modification time of a file that a client sends, and the word that it was accepted.
pub const MTIME: HeaderName = HeaderName::from_static("x-oc-mtime");

/// The paths of a copy or a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Travel {
    /// The names of the path from which something goes.
    pub source: Vec<String>,
    /// The names of the path to which it goes.
    pub target: Vec<String>,
}

/// Checks a request, whose folders may be nested to a depth, and changes it as the library needs it. Returns the paths of a copy or a move.
///
/// # Errors
/// 400 or 403 with what is wrong.
pub fn prepare(parts: &mut Parts, depth: usize) -> Result<Option<Travel>, Problem> {
    let original = parts.extensions.get::<OriginalUri>().cloned();
    let path = original.map_or_else(|| parts.uri.path().to_owned(), |uri| uri.path().to_owned());
    let path = paths::whole(&path);
    paths::check(&path, depth)?;
    parts.uri =
        path.parse::<Uri>().map_err(|_| Problem::bad_request("This path can't be used."))?;
    // The library knows its judge, and would tell it more.
    parts.headers.remove(LITMUS);
    let levels = parts.headers.get(DEPTH).map(HeaderValue::as_bytes);
    match parts.method.as_str() {
        "PROPFIND" if !matches!(levels, Some(b"0" | b"1")) => {
            Err(Problem::forbidden("A whole drive isn't told at once: ask with Depth: 0 or 1.")
                .slug("propfind-finite-depth"))
        }
        "PUT" => {
            if parts.headers.contains_key(header::CONTENT_RANGE) {
                return Err(Problem::bad_request("A file is sent whole, without Content-Range."));
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
            let target = destination(&mut parts.headers, depth)?;
            Ok(Some(Travel { source, target }))
        }
        _ => Ok(None),
    }
}

/// Parses the target of a copy or a move, strictly.
fn destination(headers: &mut HeaderMap, depth: usize) -> Result<Vec<String>, Problem> {
    let wrong = || Problem::field("Destination", "Destination must be an address on this drive.");
    let named = headers.get(DESTINATION).and_then(|value| value.to_str().ok());
    let named: Uri = named.and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    let path = paths::whole(named.path());
    paths::check(&path, depth)?;
    let value = HeaderValue::try_from(path.as_str()).map_err(|_| wrong())?;
    headers.insert(DESTINATION, value);
    names(&path).ok_or_else(wrong)
}

/// Returns the names of a path that begins at the root; none if it isn't one of the drive.
pub fn names(path: &str) -> Option<Vec<String>> {
    let mut path = DavPath::new(path).ok()?;
    path.set_prefix(PREFIX).ok()?;
    paths::names(&path)
}

/// Returns the modification time that the client sends (whole seconds since 1970).
pub fn modified(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(MTIME)?.to_str().ok()?;
    let whole = text.trim().split('.').next()?;
    let seconds: i64 = whole.parse().ok()?;
    Timestamp::from_millis(seconds.checked_mul(1_000)?).ok()
}
