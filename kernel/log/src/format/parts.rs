//! A tar that is too long for one file on its file system: a folder with its parts (docs/format.md §12).
//!
//! Always: the parts, joined in order, are the tar, plain or encrypted, and the folder has nothing else. Whether the
//! tar is a bundle is for its reader to say.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use super::manifest::PARTS_MAX;
use super::regular::{self, FileKind};

/// Prefix of the names of a tar's parts; a number follows.
const PLAIN: &str = "bundle.tar";
/// Prefix of the names of an encrypted tar's parts.
const SEALED: &str = "bundle.tar.age";

fn name(whole: &str, n: u64) -> String {
    format!("{whole}.{n:03}")
}

/// Returns the prefix of the names of the parts in a folder; `None` if the folder is not a tar in parts.
fn whole_of(folder: &Path) -> Option<&'static str> {
    [PLAIN, SEALED]
        .into_iter()
        .find(|whole| matches!(regular::look(&folder.join(name(whole, 0))), Ok(FileKind::File)))
        .filter(|_| matches!(regular::look(folder), Ok(FileKind::Folder)))
}

/// Returns whether a path is a folder with the parts of a tar.
pub fn is_parts(path: &Path) -> bool {
    whole_of(path).is_some()
}

/// Opens the tar at a path, plain or encrypted, one file or several parts. Returns it with its length in bytes.
///
/// # Errors
/// The system's error; `InvalidInput` for a link, a device or an incomplete set of parts.
pub fn open(path: &Path) -> io::Result<(Box<dyn Read + Send>, u64)> {
    let Some(whole) = whole_of(path) else {
        let file = regular::open(path)?;
        let bytes = file.metadata()?.len();
        return Ok((Box::new(file), bytes));
    };
    let part_count = fs::read_dir(path)?.count() as u64;
    let (mut paths, mut bytes, mut first) = (Vec::new(), 0, 0);
    for n in 0..part_count {
        let part = path.join(name(whole, n));
        let size = match fs::symlink_metadata(&part) {
            Ok(metadata) if metadata.is_file() => metadata.len(),
            Ok(_) => return Err(not_parts(&part, "is not a plain file")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(not_parts(&part, "is missing, or another file has taken its place"));
            }
            Err(error) => return Err(error),
        };
        if n == 0 {
            first = size;
        }
        let is_last = n + 1 == part_count;
        if size == 0 || size > first || (size < first && !is_last) || n >= PARTS_MAX {
            return Err(not_parts(&part, "is not as long as a part of this tar"));
        }
        bytes += size;
        paths.push(part);
    }
    paths.reverse();
    let chained = Chained { left: paths, now: None };
    Ok((Box::new(chained), bytes))
}

fn not_parts(part: &Path, what: &str) -> io::Error {
    let file = part.file_name().unwrap_or_default().to_string_lossy();
    io::Error::new(io::ErrorKind::InvalidData, format!("{file} {what}"))
}

/// Several files, read as one.
struct Chained {
    /// The files still to be read, in reverse order.
    left: Vec<PathBuf>,
    now: Option<File>,
}

impl Read for Chained {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if self.now.is_none() {
                self.now = self.left.pop().map(|part| regular::open(&part)).transpose()?;
            }
            let Some(file) = &mut self.now else {
                return Ok(0);
            };
            match file.read(buffer)? {
                0 => self.now = None,
                n => return Ok(n),
            }
        }
    }
}

/// Writes a tar in parts of at most `bytes_max` bytes.
pub struct PartsWriter<'f> {
    folder: &'f Path,
    whole: &'static str,
    bytes_max: u64,
    now: Option<BufWriter<File>>,
    /// Bytes that still fit into the current part.
    room: u64,
    parts: u64,
}

impl<'f> PartsWriter<'f> {
    /// Starts writing into an empty folder.
    pub fn new(folder: &'f Path, sealed: bool, bytes_max: u64) -> Self {
        Self {
            folder,
            whole: if sealed { SEALED } else { PLAIN },
            bytes_max: bytes_max.max(1),
            now: None,
            room: 0,
            parts: 0,
        }
    }

    /// Syncs everything. Returns the path of the tar if one file was enough.
    pub fn finish(mut self) -> io::Result<Option<PathBuf>> {
        self.end_part()?;
        Ok((self.parts == 1).then(|| self.folder.join(name(self.whole, 0))))
    }

    fn end_part(&mut self) -> io::Result<()> {
        match self.now.take() {
            Some(part) => part.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all(),
            None => Ok(()),
        }
    }
}

impl Write for PartsWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.room == 0 {
            self.end_part()?;
            if self.parts >= PARTS_MAX {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            let path = self.folder.join(name(self.whole, self.parts));
            self.now = Some(BufWriter::new(File::create_new(path)?));
            self.parts += 1;
            self.room = self.bytes_max;
        }
        let fits = usize::try_from(self.room).unwrap_or(usize::MAX);
        let Some(part) = &mut self.now else {
            return Ok(0);
        };
        let n = part.write(&bytes[..bytes.len().min(fits)])?;
        self.room -= n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.now.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write_parts(folder: &Path, bytes: &[u8], bytes_max: u64) -> Option<PathBuf> {
        let mut writer = PartsWriter::new(folder, false, bytes_max);
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn read(path: &Path) -> io::Result<Vec<u8>> {
        let (mut source, bytes) = open(path)?;
        let mut all = Vec::new();
        source.read_to_end(&mut all)?;
        assert_eq!(all.len() as u64, bytes);
        Ok(all)
    }

    #[test]
    fn parts_read_as_what_was_written() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for (bytes_max, parts) in [(1, 1000), (300, 4), (500, 2), (999, 2)] {
            let folder = tempfile::tempdir().unwrap();
            assert_eq!(write_parts(folder.path(), &bytes, bytes_max), None);
            assert!(is_parts(folder.path()));
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), parts);
            assert_eq!(read(folder.path()).unwrap(), bytes);
        }
        let folder = tempfile::tempdir().unwrap();
        let file = write_parts(folder.path(), &bytes, 1000).unwrap();
        assert_eq!(read(&file).unwrap(), bytes);
        let mut writer = PartsWriter::new(folder.path(), true, 1);
        assert_eq!(writer.write_all(&[0; 1001]).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
    }

    #[test]
    fn what_is_missing_or_does_not_belong_is_found() {
        let bytes = [7; 1000];
        let damage: [fn(&Path); 4] = [
            |folder| fs::remove_file(folder.join("bundle.tar.001")).unwrap(),
            |folder| fs::write(folder.join("bundle.tar.001"), [7; 299]).unwrap(),
            |folder| fs::write(folder.join("more.txt"), "more").unwrap(),
            |folder| fs::write(folder.join("bundle.tar.004"), "").unwrap(),
        ];
        for damage in damage {
            let folder = tempfile::tempdir().unwrap();
            write_parts(folder.path(), &bytes, 300);
            damage(folder.path());
            let error = read(folder.path()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error}");
        }
    }
}
