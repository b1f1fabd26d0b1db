//! Redirects requests about a person that moved: 308, so that the client sends the same request to the new home.
//!
//! Always: only about a DID whose new home gave its head. It must not know what the request is for.

use axum::body::Body;
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use imajin_protocol::{Did, Proof};
use percent_encoding::percent_decode_str;

use super::moves::Moves;

/// Layers routes that name a person in `MJN-Proof`, in the query as `did`, or in the path.
pub(super) async fn forward(
    State(moves): State<Moves>,
    request: Request<Body>,
    next: Next,
) -> Response {
    if moves.is_empty() {
        return next.run(request).await;
    }
    let uri = request
        .extensions()
        .get::<OriginalUri>()
        .map_or_else(|| request.uri().clone(), |original| original.0.clone());
    let proof = request.headers().get("mjn-proof").and_then(|value| value.to_str().ok());
    match location(&moves, &uri, proof).and_then(|location| HeaderValue::try_from(location).ok()) {
        Some(location) => {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response()
        }
        None => next.run(request).await,
    }
}

/// Returns the URL at the new home of the person whom the request names, if they moved.
pub fn location(moves: &Moves, uri: &Uri, proof: Option<&str>) -> Option<String> {
    // Transfers and imports must reach this node.
    if uri.path().contains("/api/transfer") || uri.path().contains("/api/imports") {
        return None;
    }
    let url = match proof.and_then(|proof| Proof::parse(proof).ok()) {
        // A proof for another node than the new home is still this node's to refuse.
        Some(proof) => moves.new_home(&proof.payload.did),
        None => dids_in(uri).find_map(|did| moves.new_home(&did)),
    }?;
    Some(format!("{url}{}", uri.path_and_query().map_or("/", |rest| rest.as_str())))
}

fn dids_in(uri: &Uri) -> impl Iterator<Item = Did> {
    let in_query = uri
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter_map(|pair| pair.strip_prefix("did="));
    let texts = in_query.chain(uri.path().split('/'));
    texts.filter_map(|text| Did::parse(&percent_decode_str(text).decode_utf8().ok()?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moves::Move;

    #[test]
    fn only_who_moved_for_good_is_sent_on() {
        let data = tempfile::tempdir().unwrap();
        let moves = Moves::open(data.path());
        let (ada, bob, node) =
            (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]), Did::from_key(&[3; 32]));
        let moved = |did: &Did, head: Option<&str>| Move {
            did: did.clone(),
            url: "https://there.example".into(),
            node: node.clone(),
            epoch: 2,
            proof: String::new(),
            head: head.map(str::to_owned),
        };
        moves.put(moved(&ada, Some("x.y.z"))).unwrap();
        moves.put(moved(&bob, None)).unwrap();
        let to = |path: &str| location(&moves, &path.parse().unwrap(), None);
        let path = format!("/auth/api/log/{ada}?after=3");
        assert_eq!(to(&path), Some(format!("https://there.example{path}")));
        let path = format!("/auth/api/count?x=1&did={}", ada.as_str().replace(':', "%3A"));
        assert_eq!(to(&path), Some(format!("https://there.example{path}")));
        assert_eq!(to(&format!("/auth/api/log/{bob}")), None, "a move on its way");
        assert_eq!(to(&format!("/auth/api/transfer?did={ada}")), None);
        assert_eq!(to("/auth/api/node"), None);
    }
}
