//! Disk usage of a data folder, and the removal of unneeded files.
//!
//! Always: looked at on the disk itself, with a running node or without; files count by the blocks that they take.

use crate::backup::{self, BackupPlace, choice};
use crate::settings::{BoxConfig, is_remote};
use imajin_dfos::order::Order as _;
use imajin_host::room::{DiskConfig, Standing};
use imajin_host::usage::{Kind, Part, Removal, Usage};
use imajin_ledger::{Ballast, durable};
use imajin_log::Space;
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Folders of systemd's log, persistent and volatile.
const SYSTEM_LOGS: [&str; 2] = ["/var/log/journal", "/run/log/journal"];
/// Age after which an untouched copy may be removed.
const IDLE: Duration = Duration::from_secs(3600);

/// Returns the disk usage by kind. Without settings, backups do not count as such.
pub fn measure(data: &Path, config: Option<&BoxConfig>) -> Usage {
    let mut bytes: BTreeMap<u8, (Kind, u64)> = BTreeMap::new();
    let mut add = |kind: Kind, more: u64| {
        let sum = bytes.entry(kind as u8).or_insert((kind, 0));
        sum.1 += more;
    };
    let device = fs::metadata(data).map(|metadata| metadata.dev()).ok();
    let backups = config.and_then(|config| place_here(data, config));
    let is_backup = |path: &Path| match &backups {
        Some(BackupPlace::Folder(folder)) => path.starts_with(folder),
        _ => false,
    };
    walk(data, &mut |path, found| {
        if Some(found.dev()) == device && !is_backup(path) {
            add(kind_of(path.strip_prefix(data).unwrap_or(path)), taken(found));
        }
    });
    let mut parts_with = Vec::new();
    let idle = idle_copies(data);
    if !idle.is_empty() {
        let frees = idle.iter().map(|(_, bytes)| bytes).sum();
        parts_with.push((Kind::Copies, Removal::Copies, Some(frees)));
    }
    parts_with.push((Kind::Media, Removal::Media, None));
    if let Some(place) = &backups {
        if let BackupPlace::Folder(folder) = place {
            walk(folder, &mut |_, found| add(Kind::Backups, taken(found)));
        }
        match backup::old_bytes(place) {
            Ok(0) => {}
            Ok(frees) => parts_with.push((Kind::Backups, Removal::OldBackups, Some(frees))),
            Err(error) => tracing::debug!(%error, "backups on this disk"),
        }
    }
    for log in SYSTEM_LOGS {
        walk(Path::new(log), &mut |_, found| {
            if Some(found.dev()) == device {
                add(Kind::SystemLog, taken(found));
            }
        });
    }
    let space = Space::measure(data).ok();
    if let Some(space) = space {
        let counted_bytes: u64 = bytes.values().map(|(_, bytes)| bytes).sum();
        let used = space.total.saturating_sub(space.free);
        bytes.insert(Kind::Other as u8, (Kind::Other, used.saturating_sub(counted_bytes)));
    }
    let mut parts: Vec<Part> = bytes
        .into_values()
        .map(|(kind, bytes)| {
            let with = parts_with.iter().find(|(of, ..)| *of == kind);
            Part {
                kind,
                bytes,
                removal: with.map(|(_, removal, _)| *removal),
                frees: with.and_then(|(.., frees)| *frees),
            }
        })
        .collect();
    parts.order_by_key(|part| std::cmp::Reverse(part.bytes));
    let disk = config.map_or_else(DiskConfig::default, |config| config.disk.clone());
    let aside = Ballast::new(data).bytes();
    Usage { room: space.map(|space| Standing::new(space, aside, &disk)), parts }
}

fn kind_of(name: &Path) -> Kind {
    let parts: Vec<&str> = name.iter().filter_map(|part| part.to_str()).collect();
    match parts.as_slice() {
        ["users", _, "media", ..] => Kind::Media,
        ["users", ..] => Kind::Records,
        ["runtime", ..] => Kind::Tables,
        ["cache", ..] => Kind::Previews,
        ["quarantine", ..] => Kind::Damaged,
        ["export", ..] => Kind::Copies,
        ["import", ..] => Kind::Arrivals,
        ["node", "contracts", ..] => Kind::Friends,
        ["node", "reserve", ..] => Kind::Reserve,
        ["node", file, ..] if file.starts_with("journal.sqlite") => Kind::Journal,
        ["node", file, ..] if file.starts_with("relay.") || file.starts_with("registry.") => {
            Kind::Relay
        }
        _ => Kind::Settings,
    }
}

/// Returns the bytes that a file takes on the disk.
fn taken(found: &Metadata) -> u64 {
    found.blocks().saturating_mul(512)
}

/// Every file below a folder; what cannot be read is left out. Links are not followed.
fn walk(folder: &Path, heard: &mut dyn FnMut(&Path, &Metadata)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(found) = fs::symlink_metadata(&path) else {
            continue;
        };
        if found.is_dir() { walk(&path, heard) } else { heard(&path, &found) }
    }
}

/// The place of backups, if what is put there stays on the data's own disk.
fn place_here(data: &Path, config: &BoxConfig) -> Option<BackupPlace> {
    let (backup, ..) = choice::in_force(data, &config.backup);
    if backup.to.is_empty() || is_remote(&backup.to) {
        return None;
    }
    let place = BackupPlace::open(&backup.to, config, None).ok()?;
    place.shares_disk(data).then_some(place)
}

/// Copies that were not touched for a while, with the bytes that they take.
fn idle_copies(data: &Path) -> Vec<(PathBuf, u64)> {
    let mut idle = Vec::new();
    for entry in fs::read_dir(data.join("export")).into_iter().flatten().flatten() {
        let path = entry.path();
        let mut newest = entry.metadata().and_then(|found| found.modified()).ok();
        let mut bytes = 0;
        walk(&path, &mut |_, found| {
            bytes += taken(found);
            newest = newest.max(found.modified().ok());
        });
        // One that was made in the future waits until then.
        let age = newest.and_then(|newest| newest.elapsed().ok());
        if age.is_some_and(|age| age >= IDLE) {
            idle.push((path, bytes));
        }
    }
    idle
}

/// Removes the copies that were not touched for a while; returns the bytes that this freed.
pub fn remove_copies(data: &Path) -> std::io::Result<u64> {
    let mut freed = 0;
    for (path, bytes) in idle_copies(data) {
        if durable::if_there(fs::remove_dir_all(&path))?.is_some() {
            freed += bytes;
        }
    }
    Ok(freed)
}

/// Removes all backups on the data's own disk but the newest whole one; what that freed.
pub fn remove_old_backups(data: &Path, config: &BoxConfig) -> Result<u64, backup::BackupError> {
    place_here(data, config).map_or(Ok(0), |place| backup::remove_old(data, &place))
}
