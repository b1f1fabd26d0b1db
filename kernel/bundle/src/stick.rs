//! The copies on a stick, by name, and where a new copy goes.
//!
//! Always: links are not copies, so that no stick leads the node elsewhere. A copy's name only claims whose it is. A new
//! copy gets a new name with its date; nothing is replaced or removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use imajin_dfos::Timestamp;
use imajin_dfos::order::Order as _;
use imajin_ledger::stick::{Stick, StickError};
use imajin_log::format::parts;
use imajin_log::synced::create_dir_synced;
use imajin_protocol::Did;
use serde::Serialize;

use crate::export::{ExportError, Target, default_name};

/// The folder for copies on a stick.
const FOLDER: &str = "imajin";
/// Names to try for one copy before giving up.
const NAMES_MAX: u32 = 100;
/// The suffix of an encrypted copy's name.
const LOCKED: &str = ".tar.age";
const TAR: &str = ".tar";
/// The prefix of every copy's name.
const PREFIX: &str = "imajin-did_";
/// Suffixes of the files that an unfinished export leaves behind.
const UNFINISHED: [&str; 3] = [".partial", ".previous", ".staging"];
/// Maximum number of copies that are listed on one stick.
const COPIES_MAX: usize = 1000;

/// One copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copy {
    /// The copy's path on the stick.
    pub name: String,
    /// The time of the export, if the copy's name has it: `2026-11-20 21:45:00`, UTC.
    pub made: Option<String>,
    /// Whether it is encrypted.
    pub locked: bool,
    /// The copy's size in bytes, if it is one file or a file in parts.
    pub bytes: Option<u64>,
}

impl Copy {
    /// Returns whether its name claims that it belongs to `did`.
    pub fn is_of(&self, did: &Did) -> bool {
        let file = self.name.rsplit('/').next().unwrap_or_default();
        let rest = file.strip_prefix(&default_name(did));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    }

    /// Returns its path on a stick.
    pub fn path(&self, stick: &Stick) -> PathBuf {
        stick.root.join(&self.name)
    }

    /// Returns the number of its bytes on a stick, all its files together.
    pub fn bytes_on(&self, stick: &Stick) -> Result<u64, StickError> {
        let path = self.path(stick);
        bytes_below(&path).map_err(StickError::io(&path))
    }
}

/// Why no copy could be written to a stick.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum CopyError {
    #[error(transparent)]
    Stick(#[from] StickError),
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// Returns all copies on a stick, the newest last.
pub fn copies(stick: &Stick) -> Result<Vec<Copy>, StickError> {
    list(&stick.root)
}

/// Returns the newest copy that fits, with its stick.
pub fn newest(
    sticks: Vec<Stick>,
    fits: impl Fn(&Copy) -> bool,
) -> Result<Option<(Stick, Copy)>, StickError> {
    let mut best: Option<(Stick, Copy)> = None;
    for stick in sticks {
        for copy in copies(&stick)? {
            let is_newer = best.as_ref().is_none_or(|(_, best)| best.made <= copy.made);
            if is_newer && fits(&copy) {
                best = Some((stick.clone(), copy));
            }
        }
    }
    Ok(best)
}

/// Returns a new path for a copy, which nothing had before: an encrypted tar if `locked`, else a folder that opens in any
/// browser.
pub fn target(stick: &Stick, did: &Did, now: Timestamp, locked: bool) -> Result<Target, CopyError> {
    if stick.read_only {
        return Err(StickError::ReadOnly(stick.name.clone()).into());
    }
    if !stick.is_there() {
        return Err(StickError::Gone(stick.name.clone()).into());
    }
    let folder = stick.root.join(FOLDER);
    create_dir_synced(&folder).map_err(ExportError::io(&folder))?;
    let name = format!("{}-{}", default_name(did), date(now));
    for n in 1..=NAMES_MAX {
        let mut name = match n {
            1 => name.clone(),
            _ => format!("{name}-{n}"),
        };
        if locked {
            name.push_str(LOCKED);
        }
        let path = folder.join(name);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(if locked {
                    Target::Parts(path, stick.file_bytes)
                } else {
                    Target::Folder(path)
                });
            }
            Err(error) => return Err(StickError::io(&path)(error).into()),
            Ok(_) => {}
        }
    }
    Err(ExportError::Occupied { path: folder.join(name) }.into())
}

/// Lists every copy at the root of a stick and in its folder, the newest last.
fn list(root: &Path) -> Result<Vec<Copy>, StickError> {
    let mut copies = Vec::new();
    look_in(root, "", &mut copies)?;
    let folder = root.join(FOLDER);
    if fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir()) {
        look_in(&folder, "imajin/", &mut copies)?;
    }
    copies.order_by(|a, b| (&a.made, &a.name).cmp(&(&b.made, &b.name)));
    Ok(copies)
}

fn look_in(folder: &Path, prefix: &str, copies: &mut Vec<Copy>) -> Result<(), StickError> {
    for entry in fs::read_dir(folder).map_err(StickError::io(folder))? {
        let entry = entry.map_err(StickError::io(folder))?;
        let file = entry.file_name();
        let Some(file) = file.to_str().filter(|name| is_copy(name)) else {
            continue;
        };
        if copies.len() >= COPIES_MAX {
            break;
        }
        // Skips one that has disappeared meanwhile or is unreadable.
        let Ok(found) = entry.metadata() else {
            continue;
        };
        let bytes = bytes(&entry.path(), &found);
        let is_plain = found.is_dir() && !(file.ends_with(TAR) || file.ends_with(LOCKED));
        if !is_plain && !matches!(bytes, Ok(Some(_))) {
            continue;
        }
        copies.push(Copy {
            name: format!("{prefix}{file}"),
            made: copy_date(file),
            locked: file.ends_with(LOCKED),
            bytes: bytes.ok().flatten(),
        });
    }
    Ok(())
}

fn is_copy(name: &str) -> bool {
    name.starts_with(PREFIX) && !UNFINISHED.iter().any(|tail| name.ends_with(tail))
}

fn bytes(path: &Path, found: &fs::Metadata) -> io::Result<Option<u64>> {
    if found.is_file() {
        return Ok(Some(found.len()));
    }
    if found.is_dir() && parts::is_parts(path) {
        parts::open(path).map(|(_, bytes)| Some(bytes))
    } else {
        Ok(None)
    }
}

/// Returns the number of bytes of a file, or of all files in a folder; links count 0. Folders of a stick may be nested
/// as deep as a path is long, which must not take this thread's stack.
fn bytes_below(path: &Path) -> io::Result<u64> {
    let mut bytes: u64 = 0;
    let mut paths = vec![path.to_owned()];
    while let Some(path) = paths.pop() {
        let metadata = fs::symlink_metadata(&path)?;
        if metadata.is_file() {
            bytes = bytes.saturating_add(metadata.len());
        } else if metadata.is_dir() {
            for entry in fs::read_dir(&path)? {
                paths.push(entry?.path());
            }
        }
    }
    Ok(bytes)
}

/// Returns the date in a copy's name: digits and dashes, because FAT allows no colons.
fn date(at: Timestamp) -> String {
    let text = at.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    let time: String = time.chars().filter(char::is_ascii_digit).take(6).collect();
    format!("{day}-{time}")
}

/// Returns the date from a copy's name, for people.
fn copy_date(name: &str) -> Option<String> {
    let name = name.strip_suffix(LOCKED).or(name.strip_suffix(TAR)).unwrap_or(name);
    let is_number =
        |word: &str, digits| word.len() == digits && word.bytes().all(|b| b.is_ascii_digit());
    let words: Vec<&str> = name.split('-').collect();
    let mut dates = words.array_windows::<4>().filter(|[year, month, day, time]| {
        is_number(year, 4) && is_number(month, 2) && is_number(day, 2) && is_number(time, 6)
    });
    let [year, month, day, time] = dates.next()?;
    let (hours, rest) = time.split_at(2);
    let (minutes, seconds) = rest.split_at(2);
    Some(format!("{year}-{month}-{day} {hours}:{minutes}:{seconds}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_folders_are_counted_on_a_small_stack() {
        let top = tempfile::tempdir().unwrap();
        let deepest = top.path().join("a/".repeat(600));
        fs::create_dir_all(&deepest).unwrap();
        fs::write(deepest.join("b"), "three").unwrap();
        fs::write(top.path().join("c"), "one").unwrap();
        let path = top.path().to_owned();
        let thread = std::thread::Builder::new().stack_size(48 * 1024);
        let counted = thread.spawn(move || bytes_below(&path)).unwrap();
        assert_eq!(counted.join().unwrap().unwrap(), 8);
        // The folder's own way to remove all of it may be recursive.
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        thread.spawn(move || top.close()).unwrap().join().unwrap().unwrap();
    }

    #[test]
    fn names_say_whose_a_copy_is_and_when_it_was_made() {
        let did = Did::from_key(&[1; 32]);
        let at = Timestamp::from_millis(1_795_211_100_123).unwrap();
        let name = format!("{}-{}", default_name(&did), date(at));
        assert!(name.ends_with("-2026-11-20-214500"), "{name}");
        for tail in ["", "-2", ".tar", ".tar.age", "-2.tar.age"] {
            let file = format!("{name}{tail}");
            assert_eq!(copy_date(&file).as_deref(), Some("2026-11-20 21:45:00"), "{file}");
        }
        assert_eq!(copy_date(&default_name(&did)), None);
        let copy = |name: String| Copy { name, made: None, locked: false, bytes: None };
        assert!(copy(format!("imajin/{name}")).is_of(&did));
        assert!(copy(default_name(&did)).is_of(&did));
        assert!(!copy(format!("{}x", default_name(&did))).is_of(&did));
        assert!(!copy(name).is_of(&Did::from_key(&[2; 32])));
    }

    #[test]
    fn links_and_unfinished_copies_are_none() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("imajin/imajin-did_a-2026-11-20-214500")).unwrap();
        fs::create_dir_all(at("imajin/imajin-did_b.partial")).unwrap();
        fs::create_dir_all(at("imajin/imajin-did_e.tar.age")).unwrap();
        fs::write(at("imajin-did_c.tar"), "tar").unwrap();
        fs::write(at("letter.txt"), "mine").unwrap();
        std::os::unix::fs::symlink("/", at("imajin-did_d")).unwrap();
        fs::create_dir_all(at("imajin/imajin-did_f-2026-11-21-000000.tar.age")).unwrap();
        fs::write(at("imajin/imajin-did_f-2026-11-21-000000.tar.age/bundle.tar.age.000"), "12")
            .unwrap();
        fs::write(at("imajin/imajin-did_f-2026-11-21-000000.tar.age/bundle.tar.age.001"), "3")
            .unwrap();
        let copies = list(root.path()).unwrap();
        let summaries: Vec<_> =
            copies.iter().map(|copy| (copy.name.as_str(), copy.locked, copy.bytes)).collect();
        assert_eq!(
            summaries,
            [
                ("imajin-did_c.tar", false, Some(3)),
                ("imajin/imajin-did_a-2026-11-20-214500", false, None),
                ("imajin/imajin-did_f-2026-11-21-000000.tar.age", true, Some(3)),
            ]
        );
    }
}
