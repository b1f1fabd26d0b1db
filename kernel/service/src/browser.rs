//! What keeps a browser's other pages away from the people who use this node (WIRE.md, "Browser safety").
//!
//! Always: a write that a cookie authorises needs an `Origin` that is the very host it is sent to; pages run only our
//! own scripts; what users uploaded is never a page of the origin that holds keys.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};

use crate::problem::Problem;

/// Pages: our own scripts and styles, no frames, no plugins, no other hosts. `blob:` lets a page hand out a file that
/// it made (a recovery sheet).
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// The policy of a page that also looks at an image of another origin of this very box (over TLS).
pub fn policy_with_images_of(origin: &str) -> HeaderValue {
    let page = PAGE_POLICY;
    let policy = page.to_str().unwrap_or_default();
    let policy = policy.replace("img-src 'self'", &format!("img-src 'self' {origin}"));
    HeaderValue::try_from(policy).unwrap_or(page)
}

/// What people uploaded: an origin of its own (`sandbox`), and nothing in it runs.
const UPLOAD_POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'",
);
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
const NO_FEATURES: HeaderValue =
    HeaderValue::from_static("camera=(self), geolocation=(), microphone=(), payment=()");

/// Adds to an answer what keeps it safe in a browser. What a handler set itself stays.
pub(crate) fn protect(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(PAGE_POLICY);
        headers
            .entry(header::REFERRER_POLICY)
            .or_insert(NO_REFERRER);
        headers
            .entry("cross-origin-opener-policy")
            .or_insert(SAME_ORIGIN);
        headers.entry("permissions-policy").or_insert(NO_FEATURES);
    }
}

/// Marks an answer as something that a person uploaded.
pub fn mark_upload(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, UPLOAD_POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("same-site"),
    );
}

/// Whether a request may be authorised by its cookie: reading may, writing only from a page of this very host.
pub fn check_origin(parts: &Parts) -> Result<(), Problem> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let host = crate::site::host_of(parts);
    let origin = parts
        .headers
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    let origin_host = origin.and_then(|origin| {
        origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
    });
    match (origin_host, host) {
        (Some(from), Some(host)) if from.eq_ignore_ascii_case(host) => Ok(()),
        (None, _) if origin.is_none() => Err(Problem::forbidden(
            "A change that a cookie authorises needs the Origin header of a page of this node. Programs send \
             `Authorization: Bearer <token>` instead of the cookie.",
        )
        .slug("origin")),
        _ => Err(Problem::forbidden(
            "This change was asked for by a page of another site, so it was refused.",
        )
        .slug("origin")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, origin: Option<&str>) -> bool {
        let mut request = axum::http::Request::builder()
            .method(method)
            .uri("/x")
            .header("host", "imajin.local:7000");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        check_origin(&request.body(()).unwrap().into_parts().0).is_ok()
    }

    #[test]
    fn cookies_write_only_from_our_own_pages() {
        assert!(check("GET", None));
        assert!(check("POST", Some("http://imajin.local:7000")));
        assert!(check("DELETE", Some("https://Imajin.local:7000")));
        for origin in [
            None,
            Some("null"),
            Some("http://imajin.local"),
            Some("http://evil.example"),
            Some("http://imajin.local:7000.evil"),
            Some("ftp://imajin.local:7000"),
        ] {
            assert!(!check("POST", origin), "{origin:?}");
        }
    }

    #[test]
    fn a_page_gets_a_policy_and_an_upload_keeps_its_own() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "content-type",
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        protect(&mut headers);
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("script-src 'self';")
        );
        mark_upload(&mut headers);
        protect(&mut headers);
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .starts_with("sandbox")
        );
    }
}
