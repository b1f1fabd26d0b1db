//! The kind of a file, by its first bytes. Its name and its sender's media type have no influence.
//!
//! Always: a format that can carry a script (SVG, HTML, PDF, XML) is never a picture and never shown in place. A file that begins as
//! pictures, films or sound do is one, even if this crate cannot read it, so that a location in it is never missed.

/// The kind of a file.
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
    /// JPEG XL, as a stream or in boxes.
    Jxl,
    /// JPEG 2000, as a stream or in boxes.
    Jp2,
    /// Photoshop's own.
    Psd,
    /// SVG, which can carry a script.
    Svg,
    /// Matroska, but WebM.
    Mkv,
    /// AVI.
    Avi,
    /// MPEG transport streams, also those of camcorders (AVCHD).
    MpegTs,
    /// Any other picture, film or sound.
    Media,
    /// PDF.
    Pdf,
    /// Zip; office documents are zips as well.
    Zip,
    /// Plain text without markup.
    Text,
    /// Anything else.
    Other,
}

/// The broad category of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// A still or animated picture.
    Photo,
    /// A moving picture.
    Video,
    /// Sound.
    Audio,
    /// A text to read.
    Document,
    /// Anything else.
    Other,
}

/// The version of a file that others than its owner get, unless the owner shares it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ForOthers {
    /// The file: no program or device writes a place into this kind unasked.
    AsItIs,
    /// The [`shared_copy`](crate::shared_copy), or else a preview.
    Cleaned,
    /// A preview, if there is one: this crate doesn't know where in the file a place may be.
    Withheld,
}

/// The properties of a kind.
struct About {
    mime: &'static str,
    /// The ending of such files' names; empty if unknown.
    extension: &'static str,
    sort: Sort,
    others: ForOthers,
}

/// The signatures of files: offset, bytes of which one is there, kind. The first that fits counts.
const SIGNATURES: &[(usize, &[&[u8]], Kind)] = &[
    (0, &[b"\xff\xd8\xff"], Kind::Jpeg),
    (0, &[b"\x89PNG\r\n\x1a\n"], Kind::Png),
    (0, &[b"GIF87a", b"GIF89a"], Kind::Gif),
    (0, &[b"II*\0", b"MM\0*"], Kind::Tiff),
    // BigTIFF.
    (0, &[b"II+\0", b"MM\0+"], Kind::Tiff),
    // TIFF in all but its number.
    (0, &[b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FUJIFILMCCD-RAW"], Kind::Raw),
    // Canon's CRW, Minolta's MRW, Sigma's X3F.
    (6, &[b"HEAPCCDR"], Kind::Raw),
    (0, &[b"\0MRM", b"FOVb"], Kind::Raw),
    (4, &[b"JXL \r\n\x87\n"], Kind::Jxl),
    (0, &[b"\xff\x0a"], Kind::Jxl),
    (4, &[b"jP  \r\n\x87\n"], Kind::Jp2),
    (0, &[b"\xff\x4f\xff\x51"], Kind::Jp2),
    (0, &[b"8BPS"], Kind::Psd),
    // QuickTime files of before 2001 begin with what they hold, and pieces of films with what they need.
    (4, &[b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"], Kind::Mov),
    (4, &[b"moof", b"styp", b"sidx"], Kind::Mp4),
    (0, &[b"ID3"], Kind::Mp3),
    (0, &[b"OggS"], Kind::Ogg),
    (0, &[b"fLaC"], Kind::Flac),
    (0, &[b"%PDF-"], Kind::Pdf),
    (0, &[b"PK\x03\x04", b"PK\x05\x06"], Kind::Zip),
    // Pictures: JPEG XR and XS, animated PNG's ancestors, FLIF, BPG, GIMP's, OpenEXR, DPX, Radiance, FITS, DICOM, DjVu, DirectX,
    // Khronos, QOI, EPS, Windows' metafiles and icons, netpbm's.
    (0, &[b"II\xbc", b"\xff\x10\xff\x50", b"\x8aMNG\r\n\x1a\n", b"\x8bJNG\r\n\x1a\n"], Kind::Media),
    (0, &[b"FLIF", b"BPG\xfb", b"gimp xcf", b"\x76\x2f\x31\x01", b"SDPX", b"XPDS"], Kind::Media),
    (0, &[b"#?RADIANCE", b"SIMPLE  ="], Kind::Media),
    (128, &[b"DICM"], Kind::Media),
    (0, &[b"AT&TFORM", b"DDS ", b"\xabKTX ", b"qoif", b"\xc5\xd0\xd3\xc6"], Kind::Media),
    (0, &[b"%!PS-Adobe-", b"\xd7\xcd\xc6\x9a"], Kind::Media),
    (40, &[b" EMF"], Kind::Media),
    (0, &[b"\0\0\x01\0", b"\0\0\x02\0"], Kind::Media),
    // Films: Flash, Windows Media, RealMedia, MPEG's program and bare streams, MXF, DV, IVF, YUV4MPEG, Bink.
    (0, &[b"FLV\x01", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b".RMF", b"\0\0\x01\xba"], Kind::Media),
    (0, &[b"\0\0\x01\xb3", b"\0\0\0\x01", b"\x06\x0e\x2b\x34", b"\x1f\x07\0"], Kind::Media),
    (0, &[b"DKIF", b"YUV4MPEG2", b"BIK"], Kind::Media),
    // Sound: AIFF and its kin, Apple's CAF, MIDI, AMR, WavPack, Monkey's, TTA, Musepack, DSD, Sun's, AC-3, DTS, long WAVs.
    (0, &[b"FORM", b"caff", b"MThd", b"#!AMR", b"wvpk", b"MAC ", b"TTA1", b"MPCK"], Kind::Media),
    (0, &[b"MP+", b"DSD ", b"FRM8", b"ADIF", b".snd", b"\x0b\x77"], Kind::Media),
    (0, &[b"\x7f\xfe\x80\x01", b"RF64", b"BW64"], Kind::Media),
    // Others that exiftool writes metadata into: MIE, EXV, Canon's settings, camera profiles, colour profiles, InDesign, PostScript of
    // other programs, FLIR's, QuickTime's pictures, Kyocera's raw ones. XMP alone is markup, see below.
    (4, &[b"0MIE"], Kind::Media),
    (0, &[b"\xff\x01Exiv2", b"CANON OPTIONAL DATA\0", b"IIII\x04\0\x04\0"], Kind::Media),
    (0, &[b"IIII\x05\0\x04\0", b"IIRC"], Kind::Media),
    (36, &[b"acsp"], Kind::Media),
    (0, &[b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", b"%!PS", b"%!Ad", b"FFF\0"], Kind::Media),
    (4, &[b"idsc", b"idat"], Kind::Media),
    (25, &[b"ARECOYK"], Kind::Media),
    // Others that ffmpeg writes it into: NUT, bare streams of MPEG, Creative's, SoX's and IRCAM's sound, ATRAC, MLP, Flash, GXF, Windows'
    // recorded television, RoQ, SMJPEG, Dirac, Sega's; and cinema cameras' and light fields.
    (0, &[b"nut/multimedia container", b"\0\0\x01", b"Creative Voice File", b".SoX"], Kind::Media),
    (0, &[b"XoS.", b"\x64\xa3", b"EA3\x03", b"ea3\x03"], Kind::Media),
    (4, &[b"\xf8\x72\x6f\xba", b"\xf8\x72\x6f\xbb"], Kind::Media),
    (0, &[b"FWS", b"CWS", b"ZWS", b"\0\0\0\0\x01\xbc"], Kind::Media),
    (0, &[b"\xb7\xd8\x00\x20\x37\x49\xda\x11", b"\x84\x10\xff\xff\xff\xff"], Kind::Media),
    (0, &[b"\0\nSMJPEG", b"BBCD\0", b"FILM\0"], Kind::Media),
    (4, &[b"RED1", b"RED2"], Kind::Media),
    (0, &[b"\x89LFP", b"RIFX", b"riff"], Kind::Media),
];

/// Letters that no text begins with by chance.
const LETTERS: usize = 9;
/// Bytes of a packet of an MPEG transport stream, and of one with the time before it, as camcorders write them.
const TS_BYTES: usize = 188;
const M2TS_BYTES: usize = 192;

impl Kind {
    /// Number of a file's first bytes that [`Kind::of`] examines.
    pub const FIRST_BYTES: usize = 512;

    /// The kind of the file that begins with these bytes: [`Kind::FIRST_BYTES`] of them, or all if it has fewer.
    pub fn detect(first: &[u8]) -> Self {
        let first = first.get(..Self::FIRST_BYTES).unwrap_or(first);
        match first {
            [a, b, c, d, b'f', b't', b'y', b'p', brands @ ..] => {
                let len = u32::from_be_bytes([*a, *b, *c, *d]).saturating_sub(8);
                let len = usize::try_from(len).unwrap_or(usize::MAX);
                return iso(brands.get(..len).unwrap_or(brands));
            }
            [b'R', b'I', b'F', b'F', _, _, _, _, form @ ..] => {
                return match form {
                    [b'W', b'E', b'B', b'P', ..] => Self::Webp,
                    [b'W', b'A', b'V', b'E', ..] => Self::Wav,
                    [b'A', b'V', b'I', ..] => Self::Avi,
                    _ => Self::Media,
                };
            }
            [0x1a, 0x45, 0xdf, 0xa3, ..] if has(first, b"webm") => return Self::Webm,
            [0x1a, 0x45, 0xdf, 0xa3, ..] => return Self::Mkv,
            _ => {}
        }
        let signature = SIGNATURES.iter().find_map(|(at, magics, kind)| {
            let there = first.get(*at..)?;
            let magic = magics.iter().find(|magic| there.starts_with(magic))?;
            Some((magic, *kind))
        });
        match signature {
            // A text may begin with any few letters.
            Some((magic, _))
                if magic.len() < LETTERS && !magic.starts_with(b"%") && is_text(first) =>
            {
                Self::Text
            }
            Some((_, kind)) => kind,
            None if is_mpeg_ts(first) => Self::MpegTs,
            None => unsigned(first),
        }
    }

    /// Looks up the properties.
    fn properties(self) -> About {
        use ForOthers::{AsItIs, Cleaned, Withheld};
        use Sort::{Audio, Document, Other, Photo, Video};
        let (mime, extension, sort, others) = match self {
            Self::Jpeg => ("image/jpeg", "jpg", Photo, Cleaned),
            Self::Png => ("image/png", "png", Photo, Cleaned),
            Self::Webp => ("image/webp", "webp", Photo, Cleaned),
            Self::Gif => ("image/gif", "gif", Photo, Withheld),
            Self::Avif => ("image/avif", "avif", Photo, Cleaned),
            Self::Heic => ("image/heic", "heic", Photo, Cleaned),
            Self::Tiff => ("image/tiff", "tiff", Photo, Withheld),
            // The name that desktops use for raw pictures of any camera (freedesktop.org's shared-mime-info).
            Self::Raw => ("image/x-dcraw", "", Photo, Withheld),
            Self::Jxl => ("image/jxl", "jxl", Photo, Withheld),
            Self::Jp2 => ("image/jp2", "jp2", Photo, Withheld),
            Self::Psd => ("image/vnd.adobe.photoshop", "psd", Photo, Withheld),
            Self::Mp4 => ("video/mp4", "mp4", Video, Cleaned),
            Self::Mov => ("video/quicktime", "mov", Video, Cleaned),
            Self::Webm => ("video/webm", "webm", Video, Withheld),
            Self::Mkv => ("video/x-matroska", "mkv", Video, Withheld),
            Self::Avi => ("video/x-msvideo", "avi", Video, Withheld),
            Self::MpegTs => ("video/mp2t", "ts", Video, Withheld),
            Self::Mp3 => ("audio/mpeg", "mp3", Audio, Cleaned),
            Self::M4a => ("audio/mp4", "m4a", Audio, Cleaned),
            Self::Ogg => ("audio/ogg", "ogg", Audio, Cleaned),
            Self::Flac => ("audio/flac", "flac", Audio, Cleaned),
            Self::Wav => ("audio/wav", "wav", Audio, Cleaned),
            Self::Pdf => ("application/pdf", "pdf", Document, Cleaned),
            Self::Zip => ("application/zip", "zip", Other, AsItIs),
            Self::Text => ("text/plain", "txt", Document, AsItIs),
            // The kind is not revealed, so that nothing shows the file in place.
            Self::Svg | Self::Media => ("application/octet-stream", "", Other, Withheld),
            Self::Other => ("application/octet-stream", "", Other, AsItIs),
        };
        About { mime, extension, sort, others }
    }

    /// The media type, as in `Content-Type`.
    pub fn mime(self) -> &'static str {
        self.properties().mime
    }

    /// The extension of such files; empty if none is known.
    pub fn extension(self) -> &'static str {
        self.properties().extension
    }

    /// The broad category of the kind.
    pub fn sort(self) -> Sort {
        self.properties().sort
    }

    /// The version that others than its owner get.
    pub fn for_others(self) -> ForOthers {
        self.properties().others
    }

    /// Whether [`Pictures::render`](crate::Pictures::render) makes previews of every such file.
    pub fn is_decodable(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp | Self::Gif)
    }

    /// Whether [`Pictures::render`](crate::Pictures::render) makes previews of such files: of some, only if they hold a JPEG.
    pub fn may_have_previews(self) -> bool {
        self.is_decodable() || matches!(self, Self::Heic | Self::Avif)
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

/// The brands of pictures in boxes, but for those of AVIF.
const HEIF: [&[u8; 4]; 14] = [
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"avci", b"avcs", b"jpeg", b"jpgs",
    b"mif1", b"mif2", b"msf1", b"miaf",
];

/// A file of ISO boxes, by the brands that it names: its own, a version, and those that it is compatible with. Whatever these are, it
/// is a picture, a film or sound; of unknown brands the boxes say what can be taken out.
fn iso(brands: &[u8]) -> Kind {
    let (own, others) = brands.split_at_checked(8).unwrap_or((brands, &[]));
    let own = own.get(..4).unwrap_or_default();
    let is_avif = |brand: &[u8]| matches!(brand, b"avif" | b"avis");
    let is_heif = |brand: &[u8]| HEIF.iter().any(|heif| brand == *heif);
    match own {
        brand if is_avif(brand) => Kind::Avif,
        b"qt  " => Kind::Mov,
        b"M4A " | b"M4B " | b"M4P " | b"F4A " | b"F4B " => Kind::M4a,
        b"crx " => Kind::Raw,
        b"jxl " => Kind::Jxl,
        b"jp2 " | b"jpx " | b"jpm " | b"mjp2" => Kind::Jp2,
        _ if others.chunks_exact(4).any(is_avif) => Kind::Avif,
        brand if is_heif(brand) || others.chunks_exact(4).any(is_heif) => Kind::Heic,
        _ => Kind::Mp4,
    }
}

/// Packets of a transport stream, as far as there are bytes of them: each begins alike.
fn is_mpeg_ts(first: &[u8]) -> bool {
    [(0, TS_BYTES), (4, M2TS_BYTES)].iter().any(|(at, step)| {
        let mut begins = first.iter().skip(*at).step_by(*step);
        first.len() > 2 * step && begins.all(|byte| *byte == b'G')
    })
}

/// Finds the kind of a file without a signature.
fn unsigned(first: &[u8]) -> Kind {
    match first {
        [0xff, second, third, ..] if is_mp3_frame(*second, *third) => Kind::Mp3,
        // Other layers of MPEG, and AAC. A text in UTF-16 begins with 0xfffe.
        [0xff, second @ 0xe0..=0xfd, ..] if second & 0x18 != 0x08 => Kind::Media,
        // Windows' bitmaps: two words that are zero behind the length.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Kind::Media,
        [b'P', b'1'..=b'7', b'\n', ..] => Kind::Media,
        _ if is_markup_with(first, &[b"<svg", b":svg"]) => Kind::Svg,
        _ if is_markup_with(first, &[b"<?xpacket", b"xmpmeta"]) => Kind::Media,
        _ if is_text(first) => Kind::Text,
        _ => Kind::Other,
    }
}

/// Markup with one of these among its first bytes: an element of SVG, or XMP, which programs put next to pictures.
fn is_markup_with(first: &[u8], marks: &[&[u8]]) -> bool {
    let begin = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).trim_ascii_start();
    begin.starts_with(b"<") && marks.iter().any(|mark| has(first, mark))
}

/// A frame of MPEG layer III, with a bit rate and a sampling rate.
fn is_mp3_frame(second: u8, third: u8) -> bool {
    let is_layer_3 = second & 0xe6 == 0xe2 && second & 0x18 != 0x08;
    is_layer_3 && !matches!(third >> 4, 0 | 15) && third & 0x0c != 0x0c
}

/// UTF-8, cut at most within a character, without control characters but those of plain text, that doesn't begin as markup.
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
            (b"RIFF\x10\0\0\0AVI LIST", Kind::Avi),
            (b"RIFF\x10\0\0\0ACONLIST", Kind::Media),
            (b"\0\0\0\x1cftypavif\0\0\0\0mif1", Kind::Avif),
            (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", Kind::Avif),
            (b"II*\0\x08\0\0\0", Kind::Tiff),
            (b"MM\0*\0\0\0\x08", Kind::Tiff),
            (b"II+\0\x08\0\0\0", Kind::Tiff),
            (b"\0\0\0\x0cJXL \r\n\x87\n", Kind::Jxl),
            (b"\0\0\0\x0cjP  \r\n\x87\n", Kind::Jp2),
            (b"8BPS\0\x01", Kind::Psd),
            (b"BM\x10\0\0\0\0\0\0\0", Kind::Media),
            (b"BMW and other cars", Kind::Text),
            (b"\0\0\0\x10ftypmif1\0\0\0\0free....avif", Kind::Heic),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Kind::Heic),
            (b"\0\0\0\x18ftypCAEP\0\0\0\0mif1heic", Kind::Heic),
            (b"\0\0\0\x14ftypavci\0\0\0\0mif1", Kind::Heic),
            (b"\0\0\0\x14ftypXAVC\0\0\0\0mp42", Kind::Mp4),
            (b"\0\0\0\x10ftypniko\0\0\0\0", Kind::Mp4),
            (b"\0\0\0\x10ftyp\xff\xfe\xfd\xfc\0\0\0\0", Kind::Mp4),
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
            (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", Kind::Mkv),
            (b"ID3\x04\0", Kind::Mp3),
            (b"\xff\xfb\x90\x64", Kind::Mp3),
            (b"\xff\xf1\x50\x80", Kind::Media),
            (b"OggS\0", Kind::Ogg),
            (b"fLaC\0", Kind::Flac),
            (b"%PDF-1.7", Kind::Pdf),
            (b"PK\x03\x04", Kind::Zip),
            ("Grüße\r\n\tvon hier".as_bytes(), Kind::Text),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", Kind::Svg),
            (b"<?xml version=\"1.0\"?><svg/>", Kind::Svg),
            (b"<gpx/>", Kind::Other),
            (b"<?xpacket begin='' id=''?><x:xmpmeta/>", Kind::Media),
            (b"<?xml version='1.0'?><x:xmpmeta/>", Kind::Media),
            (b"~\x10\x04\xfe0MIE\0\0\0\0", Kind::Media),
            (b"\xff\x01Exiv2\xff\xe1", Kind::Media),
            (b"%!PS\n%%Title: here", Kind::Media),
            (b"nut/multimedia container\0", Kind::Media),
            (b"FWS is no film", Kind::Text),
            (b"\xef\xbb\xbf  <!doctype html><script>", Kind::Other),
            (b"FORM 12: your name", Kind::Text),
            (b"I'm free today", Kind::Text),
            (b"FORM\0\0\0\x10AIFFCOMM", Kind::Media),
            (b"\0\0\0\x08free\0\0\0\x08mdat", Kind::Mov),
            (b"\xff\xfeH\0i\0", Kind::Other),
            (b"a\0b", Kind::Other),
            (b"", Kind::Other),
            (b"\xff", Kind::Other),
        ];
        for (first, kind) in kinds {
            assert_eq!(Kind::detect(first), *kind, "{:?}", String::from_utf8_lossy(first));
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
        assert_eq!(Kind::detect(&long.as_bytes()[1..]), Kind::Other);
        assert_eq!(Kind::detect(format!("x{long}").as_bytes()), Kind::Text);
        assert_eq!(Kind::detect(&long.as_bytes()[..9]), Kind::Other);
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
