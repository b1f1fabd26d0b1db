//! Copies that people bring: uploaded in pieces, checked, then taken in as a backup or as a new home.
//!
//! Always: everything is verified before anything is real; a home needs the owner's signature; an import that fails
//! leaves nothing but bytes that can go on. The ids are unguessable: whoever began an import is whoever knows its id.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use http_body_util::BodyExt;
use imajin_dfos::Value;
use imajin_dfos::cbor;
use imajin_ledger::bundle::age::Unlock;
use imajin_ledger::bundle::import::{self, Check, Checked, HomeWord, Imported, Upload};
use imajin_ledger::bundle::tar::TarLimits;
use imajin_ledger::{Header, ops};
use imajin_protocol::{Did, Kid, Proof, jcs};
use imajin_service::extract::{self, Attempt, Caller, Path, Query};
use imajin_service::{Answer, Node, Problem};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Object, json};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

use super::arrivals::{Arrival, Work};
use super::{Care, download, refused, space, trouble, who};
use crate::admission::invites;

/// The header that carries a proof of will.
const PROOF: &str = "mjn-proof";

/// What is about to come.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct Begin {
    /// Of the node's owner, where the node takes people in by invitation.
    invite_code: Option<String>,
    /// How large it is, if that is known: what does not fit is said at once.
    size: Option<u64>,
}

/// How much has arrived.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Received {
    /// The import.
    id: String,
    /// Bytes that are here: the next piece begins with this one.
    received: u64,
    /// The most that is taken.
    bytes_max: u64,
    /// Whether the copy was found to be valid.
    checked: bool,
}

/// Where a piece begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Offset {
    /// The place of its first byte.
    #[serde(default)]
    offset: u64,
}

/// What a check needs to know.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Unlocking {
    /// Opens a copy that is encrypted to a passphrase.
    passphrase: Option<String>,
    /// The key that would sign the home entry: `after` is that key's.
    kid: Option<String>,
}

/// What a check found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckAnswer {
    /// The whole report.
    #[schema(value_type = Object)]
    report: Object,
    /// For a valid copy: what the owner signs to make this node its home.
    to_sign: Option<HomeToSign>,
}

/// What stands in the proof and the body of `auth.home`.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HomeToSign {
    /// Whose record.
    #[schema(value_type = String)]
    pub(super) did: Did,
    /// The new home: `aud`, and `node` in the body.
    #[schema(value_type = String)]
    pub(super) node: Did,
    /// Its address: `url` in the body.
    pub(super) url: String,
    /// `epoch` in the body.
    pub(super) epoch: u64,
    /// The newest entry.
    #[schema(value_type = Object)]
    pub(super) seen: Object,
    /// The last proof of the key `kid`, if one was named and signed before.
    pub(super) after: Option<String>,
    /// The newest identity operation.
    pub(super) chain: Option<String>,
    /// The newest head.
    pub(super) head: String,
    /// This node's time, for `iat`.
    pub(super) time: String,
}

/// What came of an import.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportAnswer {
    /// Whose record.
    #[schema(value_type = String)]
    pub(super) did: Did,
    /// The newest entry here now.
    pub(super) seq: u64,
    /// The CID of its header.
    pub(super) cid: String,
    /// The newest head.
    pub(super) head: String,
    /// Whether anything new came.
    pub(super) changed: bool,
    /// The last entry of the branch that was set aside, if there was one.
    pub(super) side: Option<String>,
}

/// How a copy is taken in at once.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
pub(super) struct AtOnce {
    /// `backup`.
    #[serde(rename = "as")]
    form: Option<String>,
    /// An invite, where the node takes people in by invitation.
    invite_code: Option<String>,
}

/// Begin to bring a copy.
#[utoipa::path(
    post, path = "/api/imports", tag = "your data", request_body = Begin,
    responses((status = 201, body = Received), (status = 403, description = "This node takes you in by invitation, or nobody"), (status = 507, description = "It would not fit")),
)]
pub(super) async fn begin(
    State(node): State<Node>,
    Extension(care): Extension<Care>,
    _: Attempt,
    Caller(caller): Caller,
    request: Request,
) -> Answer<(StatusCode, Json<Received>)> {
    let wish: Begin = optional_json(&node, request.into_body()).await?;
    let by = admit(
        &node,
        caller.as_ref().map(|session| &session.did),
        wish.invite_code.as_deref(),
    )?;
    let begun = space::need(node.data(), wish.size.unwrap_or(0))
        .and_then(|()| care.arrivals().begin(node.now()));
    let arrival = begun.inspect_err(|_| by.give_back(&node))?;
    Ok((StatusCode::CREATED, Json(received(&care, &arrival, false)?)))
}

/// The invite that let somebody in, to be given back if nothing comes of it.
struct Admitted(Option<String>);

impl Admitted {
    fn give_back(&self, node: &Node) {
        if let Some(code) = &self.0 {
            invites::give_back(node, code);
        }
    }
}

fn admit(node: &Node, caller: Option<&Did>, invite: Option<&str>) -> Result<Admitted, Problem> {
    match (who::may_bring(node, caller)?, invite) {
        (true, _) => Ok(Admitted(None)),
        (false, Some(code)) if node.registration() == imajin_service::Registration::Invite => {
            invites::take(node, code)?;
            Ok(Admitted(Some(code.to_owned())))
        }
        (false, _) => Err(who::not_taken_in(node)),
    }
}

fn received(care: &Care, arrival: &Arrival, checked: bool) -> Result<Received, Problem> {
    Ok(Received {
        id: arrival.upload.id().to_owned(),
        received: arrival.upload.received().map_err(trouble::import)?,
        bytes_max: care.arrivals().bytes_max(),
        checked,
    })
}

/// How much of a copy has arrived.
#[utoipa::path(
    get, path = "/api/imports/{id}", tag = "your data", params(("id" = String, Path)),
    responses((status = 200, body = Received), (status = 404, description = "No such import")),
)]
pub(super) async fn state(
    State(node): State<Node>,
    Extension(care): Extension<Care>,
    Path(id): Path<String>,
) -> Answer<Json<Received>> {
    let arrival = care.arrivals().find(&id, node.now())?;
    let checked = arrival.work().is_ok_and(|work| work.checked.is_some());
    received(&care, &arrival, checked).map(Json)
}

/// Send the next piece of a copy.
///
/// What arrived stays, also when the connection breaks: ask how much, and go on from there.
#[utoipa::path(
    put, path = "/api/imports/{id}", tag = "your data", params(("id" = String, Path), Offset),
    request_body(content = String, content_type = "application/x-tar"),
    responses(
        (status = 200, body = Received), (status = 404, description = "No such import"),
        (status = 409, description = "It goes on elsewhere: `received`"), (status = 413, description = "Too large"), (status = 507, description = "The disk is full; nothing was kept"),
    ),
)]
pub(super) async fn put(
    State(node): State<Node>,
    Extension(care): Extension<Care>,
    Path(id): Path<String>,
    Query(at): Query<Offset>,
    request: Request,
) -> Answer<Json<Received>> {
    let arrival = care.arrivals().find(&id, node.now())?;
    let mut work = arrival.work()?;
    work.checked = None;
    if let Err(problem) = take(&node, &arrival.upload, at.offset, request.into_body()).await {
        if problem.status() == StatusCode::INSUFFICIENT_STORAGE {
            // A disk that is full to the brim serves nobody.
            care.arrivals().remove(&arrival)?;
        }
        return Err(problem);
    }
    received(&care, &arrival, false).map(Json)
}

/// Writes a body to the end of an upload.
pub(super) async fn take(
    node: &Node,
    upload: &Upload,
    offset: u64,
    body: Body,
) -> Result<u64, Problem> {
    let patience = Duration::from_secs(node.limits().body_timeout_s);
    let mut body = body;
    let mut piece = {
        let upload = upload.clone();
        download::blocking(move || upload.append(offset).map_err(trouble::import)).await?
    };
    let mut broken = None;
    loop {
        let frame = match tokio::time::timeout(patience, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(None) => break,
            Ok(Some(Err(error))) => {
                broken = Some(
                    Problem::bad_request(
                        "The body of this request ended too early; what arrived is kept.",
                    )
                    .with_log(error),
                );
                break;
            }
            Err(_) => {
                broken = Some(Problem::bad_request(
                    "Nothing more arrived; what did is kept. Ask how much, and go on from there.",
                ));
                break;
            }
        };
        if let Ok(bytes) = frame.into_data() {
            piece = download::blocking(move || {
                piece.write(&bytes).map_err(trouble::import)?;
                Ok(piece)
            })
            .await?;
        }
    }
    let received = download::blocking(move || piece.finish().map_err(trouble::import)).await?;
    broken.map_or(Ok(received), Err)
}

/// Give an import up.
#[utoipa::path(
    delete, path = "/api/imports/{id}", tag = "your data", params(("id" = String, Path)),
    responses((status = 204, description = "It is gone"), (status = 404, description = "No such import")),
)]
pub(super) async fn remove(
    State(node): State<Node>,
    Extension(care): Extension<Care>,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let arrival = care.arrivals().find(&id, node.now())?;
    let _work = arrival.work()?;
    care.arrivals().remove(&arrival)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Check a copy that has arrived.
///
/// A copy that is not valid is no error of the request: the report says what is wrong with it.
#[utoipa::path(
    post, path = "/api/imports/{id}/check", tag = "your data", params(("id" = String, Path)), request_body = Unlocking,
    responses((status = 200, body = CheckAnswer), (status = 400, description = "It is encrypted, and this does not open it"), (status = 404, description = "No such import")),
)]
pub(super) async fn check(
    State(node): State<Node>,
    Extension(care): Extension<Care>,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Json<CheckAnswer>> {
    let wish: Unlocking = optional_json(&node, request.into_body()).await?;
    let kid = wish
        .kid
        .as_deref()
        .map(|text| {
            Kid::parse(text).map_err(|error| Problem::field("kid", format!("kid: {error}.")))
        })
        .transpose()?;
    let arrival = care.arrivals().find(&id, node.now())?;
    let mut work = arrival.work()?;
    // The folder of an earlier check must go before the next one makes its own.
    work.checked = None;
    let checked = verified(&node, &care, &arrival.upload, wish.passphrase).await;
    let checked = match checked {
        Ok(checked) => checked,
        Err(import::ImportError::Invalid(report)) => {
            let report = serde_json::to_value(&report).map_err(Problem::internal)?;
            return Ok(Json(CheckAnswer {
                report,
                to_sign: None,
            }));
        }
        Err(error) => return Err(trouble::import(error)),
    };
    let report = serde_json::to_value(checked.report()).map_err(Problem::internal)?;
    let to_sign = Some(to_sign(&node, &checked, kid.as_ref()));
    work.checked = Some(checked);
    Ok(Json(CheckAnswer { report, to_sign }))
}

fn to_sign(node: &Node, checked: &Checked, kid: Option<&Kid>) -> HomeToSign {
    let next = checked.next();
    HomeToSign {
        node: node.did().clone(),
        url: node.url().to_owned(),
        epoch: next.epoch,
        seen: json!({ "seq": next.seq, "cid": next.cid.to_string() }),
        after: kid
            .and_then(|kid| checked.after(kid))
            .map(|cid| cid.to_string()),
        chain: next.chain.map(|cid| cid.to_string()),
        head: next.head,
        time: node.now().to_string(),
        did: next.did,
    }
}

/// Verifies an upload in a folder of its own.
async fn verified(
    node: &Node,
    care: &Care,
    upload: &Upload,
    passphrase: Option<String>,
) -> Result<Checked, import::ImportError> {
    let (node, care, upload) = (node.clone(), care.clone(), upload.clone());
    let checking = tokio::task::spawn_blocking(move || {
        let unlock = passphrase.map(Unlock::passphrase);
        let check = Check {
            data: node.data(),
            id: upload.id(),
            ops: care.ops(),
            views: care.views(),
            unlock: unlock.as_ref(),
            limits: TarLimits::default(),
            did: None,
        };
        import::check(upload.path(), &check, &mut |_| {})
    });
    checking
        .await
        .map_err(|error| import::ImportError::Store(error.to_string()))?
}

/// Make this node the home of a copy that has arrived.
///
/// `MJN-Proof` is of `auth.home`, signed by the owner with what the check gave; the body is that of the entry
/// (docs/format.md §14). Where this node does not accept, the answer has `refused`: its signed word that it did not.
#[utoipa::path(
    post, path = "/api/imports/{id}/home", tag = "your data",
    params(("id" = String, Path), ("MJN-Proof" = String, Header, description = "The owner's proof of auth.home")),
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 201, description = "This node is home now", body = ImportAnswer), (status = 200, description = "It was already", body = ImportAnswer),
        (status = 404, description = "No such import"), (status = 409, description = "The record here goes further"), (status = 422, description = "The copy or the home entry is not valid"),
    ),
)]
pub(super) async fn home(
    State(node): State<Node>,
    Extension(care): Extension<Care>,
    Path(id): Path<String>,
    request: Request,
) -> Answer<(StatusCode, Json<ImportAnswer>)> {
    let (parts, body) = request.into_parts();
    let proof = parts
        .headers
        .get(PROOF)
        .and_then(|value| value.to_str().ok());
    let proof = proof.ok_or_else(|| {
        Problem::field(
            "MJN-Proof",
            "A new home needs the owner's proof of auth.home in the header MJN-Proof.",
        )
    })?;
    let proof = Proof::parse(proof)
        .map_err(|error| Problem::field("MJN-Proof", trouble::sentence(&error)))?;
    let body = dag_json(&extract::read_body(body, &node).await?)?;
    if let Some(answer) = entered_before(&node, &proof)? {
        return Ok((StatusCode::OK, Json(answer)));
    }
    let word = HomeWord { proof, body };
    let arrival = match care.arrivals().find(&id, node.now()) {
        Ok(arrival) => arrival,
        Err(problem) => return Err(refused::attach(&node, &word.proof, problem)),
    };
    // Where another request is at it, what comes of that one is not known: no refusal here.
    let mut work = arrival.work()?;
    match enter(&node, &care, &arrival, &mut work, &word).await {
        Ok(answer) => Ok((StatusCode::CREATED, Json(answer))),
        Err(problem) => Err(refused::attach(&node, &word.proof, problem)),
    }
}

async fn enter(
    node: &Node,
    care: &Care,
    arrival: &Arrival,
    work: &mut Work,
    word: &HomeWord,
) -> Result<ImportAnswer, Problem> {
    let checked = match work.checked.take() {
        Some(checked) => checked,
        None => verified(node, care, &arrival.upload, None)
            .await
            .map_err(trouble::import)?,
    };
    let (ledger, word) = (node.clone(), word.clone());
    let imported =
        download::blocking(move || super::ledger::take_home(&ledger, checked, &word)).await?;
    // Who had moved away from here is back.
    care.moves().forget(&imported.did)?;
    care.arrivals().remove(arrival)?;
    Ok(answer(imported))
}

/// The very same proof again, after the answer to the first was lost: the same answer.
pub(super) fn entered_before(node: &Node, proof: &Proof) -> Result<Option<ImportAnswer>, Problem> {
    let did = &proof.payload.did;
    let Some(seen) = proof.payload.seen.filter(|_| proof.payload.op == ops::HOME) else {
        return Ok(None);
    };
    let entries = node.ledger().entries(did, Some(seen.seq), 1)?;
    let Some(entry) = entries.first().filter(|entry| entry.seq == seen.seq + 1) else {
        return Ok(None);
    };
    let header = Header::decode(&entry.header).map_err(Problem::internal)?;
    if header.proof().as_ref() != Some(proof) {
        return Ok(None);
    }
    let (Some(status), Some(head)) = (node.status(did)?, node.ledger().head(did)?) else {
        return Ok(None);
    };
    Ok(Some(ImportAnswer {
        did: did.clone(),
        seq: status.seq,
        cid: status.cid.to_string(),
        head,
        changed: false,
        side: None,
    }))
}

/// Keep a copy that has arrived as a backup: read-only, for its owner.
#[utoipa::path(
    post, path = "/api/imports/{id}/backup", tag = "your data", params(("id" = String, Path)),
    responses(
        (status = 201, body = ImportAnswer), (status = 404, description = "No such import"),
        (status = 409, description = "The record here goes further"), (status = 422, description = "The copy is not valid"),
    ),
)]
pub(super) async fn backup(
    State(node): State<Node>,
    Extension(care): Extension<Care>,
    Path(id): Path<String>,
) -> Answer<(StatusCode, Json<ImportAnswer>)> {
    let arrival = care.arrivals().find(&id, node.now())?;
    let mut work = arrival.work()?;
    let checked = match work.checked.take() {
        Some(checked) => checked,
        None => verified(&node, &care, &arrival.upload, None)
            .await
            .map_err(trouble::import)?,
    };
    let imported = keep(&node, checked).await?;
    care.arrivals().remove(&arrival)?;
    Ok((StatusCode::CREATED, Json(answer(imported))))
}

/// Bring a copy in one request, to be kept as a backup.
#[utoipa::path(
    post, path = "/api/import", tag = "your data", params(AtOnce), request_body(content = String, content_type = "application/x-tar"),
    responses(
        (status = 201, body = ImportAnswer), (status = 403, description = "This node takes you in by invitation, or nobody"),
        (status = 413, description = "Too large"), (status = 422, description = "The copy is not valid"), (status = 507, description = "The disk is full"),
    ),
)]
pub(super) async fn at_once(
    State(node): State<Node>,
    Extension(care): Extension<Care>,
    _: Attempt,
    Caller(caller): Caller,
    Query(how): Query<AtOnce>,
    request: Request,
) -> Answer<(StatusCode, Json<ImportAnswer>)> {
    if how.form.as_deref() != Some("backup") {
        let text = "In one request a copy is taken in as a backup: as=backup. A new home needs what its check gives: see POST /auth/api/imports.";
        return Err(Problem::field("as", text));
    }
    let by = admit(
        &node,
        caller.as_ref().map(|session| &session.did),
        how.invite_code.as_deref(),
    )?;
    let imported = bring(&node, &care, request.into_body()).await;
    let imported = imported.inspect_err(|_| by.give_back(&node))?;
    Ok((StatusCode::CREATED, Json(answer(imported))))
}

async fn bring(node: &Node, care: &Care, body: Body) -> Result<Imported, Problem> {
    let passing = care.arrivals().passing(care.arrivals().bytes_max())?;
    take(node, &passing.0, 0, body).await?;
    let checked = verified(node, care, &passing.0, None)
        .await
        .map_err(trouble::import)?;
    keep(node, checked).await
}

async fn keep(node: &Node, checked: Checked) -> Result<Imported, Problem> {
    let node = node.clone();
    download::blocking(move || super::ledger::take_backup(&node, checked)).await
}

fn answer(imported: Imported) -> ImportAnswer {
    ImportAnswer {
        did: imported.did,
        seq: imported.seq,
        cid: imported.cid.to_string(),
        head: imported.head,
        changed: imported.changed,
        side: imported.side.map(|cid| cid.to_string()),
    }
}

/// JSON that may be left out altogether.
async fn optional_json<T: DeserializeOwned + Default>(
    node: &Node,
    body: Body,
) -> Result<T, Problem> {
    let bytes = extract::read_body(body, node).await?;
    if bytes.is_empty() {
        Ok(T::default())
    } else {
        extract::parse_json(&bytes)
    }
}

/// A body as it travels: strict dag-json (docs/format.md §14).
pub(super) fn dag_json(bytes: &[u8]) -> Result<Value, Problem> {
    let json = jcs::parse_strict(bytes)
        .map_err(|error| Problem::field("body", trouble::sentence(&error)))?;
    cbor::from_dag_json(&json).map_err(|error| Problem::field("body", trouble::sentence(&error)))
}
