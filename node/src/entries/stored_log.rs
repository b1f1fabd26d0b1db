//! The log of a bundle folder, of a bundle tar, or a single log file. All are opened as untrusted.

use super::EntryLine;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_log::format::names;
use imajin_log::format::parts;
use imajin_log::format::tar::{TarError, TarLimits, TarReader};
use imajin_log::untrusted::{LogForm, UntrustedError, UntrustedLog};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A log that can be read.
pub struct StoredLog {
    log: UntrustedLog,
    /// Folder with the files unpacked from a tar, kept until this is dropped.
    _unpacked: Option<TempDir>,
}

/// Why a path holds no log that can be read.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum StoredLogError {
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    #[error("{0}: {1}")]
    Tar(PathBuf, TarError),
    #[error("{0} is encrypted: decrypt it first (age --decrypt), or check it with imajin verify")]
    Encrypted(PathBuf),
    #[error("{0}: there is no log.sqlite in it")]
    NoLog(PathBuf),
    #[error(transparent)]
    Log(#[from] UntrustedError),
}

impl StoredLog {
    /// Opens a bundle folder, a bundle tar or a `log.sqlite`.
    pub fn open(path: &Path) -> Result<Self, StoredLogError> {
        let io = |error| StoredLogError::Io(path.to_path_buf(), error);
        if std::fs::metadata(path).map_err(io)?.is_dir() && !parts::is_parts(path) {
            let parts = (0u32..)
                .map(|n| path.join(names::part(names::LOG, n)))
                .take_while(|part| part.exists());
            let parts: Vec<PathBuf> = parts.collect();
            if parts.is_empty() {
                return Self::of_file(&path.join(names::LOG), None);
            }
            let unpacked = tempfile::tempdir().map_err(io)?;
            let mut whole = File::create(unpacked.path().join(names::LOG)).map_err(io)?;
            for part in parts {
                io::copy(&mut File::open(part).map_err(io)?, &mut whole).map_err(io)?;
            }
            return Self::of_file(&unpacked.path().join(names::LOG), Some(unpacked));
        }
        let mut start = [0; 16];
        let length =
            parts::open(path).and_then(|(mut file, _)| file.read(&mut start)).map_err(io)?;
        match &start[..length] {
            b"SQLite format 3\0" => Self::of_file(path, None),
            start if start.starts_with(b"age-encryption") => {
                Err(StoredLogError::Encrypted(path.to_path_buf()))
            }
            _ => Self::of_tar(path),
        }
    }

    fn of_file(path: &Path, unpacked: Option<TempDir>) -> Result<Self, StoredLogError> {
        Ok(Self { log: UntrustedLog::open(path, LogForm::Bare, None)?, _unpacked: unpacked })
    }

    fn of_tar(path: &Path) -> Result<Self, StoredLogError> {
        let io = |error| StoredLogError::Io(path.to_path_buf(), error);
        let tar = |error| StoredLogError::Tar(path.to_path_buf(), error);
        let unpacked = tempfile::tempdir().map_err(io)?;
        let target = unpacked.path().join(names::LOG);
        let input = BufReader::new(parts::open(path).map_err(io)?.0);
        let mut reader = TarReader::new(input, TarLimits::default(), names::is_allowed);
        let mut has_log = false;
        while let Some((name, _)) = reader.next_file().map_err(tar)? {
            // A large log has parts, in order.
            if name == names::LOG
                || names::as_part(&name).is_some_and(|(whole, _)| whole == names::LOG)
            {
                let mut file =
                    File::options().create(true).append(true).open(&target).map_err(io)?;
                io::copy(&mut reader.file(), &mut file).map_err(io)?;
                has_log = true;
            }
        }
        if has_log {
            Self::of_file(&target, Some(unpacked))
        } else {
            Err(StoredLogError::NoLog(path.to_path_buf()))
        }
    }

    /// The database, for comparing.
    pub fn database(&self) -> &rusqlite::Connection {
        self.log.conn()
    }

    /// Each entry after a place, in order.
    pub fn each(&self, after: Option<u64>, f: &mut dyn FnMut(&EntryLine) -> Outcome) -> Outcome {
        let damaged = "the log cannot be read";
        let from = after.map_or(0, |seq| seq.saturating_add(1));
        let sql = "SELECT header, body FROM entries LEFT JOIN bodies USING (seq) WHERE seq >= ?1 ORDER BY seq";
        let mut statement = self.log.conn().prepare(sql).or_no(damaged)?;
        let mut rows = statement.query([i64::try_from(from).unwrap_or(i64::MAX)]).or_no(damaged)?;
        while let Some(row) = rows.next().or_no(damaged)? {
            let header: Vec<u8> = row.get(0).or_no(damaged)?;
            let body: Option<Vec<u8>> = row.get(1).or_no(damaged)?;
            f(&EntryLine::new(&header, body.as_deref()).map_err(Failure::no)?)?;
        }
        Ok(())
    }
}
