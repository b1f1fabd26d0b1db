//! Copies made in the background and signed by their owner: the routes of export jobs.
//!
//! Always: only the owner of the record sees its jobs. Closing the page loses nothing: it finds the job again by its id.

pub(super) mod fetch;
pub(super) mod sign;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use imajin_app::extract::{Authed, Json as Strict, Path, Query};
use imajin_app::{Answer, Lang, Node, Problem};
use imajin_identity::people;
use imajin_log::format::manifest::SignerKind;
use imajin_protocol::{Did, Kid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::export_jobs::{self, Encrypt, Job, Stage};
use super::{Shared, access, download};

/// A finder of the file could guess a shorter passphrase.
const PASSPHRASE_CHARS_MIN: usize = 8;

/// A request for a copy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    /// The DID of the record; the caller's if left out.
    did: Option<String>,
    /// The key that will sign, `<did>#<key id>`; one of yours in force if left out.
    kid: Option<String>,
    /// `{"passphrase": "…"}`, or `"owner"` for the encryption key that your record names. Not encrypted if left out.
    #[schema(value_type = Option<Object>)]
    encrypt: Option<RawEncrypt>,
    /// A stick of `GET /api/usb`: the copy is written there, as a file with a new name. For people of this node.
    stick: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum RawEncrypt {
    Passphrase { passphrase: String },
    Word(String),
}

/// A job that began.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExportStarted {
    /// Its name.
    id: String,
}

/// The key that would sign.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Signing {
    /// The key, `<did>#<key id>`, if it is another one than was said at the beginning.
    kid: Option<String>,
}

/// The progress of a copy.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobState {
    id: String,
    /// The DID of the record.
    #[schema(value_type = String)]
    did: Did,
    /// `preparing`, `to_sign`, `finishing`, `ready` or `failed`.
    #[schema(example = "to_sign")]
    state: &'static str,
    /// Files written.
    files: u64,
    /// The number of all files; 0 while it is unknown.
    files_total: u64,
    /// Bytes written.
    bytes: u64,
    /// The number of all bytes; an estimate until the copy is signed.
    bytes_total: u64,
    /// While the state is `to_sign`: the exact texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_sign: Option<Texts>,
    /// `owner` or `node`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    signed_by: Option<SignerKind>,
    /// The file's name.
    name: String,
    /// Where it can be fetched once it is ready, below this service; of one for a stick nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    /// The stick that it goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    stick: Option<String>,
    /// Its name on the stick, once it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    copy: Option<String>,
    /// The error, if the copy failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The status that a request would have got for it, e.g. 507.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
}

/// The texts that the owner signs, each with Ed25519 over its UTF-8 bytes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Texts {
    /// The key that they name.
    #[schema(value_type = String)]
    kid: String,
    /// The text for `bundle.json`.
    bundle: String,
    /// The text for `manifest.json`.
    manifest: String,
}

/// Begin a copy of your record.
#[utoipa::path(
    post, path = "/api/exports", tag = "your data", request_body = Begin,
    responses(
        (status = 202, body = ExportStarted), (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's data"),
        (status = 404, description = "No such stick"), (status = 503, description = "As many copies as there may be"), (status = 507, description = "The disk or the stick is full"),
    ),
)]
pub(super) async fn begin(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    asks: Authed,
    lang: Lang,
    Strict(wish): Strict<Begin>,
) -> Answer<(StatusCode, Json<ExportStarted>)> {
    let did = access::own(&node, &asks, wish.did.as_deref())?;
    if wish.stick.is_some() {
        access::of_the_house(&node, &asks.0.did)?;
    }
    if node.status(&did)?.is_none() {
        return Err(Problem::not_found(
            "There is no record of yours here yet: it begins with your first sign-in.",
        ));
    }
    let kid = wish.kid.as_deref().map(|text| key_of(&did, text)).transpose()?;
    let encrypt = encryption(&node, &did, wish.encrypt)?;
    let job = download::blocking(move || {
        // Asked for now: a key that is missing is found out before the copy is made.
        let kid = match kid {
            Some(kid) => Some(kid),
            None => access::default_kid(&node, &did).ok(),
        };
        export_jobs::begin(&node, &shared, did, kid, encrypt, wish.stick, lang)
    })
    .await?;
    Ok((StatusCode::ACCEPTED, Json(ExportStarted { id: job.id.clone() })))
}

fn key_of(did: &Did, text: &str) -> Result<Kid, Problem> {
    let kid = Kid::parse(text).map_err(|error| Problem::field("kid", format!("kid: {error}.")))?;
    if kid.did() == did {
        Ok(kid)
    } else {
        Err(Problem::field("kid", "kid must name a key of the DID whose copy it is."))
    }
}

fn encryption(node: &Node, did: &Did, wish: Option<RawEncrypt>) -> Result<Encrypt, Problem> {
    match wish {
        None => Ok(Encrypt::No),
        Some(RawEncrypt::Passphrase { passphrase }) => {
            if passphrase.chars().count() >= PASSPHRASE_CHARS_MIN {
                Ok(Encrypt::Passphrase(passphrase))
            } else {
                Err(Problem::field(
                    "encrypt",
                    format!(
                        "A passphrase has at least {PASSPHRASE_CHARS_MIN} characters; some words are best."
                    ),
                ))
            }
        }
        Some(RawEncrypt::Word(word)) if word == "owner" => {
            let person = people::find(node, did)?;
            let keys = person.map(|person| people::owner_keys(node, &person));
            if keys.transpose()?.unwrap_or_default().is_empty() {
                Err(Problem::field(
                    "encrypt",
                    "Your record names no encryption key: use {\"passphrase\": \"…\"}.",
                ))
            } else {
                Ok(Encrypt::Owner)
            }
        }
        Some(RawEncrypt::Word(_)) => {
            Err(Problem::field("encrypt", "encrypt must be {\"passphrase\": \"…\"} or \"owner\"."))
        }
    }
}

/// Returns the progress of a copy, and the texts to sign.
#[utoipa::path(
    get, path = "/api/exports/{id}", tag = "your data", params(("id" = String, Path), Signing),
    responses((status = 200, body = JobState), (status = 404, description = "No such copy of yours")),
)]
pub(super) async fn state(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    asks: Authed,
    Path(id): Path<String>,
    Query(signing): Query<Signing>,
    lang: Lang,
) -> Answer<Json<JobState>> {
    let job = shared.exports.find(&id, &asks.0.did, node.monotonic())?;
    let kid = signing
        .kid
        .as_deref()
        .map(|text| key_of(&job.did, text))
        .transpose()?
        .or_else(|| job.kid.clone());
    let mut state = tell(&job, kid);
    let words = node.services().words().with_lang(lang);
    state.error = state.error.map(|error| words.sentence(&error).into_owned());
    Ok(Json(state))
}

fn tell(job: &Job, kid: Option<Kid>) -> JobState {
    let progress = job.progress.lock();
    let (stage, written) = (&progress.stage, progress.written);
    let to_sign = kid.and_then(|kid| {
        let (bundle, manifest) = stage.to_sign(&kid)?;
        Some(Texts { kid: kid.to_string(), bundle, manifest })
    });
    let failed = match stage {
        Stage::Failed(failed) => Some(failed),
        _ => None,
    };
    JobState {
        state: stage.name(),
        files: written.files,
        files_total: written.files_total,
        bytes: written.bytes,
        bytes_total: written.bytes_total,
        to_sign,
        signed_by: progress.signed_by,
        name: job.file_name(),
        href: match job.stick {
            None => Some(format!("/auth/api/exports/{}/bundle.{}", job.id, job.ending())),
            Some(_) => None,
        },
        stick: job.stick.clone(),
        copy: progress.copy.clone(),
        error: failed.map(|failed| failed.text.clone()),
        status: failed.map(|failed| failed.status.as_u16()),
        id: job.id.clone(),
        did: job.did.clone(),
    }
}

/// Remove a copy from this node.
#[utoipa::path(
    delete, path = "/api/exports/{id}", tag = "your data", params(("id" = String, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such copy of yours")),
)]
pub(super) async fn remove(
    Extension(shared): Extension<Shared>,
    asks: Authed,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    if shared.exports.remove(&id, &asks.0.did) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("There is no such copy."))
    }
}
