//! Essays and series: items of two kinds.
//!
//! Always: an item has no text, so that lists stay small. The text of an essay is read from the entry of its newest version.

use imajin_app::operation::Choice;
use imajin_app::{Catalogue, Icon};
use imajin_items::{ItemOf, ItemPages, Items};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Essays;
use crate::manifest::{MANIFEST, TEXTS};

/// Words that people read in a minute.
const WORDS_A_MINUTE: u64 = 220;

/// A kind of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A text, in a series or in none.
    Essay,
    /// Essays in the order in which they are read.
    Series,
}

/// The members that only items of this service have.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Own {
    /// The number of words of an essay.
    #[serde(default)]
    pub words: u64,
    /// The author's jar for tips that is shown below the text, by its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jar: Option<String>,
}

impl Own {
    /// Returns how long it takes to read, in minutes: at least one.
    pub fn minutes(&self) -> u64 {
        self.words.div_ceil(WORDS_A_MINUTE).max(1)
    }
}

impl Items for Essays {
    const SERVICE: &'static str = MANIFEST.name;
    const DEPTH: usize = 2;
    type Kind = Kind;
    type Own = Own;

    fn may_contain(outer: Kind, inner: Kind) -> bool {
        (outer, inner) == (Kind::Series, Kind::Essay)
    }

    fn may_be_followed(kind: Kind) -> bool {
        kind == Kind::Series
    }
}

impl ItemPages for Essays {
    const ICON: Icon = Icon::Record;
    const TEXTS: &'static Catalogue = &TEXTS;
    const NOT_FOUND: &'static str = "no-such-essay";

    fn is_in_feeds(kind: Kind) -> bool {
        kind == Kind::Essay
    }
}

/// An essay or series as the table has it.
pub(crate) type Item = ItemOf<Essays>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_takes_at_least_a_minute() {
        let minutes = |words| Own { words, jar: None }.minutes();
        assert_eq!([0, 220, 221, 2_200].map(minutes), [1, 1, 2, 10]);
    }
}
