//! Everything below a folder of a stick, always in the same order, from any place on.
//!
//! Always: no link is followed and nothing is opened; the walk over a stick with endless folders or entries ends. Skipped paths
//! are returned like files, so that they can be reported.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;
use std::vec;

use imajin_dfos::order::Order as _;

use super::rules::{self, Why};

/// The limits of a walk over a stick.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Folders in each other.
    pub(super) depth: usize,
    /// Entries of one folder: their names are in memory.
    pub(super) in_folder: usize,
    pub(super) all: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            // The depth limit of folders in the library.
            depth: 32,
            // A camera begins another folder after 9,999.
            in_folder: 50_000,
            all: 1_000_000,
        }
    }
}

/// A result of a walk over a stick.
#[derive(Debug)]
pub(super) enum WalkItem {
    File(FoundFile),
    /// A path that is left out.
    LeftOut(String, Why),
    /// A path that could not be read. The stick may be gone.
    Unreadable(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundFile {
    /// From the stick's root on, with `/`.
    pub(super) path: String,
    pub(super) bytes: u64,
    /// When it was changed, in milliseconds; `None` if that isn't known.
    pub(super) changed: Option<i64>,
}

/// Goes through a folder and all in it.
pub(super) struct Walk {
    root: PathBuf,
    stack: Vec<Level>,
    /// The rest of the path after which this walk begins.
    after: VecDeque<String>,
    bounds: Bounds,
    left: usize,
}

struct Level {
    path: String,
    names: vec::IntoIter<Name>,
}

/// A name, as text; and whether it is that text.
type Name = (String, bool);

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

impl Walk {
    /// Begins below `root` in a folder (empty for the root itself), after what an earlier walk came to.
    pub(super) fn begin(
        root: PathBuf,
        folder: &str,
        after: Option<&str>,
        bounds: Bounds,
    ) -> io::Result<Self> {
        let rest = after.and_then(|path| {
            if folder.is_empty() {
                Some(path)
            } else {
                path.strip_prefix(folder)?.strip_prefix('/')
            }
        });
        let rest = rest.into_iter().flat_map(|rest| rest.split('/'));
        let mut walk = Self {
            root,
            stack: Vec::new(),
            after: rest.map(str::to_owned).collect(),
            bounds,
            left: bounds.all,
        };
        match walk.enter(folder.to_owned())? {
            None => Ok(walk),
            Some(_) => Err(io::Error::other("the folder has too many entries")),
        }
    }

    /// Goes into a folder, or says why not.
    fn enter(&mut self, path: String) -> io::Result<Option<Why>> {
        let mut names: Vec<Name> = Vec::new();
        for entry in fs::read_dir(self.root.join(&path))? {
            if names.len() >= self.bounds.in_folder {
                return Ok(Some(Why::Crowded));
            }
            let name = entry?.file_name();
            let is_text = name.to_str().is_some();
            names.push((name.to_string_lossy().into_owned(), is_text));
        }
        names.order();
        if let Some(first) = self.after.pop_front() {
            // The last entry of the earlier walk is done, but a folder on the path to it is not.
            let is_way = !self.after.is_empty();
            if !names.iter().any(|(name, _)| *name == first) {
                self.after.clear();
            }
            names.retain(|(name, _)| *name > first || (is_way && *name == first));
        }
        self.stack.push(Level { path, names: names.into_iter() });
        Ok(None)
    }

    fn look(&mut self, path: String, (name, is_text): &Name) -> Option<WalkItem> {
        if !is_text {
            return Some(WalkItem::LeftOut(path, Why::Name));
        }
        if let Some(why) = rules::by_name(name) {
            return Some(WalkItem::LeftOut(path, why));
        }
        let Ok(found) = fs::symlink_metadata(self.root.join(&path)) else {
            return Some(WalkItem::Unreadable(path));
        };
        if found.is_file() {
            let changed = found.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            return Some(WalkItem::File(FoundFile {
                path,
                bytes: found.len(),
                changed: changed.and_then(|since| i64::try_from(since.as_millis()).ok()),
            }));
        }
        if !found.is_dir() {
            let why = if found.is_symlink() { Why::Link } else { Why::Special };
            return Some(WalkItem::LeftOut(path, why));
        }
        if self.stack.len() >= self.bounds.depth {
            return Some(WalkItem::LeftOut(path, Why::Deep));
        }
        match self.enter(path.clone()) {
            Ok(None) => None,
            Ok(Some(why)) => Some(WalkItem::LeftOut(path, why)),
            Err(_) => Some(WalkItem::Unreadable(path)),
        }
    }
}

impl Iterator for Walk {
    type Item = WalkItem;

    fn next(&mut self) -> Option<WalkItem> {
        loop {
            let level = self.stack.last_mut()?;
            let Some(name) = level.names.next() else {
                self.stack.pop();
                continue;
            };
            let path = join(&level.path, &name.0);
            let Some(left) = self.left.checked_sub(1) else {
                self.stack.clear();
                return Some(WalkItem::LeftOut(path, Why::Crowded));
            };
            self.left = left;
            if let Some(found) = self.look(path, &name) {
                self.after.clear();
                return Some(found);
            }
        }
    }
}

#[cfg(test)]
mod tests;
