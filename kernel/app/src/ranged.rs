//! Files as answers, whole or in part (RFC 9110, §14).
//!
//! Always: read while they are sent, so that no thread waits for the client; an answer that can't be finished is cut off,
//! never ended as if it were whole.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::disk_body::DiskBody;
use crate::problem::Problem;
use crate::right::Right;

/// A part of a file, as a body for the holder of a right.
pub fn part(
    mut file: impl Read + Seek + Send + 'static,
    from: u64,
    bytes: u64,
    right: Right,
) -> io::Result<DiskBody> {
    file.seek(SeekFrom::Start(from))?;
    Ok(DiskBody::new(file, bytes, right))
}

/// A file; a `Range` of one part is answered with that part, so that a download can go on and a player can jump. A part is
/// only given of what the caller has the beginning of: `If-Range` must be `tag`, if both are there.
pub fn file(
    file: File,
    asked: &HeaderMap,
    tag: Option<&HeaderValue>,
    right: Right,
) -> Result<Response, Problem> {
    let whole = file.metadata()?.len();
    ranged((file, whole), asked, tag, right)
}

/// Like [`file`], for anything with a length.
pub fn ranged(
    (source, whole): (impl Read + Seek + Send + 'static, u64),
    asked: &HeaderMap,
    tag: Option<&HeaderValue>,
    right: Right,
) -> Result<Response, Problem> {
    let is_other = asked.get(header::IF_RANGE).is_some_and(|had| Some(had) != tag);
    let range =
        asked.get(header::RANGE).filter(|_| !is_other).and_then(|range| range.to_str().ok());
    let (status, from, bytes) = match range.map(|range| parse(range, whole)) {
        None | Some(Range::Whole) => (StatusCode::OK, 0, whole),
        Some(Range::Part(from, bytes)) => (StatusCode::PARTIAL_CONTENT, from, bytes),
        Some(Range::Outside) => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{whole}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, range).into_response());
        }
    };
    let body = Body::new(part(source, from, bytes, right)?);
    let taken = [(header::ACCEPT_RANGES, "bytes")];
    let length = [(header::CONTENT_LENGTH, bytes)];
    let range = (status == StatusCode::PARTIAL_CONTENT)
        .then(|| [(header::CONTENT_RANGE, format!("bytes {from}-{}/{whole}", from + bytes - 1))]);
    Ok((status, taken, length, range, body).into_response())
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// No range that we answer: RFC 9110 §14.2 lets a server ignore ranges.
    Whole,
    Part(u64, u64),
    Outside,
}

/// `bytes=from-`, `bytes=from-to` and `bytes=-last`.
fn parse(text: &str, whole: u64) -> Range {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
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
    if from < whole { Range::Part(from, to - from + 1) } else { Range::Outside }
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
            assert_eq!(parse(text, 100), range, "{text}");
        }
        assert_eq!(parse("bytes=0-", 0), Range::Outside);
    }
}
