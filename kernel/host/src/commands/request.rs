//! Reading a command: the proof, the body that it names, or what a session asks for.

use std::collections::HashMap;

use axum::http::request::Parts;
use imajin_app::{CommandRequest, Node, Problem, Session, extract};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Value, cbor};
use imajin_log::OpSpec;
use imajin_protocol::{Fact, IdText, Proof, jcs};

use super::ACTING_FOR;

/// The body, found to be the one that the proof names.
pub(super) fn signed_body(proof: &Proof, bytes: &[u8]) -> Result<Option<Value>, Problem> {
    let Some(named) = proof.payload.body else {
        return if bytes.is_empty() {
            Ok(None)
        } else {
            Err(Problem::field("body", "The proof names no body, and one was sent."))
        };
    };
    let body = body(bytes)?;
    let cid = dag_cbor_cid(&cbor::encode(&body));
    if cid != named {
        return Err(Problem::field(
            "body",
            format!(
                "The proof names the body {named}, and the one that was sent is {cid}: sign the dag-cbor of exactly what you send."
            ),
        ));
    }
    Ok(Some(body))
}

/// A body as it travels: strict dag-json.
fn body(bytes: &[u8]) -> Result<Value, Problem> {
    let json =
        jcs::parse_strict(bytes).map_err(|error| Problem::field("body", format!("{error}.")))?;
    cbor::from_dag_json(&json)
        .map_err(|error| Problem::field("body", format!("The body: {error}.")))
}

/// The session of a request without a proof.
pub(super) fn session(parts: &Parts, node: &Node) -> Result<Session, Problem> {
    let session = extract::session_of(parts, node)?.ok_or_else(|| {
        Problem::unauthorized("This needs a proof of your will (the header MJN-Proof), or at least a session: sign in with your key.")
    })?;
    if parts.headers.contains_key(ACTING_FOR) {
        return Err(Problem::forbidden(
            "Acting for somebody else needs a signature of your own key: send an MJN-Proof.",
        ));
    }
    Ok(session)
}

/// Reads the command that a session asks for.
pub(super) fn wish(
    node: &Node,
    spec: &'static OpSpec,
    session: &Session,
    query: &HashMap<String, String>,
    bytes: &[u8],
) -> Result<CommandRequest, Problem> {
    let did = match query.get("did") {
        Some(text) => node
            .resolve_for(text, Some(&session.did))?
            .ok_or_else(|| Problem::not_found(format!("Nobody here goes by {text}.")))?,
        None => session.did.clone(),
    };
    let reference = query.get("ref").map(|text| IdText::parse(text)).transpose();
    let reference = reference.map_err(|error| Problem::field("ref", format!("ref: {error}.")))?;
    let fact = query.get("fact").map(|text| fact(text)).transpose()?;
    let body = match (spec.body, bytes.is_empty()) {
        (false, true) => None,
        (false, false) => return Err(Problem::field("body", format!("{} has no body.", spec.op))),
        (true, true) => {
            return Err(Problem::field("body", format!("{} needs a JSON body.", spec.op)));
        }
        (true, false) => {
            let body = body(bytes)?;
            if body.get("salt").is_some() {
                let text = "Without a proof the node makes the salt: leave it out.";
                return Err(Problem::field("salt", text));
            }
            Some(body)
        }
    };
    Ok(CommandRequest { reference, body, fact, ..CommandRequest::new(did, spec.op) })
}

fn fact(text: &str) -> Result<Fact, Problem> {
    let json = jcs::parse_strict(text.as_bytes())
        .map_err(|error| Problem::field("fact", format!("fact: {error}.")))?;
    Fact::from_json(&json).map_err(|error| Problem::field("fact", format!("{error}.")))
}

/// Whether a proof wills exactly this.
pub(super) fn same(proof: &Proof, wish: &CommandRequest) -> Result<(), Problem> {
    let payload = &proof.payload;
    let cid = wish.body.as_ref().map(|body| dag_cbor_cid(&cbor::encode(body)));
    let differs = [
        ("did", payload.did != wish.did),
        ("op", payload.op != wish.op),
        ("ref", payload.reference != wish.reference),
        ("fact", payload.fact != wish.fact),
        ("body", payload.body != cid),
    ]
    .into_iter()
    .find_map(|(name, differs)| differs.then_some(name));
    match differs {
        None => Ok(()),
        Some(name) => Err(Problem::field(
            "MJN-Proof",
            format!("The proof has another {name:?} than this request."),
        )),
    }
}

/// A session is not enough.
pub(super) fn needs_signature(op: &str) -> Problem {
    Problem::forbidden(format!("{op} must be signed with your own key: send it with an MJN-Proof. A session alone is not enough."))
        .slug("signature-required")
}
