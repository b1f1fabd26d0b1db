//! The job that sweeps the media store: one person after the other, and again an hour after the last one.
//!
//! Always: the job works a tenth of the time, on a separate thread. Its progress is stored, so that a node that is
//! restarted often still comes to its last person. If a person's files can't be read, the log names them, and the round
//! continues with the next person.

use imajin_app::{Node, Problem, blocking};
use imajin_ledger::durable;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use imajin_ledger::Swept;
use serde::{Deserialize, Serialize};

use crate::prelude::*;
use crate::rounds::Rounds;

const FILE_NAME: &str = "sweep.json";
/// The pause between the end of a round and the beginning of the next.
const EVERY_MS: i64 = 3_600_000;
/// The length of the job's rest as a multiple of its work.
const REST: u32 = 9;
/// People after whom the progress is written down, if nothing was removed.
const NOTE_EVERY: usize = 100;

/// The job's progress.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SweepProgress {
    /// The folder of the last person of this round; `None` between two rounds.
    after: Option<String>,
    /// When the last round ended, in milliseconds of the Unix epoch.
    ended_ms: Option<i64>,
    /// The files and bytes that this round removed so far.
    files: u64,
    bytes: u64,
}

/// Sweeps until the node stops.
pub fn started(node: &Node) {
    node.begin(Sweep);
}

struct Sweep;

impl Rounds for Sweep {
    const NAME: &'static str = "the search for unnamed files";
    const EVERY: Duration = Duration::from_secs(60);
    const FIRST: Duration = Self::EVERY;

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        if !is_due(&read(&path(node)), node.now().as_millis()) {
            return Ok(());
        }
        let (node, stop) = (node.clone(), node.stop_signal());
        let rest = move |worked: Duration| {
            std::thread::sleep(worked.saturating_mul(REST));
            !stop.is_given()
        };
        blocking::long(move || round(&node, rest)).await?.map(drop)
    }
}

/// Sweeps the files of all people without a rest, for a person who waits for room; returns what was removed. Blocks.
pub fn now(node: &Node) -> Result<Swept, Problem> {
    let mut all = Swept::default();
    for folder in node.ledger().user_folders()? {
        match node.ledger().sweep_media(&folder) {
            Ok(swept) => {
                all.files += swept.files;
                all.bytes += swept.bytes;
                all.partials += swept.partials;
            }
            Err(error) => tracing::warn!(folder, %error, "unnamed files of a person stay for now"),
        }
    }
    Ok(all)
}

/// Resumes the round, or begins one; returns what it removed since it began. `rest` is called with the time that the
/// job worked, and decides whether to continue. Blocks.
///
/// # Errors
/// The people's folders could not be listed, or how far it came not be written down.
pub fn round(node: &Node, mut rest: impl FnMut(Duration) -> bool) -> Result<Swept, Problem> {
    let path = path(node);
    let mut place = read(&path);
    let mut folders = node.ledger().user_folders()?;
    match &place.after {
        Some(after) => folders.retain(|folder| folder > after),
        None => (place.files, place.bytes) = (0, 0),
    }
    let mut unnoted = 0;
    for folder in folders {
        let begun = node.clock().monotonic();
        match node.ledger().sweep_media(&folder) {
            Ok(swept) => {
                place.files += swept.files + swept.partials;
                place.bytes += swept.bytes;
                unnoted += if swept == Swept::default() { 1 } else { NOTE_EVERY };
            }
            Err(error) => tracing::warn!(folder, %error, "unnamed files of a person stay for now"),
        }
        place.after = Some(folder);
        let may_continue = rest(node.clock().monotonic().saturating_sub(begun));
        if unnoted >= NOTE_EVERY || !may_continue {
            unnoted = 0;
            write(&path, &place).map_err(Problem::internal)?;
        }
        if !may_continue {
            return Ok(to_swept(&place));
        }
    }
    place.after = None;
    place.ended_ms = Some(node.now().as_millis());
    write(&path, &place).map_err(Problem::internal)?;
    if place.files > 0 {
        let (files, bytes) = (place.files, place.bytes);
        tracing::info!(files, bytes, "files that no entry names were removed");
    }
    Ok(to_swept(&place))
}

fn to_swept(place: &SweepProgress) -> Swept {
    Swept { files: place.files, bytes: place.bytes, partials: 0 }
}

fn is_due(place: &SweepProgress, now_ms: i64) -> bool {
    // A round that ended in the future was dated by a wrong clock.
    let rests = |ended: i64| (0..EVERY_MS).contains(&now_ms.saturating_sub(ended));
    place.after.is_some() || !place.ended_ms.is_some_and(rests)
}

fn path(node: &Node) -> PathBuf {
    node.data().join("node").join(FILE_NAME)
}

/// Reads the progress. Without a readable file, the job starts from the beginning.
fn read(path: &Path) -> SweepProgress {
    durable::read_json(path).unwrap_or_default()
}

fn write(path: &Path, place: &SweepProgress) -> io::Result<()> {
    // Not synced: after a power cut the job sweeps some people twice.
    durable::replace_unsynced(path, &serde_json::to_vec(place)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_is_due_an_hour_after_the_last_or_where_one_was_cut_off() {
        let ended =
            |ended_ms| SweepProgress { ended_ms: Some(ended_ms), ..SweepProgress::default() };
        assert!(is_due(&SweepProgress::default(), 5));
        assert!(!is_due(&ended(5), 5 + EVERY_MS - 1));
        assert!(is_due(&ended(5), 5 + EVERY_MS));
        assert!(is_due(&ended(6), 5), "a wrong clock");
        let cut = SweepProgress { after: Some("did_imajin_x".to_owned()), ..ended(5) };
        assert!(is_due(&cut, 6));
    }

    #[test]
    fn a_damaged_place_is_a_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        assert_eq!(read(&path), SweepProgress::default());
        let place = SweepProgress {
            after: Some("did_imajin_x".to_owned()),
            ended_ms: Some(7),
            files: 2,
            bytes: 3,
        };
        write(&path, &place).unwrap();
        assert_eq!(read(&path), place);
        std::fs::write(&path, "{").unwrap();
        assert_eq!(read(&path), SweepProgress::default());
    }
}
