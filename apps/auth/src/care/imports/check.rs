//! Checking a copy that has arrived: nothing of it is real yet, whatever is found.
//!
//! Always: in a folder of its own, by the same rules as everywhere; how far it is can be asked meanwhile.

use axum::extract::{Request, State};
use axum::{Extension, Json};
use imajin_ledger::bundle::age::Unlock;
use imajin_ledger::bundle::import::{self, Check, Checked, Upload};
use imajin_ledger::bundle::tar::TarLimits;
use imajin_protocol::{Did, Kid};
use imajin_service::Role;
use imajin_service::blocking;
use imajin_service::extract::Path;
use imajin_service::jobs::Who;
use imajin_service::prefix::Prefix;
use imajin_service::{Answer, Node, Problem};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Object, json};
use utoipa::ToSchema;

use super::super::Care;
use super::super::arrivals::{Arrival, Checking};
use super::super::usb::{OnStick, What};
use super::optional_json;

/// What a check needs to know.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::care) struct Unlocking {
    /// Opens a copy that is encrypted to a passphrase.
    passphrase: Option<String>,
    /// The key that would sign the home entry: `after` is that key's.
    kid: Option<String>,
}

/// What a check found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::care) struct CheckAnswer {
    /// The whole report.
    #[schema(value_type = Object)]
    report: Object,
    /// For a valid copy: what the owner signs to make this node its home.
    to_sign: Option<HomeToSign>,
}

/// What stands in the proof and the body of `auth.home`.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::care) struct HomeToSign {
    /// Whose record.
    #[schema(value_type = String)]
    pub(in crate::care) did: Did,
    /// The new home: `aud`, and `node` in the body.
    #[schema(value_type = String)]
    pub(in crate::care) node: Did,
    /// Its address: `url` in the body.
    pub(in crate::care) url: String,
    /// `epoch` in the body.
    pub(in crate::care) epoch: u64,
    /// The newest entry.
    #[schema(value_type = Object)]
    pub(in crate::care) seen: Object,
    /// The last proof of the key `kid`, if one was named and signed before.
    pub(in crate::care) after: Option<String>,
    /// The newest identity operation.
    pub(in crate::care) chain: Option<String>,
    /// The newest head.
    pub(in crate::care) head: String,
    /// This node's time, for `iat`.
    pub(in crate::care) time: String,
}

/// Check a copy that has arrived.
///
/// A copy that is not valid is no error of the request: the report says what is wrong with it, and the import is given up.
#[utoipa::path(
    post, path = "/api/imports/{id}/check", tag = "your data", params(("id" = String, Path)), request_body = Unlocking,
    responses((status = 200, body = CheckAnswer), (status = 400, description = "It is encrypted, and this does not open it"), (status = 404, description = "No such import")),
)]
pub(in crate::care) async fn check(
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
    let checked = verified(
        &node,
        &care,
        arrival.who(),
        &arrival.upload,
        arrival.on_stick.as_ref(),
        &arrival.checking,
        wish.passphrase,
    )
    .await;
    let checked = match checked {
        Ok(checked) => checked,
        Err(import::ImportError::Invalid(report)) if !arrival.is_pulled() => {
            // What is not valid will not become so: its place and its bytes are free at once.
            care.arrivals().remove(&arrival)?;
            let report = serde_json::to_value(&report).map_err(Problem::internal)?;
            return Ok(Json(CheckAnswer {
                report,
                to_sign: None,
            }));
        }
        Err(error) => return Err(arrival.trouble(error)),
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

/// Verifies an arrival, whose copy is not encrypted or was checked before.
pub(super) async fn verified_of(
    node: &Node,
    care: &Care,
    arrival: &Arrival,
    passphrase: Option<String>,
) -> Result<Checked, Problem> {
    let (upload, on_stick) = (&arrival.upload, arrival.on_stick.as_ref());
    let checked = verified(
        node,
        care,
        arrival.who(),
        upload,
        on_stick,
        &arrival.checking,
        passphrase,
    )
    .await;
    if matches!(checked, Err(import::ImportError::Invalid(_))) && !arrival.is_pulled() {
        care.arrivals().remove(arrival)?;
    }
    checked.map_err(|error| arrival.trouble(error))
}

/// Verifies an upload, or a copy on a stick, in a folder of its own.
pub(super) async fn verified(
    node: &Node,
    care: &Care,
    (who, role): (Option<Who>, Role),
    upload: &Upload,
    on_stick: Option<&OnStick>,
    checking: &Checking,
    passphrase: Option<String>,
) -> Result<Checked, import::ImportError> {
    let source = on_stick.map_or(upload.path(), |copy| &copy.path).to_owned();
    // Announced, and nothing of it has arrived: there is no file yet.
    if !source.exists() {
        return Err(import::ImportError::NotABundle);
    }
    // Nobody knows who sent what an earlier run left: such copies have a queue of their own.
    let who = who.unwrap_or(Who::Address(Prefix::of([0, 0, 0, 0].into())));
    let turn = node.jobs().turn_soon(who, role).await;
    let _turn = turn.map_err(|_| import::ImportError::Busy)?;
    let busy = on_stick.map(|copy| care.usb().begin(&copy.stick.name, What::Import, copy.bytes));
    let (node, care, upload) = (node.clone(), care.clone(), upload.clone());
    let checking = checking.clone();
    let running = blocking::long(move || {
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
        checking.begin();
        let checked = import::check(&source, &check, &mut |bytes| {
            checking.pass(bytes);
            busy.iter().for_each(|busy| busy.pass(bytes));
        });
        checking.end();
        checked
    });
    running
        .await
        .map_err(|problem| import::ImportError::Store(problem.to_string()))?
}
