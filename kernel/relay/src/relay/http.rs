//! Every route of the relay, relative to where it is mounted.
//!
//! Always: a disabled route answers 501 before any other check. Bodies are bounded before they are read. A failure of
//! the store is a 500 without details.
//!
//! Rules: DFOS v1 WEB-RELAY.

mod answer;
mod blobs;
mod index;
mod proof;
mod resolver;
mod revocations;
mod signing;
mod well_known;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};

use super::Relay;
use answer::{Problem, log_failure, not_found};
pub(super) use blobs::document_key;

pub(super) fn router(relay: Relay) -> Router {
    Router::new()
        .route("/.well-known/dfos-relay", get(well_known::show))
        .route("/proof/v1/operations", post(proof::submit))
        .route("/proof/v1/operations/{cid}", get(proof::operation))
        .route("/proof/v1/identities/{did}", get(proof::identity))
        .route("/proof/v1/identities/{did}/log", get(proof::identity_log))
        .route("/proof/v1/content/{id}", get(proof::content))
        .route("/proof/v1/content/{id}/log", get(proof::content_log))
        .route("/proof/v1/log", get(proof::log))
        .route("/proof/v1/countersignatures/{cid}", get(proof::countersignatures))
        .route("/1.0/identifiers/{*did}", get(resolver::resolve))
        .route("/revocations/v1/credential/{cid}", get(revocations::credential))
        .route("/revocations/v1/issuer/{*did}", get(revocations::issuer))
        .route("/content/{id}/blob", get(blobs::head))
        .route("/content/{id}/blob/{reference}", put(blobs::upload).get(blobs::at))
        .route("/index/v0/identities", get(index::identities))
        .route("/index/v0/content", get(index::content))
        .route("/index/v0/credits", get(index::credits))
        .route("/index/v0/artifacts", get(index::artifacts))
        .route("/index/v0/countersignatures", get(index::countersignatures))
        .route("/index/v0/credentials", get(index::credentials))
        .route("/index/v0/operations", get(index::operations))
        .route("/signing/v0/requests", post(signing::deposit).get(signing::list))
        .route("/signing/v0/requests/{cid}/response", post(signing::respond).get(signing::response))
        .route("/signing/v0/requests/{cid}/decline", post(signing::decline))
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .layer(middleware::from_fn_with_state(relay.clone(), log_failure))
        .layer(middleware::from_fn(cors))
        .with_state(relay)
}

async fn unknown() -> Problem {
    not_found("not found")
}

/// Allows every origin to read and write: requests are authorized by signatures, not by cookies.
async fn cors(request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type, Authorization"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
