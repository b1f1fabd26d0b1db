//! Usage of the box's disk, by kind, and the parts that may be removed, as the page of the box and the doctor show it.
//!
//! Always: the program looks and removes ([`Upkeep`](crate::Upkeep)); what it offers to remove is never the only copy of
//! anything that a person wrote.

use imajin_app::check::Check;
use serde::{Deserialize, Serialize};

use crate::room::{Level, Standing};

/// The kinds of data, each with a short title, and how it gets smaller.
macro_rules! kinds {
    ($($kind:ident, $title:literal, $advice:literal;)+) => {
        /// The kind of a part of the disk's content.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $(#[doc = $title] $kind,)+ }

        impl Kind {
            /// A short title of the kind.
            pub fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)+ }
            }

            /// How it gets smaller.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$kind => $advice,)+ }
            }
        }
    };
}

kinds! {
    Records, "people's records",
        "People delete what they do not want any more, or take their record to another box.";
    Media, "pictures and files",
        "People remove pictures from their pages; what nothing shows any more goes a day after it came. `disk.person_bytes` in the settings bounds what one person's may take.";
    Tables, "tables made of the records",
        "They grow with the records, and are made again from them.";
    Previews, "previews of pictures",
        "They take a twentieth of the disk at most; the oldest make room, and are made again when somebody looks.";
    Journal, "the journal",
        "It empties itself.";
    Relay, "relay and registry",
        "What strangers leave there has a budget: `registry.limits.store_bytes` in the settings.";
    Backups, "backups on this disk",
        "A backup on the same disk is lost with it: name a stick or a storage under `[backup]` in the settings.";
    Friends, "backups of friends' boxes",
        "End the contracts that are not used any more, on the page Backups: their files go after 30 days.";
    Copies, "copies that wait to be fetched",
        "Each goes a day after it was made.";
    Arrivals, "copies that are arriving",
        "An upload that has stopped is removed after two days.";
    Damaged, "damaged files that were set aside",
        "They go once the records are mended (`imajin repair`) and you have no use for them.";
    Reserve, "kept for a full disk",
        "It lets people sign in, delete and take copies when the disk is full.";
    Settings, "settings, keys and sessions",
        "It stays small.";
    SystemLog, "the log of the system",
        "`journalctl --vacuum-size=100M` shortens it.";
    Other, "everything else on this disk",
        "Other programs, and files that somebody put there: look with `du -xh / | sort -h`.";
}

/// A removal that the program does at its owner's request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// Copies that were not touched for an hour.
    Copies,
    /// Files that no record names, a day after they came.
    Media,
    /// All backups on this disk but the newest whole one.
    OldBackups,
}

/// The usage of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The kind.
    pub kind: Kind,
    /// Bytes that it takes on the disk.
    pub bytes: u64,
    /// The removal that the program offers for this part, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removal: Option<Removal>,
    /// Bytes that this would free, where that is known before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frees: Option<u64>,
}

/// The usage of a disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// The state of the disk; `None` if the file system gives no numbers.
    pub room: Option<Standing>,
    /// The largest first.
    pub parts: Vec<Part>,
}

impl Removal {
    /// The question to confirm it; `None` if nothing is lost.
    pub fn question(self) -> Option<&'static str> {
        match self {
            Self::Copies | Self::Media => None,
            Self::OldBackups => Some(
                "Remove all backups on this disk but the newest whole one? What was deleted or damaged since the older ones were made cannot be brought back from them any more.",
            ),
        }
    }
}

impl Usage {
    /// For the doctor: how much room there is, and what takes the most of it.
    pub fn check(&self) -> Check {
        const NAME: &str = "disk";
        let lines = self.parts.iter().filter(|part| part.bytes > 0);
        let lines = lines.map(|part| format!("{}: {}", part.kind.title(), megabytes(part.bytes)));
        let list = lines.collect::<Vec<_>>().join("\n");
        let Some(room) = self.room else {
            return Check::good(NAME, list);
        };
        let free = format!(
            "{} of {} are free; {} are kept for signing in, deleting and copies",
            megabytes(room.free),
            megabytes(room.total),
            megabytes(room.reserve)
        );
        let says = format!("{free}\n{list}");
        match room.level {
            Level::Plenty => Check::good(NAME, says),
            Level::Scarce => Check::warn(
                NAME,
                says,
                format!(
                    "make room soon: the box takes in no new people any more. {}",
                    self.advice()
                ),
            ),
            Level::Reserve => Check::bad(
                NAME,
                says,
                format!(
                    "make room: until then only signing in, deleting and copies work. {}",
                    self.advice()
                ),
            ),
        }
    }

    /// Advice about the kind that takes the most.
    fn advice(&self) -> &'static str {
        self.parts.first().map_or("", |part| part.kind.advice())
    }
}

fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    match tenths {
        0..10_000 => format!("{}.{} MB", tenths / 10, tenths % 10),
        _ => format!("{}.{} GB", tenths / 10_000, tenths / 1_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_says_what_takes_the_most_and_how_it_gets_smaller() {
        let part = |kind, bytes| Part { kind, bytes, removal: None, frees: None };
        let room = |level| Standing {
            total: 20_000_000_000,
            free: 900_000_000,
            reserve: 1_000_000_000,
            level,
        };
        let usage = |level| Usage {
            room: Some(room(level)),
            parts: vec![part(Kind::Other, 9_000_000_000), part(Kind::Records, 0)],
        };
        let check = usage(Level::Reserve).check();
        assert!(!check.ok && !check.warning);
        let filling = usage(Level::Scarce).check();
        assert!(!filling.ok && filling.warning, "people may still write");
        assert!(check.says.contains("everything else on this disk: 9.0 GB"), "{}", check.says);
        assert!(!check.says.contains("records:"), "what takes nothing is not listed");
        assert!(check.todo.unwrap().contains("du -xh"));
        assert!(usage(Level::Plenty).check().ok);
        assert_eq!(megabytes(12_340_000), "12.3 MB");
    }
}
