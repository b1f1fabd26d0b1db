//! Restarting, stopping and erasing the box.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Power {
    /// Restarts the box, or only the node on a machine with other programs.
    Restart,
    /// Shuts the box down, or ends the node.
    Stop,
    /// Erases everything in the data folder, and starts as new.
    Reset,
}

impl Power {
    /// The word that the owner types to confirm, so that no single click does it.
    pub fn typed(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Stop => "stop",
            Self::Reset => "erase everything",
        }
    }
}

/// The powers that work here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Powers {
    /// Whether the whole machine is restarted and shut down, and not only the node.
    pub of_machine: bool,
    /// Whether it can be restarted.
    pub restart: bool,
    /// Whether it can be stopped.
    pub stop: bool,
    /// Whether it can be erased.
    pub reset: bool,
}

impl Powers {
    /// Whether this one works.
    pub fn has(self, power: Power) -> bool {
        match power {
            Power::Restart => self.restart,
            Power::Stop => self.stop,
            Power::Reset => self.reset,
        }
    }
}
