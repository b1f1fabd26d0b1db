//! Files as answers that no cache keeps.

use std::fs::File;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use imajin_app::{Answer, Problem, Right, ranged};

/// Hands out a file under a name, whole or in part, to the holder of a right.
pub(super) fn download(
    file: File,
    name: &str,
    kind: &'static str,
    asked: &HeaderMap,
    right: Right,
) -> Answer<Response> {
    let mut response = ranged::file(file, asked, None, right)?;
    if !response.status().is_client_error() {
        attachment(response.headers_mut(), name, kind)?;
    }
    Ok(response)
}

/// Marks an answer as a file to keep, that no cache may.
pub(super) fn attachment(headers: &mut HeaderMap, name: &str, kind: &'static str) -> Answer<()> {
    let text = format!("attachment; filename=\"{name}\"");
    let text = HeaderValue::try_from(text).map_err(Problem::internal)?;
    headers.insert(header::CONTENT_DISPOSITION, text);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(())
}
