//! The progress and the findings of the job, as they are stored and shown.

use imajin_app::check::Check;
use imajin_ledger::durable;
use std::io;
use std::path::Path;

use imajin_dfos::Timestamp;
use serde::{Deserialize, Serialize};

use super::file;

/// The time between the beginnings of two rounds over recent changes.
const RECENT_EVERY_MS: i64 = 20 * 3_600_000;
/// The time between the beginnings of two rounds over everything.
const FULL_EVERY_MS: i64 = 14 * 86_400_000;
/// If the last complete round ended longer ago than this, the owner is told.
const LATE_MS: i64 = 31 * 86_400_000;
/// The most damaged items that are listed one by one.
const TOLD_MAX: usize = 20;

/// The kind of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Over everything.
    Full,
    /// Over what changed.
    Recent,
}

/// The progress of a round.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Round {
    /// The folder of the last person of this round; `None` before the first.
    pub after: Option<String>,
    /// When it began, in milliseconds of the Unix epoch.
    pub began_ms: Option<i64>,
    /// When the last complete round of this kind began.
    pub last_began_ms: Option<i64>,
    /// When the last complete round of this kind ended.
    pub last_ended_ms: Option<i64>,
    /// Logs so far.
    pub logs: u64,
    /// Logs in all, once that is known.
    pub of: u64,
    /// Media files so far.
    pub files: u64,
    /// Bytes that were read so far.
    pub bytes: u64,
    /// Logs and projections that could not be checked: no room for a copy, or too busy.
    pub unread: u64,
}

impl Round {
    fn is_under_way(&self) -> bool {
        self.began_ms.is_some()
    }

    fn is_due(&self, now_ms: i64, every_ms: i64) -> bool {
        // A round that began in the future was dated by a wrong clock.
        let rests = |began: i64| (0..every_ms).contains(&now_ms.saturating_sub(began));
        self.is_under_way() || !self.last_began_ms.is_some_and(rests)
    }
}

/// Something that is damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Damage {
    /// The damaged thing: a DID for its log, or a file or a projection in words.
    pub what: String,
    /// The error.
    pub says: String,
    /// When it was found, in milliseconds of the Unix epoch.
    pub found_ms: i64,
}

/// The state of the rounds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    /// The round over everything.
    pub full: Round,
    /// The round over what changed.
    pub recent: Round,
    /// The damage that was found.
    pub damaged: Vec<Damage>,
}

impl Standing {
    pub(super) fn round(&mut self, kind: Kind) -> &mut Round {
        match kind {
            Kind::Full => &mut self.full,
            Kind::Recent => &mut self.recent,
        }
    }

    /// The round that is due.
    pub(super) fn due(&self, now_ms: i64) -> Option<Kind> {
        // The first round is over everything.
        if self.full.last_ended_ms.is_some() && self.recent.is_due(now_ms, RECENT_EVERY_MS) {
            return Some(Kind::Recent);
        }
        let is_due = self.full.is_due(now_ms, FULL_EVERY_MS);
        is_due.then_some(Kind::Full)
    }

    /// Begins or continues a round over what changed since a time; over everything for `None`.
    pub(super) fn begin(&mut self, kind: Kind, now_ms: i64) -> Option<i64> {
        let round = self.round(kind);
        if !round.is_under_way() {
            *round = Round {
                began_ms: Some(now_ms),
                last_began_ms: round.last_began_ms,
                last_ended_ms: round.last_ended_ms,
                ..Round::default()
            };
        }
        match kind {
            Kind::Full => None,
            // Files that changed during the last round may have changed after it passed them.
            Kind::Recent => self.recent.last_began_ms.or(self.full.last_began_ms),
        }
    }

    /// Notes the end of a round.
    pub(super) fn end(&mut self, kind: Kind, round: Round, now_ms: i64) {
        let began_ms = round.began_ms.unwrap_or(now_ms);
        *self.round(kind) = Round {
            after: None,
            began_ms: None,
            last_began_ms: Some(began_ms),
            last_ended_ms: Some(now_ms),
            ..round
        };
        if kind == Kind::Full {
            // Damage that this round did not find again is gone.
            self.damaged.retain(|damage| damage.found_ms >= began_ms);
        }
    }

    /// Notes the current state of something; returns the error, if it is new.
    pub(super) fn note(
        &mut self,
        what: &str,
        fault: Option<String>,
        now_ms: i64,
    ) -> Option<String> {
        let at = self.damaged.iter().position(|one| one.what == what);
        match (at, fault) {
            (None, None) => None,
            (Some(at), None) => {
                self.damaged.remove(at);
                None
            }
            (Some(at), Some(says)) => {
                self.damaged[at].found_ms = now_ms;
                self.damaged[at].says = says;
                None
            }
            (None, Some(says)) => {
                self.damaged.push(Damage {
                    what: what.to_owned(),
                    says: says.clone(),
                    found_ms: now_ms,
                });
                Some(says)
            }
        }
    }
}

/// Reads the state from its file in a data folder. Without a readable file, the job starts from the beginning.
pub fn standing(data: &Path) -> Standing {
    durable::read_json(&file(data)).unwrap_or_default()
}

pub(super) fn write(data: &Path, standing: &Standing) -> io::Result<()> {
    durable::replace_json(&file(data), standing)
}

/// The standing as a check of the doctor.
pub fn check(standing: &Standing, now_ms: i64) -> Check {
    const NAME: &str = "verification";
    if !standing.damaged.is_empty() {
        let damages = standing.damaged.iter().take(TOLD_MAX);
        let mut lines: Vec<String> =
            damages.map(|damage| format!("{}: {}", damage.what, damage.says)).collect();
        let more = standing.damaged.len().saturating_sub(TOLD_MAX);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        const COMMAND: &str = "imajin repair --from COPY";
        let todo = "mend records and files from a whole copy, with the buttons under Damaged records on the page Status; a projection is made again at the next start. If it happens again, replace the card";
        return Check::bad(NAME, lines.join("\n"), todo).by(COMMAND);
    }
    let (full, recent) = (&standing.full, &standing.recent);
    let Some(ended_ms) = full.last_ended_ms else {
        let says = format!(
            "the first round over everything is under way: {} of {} records so far",
            full.logs, full.of
        );
        return Check::good(NAME, says);
    };
    let day = |ms| {
        Timestamp::from_millis(ms)
            .map_or_else(|_| String::new(), |at| at.to_string()[..10].to_owned())
    };
    let says = format!(
        "everything was last verified on {}, what changed since on {}",
        day(ended_ms),
        day(recent.last_ended_ms.unwrap_or(ended_ms))
    );
    if now_ms.saturating_sub(ended_ms) > LATE_MS {
        Check::bad(
            NAME,
            format!("{says}: that is more than a month ago"),
            "leave the box on overnight; if it always is, look at its log",
        )
    } else {
        Check::good(NAME, says)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    #[test]
    fn everything_comes_first_then_what_changed_each_day_and_everything_twice_a_month() {
        let mut standing = Standing::default();
        assert_eq!(standing.due(0), Some(Kind::Full));
        assert_eq!(standing.begin(Kind::Full, 0), None);
        assert_eq!(standing.due(5), Some(Kind::Full), "it was cut off");
        let round = standing.full.clone();
        standing.end(Kind::Full, round, 10);
        assert_eq!(standing.due(11), Some(Kind::Recent));
        assert_eq!(standing.begin(Kind::Recent, 11), Some(0));
        let round = standing.recent.clone();
        standing.end(Kind::Recent, round, 12);
        assert_eq!(standing.due(13), None);
        assert_eq!(standing.due(DAY), Some(Kind::Recent));
        assert_eq!(standing.begin(Kind::Recent, DAY), Some(11));
        let round = standing.recent.clone();
        standing.end(Kind::Recent, round, DAY + 1);
        assert_eq!(standing.due(13 * DAY), Some(Kind::Recent));
        standing.recent.last_began_ms = Some(14 * DAY);
        assert_eq!(standing.due(14 * DAY), Some(Kind::Full));
    }

    #[test]
    fn damage_is_news_once_and_goes_when_it_is_mended_or_gone() {
        let mut standing = Standing::default();
        let fault = || Some("a bit".to_owned());
        assert_eq!(standing.note("x", fault(), 1), fault());
        assert_eq!(standing.note("x", fault(), 2), None);
        assert_eq!(standing.note("y", fault(), 2), fault());
        assert!(!check(&standing, 2).ok);
        assert_eq!(standing.note("x", None, 3), None);
        assert_eq!(standing.damaged.len(), 1);
        standing.begin(Kind::Full, 3);
        let round = standing.full.clone();
        standing.end(Kind::Full, round, 4);
        assert_eq!(standing.damaged, [], "it was not met again");
        assert!(check(&standing, 4).ok);
        assert!(!check(&standing, 4 + LATE_MS + 1).ok);
    }

    #[test]
    fn it_is_kept_and_a_damaged_file_is_a_beginning() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("node")).unwrap();
        assert_eq!(standing(folder.path()), Standing::default());
        let mut kept = Standing::default();
        kept.note("x", Some("a bit".to_owned()), 1);
        write(folder.path(), &kept).unwrap();
        assert_eq!(standing(folder.path()), kept);
        std::fs::write(file(folder.path()), "{").unwrap();
        assert_eq!(standing(folder.path()), Standing::default());
    }
}
