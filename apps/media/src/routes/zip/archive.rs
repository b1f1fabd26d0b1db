//! A ZIP as it is sent: files one after the other without compression, and a directory at the end.
//!
//! Always: its length is known before a file is opened, one file is open at a time, and all that is in memory is what the
//! directory says of each. A file that has other bytes than announced is an error, so that the archive is never ended as if
//! it were whole.

use std::io::{self, Read};

use crc32fast::Hasher;

use super::entry::{Entry, end};

/// Opens the file of an entry.
pub(super) type Open = Box<dyn FnMut(usize) -> io::Result<Box<dyn Read + Send>> + Send>;

/// An archive that is read from its beginning to its end.
pub(super) struct Archive {
    entries: Vec<Entry>,
    open: Open,
    /// Bytes that precede the rest of the open file, and how many of them were read.
    said: (Vec<u8>, usize),
    file: Option<(Box<dyn Read + Send>, u64, Hasher)>,
    /// Files that were begun, and rows of the directory that were said.
    begun: usize,
    rows: usize,
    is_ended: bool,
    /// The offset of the directory, and its length in bytes.
    directory: (u64, u64),
}

impl Archive {
    /// An archive of these files.
    pub(super) fn new(mut entries: Vec<Entry>, open: Open) -> Self {
        let (mut at, mut directory) = (0, 0);
        for entry in &mut entries {
            entry.at = at;
            at += entry.header().len() as u64 + entry.bytes + entry.descriptor().len() as u64;
            directory += entry.row().len() as u64;
        }
        Self {
            entries,
            open,
            said: (Vec::new(), 0),
            file: None,
            begun: 0,
            rows: 0,
            is_ended: false,
            directory: (at, directory),
        }
    }

    /// All of its bytes.
    pub(super) fn length(&self) -> u64 {
        let (at, directory) = self.directory;
        at + directory + self.end().len() as u64
    }

    fn end(&self) -> Vec<u8> {
        let (at, directory) = self.directory;
        end(self.entries.len() as u64, at, directory)
    }

    /// Reads more of the open file; after its last byte, queues the descriptor.
    fn next_of_file(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some((file, left, crc)) = &mut self.file else {
            return Ok(0);
        };
        let most = usize::try_from(*left).map_or(out.len(), |left| left.min(out.len()));
        let read = file.read(&mut out[..most])?;
        if read == 0 && *left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        crc.update(&out[..read]);
        *left -= read as u64;
        if *left > 0 {
            return Ok(read);
        }
        let crc = crc.clone().finalize();
        self.file = None;
        if let Some(entry) = self.entries.get_mut(self.begun - 1) {
            entry.crc = crc;
            self.said = (entry.descriptor(), 0);
        }
        Ok(read)
    }

    /// Says what comes after the last file that was begun. False at the end.
    fn go_on(&mut self) -> io::Result<bool> {
        let next = match self.entries.get(self.begun) {
            Some(entry) => {
                let file = (self.open)(self.begun)?;
                self.file = Some((file, entry.bytes, Hasher::new()));
                self.begun += 1;
                entry.header()
            }
            None if self.is_ended => return Ok(false),
            None => match self.entries.get(self.rows) {
                Some(entry) => {
                    self.rows += 1;
                    entry.row()
                }
                None => {
                    self.is_ended = true;
                    self.end()
                }
            },
        };
        self.said = (next, 0);
        Ok(true)
    }
}

impl Read for Archive {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let (said, at) = &mut self.said;
            if *at < said.len() {
                let some = out.len().min(said.len() - *at);
                out[..some].copy_from_slice(&said[*at..*at + some]);
                *at += some;
                return Ok(some);
            }
            if self.file.is_some() {
                // The descriptor of an empty file follows at once.
                match self.next_of_file(out)? {
                    0 => continue,
                    read => return Ok(read),
                }
            }
            if !self.go_on()? {
                return Ok(0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::ELSEWHERE;
    use super::*;

    /// An archive whose files are zeros, of which only what isn't a file is read: gigabytes take no time.
    fn said_of(lengths: &[u64]) -> (u64, Vec<u8>) {
        let entry = |(n, bytes): (usize, &u64)| Entry::new(n.to_string(), "", *bytes);
        let entries: Vec<Entry> = lengths.iter().enumerate().map(entry).collect();
        let mut archive = Archive::new(entries, Box::new(|_| Ok(Box::new(io::empty()))));
        let mut framing = Vec::new();
        while archive.go_on().unwrap() {
            framing.extend(std::mem::take(&mut archive.said).0);
            if archive.file.take().is_some() {
                framing.extend(archive.entries[archive.begun - 1].descriptor());
            }
        }
        (archive.length(), framing)
    }

    #[test]
    fn the_length_is_known_before_whatever_the_files_lengths_are() {
        let far = u64::from(ELSEWHERE);
        for lengths in [&[][..], &[0], &[1, 0, 7], &[far - 1, 3], &[far, 3], &[far + 1, far, 3, 3]]
        {
            let (bytes, said) = said_of(lengths);
            let files: u64 = lengths.iter().sum();
            assert_eq!(bytes, files + said.len() as u64, "{lengths:?}");
            let is_64 = said.windows(4).any(|four| four == b"PK\x06\x06");
            assert_eq!(is_64, files >= far - 100, "{lengths:?}");
        }
        let many = vec![0; 65_535];
        let (bytes, said) = said_of(&many);
        assert_eq!(bytes, said.len() as u64);
        let last = &said[said.len() - 200..];
        assert!(last.windows(4).any(|four| four == b"PK\x06\x06"));
    }

    #[test]
    fn a_file_that_is_shorter_than_announced_is_an_error() {
        let entries = vec![Entry::new("a".into(), "", 4)];
        let mut archive = Archive::new(entries, Box::new(|_| Ok(Box::new(&b"abc"[..]))));
        let mut out = Vec::new();
        assert_eq!(archive.read_to_end(&mut out).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
