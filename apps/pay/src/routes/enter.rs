//! The way of every write here: what would follow is found first, so that a client that must sign learns what.

use axum::http::request::Parts;
use imajin_dfos::{Value, cbor};
use imajin_ledger::{Receipt, Refusal};
use imajin_protocol::Did;
use imajin_service::{Node, Problem, Session, Wish};
use serde_json::{Value as Json, json};

use crate::projection::PROJECTION;
use crate::reads;
use crate::rules::{Asked, World, consequences, payment_id};

const PROOF: &str = "mjn-proof";

/// Looks at the tables and logs as a decision would.
pub(crate) fn look<T>(
    node: &Node,
    f: impl FnOnce(&World<'_>) -> Result<T, Refusal>,
) -> Result<T, Problem> {
    let logs = |did: &Did| node.ledger().view(did).ok().flatten();
    let found = node.read(PROJECTION.name, |db| {
        let world = World {
            db,
            node: node.did(),
            now: node.now(),
            logs: &logs,
        };
        Ok(f(&world))
    })?;
    found.map_err(Problem::from)
}

/// What a client signs for a wish: everything of the proof that is not its own to know.
pub(super) fn to_sign(node: &Node, wish: &Wish) -> Result<Json, Problem> {
    let others = look(node, |world| {
        let asked = Asked {
            op: wish.op,
            did: &wish.did,
            reference: wish.reference.as_ref(),
            fact: wish.fact.as_ref(),
            body: wish.body.as_ref(),
            is_asked: false,
        };
        // Only in whose logs it would write is of interest here: a real id comes with the command.
        let id = payment_id(world.now, [0; 6])?;
        Ok(consequences(world, &asked, id)?.others(&wish.did))
    })?;
    let body = wish.body.as_ref().map(cbor::to_dag_json).transpose();
    Ok(json!({
        "op": wish.op,
        "did": wish.did,
        "ref": wish.reference,
        "fact": wish.fact.as_ref().map(|fact| fact.to_json()),
        "body": body.map_err(Problem::internal)?,
        "to": others,
    }))
}

/// Enters a wish: signed where the request carries a proof of exactly it. Gives back which payment it is about.
pub(super) async fn enter(
    node: &Node,
    parts: &Parts,
    session: &Session,
    wish: Wish,
) -> Result<(Receipt, String), Problem> {
    let did = wish.did.clone();
    let has_chain = node.status(&did)?.is_some_and(|s| s.chain.is_some());
    if has_chain && !parts.headers.contains_key(PROOF) {
        let sign = to_sign(node, &wish)?;
        return Err(Problem::forbidden("Money moves only with your signature: sign what stands under \"sign\" and send it with an MJN-Proof.")
            .slug("signature-required")
            .with("sign", sign));
    }
    let reference = wish.reference.as_ref().map(|id| id.as_str().to_owned());
    let receipt = node.perform(parts, Some(session), wish).await?;
    let said = receipt
        .value
        .as_ref()
        .and_then(|value| value["payment"].as_str());
    let payment = match said.map(str::to_owned).or(reference) {
        Some(payment) => Some(payment),
        // The very same proof again: what was answered stands in the node's books.
        None => node.read(PROJECTION.name, |db| {
            let entry = receipt
                .entries
                .iter()
                .find(|entry| entry.did == *node.did());
            entry.map_or(Ok(None), |entry| {
                reads::payment_at(db, &entry.did, entry.seq)
            })
        })?,
    };
    Ok((receipt, payment.unwrap_or_default()))
}

/// A body as the request has it: with the salt that was signed, if there is one.
pub(super) fn body(
    members: impl IntoIterator<Item = (&'static str, Option<String>)>,
    salt: Option<&Json>,
) -> Result<Value, Problem> {
    let members = members.into_iter();
    let mut members: Vec<(&str, Value)> = members
        .filter_map(|(name, text)| Some((name, Value::from(text?))))
        .collect();
    if let Some(salt) = salt {
        let salt = cbor::from_dag_json(salt)
            .map_err(|error| Problem::field("salt", format!("salt: {error}.")))?;
        members.push(("salt", salt));
    }
    Ok(Value::map(members))
}
