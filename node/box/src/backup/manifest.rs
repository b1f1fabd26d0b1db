//! The content of one backup: its files, each as pieces in packs.
//!
//! Always: a name leads below the data folder and nowhere else, even in a forged manifest.

use super::{BackupError, Result};
use imajin_dfos::hex;
use imajin_protocol::EncryptionKey;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// The version of this form.
pub(super) const VERSION: u32 = 1;
/// Pieces of a database: a write changes a few pages of it, so that small pieces find their like in the backup before.
const DATABASE_PIECE_BYTES: usize = 64 << 10;
/// Pieces of anything else, which is written once.
const PIECE_BYTES: usize = 1 << 20;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) v: u32,
    pub(super) id: String,
    pub(super) node: String,
    /// Time at which the backup began, by the machine's clock, in milliseconds.
    pub(super) begun_ms: i64,
    /// Packs, by the number under which pieces name them.
    pub(super) packs: Vec<String>,
    /// Files, in order of their names.
    pub(super) files: Vec<FileRow>,
    /// Only in this machine's copy of the manifest: the owner's keys that open the backup, if they differ from the key in
    /// entry 0 of their record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) keys: Vec<EncryptionKey>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRow {
    /// Its name below the data folder.
    pub(super) path: String,
    pub(super) bytes: u64,
    /// Time of the last change in nanoseconds; `None` if the file was read so soon after it that a later change could go
    /// unnoticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) changed_ns: Option<i64>,
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a file in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Piece {
    #[serde(with = "hex_sum")]
    pub(super) sum: [u8; 32],
    /// Index of the pack; `at` is the offset in the decrypted pack.
    pub(super) pack: u32,
    pub(super) at: u64,
    pub(super) bytes: u32,
}

mod hex_sum {
    use super::hex;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(sum: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&hex::encode(sum))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        let sum = hex::decode(&text).and_then(|sum| sum.try_into().ok());
        sum.ok_or_else(|| D::Error::custom("no SHA-256"))
    }
}

impl Manifest {
    /// Reads one and checks that it can mean only files of a data folder.
    pub(super) fn read(bytes: &[u8], name: &str) -> Result<Self> {
        let damaged = |why: String| BackupError::damaged(name, why);
        let read: Self =
            serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        if read.v != VERSION {
            return Err(damaged(format!(
                "it is of version {}, and this program knows {VERSION}: use a newer imajin",
                read.v
            )));
        }
        for file in &read.files {
            if below(&file.path).is_none() {
                return Err(damaged(format!("{:?} is not a name in a data folder", file.path)));
            }
            let sum: u64 = file.pieces.iter().map(|piece| u64::from(piece.bytes)).sum();
            let packs = read.packs.len();
            let wrong =
                |piece: &Piece| piece.pack as usize >= packs || piece.bytes as usize > PIECE_BYTES;
            if sum != file.bytes || file.pieces.iter().any(wrong) {
                return Err(damaged(format!("the pieces of {:?} do not fit", file.path)));
            }
        }
        Ok(read)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Records among the files.
    pub(super) fn logs(&self) -> u64 {
        let is_log =
            |file: &&FileRow| file.path.starts_with("users/") && file.path.ends_with("/log.sqlite");
        self.files.iter().filter(is_log).count() as u64
    }

    /// Every piece, by its sum.
    pub(super) fn pieces(&self) -> HashMap<[u8; 32], Piece> {
        self.files.iter().flat_map(|file| &file.pieces).map(|piece| (piece.sum, *piece)).collect()
    }
}

/// Converts a name to a path below a folder; `None` for a name that leads out of it.
pub(super) fn below(name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && !name.is_empty()).then(|| path.to_path_buf())
}

/// Returns the size of a file's pieces in bytes.
pub(super) fn piece_bytes(path: &str) -> usize {
    if path.ends_with(".sqlite") { DATABASE_PIECE_BYTES } else { PIECE_BYTES }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(path: &str) -> Manifest {
        let piece = Piece { sum: [7; 32], pack: 0, at: 3, bytes: 5 };
        let file =
            FileRow { path: path.to_owned(), bytes: 5, changed_ns: Some(9), pieces: vec![piece] };
        Manifest {
            v: VERSION,
            id: "a".to_owned(),
            node: "did:imajin:x".to_owned(),
            begun_ms: 1,
            packs: vec!["pack-a-0.age".to_owned()],
            files: vec![file],
            keys: Vec::new(),
        }
    }

    fn read(manifest: &Manifest) -> Result<Manifest> {
        Manifest::read(&serde_json::to_vec(manifest).unwrap(), "m")
    }

    #[test]
    fn a_manifest_is_read_back() {
        let good = manifest("users/did_imajin_x/log.sqlite");
        assert_eq!(read(&good).unwrap(), good);
        assert_eq!((good.bytes(), good.logs()), (5, 1));
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for path in ["/etc/passwd", "../x", "users/../../x", "", "."] {
            assert!(read(&manifest(path)).is_err(), "{path}");
        }
    }

    #[test]
    fn pieces_that_do_not_fit_are_refused() {
        let mut wrong = manifest("secrets.sqlite");
        wrong.files[0].bytes = 6;
        assert!(read(&wrong).is_err());
        let mut wrong = manifest("secrets.sqlite");
        wrong.files[0].pieces[0].pack = 1;
        assert!(read(&wrong).is_err());
    }
}
