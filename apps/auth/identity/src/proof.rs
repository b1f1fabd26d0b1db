//! The person whose log a request is about that enters something.

use imajin_app::extract::{self, session_of};
use imajin_app::{Answer, Node, Problem};
use imajin_protocol::{Did, Proof};

/// Returns the DID whose log the request is about: the proof's, else the session's.
pub fn who(
    node: &Node,
    parts: &axum::http::request::Parts,
) -> Answer<(Option<imajin_app::Session>, Did)> {
    let proof =
        parts.headers.get(imajin_app::command_request::PROOF).and_then(|value| value.to_str().ok());
    if let Some(proof) = proof {
        let proof = Proof::parse(proof)
            .map_err(|error| Problem::field("MJN-Proof", format!("{error}.")))?;
        return Ok((None, proof.payload.did));
    }
    match session_of(parts, node)? {
        Some(session) => {
            extract::admit_here(parts, node, &session)?;
            Ok((Some(session.clone()), session.did))
        }
        None => Err(Problem::unauthorized("Sign this with your key (MJN-Proof), or sign in.")),
    }
}
