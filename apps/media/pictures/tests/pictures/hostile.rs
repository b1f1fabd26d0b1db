//! Bombs, fragments and noise. There is always an answer or an error, within the limits; and the next good file works.

use crate::corpus::{
    Random, animated_webp, gif, ihdr, interlaced, jpeg, jpeg_quarters, png, png_of, quarters,
    telephone, webp, webp_of, webp_pixels, with_segments,
};
use crate::support::{ALL, file, pictures, render};
use imajin_pictures::{PictureError, Pictures, Size};
use jpeg_encoder::ColorType;
use png::{BitDepth, ColorType as Png};

fn assert_works(pictures: &Pictures, after: &str) {
    let previews = render(pictures, &jpeg_quarters(64, 48), &[Size::W200]);
    assert!(previews.is_ok(), "after {after}: {:?}", previews.err());
}

/// A JPEG whose frame header says another size.
fn resized(mut jpeg: Vec<u8>, side: u16) -> Vec<u8> {
    let at = jpeg.windows(4).position(|bytes| matches!(bytes, [0xff, 0xc0 | 0xc2, 0, _])).unwrap();
    jpeg[at + 5..at + 7].copy_from_slice(&side.to_be_bytes());
    jpeg[at + 7..at + 9].copy_from_slice(&side.to_be_bytes());
    jpeg
}

/// A grey progressive JPEG of 24 megapixels that says 10 bytes at a time that it becomes no better.
pub(crate) fn many_scans(scans: usize) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];
    file.extend([1; 64]);
    file.extend(*b"\xff\xc2\0\x0b\x08\x0f\xa0\x17\x70\x01\x01\x11\0");
    let table =
        |class: u8, symbol: u8| [&[0xff, 0xc4, 0, 20, class, 1][..], &[0; 15], &[symbol]].concat();
    file.extend([table(0x00, 0), table(0x10, 0xe0)].concat());
    for _ in 0..scans {
        file.extend(*b"\xff\xda\0\x08\x01\x01\0\x01\x3f\x21");
    }
    file.extend([0xff, 0xd9]);
    file
}

/// Zeros, compressed a thousandfold.
fn zeros(bytes: usize) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; bytes], 6)
}

#[test]
fn bombs_are_refused_by_their_headers() {
    let pictures = pictures();
    let small = jpeg_quarters(64, 48);
    let progressive = jpeg(&quarters(64, 48), 64, 48, ColorType::Rgb, true);
    let mut lossless = webp(&quarters(4, 4), 4, 4, image_webp::ColorType::Rgb8);
    lossless[21..25].copy_from_slice(&0x0fff_ffff_u32.to_le_bytes());
    let mut lossy = webp_pixels()[0].clone();
    lossy[26..30].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    let mut gif_bomb = gif(4, 4, 0, 0);
    gif_bomb[6..10].fill(0xff);
    let png_bomb = |width, height, interlace| {
        png_of(&[
            (b"IHDR", &ihdr(width, height, 8, 6, interlace)),
            (b"IDAT", &zeros(1 << 20)),
            (b"IEND", b""),
        ])
    };
    let bombs = [
        ("JPEG", resized(small, 65_500)),
        ("progressive JPEG", resized(progressive.clone(), 65_500)),
        ("progressive JPEG of 25 megapixels", resized(progressive, 5000)),
        ("PNG", png_bomb(65_535, 65_535, 0)),
        ("wide PNG", png_bomb(0x7fff_ffff, 1, 0)),
        ("high PNG", png_bomb(1, 0x7fff_ffff, 0)),
        ("interlaced PNG", png_bomb(5000, 5000, 1)),
        ("GIF", gif_bomb),
        ("lossless WebP", lossless),
        ("lossy WebP", lossy),
        ("WebP with flags", webp_of(0, 1 << 24, 1 << 24, &[])),
        ("animated WebP", webp_of(2, 6000, 4000, &[])),
    ];
    for (name, bomb) in bombs {
        match render(&pictures, &bomb, &ALL) {
            Err(PictureError::TooLarge) => {}
            // A decoder looks at the chunks before the size.
            Err(PictureError::NotDecodable) if name.contains("WebP") => {}
            other => panic!("{name}: {:?}", other.map(|previews| previews.len())),
        }
        let _ = pictures.look(file(&bomb));
        assert_works(&pictures, name);
    }
}

#[test]
fn compressed_bombs_end() {
    let pictures = pictures();
    let bombs = [
        // Two hundred megapixels of nothing are a picture.
        (
            "PNG of zeros",
            png_of(&[
                (b"IHDR", &ihdr(14_000, 14_000, 1, 0, 0)),
                (b"IDAT", &zeros(1751 * 14_000)),
                (b"IEND", b""),
            ]),
        ),
        (
            "PNG with more than its rows",
            png_of(&[(b"IHDR", &ihdr(8, 8, 8, 0, 0)), (b"IDAT", &zeros(64 << 20)), (b"IEND", b"")]),
        ),
        (
            "PNG with a text",
            png_of(&[
                (b"IHDR", &ihdr(8, 8, 8, 0, 0)),
                (b"zTXt", &[b"a\0\0", &zeros(64 << 20)[..]].concat()),
                (b"iCCP", &[b"a\0\0", &zeros(64 << 20)[..]].concat()),
                (b"IDAT", &zeros(72)),
                (b"IEND", b""),
            ]),
        ),
    ];
    for (name, bomb) in bombs {
        let answer = render(&pictures, &bomb, &[Size::W200]);
        assert!(answer.is_ok(), "{name}: {:?}", answer.err());
        assert_works(&pictures, name);
    }
}

#[test]
fn pictures_of_no_pixels_are_refused() {
    let pictures = pictures();
    let mut nothing = gif(4, 4, 0, 0);
    nothing[6..10].fill(0);
    let mut lossy = webp_pixels()[0].clone();
    lossy[26..30].fill(0);
    let files = [
        resized(jpeg_quarters(64, 48), 0),
        png_of(&[(b"IHDR", &ihdr(0, 0, 8, 2, 0)), (b"IDAT", &zeros(1)), (b"IEND", b"")]),
        nothing,
        lossy,
    ];
    for bytes in files {
        assert!(matches!(render(&pictures, &bytes, &ALL), Err(PictureError::NotDecodable)));
        assert_eq!(pictures.look(file(&bytes)).unwrap().width, None);
    }
}

/// A small file of each kind, with metadata.
fn small() -> Vec<(&'static str, Vec<u8>)> {
    let exif = crate::corpus::exif_segment(&telephone(true, 6));
    let pixels = quarters(48, 32);
    let [lossy, alpha, animated] = webp_pixels();
    vec![
        ("JPEG", with_segments(&jpeg(&pixels, 48, 32, ColorType::Rgb, false), &[(0xe1, &exif)])),
        ("progressive JPEG", jpeg(&pixels, 48, 32, ColorType::Rgb, true)),
        ("PNG", png(&pixels, 48, 32, Png::Rgb, BitDepth::Eight)),
        ("interlaced PNG", interlaced(48, 32)),
        ("WebP", webp(&pixels, 48, 32, image_webp::ColorType::Rgb8)),
        ("animated lossless WebP", animated_webp(48, 32)),
        ("lossy WebP", lossy),
        ("WebP with alpha", alpha),
        ("animated WebP", animated),
        ("GIF", gif(48, 32, 3, 5)),
    ]
}

/// Whatever a decoder makes of it, there is an answer. Children may die of a panic, and others come.
fn assert_answers(pictures: &Pictures, bytes: &[u8]) {
    match render(pictures, bytes, &[Size::W200, Size::Og]) {
        Ok(previews) => assert_eq!(previews.len(), 2),
        Err(PictureError::Io(error)) => panic!("{error}"),
        Err(_) => {}
    }
    match pictures.look(file(bytes)) {
        Ok(_) | Err(PictureError::NotDecodable) => {}
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn fragments_have_an_answer() {
    let pictures = pictures();
    for (name, file) in small() {
        let step = file.len().div_ceil(60);
        for end in (0..file.len()).step_by(step) {
            assert_answers(&pictures, &file[..end]);
        }
        assert_works(&pictures, name);
    }
}

#[test]
fn flipped_bits_have_an_answer() {
    let pictures = pictures();
    let mut random = Random(0x1234_5678_9abc_def1);
    for (name, file) in small() {
        for round in 0..60 {
            let mut file = file.clone();
            for _ in 0..1 + round % 8 {
                let bit = random.next() as usize % (file.len() * 8);
                file[bit / 8] ^= 1 << (bit % 8);
            }
            assert_answers(&pictures, &file);
        }
        assert_works(&pictures, name);
    }
}

#[test]
fn noise_behind_a_beginning_has_an_answer() {
    let pictures = pictures();
    let mut random = Random(42);
    for (name, file) in small() {
        for begin in [12, 30, 64] {
            let noise = std::iter::repeat_with(|| random.next() as u8).take(4000);
            let bytes: Vec<u8> = file.iter().copied().take(begin).chain(noise).collect();
            assert_answers(&pictures, &bytes);
        }
        assert_works(&pictures, name);
    }
}

#[test]
fn more_scans_segments_or_chunks_than_a_picture_needs_are_refused() {
    let pictures = pictures();
    let tables = [0xff, 0xc4, 0, 20, 0, 1].into_iter().chain([0; 16]);
    let tables: Vec<u8> = tables.collect::<Vec<_>>().repeat(5000);
    let mut many_tables = many_scans(1);
    many_tables.splice(2..2, tables);
    let mut chunks: Vec<(&[u8; 4], &[u8])> = vec![(b"tEXt", b""); 40_000];
    let header = ihdr(8, 8, 8, 0, 0);
    chunks.insert(0, (b"IHDR", &header));
    let webp_chunks = vec![crate::corpus::webp_chunk(b"XMP ", b""); 10_000];
    for (name, file) in [
        ("scans", many_scans(1500)),
        ("tables", many_tables),
        ("PNG", png_of(&chunks)),
        ("WebP", webp_of(0, 64, 48, &webp_chunks)),
    ] {
        let answer = render(&pictures, &file, &[Size::W200]);
        let is_refused = matches!(answer, Err(PictureError::NotDecodable));
        assert!(is_refused, "{name}: {:?}", answer.err());
        assert_works(&pictures, name);
    }
}
