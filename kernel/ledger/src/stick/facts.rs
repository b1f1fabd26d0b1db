//! The machine's record of a stick from mounting it: lines `name=value` (systemd/stick).

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;

use super::Stick;

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

/// Reads a facts file; `None` if it does not exist.
pub(super) fn read(path: &Path) -> Option<Stick> {
    let mut text = Vec::new();
    File::open(path).ok()?.take(BYTES_MAX).read_to_end(&mut text).ok()?;
    Some(parse(&String::from_utf8_lossy(&text)))
}

fn parse(text: &str) -> Stick {
    let mut stick = Stick::default();
    for (name, value) in text.lines().filter_map(|line| line.split_once('=')) {
        let value = value.trim().to_owned();
        match name {
            "state" => stick.state = state(&value),
            "model" => stick.model = value,
            "label" => stick.label = value,
            "filesystem" => stick.filesystem = value,
            "why" => stick.why = value,
            _ => {}
        }
    }
    stick
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
        let facts = parse("state=mounted\nmodel= Flash Disk \nlabel=a=b\nmore=1\nnonsense\n");
        assert_eq!(facts.state, State::Mounted);
        assert_eq!((facts.model.as_str(), facts.label.as_str()), ("Flash Disk", "a=b"));
        assert_eq!(parse("").state, State::Failed);
    }
}
