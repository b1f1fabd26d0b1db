//! .fair manifests in the files that they are about (docs/works.md): XMP in JPEG, PNG and WebP, an ID3 frame in MP3,
//! an appended update in PDF.
//!
//! No function here changes a file. [`embed`] and [`strip`] answer with a [`Recipe`], the derived file as ranges of the
//! given one and literal bytes; [`Derived`] reads it, [`Recipe::write`] writes it out.
//!
//! Always: a recipe of [`embed`] was checked to come back byte for byte. Files are hostile: nothing here panics, loops, or
//! allocates more than a small multiple of the file.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod carrier;
mod error;
mod fair;
mod jpeg;
mod kind;
mod mp3;
mod pdf;
mod png;
mod recipe;
mod source;
mod webp;
mod xmp;

/// As much of PDF's syntax as dictionaries need.
pub mod pdf_syntax {
    pub use crate::pdf::syntax::{Dict, Reference, is_space, number, stream_start};
}

pub use error::{Error, Obstacle};
pub use fair::{EMBEDDED_BYTES_MAX, Fair, FairFileError, SIDECAR_BYTES_MAX, sidecar_name};
pub use kind::Kind;
pub use png::crc;
pub use recipe::{Derived, Edit, Piece, Recipe};
pub use source::ReadSeek;

use imajin_protocol::fair::Work;
use kind::open;
use sha2::{Digest as _, Sha256};
use source::Source;
use std::io::{self, Read, Seek, SeekFrom};

/// A .fair taken out of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Stripped {
    /// The .fair.
    pub fair: Fair,
    /// The file without it.
    pub recipe: Recipe,
}

/// The kind of a file, by its first bytes; `None` for one that can't carry a .fair.
pub fn kind(file: &mut dyn ReadSeek) -> io::Result<Option<Kind>> {
    match Kind::detect(&mut Source::new(file)?) {
        Ok(kind) => Ok(Some(kind)),
        Err(Error::Io(error)) => Err(error),
        Err(Error::Obstacle(_)) => Ok(None),
    }
}

/// The .fair that is embedded in a file.
///
/// # Errors
/// The file can't be read, is damaged, or what is embedded is no .fair.
pub fn read(file: &mut dyn ReadSeek) -> Result<Option<Fair>, Error> {
    Ok(open(&mut Source::new(file)?)?.fair()?)
}

/// The recipe of a file with its .fair.
///
/// # Errors
/// [`Obstacle`] if the file can't carry it, so that it stays next to the file.
pub fn embed(file: &mut dyn ReadSeek, fair: &Fair) -> Result<Recipe, Error> {
    if fair.to_json().len() > EMBEDDED_BYTES_MAX {
        return Err(Obstacle::TooLong.into());
    }
    let mut source = Source::new(file)?;
    let carrier = open(&mut source)?;
    if carrier.fair()?.is_some() {
        return Err(Obstacle::Already.into());
    }
    let recipe = Recipe::of_edits(source.len(), carrier.embed(fair)?);
    let back = match strip(&mut Derived::new(&recipe, source.inner())) {
        Err(Error::Io(error)) => return Err(error.into()),
        Err(Error::Obstacle(_)) | Ok(None) => return Err(Obstacle::NotExact.into()),
        Ok(Some(back)) => back,
    };
    if back.fair == *fair && back.recipe.after(&recipe).is_whole(&mut source)? {
        Ok(recipe)
    } else {
        Err(Obstacle::NotExact.into())
    }
}

/// The .fair that is embedded in a file, and the recipe of the file without it; `None` if there is none.
pub fn strip(file: &mut dyn ReadSeek) -> Result<Option<Stripped>, Error> {
    let mut source = Source::new(file)?;
    let carrier = open(&mut source)?;
    let Some(fair) = carrier.fair()? else {
        return Ok(None);
    };
    let recipe = Recipe::of_edits(source.len(), carrier.strip()?);
    Ok(Some(Stripped { fair, recipe }))
}

/// The CID and length of a whole file, as a manifest's `work` has them. For a file with a .fair in it, give the
/// [`Derived`] one without.
pub fn work<R: Read + Seek>(file: &mut R) -> io::Result<Work> {
    const BLOCK: usize = 64 * 1024;
    file.seek(SeekFrom::Start(0))?;
    let (mut hash, mut bytes, mut block) = (Sha256::new(), 0, vec![0; BLOCK]);
    loop {
        let count = match file.read(&mut block) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let Some(read) = block.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(Work::from_sha256(hash.finalize().into(), bytes));
        };
        hash.update(read);
        bytes += count as u64;
    }
}
