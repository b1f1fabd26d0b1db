//! A derived file as ranges of the original and literal bytes. Nothing is copied until it is read or written out.
//!
//! Always: ranges lie within the original and are not empty.

use crate::error::Error;
use crate::source::Source;
use std::borrow::Borrow;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;

/// One piece of a derived file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the original.
    Original(Range<u64>),
    /// Other bytes.
    Literal(Vec<u8>),
    /// This many zeros, which take no memory.
    Zeros(u64),
}

/// A derived file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe(Vec<Piece>);

/// Bytes in place of a range of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub(crate) range: Range<u64>,
    pub(crate) piece: Piece,
}

impl Edit {
    /// These bytes in place of a range.
    pub fn new(range: Range<u64>, bytes: impl Into<Vec<u8>>) -> Self {
        let piece = Piece::Literal(bytes.into());
        Self { range, piece }
    }

    /// Nothing in place of a range.
    pub fn remove(range: Range<u64>) -> Self {
        Self::new(range, [])
    }

    /// As many zeros in place of a range.
    pub fn zeros(range: Range<u64>) -> Self {
        let piece = Piece::Zeros(range.end.saturating_sub(range.start));
        Self { range, piece }
    }

    /// Bytes before one of the original's.
    pub fn insert(at: u64, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(at..at, bytes)
    }
}

impl Piece {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Original(range) => range.end - range.start,
            Self::Literal(bytes) => bytes.len() as u64,
            Self::Zeros(count) => *count,
        }
    }

    /// A part of it.
    fn slice(&self, from: u64, to: u64) -> Self {
        match self {
            Self::Original(range) => Self::Original(range.start + from..range.start + to),
            Self::Literal(bytes) => {
                let part = usize::try_from(from).ok().zip(usize::try_from(to).ok());
                let part = part.and_then(|(from, to)| bytes.get(from..to));
                Self::Literal(part.unwrap_or_default().to_vec())
            }
            Self::Zeros(_) => Self::Zeros(to - from),
        }
    }
}

impl Recipe {
    /// An original of `len` bytes with edits in ascending order that don't overlap.
    pub fn of_edits(len: u64, edits: Vec<Edit>) -> Self {
        let mut pieces = Vec::with_capacity(edits.len() * 2 + 1);
        let mut at = 0;
        for edit in edits {
            pieces.push(Piece::Original(at..edit.range.start.max(at)));
            pieces.push(edit.piece);
            at = edit.range.end.max(at);
        }
        pieces.push(Piece::Original(at..len.max(at)));
        pieces.retain(|piece| piece.len() > 0);
        Self(pieces)
    }

    /// The pieces in their order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The derived file's length in bytes.
    pub fn bytes(&self) -> u64 {
        self.0.iter().map(Piece::len).sum()
    }

    /// This recipe applied to what `first` derives, as one recipe of the original of `first`.
    pub fn after(&self, first: &Self) -> Self {
        let mut pieces = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(_) | Piece::Zeros(_) => pieces.push(piece.clone()),
                Piece::Original(range) => first.slice(range, &mut pieces),
            }
        }
        Self(pieces)
    }

    fn slice(&self, range: &Range<u64>, pieces: &mut Vec<Piece>) {
        let mut at = 0;
        for piece in &self.0 {
            let (from, to) = (range.start.max(at), range.end.min(at + piece.len()));
            if from < to {
                pieces.push(piece.slice(from - at, to - at));
            }
            at += piece.len();
        }
    }

    /// Whether it derives the original itself, byte for byte.
    pub(crate) fn is_whole(&self, original: &mut Source<'_>) -> io::Result<bool> {
        let mut at = 0;
        for piece in &self.0 {
            let is_same = match piece {
                Piece::Original(range) => range.start == at,
                Piece::Literal(bytes) => match original.bytes(at, piece.len()) {
                    Ok(there) => there == *bytes,
                    Err(Error::Io(error)) => return Err(error),
                    Err(Error::Obstacle(_)) => false,
                },
                // Nothing that is checked this way writes them.
                Piece::Zeros(_) => false,
            };
            if !is_same {
                return Ok(false);
            }
            at += piece.len();
        }
        Ok(at == original.len())
    }

    /// Writes the derived file.
    ///
    /// # Errors
    /// The original can't be read, or has become shorter; or the output can't be written.
    pub fn write<R: Read + Seek>(&self, original: &mut R, out: &mut impl Write) -> io::Result<()> {
        for piece in &self.0 {
            match piece {
                Piece::Literal(bytes) => out.write_all(bytes)?,
                Piece::Zeros(count) => drop(io::copy(&mut io::repeat(0).take(*count), out)?),
                Piece::Original(range) => {
                    original.seek(SeekFrom::Start(range.start))?;
                    let copied = io::copy(&mut original.by_ref().take(piece.len()), out)?;
                    if copied != piece.len() {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
            }
        }
        Ok(())
    }
}

/// Reads a derived file without making it. The recipe and the original are borrowed or its own.
#[derive(Debug)]
pub struct Derived<C, R> {
    recipe: C,
    original: R,
    at: u64,
    /// The piece that was read last, and where it begins: a film's recipe may have thousands.
    last: (usize, u64),
}

impl<C: Borrow<Recipe>, R: Read + Seek> Derived<C, R> {
    /// Begins at its first byte.
    pub fn new(recipe: C, original: R) -> Self {
        Self { recipe, original, at: 0, last: (0, 0) }
    }
}

impl<C: Borrow<Recipe>, R: Read + Seek> Read for Derived<C, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let (first, mut end) = match self.last {
            (first, begin) if begin <= self.at => (first, begin),
            _ => (0, 0),
        };
        let pieces = self.recipe.borrow().0.iter().enumerate();
        for (index, piece) in pieces.skip(first) {
            let begin = end;
            let skip = self.at.saturating_sub(begin);
            end += piece.len();
            let Some(left) = end.checked_sub(self.at).filter(|left| *left > 0) else {
                continue;
            };
            self.last = (index, begin);
            let len = usize::try_from(left).unwrap_or(usize::MAX).min(out.len());
            let out = out.get_mut(..len).unwrap_or_default();
            let count = match piece {
                Piece::Literal(bytes) => {
                    let from = usize::try_from(skip).unwrap_or(usize::MAX);
                    bytes.get(from..).unwrap_or_default().read(out)?
                }
                Piece::Zeros(_) => io::repeat(0).read(out)?,
                Piece::Original(range) => {
                    self.original.seek(SeekFrom::Start(range.start + skip))?;
                    self.original.read(out)?
                }
            };
            self.at += count as u64;
            return Ok(count);
        }
        Ok(0)
    }
}

impl<C: Borrow<Recipe>, R: Read + Seek> Seek for Derived<C, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.recipe.borrow().bytes().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn zeros_read_as_they_are_written() {
        let mut original = Cursor::new(b"0123456789".to_vec());
        let edits = vec![Edit::zeros(1..4), Edit::new(6..7, *b"-"), Edit::zeros(8..10)];
        let recipe = Recipe::of_edits(10, edits);
        let mut written = Vec::new();
        recipe.write(&mut original, &mut written).unwrap();
        assert_eq!(written, b"0\0\0\x0045-7\0\0");
        let mut derived = Derived::new(&recipe, &mut original);
        // Forwards and backwards.
        for at in [8, 2, 5, 0, 9, 10] {
            derived.seek(SeekFrom::Start(at)).unwrap();
            let mut read = Vec::new();
            derived.read_to_end(&mut read).unwrap();
            assert_eq!(read, written[usize::try_from(at).unwrap()..]);
        }
        let part = Recipe(vec![Piece::Original(2..7)]).after(&recipe);
        let pieces = [Piece::Zeros(2), Piece::Original(4..6), Piece::Literal(b"-".to_vec())];
        assert_eq!(part.pieces(), pieces);
    }

    #[test]
    fn a_derived_file_reads_as_it_is_written() {
        let mut original = Cursor::new(b"0123456789".to_vec());
        let edits = vec![Edit::new(0..2, *b"ab"), Edit::insert(5, *b"-"), Edit::remove(8..10)];
        let recipe = Recipe::of_edits(10, edits);
        let mut written = Vec::new();
        recipe.write(&mut original, &mut written).unwrap();
        assert_eq!(written, b"ab234-567");
        assert_eq!(recipe.bytes(), 9);
        let mut derived = Derived::new(&recipe, &mut original);
        let mut read = Vec::new();
        derived.read_to_end(&mut read).unwrap();
        assert_eq!(read, written);
        derived.seek(SeekFrom::End(-4)).unwrap();
        read.clear();
        derived.read_to_end(&mut read).unwrap();
        assert_eq!(read, b"-567");
        assert!(derived.seek(SeekFrom::Current(-10)).is_err());
        let back = vec![Edit::new(0..2, *b"01"), Edit::remove(5..6), Edit::insert(9, *b"89")];
        let back = Recipe::of_edits(9, back).after(&recipe);
        let mut source = Source::new(&mut original).unwrap();
        assert!(back.is_whole(&mut source).unwrap());
        assert!(!recipe.is_whole(&mut source).unwrap());
        let mut shorter = Cursor::new(b"0123".to_vec());
        assert!(recipe.write(&mut shorter, &mut Vec::new()).is_err());
    }
}
