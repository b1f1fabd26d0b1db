//! The result of the last restore drill: kept in a file of the node, and told as a check.

use super::{BackupError, Result, files, friend_host};
use imajin_app::Zone;
use imajin_app::check::Check;
use imajin_dfos::Timestamp;
use imajin_ledger::durable;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file, in the folder of what backups need.
const NAME: &str = "drill.json";
/// Name of the check in the report.
const CHECK: &str = "restore drill";

/// Result of the last drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// The backup's id; `None` if no backup could be checked.
    pub id: Option<String>,
    /// The place of the backup.
    pub place: String,
    /// Time of the drill's end, in milliseconds of the Unix epoch.
    pub at_ms: i64,
    /// The result.
    pub outcome: DrillOutcome,
    /// Time of the last drill that found everything whole in this place before this one, if it found no damage either.
    #[serde(default)]
    pub whole_before_ms: Option<i64>,
}

impl Drill {
    /// Returns when everything was last found whole in this place; `None` if damage was found since.
    pub fn last_whole_ms(&self) -> Option<i64> {
        match self.outcome {
            DrillOutcome::Whole { .. } => Some(self.at_ms),
            DrillOutcome::Damaged(_) => None,
            DrillOutcome::Skipped(_) => self.whole_before_ms,
        }
    }
}

/// Outcome of a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DrillOutcome {
    /// Everything was restored and verifies.
    Whole {
        /// Records.
        logs: u64,
        /// Files of people's.
        media: u64,
        /// Bytes of everything.
        bytes: u64,
    },
    /// A record or file is damaged: the description.
    Damaged(String),
    /// The drill did not run: the reason.
    Skipped(String),
}

/// Reads the last drill's result; `None` if no drill was ever due.
pub fn drilled(data: &Path) -> Option<Drill> {
    let path = data.join(crate::folder::NODE_FOLDER).join("backups").join(NAME);
    durable::read_json(&path).unwrap_or_default()
}

pub(super) fn note(data: &Path, drill: &Drill) -> Result<()> {
    let path = files::scratch_folder(data)?.join(NAME);
    durable::replace_json(&path, drill).map_err(BackupError::file(&path))
}

/// The drill as a check of the doctor.
pub fn drill_check(drill: &Drill) -> Check {
    let when = Timestamp::from_millis(drill.at_ms)
        .map_or_else(|_| "?".to_owned(), |at| Zone::home().local(at).date().to_string());
    let id = drill.id.as_deref().unwrap_or("the newest backup");
    let host = friend_host(&drill.place);
    let place = host.as_ref().unwrap_or(&drill.place);
    match &drill.outcome {
        DrillOutcome::Whole { logs, media, bytes } => Check::good(
            CHECK,
            format!(
                "on {when} a test restore of {id} from {place} verified everything: {logs} records, {media} files, {}",
                crate::size::bytes(*bytes)
            ),
        ),
        DrillOutcome::Damaged(why) => Check::bad(
            CHECK,
            format!("on {when} a test restore of {id} in {place} found damage: {why}"),
            "make a backup to another place now, and look at the disk or the storage of this one",
        )
        .by("imajin backup --to FOLDER"),
        DrillOutcome::Skipped(why) => {
            Check::good(CHECK, format!("on {when} the test restore of a backup failed: {why}"))
        }
    }
}
