//! Stores a finished bundle that arrives as a tar, for example over a network: as it is, encrypted, or unpacked into a
//! folder.
//!
//! Always: as with an export, the bundle gets its name once it is complete and synced, and an earlier copy stays until
//! then. Whether its contents are valid is for a verifier to say.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use imajin_log::format::age::Recipient;
use imajin_log::format::tar::{TarError, TarLimits, TarReader};
use imajin_log::format::{COPY_BYTES, names};
use imajin_log::synced::{create_dir_synced, sync_dir};
use imajin_protocol::Did;

use super::ExportError;
use super::target::{Staging, Target, in_parts, partial, whole_file};

/// Writes the bundle of `did` in `tar` to a target. A recipient encrypts a tar; a folder cannot be encrypted.
///
/// # Errors
/// [`ExportError::Arrived`] if `tar` is not a complete bundle of `did`; the target is then unchanged.
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
        Target::Parts(path, bytes_max) => {
            in_parts(path, *bytes_max, recipient, |output| copy(&mut tar, output, path))
        }
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

/// Like [`io::copy`], but says whether reading or writing failed.
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
