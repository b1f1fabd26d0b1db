//! The rules for files on a stick that are left out: files that a system or a program keeps for itself, and copies of
//! people's data.

use imajin_pictures::Sort;
use serde::{Deserialize, Serialize};

use crate::bytes::scratch;

/// The folder for copies on a stick, and for people's files on a disk.
const OURS: &str = "imajin";
/// The prefix of a copy's name, in any folder.
const COPY: &str = "imajin-did_";
/// Folders that systems make: what was thrown away, indexes, found pieces.
const OF_SYSTEMS: [&str; 6] =
    ["$recycle.bin", "recycler", "system volume information", "lost+found", "__macosx", "@eadir"];

/// Why something on a stick is left out.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Why {
    /// The thing is neither a picture nor a video.
    Kind,
    /// A system or a program keeps it for itself.
    Programs,
    /// The thing is a copy of a person's data, or a disk of a box.
    Copy,
    /// The thing is a link.
    Link,
    /// The thing is a pipe, a socket or a device.
    Special,
    /// Its name is not text.
    Name,
    /// The thing is in too many folders.
    Deep,
    /// There are too many things in the folder, or on the stick.
    Crowded,
    /// The thing is longer than a file may be here.
    TooLarge,
    /// The thing can't be read.
    Unreadable,
    /// The thing changed while it was read.
    Changed,
    /// Its owner's page could not add it.
    Refused,
}

impl Why {
    /// The message for people, with `count`.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Kind => "stick-left-kind",
            Self::Programs => "stick-left-programs",
            Self::Copy => "stick-left-copy",
            Self::Link => "stick-left-link",
            Self::Special => "stick-left-special",
            Self::Name => "stick-left-name",
            Self::Deep => "stick-left-deep",
            Self::Crowded => "stick-left-crowded",
            Self::TooLarge => "stick-left-too-large",
            Self::Unreadable => "stick-left-unreadable",
            Self::Changed => "stick-left-changed",
            Self::Refused => "stick-left-refused",
        }
    }

    /// Whether people want to know each of them by its name.
    pub(crate) fn is_named(self) -> bool {
        !matches!(self, Self::Kind | Self::Programs)
    }
}

/// Why something of this name is left out whatever it is.
pub(super) fn by_name(name: &str) -> Option<Why> {
    let lower = name.to_lowercase();
    if lower == OURS || lower.starts_with(COPY) {
        return Some(Why::Copy);
    }
    let is_hidden = name.starts_with('.') || OF_SYSTEMS.contains(&lower.as_str());
    (is_hidden || scratch::is_for_programs(name)).then_some(Why::Programs)
}

/// Guesses the sort of a file by its name; `None` if it is neither a picture nor a video.
pub(super) fn likely(name: &str) -> Option<Sort> {
    let (_, end) = name.rsplit_once('.')?;
    match end.to_lowercase().as_str() {
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "heic" | "heif" | "avif" | "tif" | "tiff"
        | "dng" | "cr2" | "nef" | "arw" | "pef" | "srw" | "cr3" | "raf" | "orf" | "rw2" => {
            Some(Sort::Photo)
        }
        "mp4" | "m4v" | "mov" | "qt" | "webm" => Some(Sort::Video),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systems_and_programs_keep_and_copies_of_data_are_left_out() {
        for name in
            [".Trashes", "._IMG_1.jpg", "Thumbs.db", "System Volume Information", "$RECYCLE.BIN"]
        {
            assert_eq!(by_name(name), Some(Why::Programs), "{name}");
        }
        for name in ["imajin", "IMAJIN", "imajin-did_key_z6Mk-20261126"] {
            assert_eq!(by_name(name), Some(Why::Copy), "{name}");
        }
        for name in ["IMG_1.jpg", "DCIM", "imajinary.png"] {
            assert_eq!(by_name(name), None, "{name}");
        }
        assert_eq!(likely("IMG_1.JPG"), Some(Sort::Photo));
        assert_eq!(likely("clip.final.MOV"), Some(Sort::Video));
        assert_eq!(likely("letter.pdf"), None);
    }
}
