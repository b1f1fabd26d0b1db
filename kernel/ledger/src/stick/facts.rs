//! The machine's record of a stick from mounting it: lines `name=value` (systemd/stick).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

/// Maximum bytes of a facts file; it has five short lines.
const BYTES_MAX: u64 = 4096;

/// Whether a stick is usable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The stick is mounted and usable.
    #[serde(rename = "ready")]
    Mounted,
    /// Removal was requested, and the machine hasn't unmounted the stick yet: nothing begins with it.
    Leaving,
    /// The stick is unmounted and can be pulled out.
    Removable,
    /// The machine could not mount the stick.
    #[default]
    Failed,
}

/// A parsed facts file.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) state: State,
    pub(super) model: String,
    pub(super) label: String,
    pub(super) filesystem: String,
    pub(super) why: String,
}

impl Facts {
    /// Reads a facts file; `None` if it does not exist.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let mut text = Vec::new();
        let file = File::open(path).ok()?;
        file.take(BYTES_MAX).read_to_end(&mut text).ok()?;
        Some(Self::parse(&String::from_utf8_lossy(&text)))
    }

    fn parse(text: &str) -> Self {
        let mut facts = Self::default();
        for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
            let value = value.trim().to_owned();
            match name {
                "state" => facts.state = state(&value),
                "model" => facts.model = value,
                "label" => facts.label = value,
                "filesystem" => facts.filesystem = value,
                "why" => facts.why = value,
                _ => {}
            }
        }
        facts
    }
}

fn state(word: &str) -> State {
    match word {
        "mounted" => State::Mounted,
        "removable" => State::Removable,
        _ => State::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_whatever_a_label_says() {
        let facts =
            Facts::parse("state=mounted\nmodel= Flash Disk \nlabel=a=b\nmore=1\nnonsense\n");
        assert_eq!(facts.state, State::Mounted);
        assert_eq!(
            (facts.model.as_str(), facts.label.as_str()),
            ("Flash Disk", "a=b")
        );
        assert_eq!(Facts::parse("").state, State::Failed);
    }
}
