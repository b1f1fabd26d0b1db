//! The parts of a request that enters something: whose log it is about, and the salt of its body.

use imajin_app::extract::{self, session_of};
use imajin_app::{Answer, CommandRequest, Node, Problem};
use imajin_dfos::cbor;
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

/// Adds the salt of the signed body to a command, from its dag-json, if the request has one.
pub fn salted(command: CommandRequest, salt: Option<&serde_json::Value>) -> Answer<CommandRequest> {
    let Some(salt) = salt else {
        return Ok(command);
    };
    let salt = cbor::from_dag_json(salt);
    let salt = salt.map_err(|error| Problem::field("salt", format!("salt: {error}.")))?;
    Ok(command.salt(salt))
}
