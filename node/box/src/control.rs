//! State of the running node for `imajin status` and `imajin doctor`: a socket in its folder, for users who
//! may read that folder. A connection gets one JSON document, and closes.
//!
//! Always: the socket reads no input and changes nothing. The node has an exclusive lock on its logs, so no other
//! process can read them meanwhile.

use crate::door::Door;
use crate::folder::NODE_FOLDER;
use crate::survey::{self, LogSurvey};
use imajin_app::Node;
use imajin_host::network::{Network, NetworkState};
use imajin_host::prelude::*;
use imajin_ledger::Ledger;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;

const FILE_NAME: &str = "control";
/// A node with ten thousand logs on a card looks into each of them.
const ANSWER_MAX: Duration = Duration::from_secs(60);

/// The check of a running node.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Running {
    /// Every log that it serves, by DID.
    pub logs: Vec<LogSurvey>,
    /// Logs that are set aside, and why.
    pub quarantined: Vec<(String, String)>,
    /// Logs of which a newer state is known, and why nothing is written to them.
    #[serde(default)]
    pub outdated: Vec<(String, String)>,
    /// Entries that wait in the journal.
    pub waiting: u64,
    /// Why it cannot write any more, if so.
    pub fatal: Option<String>,
    /// Its certificates, its name at home, and other nodes there.
    #[serde(default)]
    pub place: NetworkState,
    /// Whether it waits for what opens its seal, and serves nothing yet.
    #[serde(default)]
    pub sealed: bool,
}

/// Opens the door; without it the node runs as well, and the two commands say less.
pub fn open(data: &Path, node: &Node) -> Option<Door> {
    let (folder, node) = (data.to_path_buf(), node.clone());
    telling(data, Arc::new(move || running(&folder, &node)))
}

/// Opens the door of a box that is locked.
pub fn locked(data: &Path, network: Arc<Network>) -> Option<Door> {
    let status = move || {
        Ok(serde_json::to_vec(&Running {
            place: NetworkState::clone(&network.now()),
            sealed: true,
            ..Running::default()
        })?)
    };
    telling(data, Arc::new(status))
}

fn telling(data: &Path, told: Arc<StatusFn>) -> Option<Door> {
    Door::open(data, FILE_NAME, "imajin status can show less of this node", |listener| async move {
        while let Ok((stream, _)) = listener.accept().await {
            // One at a time: the clients are people.
            tell(stream, Arc::clone(&told)).await;
        }
    })
}

async fn tell(mut stream: UnixStream, status: Arc<StatusFn>) {
    let answer = tokio::task::spawn_blocking(move || status()).await;
    let Ok(Ok(json)) = answer else {
        return tracing::warn!("the logs could not be read for imajin status");
    };
    // A client that has gone needs no answer.
    let _ = tokio::time::timeout(ANSWER_MAX, stream.write_all(&json)).await;
}

/// The report as JSON.
type StatusFn = dyn Fn() -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> + Send + Sync;

fn running(data: &Path, node: &Node) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let ledger = node.ledger();
    let mut logs = Vec::new();
    for did in ledger.dids()? {
        logs.push(survey::live(data, ledger, &did));
    }
    let stats = ledger.stats();
    let quarantined = ledger.quarantined().into_iter().map(|(did, why)| (did.to_string(), why));
    Ok(serde_json::to_vec(&Running {
        logs,
        quarantined: quarantined.collect(),
        outdated: outdated(ledger),
        waiting: stats.waiting,
        fatal: stats.fatal,
        place: NetworkState::clone(&node.network().now()),
        sealed: false,
    })?)
}

/// Logs of which a newer state is known, as text.
pub fn outdated(ledger: &Ledger) -> Vec<(String, String)> {
    ledger.outdated().into_iter().map(|(did, why)| (did.to_string(), why)).collect()
}

/// Asks the running node of a folder; the error says why it does not answer.
pub fn ask(data: &Path) -> Result<Running, String> {
    let path = data.join(NODE_FOLDER).join(FILE_NAME);
    let mut stream =
        std::os::unix::net::UnixStream::connect(path).map_err(|error| error.to_string())?;
    stream.set_read_timeout(Some(ANSWER_MAX)).map_err(|error| error.to_string())?;
    let mut json = Vec::new();
    stream.read_to_end(&mut json).map_err(|error| error.to_string())?;
    serde_json::from_slice(&json).map_err(|_| "it gave no whole answer".to_owned())
}
