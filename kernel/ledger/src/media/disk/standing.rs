//! The owner's choice of a place for media: `node/media.json`. Without this file people's files are on the card.

use std::io;
use std::path::{Path, PathBuf};

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};

use crate::durable;

/// The note's file name in the node's folder.
pub(super) const NOTE: &str = "media.json";

/// The owner's choice of a place for media.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    v: u32,
    /// The disk that has files, or is about to; `None` if all are on the card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) disk: Option<NodeDisk>,
    /// The disks that their owner gave up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) lost: Vec<LostDisk>,
}

impl Default for Standing {
    fn default() -> Self {
        Self { v: 1, disk: None, lost: Vec::new() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NodeDisk {
    /// The id in the disk's marker.
    pub(super) id: String,
    /// The node in the disk's marker.
    pub(super) node: Did,
    /// The display name.
    pub(super) name: String,
    /// The mount point when the disk was chosen.
    pub(super) place: PathBuf,
    pub(super) going: Going,
}

/// The direction of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Going {
    /// Files move from the card to the disk.
    ToDisk,
    /// The files are on the disk. Files that arrive on the card, such as with a copy of a record, move there too.
    OnDisk,
    /// Files move from the disk to the card.
    ToCard,
}

/// A disk that its owner gave up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostDisk {
    /// The id in the disk's marker.
    pub id: String,
    /// The display name when the disk was in use.
    pub name: String,
    /// The time at which the owner gave the disk up.
    pub at: Timestamp,
}

/// The places of people's files, for display.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The disk, if they are not all on the card: its id and display name.
    pub disk: Option<(String, String)>,
    /// Whether the disk is missing.
    pub is_missing: bool,
    /// Whether files move to the disk.
    pub to_disk: bool,
    /// Whether files move to the card.
    pub to_card: bool,
    /// The disks that their owner gave up.
    pub lost: Vec<LostDisk>,
}

impl Standing {
    /// Reads the note. An unreadable note counts as the choice of an absent disk: the node must not write files to the
    /// card that belong on a disk.
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

    /// Returns the choice for files on this disk, or on the card if `None`; disks given up as lost stay listed.
    pub(super) fn with_disk(&self, disk: Option<NodeDisk>) -> Self {
        Self { disk, ..self.clone() }
    }
}
