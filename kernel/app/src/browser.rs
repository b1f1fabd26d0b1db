//! Protects people who use this node from other pages in their browser (docs/api.md, "Browser safety").
//!
//! Always: a write that a cookie authorises needs an `Origin` that is the very scheme and host it is sent to; no page of
//! another site gives a browser a session; pages run only our own scripts; what users uploaded is never a page of the
//! origin that holds keys.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};

use imajin_protocol::presence;

use crate::peer::Peer;
use crate::problem::Problem;

/// Pages: our own scripts and styles, no frames, no plugins, no other hosts. `blob:` lets a page hand out a file that
/// it made (a recovery sheet).
pub const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
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

/// The content policy of uploaded files: an opaque origin (`sandbox`) without scripts.
const UPLOAD_POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'unsafe-inline'",
);
/// The value of `X-Content-Type-Options`: a browser takes an answer for what its type says.
pub const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// Marks an answer as something that a person uploaded.
pub fn mark_upload(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_SECURITY_POLICY, UPLOAD_POLICY);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-site"));
}

/// Whether a request may be authorised by its cookie: reading may, writing only from a page of this very host.
pub fn check_origin(parts: &Parts) -> Result<(), Problem> {
    if matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    match parts.headers.get(header::ORIGIN) {
        Some(origin) if is_own(parts, origin) => Ok(()),
        Some(_) => Err(foreign()),
        None => Err(Problem::forbidden(
            "A change that a cookie authorises needs the Origin header of a page of this node. Programs send \
             `Authorization: Bearer <token>` instead of the cookie.",
        )
        .slug("origin")),
    }
}

/// Whether a request may set the session's cookie. A program may (it sends no `Origin`), a page of this very origin, and
/// one of the origins that the owner listed: browsers keep no cookie for those. Only JSON, which no form of another site
/// can send.
pub(crate) fn check_sign_in(parts: &Parts, listed: &[String]) -> Result<(), Problem> {
    let is_json = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Problem::unsupported_media(
            "This request takes JSON only: send it with `Content-Type: application/json`.",
        ));
    }
    let mut origins = parts.headers.get_all(header::ORIGIN).iter();
    let is_fine = |origin: &HeaderValue| {
        is_own(parts, origin) || listed.iter().any(|listed| listed.as_bytes() == origin.as_bytes())
    };
    if origins.all(is_fine) { Ok(()) } else { Err(foreign()) }
}

fn foreign() -> Problem {
    Problem::forbidden("This change was asked for by a page of another site, so it was refused.")
        .slug("origin")
}

/// Whether a page of this very origin asks. Browsers send `Origin` with every socket that a page opens.
pub(crate) fn is_own_page(parts: &Parts) -> bool {
    let mut origins = parts.headers.get_all(header::ORIGIN).iter();
    let (first, more) = (origins.next(), origins.next());
    more.is_none() && first.is_some_and(|origin| is_own(parts, origin))
}

/// Scheme, host and port: the pages of http and of https of one host are two sites.
fn is_own(parts: &Parts, origin: &HeaderValue) -> bool {
    let secure = parts.extensions.get::<Peer>().is_some_and(|peer| peer.secure);
    let scheme = if secure { "https://" } else { "http://" };
    let from = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.strip_prefix(scheme))
        .and_then(|from| presence::host(from, secure));
    let ours = crate::peer::host_of(parts).and_then(|host| presence::host(host, secure));
    from.is_some() && from == ours
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, secure: bool, origin: Option<&str>) -> Parts {
        let mut request = axum::http::Request::builder()
            .method(method)
            .uri("/x")
            .header("host", "imajin.local:7000");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let address = std::net::IpAddr::from([192, 0, 2, 1]);
        let request = request.extension(Peer { address, secure });
        request.body(()).unwrap().into_parts().0
    }

    fn check(method: &str, origin: Option<&str>) -> bool {
        check_origin(&request(method, false, origin)).is_ok()
    }

    #[test]
    fn http_and_https_of_one_host_are_two_origins() {
        let (http, https) = ("http://imajin.local:7000", "https://imajin.local:7000");
        for (secure, origin, is_own) in
            [(false, http, true), (false, https, false), (true, https, true), (true, http, false)]
        {
            let parts = request("POST", secure, Some(origin));
            assert_eq!(check_origin(&parts).is_ok(), is_own, "{secure} {origin}");
        }
    }

    #[test]
    fn a_page_is_our_own_only_where_it_says_so_once() {
        let own = "http://imajin.local:7000";
        for (origin, is_own) in [
            (None, false),
            (Some(own), true),
            (Some("http://evil.example"), false),
            (Some("null"), false),
        ] {
            assert_eq!(is_own_page(&request("GET", false, origin)), is_own);
        }
        let mut twice = request("GET", false, Some(own));
        let origin = HeaderValue::from_static("http://imajin.local:7000");
        twice.headers.append(header::ORIGIN, origin);
        assert!(!is_own_page(&twice));
    }

    #[test]
    fn only_json_of_this_origin_or_of_a_program_signs_in() {
        let check = |kind: Option<&'static str>, origin: Option<&str>, listed: &[String]| {
            let mut parts = request("POST", false, origin);
            if let Some(kind) = kind {
                parts.headers.insert("content-type", HeaderValue::from_static(kind));
            }
            check_sign_in(&parts, listed).is_ok()
        };
        let json = Some("application/json");
        assert!(check(json, None, &[]));
        assert!(check(Some("Application/JSON; charset=utf-8"), None, &[]));
        assert!(check(json, Some("http://imajin.local:7000"), &[]));
        for origin in
            ["https://imajin.local:7000", "http://imajin.local", "http://evil.example", "null"]
        {
            assert!(!check(json, Some(origin), &[]), "{origin}");
        }
        for kind in [
            None,
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("application/json-seq"),
        ] {
            assert!(!check(kind, None, &[]), "{kind:?}");
        }
        let listed = ["https://app.example".to_owned()];
        assert!(check(json, Some("https://app.example"), &listed));
        assert!(!check(json, Some("http://app.example"), &listed));
    }

    #[test]
    fn cookies_write_only_from_our_own_pages() {
        assert!(check("GET", None));
        assert!(check("POST", Some("http://imajin.local:7000")));
        assert!(check("DELETE", Some("http://Imajin.local:7000")));
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
}
