//! The shared copy of a picture, film, piece of sound or PDF: what others get of it, without place and device. A recipe of ranges of
//! the original; no picture is decoded.
//!
//! Always: only what is known to be needed stays (image data, colour profile, orientation, the date taken, an embedded .fair), so
//! unknown metadata go as well; a PDF alone loses what is known to tell. A damaged file has no shared copy.

mod iso;
mod jpeg;
mod ogg;
mod pdf;
mod png;
mod sound;
mod webp;

use crate::boxes::{damage, is_damage};
use crate::exif::{self, Exif};
use crate::kind::Kind;
use imajin_dfos::order::Order as _;
use imajin_fair::{Derived, Edit, Error, Obstacle, ReadSeek, Recipe};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

/// Segments or chunks of one file: those of pictures are some kilobytes each.
const STEPS_MAX: usize = 1 << 20;
/// Bytes of Exif that are looked at for the orientation, which is among the first fields.
const EXIF_BYTES_MAX: u64 = 64 << 10;

/// The recipe of a file's shared copy, if its kind is one that can be [cleaned](crate::ForOthers::Cleaned). `None` where no recipe fits.
pub fn shared_copy(mut file: &mut dyn ReadSeek) -> io::Result<Option<Recipe>> {
    let bare = match bare_copy(&mut file) {
        Err(error) if is_damage(&error) => return Ok(None),
        other => other?,
    };
    let Some(bare) = bare else { return Ok(None) };
    let is_pdf = imajin_fair::kind(file)? == Some(imajin_fair::Kind::Pdf);
    let fair = match imajin_fair::read(file) {
        Ok(fair) => fair,
        Err(Error::Io(error)) => return Err(error),
        // Such files take no .fair.
        Err(Error::Obstacle(Obstacle::Kind | Obstacle::Xmp | Obstacle::Signed | Obstacle::Tag)) => {
            None
        }
        // Nor does many a PDF.
        Err(Error::Obstacle(_)) if is_pdf => None,
        Err(Error::Obstacle(_)) => return Ok(None),
    };
    let Some(fair) = fair else {
        return Ok(Some(bare));
    };
    match imajin_fair::embed(&mut Derived::new(&bare, file), &fair) {
        Ok(recipe) => Ok(Some(recipe.after(&bare))),
        Err(Error::Io(error)) => Err(error),
        Err(Error::Obstacle(_)) => Ok(None),
    }
}

fn bare_copy<R: Read + Seek>(file: &mut R) -> io::Result<Option<Recipe>> {
    let mut source = Source::new(file)?;
    let first = source.bytes(Kind::FIRST_BYTES as u64)?;
    let len = source.len;
    let edits = match Kind::detect(&first) {
        Kind::Jpeg => jpeg::edits(&mut source)?,
        Kind::Png => png::edits(&mut source)?,
        Kind::Webp => webp::edits(&mut source)?,
        Kind::Mp3 => sound::mp3(&mut source)?,
        Kind::Flac => sound::flac(&mut source)?,
        Kind::Wav => sound::wav(&mut source)?,
        Kind::Ogg => ogg::edits(&mut source)?,
        Kind::Pdf => pdf::edits(file)?,
        kind @ (Kind::Mp4 | Kind::Mov | Kind::M4a | Kind::Heic | Kind::Avif) => {
            Some(iso::edits(file, kind)?)
        }
        _ => None,
    };
    Ok(edits.map(|edits| Recipe::of_edits(len, edits)))
}

/// Ranges that are overwritten, in no order: by these bytes, or by zeros.
type Overwritten = Vec<(Range<u64>, Option<Vec<u8>>)>;

/// Puts ranges in their order.
/// Errors: two of them overlap.
fn in_order(mut ranges: Overwritten) -> io::Result<Vec<Edit>> {
    ranges.order_by_key(|(range, _)| range.start);
    let is_in_order = ranges.windows(2).all(|pair| match pair {
        [(one, _), (next, _)] => one.end <= next.start,
        _ => true,
    });
    if !is_in_order {
        return Err(damage());
    }
    let edit = |(range, by)| match by {
        Some(by) => Edit::new(range, by),
        None => Edit::zeros(range),
    };
    Ok(ranges.into_iter().map(edit).collect())
}

/// A file that is read from its beginning to its end.
struct Source<'a, R> {
    inner: BufReader<&'a mut R>,
    at: u64,
    len: u64,
}

impl<'a, R: Read + Seek> Source<'a, R> {
    fn new(file: &'a mut R) -> io::Result<Self> {
        let len = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Self { inner: BufReader::with_capacity(64 << 10, file), at: 0, len })
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut array = [0; N];
        self.inner.read_exact(&mut array)?;
        self.at += N as u64;
        Ok(array)
    }

    /// The next bytes, at most 64 KiB of them.
    fn bytes(&mut self, len: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.inner.by_ref().take(len.min(EXIF_BYTES_MAX)).read_to_end(&mut bytes)?;
        self.at += bytes.len() as u64;
        Ok(bytes)
    }

    /// All bytes of a range.
    fn range(&mut self, range: &Range<u64>, max: u64) -> io::Result<Vec<u8>> {
        let len = range.end.saturating_sub(range.start);
        let size = usize::try_from(len).ok().filter(|_| len <= max);
        self.go_to(range.start)?;
        let mut bytes = vec![0; size.ok_or_else(damage)?];
        self.inner.read_exact(&mut bytes)?;
        self.at += len;
        Ok(bytes)
    }

    /// Goes on at a place of the file.
    fn go_to(&mut self, at: u64) -> io::Result<()> {
        if at > self.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let by = at.cast_signed().wrapping_sub(self.at.cast_signed());
        self.inner.seek_relative(by)?;
        self.at = at;
        Ok(())
    }

    /// Goes on at the next byte of a value.
    fn go_to_byte(&mut self, byte: u8) -> io::Result<()> {
        loop {
            let there = self.inner.fill_buf()?;
            if there.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let position = memchr::memchr(byte, there);
            let count = position.unwrap_or(there.len());
            self.inner.consume(count);
            self.at += count as u64;
            if position.is_some() {
                return Ok(());
            }
        }
    }
}

/// Exif with nothing but the orientation and the time of this one; `None` where it says neither, or the picture isn't turned.
fn kept_exif(bytes: &[u8]) -> Option<Vec<u8>> {
    let Exif { orientation, taken, .. } = Exif::parse(bytes);
    let orientation = orientation.filter(|orientation| *orientation > 1);
    let says_nothing = orientation.is_none() && taken.is_none();
    (!says_nothing).then(|| exif::write(orientation, taken.as_deref()))
}
