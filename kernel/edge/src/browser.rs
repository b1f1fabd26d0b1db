//! The headers that keep every answer safe in a browser.

use axum::http::{HeaderMap, HeaderValue, header};

use imajin_app::browser::{NOSNIFF, PAGE_POLICY};

const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
const NO_FEATURES: HeaderValue =
    HeaderValue::from_static("camera=(self), geolocation=(), microphone=(self), payment=()");

/// Adds to an answer what keeps it safe in a browser. What a handler set itself stays.
pub(crate) fn protect(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(PAGE_POLICY);
        headers.entry(header::REFERRER_POLICY).or_insert(NO_REFERRER);
        headers.entry("cross-origin-opener-policy").or_insert(SAME_ORIGIN);
        headers.entry("permissions-policy").or_insert(NO_FEATURES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_app::browser::mark_upload;

    #[test]
    fn a_page_gets_a_policy_and_an_upload_keeps_its_own() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("text/html; charset=utf-8"));
        protect(&mut headers);
        assert!(
            headers["content-security-policy"].to_str().unwrap().contains("script-src 'self';")
        );
        mark_upload(&mut headers);
        protect(&mut headers);
        assert!(headers["content-security-policy"].to_str().unwrap().starts_with("sandbox"));
    }
}
