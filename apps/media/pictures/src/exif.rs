//! Exif: the few fields that we need of a TIFF structure.
//!
//! Always: each directory is read once and no chain of directories is followed beyond its second, so nothing can loop. Every offset is checked;
//! what is damaged is absent.

use imajin_dfos::Timestamp;

const ORIENTATION: u16 = 0x0112;
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;
/// The tag with the offset of a thumbnail's JPEG.
const THUMBNAIL: u16 = 0x0201;
const THUMBNAIL_BYTES: u16 = 0x0202;
/// When the picture was taken, when it became digital, when the file was changed: field, the field of its zone.
const TAKEN: [(Directory, u16, u16); 3] = [
    (Directory::Exif, 0x9003, 0x9011),
    (Directory::Exif, 0x9004, 0x9012),
    (Directory::Main, 0x0132, 0x9010),
];
const LATITUDE: (u16, u16) = (0x0001, 0x0002);
const LONGITUDE: (u16, u16) = (0x0003, 0x0004);
/// Units of a place in one degree.
const DEGREE: i64 = 10_000_000;
/// Minutes from UTC: no place on earth is further away.
pub(crate) const ZONE_MAX: i16 = 14 * 60;

#[derive(Clone, Copy, PartialEq)]
enum Directory {
    Main,
    Exif,
}

/// The facts in a picture's Exif.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Exif {
    pub(crate) orientation: Option<u8>,
    pub(crate) taken: Option<String>,
    pub(crate) zone: Option<i16>,
    pub(crate) place: Option<(i64, i64)>,
}

impl Exif {
    /// Reads a TIFF structure, with or without the prefix that JPEG puts in front of it.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
        Tiff::new(bytes).map(|tiff| tiff.exif()).unwrap_or_default()
    }

    /// Reads a separate TIFF structure for each directory, as CR3 has them.
    pub(crate) fn in_three(main: &[u8], exif: &[u8], gps: &[u8]) -> Self {
        let of_main = Self::parse(main);
        let taken = Tiff::new(exif).and_then(|tiff| tiff.taken(None, tiff.main()));
        let (taken, zone) =
            taken.map_or((of_main.taken, of_main.zone), |(taken, zone)| (Some(taken), zone));
        Self {
            orientation: of_main.orientation,
            taken,
            zone,
            place: Tiff::new(gps).and_then(|tiff| tiff.place(tiff.main())),
        }
    }
}

/// The JPEG that a TIFF structure holds in its second directory, which is that of a thumbnail.
pub(crate) fn thumbnail(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
    Tiff::new(bytes)?.thumbnail()
}

/// Writes a TIFF structure with an orientation and the time when a picture was taken (`YYYY-MM-DDTHH:MM:SS`), and nothing else. Without
/// the zone of that clock, which would tell roughly where it was.
pub(crate) fn write(orientation: Option<u8>, taken: Option<&str>) -> Vec<u8> {
    const DIRECTORY_AT: u32 = 8;
    const ENTRY_BYTES: u32 = 12;
    // A directory is its number of entries, the entries, and the place of the next directory.
    let directory = |entries: &[[u8; 12]]| {
        let count = [u8::try_from(entries.len()).unwrap_or_default(), 0];
        [&count[..], entries.as_flattened(), &[0; 4]].concat()
    };
    let entry = |tag: u16, kind: u8, count: u8, value: u32| {
        let ([low, high], [a, b, c, d]) = (tag.to_le_bytes(), value.to_le_bytes());
        [low, high, kind, 0, count, 0, 0, 0, a, b, c, d]
    };
    let mut main = Vec::new();
    main.extend(orientation.map(|turn| entry(ORIENTATION, 3, 1, turn.into())));
    let mut inner = Vec::new();
    if let Some(taken) = taken {
        let entries = u32::from(orientation.is_some()) + 1;
        let inner_at = DIRECTORY_AT + 2 + entries * ENTRY_BYTES + 4;
        let text_at = inner_at + 2 + ENTRY_BYTES + 4;
        main.push(entry(EXIF_DIRECTORY, 4, 1, inner_at));
        inner = directory(&[entry(TAKEN[0].1, 2, 20, text_at)]);
        let (date, clock) = taken.split_once('T').unwrap_or((taken, ""));
        inner.extend(format!("{} {clock}\0", date.replace('-', ":")).into_bytes());
    }
    [b"II*\0\x08\0\0\0", &directory(&main)[..], &inner].concat()
}

struct Tiff<'a> {
    bytes: &'a [u8],
    is_big_endian: bool,
}

/// The values of a field.
struct Field<'a> {
    kind: u16,
    values: &'a [u8],
}

impl<'a> Tiff<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let is_big_endian = match bytes {
            // Olympus and Panasonic use other magic numbers in their raw pictures.
            [b'I', b'I', b'*' | b'U', 0, ..] | [b'I', b'I', b'R', b'O' | b'S', ..] => false,
            [b'M', b'M', 0, b'*', ..] | [b'M', b'M', b'O', b'R', ..] => true,
            _ => return None,
        };
        Some(Self { bytes, is_big_endian })
    }

    /// Returns the offset of the first directory.
    fn main(&self) -> Option<u32> {
        self.long(self.from(4)?)
    }

    fn exif(&self) -> Exif {
        let main = self.main();
        let inner = self.directory(main, EXIF_DIRECTORY);
        let gps = self.directory(main, GPS_DIRECTORY);
        let orientation = self.field(main, ORIENTATION).and_then(|field| {
            let value = self.short(field.values)?;
            u8::try_from(value).ok().filter(|turn| (1..=8).contains(turn))
        });
        let (taken, zone) = self.taken(main, inner).unzip();
        Exif { orientation, taken, zone: zone.flatten(), place: self.place(gps) }
    }

    fn taken(&self, main: Option<u32>, inner: Option<u32>) -> Option<(String, Option<i16>)> {
        TAKEN.iter().find_map(|(directory, field, zone)| {
            let directory = if *directory == Directory::Main { main } else { inner };
            let taken = time(self.text(directory, *field)?)?;
            Some((taken, self.text(inner, *zone).and_then(minutes)))
        })
    }

    fn place(&self, gps: Option<u32>) -> Option<(i64, i64)> {
        let place = (
            self.degrees(gps, LATITUDE, [b'N', b'S'])?,
            self.degrees(gps, LONGITUDE, [b'E', b'W'])?,
        );
        is_place(place).then_some(place)
    }

    /// Degrees, minutes and seconds as one number, with the sign of their direction.
    fn degrees(&self, gps: Option<u32>, fields: (u16, u16), signs: [u8; 2]) -> Option<i64> {
        let direction = *self.text(gps, fields.0)?.first()?;
        let values = self.field(gps, fields.1).filter(|field| field.kind == 5)?.values;
        let mut sum = 0;
        for (value, part) in values.chunks_exact(8).zip([1, 60, 3600]) {
            let (over, under) = (self.long(value)?, self.long(value.get(4..)?)?);
            if under == 0 {
                return None;
            }
            sum += i64::from(over) * DEGREE / (i64::from(under) * part);
        }
        match direction {
            _ if values.len() < 8 => None,
            sign if sign == signs[0] => Some(sum),
            sign if sign == signs[1] => Some(-sum),
            _ => None,
        }
    }

    /// Returns the offset of the directory to which a field of the main one points.
    fn directory(&self, main: Option<u32>, tag: u16) -> Option<u32> {
        self.long(self.field(main, tag)?.values)
    }

    fn thumbnail(&self) -> Option<&'a [u8]> {
        let entries = self.from(self.main()?)?;
        let count = usize::from(self.short(entries)?);
        let second = self.long(entries.get(2 + count * 12..)?);
        let long = |tag| self.long(self.field(second, tag)?.values);
        let jpeg = self.from(long(THUMBNAIL)?)?;
        jpeg.get(..usize::try_from(long(THUMBNAIL_BYTES)?).ok()?)
    }

    /// A field that holds a text, without what follows its first NUL.
    fn text(&self, directory: Option<u32>, tag: u16) -> Option<&'a [u8]> {
        let field = self.field(directory, tag).filter(|field| field.kind == 2)?;
        field.values.split(|byte| *byte == 0).next()
    }

    fn field(&self, directory: Option<u32>, tag: u16) -> Option<Field<'a>> {
        let entries = self.from(directory?)?;
        let count = usize::from(self.short(entries)?);
        let mut entries = entries.get(2..)?.chunks_exact(12).take(count);
        let entry = entries.find(|entry| self.short(entry) == Some(tag))?;
        let kind = self.short(entry.get(2..)?)?;
        let size: u32 = match kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 13 => 4,
            5 | 10 => 8,
            _ => return None,
        };
        let len = self.long(entry.get(4..)?)?.checked_mul(size)?;
        let value = entry.get(8..)?;
        let values = if len <= 4 { value } else { self.from(self.long(value)?)? };
        let values = values.get(..usize::try_from(len).ok()?)?;
        Some(Field { kind, values })
    }

    fn from(&self, at: u32) -> Option<&'a [u8]> {
        self.bytes.get(usize::try_from(at).ok()?..)
    }

    fn short(&self, bytes: &[u8]) -> Option<u16> {
        let bytes = *bytes.first_chunk()?;
        Some(if self.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn long(&self, bytes: &[u8]) -> Option<u32> {
        let bytes = *bytes.first_chunk()?;
        Some(if self.is_big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }
}

/// Whether latitude and longitude are on earth.
pub(crate) fn is_place((lat, lon): (i64, i64)) -> bool {
    lat.abs() <= 90 * DEGREE && lon.abs() <= 180 * DEGREE
}

/// `YYYY:MM:DD HH:MM:SS` as `YYYY-MM-DDTHH:MM:SS`.
fn time(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?.trim_end();
    let (date, clock) = text.split_once(' ')?;
    let taken = format!("{}T{clock}", date.replace(':', "-"));
    is_time(&taken).then_some(taken)
}

/// Whether a text is `YYYY-MM-DDTHH:MM:SS` and names a day that there was.
pub(crate) fn is_time(text: &str) -> bool {
    seconds(text).is_some()
}

/// `YYYY-MM-DDTHH:MM:SS` in seconds since 1970, as if it were UTC.
pub(crate) fn seconds(time: &str) -> Option<i64> {
    let at = Timestamp::parse(&format!("{time}.000Z")).ok()?;
    // A clock that was never set shows the year 0.
    (!time.starts_with("0000")).then(|| at.as_secs())
}

/// `+02:00` as minutes from UTC.
pub(crate) fn minutes(text: &[u8]) -> Option<i16> {
    let text = std::str::from_utf8(text).ok()?.trim_ascii();
    let (sign, clock) = match text.split_at_checked(1)? {
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        ("Z", "") => return Some(0),
        _ => return None,
    };
    // As a time of the first day, counted from midnight.
    let zone = seconds(&format!("1970-01-01T{clock}:00"))? / 60;
    let zone = i16::try_from(zone).ok()?;
    (zone <= ZONE_MAX).then_some(sign * zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_zones_are_those_that_there_are() {
        assert_eq!(time(b"2024:02:29 23:59:59").as_deref(), Some("2024-02-29T23:59:59"));
        for wrong in [
            "2023:02:29 00:00:00",
            "0000:00:00 00:00:00",
            "    :  :     :  :  ",
            "2024:13:01 00:00:00",
            "2024:01:01 24:00:00",
            "2024:01:01",
        ] {
            assert_eq!(time(wrong.as_bytes()), None, "{wrong}");
        }
        assert_eq!(minutes(b"-03:30"), Some(-210));
        assert_eq!(minutes(b"+14:00"), Some(840));
        for wrong in ["+14:01", "+1:00", "02:00", "+02:60", "+0x:00", ""] {
            assert_eq!(minutes(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn orientation_and_time_read_as_they_are_written() {
        let taken = "2024-07-01T12:30:59";
        for (orientation, taken) in
            [(Some(6), None), (None, Some(taken)), (Some(3), Some(taken)), (None, None)]
        {
            let exif = Exif { orientation, taken: taken.map(str::to_owned), ..Exif::default() };
            assert_eq!(Exif::parse(&write(orientation, taken)), exif);
        }
    }

    #[test]
    fn a_directory_that_contains_itself_ends() {
        // The main directory's Exif and GPS directories are the main directory.
        let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend(
            *b"\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x25\x88\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0",
        );
        assert_eq!(Exif::parse(&tiff), Exif::default());
    }
}
