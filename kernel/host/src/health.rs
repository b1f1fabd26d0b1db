//! Whether the node is well: `/healthz` for its supervisor, `/api/health` for each service.
//!
//! Always: what people need is tried, not whether a thread lives: a session is written, a projection read, the journal
//! committed. One probe at a time, however many ask, and the card is written to at most every few seconds.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use imajin_app::routing::{OpenApiRouter, routes};
use imajin_app::{Node, Problem, blocking};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::prelude::*;
use crate::room::Standing;

/// The time after which a part counts as failing.
const DEADLINE: Duration = Duration::from_secs(4);
/// The time that a caller waits for another caller's check: longer than any part may take, so that the answer names the
/// part.
const LOOK: Duration = Duration::from_secs(5);
/// Monitors give up after about ten.
const _: () = assert!(DEADLINE.as_secs() < LOOK.as_secs() && LOOK.as_secs() < 8);
/// How long an answer is reused; its statement about a disk with room is always fresh.
const FRESH: Duration = Duration::from_secs(1);
/// How long a successful write is trusted: probing wears the card.
const WRITTEN: Duration = Duration::from_secs(15);

/// The table of one row that a probe writes to.
pub(crate) const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS pulse (id INTEGER PRIMARY KEY CHECK (id = 0), count INTEGER NOT NULL) STRICT;";

/// How a service is.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`, or `failed` when people cannot do what they come for.
    #[schema(example = "ok")]
    status: &'static str,
    /// The part that did not work in time: `sessions`, `reads`, `writes`; `disk` where it is full; or `node` when it stops.
    #[serde(skip_serializing_if = "Option::is_none")]
    failing: Option<&'static str>,
    /// Why, where the disk is full.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// A problem that the owner has to solve although everything works: `older copy`, where a newer state of records
    /// is known, or `twin`, where another box has this box's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'static str>,
    /// The service.
    #[schema(example = "auth")]
    service: &'static str,
    /// The program's version.
    version: &'static str,
    /// Seconds since the node started.
    uptime: u64,
}

/// The part that failed; `None` where all work.
type Failing = Option<&'static str>;

/// How long the log does not repeat that a part is failing.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// The last findings about the node's health.
#[derive(Default)]
pub(crate) struct Pulse(Arc<Mutex<ProbeTimes>>);

/// Times are by the node's monotonic clock.
#[derive(Default)]
struct ProbeTimes {
    looked: Option<(Duration, Failing)>,
    sessions_written: Option<Duration>,
    journal_written: Option<Duration>,
    /// When the log last named a failing part, and which.
    said: Option<(Duration, &'static str)>,
}

impl Pulse {
    /// Checks the parts, unless another request did a moment ago or does now.
    async fn failing(&self, node: &Node) -> Failing {
        let Ok(mut known) = timeout(LOOK, Arc::clone(&self.0).lock_owned()).await else {
            return Some("node");
        };
        if let Some((at, failing)) = known.looked
            && node.monotonic().saturating_sub(at) < FRESH
            // A disk fills up within a second, and a look at it costs nothing.
            && (failing.is_some() || works("disk", has_room(node)).await.is_ok())
        {
            return failing;
        }
        let node = node.clone();
        // Continues when no caller waits any more: the next one does not begin in parallel.
        let looking = tokio::spawn(async move {
            let failing = known.look(&node).await;
            known.looked = Some((node.monotonic(), failing));
            failing
        });
        match timeout(LOOK, looking).await {
            Ok(Ok(failing)) => failing,
            _ => Some("node"),
        }
    }
}

fn is_due(written: Option<Duration>, now: Duration) -> bool {
    written.is_none_or(|at| now.saturating_sub(at) >= WRITTEN)
}

/// The result of a check, within the deadline.
async fn works<E: std::fmt::Display>(
    what: &'static str,
    work: impl Future<Output = Result<(), E>>,
) -> Tried {
    match timeout(DEADLINE, work).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err((what, error.to_string())),
        Err(_) => Err((what, "no answer in time".to_owned())),
    }
}

/// The result of a trial; an error names the part that does not work, and why.
type Tried = Result<(), (&'static str, String)>;

/// Tries a part if it is due.
async fn when(is_due: bool, part: impl Future<Output = Tried>) -> Tried {
    if is_due { part.await } else { Ok(()) }
}

impl ProbeTimes {
    /// Tries all parts at once: one that hangs hides none of the others.
    async fn look(&mut self, node: &Node) -> Failing {
        let now = node.monotonic();
        let sessions_due = is_due(self.sessions_written, now);
        let journal_due = is_due(self.journal_written, now);
        let (disk, sessions, reads, writes) = tokio::join!(
            works("disk", has_room(node)),
            when(sessions_due, works("sessions", write_secrets(node))),
            works("reads", read_projections(node)),
            when(journal_due, works("writes", node.ledger().probe())),
        );
        let now = node.monotonic();
        if sessions_due && sessions.is_ok() {
            self.sessions_written = Some(now);
        }
        if journal_due && writes.is_ok() {
            self.journal_written = Some(now);
        }
        // The cause before what follows from it.
        let (what, why) = disk.and(sessions).and(reads).and(writes).err()?;
        let was_said =
            self.said.is_some_and(|(at, said)| said == what && now.saturating_sub(at) < SAY_EVERY);
        if !was_said {
            tracing::error!(what, "the node is not well: {why}");
            self.said = Some((now, what));
        }
        Some(what)
    }
}

/// Whether there is room for a person's next write. A probe's own write may reuse the room of an earlier one, so it can't tell.
async fn has_room(node: &Node) -> Result<(), String> {
    match standing(node).await {
        Ok(Some(standing)) => standing.reason().map_or(Ok(()), Err),
        // A file system without figures is judged by the writes.
        Ok(None) => Ok(()),
        Err(problem) => Err(problem.to_string()),
    }
}

async fn standing(node: &Node) -> Result<Option<Standing>, Problem> {
    let node = node.clone();
    blocking::vital(move || node.room().standing_now(node.monotonic())).await
}

/// Writes to the secrets as a sign-in does.
async fn write_secrets(node: &Node) -> Result<(), Problem> {
    node.secrets()
        .write(|secrets| {
            let sql = "INSERT INTO pulse VALUES (0, 0) ON CONFLICT DO UPDATE SET count = (count + 1) % 1000";
            secrets.execute(sql, [])
        })
        .await
        .map(drop)
}

async fn read_projections(node: &Node) -> Result<(), Problem> {
    let node = node.clone();
    let read = blocking::vital(move || {
        node.status(node.did())?;
        for service in node.services().iter() {
            let schema = "SELECT count(*) FROM sqlite_master";
            node.read(service.name(), |db| db.query_row(schema, [], |_| Ok(())))?;
        }
        Ok(())
    });
    read.await?
}

#[derive(Clone)]
struct HealthState {
    node: Node,
    service: &'static str,
}

/// The route that tells how a service is.
pub fn routes(node: &Node, service: &'static str) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(health))
        .with_state(HealthState { node: node.clone(), service })
}

/// How this service is.
#[utoipa::path(get, path = "/api/health", tag = "service", responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn health(State(state): State<HealthState>) -> Response {
    answer(&state.node, state.service).await
}

/// Answers how the node is.
pub async fn healthz(State(node): State<Node>) -> Response {
    answer(&node, "node").await
}

fn warning(node: &Node) -> Option<&'static str> {
    match () {
        () if !node.network().now().twins.is_empty() => Some("twin"),
        () if !node.ledger().outdated().is_empty() => Some("older copy"),
        () => None,
    }
}

async fn answer(node: &Node, service: &'static str) -> Response {
    let failing = if node.ledger().fatal().is_some() || node.is_stopping() {
        Some("node")
    } else {
        node.part::<Pulse>().failing(node).await
    };
    let status = match failing {
        Some(_) => StatusCode::SERVICE_UNAVAILABLE,
        None => StatusCode::OK,
    };
    let reason = match failing {
        Some("disk") => standing(node).await.ok().flatten(),
        _ => None,
    };
    let health = Health {
        status: if failing.is_some() { "failed" } else { "ok" },
        failing,
        warning: warning(node),
        reason: reason.and_then(|standing| standing.reason()),
        service,
        version: env!("CARGO_PKG_VERSION"),
        uptime: node.uptime().as_secs(),
    };
    (status, Json(health)).into_response()
}
