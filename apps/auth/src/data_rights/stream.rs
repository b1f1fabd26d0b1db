//! Files as answers, whole or in part.
//!
//! Always: read while they are sent, so that no thread waits for the client; an answer that can't be finished is cut off,
//! never ended as if it were whole.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_service::Problem;
use imajin_service::disk_body::DiskBody;

/// A part of a file, as a body.
pub(super) fn part(mut file: File, from: u64, bytes: u64) -> io::Result<DiskBody> {
    file.seek(SeekFrom::Start(from))?;
    Ok(DiskBody::new(file, bytes))
}

/// Hands out a file under a name; a `Range` of one part is answered with that part, so that a download can go on.
pub(super) fn download(
    file: File,
    name: &str,
    kind: &'static str,
    asked: &HeaderMap,
) -> Result<Response, Problem> {
    let whole = file.metadata()?.len();
    let range = asked
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    let (status, from, bytes) = match range.map(|range| parse_range(range, whole)) {
        None | Some(Range::Whole) => (StatusCode::OK, 0, whole),
        Some(Range::Part(from, bytes)) => (StatusCode::PARTIAL_CONTENT, from, bytes),
        Some(Range::Outside) => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            set(
                response.headers_mut(),
                header::CONTENT_RANGE,
                &format!("bytes */{whole}"),
            )?;
            return Ok(response);
        }
    };
    let mut response = (status, Body::new(part(file, from, bytes)?)).into_response();
    let headers = response.headers_mut();
    attachment(headers, name, kind)?;
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if status == StatusCode::PARTIAL_CONTENT {
        set(
            headers,
            header::CONTENT_RANGE,
            &format!("bytes {from}-{}/{whole}", from + bytes - 1),
        )?;
    }
    Ok(response)
}

/// Marks an answer as a file to keep, that no cache may.
pub(super) fn attachment(
    headers: &mut HeaderMap,
    name: &str,
    kind: &'static str,
) -> Result<(), Problem> {
    set(
        headers,
        header::CONTENT_DISPOSITION,
        &format!("attachment; filename=\"{name}\""),
    )?;
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    Ok(())
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) -> Result<(), Problem> {
    headers.insert(
        name,
        HeaderValue::from_str(value).map_err(Problem::internal)?,
    );
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// None that we answer: RFC 9110 §14.2 lets a server ignore what it does not do.
    Whole,
    Part(u64, u64),
    Outside,
}

/// `bytes=from-`, `bytes=from-to` and `bytes=-last`.
fn parse_range(text: &str, whole: u64) -> Range {
    let Some((first, last)) = text
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Range::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let (from, to) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(from), Ok(to)) if to >= from => (from, to.min(whole.saturating_sub(1))),
        (Ok(from), Err(_)) if last.is_empty() => (from, whole.saturating_sub(1)),
        (Err(_), Ok(count)) if first.is_empty() && count > 0 => {
            (whole.saturating_sub(count), whole.saturating_sub(1))
        }
        (Err(_), Ok(0)) if first.is_empty() => return Range::Outside,
        _ => return Range::Whole,
    };
    match from < whole {
        true => Range::Part(from, to - from + 1),
        false => Range::Outside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (text, range) in [
            ("bytes=0-", Range::Part(0, 100)),
            ("bytes=10-19", Range::Part(10, 10)),
            ("bytes=90-500", Range::Part(90, 10)),
            ("bytes=-10", Range::Part(90, 10)),
            ("bytes=-500", Range::Part(0, 100)),
            ("bytes=100-", Range::Outside),
            ("bytes=-0", Range::Outside),
            ("bytes=5-4", Range::Whole),
            ("bytes=0-1,5-6", Range::Whole),
            ("lines=1-2", Range::Whole),
        ] {
            assert_eq!(parse_range(text, 100), range, "{text}");
        }
        assert_eq!(parse_range("bytes=0-", 0), Range::Outside);
    }
}
