//! What a file is, by its first bytes. Its name and what its sender calls it say nothing here.
//!
//! Always: what can carry a script (SVG, HTML, PDF, XML) is never a picture and never shown in place.

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// JPEG.
    Jpeg,
    /// PNG, also animated.
    Png,
    /// WebP, also animated.
    Webp,
    /// GIF, also animated.
    Gif,
    /// AVIF: AV1 pictures in an ISO file.
    Avif,
    /// HEIC or HEIF: HEVC pictures in an ISO file.
    Heic,
    /// TIFF: scans, and the raw pictures of most cameras (DNG, CR2, NEF, ARW), which begin alike.
    Tiff,
    /// The raw pictures of other cameras: Canon's CR3, Fujifilm's RAF, Olympus' ORF, Panasonic's RW2.
    Raw,
    /// MPEG-4 video, also 3GP.
    Mp4,
    /// QuickTime video.
    Mov,
    /// WebM video.
    Webm,
    /// MP3.
    Mp3,
    /// MPEG-4 audio.
    M4a,
    /// Ogg: Vorbis or Opus.
    Ogg,
    /// FLAC.
    Flac,
    /// WAV.
    Wav,
    /// PDF.
    Pdf,
    /// Zip; office documents are zips as well.
    Zip,
    /// Plain text without markup.
    Text,
    /// Anything else.
    Other,
}

/// What people call a kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// A still or animated picture.
    Photo,
    /// A moving picture.
    Video,
    /// Sound.
    Audio,
    /// Something to read.
    Document,
    /// Anything else.
    Other,
}

impl Kind {
    /// How many of a file's first bytes [`Kind::of`] looks at.
    pub const FIRST_BYTES: usize = 512;

    /// The kind of the file that begins with these bytes: [`Kind::FIRST_BYTES`] of them, or all if it has fewer.
    pub fn of(first: &[u8]) -> Self {
        let first = first.get(..Self::FIRST_BYTES).unwrap_or(first);
        match first {
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Self::Png,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Gif,
            [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Self::Tiff,
            // TIFF in all but its number.
            [b'I', b'I', b'R', b'O' | b'S', ..]
            | [b'M', b'M', b'O', b'R', ..]
            | [b'I', b'I', b'U', 0, ..] => Self::Raw,
            [
                b'F',
                b'U',
                b'J',
                b'I',
                b'F',
                b'I',
                b'L',
                b'M',
                b'C',
                b'C',
                b'D',
                b'-',
                b'R',
                b'A',
                b'W',
                ..,
            ] => Self::Raw,
            [b'R', b'I', b'F', b'F', _, _, _, _, form @ ..] => match form {
                [b'W', b'E', b'B', b'P', ..] => Self::Webp,
                [b'W', b'A', b'V', b'E', ..] => Self::Wav,
                _ => Self::Other,
            },
            [a, b, c, d, b'f', b't', b'y', b'p', brands @ ..] => {
                let len = u32::from_be_bytes([*a, *b, *c, *d]).saturating_sub(8);
                let len = usize::try_from(len).unwrap_or(usize::MAX);
                iso(brands.get(..len).unwrap_or(brands))
            }
            // QuickTime files of before 2001 begin with what they hold.
            [_, _, _, _, b'm', b'o', b'o', b'v', ..]
            | [_, _, _, _, b'm', b'd', b'a', b't', ..]
            | [_, _, _, _, b'w', b'i', b'd', b'e', ..] => Self::Mov,
            [0x1a, 0x45, 0xdf, 0xa3, ..] if has(first, b"webm") => Self::Webm,
            [b'I', b'D', b'3', ..] => Self::Mp3,
            [b'O', b'g', b'g', b'S', ..] => Self::Ogg,
            [b'f', b'L', b'a', b'C', ..] => Self::Flac,
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [0xff, second, third, ..] if is_mp3_frame(*second, *third) => Self::Mp3,
            _ if is_text(first) => Self::Text,
            _ => Self::Other,
        }
    }

    /// As in `Content-Type`.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
            Self::Tiff => "image/tiff",
            // What desktops call raw pictures of any camera (freedesktop.org's shared-mime-info).
            Self::Raw => "image/x-dcraw",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::Webm => "video/webm",
            Self::Mp3 => "audio/mpeg",
            Self::M4a => "audio/mp4",
            Self::Ogg => "audio/ogg",
            Self::Flac => "audio/flac",
            Self::Wav => "audio/wav",
            Self::Pdf => "application/pdf",
            Self::Zip => "application/zip",
            Self::Text => "text/plain",
            Self::Other => "application/octet-stream",
        }
    }

    /// What names of such files end with; nothing for those of which that isn't known.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Mp3 => "mp3",
            Self::M4a => "m4a",
            Self::Mov => "mov",
            Self::Text => "txt",
            Self::Raw | Self::Other => "",
            // What follows the slash is the usual ending.
            other => other.mime().split_once('/').map_or("", |(_, end)| end),
        }
    }

    /// What people call it.
    pub fn sort(self) -> Sort {
        match self {
            Self::Jpeg
            | Self::Png
            | Self::Webp
            | Self::Gif
            | Self::Avif
            | Self::Heic
            | Self::Tiff
            | Self::Raw => Sort::Photo,
            Self::Mp4 | Self::Mov | Self::Webm => Sort::Video,
            Self::Mp3 | Self::M4a | Self::Ogg | Self::Flac | Self::Wav => Sort::Audio,
            Self::Pdf | Self::Text => Sort::Document,
            Self::Zip | Self::Other => Sort::Other,
        }
    }

    /// Whether [`Pictures::render`](crate::Pictures::render) makes previews of it.
    pub fn is_decodable(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp | Self::Gif)
    }

    /// Whether [`Pictures::look`](crate::Pictures::look) finds anything in it.
    pub fn says_facts(self) -> bool {
        self.sort() == Sort::Photo || self.is_film()
    }

    /// Whether it is a film, or sound in the boxes of one: what these say is found by their places in the file.
    pub(crate) fn is_film(self) -> bool {
        matches!(self, Self::Mp4 | Self::Mov | Self::M4a)
    }

    /// Whether a browser may show it in place. Everything else is only offered as a download.
    pub fn is_inline(self) -> bool {
        matches!(self.sort(), Sort::Photo | Sort::Video | Sort::Audio)
    }
}

/// A file of ISO boxes, by the brands that it names: its own, a version, and those that it is compatible with.
fn iso(brands: &[u8]) -> Kind {
    let (own, others) = brands.split_at_checked(8).unwrap_or((brands, &[]));
    let own = own.get(..4).unwrap_or_default();
    let is_avif = |brand: &[u8]| matches!(brand, b"avif" | b"avis");
    match own {
        brand if is_avif(brand) => Kind::Avif,
        b"mif1" | b"msf1" | b"miaf" if others.chunks_exact(4).any(is_avif) => Kind::Avif,
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => Kind::Heic,
        b"qt  " => Kind::Mov,
        b"M4A " | b"M4B " => Kind::M4a,
        b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1"
        | b"dash" | b"M4V " | b"M4VH" | b"M4VP" | b"MSNV" | b"mmp4" => Kind::Mp4,
        [b'3', b'g', ..] => Kind::Mp4,
        b"crx " => Kind::Raw,
        _ => Kind::Other,
    }
}

/// A frame of MPEG layer III, with a bit rate and a sampling rate.
fn is_mp3_frame(second: u8, third: u8) -> bool {
    let is_layer_3 = second & 0xe6 == 0xe2 && second & 0x18 != 0x08;
    is_layer_3 && !matches!(third >> 4, 0 | 15) && third & 0x0c != 0x0c
}

/// UTF-8 that ends at most within a character, has no control characters but those of plain text, and does not begin as
/// markup does.
fn is_text(first: &[u8]) -> bool {
    let text = match std::str::from_utf8(first) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && first.len() == Kind::FIRST_BYTES => {
            let valid = first.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let is_plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    !begin.is_empty() && !begin.starts_with('<') && text.chars().all(is_plain)
}

fn has(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_say_what_a_file_is() {
        let kinds: &[(&[u8], Kind)] = &[
            (b"\xff\xd8\xff\xe0", Kind::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", Kind::Png),
            (b"GIF89a\x01\0", Kind::Gif),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Kind::Webp),
            (b"RIFF\x10\0\0\0WAVEfmt ", Kind::Wav),
            (b"RIFF\x10\0\0\0AVI LIST", Kind::Other),
            (b"\0\0\0\x1cftypavif\0\0\0\0mif1", Kind::Avif),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", Kind::Avif),
            (b"II*\0\x08\0\0\0", Kind::Tiff),
            (b"MM\0*\0\0\0\x08", Kind::Tiff),
            (b"II+\0\x08\0\0\0", Kind::Other),
            (b"\0\0\0\x10ftypmif1\0\0\0\0free....avif", Kind::Heic),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Kind::Heic),
            (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", Kind::Mp4),
            (b"\0\0\0\x18ftyp3gp5\0\0\0\0", Kind::Mp4),
            (b"\0\0\0\x14ftypqt  \0\0\0\0", Kind::Mov),
            (b"\0\0\0\x08wide\0\0\0\0mdat", Kind::Mov),
            (b"\0\0\0\x18ftypM4A \0\0\0\0", Kind::M4a),
            (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", Kind::Raw),
            (b"IIRO\x08\0\0\0", Kind::Raw),
            (b"IIRS\x08\0\0\0", Kind::Raw),
            (b"MMOR\0\0\0\x08", Kind::Raw),
            (b"IIU\0\x18\0\0\0", Kind::Raw),
            (b"FUJIFILMCCD-RAW 0201", Kind::Raw),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", Kind::Webm),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", Kind::Other),
            (b"ID3\x04\0", Kind::Mp3),
            (b"\xff\xfb\x90\x64", Kind::Mp3),
            (b"\xff\xf1\x50\x80", Kind::Other),
            (b"OggS\0", Kind::Ogg),
            (b"fLaC\0", Kind::Flac),
            (b"%PDF-1.7", Kind::Pdf),
            (b"PK\x03\x04", Kind::Zip),
            ("Grüße\r\n\tvon hier".as_bytes(), Kind::Text),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", Kind::Other),
            (b"\xef\xbb\xbf  <!doctype html><script>", Kind::Other),
            (b"a\0b", Kind::Other),
            (b"", Kind::Other),
            (b"\xff", Kind::Other),
        ];
        for (first, kind) in kinds {
            assert_eq!(
                Kind::of(first),
                *kind,
                "{:?}",
                String::from_utf8_lossy(first)
            );
        }
    }

    #[test]
    fn names_end_with_what_a_file_is() {
        for (kind, end) in [
            (Kind::Jpeg, "jpg"),
            (Kind::Png, "png"),
            (Kind::Mp4, "mp4"),
            (Kind::Webm, "webm"),
            (Kind::Pdf, "pdf"),
            (Kind::Other, ""),
        ] {
            assert_eq!(kind.extension(), end);
        }
    }

    #[test]
    fn a_text_may_be_cut_within_a_character_only_where_the_bytes_end() {
        let long = "ä".repeat(400);
        assert_eq!(Kind::of(&long.as_bytes()[1..]), Kind::Other);
        assert_eq!(Kind::of(format!("x{long}").as_bytes()), Kind::Text);
        assert_eq!(Kind::of(&long.as_bytes()[..9]), Kind::Other);
    }

    #[test]
    fn only_pictures_video_and_audio_are_shown_in_place() {
        for kind in [Kind::Pdf, Kind::Zip, Kind::Text, Kind::Other] {
            assert!(!kind.is_inline() && !kind.is_decodable());
        }
        for kind in [Kind::Jpeg, Kind::Png, Kind::Webp, Kind::Gif] {
            assert!(kind.is_inline() && kind.is_decodable() && kind.mime().starts_with("image/"));
        }
        assert!(Kind::Heic.is_inline() && !Kind::Heic.is_decodable());
        for kind in [Kind::Tiff, Kind::Raw] {
            assert!(!kind.is_decodable() && kind.says_facts());
        }
    }
}
