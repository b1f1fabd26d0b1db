//! Checks a copy that has arrived; nothing of it is imported.
//!
//! Always: in its own folder, by the same rules as everywhere; the progress can be read meanwhile.

use axum::extract::{Request, State};
use axum::{Extension, Json};
use imajin_app::extract::Path;
use imajin_app::{Answer, Node, Problem, StickTask, blocking};
use imajin_bundle::import::{self, Check, VerifiedBundle};
use imajin_host::jobs::JobOwner;
use imajin_host::prefix::Prefix;
use imajin_host::prelude::*;
use imajin_log::format::age::Unlock;
use imajin_log::format::tar::TarLimits;
use imajin_log::verify::Report;
use imajin_protocol::{Did, Kid};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Object, json};
use utoipa::ToSchema;

use super::super::Shared;
use super::super::import_jobs::{ImportJob, Work};
use super::optional_json;
use super::presence::{Bringer, Presence};

/// The secrets that a check needs.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Unlocking {
    /// Opens a copy that is encrypted to a passphrase.
    passphrase: Option<String>,
    /// The key that would sign the home entry: `after` is that key's.
    kid: Option<String>,
    /// For a copy on a stick that is read without a session of its person or the node's owner: the answer to the
    /// challenge of the refusal.
    presence: Option<Presence>,
}

/// The findings of a check.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckAnswer {
    /// The whole report.
    #[schema(value_type = Object)]
    report: Object,
    /// For a valid copy: what the owner signs to make this node its home.
    to_sign: Option<HomeToSign>,
}

/// The content of the proof and of the body of `auth.home`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HomeToSign {
    /// The DID of the record.
    #[schema(value_type = String)]
    pub(crate) did: Did,
    /// The new home: `aud`, and `node` in the body.
    #[schema(value_type = String)]
    pub(crate) node: Did,
    /// Its address: `url` in the body.
    pub(crate) url: String,
    /// `epoch` in the body.
    pub(crate) epoch: u64,
    /// The newest entry.
    #[schema(value_type = Object)]
    pub(crate) seen: Object,
    /// The last proof of the key `kid`, if one was named and signed before.
    pub(crate) after: Option<String>,
    /// The newest identity operation.
    pub(crate) chain: Option<String>,
    /// The newest head.
    pub(crate) head: String,
    /// This node's time, for `iat`.
    pub(crate) time: String,
}

/// Check a copy that has arrived.
///
/// An invalid copy is not an error of the request: the report says what is wrong with it, and the import ends.
#[utoipa::path(
    post, path = "/api/imports/{id}/check", tag = "your data", params(("id" = String, Path)), request_body = Unlocking,
    responses(
        (status = 200, body = CheckAnswer), (status = 400, description = "It is encrypted, and this does not open it"),
        (status = 401, description = "Somebody else's copy on a stick: `challengeId` and `challenge` are to be answered with `presence`"),
        (status = 404, description = "No such import"), (status = 409, description = "The upload broke off at `received`: send the rest"),
    ),
)]
pub(crate) async fn check(
    State(node): State<Node>,
    Extension(shared): Extension<Shared>,
    bringer: Bringer,
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
    let arrival = shared.import_jobs.find(&id, node.now())?;
    let mut work = arrival.work()?;
    let bringer = bringer.add_presence(wish.presence);
    bringer.require_some(&node, &arrival)?;
    // The folder of an earlier check must go before the next one makes its own.
    work.checked = None;
    let checked = verified(&node, &shared, &arrival, wish.passphrase).await;
    let checked = match checked {
        Ok(checked) => checked,
        Err(import::ImportError::Invalid(report)) if !arrival.is_pulled() => {
            // An invalid copy stays invalid: its slot and its bytes are freed at once.
            shared.import_jobs.remove(&node, &arrival)?;
            let is_open = match arrival.claimed() {
                Some(did) => bringer.is_signed_in_for(&node, did)?,
                None => true,
            };
            let report = if is_open { *report } else { fault_alone(*report) };
            let report = serde_json::to_value(&report).map_err(Problem::internal)?;
            return Ok(Json(CheckAnswer { report, to_sign: None }));
        }
        Err(error) => return Err(arrival.problem(error)),
    };
    // A client that uploaded the copy has it already.
    if arrival.on_stick.is_some() {
        bringer.require(&node, &checked)?;
    }
    let report = serde_json::to_value(checked.report()).map_err(Problem::internal)?;
    let to_sign = Some(to_sign(&node, &checked, kid.as_ref()));
    work.checked = Some(checked);
    Ok(Json(CheckAnswer { report, to_sign }))
}

/// Returns what is wrong with a copy and nothing of what it holds: no key in an invalid chain shows whose it is.
fn fault_alone(report: Report) -> Report {
    Report { fault: report.fault, ..Report::default() }
}

fn to_sign(node: &Node, checked: &VerifiedBundle, kid: Option<&Kid>) -> HomeToSign {
    let next = checked.next();
    HomeToSign {
        node: node.did().clone(),
        url: node.url().to_owned(),
        epoch: next.epoch,
        seen: json!({ "seq": next.seq, "cid": next.cid.to_string() }),
        after: kid.and_then(|kid| checked.after(kid)).map(|cid| cid.to_string()),
        chain: next.chain.map(|cid| cid.to_string()),
        head: next.head,
        time: node.now().to_string(),
        did: next.did,
    }
}

/// Takes the copy of an arrival that was checked before, or else verifies one that is not encrypted.
pub(super) async fn verified_of(
    node: &Node,
    shared: &Shared,
    arrival: &ImportJob,
    work: &mut Work,
) -> Result<VerifiedBundle, Problem> {
    if let Some(checked) = work.checked.take() {
        return Ok(checked);
    }
    let checked = verified(node, shared, arrival, None).await;
    if matches!(checked, Err(import::ImportError::Invalid(_))) && !arrival.is_pulled() {
        shared.import_jobs.remove(node, arrival)?;
    }
    checked.map_err(|error| match error {
        import::ImportError::Invalid(report) if arrival.on_stick.is_some() => {
            let report = Box::new(fault_alone(*report));
            arrival.problem(import::ImportError::Invalid(report))
        }
        error => arrival.problem(error),
    })
}

/// Verifies an arrival, uploaded or on a stick, in its own folder.
pub(super) async fn verified(
    node: &Node,
    shared: &Shared,
    arrival: &ImportJob,
    passphrase: Option<String>,
) -> Result<VerifiedBundle, import::ImportError> {
    let (upload, on_stick) = (&arrival.upload, arrival.on_stick.as_ref());
    let source = on_stick.map_or(upload.path(), |copy| &copy.path).to_owned();
    if on_stick.is_none() {
        upload.check_complete()?;
    }
    // An announced import without any bytes has no file yet.
    if !source.exists() {
        return Err(import::ImportError::NotABundle);
    }
    // The sender of an import that an earlier run left is unknown: such imports have their own queue.
    let nowhere = JobOwner::Address(Prefix::from_address([0, 0, 0, 0].into()));
    let who = arrival.who.clone().unwrap_or(nowhere);
    let turn = node.jobs().turn_soon(who, arrival.role).await;
    let turn = turn.map_err(|_| import::ImportError::Busy)?;
    let busy = on_stick.map(|copy| {
        let users = &shared.usb.users;
        users.begin(&copy.stick.name, StickTask::Import, copy.bytes)
    });
    let (node, shared, upload) = (node.clone(), shared.clone(), upload.clone());
    let checking = arrival.checking.clone();
    let running = blocking::long(move || {
        let _turn = turn;
        let unlock = passphrase.map(Unlock::passphrase);
        let check = Check {
            data: node.data(),
            id: upload.id(),
            ops: &shared.ops,
            views: &shared.views,
            unlock: unlock.as_ref(),
            limits: TarLimits::default(),
            did: None,
        };
        let mut done = 0;
        *checking.lock() = Some(done);
        let checked = import::check(&source, &check, &mut |bytes| {
            done += bytes;
            *checking.lock() = Some(done);
            busy.iter().for_each(|busy| busy.pass(bytes));
        });
        *checking.lock() = None;
        checked
    });
    running.await.map_err(|problem| import::ImportError::Store(problem.to_string()))?
}
