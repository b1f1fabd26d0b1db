//! Scripts, styles, icons and documentation, embedded in the program (build.rs): files that all apps share as `/assets/<path>` from
//! this crate's folder `shared`, those of one app as `/assets/<app>/<file>` from that app's folder `assets`.
//!
//! Always: a file has its hash as `ETag`, and browsers ask for it again each time (`no-cache`): after a node's update,
//! old scripts must not run in new pages.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use imajin_app::Problem;
use imajin_app::extract::Path;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Bytes of a file at most.
const FILE_BYTES_MAX: usize = 1 << 20;

struct Asset {
    /// The path below `/assets/`.
    name: &'static str,
    /// Its `ETag`, in quotes.
    tag: &'static str,
    /// The path in this crate's folder.
    #[cfg(test)]
    file: &'static str,
    /// The content, compressed with zlib.
    packed: &'static [u8],
}

fn find(name: &str) -> Option<&'static Asset> {
    let place = ASSETS.binary_search_by(|asset| asset.name.cmp(name)).ok()?;
    ASSETS.get(place)
}

pub(crate) fn has(name: &str) -> bool {
    find(name).is_some()
}

/// Returns the text of a file, if there is one of this name.
pub(crate) fn text(name: &str) -> Option<String> {
    let bytes = decompress_to_vec_zlib_with_limit(find(name)?.packed, FILE_BYTES_MAX).ok()?;
    String::from_utf8(bytes).ok()
}

pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = find(&path) else {
        return Problem::not_found("There is no such file here.").into_response();
    };
    let tag = HeaderValue::from_static(asset.tag);
    let is_current = headers.get(header::IF_NONE_MATCH).is_some_and(|given| given == tag);
    let mut response = if is_current {
        StatusCode::NOT_MODIFIED.into_response()
    } else if takes_deflate(&headers) {
        let encoding = [(header::CONTENT_ENCODING, "deflate")];
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
        // Lets the service worker work for pages outside its folder; the page says which.
        out.insert("service-worker-allowed", HeaderValue::from_static("/"));
    }
    response
}

/// Whether the client accepts the compressed form (RFC 9110 §12.5.3; `deflate` is zlib's form). A client that sends
/// weights gets the plain form.
fn takes_deflate(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut codings = values.filter_map(|value| value.to_str().ok());
    codings.any(|value| value.split(',').any(|coding| coding.trim() == "deflate"))
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("md") => "text/markdown; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, headers: &[(header::HeaderName, &'static str)]) -> Response {
        let headers =
            headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(asset(Path(path.to_owned()), headers.collect()))
    }

    #[test]
    fn what_the_pages_name_is_there() {
        for path in ["site.css", "icon.svg", "js/ui.js", "www/create.js"] {
            assert_eq!(ask(path, &[]).status(), StatusCode::OK, "{path}");
        }
        for asset in ASSETS {
            assert_ne!(kind(asset.name), "application/octet-stream", "{}", asset.name);
            // Texts are made by the build; their paths are absolute.
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(asset.file);
            let plain = decompress_to_vec_zlib_with_limit(asset.packed, FILE_BYTES_MAX).unwrap();
            assert_eq!(plain, std::fs::read(file).unwrap());
        }
        assert_eq!(ask("js/none.js", &[]).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn it_goes_packed_to_those_who_take_it_so_and_not_at_all_to_those_who_have_it() {
        let packed = ask("site.css", &[(header::ACCEPT_ENCODING, "gzip, deflate, br")]);
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "deflate");
        for given in ["gzip", "deflate;q=0", "identity"] {
            let plain = ask("site.css", &[(header::ACCEPT_ENCODING, given)]);
            assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        }
        let place = ASSETS.binary_search_by(|asset| asset.name.cmp("site.css"));
        let revalidation = ask("site.css", &[(header::IF_NONE_MATCH, ASSETS[place.unwrap()].tag)]);
        assert_eq!(revalidation.status(), StatusCode::NOT_MODIFIED);
    }
}
