//! Pictures as bytes: good ones by the encoder crates and by hand, odd and hostile ones from these. All deterministic.

use crate::support::QUARTERS;
use data_encoding::BASE64;
use image_webp::{ColorType as WebpColor, WebPEncoder};
use jpeg_encoder::{ColorType, Encoder};
use png::{BitDepth, ColorType as PngColor};

/// RGB with a colour in each quarter.
pub(crate) fn quarters(width: u32, height: u32) -> Vec<u8> {
    let quarter = |x, y| usize::from(x >= width / 2) + 2 * usize::from(y >= height / 2);
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    pixels.flat_map(|(x, y)| QUARTERS[quarter(x, y)]).collect()
}

/// RGB that looks to an encoder as a photo does: soft light with a grain.
pub(crate) fn photo(width: u32, height: u32) -> Vec<u8> {
    let mut random = Random(7);
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            let grain = (random.next() % 24) as u32;
            let light = |over: u32, under: u32| {
                ((x * over / 16 + y * under / 16) / 3 + grain).min(2000) % 230
            };
            pixels.extend([light(1, 2), light(2, 1), light(3, 2)].map(|value| value as u8));
        }
    }
    pixels
}

pub(crate) fn jpeg(
    pixels: &[u8],
    width: u32,
    height: u32,
    colours: ColorType,
    is_progressive: bool,
) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 88);
    encoder.set_progressive(is_progressive);
    encoder.encode(pixels, width as u16, height as u16, colours).unwrap();
    jpeg
}

pub(crate) fn jpeg_quarters(width: u32, height: u32) -> Vec<u8> {
    jpeg(&quarters(width, height), width, height, ColorType::Rgb, false)
}

/// A JPEG with segments behind its first bytes.
pub(crate) fn with_segments(jpeg: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut with = jpeg[..2].to_vec();
    for (kind, content) in segments {
        with.extend([0xff, *kind]);
        with.extend((content.len() as u16 + 2).to_be_bytes());
        with.extend(*content);
    }
    with.extend(&jpeg[2..]);
    with
}

pub(crate) fn png(
    data: &[u8],
    width: u32,
    height: u32,
    colours: PngColor,
    depth: BitDepth,
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colours);
    encoder.set_depth(depth);
    if colours == PngColor::Indexed {
        encoder.set_palette(QUARTERS.as_flattened());
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    file
}

pub(crate) fn png_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [&name[..], content].concat();
    let len = (content.len() as u32).to_be_bytes();
    [&len[..], &body, &imajin_fair::crc(&body).to_be_bytes()].concat()
}

pub(crate) fn png_of(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let chunks = chunks.iter().flat_map(|(name, content)| png_chunk(name, content));
    b"\x89PNG\r\n\x1a\n".iter().copied().chain(chunks).collect()
}

/// The header of a PNG.
pub(crate) fn ihdr(width: u32, height: u32, depth: u8, colours: u8, interlace: u8) -> Vec<u8> {
    [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colours, 0, 0, interlace]].concat()
}

/// A PNG whose rows come in seven passes.
pub(crate) fn interlaced(width: u32, height: u32) -> Vec<u8> {
    const PASSES: [[usize; 4]; 7] = [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
    ];
    let pixels = quarters(width, height);
    let mut data = Vec::new();
    for [x0, y0, dx, dy] in PASSES {
        for y in (y0..height as usize).step_by(dy) {
            data.push(0);
            for x in (x0..width as usize).step_by(dx) {
                let at = (y * width as usize + x) * 3;
                data.extend(&pixels[at..at + 3]);
            }
        }
    }
    let data = miniz_oxide::deflate::compress_to_vec_zlib(&data, 6);
    png_of(&[(b"IHDR", &ihdr(width, height, 8, 2, 1)), (b"IDAT", &data), (b"IEND", b"")])
}

pub(crate) fn webp(pixels: &[u8], width: u32, height: u32, colours: WebpColor) -> Vec<u8> {
    let mut file = Vec::new();
    WebPEncoder::new(&mut file).encode(pixels, width, height, colours).unwrap();
    file
}

pub(crate) fn webp_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let len = (content.len() as u32).to_le_bytes();
    let pad = vec![0; content.len() % 2];
    [&name[..], &len, content, &pad].concat()
}

/// A WebP of chunks, announced by flags.
pub(crate) fn webp_of(flags: u8, width: u32, height: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let sides = [width - 1, height - 1].map(|side| side.to_le_bytes());
    let head = [&[flags, 0, 0, 0], &sides[0][..3], &sides[1][..3]].concat();
    let body = [&b"WEBP"[..], &webp_chunk(b"VP8X", &head), &chunks.concat()].concat();
    webp_chunk(b"RIFF", &body)
}

/// The picture's chunk of a WebP without others.
pub(crate) fn webp_picture(webp: &[u8]) -> Vec<u8> {
    let len = u32::from_le_bytes(webp[16..20].try_into().unwrap()) as usize;
    webp[12..20 + len + len % 2].to_vec()
}

/// An animation of two frames: the picture, and then one of another colour.
pub(crate) fn animated_webp(width: u32, height: u32) -> Vec<u8> {
    let other = vec![9; width as usize * height as usize * 3];
    let frames = [quarters(width, height), other].map(|pixels| {
        let sides = [width - 1, height - 1].map(|side| side.to_le_bytes());
        let head = [&[0; 6], &sides[0][..3], &sides[1][..3], &[100, 0, 0, 0]].concat();
        let picture = webp_picture(&webp(&pixels, width, height, WebpColor::Rgb8));
        webp_chunk(b"ANMF", &[head, picture].concat())
    });
    let anim = webp_chunk(b"ANIM", &[255, 255, 255, 255, 0, 0]);
    webp_of(0x02, width, height, &[&[anim][..], &frames].concat())
}

/// One lossy pixel: bare, with transparency, and as the first frame of an animation.
pub(crate) fn webp_pixels() -> [Vec<u8>; 3] {
    [
        "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
        "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==",
        "UklGRlIAAABXRUJQVlA4WAoAAAASAAAAAAAAAAAAQU5JTQYAAAD/////AABBTk1GJgAAAAAAAAAAAAAAAAAAAGQAAABWUDhMDQAAAC8AAAAQBxAREYiI/gcA",
    ]
    .map(|text| BASE64.decode(text.as_bytes()).unwrap())
}

/// A GIF of two frames, the first of which begins at `left`, `top` and is the quarters.
pub(crate) fn gif(width: u16, height: u16, left: u16, top: u16) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = gif::Encoder::new(&mut file, width, height, QUARTERS.as_flattened()).unwrap();
    let (across, down) = (width - left, height - top);
    let pixel = |x: u16, y: u16| u8::from(x >= across / 2) + 2 * u8::from(y >= down / 2);
    let pixels: Vec<u8> = (0..down).flat_map(|y| (0..across).map(move |x| pixel(x, y))).collect();
    for pixels in [pixels, vec![0; usize::from(across) * usize::from(down)]] {
        let mut frame = gif::Frame::from_indexed_pixels(across, down, pixels, None);
        (frame.left, frame.top) = (left, top);
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    file
}

/// A field of a TIFF directory: its number, its type, how many values, their bytes as in the file.
pub(crate) struct Field(pub(crate) u16, pub(crate) u16, pub(crate) u32, pub(crate) Vec<u8>);

/// A TIFF structure: the main directory, that of Exif, that of GPS. `is_big` says the order of its bytes.
pub(crate) fn tiff(is_big: bool, main: &[Field], exif: &[Field], gps: &[Field]) -> Vec<u8> {
    let short = |value: u16| {
        if is_big { value.to_be_bytes() } else { value.to_le_bytes() }
    };
    let long = |value: u32| {
        if is_big { value.to_be_bytes() } else { value.to_le_bytes() }
    };
    let len = |fields: usize| 2 + 12 * fields + 4;
    let exif_at = 8 + len(main.len() + 2);
    let gps_at = exif_at + len(exif.len());
    let mut values_at = gps_at + len(gps.len());
    let mut file = if is_big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
    file.extend(long(8));
    let mut values: Vec<u8> = Vec::new();
    let pointers = [(0x8769, exif_at), (0x8825, gps_at)];
    for (fields, pointers) in [(main, &pointers[..]), (exif, &[]), (gps, &[])] {
        file.extend(short((fields.len() + pointers.len()) as u16));
        for Field(tag, kind, count, bytes) in fields {
            file.extend([&short(*tag)[..], &short(*kind), &long(*count)].concat());
            if bytes.len() <= 4 {
                file.extend(bytes.iter().copied().chain([0; 4]).take(4));
            } else {
                file.extend(long(values_at as u32));
                values_at += bytes.len();
                values.extend(bytes);
            }
        }
        for (tag, at) in pointers {
            file.extend([&short(*tag)[..], &short(4), &long(1), &long(*at as u32)].concat());
        }
        file.extend(long(0));
    }
    file.extend(values);
    file
}

/// Exif as a telephone writes it: place, time, device, orientation.
pub(crate) fn telephone(is_big: bool, orientation: u16) -> Vec<u8> {
    let [main, exif, gps] = telephone_directories(is_big, orientation);
    tiff(is_big, &main, &exif, &gps)
}

/// The directories of [`telephone`]: the main one, that of Exif, that of GPS.
pub(crate) fn telephone_directories(is_big: bool, orientation: u16) -> [Vec<Field>; 3] {
    let short = |value: u16| {
        if is_big { value.to_be_bytes() } else { value.to_le_bytes() }
    };
    let long = |value: u32| {
        if is_big { value.to_be_bytes() } else { value.to_le_bytes() }
    };
    let text = |text: &str| [text.as_bytes(), &[0]].concat();
    let fractions = |parts: [(u32, u32); 3]| {
        parts
            .iter()
            .flat_map(|(over, under)| [long(*over), long(*under)].concat())
            .collect::<Vec<_>>()
    };
    let main = vec![
        Field(0x010f, 2, 10, text("Telephone")),
        Field(0x0112, 3, 1, short(orientation).to_vec()),
        Field(0x0132, 2, 20, text("2025:01:01 00:00:00")),
    ];
    let exif = vec![
        Field(0x9003, 2, 20, text("2024:07:01 12:30:59")),
        Field(0x9011, 2, 7, text("-03:30")),
        Field(0xa431, 2, 11, text("SERIAL-4711")),
    ];
    let gps = vec![
        Field(1, 2, 2, text("S")),
        Field(2, 5, 3, fractions([(33, 1), (51, 1), (2448, 100)])),
        Field(3, 2, 2, text("E")),
        Field(4, 5, 3, fractions([(151, 1), (12, 1), (5508, 100)])),
    ];
    [main, exif, gps]
}

/// As JPEG has it in a segment.
pub(crate) fn exif_segment(tiff: &[u8]) -> Vec<u8> {
    [b"Exif\0\0", tiff].concat()
}

/// xorshift: the same numbers at each run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
