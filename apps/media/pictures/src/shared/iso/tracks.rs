//! Tracks of a film: those of pictures and sound stay. Others (positions, movements, texts, time codes) go, and their samples
//! become zeros.
//!
//! Always: the track's tables locate every sample of a removed track, or no copy is made.

use super::{TRACKS_MAX, Walk, push};
use crate::boxes::{Part, after, damage};
use std::io::{self, Read, Seek};
use std::ops::Range;

/// Samples of such a track whose lengths differ: 40 minutes at 200 in a second.
const SAMPLES_MAX: u64 = 1 << 19;
/// Runs of samples that are looked for: before touching ones are merged, and of all such tracks together.
const HIDDEN_MAX: usize = 1 << 18;

impl<R: Read + Seek> Walk<R> {
    pub(super) fn track(&mut self, part: &Part) -> io::Result<()> {
        let media = self.boxes.require(&part.content, b"mdia")?;
        let handler = self.boxes.require(&media, b"hdlr")?;
        let handler: [u8; 4] = self.boxes.array(&mut after(&handler, 8)?)?;
        let stays = match &handler {
            b"vide" | b"soun" => true,
            // Sequences of pictures, and how transparent these are.
            b"pict" | b"auxv" => self.is_picture,
            _ => false,
        };
        if !stays {
            self.has_hidden_tracks = true;
            self.hide_samples(&media)?;
            return self.free(part);
        }
        self.is_sound = handler == *b"soun";
        let mut header = self.boxes.require(&part.content, b"tkhd")?;
        let is_long = self.boxes.take(&mut header, 4)? >> 24 == 1;
        let mut id = after(&header, if is_long { 16 } else { 8 })?;
        let id = self.boxes.take(&mut id, 4)?;
        push(&mut self.tracks, id, TRACKS_MAX)?;
        self.boxes_of(part.content.clone(), super::TRAK)
    }

    fn hide_samples(&mut self, media: &Range<u64>) -> io::Result<()> {
        let information = self.boxes.require(media, b"minf")?;
        let table = self.boxes.require(&information, b"stbl")?;
        let (mut chunks, place_bytes) = match self.boxes.find(&table, b"stco")? {
            Some(chunks) => (after(&chunks, 4)?, 4),
            None => (after(&self.boxes.require(&table, b"co64")?, 4)?, 8),
        };
        let mut sizes = self.sizes(&table)?;
        let mut runs = self.runs(&table)?;
        let count = self.boxes.take(&mut chunks, 4)?;
        for chunk in 1..=count {
            self.boxes.step()?;
            let start = self.boxes.take(&mut chunks, place_bytes)?;
            let samples = self.samples_of(chunk, &mut runs)?;
            let bytes = sizes.take(samples)?;
            let end = start.checked_add(bytes).ok_or_else(damage)?;
            push(&mut self.hidden, start..end, HIDDEN_MAX)?;
        }
        if sizes.left == 0 { Ok(()) } else { Err(damage()) }
    }

    /// The lengths of all samples.
    fn sizes(&mut self, table: &Range<u64>) -> io::Result<Sizes> {
        let mut rest = after(&self.boxes.require(table, b"stsz")?, 4)?;
        let each = self.boxes.take(&mut rest, 4)?;
        let left = self.boxes.take(&mut rest, 4)?;
        let mut others = Vec::new();
        if each == 0 {
            if left > SAMPLES_MAX || left * 4 > rest.end - rest.start {
                return Err(damage());
            }
            for _ in 0..left {
                others.push(u32::from_be_bytes(self.boxes.array(&mut rest)?));
            }
        }
        Ok(Sizes { each, others: others.into_iter(), left })
    }

    /// The entries that say how many samples a chunk has.
    fn runs(&mut self, table: &Range<u64>) -> io::Result<Runs> {
        let mut rest = after(&self.boxes.require(table, b"stsc")?, 4)?;
        let entries = self.boxes.take(&mut rest, 4)?;
        Ok(Runs { rest, entries, samples: 0, next: None })
    }

    /// Returns the number of samples in a chunk. Chunks are asked for in their order.
    fn samples_of(&mut self, chunk: u64, runs: &mut Runs) -> io::Result<u64> {
        loop {
            if runs.next.is_none() && runs.entries > 0 {
                runs.entries -= 1;
                let first = self.boxes.take(&mut runs.rest, 4)?;
                let samples = self.boxes.take(&mut runs.rest, 4)?;
                self.boxes.take(&mut runs.rest, 4)?;
                self.boxes.step()?;
                runs.next = Some((first, samples));
            }
            match runs.next {
                Some((first, samples)) if first <= chunk => {
                    (runs.samples, runs.next) = (samples, None);
                }
                _ => return Ok(runs.samples),
            }
        }
    }
}

/// The lengths of a track's samples: each the same, or one after the other.
struct Sizes {
    each: u64,
    others: std::vec::IntoIter<u32>,
    left: u64,
}

impl Sizes {
    /// The bytes of the next samples together.
    fn take(&mut self, samples: u64) -> io::Result<u64> {
        self.left = self.left.checked_sub(samples).ok_or_else(damage)?;
        if self.each > 0 {
            return self.each.checked_mul(samples).ok_or_else(damage);
        }
        let samples = usize::try_from(samples).map_err(|_| damage())?;
        let sizes = self.others.by_ref().take(samples);
        Ok(sizes.map(u64::from).sum())
    }
}

/// Chunks with as many samples as the one before.
struct Runs {
    rest: Range<u64>,
    /// Entries that were not read.
    entries: u64,
    /// The samples of each chunk before `next`.
    samples: u64,
    /// From which chunk on there is another number of samples.
    next: Option<(u64, u64)>,
}
