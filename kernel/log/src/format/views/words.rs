//! The section `home_words`: the entries that rest on the home's word alone, because no person signed their contents
//! (docs/format.md §8, docs/sections.md).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::verify::replay::Word;

/// The entries that only the home vouches for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeWords {
    entries: u64,
    /// The number of entries that can be judged.
    of: u64,
    /// The number of these entries by service.
    services: BTreeMap<String, u64>,
    /// The entries' numbers in the log: first and last of each run without a gap.
    seqs: Vec<(u64, u64)>,
}

impl HomeWords {
    /// Reads the section of a bundle.
    pub fn read(section: Option<&Value>) -> Self {
        let read = section.map(|section| serde_json::from_value(section.clone()));
        read.and_then(Result::ok).unwrap_or_default()
    }

    /// Adds the next entry.
    pub(crate) fn take(&mut self, seq: u64, service: &str, word: Word) {
        self.of += u64::from(word != Word::Unknown);
        if !matches!(word, Word::Home | Word::HomeInPart) {
            return;
        }
        self.entries += 1;
        match self.services.get_mut(service) {
            Some(number) => *number += 1,
            None => drop(self.services.insert(service.to_owned(), 1)),
        }
        match self.seqs.last_mut() {
            Some((_, last)) if *last + 1 == seq => *last = seq,
            _ => self.seqs.push((seq, seq)),
        }
    }

    pub(crate) fn section(&self) -> Value {
        json!({ "entries": self.entries, "of": self.of, "services": self.services, "seqs": self.seqs })
    }

    /// Returns the number of these entries, and of all that can be judged.
    pub fn counts(&self) -> (u64, u64) {
        (self.entries, self.of)
    }

    /// Returns the number of these entries of a service.
    pub fn of_service(&self, service: &str) -> u64 {
        self.services.get(service).copied().unwrap_or_default()
    }

    /// Returns whether an entry is one of them.
    pub fn has(&self, seq: u64) -> bool {
        let after = self.seqs.partition_point(|(first, _)| *first <= seq);
        let before = after.checked_sub(1).and_then(|at| self.seqs.get(at));
        before.is_some_and(|(_, last)| seq <= *last)
    }
}
