//! Requests of the command line to the running node for a backup, a verification or a repair: a socket in its folder,
//! for users who may write in that folder. A request is one line of JSON; the answer is lines of JSON, the last with
//! the result.
//!
//! Always: one request at a time; a client that disconnects cancels its request.

use crate::backup::{BackupScheduler, Entry};
use crate::door::Door;
use crate::failure::{Failure, OrFail as _, Outcome};
use crate::folder::NODE_FOLDER;
use imajin_app::blocking;
use imajin_app::task::boxed;
use imajin_host::scrub::{Damage, Scrub};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _};
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
    Failed(String),
    /// The request could not be tried.
    NotTried(String),
}

/// Opens the door; without it backups are made by the clock and on the owner's page.
pub fn open(data: &Path, keeper: &BackupScheduler, scrub: &Scrub) -> Option<Door> {
    let (keeper, scrub) = (keeper.clone(), scrub.clone());
    Door::open(data, FILE_NAME, "imajin backup cannot ask this node", |listener| async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (keeper, scrub) = (keeper.clone(), scrub.clone());
            tokio::spawn(boxed(async move {
                if let Err(error) = answer(stream, keeper, scrub).await {
                    tracing::debug!(%error, "the client that asked for work is gone");
                }
            }));
        }
    })
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
            let working = blocking::long(move || {
                let done = work(request, &keeper, &scrub, &say);
                let line = done.unwrap_or_else(|failure| match failure {
                    Failure::Unusable(why) => Line::NotTried(why),
                    other => Line::Failed(other.text()),
                });
                // The client may have gone.
                let _ = say.send(line);
            });
            tokio::spawn(boxed(working));
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

/// Does what a request asks for; returns the last line of the answer.
fn work(request: Request, keeper: &BackupScheduler, scrub: &Scrub, say: &Say) -> Outcome<Line> {
    let progress = |done, total| say.send(Line::Progress(done, total)).is_ok();
    let step = |_: &'static str, done, total| {
        progress(done, total);
    };
    match request {
        Request::BackUp(to) => {
            let mut last_reported = 0;
            let made = keeper.back_up(to.as_deref(), &mut |done, total| {
                if done < last_reported + TELL_BYTES && last_reported > 0 {
                    return !say.is_closed();
                }
                last_reported = done.max(1);
                progress(done, total)
            });
            let made = made.map_err(Failure::no)?;
            Ok(Line::Made(Box::new(made.entry), made.full))
        }
        Request::Verify => {
            let round = scrub.everything(|round| progress(round.logs, round.of));
            // Only a client that has gone ends the round early.
            let round = round.map_err(Failure::no)?.ok_or(Failure::ClosedPipe)?;
            Ok(Line::Verified(round.logs, round.files, scrub.damaged()))
        }
        Request::Damaged(dids) => {
            let damaged = keeper.mender().find(&parse(&dids)?, &step)?;
            Ok(Line::Damaged(damaged.iter().map(Did::to_string).collect()))
        }
        Request::Repair(folder) => keeper.mender().mend_handed(&folder, &step).map(Line::Repaired),
    }
}

fn parse(dids: &[String]) -> Outcome<Vec<Did>> {
    dids.iter().map(|did| Did::parse(did)).collect::<Result<_, _>>().map_err(Failure::unusable)
}

/// Has the running node verify these records, or all if the list is empty; returns the damaged ones.
pub fn damaged(data: &Path, dids: &[Did], progress: &mut dyn FnMut(u64, u64)) -> Outcome<Vec<Did>> {
    match ask(data, &Request::Damaged(dids.iter().map(Did::to_string).collect()), progress)? {
        Line::Damaged(dids) => parse(&dids),
        _ => Err(Failure::unusable(OTHER)),
    }
}

/// Has the running node mend records from the copies in a folder; returns the result of each.
pub fn repair(
    data: &Path,
    folder: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Outcome<Vec<Json>> {
    match ask(data, &Request::Repair(folder.to_path_buf()), progress)? {
        Line::Repaired(records) => Ok(records),
        _ => Err(Failure::unusable(OTHER)),
    }
}

/// Has the running node make a backup.
pub fn back_up(
    data: &Path,
    to: Option<&str>,
    progress: &mut dyn FnMut(u64, u64),
) -> Outcome<(Entry, bool)> {
    match ask(data, &Request::BackUp(to.map(str::to_owned)), progress)? {
        Line::Made(entry, full) => Ok((*entry, full)),
        _ => Err(Failure::unusable(OTHER)),
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
pub fn verified(data: &Path, progress: &mut dyn FnMut(u64, u64)) -> Outcome<Verified> {
    match ask(data, &Request::Verify, progress)? {
        Line::Verified(logs, files, damaged) => Ok(Verified { logs, files, damaged }),
        _ => Err(Failure::unusable(OTHER)),
    }
}

/// Sends a request, and returns the last line of the answer.
fn ask(data: &Path, request: &Request, progress: &mut dyn FnMut(u64, u64)) -> Outcome<Line> {
    let stream = UnixStream::connect(data.join(NODE_FOLDER).join(FILE_NAME))
        .or_unusable("the running node cannot be asked")?;
    let mut text = serde_json::to_vec(request).map_err(Failure::unusable)?;
    text.push(b'\n');
    (&stream).write_all(&text).map_err(Failure::unusable)?;
    for line in BufReader::new(&stream).lines() {
        let line = line.map_err(Failure::unusable)?;
        match serde_json::from_str(&line).map_err(Failure::unusable)? {
            Line::Progress(done, total) => progress(done, total),
            Line::NotTried(why) => return Err(Failure::Unusable(why)),
            Line::Failed(why) => return Err(Failure::No(why)),
            last => return Ok(last),
        }
    }
    Err(Failure::unusable("the node ended before it was done"))
}
