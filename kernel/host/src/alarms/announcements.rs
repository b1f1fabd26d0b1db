//! The announcements of alarms to the owner, with their times, in a small file, so that a restart repeats none.

use imajin_ledger::durable;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Alarm;

const DAY_MS: i64 = 86_400_000;
/// A warning of something not yet broken is repeated after a week.
const WARNING_EVERY_MS: i64 = 7 * DAY_MS;

/// When each kind was last said, by [`Kind::word`](super::Kind::word).
pub(super) struct Announcements {
    file: PathBuf,
    at: BTreeMap<String, Last>,
}

/// The last time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Last {
    /// The time of the announcement, in milliseconds of the Unix epoch.
    at_ms: i64,
    warning: bool,
}

impl Announcements {
    /// A lost or damaged file counts as empty, so that something may be told once more.
    pub(super) fn open(data: &Path) -> Self {
        let file = data.join("node").join("alarms.json");
        let at = durable::read_json(&file).unwrap_or_default();
        Self { file, at }
    }

    /// Filters the alarms that are to be announced now.
    pub(super) fn due(&self, mut alarms: Vec<Alarm>, now_ms: i64) -> Vec<Alarm> {
        alarms.retain(|alarm| self.is_due(alarm, now_ms));
        alarms
    }

    /// Notes that these were said.
    pub(super) fn note(&mut self, alarms: &[Alarm], now_ms: i64) {
        if alarms.is_empty() {
            return;
        }
        // Older announcements no longer affect any decision.
        self.at.retain(|_, last| is_within(last.at_ms, now_ms, WARNING_EVERY_MS));
        for alarm in alarms {
            let last = Last { at_ms: now_ms, warning: alarm.is_warning };
            self.at.insert(alarm.kind.word().to_owned(), last);
        }
        if let Err(error) = durable::replace_json(&self.file, &self.at) {
            tracing::warn!(%error, "what was said to the owner could not be noted: a restart says it again");
        }
    }

    /// Whether an alarm is due: one that returns within the day was announced already; a warning that has become more
    /// severe may be announced after a day.
    fn is_due(&self, alarm: &Alarm, now_ms: i64) -> bool {
        let Some(last) = self.at.get(alarm.kind.word()) else {
            return true;
        };
        let every_ms = if alarm.is_warning && last.warning { WARNING_EVERY_MS } else { DAY_MS };
        !is_within(last.at_ms, now_ms, every_ms)
    }
}

/// Whether that was less than so long ago. What was noted by a clock that was ahead must not keep the node silent.
fn is_within(at_ms: i64, now_ms: i64, every_ms: i64) -> bool {
    (0..every_ms).contains(&now_ms.saturating_sub(at_ms))
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("node")).unwrap();
        folder
    }

    fn take(said: &mut Announcements, alarms: Vec<Alarm>, now_ms: i64) -> Vec<Alarm> {
        let due = said.due(alarms, now_ms);
        said.note(&due, now_ms);
        due
    }

    fn alarm(kind: Kind, is_warning: bool) -> Alarm {
        Alarm { kind, is_warning, says: String::new(), todo: None }
    }

    #[test]
    fn an_alarm_is_said_once_a_day_also_over_a_restart_and_when_it_comes_and_goes() {
        let folder = folder();
        let mut announcements = Announcements::open(folder.path());
        let disk = || vec![alarm(Kind::Disk, false)];
        assert_eq!(take(&mut announcements, disk(), 5).len(), 1);
        assert!(take(&mut announcements, disk(), 5 + DAY_MS - 1).is_empty());
        let mut announcements = Announcements::open(folder.path());
        assert!(take(&mut announcements, disk(), 6).is_empty(), "the node was restarted");
        assert!(take(&mut announcements, Vec::new(), 7).is_empty());
        assert!(take(&mut announcements, disk(), 8).is_empty(), "it came back within the day");
        let both = vec![alarm(Kind::Disk, false), alarm(Kind::Card, false)];
        let news = take(&mut announcements, both, 9);
        assert_eq!(news.len(), 1, "another one is news");
        assert_eq!(news[0].kind, Kind::Card);
        assert_eq!(take(&mut announcements, disk(), 5 + DAY_MS).len(), 1);
    }

    #[test]
    fn a_warning_is_said_once_a_week_and_again_when_it_is_more_than_that() {
        let folder = folder();
        let mut announcements = Announcements::open(folder.path());
        let backup = |is_warning| vec![alarm(Kind::Backup, is_warning)];
        assert_eq!(take(&mut announcements, backup(true), 0).len(), 1);
        assert!(take(&mut announcements, backup(true), 6 * DAY_MS).is_empty());
        assert!(take(&mut announcements, backup(false), DAY_MS - 1).is_empty());
        assert_eq!(take(&mut announcements, backup(false), DAY_MS).len(), 1);
        assert_eq!(take(&mut announcements, backup(true), 9 * DAY_MS).len(), 1);
    }

    #[test]
    fn a_clock_that_was_ahead_keeps_nothing_silent_and_a_damaged_file_is_a_beginning() {
        let folder = folder();
        let mut announcements = Announcements::open(folder.path());
        let disk = || vec![alarm(Kind::Disk, false)];
        assert_eq!(take(&mut announcements, disk(), 900 * DAY_MS).len(), 1);
        assert_eq!(take(&mut announcements, disk(), DAY_MS).len(), 1);
        std::fs::write(folder.path().join("node/alarms.json"), "{").unwrap();
        assert_eq!(take(&mut Announcements::open(folder.path()), disk(), DAY_MS).len(), 1);
    }
}
