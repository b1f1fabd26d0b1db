//! Files of many kinds with a location, a time, an author and a device: written by hand, and by exiftool.

use imajin_e2e::prelude::*;
use jpeg_encoder::{ColorType, Encoder};

/// The location of every file, as text.
const PLACE: &str = "+48.8577+002.2950/";
/// 48° 51′ 27.72″ and 2° 17′ 42″, in Exif's format.
const LATITUDE: &[u8] = b"\x30\0\0\0\x01\0\0\0\x33\0\0\0\x01\0\0\0\xd4\x0a\0\0\x64\0\0\0";
const LONGITUDE: &[u8] = b"\x02\0\0\0\x01\0\0\0\x11\0\0\0\x01\0\0\0\x68\x10\0\0\x64\0\0\0";
/// Parts of a file that only its owner may find.
pub(super) const CANARIES: [&[u8]; 10] = [
    b"+48.8577",
    LATITUDE,
    LONGITUDE,
    b"canaryPhone",
    b"canarySerial",
    b"canaryOwner",
    b"canaryTown",
    b"canaryThumbnail",
    b"canaryFilm",
    // A time zone is a coarse location.
    b"+05:45",
];
/// The day of every file's creation: at noon, so that it is the same day in most zones.
pub(super) const DAY: &str = "2019-03-04";
const TAKEN: &[u8] = b"2019:03:04 12:11:10\0";
/// Seconds from 1904 to that time.
const MADE: u32 = 3_634_546_270;

/// A file, and the version that others get.
pub(super) struct Container {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) others: Others,
}

/// The version of a file that others get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// A copy with the day of its creation.
    Dated,
    /// A copy without metadata.
    Cleaned,
    /// A preview, or nothing.
    Withheld,
}

use Others::{Cleaned, Dated, Withheld};

/// A field of an Exif directory: its number, its type, the number of values, their bytes.
type Field<'a> = (u16, u16, u32, &'a [u8]);

/// Builds the directories of a TIFF, from this offset on: each with the offset of the next, if there is one.
fn directory(at: usize, fields: &[Field<'_>], has_next: bool) -> Vec<u8> {
    let mut values_at = at + 2 + 12 * fields.len() + 4;
    let mut out = u16::try_from(fields.len()).unwrap().to_le_bytes().to_vec();
    let mut values = Vec::new();
    for (tag, kind, count, bytes) in fields {
        out.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        out.extend(count.to_le_bytes());
        if bytes.len() <= 4 {
            out.extend(bytes.iter().copied().chain([0; 4]).take(4));
        } else {
            out.extend(u32::try_from(values_at).unwrap().to_le_bytes());
            values_at += bytes.len();
            values.extend_from_slice(bytes);
        }
    }
    let next = if has_next { values_at } else { 0 };
    out.extend(u32::try_from(next).unwrap().to_le_bytes());
    [out, values].concat()
}

/// Builds Exif with a location, a time and its zone, a device, its serial number, its owner, and a thumbnail.
fn tiff() -> Vec<u8> {
    let text = |text: &str| [text.as_bytes(), &[0]].concat();
    let phone = text("canaryPhone");
    let serial = text("canarySerial");
    let owner = text("canaryOwner");
    let (zone, thumbnail) = (text("+05:45"), b"\xff\xd8canaryThumbnail\xff\xd9");
    let len = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap();
    let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let inner = |at: usize| {
        let fields: [Field<'_>; 4] = [
            (0x9003, 2, len(TAKEN), TAKEN),
            (0x9011, 2, len(&zone), &zone),
            (0xa430, 2, len(&owner), &owner),
            (0xa431, 2, len(&serial), &serial),
        ];
        directory(at, &fields, false)
    };
    let gps = |at: usize| {
        let fields: [Field<'_>; 4] =
            [(1, 2, 2, b"N\0"), (2, 5, 3, LATITUDE), (3, 2, 2, b"E\0"), (4, 5, 3, LONGITUDE)];
        directory(at, &fields, false)
    };
    let main = |inner_at: usize, gps_at: usize| {
        let fields: [Field<'_>; 4] = [
            (0x010f, 2, len(&phone), &phone),
            (0x0112, 3, 1, &[1, 0]),
            (0x8769, 4, 1, &long(inner_at)),
            (0x8825, 4, 1, &long(gps_at)),
        ];
        directory(8, &fields, true)
    };
    let small_at = 8 + main(0, 0).len();
    let small = |thumbnail_at: usize| {
        let fields: [Field<'_>; 3] = [
            (0x0103, 3, 1, &[6, 0]),
            (0x0201, 4, 1, &long(thumbnail_at)),
            (0x0202, 4, 1, &long(thumbnail.len())),
        ];
        directory(small_at, &fields, false)
    };
    let inner_at = small_at + small(0).len();
    let gps_at = inner_at + inner(0).len();
    let thumbnail_at = gps_at + gps(0).len();
    [
        b"II*\0\x08\0\0\0".to_vec(),
        main(inner_at, gps_at),
        small(thumbnail_at),
        inner(inner_at),
        gps(gps_at),
        thumbnail.to_vec(),
    ]
    .concat()
}

fn exif() -> Vec<u8> {
    [b"Exif\0\0", &tiff()[..]].concat()
}

fn xmp() -> Vec<u8> {
    format!(
        "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
         xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' \
         photoshop:City='canaryTown {PLACE}'/></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )
    .into_bytes()
}

fn plain_jpeg() -> Vec<u8> {
    let mut jpeg = Vec::new();
    let pixels = [90; 16 * 16 * 3];
    let encoder = Encoder::new(&mut jpeg, 85);
    encoder.encode(&pixels, 16, 16, ColorType::Rgb).unwrap();
    jpeg
}

fn jpeg() -> Vec<u8> {
    let segment = |kind: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap();
        [&[0xff, kind], &length.to_be_bytes()[..], content].concat()
    };
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", &xmp()[..]].concat();
    let (start, rest) = (&[0xff, 0xd8], &plain_jpeg()[2..]);
    let metadata = [segment(0xe1, &exif()), segment(0xe1, &xmp)].concat();
    [start, &metadata[..], &segment(0xfe, PLACE.as_bytes()), rest].concat()
}

fn png() -> Vec<u8> {
    let chunk = |name: &[u8], content: &[u8]| {
        let body = [name, content].concat();
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], &body, &crc(&body).to_be_bytes()].concat()
    };
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\0\0\0\0"),
        chunk(b"eXIf", &tiff()),
        chunk(b"tEXt", b"Comment\0canaryTown"),
        chunk(b"IDAT", b"x\x9cc\xa8\x07\0\0\x81\0\x80"),
        chunk(b"IEND", b""),
        b"canaryFilm".to_vec(),
    ]
    .concat()
}

/// Returns the checksum of a PNG chunk.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| match sum & 1 {
            1 => sum >> 1 ^ 0xedb8_8320,
            _ => sum >> 1,
        })
    };
    !bytes.iter().fold(!0, step)
}

fn riff(form: &[u8; 4], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let chunk = |(name, content): &(&[u8; 4], &[u8])| {
        let length = u32::try_from(content.len()).unwrap().to_le_bytes();
        [&name[..], &length, content, &vec![0; content.len() % 2]].concat()
    };
    let chunks = chunks.iter().map(chunk).collect::<Vec<_>>().concat();
    chunk(&(b"RIFF", &[&form[..], &chunks].concat()))
}

fn webp() -> Vec<u8> {
    let pixel = b"\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07";
    let head = b"\x0c\0\0\0\0\0\0\0\0\0";
    riff(b"WEBP", &[(b"VP8X", head), (b"VP8L", pixel), (b"EXIF", &tiff()), (b"XMP ", &xmp())])
}

fn gif() -> Vec<u8> {
    let comment = [&b"\x21\xfe\x15"[..], b"canaryOwner, +48.8577", b"\0"].concat();
    let picture = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";
    let head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
    [&head[..], &comment, picture].concat()
}

fn boxed(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u32::try_from(content.len() + 8).unwrap();
    [&length.to_be_bytes()[..], name, &content].concat()
}

fn longs(numbers: &[u32]) -> Vec<u8> {
    let bytes = numbers.iter().flat_map(|number| number.to_be_bytes());
    bytes.collect()
}

/// Builds a film, or sound in a film's boxes: a track, and text metadata.
fn film(brand: &[u8; 4], kind: &[u8; 4]) -> Vec<u8> {
    const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
    let hdlr = |kind: &[u8; 4], name: &[u8]| boxed(b"hdlr", &[&[0; 8], kind, &[0; 12], name, &[0]]);
    let times = longs(&[0, MADE, MADE + 1]);
    let rest = longs(&[600, 1500, 0x1_0000, 0x0100_0000, 0, 0]);
    let mvhd = boxed(b"mvhd", &[&times, &rest, &longs(&MATRIX), &[0; 24], &longs(&[2])]);
    let rest = longs(&[1, 0, 1500, 0, 0, 0, 0]);
    let size = longs(&[64 << 16, 48 << 16]);
    let tkhd = boxed(b"tkhd", &[&times, &rest, &longs(&MATRIX), &size]);
    let mdhd = boxed(b"mdhd", &[&times, &longs(&[600, 1500, 0x55c4_0000])]);
    let url = boxed(b"url ", &[&longs(&[1])]);
    let dinf = boxed(b"dinf", &[&boxed(b"dref", &[&longs(&[0, 1]), &url])]);
    let empty = |name| boxed(name, &[&longs(&[0, 0])]);
    // The coding of samples: a codec that does not exist, in this file.
    let reference = [0_u8, 0, 0, 0, 0, 0, 0, 1];
    let entry = match kind {
        b"vide" => boxed(b"avc1", &[&reference, &[0; 70]]),
        _ => boxed(b"mp4a", &[&reference, &[0; 20]]),
    };
    let tables = [
        boxed(b"stsd", &[&longs(&[0, 1]), &entry]),
        empty(b"stts"),
        empty(b"stsc"),
        boxed(b"stsz", &[&longs(&[0, 0, 0])]),
        empty(b"stco"),
    ];
    let stbl = boxed(b"stbl", &[&tables.concat()]);
    let minf = boxed(b"minf", &[&dinf, &stbl]);
    let mdia = boxed(b"mdia", &[&mdhd, &hdlr(kind, b"canaryPhone"), &minf]);
    let trak = boxed(b"trak", &[&tkhd, &mdia]);
    let place = [&[0, 18, 0x15, 0xc7][..], PLACE.as_bytes()].concat();
    let words = [
        boxed(b"\xa9xyz", &[&place]),
        boxed(b"\xa9mak", &[b"\0\x0b\x15\xc7canaryPhone"]),
        boxed(b"SNum", &[b"canarySerial"]),
        boxed(b"auth", &[&[0; 6], b"canaryOwner\0"]),
        boxed(b"thmb", &[b"canaryThumbnail"]),
    ];
    let udta = boxed(b"udta", &[&words.concat()]);
    let moov = boxed(b"moov", &[&mvhd, &trak, &udta]);
    let ftyp = boxed(b"ftyp", &[brand, &[0; 4], brand]);
    let other = boxed(b"uuid", &[&[7; 16], &xmp()]);
    [ftyp, moov, other, boxed(b"mdat", &[b"a film"])].concat()
}

/// Builds a picture in boxes, whose Exif and XMP are items.
fn heif(brand: &[u8; 4]) -> Vec<u8> {
    let infe = |id: u8, kind: &[u8; 4], rest: &[u8]| {
        boxed(b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, rest])
    };
    let items = [
        infe(1, if brand == b"avif" { b"av01" } else { b"hvc1" }, b"\0"),
        infe(2, b"Exif", b"\0"),
        infe(3, b"mime", b"\0application/rdf+xml\0"),
    ];
    let (exif, xmp) = ([b"\0\0\0\x06", &exif()[..]].concat(), xmp());
    let shown = b"a picture";
    let meta = |at: usize| {
        let mut iloc = vec![0, 0, 0, 0, 0x44, 0, 0, 3];
        let mut at = at;
        for (id, part) in (1..).zip([&shown[..], &exif, &xmp]) {
            let place = [at, part.len()].map(|number| u32::try_from(number).unwrap());
            iloc.extend([&[0, id, 0, 0, 0, 1][..], &longs(&place)].concat());
            at += part.len();
        }
        let size = boxed(b"ispe", &[&longs(&[0, 64, 48])]);
        boxed(
            b"meta",
            &[
                &[0; 4],
                &boxed(b"hdlr", &[&[0; 8], b"pict", &[0; 13]]),
                &boxed(b"pitm", &[&[0, 0, 0, 0, 0, 1]]),
                &boxed(b"iinf", &[&[0; 4], &[0, 3], &items.concat()]),
                &boxed(b"iloc", &[&iloc]),
                &boxed(b"iprp", &[&boxed(b"ipco", &[&size])]),
            ],
        )
    };
    let ftyp = boxed(b"ftyp", &[brand, &[0; 4], b"mif1", brand]);
    let at = ftyp.len() + meta(0).len() + 8;
    let film = boxed(b"mpvd", &[b"canaryFilm"]);
    [ftyp, meta(at), boxed(b"mdat", &[shown, &exif, &xmp]), film].concat()
}

fn mp3() -> Vec<u8> {
    let words = [&b"\0place\0"[..], PLACE.as_bytes(), b" canaryOwner"].concat();
    let length = u8::try_from(words.len()).unwrap();
    let frame = [b"TXXX\0\0\0", &[length, 0, 0][..], &words].concat();
    let head = [b"ID3\x03\0\0\0\0\0", &[length + 10][..]].concat();
    [head, frame, b"\xff\xfb\x90\x64 frames of a song".to_vec()].concat()
}

fn flac() -> Vec<u8> {
    let block = |kind: u8, content: &[u8]| {
        let length = u8::try_from(content.len()).unwrap();
        [&[kind, 0, 0, length], content].concat()
    };
    let words = [PLACE.as_bytes(), b"canaryPhone"].concat();
    let blocks = [block(0, &[7; 34]), block(4, &words), block(0x86, b"canaryThumbnail")];
    [b"fLaC", &blocks.concat()[..], b"\xff\xf8 frames"].concat()
}

fn wav() -> Vec<u8> {
    riff(
        b"WAVE",
        &[
            (b"fmt ", &[1; 16]),
            (b"bext", b"canaryPhone canarySerial"),
            (b"data", b"sounds"),
            (b"LIST", PLACE.as_bytes()),
        ],
    )
}

/// Builds an Ogg stream of three pages, without checksums.
fn ogg() -> Vec<u8> {
    let page = |flags: u8, number: u8, packets: &[&[u8]]| {
        let table = packets.iter().map(|packet| u8::try_from(packet.len()).unwrap());
        let table: Vec<u8> = table.collect();
        let head = [&b"OggS\0"[..], &[flags], &[0; 8], b"strm", &[number, 0, 0, 0], &[0; 4]];
        let count = u8::try_from(table.len()).unwrap();
        [&head.concat()[..], &[count], &table, &packets.concat()].concat()
    };
    let comments = [&b"OpusTags\x0b\0\0\0canaryPhone\x01\0\0\0\x12\0\0\0"[..], PLACE.as_bytes()];
    [page(2, 0, &[b"OpusHead"]), page(0, 1, &[&comments.concat()]), page(4, 2, &[b"sound"])]
        .concat()
}

fn pdf() -> Vec<u8> {
    let stream = |dict: &str, bytes: &[u8]| {
        let head = format!("<< {dict} /Length {} >>\nstream\n", bytes.len());
        [head.as_bytes(), bytes, b"\nendstream"].concat()
    };
    let image = "/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode";
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Resources << /XObject << /I 4 0 R >> >> >>".to_vec(),
        stream(image, &jpeg()),
        stream("/Type /Metadata /Subtype /XML", &xmp()),
        format!("<< /Title ({PLACE}) /Author (canaryOwner) /Creator (canaryPhone) >>").into_bytes(),
    ];
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut table = "xref\n0 7\n0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(&objects) {
        table += &format!("{:010} 00000 n \n", file.len());
        let begin = format!("{number} 0 obj\n").into_bytes();
        file.extend([&begin[..], object, b"\nendobj\n"].concat());
    }
    let trailer = "trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>";
    let end = format!("{table}{trailer}\nstartxref\n{}\n%%EOF\n", file.len());
    [file, end.into_bytes()].concat()
}

/// Beginnings of other kinds of files from cameras, recorders and programs, which the node doesn't clean.
const OTHERS: [(&str, &[u8]); 16] = [
    ("jxl", b"\0\0\0\x0cJXL \r\n\x87\n"),
    ("jp2", b"\0\0\0\x0cjP  \r\n\x87\n"),
    ("cr3", b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom"),
    ("raf", b"FUJIFILMCCD-RAW 0201"),
    ("psd", b"8BPS\0\x01"),
    ("mkv", b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska"),
    ("webm", b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"),
    ("avi", b"RIFF\x10\0\0\0AVI LIST"),
    ("flv", b"FLV\x01"),
    ("wmv", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    ("mpg", b"\0\0\x01\xba"),
    ("nut", b"nut/multimedia container\0"),
    ("aiff", b"FORM\0\0\0\x10AIFF"),
    ("caf", b"caff\0\x01"),
    ("svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><!-- -->"),
    ("eps", b"%!PS-Adobe-3.0 EPSF-3.0\n"),
];

/// Returns all containers, including those written by exiftool.
pub(super) fn containers() -> Vec<Container> {
    let made = [
        ("photo.jpg", jpeg(), Dated),
        ("motion.jpg", [jpeg(), b"canaryFilm".to_vec()].concat(), Dated),
        ("photo.png", png(), Dated),
        ("photo.webp", webp(), Dated),
        ("photo.gif", gif(), Withheld),
        ("photo.heic", heif(b"heic"), Dated),
        ("photo.avif", heif(b"avif"), Dated),
        ("scan.tif", tiff(), Withheld),
        ("film.mp4", film(b"isom", b"vide"), Dated),
        ("film.mov", film(b"qt  ", b"vide"), Dated),
        ("sound.m4a", film(b"M4A ", b"soun"), Dated),
        ("song.mp3", mp3(), Cleaned),
        ("song.flac", flac(), Cleaned),
        ("sound.wav", wav(), Cleaned),
        ("sound.ogg", ogg(), Cleaned),
        ("letter.pdf", pdf(), Cleaned),
    ];
    let mut all: Vec<Container> = made
        .into_iter()
        .map(|(name, bytes, others)| Container { name: name.to_owned(), bytes, others })
        .collect();
    let written = by_exiftool(&all);
    all.extend(written);
    all.extend(OTHERS.map(|(ending, begin)| Container {
        name: format!("other.{ending}"),
        bytes: [begin, &[0; 40], PLACE.as_bytes()].concat(),
        others: Withheld,
    }));
    for one in &all {
        let tells = CANARIES.iter().any(|canary| has(&one.bytes, canary));
        assert!(tells, "{} says nothing", one.name);
    }
    all
}

/// Returns files into which exiftool wrote metadata, and files that it created.
fn by_exiftool(made: &[Container]) -> Vec<Container> {
    require_tool("exiftool", "libimage-exiftool-perl");
    let folder = tempfile::tempdir().unwrap();
    let tagged = |path: &Path| {
        let output = Command::new("exiftool")
            .args(["-q", "-q", "-m", "-P", "-overwrite_original"])
            .args(["-GPSLatitude=48.8577", "-GPSLatitudeRef=N"])
            .args(["-GPSLongitude=2.2950", "-GPSLongitudeRef=E"])
            .args([
                "-Keys:GPSCoordinates=+48.8577, +2.2950",
                "-UserData:GPSCoordinates=+48.8577, +2.2950",
            ])
            .args([
                "-XMP-exif:GPSLatitude=48.8577",
                "-XMP-photoshop:City=canaryTown",
                "-IPTC:City=canaryTown",
            ])
            .args([
                "-Make=canaryPhone",
                "-SerialNumber=canarySerial",
                "-OwnerName=canaryOwner",
                "-Artist=canaryOwner",
            ])
            .args([
                "-PDF:Author=canaryOwner",
                "-PDF:Keywords=canaryTown",
                "-Comment=canaryTown",
                "-XMP:Creator=canaryOwner",
            ])
            .arg(path)
            .output()
            .unwrap();
        let tells = fs::read(path).ok().filter(|bytes| has(bytes, b"canary"));
        tells.ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let ppm = b"P6\n1 1\n255\nabc".to_vec();
    let bare: [(&str, Vec<u8>, Others); 9] = [
        ("tool.jpg", plain_jpeg(), Cleaned),
        ("tool.png", made[2].bytes.clone(), Dated),
        ("tool.webp", made[3].bytes.clone(), Dated),
        ("tool.gif", made[4].bytes.clone(), Withheld),
        ("tool.tif", made[7].bytes.clone(), Withheld),
        ("tool.mp4", made[8].bytes.clone(), Dated),
        ("tool.mov", made[9].bytes.clone(), Dated),
        ("tool.pdf", made[15].bytes.clone(), Cleaned),
        ("tool.ppm", ppm, Withheld),
    ];
    let none = ["tool.xmp", "tool.mie", "tool.exv"].map(|name| (name, Vec::new(), Withheld));
    let all = bare.into_iter().chain(none);
    let all = all.map(|(name, bytes, others)| {
        let path = folder.path().join(name);
        if !bytes.is_empty() {
            fs::write(&path, bytes).unwrap();
        }
        let bytes = tagged(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        Container { name: name.to_owned(), bytes, others }
    });
    all.collect()
}

pub(super) fn has(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}
