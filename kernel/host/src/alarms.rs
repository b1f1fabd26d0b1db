//! Alarms for the owner, shown where they look: a card each on their first page, a letter where the node sends letters,
//! the metrics and the node's log.
//!
//! Always: an alarm is a failed check of [`Upkeep::checks`](crate::Upkeep::checks), so that the doctor, the page
//! `/health`, the owner's first page, letters and metrics say the same. Each alarm is announced once a day at most,
//! also over restarts, and ends when its check passes again.

mod announcements;
mod letter;
mod look;

use std::path::Path;

use parking_lot::Mutex;
use tokio::sync::Notify;

use announcements::Announcements;
use imajin_app::Words;
use imajin_app::check::Check;
use imajin_dfos::order::Order as _;

pub use look::started;

/// The kinds of alarms, each with its name in files and metrics, and its title.
macro_rules! kinds {
    ($($kind:ident, $word:literal, $title:literal;)+) => {
        /// The kind of an alarm.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $(#[doc = $title] $kind,)+ }

        /// All kinds of alarms.
        pub const ALL: &[Kind] = &[$(Kind::$kind),+];

        impl Kind {
            /// The kind's name in files and metrics.
            pub fn word(self) -> &'static str {
                match self { $(Self::$kind => $word,)+ }
            }

            /// The title of alarms of this kind, in English.
            pub fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)+ }
            }
        }
    };
}

kinds! {
    Disk, "disk", "Your box is filling up";
    Damage, "damage", "Something on the card is damaged";
    // The last backup is old, failed, was made of damaged records, or there is none.
    Backup, "backup", "Backups need you";
    Card, "card", "The card is failing";
    Files, "files", "A disk isn't plugged in";
    Certificate, "certificate", "A certificate needs you";
    NameTaken, "name-taken", "Somebody may pose as your box";
    Update, "update", "An update waits";
    Twin, "twin", "Another box uses this box's key";
    Payment, "payment", "A payment needs you";
}

impl Kind {
    /// The kind of alarm of a check with this name; `None` if it raises none.
    pub fn from_check(check: &str) -> Option<Self> {
        match check {
            "disk" => Some(Self::Disk),
            "records" | "verification" => Some(Self::Damage),
            "backups" | "restore drill" | "proof of keeping" | "friends' backups" => {
                Some(Self::Backup)
            }
            "disk health" => Some(Self::Card),
            "disk of files" => Some(Self::Files),
            "certificate" | "https" => Some(Self::Certificate),
            "name taken" => Some(Self::NameTaken),
            "updates" => Some(Self::Update),
            "twin" | "older copy" => Some(Self::Twin),
            "payments" | "refunds" => Some(Self::Payment),
            _ => None,
        }
    }

    /// The path of the page that helps the owner.
    pub fn href(self) -> &'static str {
        match self {
            Self::Backup => "/backups",
            Self::Update => "/health#program",
            Self::Certificate => "/network",
            Self::Disk
            | Self::Damage
            | Self::Card
            | Self::Files
            | Self::NameTaken
            | Self::Twin
            | Self::Payment => "/health",
        }
    }
}

/// An alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The kind.
    pub kind: Kind,
    /// Whether nothing is broken yet.
    pub is_warning: bool,
    /// The finding; lines.
    pub says: String,
    /// The remedy.
    pub todo: Option<String>,
}

impl Alarm {
    /// The title, in the language of these words.
    pub fn title(&self, words: &Words) -> String {
        words.sentence(self.kind.title()).into_owned()
    }

    /// The finding, in the language of these words; lines.
    pub fn says(&self, words: &Words) -> String {
        words.sentence(&self.says).into_owned()
    }

    /// The remedy, in the language of these words.
    pub fn todo(&self, words: &Words) -> Option<String> {
        let todo = self.todo.as_deref()?;
        Some(words.sentence(todo).into_owned())
    }
}

/// The alarms of these checks: one of each kind at most, in order of the kinds.
fn collect_alarms(checks: &[Check]) -> Vec<Alarm> {
    let mut alarms: Vec<Alarm> = Vec::new();
    for check in checks.iter().filter(|check| !check.ok) {
        let Some(kind) = Kind::from_check(&check.name) else {
            continue;
        };
        match alarms.iter_mut().find(|alarm| alarm.kind == kind) {
            Some(alarm) => {
                alarm.is_warning &= check.warning;
                alarm.says = format!("{}\n{}", alarm.says, check.says);
                alarm.todo = alarm.todo.take().or_else(|| check.todo.clone());
            }
            None => alarms.push(Alarm {
                kind,
                is_warning: check.warning,
                says: check.says.clone(),
                todo: check.todo.clone(),
            }),
        }
    }
    alarms.order_by_key(|alarm| alarm.kind);
    alarms
}

/// The alarms of a node.
pub struct Alarms {
    said: Mutex<Announcements>,
    now: Mutex<Vec<Alarm>>,
    wake: Notify,
}

impl Alarms {
    /// Opens the alarms of a data folder, with the announcements of earlier runs.
    pub(crate) fn open(data: &Path) -> Self {
        Self {
            said: Mutex::new(Announcements::open(data)),
            now: Mutex::default(),
            wake: Notify::new(),
        }
    }

    /// The current alarms, as of the last look.
    pub fn now(&self) -> Vec<Alarm> {
        self.now.lock().clone()
    }

    /// Wakes the task that looks for alarms, after an event that the owner may have to know.
    pub fn look_again(&self) {
        self.wake.notify_one();
    }

    /// Replaces the current alarms by those of new checks.
    pub fn see(&self, checks: &[Check]) {
        *self.now.lock() = collect_alarms(checks);
    }

    /// Takes the results of the checks, and returns what to tell the owner now.
    fn take(&self, checks: &[Check], now_ms: i64) -> Vec<Alarm> {
        self.see(checks);
        self.said.lock().due(self.now(), now_ms)
    }

    /// Notes that these were said.
    fn note(&self, alarms: &[Alarm], now_ms: i64) {
        self.said.lock().note(alarms, now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_is_a_check_that_is_not_well_and_each_kind_is_there_once() {
        let checks = [
            Check::good("disk", "9 GB are free"),
            Check::bad("verification", "a record is damaged", "mend it").by("imajin repair"),
            Check::bad("records", "1 record is set aside", "look"),
            Check::warn("backups", "none are made", "choose a place"),
            Check::bad("clock", "it is 1970", "set it"),
        ];
        let alarms = collect_alarms(&checks);
        let kinds: Vec<Kind> = alarms.iter().map(|alarm| alarm.kind).collect();
        assert_eq!(kinds, [Kind::Damage, Kind::Backup]);
        assert_eq!(alarms[0].says, "a record is damaged\n1 record is set aside");
        assert!(!alarms[0].is_warning && alarms[1].is_warning);
    }
}
