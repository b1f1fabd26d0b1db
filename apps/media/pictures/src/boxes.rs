//! The boxes of which films (MP4, QuickTime) and some pictures (HEIC, AVIF) consist, found by reading their headers.
//!
//! Always: no box reaches beyond the one around it, and one file takes a bounded number of steps, so hostile lengths end a
//! walk soon. What is damaged is an error of a kind that [`is_damage`] knows.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

/// Boxes and table entries of one file that are looked at: a film of two hours in fragments of a second has 100,000.
const STEPS_MAX: u32 = 1 << 18;
/// Headers are far apart, so a large buffer would read much for nothing.
const BUFFER_BYTES: usize = 4 << 10;
/// The longest text that is read.
const TEXT_BYTES_MAX: u64 = 256;

/// A file of boxes.
pub(crate) struct Boxes<R> {
    inner: BufReader<R>,
    at: u64,
    len: u64,
    steps: u32,
}

pub(crate) struct Part {
    /// Its four letters.
    pub(crate) name: [u8; 4],
    /// The offset of the name.
    pub(crate) name_at: u64,
    /// The range after its header.
    pub(crate) content: Range<u64>,
}

impl<R: Read + Seek> Boxes<R> {
    pub(crate) fn new(mut file: R) -> io::Result<Self> {
        let len = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Self { inner: BufReader::with_capacity(BUFFER_BYTES, file), at: 0, len, steps: 0 })
    }

    /// The whole file.
    pub(crate) fn all(&self) -> Range<u64> {
        0..self.len
    }

    /// Counts one step more.
    /// Errors: there were too many.
    pub(crate) fn step(&mut self) -> io::Result<()> {
        self.steps += 1;
        if self.steps > STEPS_MAX { Err(damage()) } else { Ok(()) }
    }

    /// The next box of a range, which then begins behind it; `None` where no header fits in any more.
    pub(crate) fn next(&mut self, rest: &mut Range<u64>) -> io::Result<Option<Part>> {
        let start = rest.start;
        if rest.end.saturating_sub(start) < 8 {
            return Ok(None);
        }
        self.step()?;
        let mut head = rest.clone();
        let short = self.take(&mut head, 4)?;
        let name = self.array(&mut head)?;
        let len = match short {
            // To the end of the file.
            0 if rest.end == self.len => self.len - start,
            1 => self.take(&mut head, 8)?,
            short => short,
        };
        let end = start
            .checked_add(len)
            .filter(|end| (head.start..=rest.end).contains(end))
            .ok_or_else(damage)?;
        rest.start = end;
        Ok(Some(Part { name, name_at: start + 4, content: head.start..end }))
    }

    /// The content of the only box of a name in a range.
    /// Errors: the range has two boxes of this name.
    pub(crate) fn find(
        &mut self,
        within: &Range<u64>,
        name: &[u8; 4],
    ) -> io::Result<Option<Range<u64>>> {
        let (mut rest, mut found) = (within.clone(), None);
        while let Some(part) = self.next(&mut rest)? {
            if part.name == *name && found.replace(part.content).is_some() {
                return Err(damage());
            }
        }
        Ok(found)
    }

    /// A box that must be there.
    pub(crate) fn require(&mut self, range: &Range<u64>, name: &[u8; 4]) -> io::Result<Range<u64>> {
        self.find(range, name)?.ok_or_else(damage)
    }

    /// The number in the next bytes of a range, at most eight, which then begins behind them.
    pub(crate) fn take(&mut self, rest: &mut Range<u64>, bytes: u8) -> io::Result<u64> {
        let mut number = [0; 8];
        let zeros = number.len().saturating_sub(bytes.into());
        self.read(rest, number.get_mut(zeros..).unwrap_or_default())?;
        Ok(u64::from_be_bytes(number))
    }

    /// The next bytes of a range, which then begins behind them.
    pub(crate) fn array<const N: usize>(&mut self, rest: &mut Range<u64>) -> io::Result<[u8; N]> {
        let mut array = [0; N];
        self.read(rest, &mut array)?;
        Ok(array)
    }

    /// All of a range that is a text of some words.
    pub(crate) fn text(&mut self, range: &Range<u64>) -> io::Result<Vec<u8>> {
        self.bytes(range, TEXT_BYTES_MAX)
    }

    /// The bytes of a range, at most this many.
    pub(crate) fn bytes(&mut self, range: &Range<u64>, max: u64) -> io::Result<Vec<u8>> {
        let len = range.end.saturating_sub(range.start);
        let len = usize::try_from(len.min(max)).unwrap_or_default();
        let mut bytes = vec![0; len];
        self.read(&mut range.clone(), &mut bytes)?;
        Ok(bytes)
    }

    fn read(&mut self, rest: &mut Range<u64>, room: &mut [u8]) -> io::Result<()> {
        let after = after(rest, room.len() as u64)?;
        let by = rest.start.cast_signed().wrapping_sub(self.at.cast_signed());
        self.inner.seek_relative(by)?;
        self.at = rest.start;
        self.inner.read_exact(room)?;
        self.at = after.start;
        *rest = after;
        Ok(())
    }
}

/// Returns the rest of a range after its first `bytes`.
/// Errors: the range is shorter.
pub(crate) fn after(range: &Range<u64>, bytes: u64) -> io::Result<Range<u64>> {
    let start = range.start.checked_add(bytes);
    let start = start.filter(|start| *start <= range.end);
    Ok(start.ok_or_else(damage)?..range.end)
}

/// The error of a damaged file.
pub(crate) fn damage() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// Whether an error says that a file is damaged or cut short, and not that it can't be read.
pub(crate) fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, UnexpectedEof};
    matches!(error.kind(), InvalidData | UnexpectedEof)
}
