//! Scripts, styles and icons, packed in the program (build.rs).
//!
//! Always: a file is answered with its hash as `ETag` and asked for again each time (`no-cache`): a node's update must
//! not leave old scripts with new pages.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_service::Problem;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// No file is larger.
const FILE_BYTES_MAX: usize = 1 << 20;

struct Asset {
    /// Below `/assets/`.
    name: &'static str,
    /// Its `ETag`, in quotes.
    tag: &'static str,
    /// zlib.
    packed: &'static [u8],
}

/// `/assets/{path}`.
pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Ok(place) = ASSETS.binary_search_by(|asset| asset.name.cmp(&path)) else {
        return Problem::not_found("There is no such file here.").into_response();
    };
    let asset = &ASSETS[place];
    let tag = HeaderValue::from_static(asset.tag);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|given| given == tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else if takes_deflate(&headers) {
        let encoding = [(
            header::CONTENT_ENCODING,
            HeaderValue::from_static("deflate"),
        )];
        (encoding, asset.packed).into_response()
    } else {
        match decompress_to_vec_zlib_with_limit(asset.packed, FILE_BYTES_MAX) {
            Ok(bytes) => bytes.into_response(),
            Err(error) => return Problem::internal(error).into_response(),
        }
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(&path)));
    out.insert(header::ETAG, tag);
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if path.ends_with("-worker.js") {
        // Works for a page that stands elsewhere than the scripts; which one, the page says.
        out.insert("service-worker-allowed", HeaderValue::from_static("/"));
    }
    response
}

/// Whether the packed form may be sent (RFC 9110 §12.5.3; `deflate` is zlib's form). Whoever gives weights gets it plain.
fn takes_deflate(headers: &HeaderMap) -> bool {
    let given = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut codings = given.filter_map(|value| value.to_str().ok());
    codings.any(|value| value.split(',').any(|coding| coding.trim() == "deflate"))
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

    fn ask(path: &str, headers: &[(header::HeaderName, &'static str)]) -> Response {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(asset(Path(path.to_owned()), headers.collect()))
    }

    #[test]
    fn what_the_pages_name_is_there() {
        for path in ["site.css", "icon.svg", "js/ui.js", "js/pages/create.js"] {
            assert_eq!(ask(path, &[]).status(), StatusCode::OK, "{path}");
        }
        for asset in ASSETS {
            assert_ne!(
                kind(asset.name),
                "application/octet-stream",
                "{}",
                asset.name
            );
            let file = format!("{}/assets/{}", env!("CARGO_MANIFEST_DIR"), asset.name);
            let plain = decompress_to_vec_zlib_with_limit(asset.packed, FILE_BYTES_MAX).unwrap();
            assert_eq!(plain, std::fs::read(file).unwrap());
        }
        assert_eq!(ask("js/none.js", &[]).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn it_goes_packed_to_those_who_take_it_so_and_not_at_all_to_those_who_have_it() {
        let packed = ask(
            "site.css",
            &[(header::ACCEPT_ENCODING, "gzip, deflate, br")],
        );
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "deflate");
        for given in ["gzip", "deflate;q=0", "identity"] {
            let plain = ask("site.css", &[(header::ACCEPT_ENCODING, given)]);
            assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        }
        let place = ASSETS.binary_search_by(|asset| asset.name.cmp("site.css"));
        let known = ask(
            "site.css",
            &[(header::IF_NONE_MATCH, ASSETS[place.unwrap()].tag)],
        );
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    }
}
