//! The facts in a picture: its size, and the time, place and orientation in its Exif. Nothing is decoded. Films have the
//! same facts, and a length; [`crate::movie`] reads them.

use crate::exif::{Exif, ZONE_MAX, is_place, is_time};
use crate::jpeg;
use crate::kind::Kind;

/// The facts in a picture or film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Pixels across, as it is shown.
    pub width: Option<u32>,
    /// Pixels down, as it is shown.
    pub height: Option<u32>,
    /// The length in milliseconds; none for pictures.
    pub ms: Option<u64>,
    /// When it was taken, by the clock of the place: `YYYY-MM-DDTHH:MM:SS`.
    pub taken: Option<String>,
    /// Minutes that the clock is ahead of UTC.
    pub zone: Option<i16>,
    /// When a film was made, in seconds since 1970; pictures don't say it.
    pub made: Option<i64>,
    /// Latitude and longitude, in 10⁻⁷ degrees.
    pub place: Option<(i64, i64)>,
    /// The orientation of its pixels: 1 to 8, as in Exif.
    pub orientation: u8,
}

/// A picture's size as it is stored, its Exif, and its orientation if that isn't what Exif says.
#[derive(Default)]
struct ContainerFacts<'a> {
    size: Option<(u32, u32)>,
    exif: Option<&'a [u8]>,
    orientation: Option<u8>,
}

impl Facts {
    /// Returns the facts of a file without metadata.
    pub(crate) fn none() -> Self {
        Self {
            width: None,
            height: None,
            ms: None,
            made: None,
            taken: None,
            zone: None,
            place: None,
            orientation: 1,
        }
    }

    /// Returns the facts in the picture that begins with these bytes.
    pub fn read(bytes: &[u8]) -> Self {
        let container = match Kind::detect(bytes) {
            Kind::Jpeg => jpeg(bytes),
            Kind::Png => png(bytes),
            Kind::Webp => webp(bytes),
            Kind::Gif => ContainerFacts {
                size: Some((pair_le(bytes, 6), pair_le(bytes, 8))),
                ..ContainerFacts::default()
            },
            Kind::Avif | Kind::Heic => heif(bytes),
            _ => ContainerFacts::default(),
        };
        let exif = match Kind::detect(bytes) {
            // Exif is a TIFF itself. The size in it is often that of a small picture for cameras' screens.
            Kind::Tiff => Exif::parse(bytes),
            Kind::Raw => raw(bytes),
            _ => container.exif.map(Exif::parse).unwrap_or_default(),
        };
        let orientation = container.orientation.or(exif.orientation).unwrap_or(1);
        let size = container.size.filter(|(width, height)| *width > 0 && *height > 0);
        let (width, height) = size.unzip();
        let is_turned = orientation >= 5;
        Self {
            width: if is_turned { height } else { width },
            height: if is_turned { width } else { height },
            taken: exif.taken,
            zone: exif.zone,
            place: exif.place,
            orientation,
            ..Self::none()
        }
    }

    /// Encodes the facts for the pipe: of pictures, so without a length.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.orientation, u8::from(self.place.is_some())];
        let (lat, lon) = self.place.unwrap_or_default();
        bytes.extend(self.width.unwrap_or_default().to_le_bytes());
        bytes.extend(self.height.unwrap_or_default().to_le_bytes());
        bytes.extend(self.zone.unwrap_or(i16::MIN).to_le_bytes());
        bytes.extend(lat.to_le_bytes());
        bytes.extend(lon.to_le_bytes());
        bytes.extend(self.taken.iter().flat_map(|taken| taken.bytes()));
        bytes
    }

    /// Decodes the facts from the child; `None` if they cannot be true.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ([orientation, has_place], rest) = bytes.split_first_chunk()?;
        let (width, rest) = rest.split_first_chunk()?;
        let (height, rest) = rest.split_first_chunk()?;
        let (zone, rest) = rest.split_first_chunk()?;
        let (lat, rest) = rest.split_first_chunk()?;
        let (lon, taken) = rest.split_first_chunk()?;
        let (zone, taken) = (i16::from_le_bytes(*zone), std::str::from_utf8(taken).ok()?);
        let (lat, lon) = (i64::from_le_bytes(*lat), i64::from_le_bytes(*lon));
        let length = |bytes| Some(u32::from_le_bytes(bytes)).filter(|length| *length > 0);
        let facts = Self {
            width: length(*width),
            height: length(*height),
            taken: (!taken.is_empty()).then(|| taken.to_owned()),
            zone: (zone != i16::MIN).then_some(zone),
            place: (*has_place == 1).then_some((lat, lon)),
            orientation: *orientation,
            ..Self::none()
        };
        let is_true = (1..=8).contains(orientation)
            && facts.width.is_some() == facts.height.is_some()
            && facts.taken.as_deref().is_none_or(is_time)
            && facts.zone.is_none_or(|zone| (-ZONE_MAX..=ZONE_MAX).contains(&zone))
            && (lat.checked_abs().is_some() && lon.checked_abs().is_some() && is_place((lat, lon)));
        is_true.then_some(facts)
    }
}

fn jpeg(bytes: &[u8]) -> ContainerFacts<'_> {
    let header = jpeg::Header::parse(bytes);
    ContainerFacts {
        size: header.frame.map(|frame| (frame.width.into(), frame.height.into())),
        exif: header.exif,
        orientation: None,
    }
}

fn png(bytes: &[u8]) -> ContainerFacts<'_> {
    let mut facts = ContainerFacts::default();
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some(([a, b, c, d, name @ ..], after)) = rest.split_first_chunk::<8>() {
        let len = usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
        let Some((content, after)) = after.split_at_checked(len) else {
            break;
        };
        match name {
            b"IHDR" => facts.size = long_be(content, 0).zip(long_be(content, 4)),
            b"eXIf" if facts.exif.is_none() => facts.exif = Some(content),
            b"IEND" => break,
            _ => {}
        }
        rest = after.get(4..).unwrap_or_default();
    }
    facts
}

fn webp(bytes: &[u8]) -> ContainerFacts<'_> {
    let mut facts = ContainerFacts::default();
    let mut rest = bytes.get(12..).unwrap_or_default();
    while let Some(([name @ .., a, b, c, d], after)) = rest.split_first_chunk::<8>() {
        let len = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
        // The picture itself may continue behind these bytes.
        let content = after.get(..len).unwrap_or(after);
        match (name, content) {
            (b"VP8X", [_, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => {
                let length = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
                facts.size = Some((length(*w0, *w1, *w2), length(*h0, *h1, *h2)));
            }
            (b"VP8 ", [_, _, _, 0x9d, 0x01, 0x2a, ..]) if facts.size.is_none() => {
                facts.size = Some((pair_le(content, 6) & 0x3fff, pair_le(content, 8) & 0x3fff));
            }
            (b"VP8L", [0x2f, a, b, c, d, ..]) if facts.size.is_none() => {
                let bits = u32::from_le_bytes([*a, *b, *c, *d]);
                facts.size = Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1));
            }
            (b"EXIF", _) if facts.exif.is_none() => facts.exif = Some(content),
            _ => {}
        }
        rest = len.checked_add(len % 2).and_then(|len| after.get(len..)).unwrap_or_default();
    }
    facts
}

/// HEIC and AVIF. Their boxes are searched for, not walked: the largest size is that of the picture (others are those of
/// its tiles and thumbnails), and Exif is where its name comes before a TIFF header. Orientation is in a separate box.
fn heif(bytes: &[u8]) -> ContainerFacts<'_> {
    let mut facts = ContainerFacts::default();
    let mut area = 0;
    let mut is_turned = false;
    for (at, name) in bytes.windows(4).enumerate() {
        match name {
            b"ispe" => {
                let size = long_be(bytes, at + 8).zip(long_be(bytes, at + 12));
                let size_area =
                    size.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
                if size_area > area {
                    (facts.size, area) = (size, size_area);
                }
            }
            b"irot" => is_turned = bytes.get(at + 4).is_some_and(|angle| angle % 2 == 1),
            b"Exif" if facts.exif.is_none() => {
                let exif = bytes.get(at..).unwrap_or_default();
                let tiff = exif.get(6..10);
                facts.exif = matches!(tiff, Some(b"II*\0" | b"MM\0*")).then_some(exif);
            }
            _ => {}
        }
    }
    if is_turned {
        facts.size = facts.size.map(|(width, height)| (height, width));
    }
    facts.orientation = Some(1);
    facts
}

/// The raw pictures that are no TIFF. Fujifilm's contain a JPEG, whose offset is at byte 84. Canon's contain a TIFF for each
/// directory, in boxes that are looked for. The others are TIFFs but for their number.
fn raw(bytes: &[u8]) -> Exif {
    if bytes.starts_with(b"FUJI") {
        let picture = long_be(bytes, 84)
            .and_then(|at| usize::try_from(at).ok())
            .and_then(|at| bytes.get(at..));
        return picture.and_then(|picture| jpeg(picture).exif).map(Exif::parse).unwrap_or_default();
    }
    if bytes.starts_with(b"II") || bytes.starts_with(b"MM") {
        return Exif::parse(bytes);
    }
    let after = |name: &[u8; 4]| {
        let at = bytes.windows(4).position(|window| window == name);
        at.and_then(|at| bytes.get(at + 4..)).unwrap_or_default()
    };
    Exif::in_three(after(b"CMT1"), after(b"CMT2"), after(b"CMT4"))
}

fn long_be(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|long| u32::from_be_bytes(*long))
}

fn pair_le(bytes: &[u8], at: usize) -> u32 {
    let pair = bytes.get(at..).and_then(|bytes| bytes.first_chunk());
    pair.map_or(0, |pair| u16::from_le_bytes(*pair).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            width: Some(3024),
            height: Some(4032),
            ms: None,
            made: None,
            taken: Some("2024-07-01T12:30:59".into()),
            zone: Some(-210),
            place: Some((-338_568_000, 1_512_153_000)),
            orientation: 6,
        }
    }

    #[test]
    fn facts_come_back_as_they_were_sent_and_no_others_do() {
        let bytes = facts().to_bytes();
        assert_eq!(Facts::from_bytes(&bytes), Some(facts()));
        let nothing = Facts::none();
        assert_eq!(Facts::from_bytes(&nothing.to_bytes()), Some(nothing.clone()));
        let wrong = [
            Facts { orientation: 0, ..facts() },
            Facts { orientation: 9, ..facts() },
            Facts { width: None, ..facts() },
            Facts { taken: Some("2024-07-01T12:30:59<script>".into()), ..facts() },
            Facts { taken: Some("2024-02-30T12:30:59".into()), ..facts() },
            Facts { zone: Some(841), ..facts() },
            Facts { place: Some((900_000_001, 0)), ..facts() },
            Facts { place: Some((i64::MIN, 0)), ..facts() },
        ];
        for wrong in wrong {
            assert_eq!(Facts::from_bytes(&wrong.to_bytes()), None, "{wrong:?}");
        }
        assert_eq!(Facts::from_bytes(&bytes[..20]), None);
    }

    #[test]
    fn a_heic_says_its_size_turned_and_its_exif() {
        let mut file = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
        file.extend(b"\0\0\0\x14ispe\0\0\0\0\0\0\x02\0\0\0\x02\0");
        file.extend(b"\0\0\0\x14ispe\0\0\0\0\0\0\x0f\xc0\0\0\x0b\xd0");
        file.extend(b"\0\0\0\x09irot\x03");
        file.extend(
            b"....Exif\0\0II*\0\x08\0\0\0\x01\0\x32\x01\x02\0\x14\0\0\0\x1a\0\0\0\0\0\0\x00",
        );
        file.extend(b"2024:07:01 12:30:59\0");
        let facts = Facts::read(&file);
        assert_eq!((facts.width, facts.height, facts.orientation), (Some(3024), Some(4032), 1));
        assert_eq!(facts.taken.as_deref(), Some("2024-07-01T12:30:59"));
    }
}
