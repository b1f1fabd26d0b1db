//! The copies that a repair is made from, in whatever form they stand.

use crate::backup::{self, Catalogue, Entry, Place};
use crate::cli::RepairArgs;
use crate::config::Config;
use crate::failure::{Failure, OrFail, Outcome};
use crate::key::PersonKey;
use crate::output::Progress;
use crate::source::Bundle;
use crate::survey;
use imajin_ledger::bundle::import::{self, Source};
use imajin_ledger::bundle::parts;
use imajin_protocol::Did;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Folders of a stick that copies stand in.
const STICK_FOLDERS: [&str; 2] = ["", "imajin"];
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Where copies are.
pub(super) enum Copies {
    /// By whose they are.
    Logs(Brought),
    /// In a backup of a whole node.
    Backup(Box<(Place, Entry, PersonKey)>),
}

/// Copies that can be read.
#[derive(Default)]
pub(super) struct Brought {
    logs: BTreeMap<Did, Vec<Source>>,
    /// What was unpacked for this goes with it.
    folders: Vec<TempDir>,
}

impl Brought {
    /// Takes one bundle, or one bare log.
    fn take(
        &mut self,
        path: &Path,
        args: &RepairArgs,
        key: Option<&PersonKey>,
        data: &Path,
    ) -> Outcome {
        let source = match is_log(path)? {
            true => Source {
                media: path.parent().map(|folder| folder.join("media")),
                log: path.to_path_buf(),
            },
            false => {
                let folder = scratch(data)?;
                let source = unpacked(path, key, folder.path())?;
                self.folders.push(folder);
                source
            }
        };
        // What a damaged copy does not say, the asker does.
        let named = || match args.dids.as_slice() {
            [did] => Did::parse(did).ok(),
            _ => None,
        };
        let did = survey::whose(&source.log).or_else(named).ok_or_else(|| {
            let text = format!(
                "{} does not say whose record it is: name the DID",
                path.display()
            );
            Failure::unusable(text)
        })?;
        self.logs.entry(did).or_default().push(source);
        Ok(())
    }

    pub(super) fn of(&self, did: &Did) -> &[Source] {
        self.logs.get(did).map_or(&[], Vec::as_slice)
    }
}

impl Copies {
    /// Looks at what stands at the place. What must be unpacked goes into a folder in `data`.
    pub(super) fn open(
        args: &RepairArgs,
        key: Option<&PersonKey>,
        (data, config): (&Path, &Config),
    ) -> Outcome<Self> {
        let from = Path::new(&args.from);
        let is_bucket = args.from.starts_with("s3://");
        if !is_bucket && !from.exists() {
            let text = format!("{} is not there", from.display());
            return Err(Failure::unusable(text));
        }
        let has_several = from.is_dir() && !is_bundle(from);
        if is_bucket || has_several {
            let place = Place::open(&args.from, config)?;
            if let Some(catalogue) = Catalogue::read(&place)? {
                let key = key.ok_or_else(|| {
                    Failure::unusable("backups are opened with the owner's key: give --key FILE")
                })?;
                let entry = catalogue.find(args.backup.as_deref())?.clone();
                return Ok(Self::Backup(Box::new((place, entry, key.clone()))));
            }
        }
        if has_several && from.join("users").is_dir() {
            return of_data(from).map(Self::Logs);
        }
        let paths = match has_several {
            true => on_stick(from)?,
            false => vec![from.to_path_buf()],
        };
        if paths.is_empty() {
            let text = format!("there is no copy of a record in {}", from.display());
            return Err(Failure::unusable(text));
        }
        let mut brought = Brought::default();
        for path in paths {
            brought.take(&path, args, key, data)?;
        }
        Ok(Self::Logs(brought))
    }

    /// Of these those that there may be a copy of.
    pub(super) fn of_these(&self, mut dids: Vec<Did>) -> Vec<Did> {
        if let Self::Logs(brought) = self {
            dids.retain(|did| brought.logs.contains_key(did));
        }
        dids
    }

    /// Has the copies of these records as files.
    pub(super) fn bring(self, dids: &[Did], data: &Path) -> Outcome<Brought> {
        let (place, entry, key) = match self {
            Self::Logs(brought) => return Ok(brought),
            Self::Backup(backup) => *backup,
        };
        let mut brought = Brought::default();
        if dids.is_empty() {
            return Ok(brought);
        }
        let folder = scratch(data)?;
        let below = |did: &Did| format!("users/{}/", did.folder_name());
        let is_wanted = |name: &str| dids.iter().any(|did| name.starts_with(&below(did)));
        let into = folder.path();
        let mut progress = Progress::new("fetching");
        let mut told = |done, total| progress.set(done, total);
        let fetched = backup::extract((&place, &entry), &key, &is_wanted, into, &mut told);
        progress.finish();
        fetched?;
        for did in dids {
            let source = source_in(&into.join(below(did)));
            if source.log.is_file() {
                brought.logs.insert(did.clone(), vec![source]);
            }
        }
        brought.folders.push(folder);
        Ok(brought)
    }
}

/// A folder that goes when it is dropped, on the data's own disk.
fn scratch(data: &Path) -> Outcome<TempDir> {
    let folder = data.join("import");
    fs::create_dir_all(&folder).or_unusable(folder.display())?;
    TempDir::with_prefix_in("repair-", &folder).or_unusable(folder.display())
}

fn source_in(folder: &Path) -> Source {
    Source {
        log: folder.join("log.sqlite"),
        media: Some(folder.join("media")),
    }
}

fn is_bundle(folder: &Path) -> bool {
    folder.join("manifest.json").is_file() || parts::is_parts(folder)
}

fn is_log(path: &Path) -> Outcome<bool> {
    let mut start = Vec::new();
    if path.is_file() {
        let file = File::open(path).or_unusable(path.display())?;
        file.take(SQLITE.len() as u64)
            .read_to_end(&mut start)
            .or_unusable(path.display())?;
    }
    Ok(start == SQLITE)
}

/// The logs of another data folder, by their folders' names.
fn of_data(data: &Path) -> Outcome<Brought> {
    let mut brought = Brought::default();
    for did in super::here(data)? {
        let source = source_in(&data.join("users").join(did.folder_name()));
        if source.log.is_file() {
            brought.logs.insert(did, vec![source]);
        }
    }
    Ok(brought)
}

/// The bundles in a folder, as on a stick.
fn on_stick(root: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in STICK_FOLDERS.map(|name| root.join(name)) {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.or_unusable(folder.display())?.path();
            let name = path.to_string_lossy();
            let is_tar = name.ends_with(".tar") || name.ends_with(".tar.age");
            if (path.is_dir() && is_bundle(&path)) || (path.is_file() && is_tar) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// A bundle's logs and files in a folder.
fn unpacked(path: &Path, key: Option<&PersonKey>, into: &Path) -> Outcome<Source> {
    let unlock = match Bundle::open(path, key)? {
        Bundle::Encrypted(_, unlock) => Some(unlock),
        _ => None,
    };
    let (mut progress, mut done) = (Progress::new("reading"), 0);
    let source = import::unpack(path, unlock.as_ref(), into, &mut |bytes| {
        done += bytes;
        progress.set(done, done);
    });
    progress.finish();
    source.or_no(path.display())
}
