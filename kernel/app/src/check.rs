//! A check: one thing that was examined, and its state.

use serde::{Deserialize, Serialize};

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The name, in a word.
    pub name: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// Whether a failed check is only a warning: nothing is broken yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub warning: bool,
    /// The finding.
    pub says: String,
    /// The remedy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub todo: Option<String>,
    /// The command that does it. Pages leave it out: they lead to where it is done with a button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl Check {
    /// All is well.
    pub fn good(name: &str, says: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            ok: true,
            warning: false,
            says: says.into(),
            todo: None,
            command: None,
        }
    }

    /// Makes a warning: nothing is broken, but something should change, and `todo` says how.
    pub fn warn(name: &str, says: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { warning: true, ..Self::bad(name, says, todo) }
    }

    /// Something is wrong, and this is what to do.
    pub fn bad(name: &str, says: impl Into<String>, todo: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            ok: false,
            warning: false,
            says: says.into(),
            todo: Some(todo.into()),
            command: None,
        }
    }

    /// Names the command that does the remedy.
    pub fn by(self, command: &str) -> Self {
        Self { command: Some(command.to_owned()), ..self }
    }
}
