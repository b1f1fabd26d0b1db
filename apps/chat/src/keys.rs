//! The DIDs of conversations: made for a name, kept by this node, and released if the conversation is not opened within
//! a day.
//!
//! Always: one DID for each name, even for repeated requests; the DID's genesis names the conversation.

use std::time::Duration;

use imajin_app::{Node, Problem};
use imajin_dfos::Value;
use imajin_dfos::identity::Service;
use imajin_host::custodial_keys::{Beginning, Nature, kept_before, let_go_of_kept};
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_ledger::Reader;
use imajin_ledger::rows::first;
use imajin_protocol::Did;
use imajin_room::{CONVERSATION_ID, CONVERSATION_SERVICE};
use rusqlite::{Connection, params};
use tokio::sync::Mutex;

use crate::queries;

/// The kind of a conversation's key among the node's custodial keys, and the nature of its DID.
pub(crate) const KEPT: &str = "conversation";
/// Lifetime of an unopened conversation's DID, in milliseconds.
const UNOPENED_MS: i64 = 24 * 3600 * 1000;

/// The kept DIDs of conversations, by name.
pub(crate) const SECRETS: &str = "
CREATE TABLE IF NOT EXISTS chat_logs (
    did TEXT PRIMARY KEY,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS chat_logs_by_name ON chat_logs (name);
";

/// Serializes requests, so that a name gets only one DID.
#[derive(Default)]
struct Turn(Mutex<()>);

/// The log for a conversation that is about to be opened.
pub(crate) async fn log_for(node: &Node, name: &Did) -> Result<Did, Problem> {
    let turn = node.state::<Turn>();
    let _turn = turn.0.lock().await;
    let log = match unopened(node, name)? {
        Some(log) => log,
        None => {
            // The conversation belongs to the node, not to its opener: it stays here when they move away.
            let log = node.keep_new_key(KEPT, node.did()).await?;
            let (did, name) = (log.to_string(), name.to_string());
            let sql = "INSERT INTO chat_logs (did, name) VALUES (?1, ?2)";
            node.secrets().write(move |db| db.execute(sql, params![did, name])).await?;
            log
        }
    };
    if node.status(&log)?.is_none() {
        let description = Value::map([
            ("id", Value::from(CONVERSATION_ID)),
            ("type", Value::from(CONVERSATION_SERVICE)),
            ("name", Value::from(name.as_str())),
        ]);
        let beginning = Beginning {
            nature: Nature::Thing(KEPT),
            controllers: Vec::new(),
            services: vec![Service::new(description).map_err(Problem::internal)?],
        };
        node.begin_kept(&log, beginning).await?;
    }
    Ok(log)
}

/// The log that waits for its conversation.
fn unopened(node: &Node, name: &Did) -> Result<Option<Did>, Problem> {
    let sql = "SELECT did FROM chat_logs WHERE name = ?1 ORDER BY did";
    let read = |db: &Connection| Reader::from(db).rows(sql, [name.as_str()], first);
    for did in node.secrets().read(read)? {
        if node.kept_key(&did)?.is_some() && !is_open(node, &did)? {
            return Ok(Some(did));
        }
    }
    Ok(None)
}

fn is_open(node: &Node, log: &Did) -> Result<bool, Problem> {
    Ok(queries::read(node, |db| queries::room(db, log.as_str()))?.is_some())
}

/// Releases the DIDs of unopened conversations.
pub(crate) struct LettingGo;

impl Rounds for LettingGo {
    const NAME: &'static str = "conversations that nobody opened";
    const EVERY: Duration = Duration::from_secs(3600);
    const FIRST: Duration = Duration::from_secs(300);

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let_go_of_unopened(node).await
    }
}

/// Releases the DIDs of conversations that were not opened within a day; runs every hour.
pub async fn let_go_of_unopened(node: &Node) -> Result<(), Problem> {
    let Some(before) = node.now().checked_add_millis(-UNOPENED_MS) else {
        return Ok(());
    };
    let turn = node.state::<Turn>();
    for (log, _) in kept_before(node, KEPT, before)? {
        let _turn = turn.0.lock().await;
        if is_open(node, &log)? {
            continue;
        }
        match let_go_of_kept(node, &log).await {
            // Somebody opened it at this moment.
            Err(problem) if problem.status() == axum::http::StatusCode::CONFLICT => continue,
            done => done?,
        }
        let did = log.to_string();
        node.secrets()
            .write(move |db| db.execute("DELETE FROM chat_logs WHERE did = ?1", [did]))
            .await?;
    }
    Ok(())
}
