//! The kinds of files that can carry a .fair.

use crate::carrier::Carrier;
use crate::error::{Error, Obstacle};
use crate::jpeg;
use crate::mp3;
use crate::pdf;
use crate::png;
use crate::source::Source;
use crate::webp;

/// A kind of file that can carry a .fair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// JPEG: XMP in a segment APP1.
    Jpeg,
    /// PNG: XMP in a chunk iTXt.
    Png,
    /// WebP: XMP in a separate chunk.
    Webp,
    /// MP3: an ID3v2 frame GEOB.
    Mp3,
    /// PDF: XMP in an appended update.
    Pdf,
}

impl Kind {
    /// The kind's name, as in `Content-Type` and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Mp3 => "mp3",
            Self::Pdf => "pdf",
        }
    }

    pub(crate) fn detect(source: &mut Source<'_>) -> Result<Self, Error> {
        let start = source.window(0, 12)?;
        if start.starts_with(&jpeg::START) {
            return Ok(Self::Jpeg);
        }
        if start.starts_with(&png::START) {
            return Ok(Self::Png);
        }
        if start.starts_with(b"RIFF") && start.ends_with(b"WEBP") {
            return Ok(Self::Webp);
        }
        if start.starts_with(b"%PDF-") {
            return Ok(Self::Pdf);
        }
        if mp3::is_mp3(source, &start)? { Ok(Self::Mp3) } else { Err(Obstacle::Kind.into()) }
    }
}

/// Finds out the parts of a file.
pub(crate) fn open(source: &mut Source<'_>) -> Result<Box<dyn Carrier>, Error> {
    Ok(match Kind::detect(source)? {
        Kind::Jpeg => Box::new(jpeg::open(source)?),
        Kind::Png => Box::new(png::open(source)?),
        Kind::Webp => Box::new(webp::open(source)?),
        Kind::Mp3 => Box::new(mp3::open(source)?),
        Kind::Pdf => Box::new(pdf::open(source)?),
    })
}
