//! State of the running node for `imajin status` and `imajin doctor`: a socket in its folder, for users who
//! may read that folder. A connection gets one JSON document, and closes.
//!
//! Always: the socket reads no input and changes nothing. The node has an exclusive lock on its logs, so no other
//! process can read them meanwhile.

use crate::folder::NODE_FOLDER;
use crate::survey::{self, LogSurvey};
use imajin_app::Node;
use imajin_host::network::{Network, NetworkState};
use imajin_host::prelude::*;
use imajin_ledger::Ledger;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{UnixListener, UnixStream};

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

/// The door, open as long as this is kept.
pub struct Control {
    path: PathBuf,
    serving: tokio::task::JoinHandle<()>,
}

impl Control {
    /// Opens it; without it the node runs as well, and the two commands say less.
    pub fn open(data: &Path, node: &Node) -> Option<Self> {
        let (folder, node) = (data.to_path_buf(), node.clone());
        Self::telling(data, Arc::new(move || running(&folder, &node)))
    }

    /// The control of a box that is locked.
    pub fn locked(data: &Path, network: Arc<Network>) -> Option<Self> {
        let status = move || {
            Ok(serde_json::to_vec(&Running {
                place: NetworkState::clone(&network.now()),
                sealed: true,
                ..Running::default()
            })?)
        };
        Self::telling(data, Arc::new(status))
    }

    fn telling(data: &Path, told: Arc<StatusFn>) -> Option<Self> {
        let path = data.join(NODE_FOLDER).join(FILE_NAME);
        // A leftover of a killed node: this process has the folder's lock, so the socket is not in use.
        let _ = std::fs::remove_file(&path);
        let listener = match listen(&path) {
            Ok(listener) => listener,
            Err(error) => {
                tracing::warn!(%error, "imajin status can show less of this node: no socket could be made in its folder");
                return None;
            }
        };
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // One at a time: the clients are people.
                tell(stream, Arc::clone(&told)).await;
            }
        });
        Some(Self { path, serving })
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.serving.abort();
        // A leftover socket is harmless: a client finds that no node answers.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn listen(path: &Path) -> std::io::Result<UnixListener> {
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
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
    let quarantined = ledger.quarantined();
    let quarantined = quarantined
        .into_iter()
        .map(|(did, why)| (did.to_string(), why));
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
    let all = ledger.outdated().into_iter();
    all.map(|(did, why)| (did.to_string(), why)).collect()
}

/// Asks the running node of a folder; the error says why it does not answer.
pub fn ask(data: &Path) -> Result<Running, String> {
    let path = data.join(NODE_FOLDER).join(FILE_NAME);
    let mut stream =
        std::os::unix::net::UnixStream::connect(path).map_err(|error| error.to_string())?;
    stream
        .set_read_timeout(Some(ANSWER_MAX))
        .map_err(|error| error.to_string())?;
    let mut json = Vec::new();
    stream
        .read_to_end(&mut json)
        .map_err(|error| error.to_string())?;
    serde_json::from_slice(&json).map_err(|_| "it gave no whole answer".to_owned())
}
