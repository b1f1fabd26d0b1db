//! The facts in a film: its size, its length, and from QuickTime's metadata when and where it was taken. The film's
//! samples are not read.
//!
//! Always: a damaged fact is absent, and facts that were read before the damage stay.

use crate::boxes::{Boxes, after, is_damage};
use crate::exif::{is_place, is_time, minutes, seconds};
use crate::facts::Facts;
use std::io::{self, Read, Seek};
use std::ops::Range;

const PLACE: &[u8] = b"com.apple.quicktime.location.ISO6709";
const TAKEN: &[u8] = b"com.apple.quicktime.creationdate";
/// Seconds from 1904, from which films count them, to 1970.
const SINCE_1904: i64 = 2_082_844_800;
/// Keys of one film; telephones write ten.
const KEYS_MAX: u64 = 256;
/// Digits behind the point that a place has here.
const FRACTION_DIGITS: usize = 7;

/// Reads the facts in a film or sound file made of boxes.
pub(crate) fn facts<R: Read + Seek>(file: R) -> io::Result<Facts> {
    let mut facts = Facts::none();
    let read = Boxes::new(file).and_then(|boxes| Movie { boxes }.read(&mut facts));
    match read {
        Err(error) if !is_damage(&error) => Err(error),
        _ => Ok(facts),
    }
}

/// When a film says in words that it was taken, in seconds since 1904: of one that was cut, its header says when that was done.
pub(crate) fn taken_at<R: Read + Seek>(file: R) -> io::Result<Option<u32>> {
    let Facts { taken, zone, .. } = facts(file)?;
    Ok(taken.zip(zone).and_then(|(taken, zone)| {
        let local = seconds(&taken)?;
        u32::try_from(local - i64::from(zone) * 60 + SINCE_1904).ok()
    }))
}

struct Movie<R> {
    boxes: Boxes<R>,
}

impl<R: Read + Seek> Movie<R> {
    fn read(&mut self, facts: &mut Facts) -> io::Result<()> {
        let mut file = self.boxes.all();
        while let Some(part) = self.boxes.next(&mut file)? {
            if part.name == *b"moov" {
                return self.movie(part.content, facts);
            }
        }
        Ok(())
    }

    fn movie(&mut self, mut rest: Range<u64>, facts: &mut Facts) -> io::Result<()> {
        while let Some(part) = self.boxes.next(&mut rest)? {
            match &part.name {
                b"mvhd" => (facts.made, facts.ms) = self.header(part.content)?,
                b"trak" if facts.width.is_none() => {
                    (facts.width, facts.height) = self.size(&part.content)?.unzip();
                }
                b"udta" => self.user_data(&part.content, facts)?,
                b"meta" => self.words(part.content, facts)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The place in the old form, or words in the new form, which some programs put here.
    fn user_data(&mut self, content: &Range<u64>, facts: &mut Facts) -> io::Result<()> {
        if let Some(at) = self.boxes.find(content, b"\xa9xyz")? {
            let text = self.boxes.text(&after(&at, 4)?)?;
            facts.place = facts.place.or(place(&text));
        }
        match self.boxes.find(content, b"meta")? {
            Some(meta) => self.words(meta, facts),
            None => Ok(()),
        }
    }

    /// When the film was made, in seconds since 1970, and how long it plays, in milliseconds. A film that is written while it plays says 0
    /// of its length, and a clock that was never set 0 of its time.
    fn header(&mut self, mut rest: Range<u64>) -> io::Result<(Option<i64>, Option<u64>)> {
        let is_long = self.boxes.take(&mut rest, 4)? >> 24 == 1;
        let (bytes, unknown) = if is_long { (8, u64::MAX) } else { (4, u32::MAX.into()) };
        let made = self.boxes.take(&mut rest, bytes)?;
        // When it was changed.
        self.boxes.take(&mut rest, bytes)?;
        let made = i64::try_from(made).ok().filter(|made| *made > 0);
        let made = made.and_then(|made| made.checked_sub(SINCE_1904));
        let in_second = self.boxes.take(&mut rest, 4)?;
        let length = self.boxes.take(&mut rest, bytes)?;
        let ms = u128::from(length) * 1000;
        let ms = ms.checked_div(in_second.into());
        let ms = ms.and_then(|ms| u64::try_from(ms).ok()).filter(|ms| *ms > 0 && length != unknown);
        Ok((made, ms))
    }

    /// The pixels of a track of pictures, as it is shown.
    fn size(&mut self, track: &Range<u64>) -> io::Result<Option<(u32, u32)>> {
        let media = self.boxes.require(track, b"mdia")?;
        let handler = self.boxes.require(&media, b"hdlr")?;
        if self.boxes.array(&mut after(&handler, 8)?)? != *b"vide" {
            return Ok(None);
        }
        let mut header = self.boxes.require(track, b"tkhd")?;
        let is_long = self.boxes.take(&mut header, 4)? >> 24 == 1;
        // Times, id, length, layer, loudness.
        let mut rest = after(&header, if is_long { 48 } else { 36 })?;
        let across = self.boxes.take(&mut rest, 4)?;
        let turned = self.boxes.take(&mut rest, 4)?;
        let mut rest = after(&rest, 28)?;
        // A fixed-point number of 32 bits, of which the lower 16 are the fraction.
        let width = self.boxes.take(&mut rest, 4)? >> 16;
        let height = self.boxes.take(&mut rest, 4)? >> 16;
        let size = if across == 0 && turned != 0 { (height, width) } else { (width, height) };
        let pixels = |length| u32::try_from(length).ok().filter(|length| *length > 0);
        Ok(pixels(size.0).zip(pixels(size.1)))
    }

    /// QuickTime's words: a list of keys, and values by the number of their key.
    fn words(&mut self, content: Range<u64>, facts: &mut Facts) -> io::Result<()> {
        // In MP4 there is a version in front of the boxes.
        let first: [u8; 4] = self.boxes.array(&mut after(&content, 4)?)?;
        let content = after(&content, if first == *b"hdlr" { 0 } else { 4 })?;
        let keys = self.boxes.find(&content, b"keys")?;
        let Some((keys, mut values)) = keys.zip(self.boxes.find(&content, b"ilst")?) else {
            return Ok(());
        };
        let [at, when] = self.numbers(after(&keys, 4)?)?;
        while let Some(value) = self.boxes.next(&mut values)? {
            let number = Some(u32::from_be_bytes(value.name));
            if number != at && number != when {
                continue;
            }
            let data = self.boxes.require(&value.content, b"data")?;
            let text = self.boxes.text(&after(&data, 8)?)?;
            if number == at {
                facts.place = place(&text).or(facts.place);
            } else if let Some((taken, zone)) = local_time(&text) {
                (facts.taken, facts.zone) = (Some(taken), Some(zone));
            }
        }
        Ok(())
    }

    /// The numbers of the keys of place and time. A key has the form of a box.
    fn numbers(&mut self, mut rest: Range<u64>) -> io::Result<[Option<u32>; 2]> {
        let mut numbers = [None; 2];
        let count = self.boxes.take(&mut rest, 4)?.min(KEYS_MAX);
        for number in (1..).take(usize::try_from(count).unwrap_or_default()) {
            let Some(key) = self.boxes.next(&mut rest)? else {
                break;
            };
            let name = self.boxes.text(&key.content)?;
            for (known, found) in [PLACE, TAKEN].iter().zip(&mut numbers) {
                if name == *known {
                    *found = Some(number);
                }
            }
        }
        Ok(numbers)
    }
}

/// `2024-07-01T12:30:59+0200` by the clock of the place, and how many minutes that is ahead of UTC.
fn local_time(text: &[u8]) -> Option<(String, i16)> {
    let (time, zone) = std::str::from_utf8(text).ok()?.split_at_checked(19)?;
    let zone = match zone.as_bytes() {
        [sign, a, b, c, d] => [*sign, *a, *b, b':', *c, *d],
        zone => *zone.first_chunk().filter(|_| zone.len() == 6)?,
    };
    is_time(time).then_some((time.to_owned(), minutes(&zone)?))
}

/// `+48.8577+002.295/`, as ISO 6709 writes a place in degrees.
fn place(text: &[u8]) -> Option<(i64, i64)> {
    let (lat, rest) = degrees(text, 2)?;
    let (lon, _) = degrees(rest, 3)?;
    Some((lat, lon)).filter(|place| is_place(*place))
}

/// Degrees with a sign and this many digits in front of the point, and what follows.
fn degrees(text: &[u8], digits: usize) -> Option<(i64, &[u8])> {
    let (sign, rest) = match text.split_first()? {
        (b'+', rest) => (1, rest),
        (b'-', rest) => (-1, rest),
        _ => return None,
    };
    let end =
        rest.iter().position(|byte| !byte.is_ascii_digit() && *byte != b'.').unwrap_or(rest.len());
    let (number, rest) = rest.split_at_checked(end)?;
    let number = std::str::from_utf8(number).ok()?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = format!("{fraction:0<FRACTION_DIGITS$}");
    let number = format!("{whole}{}", fraction.get(..FRACTION_DIGITS)?);
    let number: i64 = number.parse().ok().filter(|_| whole.len() == digits)?;
    Some((sign * number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_telephones_write_them() {
        for (text, lat, lon) in [
            ("+48.8577+002.2950/", 488_577_000, 22_950_000),
            ("-33.8568+151.2153+012.5CRSWGS_84/", -338_568_000, 1_512_153_000),
            ("+00.00000001-000.1", 0, -1_000_000),
            ("+52+013/", 520_000_000, 130_000_000),
        ] {
            assert_eq!(place(text.as_bytes()), Some((lat, lon)), "{text}");
        }
        for wrong in [
            "",
            "+",
            "+48.8577",
            "48.8+002.2/",
            "+4851.46+00217.7/",
            "+91.0+000.0/",
            "+48.8.5+002.2/",
            "+48.8+181.0/",
            "+.5+002.2/",
            "+é8.0+002.0/",
        ] {
            assert_eq!(place(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (time, expected) in [
            ("1970-01-01T00:00:00", 0),
            ("2000-02-29T23:59:59", 951_868_799),
            ("2024-07-01T12:30:59", 1_719_837_059),
            ("1904-01-01T00:00:00", -SINCE_1904),
        ] {
            assert_eq!(seconds(time), Some(expected), "{time}");
        }
    }

    #[test]
    fn times_are_those_of_a_clock_with_a_zone() {
        let taken = Some(("2024-07-01T12:30:59".to_owned(), 120));
        assert_eq!(local_time(b"2024-07-01T12:30:59+0200"), taken);
        assert_eq!(local_time(b"2024-07-01T12:30:59+02:00"), taken);
        for wrong in [
            "2024-07-01T12:30:59",
            "2024-07-01T12:30:59Z",
            "2024-07-01T12:30:59.5+0200",
            "2024-02-30T12:30:59+0200",
            "2024-07-01T12:30:59+020",
            "2024-07-01T12:30:5é+0200",
        ] {
            assert_eq!(local_time(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
