//! The only door for writes: `POST /<service>/api/commands/{op}` (docs/exchanges.md), and the typed helpers that REST
//! routes use.
//!
//! Always: the submitted command is what was signed, byte for byte, or what a session asked for; a session never does
//! what needs a key. On the hot path: no blocking pool, no JSON tree of the proof, one signature check (the ledger's,
//! in this task). The writer's batches count a request from its arrival to its answer.

mod answer;
mod request;
mod submit;
mod vital;

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use imajin_app::capabilities::HearsEntries;
use imajin_app::command_request::proof;
use imajin_app::extract::{self, Path};
use imajin_app::routing::{OpenApiRouter, routes};
use imajin_app::{
    Answer, Authority, CommandOutcome, CommandRequest, Node, Peer, Problem, Service, Session,
    blocking,
};
use imajin_dfos::Value;
use imajin_ledger::{Command, CommandWill, Prepared, Receipt, RefusalKind, SubmitError};
use imajin_log::{OpSpec, RequiredAuthority, ops};
use imajin_protocol::{Did, Kid, Proof, naming};
use serde_json::Value as Json;

use crate::admission::{Reservation, admit, writers};
use crate::budget::Spend;
use crate::config::Registration;
use crate::prelude::*;
use crate::random;

pub use answer::{CommandAnswer, EntryAnswer};
pub use submit::Submit;

/// The header that carries a claim code.
const CLAIM: &str = "x-imajin-claim";
/// The header that names whom a delegate acts for.
const ACTING_FOR: &str = "x-acting-for";

#[derive(Clone)]
struct Door {
    node: Node,
    service: &'static str,
}

/// The door for commands of a service.
pub fn routes(node: &Node, service: &'static str) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(command)).with_state(Door { node: node.clone(), service })
}

/// Enter a signed command, or ask for one with a session.
///
/// With `MJN-Proof` the body is what was signed, its salt included. Without, the session's owner asks and the node
/// vouches (`custodial`): then `ref` and `fact` are in the query, and the node makes the salt.
#[utoipa::path(
    post, path = "/api/commands/{op}", tag = "commands",
    params(
        ("op" = String, Path, description = "The operation, `<service>.<verb>…`"),
        ("MJN-Proof" = Option<String>, Header, description = "The proof of will, a compact JWS"),
        ("X-Acting-For" = Option<String>, Header, description = "The DID that a delegate signs for"),
        ("did" = Option<String>, Query, description = "Without a proof: whose log, if not the session's"),
        ("ref" = Option<String>, Query, description = "Without a proof: what it is about"),
        ("fact" = Option<String>, Query, description = "Without a proof: a JSON object"),
    ),
    request_body(content = Object, content_type = "application/json", description = "The body as dag-json; nothing where the operation has none"),
    responses(
        (status = 201, description = "Entered and durable", body = CommandAnswer),
        (status = 200, description = "This very proof was entered before", body = CommandAnswer),
        (status = 400, description = "Not a command"), (status = 401, description = "The proof or the session does not hold"),
        (status = 403, description = "Not allowed, or only with a signature"),
        (status = 409, description = "The proof follows another than the last: `after` and `head` as they are now"),
        (status = 503, description = "Not now, or the outcome is unknown"), (status = 507, description = "The disk is full"),
    ),
)]
async fn command(State(door): State<Door>, Path(op): Path<String>, request: Request) -> Response {
    let in_flight = door.node.ledger().in_flight();
    let begun = door.node.monotonic();
    let answer = match door.run(&op, request).await {
        Ok(receipt) => answer::answer(&door.node, &receipt),
        Err(problem) => problem.into_response(),
    };
    door.node.metrics().command(door.node.monotonic().saturating_sub(begun));
    drop(in_flight);
    answer
}

impl Door {
    async fn run(&self, op: &str, mut request: Request) -> Answer<Receipt> {
        let spec = self.spec(op)?;
        let query = extract::query_pairs(&mut request).await?;
        let (parts, body) = request.into_parts();
        let body = extract::read_body(body, &self.node).await?;
        let command = match proof(&parts.headers)? {
            Some(proof) => {
                let body = request::signed_body(&proof, &body)?;
                signed(&self.node, &parts, spec, proof, body)?
            }
            None => {
                let session = request::session(&parts, &self.node)?;
                let wish = request::wish(&self.node, spec, &session, &query, &body)?;
                custodial(&self.node, &session, spec, wish)?
            }
        };
        run(&self.node, &parts, command).await
    }

    fn spec(&self, op: &str) -> Answer<&'static OpSpec> {
        if !naming::is_op_of(self.service, op) {
            return Err(Problem::not_found(format!("{op:?} is no operation of {}.", self.service)));
        }
        spec(&self.node, op)
    }
}

fn spec(node: &Node, op: &str) -> Answer<&'static OpSpec> {
    let spec = node
        .ops()
        .get(op)
        .ok_or_else(|| Problem::not_found(format!("This node knows no operation {op:?}.")))?;
    match spec.by {
        RequiredAuthority::Derived => Err(Problem::forbidden(format!(
            "{op} only follows from other operations: it can't be requested."
        ))
        .slug("not-willed")),
        RequiredAuthority::Node => {
            Err(Problem::forbidden(format!("Only the node itself enters {op}.")).slug("not-willed"))
        }
        _ => Ok(spec),
    }
}

/// A command that a proof wills. The body was found to be the one that the proof names.
fn signed(
    node: &Node,
    parts: &Parts,
    spec: &'static OpSpec,
    proof: Proof,
    body: Option<Value>,
) -> Answer<Command> {
    let payload = &proof.payload;
    if payload.op != spec.op {
        return Err(Problem::field(
            "MJN-Proof",
            format!("The proof wills {}, and this address takes {}.", payload.op, spec.op),
        ));
    }
    if let Some(owner) = parts.headers.get(ACTING_FOR) {
        let owner = owner.to_str().ok().and_then(|text| Did::parse(text).ok());
        if owner.as_ref() != Some(&payload.did) && owner.as_ref() != Some(proof.kid.did()) {
            return Err(Problem::field(
                "X-Acting-For",
                "X-Acting-For must name the DID that the proof acts for.",
            ));
        }
    }
    submit::willed(node, proof, body)
}

/// A command that a session asks for.
fn custodial(
    node: &Node,
    session: &Session,
    spec: &'static OpSpec,
    wish: CommandRequest,
) -> Answer<Command> {
    let will = CommandWill::Custodial { author: session.did.clone(), via: session.via() };
    writers::check(spec, &wish.did, &will)?;
    if matches!(
        spec.by,
        RequiredAuthority::Controller
            | RequiredAuthority::OwnKey
            | RequiredAuthority::CustodialAtStart
    ) && node.status(&wish.did)?.is_some_and(|status| status.chain.is_some())
    {
        return Err(request::needs_signature(spec.op));
    }
    Ok(Command {
        did: wish.did,
        service: naming::service_of(spec.op).to_owned(),
        op: spec.op.to_owned(),
        reference: wish.reference,
        body: wish.body,
        fact: wish.fact,
        now: node.now(),
        fresh: random::bytes()?,
        args: wish.args,
        will,
        prepared: wish.prepared,
    })
}

/// Runs the service's `before_submit`, submits, and runs its `after_commit`. Every command takes this way, whether a key
/// signed it (the node's own and those that it keeps included) or a session asked for it. The outer `Err` is the service's
/// refusal, the inner result the writer's answer.
async fn enter(
    node: &Node,
    headers: &HeaderMap,
    mut command: Command,
) -> Answer<Result<Receipt, SubmitError>> {
    let followup = match prepare(node, headers, &mut command)? {
        Ok(followup) => followup,
        Err(full) => return Ok(Err(full)),
    };
    let outcome = node.ledger().submit(command).await;
    if let Some(followup) = followup {
        followup.run(node, outcome.as_ref());
    }
    Ok(outcome)
}

/// The part of [`enter`] before the writer; `None` where no service of this node knows the command.
fn prepare(
    node: &Node,
    headers: &HeaderMap,
    command: &mut Command,
) -> Answer<Result<Option<Followup>, SubmitError>> {
    if let Some(spec) = node.ops().get(&command.op) {
        writers::check(spec, &command.did, &command.will)?;
    }
    // Checked before a service does any work for the command.
    if let Err(full) = vital::has_room_for(node, command) {
        return Ok(Err(full));
    }
    let Some(service) = node.services().get(&command.service).cloned() else {
        return Ok(Ok(None));
    };
    service.before_submit(node, headers, command)?;
    Ok(Ok(Some(Followup {
        service,
        did: command.did.clone(),
        op: command.op.clone(),
        args: command.args.clone(),
        prepared: command.prepared.clone(),
    })))
}

/// Work of the services that follows the writer's answer to a command.
struct Followup {
    service: Arc<dyn Service>,
    did: Did,
    op: String,
    args: Json,
    prepared: Prepared,
}

impl Followup {
    fn run(&self, node: &Node, outcome: Result<&Receipt, &SubmitError>) {
        self.service.after_commit(
            node,
            &CommandOutcome {
                did: &self.did,
                op: &self.op,
                args: &self.args,
                prepared: &self.prepared,
                outcome,
            },
        );
        if let Some(receipt) = outcome.ok().filter(|receipt| !receipt.repeated) {
            for (_, hears) in node.services().offers().all::<dyn HearsEntries>() {
                hears.heard(node, receipt);
            }
        }
    }
}

/// Runs what a request asks for, within the rate of its caller. All but the waiting is in functions that are not async: each
/// crate with such requests has a copy of the code of this future.
async fn run(node: &Node, parts: &Parts, command: Command) -> Answer<Receipt> {
    let charge = Charge::reserve(node, parts, &command)?;
    let did = command.did.clone();
    let proof = match &command.will {
        CommandWill::Signed(proof) => Some(Arc::clone(proof)),
        _ => None,
    };
    match enter(node, &parts.headers, command).await? {
        Ok(receipt) => {
            charge.keep(node, &receipt);
            Ok(receipt)
        }
        Err(error) => Err(refusal(node, parts, &did, proof.as_ref(), error).await),
    }
}

/// Shares of its caller's allowances and rates that a command takes. Dropped, they give back what they reserved.
struct Charge<'a> {
    author: Option<Did>,
    taken: Option<Reservation<'a>>,
    /// The address that an uninvited newcomer comes from.
    from: Option<IpAddr>,
}

impl<'a> Charge<'a> {
    fn reserve(node: &'a Node, parts: &Parts, command: &Command) -> Answer<Self> {
        let author = match &command.will {
            CommandWill::Signed(proof) => Some(proof.kid.did().clone()),
            CommandWill::Custodial { author, .. } => Some(author.clone()),
            CommandWill::Node => None,
        };
        let peer = parts.extensions.get::<Peer>();
        let taken = match &command.will {
            // A delegate's proof names no chain: it asks as the one that it acts for.
            CommandWill::Signed(proof) if proof.payload.chain.is_none() => {
                Some(admit(node, &proof.payload.did, command, peer)?)
            }
            _ => author.as_ref().map(|author| admit(node, author, command, peer)).transpose()?,
        };
        if let Some(author) = &author {
            // Looked at before, taken after, so that a caller who cannot sign for a person cannot use up that person's
            // rate.
            node.rates().did.look(author, node.monotonic()).map_err(|seconds| {
                node.metrics().limited.inc();
                Problem::too_many(seconds)
            })?;
        }
        let from = begins(node, parts, command)?;
        if let Some(from) = from {
            node.may_spend(Spend::Registration, from)?;
        }
        Ok(Self { author, taken, from })
    }

    fn keep(self, node: &Node, receipt: &Receipt) {
        if let Some(author) = &self.author {
            let _ = node.rates().did.take(author, node.monotonic());
        }
        if let Some(taken) = self.taken {
            taken.keep(receipt);
        }
        if let Some(from) = self.from {
            let _ = node.spend(Spend::Registration, from);
        }
    }
}

/// The caller's problem with what the writer refused.
fn refusal<'a>(
    node: &'a Node,
    parts: &'a Parts,
    did: &'a Did,
    proof: Option<&'a Arc<Proof>>,
    error: SubmitError,
) -> Pin<Box<dyn Future<Output = Problem> + Send + 'a>> {
    Box::pin(async move {
        let error = match proof {
            Some(proof) => match outdated(node, proof, error).await {
                Ok(error) => error,
                Err(problem) => return problem,
            },
            None => error,
        };
        let kid = proof.map(|proof| &proof.kid);
        explain(node, parts, did, kid, error)
    })
}

/// Whether a proof that doesn't fit the log fits a newer one. Then the node has an old copy and stops writing to it.
async fn outdated(node: &Node, proof: &Arc<Proof>, error: SubmitError) -> Answer<SubmitError> {
    let is_order =
        matches!(&error, SubmitError::Refused(refusal) if refusal.kind == RefusalKind::Conflict);
    if !is_order || proof.payload.seen.is_none() {
        return Ok(error);
    }
    let (ledger, shown) = (node.ledger().clone(), Arc::clone(proof));
    let learned = blocking::vital(move || ledger.learn_seen(&shown)).await?;
    let did = &proof.payload.did;
    match (learned, node.status(did)?) {
        (Ok(true), Some(status)) => {
            let reason = status.read_only.unwrap_or_default();
            node.alarms().look_again();
            tracing::error!(%did, "a record here is older than what its owner has seen: nothing is written to it any more");
            Ok(SubmitError::ReadOnly { did: did.clone(), reason, newer: status.newer })
        }
        _ => Ok(error),
    }
}

/// The address that an uninvited newcomer comes from, which counts against the day's budget. A bearer of the claim code
/// is not a stranger, and a wrong code is refused.
fn begins(node: &Node, parts: &Parts, command: &Command) -> Answer<Option<IpAddr>> {
    let is_new = command.op == ops::IDENTITY_CREATE
        && node.registration() == Registration::Open
        && !parts.headers.contains_key(CLAIM)
        && node.status(&command.did)?.is_none();
    let peer = parts.extensions.get::<Peer>().filter(|_| is_new);
    Ok(peer.map(|peer| peer.address))
}

/// Adds helpful facts to the error: the record's new home, or the entry that a proof should have followed
/// (docs/exchanges.md).
fn explain(
    node: &Node,
    parts: &Parts,
    did: &Did,
    kid: Option<&Kid>,
    error: SubmitError,
) -> Problem {
    if let SubmitError::ReadOnly { did, .. } = &error
        && let Some(authority) = node.get::<dyn Authority>()
        && let Some(url) = authority.new_home(did)
    {
        return Problem::moved(format!("{url}{}", target(parts)));
    }
    let is_order = matches!(&error, SubmitError::Refused(refusal) if refusal.kind == RefusalKind::Conflict && refusal.extra.is_none());
    let mut problem = Problem::from(error);
    if let (true, Some(kid)) = (is_order, kid) {
        if let Ok(after) = node.ledger().after(did, &kid.to_string()) {
            problem = problem.with_member("after", after.map(|cid| cid.to_string()));
        }
        if let Ok(Some(status)) = node.ledger().status(did) {
            let head = serde_json::json!({"seq": status.seq, "cid": status.cid.to_string()});
            problem = problem.with_member("head", head);
        }
    }
    problem
}

/// The requested path and query, before a router stripped the service's prefix.
fn target(parts: &Parts) -> String {
    let original = parts.extensions.get::<axum::extract::OriginalUri>();
    let uri = original.map_or(&parts.uri, |original| &original.0);
    uri.path_and_query().map_or("/", |target| target.as_str()).to_owned()
}
