//! Deleting everything, in two steps: what goes and what stays, then the owner's signature under exactly those numbers.
//!
//! Always: what was signed is what is there: if the numbers changed in between, the owner looks again. What a deletion
//! enters is decided in `decide`; what it leaves beside the log goes in `erase`.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_dfos::Value;
use imajin_ledger::{LogStatus, Receipt, ops};
use imajin_protocol::{Did, Proof};
use imajin_service::extract::{self, Authed, Caller, Query};
use imajin_service::{Answer, Node, Problem, Session, Wish};
use serde::Serialize;
use serde_json::Value as Object;
use utoipa::ToSchema;

use super::count::{self, Counts, Whose};
use super::imports::enter;
use super::{download, erase, receipt, trouble, who};

/// How often a deletion is listed anew when something else was entered meanwhile.
const ATTEMPTS: usize = 3;

/// Something that goes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Go {
    /// The service that holds it.
    service: String,
    /// What.
    kind: String,
    /// How many.
    number: u64,
    /// The same for people.
    #[schema(example = "47 assets")]
    what: String,
}

/// Something that stays, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Stay {
    /// The service that holds it.
    pub(super) service: String,
    /// What.
    pub(super) kind: String,
    /// How many.
    pub(super) number: u64,
    /// The same for people.
    #[schema(example = "3 followers")]
    pub(super) what: String,
    /// Why.
    pub(super) why: String,
}

/// What a deletion would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plan {
    /// Whose.
    #[schema(value_type = String)]
    did: Did,
    /// Numbers by service and kind: what is signed.
    counts: Counts,
    /// The same for people.
    text: String,
    /// What is erased.
    goes: Vec<Go>,
    /// What stays, and why.
    stays: Vec<Stay>,
    /// Copies that this node cannot erase.
    out_of_reach: Vec<String>,
    /// The body of `auth.delete`, without the salt that whoever signs adds.
    #[schema(value_type = Object)]
    body: Object,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deleted {
    /// The receipt: a JWS of type `mjn:receipt`, signed by this node.
    receipt: String,
    /// What it says.
    #[schema(value_type = Object)]
    says: Object,
}

/// What deleting everything would erase, and what would stay and why.
#[utoipa::path(
    get, path = "/api/delete", tag = "your data", params(Whose),
    responses((status = 200, body = Plan), (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's data"), (status = 410, description = "It is deleted already")),
)]
pub(super) async fn plan(
    State(node): State<Node>,
    asks: Authed,
    Query(whose): Query<Whose>,
) -> Answer<Json<Plan>> {
    let did = who::own(&node, &asks, whose.did.as_deref())?;
    match node.status(&did)? {
        None => return Err(Problem::not_found("There is no record of yours here.")),
        Some(status) if status.deleted => {
            return Err(Problem::gone("Your record is deleted already."));
        }
        Some(_) => {}
    }
    plan_of(&node, &did).map(Json)
}

fn plan_of(node: &Node, did: &Did) -> Result<Plan, Problem> {
    let all = count::of(node, did)?;
    let counts = count::table(&all);
    let mut goes = Vec::new();
    for service in node.services().iter() {
        let plan = node.read(service.name(), |db| service.delete(db, did))?;
        goes.extend(
            plan.goes
                .into_iter()
                .filter(|count| count.number > 0)
                .map(|count| Go {
                    service: service.name().to_owned(),
                    what: count.to_string(),
                    kind: count.kind,
                    number: count.number,
                }),
        );
    }
    Ok(Plan {
        text: count::sentence(all.iter().flat_map(|(_, counts)| counts)),
        body: serde_json::json!({ "counts": counts }),
        counts,
        goes,
        stays: stays(node, did)?,
        out_of_reach: out_of_reach(),
        did: did.clone(),
    })
}

/// What stays of somebody: what each service says, and the headers of the log itself.
pub(super) fn stays(node: &Node, did: &Did) -> Result<Vec<Stay>, Problem> {
    let mut stays = Vec::new();
    for service in node.services().iter() {
        let plan = node.read(service.name(), |db| service.delete(db, did))?;
        stays.extend(plan.stays.into_iter().map(|stay| Stay {
            service: service.name().to_owned(),
            what: if stay.number > 0 {
                format!("{} {}", stay.number, stay.kind)
            } else {
                stay.kind.clone()
            },
            kind: stay.kind,
            number: stay.number,
            why: stay.why,
        }));
    }
    let entries = node.status(did)?.map_or(0, |status| status.seq + 1);
    stays.push(Stay {
        service: crate::NAME.to_owned(),
        kind: "entries without their words".to_owned(),
        number: entries,
        what: format!("{entries} entries without their words"),
        why: "When something was entered and by whom stays, so that others can check what they hold of you; what you wrote does not".to_owned(),
    });
    Ok(stays)
}

/// What no node can erase.
pub(super) fn out_of_reach() -> Vec<String> {
    [
        "Copies that you or others took away: bundles, sticks, backups of this node.",
        "Copies that other nodes keep of your record, until they learn of this deletion.",
        "What others wrote or photographed themselves.",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Delete everything, and get the receipt.
///
/// `MJN-Proof` is of `auth.delete`; the body is the plan's `body` with a salt. The same proof again gets the same receipt.
#[utoipa::path(
    post, path = "/api/delete", tag = "your data",
    params(("MJN-Proof" = Option<String>, Header, description = "The owner's proof of auth.delete; without one, a session of somebody who has no chain")),
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 201, description = "Erased", body = Deleted), (status = 200, description = "It was already", body = Deleted),
        (status = 401, description = "The proof does not hold"), (status = 403, description = "It must be signed"),
        (status = 409, description = "The numbers changed: `plan` as it is now"), (status = 410, description = "It was deleted before, by another proof"),
    ),
)]
pub(super) async fn delete(
    State(node): State<Node>,
    Caller(caller): Caller,
    request: Request,
) -> Answer<(StatusCode, Json<Deleted>)> {
    let (parts, body) = request.into_parts();
    let body = enter::dag_json(&extract::read_body(body, &node).await?)?;
    let did = subject(&parts.headers, caller.as_ref())?;
    let status = node
        .status(&did)?
        .ok_or_else(|| Problem::not_found("There is no record of yours here."))?;
    if !status.deleted {
        confirm(&node, &did, &body)?;
    }
    let asked = Asked {
        node,
        caller,
        parts,
        body,
        status,
    };
    // Runs to its end also when whoever asked goes away.
    let work = tokio::spawn(async move { asked.run().await });
    work.await.map_err(Problem::internal)?
}

/// A deletion that its owner asked for.
struct Asked {
    node: Node,
    caller: Option<Session>,
    parts: Parts,
    body: Value,
    /// Before it.
    status: LogStatus,
}

impl Asked {
    async fn run(self) -> Result<(StatusCode, Json<Deleted>), Problem> {
        let (node, did) = (self.node.clone(), self.status.did.clone());
        let stays = stays(&node, &did)?;
        let _in_hand = erase::InHand::new(&node, &did);
        let entered = self.enter().await?;
        node.sessions().end_all(&did)?;
        let token = download::blocking(move || erase::finish(&node, &did, stays)).await?;
        let code = if entered.repeated {
            StatusCode::OK
        } else {
            StatusCode::CREATED
        };
        let says = receipt::says(&token).unwrap_or_default();
        Ok((
            code,
            Json(Deleted {
                receipt: token,
                says,
            }),
        ))
    }

    /// Where something was entered while the bodies were listed, they are listed anew: the owner's own key signed
    /// nothing meanwhile, or its proof would be the one that does not fit.
    async fn enter(&self) -> Result<Receipt, Problem> {
        let did = &self.status.did;
        for attempt in 1.. {
            let wish = Wish::new(did.clone(), ops::DELETE).body(self.body.clone());
            match self
                .node
                .perform(&self.parts, self.caller.as_ref(), wish)
                .await
            {
                Err(problem)
                    if problem.status() == StatusCode::CONFLICT
                        && attempt < ATTEMPTS
                        && self
                            .node
                            .status(did)?
                            .is_some_and(|now| now.seq != self.status.seq) => {}
                Err(_) if self.status.deleted => {
                    return Err(Problem::gone("Your record was deleted before."));
                }
                other => return other,
            }
        }
        Err(Problem::conflict(
            "Too much was written meanwhile: try again.",
        ))
    }
}

/// Whose record goes: the one that the proof names, else the one who asks.
fn subject(headers: &axum::http::HeaderMap, caller: Option<&Session>) -> Result<Did, Problem> {
    if let Some(proof) = headers
        .get("mjn-proof")
        .and_then(|value| value.to_str().ok())
    {
        let proof = Proof::parse(proof)
            .map_err(|error| Problem::field("MJN-Proof", trouble::sentence(&error)))?;
        return Ok(proof.payload.did);
    }
    let session = caller.ok_or_else(|| {
        Problem::unauthorized(
            "Deleting takes your signature: send the proof of auth.delete in the header MJN-Proof.",
        )
    })?;
    Ok(session.did.clone())
}

/// Whether the numbers that were signed are those that are here.
fn confirm(node: &Node, did: &Did, body: &Value) -> Result<(), Problem> {
    let signed = body.get("counts").map(erase::counts).ok_or_else(|| {
        Problem::field(
            "counts",
            "The body must have the counts of the plan: see GET /auth/api/delete.",
        )
    })?;
    let plan = plan_of(node, did)?;
    if signed == plan.counts {
        return Ok(());
    }
    let plan = serde_json::to_value(&plan).map_err(Problem::internal)?;
    Err(Problem::conflict(
        "What is here changed since you looked: look again, and sign what it is now.",
    )
    .slug("counts")
    .with("plan", plan))
}
