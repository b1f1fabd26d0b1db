//! Scratch files: empty files, and what programs keep next to files for a moment (`._a.jpg`, `~$a.docx`, `a.tmp`).
//!
//! Always: they are on the disk when the answer is sent, in a folder of their person that is deleted with the person's data,
//! and in no entry, copy or backup. They count towards the person's room, have their own bounds, and are deleted after a day.

use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use imajin_app::{Answer, Node, Problem, blocking};
use imajin_dfos::order::Order as _;
use imajin_host::rounds::Rounds;
use imajin_ledger::durable;
use imajin_protocol::Did;

/// The lifetime of a scratch file.
const KEPT_MS: i64 = 24 * 3_600_000;
/// Scratch files of one person.
const FILES_MAX: usize = 2_000;
/// Bytes of one person's scratch files.
const BYTES_MAX: u64 = 1 << 30;
/// Bytes that are copied at once.
const PIECE_BYTES: usize = 64 * 1024;
/// The folder for what is in no folder.
const OUTSIDE: &str = "root";
/// The end of the name of a file that is being written.
const PARTIAL: &str = ".partial";

/// Whether programs mean this name for themselves.
pub(crate) fn is_for_programs(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with("._")
        || name.starts_with("~$")
        || name == ".DS_Store"
        || matches!(lower.as_str(), "desktop.ini" | "thumbs.db")
        || lower.ends_with(".tmp")
}

/// A scratch file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scratch {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) at_ms: i64,
}

/// The scratch files of one person.
#[derive(Clone)]
pub(crate) struct Shelf {
    folder: PathBuf,
    now_ms: i64,
}

/// The bytes that a person's scratch files take.
pub(crate) fn taken(node: &Node, owner: &Did) -> u64 {
    let shelf = Shelf::new(node, owner);
    shelf.all().iter().map(|one| one.1.bytes).sum()
}

impl Shelf {
    pub(crate) fn new(node: &Node, owner: &Did) -> Self {
        let person = node.data().join("cache").join(owner.folder_name());
        Self { folder: person.join("dav"), now_ms: node.now().as_millis() }
    }

    fn within(&self, parent: Option<&str>) -> PathBuf {
        self.folder.join(parent.unwrap_or(OUTSIDE))
    }

    /// The path of a scratch file. Names were checked: none is a path itself.
    fn path(&self, parent: Option<&str>, name: &str) -> PathBuf {
        self.within(parent).join(name)
    }

    fn read(&self, path: &Path) -> Option<Scratch> {
        let name = path.file_name()?.to_str()?.to_owned();
        let about = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
        let at = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let at_ms = i64::try_from(at.as_millis()).ok()?;
        (self.now_ms.saturating_sub(at_ms) < KEPT_MS).then_some(Scratch {
            name,
            bytes: about.len(),
            at_ms,
        })
    }

    /// The scratch file of this name.
    pub(crate) fn find(&self, parent: Option<&str>, name: &str) -> Option<Scratch> {
        self.read(&self.path(parent, name))
    }

    /// The scratch files in a folder.
    pub(crate) fn inside(&self, parent: Option<&str>) -> Vec<Scratch> {
        let paths = files(&self.within(parent)).into_iter();
        let mut scratches: Vec<Scratch> = paths
            .filter_map(|path| self.read(&path))
            .filter(|one| !(one.name.starts_with('.') && one.name.ends_with(PARTIAL)))
            .collect();
        scratches.order_by(|a, b| a.name.cmp(&b.name));
        scratches
    }

    fn all(&self) -> Vec<(PathBuf, Scratch)> {
        let folders = files(&self.folder);
        let inside = folders.iter().flat_map(|folder| files(folder));
        inside.filter_map(|path| Some((path.clone(), self.read(&path)?))).collect()
    }

    pub(crate) fn open(&self, parent: Option<&str>, name: &str) -> Answer<File> {
        Ok(File::open(self.path(parent, name))?)
    }

    /// Begins a scratch file of at most `bytes` bytes.
    pub(crate) fn begin(&self, parent: Option<&str>, name: &str, bytes: u64) -> Answer<Draft> {
        let all = self.all();
        let path = self.path(parent, name);
        let others = all.iter().filter(|(at, _)| *at != path);
        let (count, taken) = others.fold((0, 0_u64), |(count, taken), (_, one)| {
            (count + 1, taken.saturating_add(one.bytes))
        });
        if count >= FILES_MAX || taken.saturating_add(bytes) > BYTES_MAX {
            return Err(Problem::no_room(
                "Programs of your computers keep as many files for themselves here as may be: each of them ends after a day.",
            ));
        }
        let folder = self.within(parent);
        fs::create_dir_all(&folder)?;
        let random = imajin_host::random::hex::<8>()?;
        let partial = folder.join(format!(".{random}{PARTIAL}"));
        let file = File::create_new(&partial)?;
        Ok(Draft { file, partial: Some(partial), path, bytes: 0, bytes_max: bytes })
    }

    /// Moves a scratch file, over another if there is one.
    pub(crate) fn rename(
        &self,
        from: (Option<&str>, &str),
        to: (Option<&str>, &str),
    ) -> Answer<()> {
        let (source, folder) = (self.path(from.0, from.1), self.within(to.0));
        fs::create_dir_all(&folder)?;
        fs::rename(&source, folder.join(to.1))?;
        durable::sync_folder(&folder)?;
        Ok(durable::sync_folder(&self.within(from.0))?)
    }

    pub(crate) fn copy(&self, from: (Option<&str>, &str), to: (Option<&str>, &str)) -> Answer<()> {
        let mut source = self.open(from.0, from.1)?;
        let bytes = source.metadata()?.len();
        let mut draft = self.begin(to.0, to.1, bytes)?;
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let count = source.read(&mut piece)?;
            if count == 0 {
                return draft.finish();
            }
            draft.write(&piece[..count])?;
        }
    }

    /// Removes a scratch file, if it is there.
    pub(crate) fn remove(&self, parent: Option<&str>, name: &str) -> Answer<()> {
        Ok(durable::remove_if_there(&self.path(parent, name))?)
    }

    /// Removes the scratch files of a folder that is gone.
    pub(crate) fn remove_all(&self, parent: &str) {
        // The sweep removes what stays.
        let _ = fs::remove_dir_all(self.within(Some(parent)));
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// A scratch file that is being written. If it is dropped before its end, nothing stays of it.
pub(crate) struct Draft {
    file: File,
    partial: Option<PathBuf>,
    path: PathBuf,
    bytes: u64,
    bytes_max: u64,
}

impl Draft {
    /// Appends bytes.
    pub(crate) fn write(&mut self, piece: &[u8]) -> Answer<()> {
        self.bytes = self.bytes.saturating_add(piece.len() as u64);
        if self.bytes > self.bytes_max {
            return Err(Problem::bad_request("More bytes came than were announced."));
        }
        Ok(self.file.write_all(piece)?)
    }

    /// Gives it its name; it is on the disk when this returns.
    pub(crate) fn finish(mut self) -> Answer<()> {
        self.file.sync_all()?;
        if let Some(partial) = self.partial.take()
            && let Err(error) = fs::rename(&partial, &self.path)
        {
            self.partial = Some(partial);
            return Err(error.into());
        }
        if let Some(folder) = self.path.parent() {
            durable::sync_folder(folder)?;
        }
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(partial) = self.partial.take() {
            // If the removal fails, the sweep deletes the file after a day.
            let _ = fs::remove_file(partial);
        }
    }
}

/// Removes the scratch files that are older than a day.
pub(crate) struct ScratchEnds;

impl Rounds for ScratchEnds {
    const NAME: &'static str = "the end of files that programs keep for themselves";
    const EVERY: Duration = Duration::from_secs(3_600);
    const FIRST: Duration = Duration::from_secs(60);

    async fn round(&mut self, node: &Node) -> Answer<()> {
        let (cache, now_ms) = (node.data().join("cache"), node.now().as_millis());
        blocking::run(move || sweep(&cache, now_ms)).await
    }
}

fn sweep(cache: &Path, now_ms: i64) {
    let ended = now_ms.saturating_sub(KEPT_MS);
    let ended = UNIX_EPOCH + Duration::from_millis(ended.max(0).unsigned_abs());
    for person in files(cache) {
        for folder in files(&person.join("dav")) {
            for file in files(&folder) {
                let at = fs::symlink_metadata(&file).and_then(|about| about.modified());
                if at.is_ok_and(|at: SystemTime| at <= ended) {
                    let _ = fs::remove_file(&file);
                }
            }
            // Only an empty one goes.
            let _ = fs::remove_dir(&folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(folder: &Path) -> Shelf {
        let now = File::create(folder.join("now")).unwrap();
        let now = now.metadata().unwrap().modified().unwrap();
        let now = now.duration_since(UNIX_EPOCH).unwrap();
        Shelf {
            folder: folder.join("cache/someone/dav"),
            now_ms: i64::try_from(now.as_millis()).unwrap(),
        }
    }

    fn put(shelf: &Shelf, name: &str, bytes: &[u8]) {
        let mut draft = shelf.begin(None, name, bytes.len() as u64).unwrap();
        draft.write(bytes).unwrap();
        draft.finish().unwrap();
    }

    #[test]
    fn names_that_programs_mean_for_themselves() {
        for name in ["._a.jpg", ".DS_Store", "~$a.docx", "a.TMP", "Thumbs.db", "desktop.ini"] {
            assert!(is_for_programs(name), "{name}");
        }
        for name in ["a.jpg", ".profile", "tmp", "a.tmp.jpg", "DS_Store"] {
            assert!(!is_for_programs(name), "{name}");
        }
    }

    #[test]
    fn one_is_there_whole_or_not_at_all_and_ends_after_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let mut shelf = shelf(folder.path());
        put(&shelf, "a.tmp", b"one");
        put(&shelf, "a.tmp", b"other");
        let mut half = shelf.begin(None, "b.tmp", 10).unwrap();
        half.write(b"half").unwrap();
        assert!(half.write(b"too long").is_err());
        drop(half);
        let there = shelf.inside(None);
        assert_eq!((there.len(), there[0].bytes), (1, 5));
        shelf.rename((None, "a.tmp"), (Some("fld_1"), "c.tmp")).unwrap();
        shelf.copy((Some("fld_1"), "c.tmp"), (None, "d.tmp")).unwrap();
        assert_eq!(shelf.find(None, "d.tmp").unwrap().bytes, 5);
        assert!(shelf.find(None, "a.tmp").is_none());
        let cache = folder.path().join("cache");
        sweep(&cache, shelf.now_ms);
        assert!(shelf.find(Some("fld_1"), "c.tmp").is_some());
        shelf.now_ms += KEPT_MS + 60_000;
        assert!(shelf.find(None, "d.tmp").is_none());
        sweep(&cache, shelf.now_ms);
        assert!(files(&cache.join("someone/dav")).is_empty());
    }

    #[test]
    fn they_have_bounds() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        assert!(shelf.begin(None, "a.tmp", BYTES_MAX + 1).is_err());
        std::fs::create_dir_all(shelf.within(None)).unwrap();
        for n in 0..FILES_MAX {
            File::create(shelf.path(None, &format!("{n}.tmp"))).unwrap();
        }
        assert!(shelf.begin(None, "a.tmp", 1).is_err());
        assert!(shelf.begin(None, "7.tmp", 1).is_ok(), "it replaces one");
    }
}
