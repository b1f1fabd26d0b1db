//! The four requests that people may make to every app that keeps their data: export, count, delete, and move to
//! another node.
//!
//! The kernel asks every mounted app in turn, so an app that lacks one of the four answers doesn't compile.

pub mod entries;

use std::fmt;

use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::words::{Lang, Words};

pub use entries::{KeepsEntries, Things};

/// An app's part in the export, count, deletion and move of a person's data. `db` is the app's own projection.
pub trait DataRights {
    /// Keeps what the four answers need of an entry of the app itself, before [`crate::Service::apply`] sees it. For most
    /// apps `apply` does.
    fn keep(&self, _db: &Connection, _entry: &Applied<'_>) -> rusqlite::Result<()> {
        Ok(())
    }
    /// Makes the app's section of `bundle.json` from tables that hold this one log and nothing else, so that the
    /// section is a pure function of the log. `None` where the kernel makes the section (`identity`, `media`).
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<serde_json::Value>>;
    /// The operations by which people enter their .fair manifests, as `manifest` of the body. Those of all apps
    /// make the section `fair` of `bundle.json`.
    fn manifest_operations(&self) -> &'static [&'static str] {
        &[]
    }
    /// Counts the things that the app holds of a DID.
    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>>;
    /// Lists what a deletion erases, and what it retains and why.
    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan>;
    /// Lists what moves with a person to another node, and what cannot and why.
    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan>;
}

/// An app that keeps no data of people: it declares no kinds of things ([`KeepsEntries`]) and has no table.
pub trait HoldsNothing {}

/// "47 assets": a kind of thing and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Count {
    /// What, in the plural and for people: `followers`.
    #[schema(example = "followers")]
    pub kind: String,
    /// How many.
    pub number: u64,
}

impl Count {
    /// Counts things of a kind.
    pub fn new(kind: impl Into<String>, number: u64) -> Self {
        Self { kind: kind.into(), number }
    }

    /// Counts these kinds, and leaves out those without any.
    pub fn of_any<'a>(all: impl IntoIterator<Item = (&'a str, u64)>) -> Vec<Self> {
        let there = all.into_iter().filter(|(_, number)| *number > 0);
        there.map(|(kind, number)| Self::new(kind, number)).collect()
    }

    /// The number of things of a kind in these counts.
    pub fn number_of(kind: &str, counts: &[Self]) -> u64 {
        let count = counts.iter().find(|count| count.kind == kind);
        count.map_or(0, |count| count.number)
    }

    /// The kind in the grammatical number that fits: `identity` of `identities` if there is one.
    pub fn kind_name(&self) -> String {
        if self.number != 1 {
            return self.kind.clone();
        }
        let ends = JOINTS.iter().filter_map(|joint| self.kind.find(joint));
        let (head, rest) = self.kind.split_at(ends.min().unwrap_or(self.kind.len()));
        let each: Vec<_> = head.split(" and ").map(singular).collect();
        format!("{}{rest}", each.join(" or "))
    }

    /// "47 assets" in the language of these words: the message of the many, `says-… = { $count } assets`.
    pub fn translate(&self, words: &Words) -> String {
        let many = format!("{} {}", self.number, self.kind);
        let sentence = words.sentence(&many);
        if words.lang == Lang::En || *sentence == *many {
            self.to_string()
        } else {
            sentence.into_owned()
        }
    }

    /// The kind in the language of these words, without the number.
    pub fn kind_name_in(&self, words: &Words) -> String {
        let text = self.translate(words);
        let named = text.strip_prefix(&format!("{} ", self.number));
        named.map_or_else(|| text.clone(), str::to_owned)
    }

    /// Translates the kind into the language of these words, in the grammatical number that fits.
    fn in_words(self, words: &Words) -> Self {
        match words.lang {
            Lang::En => self,
            _ => Self::new(self.kind_name_in(words), self.number),
        }
    }
}

/// Words before which the noun of a kind ends: of "courses with progress", only the courses are counted.
const JOINTS: [&str; 8] =
    [" of ", " with ", " without ", " to ", " that ", " in ", " for ", " as "];

/// `identity` of `identities`, `address` of `addresses`, `entry` of `entries`.
fn singular(kind: &str) -> String {
    if let Some(stem) = kind.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let stem = if kind.ends_with("sses") || kind.ends_with("xes") || kind.ends_with("ches") {
        kind.strip_suffix("es")
    } else {
        kind.strip_suffix('s')
    };
    stem.unwrap_or(kind).to_owned()
}

/// "47 assets", "1 identity".
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.kind_name())
    }
}

/// Something that stays when a person goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Retained {
    /// What.
    #[schema(example = "signed headers of your entries")]
    pub kind: String,
    /// How many.
    pub number: u64,
    /// Why, for people.
    pub why: String,
}

impl Retained {
    /// Retains this many things of a kind, for this reason.
    pub fn new(kind: impl Into<String>, number: u64, why: impl Into<String>) -> Self {
        Self { kind: kind.into(), number, why: why.into() }
    }

    /// Retains this many things of a kind, or nothing if there are none.
    pub fn of_any(kind: impl Into<String>, number: u64, why: impl Into<String>) -> Option<Self> {
        (number > 0).then(|| Self::new(kind, number, why))
    }

    fn in_words(self, words: &Words) -> Self {
        match words.lang {
            Lang::En => self,
            _ => Self {
                kind: Count::new(self.kind, self.number).kind_name_in(words),
                number: self.number,
                why: words.sentence(&self.why).into_owned(),
            },
        }
    }
}

/// The effects of a deletion in one service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeletePlan {
    /// Things that are erased.
    pub goes: Vec<Count>,
    /// Things that stay, each with its reason.
    pub stays: Vec<Retained>,
}

/// The effects of a move to another node in one service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TransferPlan {
    /// Things that move with the person.
    pub moves: Vec<Count>,
    /// Things that cannot move, each with its reason.
    pub cannot: Vec<Retained>,
}

impl TransferPlan {
    /// The plan for people who read these words' language.
    pub fn in_words(self, words: &Words) -> Self {
        let moves = self.moves.into_iter();
        let cannot = self.cannot.into_iter();
        Self {
            moves: moves.map(|count| count.in_words(words)).collect(),
            cannot: cannot.map(|stays| stays.in_words(words)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_kind_is_said_as_one() {
        let text = |kind| Count::new(kind, 1).to_string();
        assert_eq!(text("email addresses"), "1 email address");
        assert_eq!(text("payments and requests"), "1 payment or request");
        assert_eq!(text("identities"), "1 identity");
        assert_eq!(text("devices"), "1 device");
        assert_eq!(text("courses and lessons"), "1 course or lesson");
        assert_eq!(text("courses with progress"), "1 course with progress");
        assert_eq!(text("names of devices and sheets"), "1 name of devices and sheets");
        assert_eq!(Count::new("email addresses", 2).to_string(), "2 email addresses");
    }
}
