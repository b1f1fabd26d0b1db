//! What the owner chose: `node/media.json`. Without it people's files are on the card.

use std::io;
use std::path::{Path, PathBuf};

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};

use crate::durable;

/// Its name in the node's folder.
pub(super) const NOTE: &str = "media.json";

/// What was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    v: u32,
    /// The disk that has files, or is about to; none if all are on the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) disk: Option<NodeDisk>,
    /// The disks that their owner gave up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) lost: Vec<LostDisk>,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            v: 1,
            disk: None,
            lost: Vec::new(),
        }
    }
}

/// The disk of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NodeDisk {
    /// As its marker says.
    pub(super) id: String,
    /// As its marker says.
    pub(super) node: Did,
    /// What people call it.
    pub(super) name: String,
    /// Where it was when it was chosen.
    pub(super) place: PathBuf,
    pub(super) going: Going,
}

/// Where files go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Going {
    /// From the card to the disk.
    ToDisk,
    /// They are on the disk. What comes to the card, such as with a copy of a record, goes there too.
    OnDisk,
    /// From the disk to the card.
    ToCard,
}

/// A disk that its owner gave up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostDisk {
    /// As its marker said.
    pub id: String,
    /// What people called it.
    pub name: String,
    /// When it was given up.
    pub at: Timestamp,
}

/// Where people's files are, for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The disk, if they are not all on the card: its id and what people call it.
    pub disk: Option<(String, String)>,
    /// Whether it isn't there.
    pub is_missing: bool,
    /// Whether files move to the disk.
    pub to_disk: bool,
    /// Whether files move to the card.
    pub to_card: bool,
    /// The disks that their owner gave up.
    pub lost: Vec<LostDisk>,
}

impl Standing {
    /// What is noted. A note that cannot be read is taken for one of a disk that isn't there: nothing must be written to the
    /// card that belongs on a disk.
    pub(super) fn read(note: &Path) -> Self {
        let why = match std::fs::read(note) {
            Ok(text) => match serde_json::from_slice(&text) {
                Ok(standing) => return standing,
                Err(error) => error.to_string(),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::default(),
            Err(error) => error.to_string(),
        };
        tracing::error!(note = %note.display(), why, "where people's files are cannot be read");
        Self {
            disk: Some(NodeDisk {
                id: "unknown".to_owned(),
                node: Did::from_key(&[0; 32]),
                name: "unknown".to_owned(),
                place: PathBuf::new(),
                going: Going::OnDisk,
            }),
            ..Self::default()
        }
    }

    /// Notes it, readable after a power cut.
    pub(super) fn write(&self, note: &Path) -> io::Result<()> {
        durable::replace(note, &serde_json::to_vec_pretty(self)?)
    }

    /// What is chosen once files are on this disk, or on none; what was given up as lost stays.
    pub(super) fn with(&self, disk: Option<NodeDisk>) -> Self {
        Self {
            disk,
            ..self.clone()
        }
    }
}
