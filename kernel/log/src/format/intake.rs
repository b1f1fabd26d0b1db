//! Reads a bundle, folder or tar: hashes every file once as it is read, and keeps those that the caller needs.
//!
//! Always: only names that a bundle may have are accepted, in byte order, regular files only; parts are joined into the
//! file that the manifest names. Only sizes and digests are trusted here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::manifest::{
    ANCHORS_BYTES_MAX, BUNDLE_BYTES_MAX, MANIFEST_BYTES_MAX, Manifest, PARTS_MAX,
};
use super::names::{self, Kind};
use super::regular;
use super::tar::{FILE_BYTES_MAX, TarError, TarLimits, TarReader};
use crate::format::COPY_BYTES;
use crate::pace::Pace;
use crate::space::Space;
use crate::synced::{create_dir_synced, sync_dir};

/// The files of a bundle that are written to a folder while it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Files that must be opened as files: logs that are not already unsplit in a folder.
    Logs,
    /// Everything that belongs to a person: logs and media.
    All,
}

/// A complete file of a bundle.
#[derive(Debug, Clone)]
pub(crate) struct BundleFile {
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
    /// The parts' sizes in bytes, if the file is split.
    pub(crate) parts: Vec<u64>,
    /// The path on the disk, if it is one file.
    pub(crate) path: Option<PathBuf>,
}

/// A bundle that was read to its end.
#[derive(Debug, Default)]
pub struct Intake {
    pub(crate) files: BTreeMap<String, BundleFile>,
    /// The bytes of `manifest.json`.
    pub(crate) manifest: Vec<u8>,
    /// The bytes of `bundle.json`.
    pub(crate) bundle: Vec<u8>,
    /// The bytes of `anchors.json`; empty if the bundle has no such file.
    pub anchors: Vec<u8>,
}

/// Why a bundle was rejected.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IntakeError {
    #[error(transparent)]
    Tar(TarError),
    /// A file that a bundle may not have, or whose bytes do not match its name.
    #[error("{name}: {what}")]
    File { name: String, what: String },
    #[error("{name}: {error}")]
    Io { name: String, error: io::Error },
}

/// Called with the number of bytes that were read.
pub type Progress<'p> = &'p mut dyn FnMut(u64);

/// Reads a bundle from a folder.
pub(crate) fn folder(
    root: &Path,
    limits: TarLimits,
    keep: Keep,
    into: &Path,
    pace: &Pace,
    progress: Progress<'_>,
) -> Result<Intake, IntakeError> {
    let io = |name: &str| {
        let name = name.to_owned();
        move |error| IntakeError::Io { name, error }
    };
    let files = regular::files(root, limits)
        .map_err(|unlisted| IntakeError::Io { name: unlisted.name, error: unlisted.error })?;
    let mut collector = Collector::new(keep, into, progress);
    match keep {
        // A sparse file counts with its full length: the copy is not sparse.
        Keep::All => Space::has_room(into, files.values().sum()).map_err(io(""))?,
        Keep::Logs => collector.unlisted = unlisted(root, &files),
    }
    for name in files.keys() {
        let file = regular::open_below(root, name).map_err(io(name))?;
        let bytes = file.metadata().map_err(io(name))?.len();
        let at = root.join(name);
        collector.take(name, bytes, pace.read(file.take(bytes)), Some(&at))?;
    }
    collector.finish()
}

/// Returns the files whose length is not the one in the manifest, parts under the name of the whole. Such a bundle is
/// invalid whatever they hold, so the reader does not read a file with holes to its end.
fn unlisted(root: &Path, files: &BTreeMap<String, u64>) -> BTreeSet<String> {
    let mut there = BTreeMap::<&str, u64>::new();
    for (name, bytes) in files {
        let whole = names::as_part(name).map_or(name.as_str(), |(whole, _)| whole);
        *there.entry(whole).or_default() += bytes;
    }
    let is_short = |bytes: &u64| *bytes <= MANIFEST_BYTES_MAX;
    let listed = files
        .get(names::MANIFEST)
        .copied()
        .filter(is_short)
        .and_then(|bytes| {
            let file = regular::open_below(root, names::MANIFEST).ok()?;
            let mut text = Vec::new();
            file.take(bytes).read_to_end(&mut text).ok()?;
            Some(text)
        })
        .and_then(|text| Manifest::parse(&text).ok())
        .map(|manifest| manifest.files)
        .unwrap_or_default();
    there
        .into_iter()
        .filter(|(name, bytes)| listed.get(*name).is_none_or(|entry| entry.size != *bytes))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Reads a bundle from a tar, whatever its source.
pub(crate) fn tar(
    input: impl Read,
    limits: TarLimits,
    keep: Keep,
    into: &Path,
    progress: Progress<'_>,
) -> Result<Intake, IntakeError> {
    let mut reader = TarReader::new(input, limits, names::is_allowed);
    let mut collector = Collector::new(keep, into, progress);
    while let Some((name, bytes)) = reader.next_file().map_err(IntakeError::Tar)? {
        collector.take(&name, bytes, reader.file(), None)?;
    }
    collector.finish()
}

struct Collector<'c> {
    keep: Keep,
    into: &'c Path,
    progress: Progress<'c>,
    out: Intake,
    /// Files that need not be read: only their lengths count.
    unlisted: BTreeSet<String>,
    /// The split file whose parts are arriving.
    current: Option<Current>,
}

struct Current {
    name: String,
    hash: Sha256,
    bytes: u64,
    parts: Vec<u64>,
    split: bool,
    output: Output,
    path: Option<PathBuf>,
}

enum Output {
    None,
    File(File),
    Memory(Vec<u8>, u64),
}

impl<'c> Collector<'c> {
    fn new(keep: Keep, into: &'c Path, progress: Progress<'c>) -> Self {
        Self {
            keep,
            into,
            progress,
            out: Intake::default(),
            unlisted: BTreeSet::new(),
            current: None,
        }
    }

    fn take(
        &mut self,
        name: &str,
        bytes: u64,
        source: impl Read,
        at: Option<&Path>,
    ) -> Result<(), IntakeError> {
        let named =
            |name: &str, what: &str| IntakeError::File { name: name.into(), what: what.into() };
        let unknown = || named(name, "a bundle has no file of this name");
        let (whole, part) = match (names::kind(name), names::as_part(name)) {
            (Some(_), _) => (name, None),
            (None, Some((whole, n))) => (whole, Some(n)),
            (None, None) => return Err(unknown()),
        };
        let fault = |what: &str| named(whole, what);
        let kind = names::kind(whole).ok_or_else(unknown)?;
        let next = match (&self.current, part) {
            (Some(current), Some(n)) if current.name == whole => {
                if !current.split {
                    return Err(fault("the bundle has the file both whole and in parts"));
                }
                if current.parts.len() != n as usize || u64::from(n) >= PARTS_MAX {
                    return Err(fault("a part before this one is missing"));
                }
                false
            }
            (_, Some(n)) if n > 0 => return Err(fault("the parts before this one are missing")),
            _ => true,
        };
        if next {
            self.end_current()?;
            if self.out.files.contains_key(whole) {
                return Err(fault("the bundle has the file both whole and in parts"));
            }
            let begun = self.begin(whole, &kind, part.is_some(), at);
            self.current =
                Some(begun.map_err(|error| IntakeError::Io { name: name.into(), error })?);
        }
        self.copy(name, bytes, source)
    }

    fn begin(
        &self,
        whole: &str,
        kind: &Kind,
        split: bool,
        at: Option<&Path>,
    ) -> io::Result<Current> {
        let is_log = matches!(kind, Kind::Log | Kind::Owned(_) | Kind::Shared(_) | Kind::Side(_));
        let in_place = at.filter(|_| !split && self.keep == Keep::Logs).map(Path::to_owned);
        let keep = match kind {
            Kind::Bundle | Kind::Manifest | Kind::Index | Kind::Anchors => false,
            _ if is_log => in_place.is_none(),
            _ => self.keep == Keep::All,
        };
        let (output, path) = match kind {
            Kind::Manifest => (Output::Memory(Vec::new(), MANIFEST_BYTES_MAX), None),
            Kind::Bundle => (Output::Memory(Vec::new(), BUNDLE_BYTES_MAX), None),
            Kind::Anchors => (Output::Memory(Vec::new(), ANCHORS_BYTES_MAX), None),
            _ if keep => {
                let path = self.into.join(whole);
                if let Some(parent) = path.parent() {
                    create_dir_synced(parent)?;
                }
                (Output::File(File::create_new(&path)?), Some(path))
            }
            _ => (Output::None, in_place),
        };
        Ok(Current {
            name: whole.to_owned(),
            hash: Sha256::new(),
            bytes: 0,
            parts: Vec::new(),
            split,
            output,
            path,
        })
    }

    fn copy(&mut self, name: &str, bytes: u64, mut source: impl Read) -> Result<(), IntakeError> {
        let Some(current) = &mut self.current else {
            return Ok(());
        };
        // A longer one could not leave in a tar.
        let is_media = matches!(names::kind(&current.name), Some(Kind::Media(_)));
        if is_media && current.bytes.saturating_add(bytes) > FILE_BYTES_MAX {
            return Err(IntakeError::File {
                name: current.name.clone(),
                what: format!("a media file may have at most {FILE_BYTES_MAX} bytes"),
            });
        }
        match &current.output {
            Output::None if self.unlisted.contains(&current.name) => {
                current.bytes = current.bytes.saturating_add(bytes);
                current.parts.push(bytes);
                return Ok(());
            }
            Output::File(_) => {
                Space::has_room(self.into, bytes)
                    .map_err(|error| IntakeError::Io { name: name.into(), error })?;
            }
            Output::Memory(memory, max) if memory.len() as u64 + bytes > *max => {
                return Err(IntakeError::File {
                    name: current.name.clone(),
                    what: "absurdly large".into(),
                });
            }
            Output::None | Output::Memory(..) => {}
        }
        let mut buffer = vec![0u8; COPY_BYTES];
        let mut copied = 0u64;
        loop {
            let n = match source.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Err(IntakeError::Tar(TarError::Truncated));
                }
                Err(error) => {
                    return Err(IntakeError::Io { name: name.into(), error });
                }
            };
            current.hash.update(&buffer[..n]);
            copied += n as u64;
            match &mut current.output {
                Output::None => {}
                Output::File(file) => {
                    file.write_all(&buffer[..n])
                        .map_err(|error| IntakeError::Io { name: name.into(), error })?;
                }
                Output::Memory(memory, _) => memory.extend_from_slice(&buffer[..n]),
            }
            (self.progress)(n as u64);
        }
        if copied != bytes {
            return Err(IntakeError::File {
                name: name.into(),
                what: "changed while it was read".into(),
            });
        }
        current.bytes += copied;
        current.parts.push(copied);
        Ok(())
    }

    fn end_current(&mut self) -> Result<(), IntakeError> {
        let Some(current) = self.current.take() else {
            return Ok(());
        };
        match current.output {
            Output::File(file) => {
                let io = |error| IntakeError::Io { name: current.name.clone(), error };
                file.sync_all().map_err(io)?;
                if let Some(parent) = current.path.as_ref().and_then(|path| path.parent()) {
                    sync_dir(parent).map_err(io)?;
                }
            }
            Output::Memory(memory, _) if current.name == names::MANIFEST => {
                self.out.manifest = memory
            }
            Output::Memory(memory, _) if current.name == names::ANCHORS => {
                self.out.anchors = memory
            }
            Output::Memory(memory, _) => self.out.bundle = memory,
            Output::None => {}
        }
        let seen = BundleFile {
            bytes: current.bytes,
            sha256: current.hash.finalize().into(),
            parts: if current.split { current.parts } else { Vec::new() },
            path: current.path,
        };
        self.out.files.insert(current.name, seen);
        Ok(())
    }

    fn finish(mut self) -> Result<Intake, IntakeError> {
        self.end_current()?;
        Ok(self.out)
    }
}
