//! Films (MP4, QuickTime) and pictures in boxes (HEIC, AVIF). Metadata becomes zeros of the same length, so that every place
//! that the file names stays what it is.
//!
//! Always: only boxes that [`rules`] name stay. Samples and items of other kinds than pictures and sound become zeros in
//! place; if any cannot be located, no copy is made.

mod items;
mod rules;
mod tracks;

use super::{EXIF_BYTES_MAX, Overwritten, in_order};
use crate::boxes::{Boxes, Part, after, damage};
use crate::exif::{self, Exif};
use crate::kind::Kind;
use crate::movie;
use imajin_dfos::order::Order as _;
use imajin_fair::Edit;
use rules::{ENTRY, FILE, META, MOOV, PROPERTIES, Rule, TRAK, Then};
use std::io::{self, Read, Seek};
use std::ops::Range;

/// Overwritten ranges of one file, which each transfer holds in memory: a track of positions has one each second or so.
const EDITS_MAX: usize = 1 << 15;
/// Tracks of a film that stay: those of cameras have two to four.
const TRACKS_MAX: usize = 64;
/// Places with samples: a film in fragments has one for each.
const DATA_MAX: usize = 1 << 16;
/// Free space, under its three names.
const FREE: [&[u8; 4]; 3] = [b"free", b"skip", b"wide"];

pub(super) fn edits<R: Read + Seek>(file: &mut R, kind: Kind) -> io::Result<Vec<Edit>> {
    let is_picture = matches!(kind, Kind::Heic | Kind::Avif);
    let taken = if is_picture { None } else { movie::taken_at(&mut *file)? };
    let boxes = Boxes::new(file)?;
    let all = boxes.all();
    let mut walk = Walk {
        boxes,
        is_picture,
        is_sound: false,
        taken,
        has_movie: false,
        has_items: false,
        has_fragments: false,
        tracks: Vec::new(),
        data: Vec::new(),
        edits: Vec::new(),
        hidden: Vec::new(),
        exifs: Vec::new(),
        has_hidden_tracks: false,
    };
    walk.boxes_of(all, FILE)?;
    walk.finish()
}

struct Walk<R> {
    boxes: Boxes<R>,
    is_picture: bool,
    /// Whether the track that is walked is one of sound.
    is_sound: bool,
    /// When a film says in words that it was taken, in seconds since 1904.
    taken: Option<u32>,
    has_movie: bool,
    has_items: bool,
    has_fragments: bool,
    has_hidden_tracks: bool,
    /// The ids of the tracks that stay.
    tracks: Vec<u64>,
    /// Ranges of the file that may hold samples and items.
    data: Vec<Range<u64>>,
    edits: Overwritten,
    /// Samples and items that become zeros.
    hidden: Vec<Range<u64>>,
    /// Ranges at the beginning of Exif items.
    exifs: Vec<Range<u64>>,
}

impl<R: Read + Seek> Walk<R> {
    fn boxes_of(&mut self, mut rest: Range<u64>, rules: &[Rule]) -> io::Result<()> {
        while let Some(part) = self.boxes.next(&mut rest)? {
            match rules.iter().find(|(names, _)| names.contains(&&part.name)) {
                Some((_, then)) => self.apply(&part, *then)?,
                None => self.free(&part)?,
            }
        }
        // QuickTime ends some lists by four zeros.
        self.blank(rest)
    }

    fn apply(&mut self, part: &Part, then: Then) -> io::Result<()> {
        let content = &part.content;
        match then {
            Then::Keep => Ok(()),
            Then::Data => push(&mut self.data, content.clone(), DATA_MAX),
            Then::Blank(bytes) => self.blank(after(content, bytes)?),
            Then::Holds(rules) => self.boxes_of(content.clone(), rules),
            Then::Times => self.times(content),
            Then::MovieTimes => self.movie_times(content),
            Then::Movie if !self.has_movie => {
                self.has_movie = true;
                self.boxes_of(content.clone(), MOOV)
            }
            Then::Track => self.track(part),
            Then::Descriptions => self.descriptions(content),
            Then::References => self.references(content),
            Then::FragmentHeader => self.fragment(content),
            Then::Items if !self.is_picture => self.free(part),
            Then::Items if !self.has_items => {
                self.has_items = true;
                let inside = after(content, 4)?;
                self.items(&inside)?;
                self.boxes_of(inside, META)
            }
            Then::Properties => self.properties(content),
            // A second film, or a second list of items.
            Then::Movie | Then::Items => Err(damage()),
        }
    }

    /// Makes a box free space.
    fn free(&mut self, part: &Part) -> io::Result<()> {
        if !FREE.contains(&&part.name) {
            self.overwrite(part.name_at..part.name_at + 4, Some(b"free".to_vec()))?;
        }
        self.blank(part.content.clone())
    }

    fn blank(&mut self, range: Range<u64>) -> io::Result<()> {
        if range.is_empty() { Ok(()) } else { self.overwrite(range, None) }
    }

    fn overwrite(&mut self, range: Range<u64>, by: Option<Vec<u8>>) -> io::Result<()> {
        push(&mut self.edits, (range, by), EDITS_MAX)
    }

    /// Blanks when a track was made and changed.
    fn times(&mut self, content: &Range<u64>) -> io::Result<()> {
        let mut rest = content.clone();
        let is_long = self.boxes.take(&mut rest, 4)? >> 24 == 1;
        let end = after(&rest, if is_long { 16 } else { 8 })?.start;
        self.blank(rest.start..end)
    }

    /// Keeps when a film was taken, in UTC, so that it lands on its day with others as well, and blanks when it was changed.
    fn movie_times(&mut self, content: &Range<u64>) -> io::Result<()> {
        let mut rest = content.clone();
        let is_long = self.boxes.take(&mut rest, 4)? >> 24 == 1;
        let bytes: u8 = if is_long { 8 } else { 4 };
        let made = rest.start..after(&rest, bytes.into())?.start;
        let changed = made.end..after(&rest, u64::from(bytes) * 2)?.start;
        if let Some(taken) = self.taken {
            let taken = u64::from(taken).to_be_bytes();
            let taken = taken.get(usize::from(8 - bytes)..).unwrap_or_default();
            self.overwrite(made, Some(taken.to_vec()))?;
        }
        self.blank(changed)
    }

    /// Samples are described by a codec, then by boxes. Two names in between may be the device's: the coding program's and its maker's.
    fn descriptions(&mut self, content: &Range<u64>) -> io::Result<()> {
        let version = self.boxes.take(&mut content.clone(), 1)?;
        let mut rest = after(content, 8)?;
        while let Some(entry) = self.boxes.next(&mut rest)? {
            let vendor = after(&entry.content, 12)?.start;
            let inside = if self.is_sound {
                let revision = self.boxes.take(&mut after(&entry.content, 8)?, 2)?;
                let bytes = match (version, revision) {
                    (0, 1) => 44,
                    (0, 2) => 64,
                    _ => 28,
                };
                after(&entry.content, bytes)?
            } else {
                let inside = after(&entry.content, 78)?;
                self.blank(inside.start - 36..inside.start - 4)?;
                inside
            };
            self.blank(vendor..vendor + 4)?;
            self.boxes_of(inside, ENTRY)?;
        }
        self.blank(rest)
    }

    fn references(&mut self, content: &Range<u64>) -> io::Result<()> {
        let mut rest = after(content, 8)?;
        while let Some(part) = self.boxes.next(&mut rest)? {
            let mut path = part.content.clone();
            let is_this_file = self.boxes.take(&mut path, 4)? & 1 == 1;
            if !is_this_file {
                return Err(damage());
            }
            self.blank(path)?;
        }
        self.blank(rest)
    }

    fn fragment(&mut self, content: &Range<u64>) -> io::Result<()> {
        self.has_fragments = true;
        let id = self.boxes.take(&mut after(content, 4)?, 4)?;
        if self.tracks.contains(&id) { Ok(()) } else { Err(damage()) }
    }

    fn properties(&mut self, content: &Range<u64>) -> io::Result<()> {
        let mut rest = content.clone();
        while let Some(part) = self.boxes.next(&mut rest)? {
            if !PROPERTIES.contains(&&part.name) {
                self.blank(part.content)?;
            }
        }
        self.blank(rest)
    }

    /// All edits in their order, if what is hidden is where samples may be and nowhere else.
    fn finish(mut self) -> io::Result<Vec<Edit>> {
        let is_whole = if self.is_picture { self.has_items } else { !self.tracks.is_empty() };
        // The samples of fragments are not looked for.
        if !is_whole || (self.has_fragments && self.has_hidden_tracks) {
            return Err(damage());
        }
        self.data.order_by_key(|range| range.start);
        for range in merged(std::mem::take(&mut self.hidden)) {
            self.check_place(&range)?;
            self.overwrite(range, None)?;
        }
        for range in std::mem::take(&mut self.exifs) {
            self.check_place(&range)?;
            self.empty_exif(range)?;
        }
        in_order(self.edits)
    }

    fn check_place(&self, range: &Range<u64>) -> io::Result<()> {
        let next = self.data.partition_point(|data| data.start <= range.start);
        let data = next.checked_sub(1).and_then(|index| self.data.get(index));
        if data.is_some_and(|data| range.end <= data.end) { Ok(()) } else { Err(damage()) }
    }

    /// Exif that says when the picture was taken, and no turn, for which HEIC and AVIF have a property; less where that doesn't fit.
    fn empty_exif(&mut self, range: Range<u64>) -> io::Result<()> {
        // Before the structure is its distance.
        const NAME: &[u8] = b"\0\0\0\x06Exif\0\0";
        let item = self.boxes.bytes(&range, EXIF_BYTES_MAX)?;
        let distance = item.first_chunk().map(|bytes| u32::from_be_bytes(*bytes));
        let tiff = distance
            .and_then(|distance| usize::try_from(distance).ok()?.checked_add(4))
            .and_then(|start| item.get(start..));
        let taken = tiff.and_then(|tiff| Exif::parse(tiff).taken);
        let forms = [
            [NAME, &exif::write(Some(1), taken.as_deref())].concat(),
            [&[0; 4][..], &exif::write(Some(1), None)].concat(),
        ];
        for form in forms {
            if let Ok(rest) = after(&range, form.len() as u64) {
                self.overwrite(range.start..rest.start, Some(form))?;
                return self.blank(rest);
            }
        }
        self.blank(range)
    }
}

/// Ranges in their order, with those that touch each other as one.
fn merged(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.retain(|range| !range.is_empty());
    ranges.order_by_key(|range| range.start);
    ranges.dedup_by(|next, last| {
        let touches = next.start <= last.end;
        if touches {
            last.end = last.end.max(next.end);
        }
        touches
    });
    ranges
}

fn push<T>(list: &mut Vec<T>, one: T, max: usize) -> io::Result<()> {
    if list.len() >= max {
        return Err(damage());
    }
    list.push(one);
    Ok(())
}
