//! The source of a bundle: a folder, a tar, an encrypted tar, or the parts of one.

use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::VerifyError;
use super::super::report::FaultReport;
use crate::format::age::{self, AgeError, Unlock};
use crate::format::intake::{self, Intake, IntakeError, Keep, Progress};
use crate::format::parts;
use crate::format::regular::{self, FileKind};
use crate::format::tar::{TarError, TarLimits};
use crate::pace::{Pace, Paced};
use crate::rules::{Code, Fault};
use crate::space::Space;

/// The kind of file at a path.
pub enum Form {
    /// A folder.
    Folder,
    /// A bare log.
    Log,
    /// A tar, in one file or in parts.
    Tar,
    /// An encrypted tar.
    Encrypted,
}

/// Detects the kind of file at a path by its first bytes.
pub fn form(path: &Path) -> Result<Form, VerifyError> {
    let unusable = |error| VerifyError::Unusable { path: path.to_owned(), error };
    let in_parts = parts::is_parts(path);
    if regular::look(path).map_err(unusable)? == FileKind::Folder && !in_parts {
        return Ok(Form::Folder);
    }
    let mut start = Vec::new();
    match parts::open(path) {
        Ok((file, _)) => {
            file.take(32).read_to_end(&mut start).map_err(unusable)?;
        }
        // Parts that do not fit together are a fault of the bundle, reported when it is read.
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(Form::Tar),
        Err(error) => return Err(unusable(error)),
    }
    Ok(match start {
        start if start.starts_with(b"SQLite format 3\0") && !in_parts => Form::Log,
        start if start.starts_with(age::MAGIC) => Form::Encrypted,
        _ => Form::Tar,
    })
}

/// Reads a bundle from any source. The inner error is a fault of the bundle.
pub fn take_in(
    path: &Path,
    unlock: Option<&Unlock>,
    limits: TarLimits,
    keep: Keep,
    into: &Path,
    pace: &Arc<Pace>,
    progress: Progress<'_>,
) -> Result<Result<Intake, FaultReport>, VerifyError> {
    let unusable = |error| VerifyError::Unusable { path: path.to_owned(), error };
    let locked = |error| VerifyError::Locked { path: path.to_owned(), error };
    let form = form(path)?;
    // A file with holes counts by its length.
    let limits = TarLimits {
        bytes_max: limits.bytes_max.min(Space::bytes_max(path).map_err(unusable)?),
        ..limits
    };
    let opened = match form {
        Form::Folder => {
            let taken = intake::folder(path, limits, keep, into, pace, progress);
            return ended(path, taken);
        }
        _ => parts::open(path),
    };
    let input = match opened {
        Ok((_, bytes)) if bytes > limits.bytes_max => {
            return Ok(Err(tar_fault("it is longer than the disk that it is on")));
        }
        Ok((input, _)) => BufReader::with_capacity(256 * 1024, Paced::new(input, pace)),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Ok(Err(tar_fault(error)));
        }
        Err(error) => return Err(unusable(error)),
    };
    let taken = match form {
        Form::Encrypted => {
            let unlock = unlock.ok_or_else(|| {
                locked(AgeError::Wants {
                    wants: "a passphrase or a key: give the passphrase or the encryption key",
                })
            })?;
            match age::decrypt(unlock, input) {
                Ok(plain) => intake::tar(plain, limits, keep, into, progress),
                Err(AgeError::Io(error)) => return Err(unusable(error)),
                Err(AgeError::Damaged(what)) => return Ok(Err(tar_fault(what))),
                Err(error) => return Err(locked(error)),
            }
        }
        Form::Folder | Form::Tar | Form::Log => intake::tar(input, limits, keep, into, progress),
    };
    ended(path, taken)
}

fn ended(
    path: &Path,
    taken: Result<Intake, IntakeError>,
) -> Result<Result<Intake, FaultReport>, VerifyError> {
    match taken {
        Ok(intake) => Ok(Ok(intake)),
        Err(error) => intake_fault(error)
            .map(Err)
            .map_err(|(name, error)| VerifyError::Unusable { path: path.join(name), error }),
    }
}

/// Makes the fault of a container that is not the canonical tar of its files: of the whole, not of one file.
fn tar_fault(message: impl ToString) -> FaultReport {
    FaultReport::from_fault(None, Fault::new(Code::Tar, message.to_string()))
}

/// Turns an unreadable bundle into a fault, or a failure of the machine into an error.
pub(crate) fn intake_fault(error: IntakeError) -> Result<FaultReport, (PathBuf, io::Error)> {
    match error {
        IntakeError::Tar(TarError::Io(error)) if error.kind() != io::ErrorKind::InvalidData => {
            Err((PathBuf::new(), error))
        }
        IntakeError::Tar(TarError::Name { name }) => {
            let what = "a bundle has no file of this name";
            Ok(FaultReport::file(Code::Manifest, &name, what))
        }
        IntakeError::Tar(error) => Ok(tar_fault(error)),
        IntakeError::File { name, what } => Ok(FaultReport::file(Code::Manifest, &name, what)),
        IntakeError::Io { name, error } if error.kind() == io::ErrorKind::InvalidInput => {
            Ok(FaultReport::file(Code::Manifest, &name, error.to_string()))
        }
        IntakeError::Io { error, .. } if error.kind() == io::ErrorKind::InvalidData => {
            Ok(tar_fault(error))
        }
        IntakeError::Io { name, error } => Err((PathBuf::from(name), error)),
    }
}
