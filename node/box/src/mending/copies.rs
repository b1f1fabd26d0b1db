//! The copies that a repair uses, in any form.

use crate::backup::{self, BackupPlace, Catalogue, Entry};
use crate::failure::{Failure, OrFail, Outcome};
use crate::key::PersonKey;
use crate::settings::{BoxConfig, is_remote};
use crate::source::Bundle;
use crate::survey;
use imajin_bundle::import::{self, Source};
use imajin_log::format::parts;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Folders of a stick that hold copies.
const STICK_FOLDERS: [&str; 2] = ["", "imajin"];
/// The index of a folder that is handed over.
const LIST: &str = "copies.json";
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Copies of records.
pub enum Copies {
    /// Copies by the DID of their owner.
    Logs(CopySet),
    /// A backup of a whole node.
    Backup(Box<(BackupPlace, Entry, PersonKey)>),
}

/// Fetches the record of the key's owner from another node into a file in a folder.
pub type Fetch<'w> = dyn Fn(&Path) -> Outcome<PathBuf> + 'w;

/// A request for copies: place, records, keys.
pub struct CopyRequest<'w> {
    /// The place.
    pub from: &'w str,
    /// The backup's id; `None` for the newest whole one.
    pub backup: Option<&'w str>,
    /// DIDs whose copies are wanted; all if empty.
    pub dids: &'w [Did],
    /// The key that opens the copies.
    pub key: Option<&'w PersonKey>,
    /// Fetches the copy from another node, where `from` is its address.
    pub fetch: Option<&'w Fetch<'w>>,
    /// Callback for progress: the current step, bytes done, and bytes in total.
    pub progress: &'w dyn Fn(&'static str, u64, u64),
}

/// A copy in the index of a handover.
#[derive(Serialize, Deserialize)]
struct Listed {
    did: String,
    log: PathBuf,
    media: Option<PathBuf>,
}

/// Copies that can be read.
#[derive(Default)]
pub struct CopySet {
    logs: BTreeMap<Did, Vec<Source>>,
    /// Folders with unpacked copies, removed on drop.
    pub(super) folders: Vec<TempDir>,
}

impl CopySet {
    /// Takes one bundle, or one bare log.
    pub(super) fn take(&mut self, path: &Path, request: &CopyRequest<'_>, data: &Path) -> Outcome {
        let source = if is_log(path)? {
            Source {
                media: path.parent().map(|folder| folder.join("media")),
                log: path.to_path_buf(),
            }
        } else {
            let folder = scratch(data)?;
            let source = unpacked(path, request, folder.path())?;
            self.folders.push(folder);
            source
        };
        // A damaged copy may not name its owner: then a single requested DID counts.
        let named = || match request.dids {
            [did] => Some(did.clone()),
            _ => None,
        };
        let did = survey::whose(&source.log).or_else(named).ok_or_else(|| {
            let text = format!("{} does not say whose record it is: name the DID", path.display());
            Failure::unusable(text)
        })?;
        self.logs.entry(did).or_default().push(source);
        Ok(())
    }

    /// Collects the copies in one folder that the running node can read, with an index. Dropping this removes the
    /// folder.
    pub fn hand_over(&mut self, dids: &[Did], data: &Path) -> Outcome<PathBuf> {
        let folder = scratch(data)?;
        let mut list = Vec::new();
        for did in dids {
            for (n, source) in self.sources(did).iter().enumerate() {
                // The node may be unable to read a copy elsewhere.
                let log = if self.folders.iter().any(|own| source.log.starts_with(own.path())) {
                    source.log.clone()
                } else {
                    let log = folder.path().join(format!("{}-{n}.sqlite", did.folder_name()));
                    fs::copy(&source.log, &log).or_unusable(source.log.display())?;
                    log
                };
                list.push(Listed { did: did.to_string(), log, media: source.media.clone() });
            }
        }
        let path = folder.path().join(LIST);
        let text = serde_json::to_vec(&list).or_unusable(path.display())?;
        fs::write(&path, text).or_unusable(path.display())?;
        let path = folder.path().to_path_buf();
        self.folders.push(folder);
        for folder in &self.folders {
            give(folder.path(), data)?;
        }
        Ok(path)
    }

    /// Reads the copies that another process handed over, with the DIDs of their records.
    pub fn handed(folder: &Path) -> Outcome<(Vec<Did>, Self)> {
        let path = folder.join(LIST);
        let text = fs::read(&path).or_unusable(path.display())?;
        let list: Vec<Listed> = serde_json::from_slice(&text).or_unusable(path.display())?;
        let mut brought = Self::default();
        for listed in list {
            let did = Did::parse(&listed.did).map_err(Failure::unusable)?;
            let source = Source { log: listed.log, media: listed.media };
            brought.logs.entry(did).or_default().push(source);
        }
        Ok((brought.logs.keys().cloned().collect(), brought))
    }

    /// Returns the copies of one record.
    pub fn sources(&self, did: &Did) -> &[Source] {
        self.logs.get(did).map_or(&[], Vec::as_slice)
    }
}

impl Copies {
    /// Finds the copies at a place. Unpacks archives into a folder in `data`.
    pub fn open(request: &CopyRequest<'_>, (data, config): (&Path, &BoxConfig)) -> Outcome<Self> {
        if let Some(fetch) = request.fetch {
            return of_node(fetch, request, data).map(Self::Logs);
        }
        let from = Path::new(request.from);
        let is_remote = is_remote(request.from);
        if !is_remote && !from.exists() {
            return Err(Failure::unusable(format!("{} is not there", from.display())));
        }
        let has_several = from.is_dir() && !is_bundle(from);
        if is_remote || has_several {
            let place = BackupPlace::open(request.from, config, request.key)?;
            if let Some(catalogue) = Catalogue::read(&place)? {
                let key = request.key.ok_or_else(|| {
                    Failure::unusable("backups are opened with the owner's key: give --key FILE")
                })?;
                let entry = match (request.backup, catalogue.newest_whole()) {
                    (None, Some(whole)) => whole.clone(),
                    (id, _) => catalogue.find(id)?.clone(),
                };
                return Ok(Self::Backup(Box::new((place, entry, key.clone()))));
            }
        }
        if has_several && from.join("users").is_dir() {
            return of_data(from).map(Self::Logs);
        }
        let paths = if has_several { on_stick(from)? } else { vec![from.to_path_buf()] };
        if paths.is_empty() {
            let text = format!("there is no copy of a record in {}", from.display());
            return Err(Failure::unusable(text));
        }
        let mut brought = CopySet::default();
        for path in paths {
            brought.take(&path, request, data)?;
        }
        Ok(Self::Logs(brought))
    }

    /// Keeps the DIDs that may have a copy here.
    pub fn of_these(&self, mut dids: Vec<Did>) -> Vec<Did> {
        if let Self::Logs(brought) = self {
            dids.retain(|did| brought.logs.contains_key(did));
        }
        dids
    }

    /// Fetches the copies of these records as files.
    pub fn bring(self, dids: &[Did], data: &Path, request: &CopyRequest<'_>) -> Outcome<CopySet> {
        let (place, entry, key) = match self {
            Self::Logs(brought) => return Ok(brought),
            Self::Backup(backup) => *backup,
        };
        let mut copy_set = CopySet::default();
        if dids.is_empty() {
            return Ok(copy_set);
        }
        let folder = scratch(data)?;
        let below = |did: &Did| format!("users/{}/", did.folder_name());
        let is_wanted = |name: &str| dids.iter().any(|did| name.starts_with(&below(did)));
        let into = folder.path();
        let mut report = |done, total| (request.progress)("fetching", done, total);
        backup::extract((&place, &entry), &key, &is_wanted, into, &mut report)?;
        for did in dids {
            let source = source_in(&into.join(below(did)));
            if source.log.is_file() {
                copy_set.logs.insert(did.clone(), vec![source]);
            }
        }
        copy_set.folders.push(folder);
        Ok(copy_set)
    }
}

/// A folder that goes when it is dropped, on the data's own disk.
fn scratch(data: &Path) -> Outcome<TempDir> {
    let folder = data.join("import");
    fs::create_dir_all(&folder).or_unusable(folder.display())?;
    TempDir::with_prefix_in("repair-", &folder).or_unusable(folder.display())
}

/// Changes the owner of a folder and its content to that of the data folder: root may run the command, and the node
/// runs as another user.
fn give(path: &Path, data: &Path) -> Outcome {
    let (own, wanted) = (
        fs::symlink_metadata(path).or_unusable(path.display())?,
        fs::metadata(data).or_unusable(data.display())?,
    );
    if (own.uid(), own.gid()) != (wanted.uid(), wanted.gid()) {
        let outcome = std::os::unix::fs::lchown(path, Some(wanted.uid()), Some(wanted.gid()));
        outcome.or_unusable(path.display())?;
    }
    if own.is_dir() {
        for entry in fs::read_dir(path).or_unusable(path.display())? {
            give(&entry.or_unusable(path.display())?.path(), data)?;
        }
    }
    Ok(())
}

fn source_in(folder: &Path) -> Source {
    Source { log: folder.join("log.sqlite"), media: Some(folder.join("media")) }
}

fn is_bundle(folder: &Path) -> bool {
    folder.join("manifest.json").is_file() || parts::is_parts(folder)
}

fn is_log(path: &Path) -> Outcome<bool> {
    let mut start = Vec::new();
    if path.is_file() {
        let file = File::open(path).or_unusable(path.display())?;
        file.take(SQLITE.len() as u64).read_to_end(&mut start).or_unusable(path.display())?;
    }
    Ok(start == SQLITE)
}

/// The record of the key's owner, as another node gives it.
fn of_node(fetch: &Fetch<'_>, request: &CopyRequest<'_>, data: &Path) -> Outcome<CopySet> {
    let folder = scratch(data)?;
    let path = fetch(folder.path())?;
    let mut brought = CopySet::default();
    brought.take(&path, request, data)?;
    brought.folders.push(folder);
    Ok(brought)
}

/// The logs of another data folder, by their folders' names.
fn of_data(data: &Path) -> Outcome<CopySet> {
    let mut brought = CopySet::default();
    for did in super::local_dids(data)? {
        let source = source_in(&data.join("users").join(did.folder_name()));
        if source.log.is_file() {
            brought.logs.insert(did, vec![source]);
        }
    }
    Ok(brought)
}

/// The bundles in a folder, as on a stick.
fn on_stick(root: &Path) -> Outcome<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for folder in STICK_FOLDERS.map(|name| root.join(name)) {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.or_unusable(folder.display())?.path();
            let name = path.to_string_lossy();
            let is_tar = name.ends_with(".tar") || name.ends_with(".tar.age");
            if (path.is_dir() && is_bundle(&path)) || (path.is_file() && is_tar) {
                paths.push(path);
            }
        }
    }
    Ok(paths)
}

/// A bundle's logs and files in a folder.
fn unpacked(path: &Path, request: &CopyRequest<'_>, into: &Path) -> Outcome<Source> {
    let unlock = match Bundle::open(path, request.key)? {
        Bundle::Encrypted(_, unlock) => Some(unlock),
        _ => None,
    };
    let mut done = 0;
    let source = import::unpack(path, unlock.as_ref(), into, &mut |bytes| {
        done += bytes;
        (request.progress)("reading", done, done);
    });
    source.or_no(path.display())
}
