//! Signing a copy: by its owner, or at their wish by this node.
//!
//! Always: it checks a signature before it gives up the copy for it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use imajin_app::extract::{Authed, Json as Strict, Path};
use imajin_app::{Answer, Node, Problem};
use imajin_bundle::export::Signatures;
use imajin_dfos::jws::verify_signature;
use imajin_identity::people;
use imajin_protocol::Kid;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::Shared;
use super::super::export_jobs::Job;
use super::{JobState, key_of, tell};

/// Signatures of the owner, or the wish that the node signs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Sign {
    /// The key, `<did>#<key id>`.
    kid: Option<String>,
    /// 128 hex digits over `toSign.bundle`.
    bundle_signature: Option<String>,
    /// 128 hex digits over `toSign.manifest`.
    manifest_signature: Option<String>,
    /// `"node"`: without your signature, the copy says that the node signed it.
    sign: Option<String>,
}

/// Sign a copy, or let the node sign it.
#[utoipa::path(
    post, path = "/api/exports/{id}/sign", tag = "your data", params(("id" = String, Path)), request_body = Sign,
    responses(
        (status = 202, description = "Signed; it is being written", body = JobState),
        (status = 400, description = "A signature that does not verify: nothing changed"),
        (status = 404, description = "No such copy of yours"), (status = 409, description = "It does not wait for a signature"),
    ),
)]
pub(crate) async fn sign(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    asks: Authed,
    Path(id): Path<String>,
    Strict(wish): Strict<Sign>,
) -> Answer<(StatusCode, Json<JobState>)> {
    let job = shared.exports.find(&id, &asks.0.did, node.monotonic())?;
    let signatures =
        match (wish.sign.as_deref(), wish.kid, wish.bundle_signature, wish.manifest_signature) {
            (Some("node"), None, None, None) => None,
            (None, Some(kid), Some(bundle), Some(manifest)) => {
                let kid = key_of(&job.did, &kid)?;
                let signatures = Signatures {
                    bundle: signature("bundleSignature", &bundle)?,
                    manifest: signature("manifestSignature", &manifest)?,
                };
                check(&node, &job, &kid, &signatures)?;
                Some((kid, signatures))
            }
            _ => {
                return Err(Problem::bad_request(
                    "Send {kid, bundleSignature, manifestSignature}, or {\"sign\": \"node\"}.",
                ));
            }
        };
    job.sign(&node, &shared, signatures)?;
    Ok((StatusCode::ACCEPTED, Json(tell(&job, None))))
}

fn signature(field: &'static str, text: &str) -> Result<[u8; 64], Problem> {
    let bytes = imajin_dfos::hex::decode(text).and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    bytes
        .ok_or_else(|| Problem::field(field, format!("{field} must be 128 lower-case hex digits.")))
}

/// Refuses a wrong signature before it gives up the copy for it.
fn check(node: &Node, job: &Job, kid: &Kid, signatures: &Signatures) -> Result<(), Problem> {
    let keys = people::keys(node, &job.did)?;
    let key = keys
        .iter()
        .find(|key| key.id == kid.key_id())
        .and_then(people::KeyRow::public_key)
        .and_then(|key| key.verifying_key().ok());
    let key = key.ok_or_else(|| {
        Problem::field("kid", format!("{kid} is no key of yours that is in force."))
    })?;
    let Some((bundle, manifest)) = job.progress.lock().stage.to_sign(kid) else {
        return Ok(());
    };
    for (field, text, signature) in [
        ("bundleSignature", bundle, &signatures.bundle),
        ("manifestSignature", manifest, &signatures.manifest),
    ] {
        if verify_signature(&key, text.as_bytes(), signature).is_err() {
            return Err(Problem::field(
                field,
                format!(
                    "{field} is not a signature of {kid} over the text as it was handed out with this kid."
                ),
            ));
        }
    }
    Ok(())
}
