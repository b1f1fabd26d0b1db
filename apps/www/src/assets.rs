//! Scripts, styles and icons, embedded in the program.
//!
//! Always: a file is answered with its hash as `ETag` and asked for again each time (`no-cache`): a node's update must
//! not leave old scripts with new pages.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_service::Problem;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// `/assets/{path}`.
pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(file) = Assets::get(&path) else {
        return Problem::not_found("There is no such file here.").into_response();
    };
    let tag = format!(
        "\"{}\"",
        imajin_dfos::hex::encode(&file.metadata.sha256_hash()[..16])
    );
    let Ok(tag) = HeaderValue::try_from(tag) else {
        return Problem::not_found("There is no such file here.").into_response();
    };
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|given| given == tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_owned().into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(&path)));
    out.insert(header::ETAG, tag);
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if path.ends_with("-worker.js") {
        // Works for a page that stands elsewhere than the scripts; which one, the page says.
        out.insert("service-worker-allowed", HeaderValue::from_static("/"));
    }
    response
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_pages_name_is_there() {
        for path in ["site.css", "icon.svg", "js/ui.js", "js/pages/create.js"] {
            assert!(Assets::get(path).is_some(), "{path}");
        }
        for path in Assets::iter() {
            assert_ne!(kind(&path), "application/octet-stream", "{path}");
        }
    }
}
