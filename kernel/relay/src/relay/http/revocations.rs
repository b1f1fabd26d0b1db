//! Routes of revocations, with their proofs.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use imajin_dfos::Did;
use imajin_dfos::cid::{CODEC_DAG_CBOR, parse_cid};
use serde_json::{Value as Json_, json};

use super::answer::{Params, Reply, bad, gate};
use crate::Relay;
use crate::page;

const OFF: &str = "revocation status not available";

pub(super) async fn credential(State(relay): State<Relay>, Path(cid): Path<String>) -> Reply {
    gate(relay.inner.capabilities.revocations, OFF)?;
    if !is_credential_cid(&cid) {
        return Err(bad("invalid credential CID"));
    }
    let key = cid.clone();
    let revocation = relay.read(move |_, reads| reads.revocation(&key)).await?;
    Ok(match revocation {
        None => Json(json!({ "credentialCID": cid, "revoked": false })),
        Some(token) => Json(json!({ "credentialCID": cid, "revoked": true, "revocation": token })),
    }
    .into_response())
}

/// Checks the letters only, as other relays do: the last letter may have bits that canonical CIDs lack.
fn is_credential_cid(text: &str) -> bool {
    let letters = text.strip_prefix("bafyrei").unwrap_or_default();
    let is_shaped = letters.len() == 52
        && letters.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
    is_shaped || parse_cid(text).is_ok_and(|cid| cid.codec() == CODEC_DAG_CBOR)
}

pub(super) async fn issuer(
    State(relay): State<Relay>,
    Path(did): Path<String>,
    params: Params,
) -> Reply {
    gate(relay.inner.capabilities.revocations, OFF)?;
    if Did::parse(&did).is_err() {
        return Err(bad("invalid DID"));
    }
    let (after, limit) = (params.after(), params.limit());
    let key = did.clone();
    let rows = relay.read(move |_, reads| reads.revocations(&key, after.as_deref(), limit)).await?;
    let next = page::next(&rows, limit, |(credential, _)| credential.clone());
    let rows: Vec<Json_> = rows
        .into_iter()
        .map(|(credential, token)| json!({ "credentialCID": credential, "revocation": token }))
        .collect();
    Ok(Json(json!({ "did": did, "revocations": rows, "next": next })).into_response())
}
