//! The sticks in the box, and the pictures and videos in their folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use imajin_app::{Node, Problem, args, refuse_if};
use imajin_host::prelude::*;
use imajin_ledger::stick::{Stick, StickError};
use imajin_pictures::Sort;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{self, Why};
use super::walk::{Bounds, Walk, WalkItem};
use crate::manifest::TEXTS;

/// Entries of a folder and its subfolders that are counted for a viewer.
const LOOKED_AT_MAX: usize = 100_000;
/// Folders that are shown of one folder.
const INSIDE_MAX: usize = 500;

/// The contents of a folder of a stick.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Files that are in it itself.
    pub(crate) here: MediaCounts,
    /// The folders in it that have files, by name, each with all that is in it.
    pub(crate) folders: Vec<(String, MediaCounts)>,
    /// Whether there is more than was counted.
    pub(crate) is_more: bool,
}

/// How many pictures and videos there are, by the ends of their names.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CountedShown)]
pub(crate) struct MediaCounts {
    pub(crate) pictures: u64,
    pub(crate) videos: u64,
    /// Bytes of both.
    pub(crate) bytes: u64,
    /// Files that are neither, and are not imported.
    pub(crate) others: u64,
}

impl MediaCounts {
    fn add(&mut self, name: &str, bytes: u64) {
        match rules::likely(name) {
            Some(Sort::Photo) => self.pictures += 1,
            Some(_) => self.videos += 1,
            None => {
                self.others += 1;
                return;
            }
        }
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Both together.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            pictures: self.pictures + other.pictures,
            videos: self.videos + other.videos,
            bytes: self.bytes.saturating_add(other.bytes),
            others: self.others + other.others,
        }
    }
}

impl Contents {
    /// All that is in the folder.
    pub(crate) fn all(&self) -> MediaCounts {
        let folders = self.folders.iter().map(|(_, counted)| *counted);
        folders.fold(self.here, MediaCounts::and)
    }
}

pub(crate) fn plugged_in(node: &Node) -> Result<Vec<Stick>, Problem> {
    node.config().usb.sticks().list().map_err(problem)
}

/// Returns a stick's display name: its label, its model, or else its device name.
pub(crate) fn called(stick: &Stick) -> &str {
    stick.title().unwrap_or(&stick.name)
}

/// A stick that can be read, by what the machine calls it.
/// Errors: 404 if none is there, 409 if it can't be used.
pub(crate) fn stick(node: &Node, name: &str) -> Result<Stick, Problem> {
    node.config().usb.sticks().find(name).map_err(problem)
}

fn problem(error: StickError) -> Problem {
    match error {
        StickError::Gone(_) => Problem::not_found(TEXTS.say("stick-gone", args![])),
        StickError::Unusable { .. } => Problem::conflict(TEXTS.say("stick-unusable", args![])),
        other => Problem::internal(other),
    }
}

/// Refuses a path that is not a folder of the stick at `root`, or that may not be read. Blocks.
/// Errors: 400 with the field.
pub(crate) fn check_folder(root: &Path, folder: &str) -> Result<(), Problem> {
    let no_folder = || Problem::field("folder", TEXTS.say("stick-no-folder", args![]));
    if folder.is_empty() {
        return Ok(());
    }
    let parts: Vec<&str> = folder.split('/').collect();
    let is_plain = |part: &&str| rules::by_name(part).is_none() && !part.contains('\0');
    // A name that begins with a dot is hidden, and so are the two that lead elsewhere.
    let is_way = parts.iter().all(|part| !part.is_empty() && is_plain(part));
    refuse_if!(!is_way || parts.len() >= Bounds::default().depth, no_folder());
    let mut path = root.to_owned();
    for part in parts {
        path.push(part);
        refuse_if!(!fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir()), no_folder());
    }
    Ok(())
}

/// Returns the contents of a folder of a stick; the empty path is the whole stick. Reads names and lengths. Blocks.
/// Errors: 400 if the folder does not exist.
pub(crate) fn contents(stick: &Stick, folder: &str) -> Result<Contents, Problem> {
    let bounds = Bounds { all: LOOKED_AT_MAX, ..Bounds::default() };
    inside(&stick.root, folder, bounds)
}

fn inside(root: &Path, folder: &str, bounds: Bounds) -> Result<Contents, Problem> {
    check_folder(root, folder)?;
    let walk = Walk::begin(root.to_owned(), folder, None, bounds)
        .map_err(|_| Problem::field("folder", TEXTS.say("stick-no-folder", args![])))?;
    let skipped = match folder.len() {
        0 => 0,
        length => length + 1,
    };
    let mut contents = Contents::default();
    let mut folders: BTreeMap<String, MediaCounts> = BTreeMap::new();
    for found in walk {
        match found {
            WalkItem::File(file) => {
                let rest = file.path.get(skipped..).unwrap_or_default();
                let counted = match rest.split_once('/') {
                    Some((first, _)) => folders.entry(first.to_owned()).or_default(),
                    None => &mut contents.here,
                };
                counted.add(rest, file.bytes);
            }
            WalkItem::LeftOut(_, Why::Crowded) | WalkItem::Unreadable(_) => contents.is_more = true,
            WalkItem::LeftOut(..) => {}
        }
    }
    contents.is_more |= folders.len() > INSIDE_MAX;
    contents.folders = folders.into_iter().take(INSIDE_MAX).collect();
    Ok(contents)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn folders_are_counted_with_all_that_is_in_them_and_links_lead_nowhere() {
        let stick = tempfile::tempdir().unwrap();
        let at = |path: &str| stick.path().join(path);
        fs::create_dir_all(at("DCIM/100")).unwrap();
        fs::create_dir_all(at("Letters")).unwrap();
        fs::create_dir_all(at("imajin/media")).unwrap();
        for file in ["DCIM/100/1.JPG", "DCIM/100/2.mov", "DCIM/3.jpg", "4.png", "Letters/a.pdf"] {
            fs::write(at(file), "1234").unwrap();
        }
        symlink(at("DCIM"), at("Link")).unwrap();
        let all = inside(stick.path(), "", Bounds::default()).unwrap();
        let names: Vec<&str> = all.folders.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["DCIM", "Letters"]);
        let counted =
            |pictures, videos, bytes, others| MediaCounts { pictures, videos, bytes, others };
        assert_eq!(all.folders[0].1, counted(2, 1, 12, 0));
        assert_eq!(all.here, counted(1, 0, 4, 0));
        assert_eq!(all.all(), counted(3, 1, 16, 1));
        assert!(!all.is_more);
        let within = inside(stick.path(), "DCIM", Bounds::default()).unwrap();
        assert_eq!((within.here.pictures, within.folders.len()), (1, 1));
        for wrong in [
            "Link",
            "Link/100",
            "imajin",
            "imajin/media",
            "..",
            "DCIM/../DCIM",
            "4.png",
            "/",
            "none",
        ] {
            let problem = inside(stick.path(), wrong, Bounds::default()).unwrap_err();
            assert_eq!(problem.status().as_u16(), 400, "{wrong}");
        }
        let few = Bounds { all: 2, ..Bounds::default() };
        assert!(inside(stick.path(), "", few).unwrap().is_more);
    }
}
