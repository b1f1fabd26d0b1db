//! Requests of the command line to the running node for a backup, a verification or a repair: a socket in its folder,
//! for users who may write in that folder. A request is one line of JSON; the answer is lines of JSON, the last with
//! the result.
//!
//! Always: one request at a time; a client that disconnects cancels its request.

use crate::backup::{BackupScheduler, Entry};
use crate::failure::Failure;
use crate::folder::NODE_FOLDER;
use crate::mending::Mender;
use imajin_app::blocking;
use imajin_host::scrub::{Damage, Scrub};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixListener;
use tokio::time::timeout;

const FILE_NAME: &str = "work";
/// A request is a path.
const REQUEST_BYTES_MAX: u64 = 16 << 10;
/// Time limit for a client to send its request, and to read a line.
const PATIENCE: Duration = Duration::from_secs(10);
/// The bytes after which another line says how far it is.
const TELL_BYTES: u64 = 1 << 20;

/// An answer to something else: the node is of another version than the command.
const OTHER: &str = "it gave another answer";

/// A request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Request {
    /// A backup, to this place or that of the settings.
    BackUp(Option<String>),
    /// Read and verify everything on the disk.
    Verify,
    /// Find the damaged ones among these records, or among all if the list is empty.
    Damaged(Vec<String>),
    /// Mend records from the copies in this folder.
    Repair(PathBuf),
}

/// A line of the answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    /// Progress: done and total.
    Progress(u64, u64),
    /// The backup was made; whether it is a full one.
    Made(Box<Entry>, bool),
    /// Everything was verified: the number of logs and of media files, and the damage.
    Verified(u64, u64, Vec<Damage>),
    /// The damaged records' DIDs.
    Damaged(Vec<String>),
    /// The result for each damaged record.
    Repaired(Vec<Json>),
    /// The request failed.
    Failed(String),
    /// The request could not be tried.
    NotTried(String),
}

/// The door, open as long as this is kept.
pub struct Work {
    path: PathBuf,
    serving: tokio::task::JoinHandle<()>,
}

impl Work {
    /// Opens it; without it backups are made by the clock and on the owner's page.
    pub fn open(data: &Path, keeper: &BackupScheduler, scrub: &Scrub) -> Option<Self> {
        let path = data.join(NODE_FOLDER).join(FILE_NAME);
        // A leftover of a killed node: this process has the folder's lock, so the socket is not in use.
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path).and_then(|listener| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
            Ok(listener)
        });
        let listener = match listener {
            Ok(listener) => listener,
            Err(error) => {
                tracing::warn!(%error, "imajin backup cannot ask this node: no socket could be made in its folder");
                return None;
            }
        };
        let (keeper, scrub) = (keeper.clone(), scrub.clone());
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (keeper, scrub) = (keeper.clone(), scrub.clone());
                tokio::spawn(async move {
                    if let Err(error) = answer(stream, keeper, scrub).await {
                        tracing::debug!(%error, "the client that asked for work is gone");
                    }
                });
            }
        });
        Some(Self { path, serving })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.serving.abort();
        // A leftover socket is harmless: a client finds that no node answers.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Runs the request on a separate thread, and reports progress. A disconnect cancels it.
async fn answer(
    mut stream: tokio::net::UnixStream,
    keeper: BackupScheduler,
    scrub: Scrub,
) -> std::io::Result<()> {
    let (reading, mut writing) = stream.split();
    let mut text = String::new();
    let mut reading = tokio::io::BufReader::new(reading.take(REQUEST_BYTES_MAX));
    timeout(PATIENCE, reading.read_line(&mut text)).await??;
    let (say, mut said) = tokio::sync::mpsc::unbounded_channel();
    match serde_json::from_str::<Request>(&text) {
        Ok(request) => {
            let working = blocking::long(move || match request {
                Request::BackUp(to) => make(&keeper, to.as_deref(), &say),
                Request::Verify => verify(&scrub, &say),
                Request::Damaged(dids) => look(keeper.mender(), &dids, &say),
                Request::Repair(folder) => mend(keeper.mender(), &folder, &say),
            });
            tokio::spawn(working);
        }
        Err(error) => drop(say.send(Line::Failed(format!("the request: {error}")))),
    }
    while let Some(line) = said.recv().await {
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        timeout(PATIENCE, writing.write_all(&text)).await??;
    }
    Ok(())
}

type Say = tokio::sync::mpsc::UnboundedSender<Line>;

fn make(keeper: &BackupScheduler, to: Option<&str>, say: &Say) {
    let mut last_reported = 0;
    let mut report = |done: u64, total: u64| {
        if done < last_reported + TELL_BYTES && last_reported > 0 {
            return !say.is_closed();
        }
        last_reported = done.max(1);
        say.send(Line::Progress(done, total)).is_ok()
    };
    let outcome = keeper.back_up(to, &mut report);
    // The client may have gone.
    let _ = say.send(match outcome {
        Ok(backup) => Line::Made(Box::new(backup.entry), backup.full),
        Err(error) => Line::Failed(error.to_string()),
    });
}

fn verify(scrub: &Scrub, say: &Say) {
    let verified = scrub.everything(|round| say.send(Line::Progress(round.logs, round.of)).is_ok());
    let line = match verified {
        // The client has gone.
        Ok(None) => return,
        Ok(Some(round)) => Line::Verified(round.logs, round.files, scrub.damaged()),
        Err(problem) => Line::Failed(problem.to_string()),
    };
    let _ = say.send(line);
}

fn look(mender: &Mender, dids: &[String], say: &Say) {
    let report = |_: &'static str, done, total| drop(say.send(Line::Progress(done, total)));
    let parsed: Result<Vec<Did>, _> = dids.iter().map(|did| Did::parse(did)).collect();
    let _ = say.send(match parsed.map_err(Failure::unusable) {
        Ok(dids) => match mender.find(&dids, &report) {
            Ok(damaged) => Line::Damaged(damaged.iter().map(Did::to_string).collect()),
            Err(failure) => failed(&failure),
        },
        Err(failure) => failed(&failure),
    });
}

fn mend(mender: &Mender, folder: &Path, say: &Say) {
    let report = |_: &'static str, done, total| drop(say.send(Line::Progress(done, total)));
    let _ = say.send(match mender.mend_handed(folder, &report) {
        Ok(records) => Line::Repaired(records),
        Err(failure) => failed(&failure),
    });
}

fn failed(failure: &Failure) -> Line {
    match failure {
        Failure::Unusable(why) => Line::NotTried(why.clone()),
        other => Line::Failed(other.text()),
    }
}

/// Reason why the running node did not carry out a request.
#[derive(Debug)]
pub enum Refused {
    /// The request could not be tried.
    NotTried(String),
    /// The request was tried and failed.
    Failed(String),
}

/// Has the running node verify these records, or all if the list is empty; returns the damaged ones.
pub fn damaged(
    data: &Path,
    dids: &[Did],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<Did>, Refused> {
    let request = Request::Damaged(dids.iter().map(Did::to_string).collect());
    match asked(data, &request, progress)? {
        Line::Damaged(dids) => {
            let parsed = dids.iter().map(|did| Did::parse(did));
            (parsed.collect::<Result<_, _>>()).map_err(|error| Refused::NotTried(error.to_string()))
        }
        _ => Err(Refused::NotTried(OTHER.to_owned())),
    }
}

/// Has the running node mend records from the copies in a folder; returns the result of each.
pub fn repair(
    data: &Path,
    folder: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<Json>, Refused> {
    match asked(data, &Request::Repair(folder.to_path_buf()), progress)? {
        Line::Repaired(records) => Ok(records),
        _ => Err(Refused::NotTried(OTHER.to_owned())),
    }
}

fn asked(
    data: &Path,
    request: &Request,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Line, Refused> {
    match ask(data, request, progress).map_err(Refused::NotTried)? {
        Line::NotTried(why) => Err(Refused::NotTried(why)),
        Line::Failed(why) => Err(Refused::Failed(why)),
        line => Ok(line),
    }
}

/// Has the running node make a backup.
pub fn back_up(
    data: &Path,
    to: Option<&str>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Entry, bool), String> {
    match ask(data, &Request::BackUp(to.map(str::to_owned)), progress)? {
        Line::Made(entry, full) => Ok((*entry, full)),
        Line::Failed(why) => Err(why),
        _ => Err(OTHER.to_owned()),
    }
}

/// Result of the running node's verification of its disk.
pub struct Verified {
    /// Logs that were verified.
    pub logs: u64,
    /// Media files that were read through.
    pub files: u64,
    /// The damage.
    pub damaged: Vec<Damage>,
}

/// Has the running node read and verify everything on its disk. `progress` gets the number of logs so far, and of all.
pub fn verified(data: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, String> {
    match ask(data, &Request::Verify, progress)? {
        Line::Verified(logs, files, damaged) => Ok(Verified {
            logs,
            files,
            damaged,
        }),
        Line::Failed(why) => Err(why),
        _ => Err(OTHER.to_owned()),
    }
}

/// Sends a request, and returns the last line of the answer.
fn ask(data: &Path, request: &Request, progress: &mut dyn FnMut(u64, u64)) -> Result<Line, String> {
    let path = data.join(NODE_FOLDER).join(FILE_NAME);
    let stream = UnixStream::connect(path)
        .map_err(|error| format!("the running node cannot be asked: {error}"))?;
    let mut text = serde_json::to_vec(request).map_err(|error| error.to_string())?;
    text.push(b'\n');
    (&stream)
        .write_all(&text)
        .map_err(|error| error.to_string())?;
    for line in BufReader::new(&stream).lines() {
        let line = line.map_err(|error| error.to_string())?;
        match serde_json::from_str(&line).map_err(|error| error.to_string())? {
            Line::Progress(done, total) => progress(done, total),
            last => return Ok(last),
        }
    }
    Err("the node ended before it was done".to_owned())
}
