//! Answers that callers ask for again and again: each has an `ETag`, and a caller who has it already gets no bytes (RFC 9110, §13.1.2).

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use imajin_dfos::{cid, hex};

/// Bytes with their tag, for an answer that is kept and given to many callers.
#[derive(Debug)]
pub struct TaggedBytes {
    bytes: Bytes,
    /// In quotation marks, as in the header.
    tag: String,
}

impl TaggedBytes {
    /// Computes the tag of these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        let tag = format!("\"{}\"", hex::encode(&cid::sha256(&bytes)[..16]));
        Self { bytes: bytes.into(), tag }
    }

    /// Answers with the bytes as this media type, which caches keep as `keep` says; with 304 if the caller's
    /// `If-None-Match` names them.
    pub fn answer(
        &self,
        request_headers: &HeaderMap,
        (kind, keep): (&'static str, &'static str),
    ) -> Response {
        let headers = [(header::ETAG, self.tag.as_str()), (header::CACHE_CONTROL, keep)];
        if self.is_known(request_headers) {
            (StatusCode::NOT_MODIFIED, headers).into_response()
        } else {
            (headers, [(header::CONTENT_TYPE, kind)], self.bytes.clone()).into_response()
        }
    }

    /// Returns whether the caller's `If-None-Match` names the bytes.
    fn is_known(&self, request_headers: &HeaderMap) -> bool {
        let headers = request_headers.get_all(header::IF_NONE_MATCH).iter();
        let mut tags = headers
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|one| one.trim().trim_start_matches("W/"));
        tags.any(|known| known == self.tag || known == "*")
    }
}

/// Answers like [`TaggedBytes::answer`], with bytes that aren't kept.
pub fn tagged(
    request_headers: &HeaderMap,
    how: (&'static str, &'static str),
    bytes: Vec<u8>,
) -> Response {
    TaggedBytes::new(bytes).answer(request_headers, how)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn bytes_that_the_caller_has_are_not_sent_again() {
        let answer = |known_tag: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(known_tag) = known_tag {
                let if_none_match = HeaderValue::try_from(known_tag).unwrap();
                headers.insert(header::IF_NONE_MATCH, if_none_match);
            }
            tagged(&headers, ("text/plain", "no-cache"), b"abc".to_vec())
        };
        let first = answer(None);
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[header::CACHE_CONTROL], "no-cache");
        let tag = first.headers()[header::ETAG].to_str().unwrap();
        for known in [tag, "*", &format!("\"other\", W/{tag}")] {
            assert_eq!(answer(Some(known)).status(), StatusCode::NOT_MODIFIED);
        }
        assert_eq!(answer(Some("\"other\"")).status(), StatusCode::OK);
    }
}
