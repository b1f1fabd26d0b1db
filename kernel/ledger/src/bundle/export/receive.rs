//! A finished bundle that arrives as a tar, over a network say, and is put where it is wanted: as it came, encrypted, or
//! unpacked into a folder.
//!
//! Always: as with bundles that are made here, it gets its name when it is whole and synced, and what stood there stands
//! until then. What it holds is for a verifier to say.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use imajin_protocol::Did;

use super::ExportError;
use super::target::{Staging, Target, in_parts, partial, whole_file};
use crate::bundle::age::Recipient;
use crate::bundle::names;
use crate::bundle::tar::{TarError, TarLimits, TarReader};
use crate::media::{COPY_BYTES, create_dir_synced, sync_dir};

/// Puts the bundle of `did` that `tar` is to a target; with a recipient a tar is encrypted (a folder cannot be).
pub fn receive(
    mut tar: impl Read,
    target: &Target,
    did: &Did,
    recipient: Option<&Recipient>,
) -> Result<(), ExportError> {
    target.check(did)?;
    match target {
        Target::Folder(path) => {
            let staging = Staging::create(&partial(path))?;
            unpack(tar, staging.path())?;
            staging.rename(path)
        }
        Target::Tar(path) => whole_file(path, recipient, |output| copy(&mut tar, output, path)),
        Target::Parts(path, bytes_max) => in_parts(path, *bytes_max, recipient, |output| {
            copy(&mut tar, output, path)
        }),
    }
}

fn unpack(tar: impl Read, folder: &Path) -> Result<(), ExportError> {
    let arrived = |error| match error {
        TarError::Io(error) => ExportError::Arrived(error.to_string()),
        other => ExportError::Arrived(other.to_string()),
    };
    let mut reader = TarReader::new(tar, TarLimits::default(), names::is_allowed);
    while let Some((name, _)) = reader.next_file().map_err(arrived)? {
        let path = folder.join(name);
        let io = || ExportError::io(&path);
        let parent = path.parent().unwrap_or(folder);
        create_dir_synced(parent).map_err(io())?;
        let mut file = File::create_new(&path).map_err(io())?;
        copy(&mut reader.file(), &mut file, &path)?;
        file.sync_all().map_err(io())?;
        sync_dir(parent).map_err(io())?;
    }
    sync_dir(folder).map_err(ExportError::io(folder))
}

/// Like [`io::copy`], but it can be told which end failed.
fn copy(from: &mut dyn Read, to: &mut dyn Write, path: &Path) -> Result<(), ExportError> {
    let mut buffer = vec![0; COPY_BYTES];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(n) => to.write_all(&buffer[..n]).map_err(ExportError::io(path))?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(ExportError::Arrived(error.to_string())),
        }
    }
}
