//! Previews of each common kind, turned as they are to be shown.

use crate::corpus::{
    Field, animated_webp, exif_segment, gif, interlaced, jpeg, jpeg_quarters, png, png_chunk,
    quarters, tiff, webp, webp_chunk, webp_of, webp_picture, webp_pixels, with_segments,
};
use crate::films::{exif_with_thumbnail, heic, heic_with};
use crate::support::{ALL, Bitmap, QUARTERS, assert_near, file, pictures, render};
use image_webp::ColorType as Webp;
use imajin_pictures::{PictureError, Size};
use jpeg_encoder::ColorType;
use png::{BitDepth, ColorType as Png};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 960;

/// Each pixel of the quarters as something else.
fn mapped(to: impl Fn([u8; 3]) -> Vec<u8>) -> Vec<u8> {
    quarters(WIDTH, HEIGHT).as_chunks().0.iter().flat_map(|pixel| to(*pixel)).collect()
}

fn grey([r, g, b]: [u8; 3]) -> u8 {
    ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000) as u8
}

fn half_white(colours: [[u8; 3]; 4]) -> [[u8; 3]; 4] {
    colours.map(|colour| colour.map(|value| ((u32::from(value) * 128 + 255 * 127) / 255) as u8))
}

fn rgb16([r, g, b]: [u8; 3]) -> Vec<u8> {
    vec![r, 77, g, 77, b, 77]
}

fn index(pixel: [u8; 3]) -> u8 {
    QUARTERS.iter().position(|colour| *colour == pixel).unwrap() as u8
}

#[test]
fn each_kind_becomes_previews_of_all_sizes() {
    let all = quarters(WIDTH, HEIGHT);
    let inks = mapped(|[r, g, b]| vec![255 - r, 255 - g, 255 - b, 0]);
    let with_alpha = mapped(|[r, g, b]| vec![r, g, b, 128]);
    let greys = QUARTERS.map(|colour| [grey(colour); 3]);
    let bits = mapped(|pixel| vec![index(pixel)])
        .chunks(4)
        .map(|four| four.iter().fold(0, |byte, at| byte << 2 | at))
        .collect::<Vec<_>>();
    let jpeg_of = |pixels: &[u8], colours, flag| jpeg(pixels, WIDTH, HEIGHT, colours, flag);
    let png_of = |data: &[u8], colours, depth| png(data, WIDTH, HEIGHT, colours, depth);
    let webp_in = |pixels: &[u8], colours| webp(pixels, WIDTH, HEIGHT, colours);
    let grey_pixels = mapped(|pixel| vec![grey(pixel)]);
    let goods = [
        ("JPEG", jpeg_of(&all, ColorType::Rgb, false), QUARTERS),
        ("progressive JPEG", jpeg_of(&all, ColorType::Rgb, true), QUARTERS),
        ("grey JPEG", jpeg_of(&grey_pixels, ColorType::Luma, false), greys),
        ("CMYK JPEG", jpeg_of(&inks, ColorType::Cmyk, false), QUARTERS),
        ("YCCK JPEG", jpeg_of(&inks, ColorType::CmykAsYcck, false), QUARTERS),
        ("PNG", png_of(&all, Png::Rgb, BitDepth::Eight), QUARTERS),
        ("PNG with alpha", png_of(&with_alpha, Png::Rgba, BitDepth::Eight), half_white(QUARTERS)),
        ("PNG of 16 bits", png_of(&mapped(rgb16), Png::Rgb, BitDepth::Sixteen), QUARTERS),
        ("grey PNG", png_of(&grey_pixels, Png::Grayscale, BitDepth::Eight), greys),
        (
            "grey PNG of 16 bits",
            png_of(&mapped(|pixel| vec![grey(pixel), 0]), Png::Grayscale, BitDepth::Sixteen),
            greys,
        ),
        (
            "grey PNG with alpha",
            png_of(&mapped(|pixel| vec![grey(pixel), 128]), Png::GrayscaleAlpha, BitDepth::Eight),
            half_white(greys),
        ),
        (
            "PNG with a palette",
            png_of(&mapped(|pixel| vec![index(pixel)]), Png::Indexed, BitDepth::Eight),
            QUARTERS,
        ),
        ("PNG with a palette of two bits", png_of(&bits, Png::Indexed, BitDepth::Two), QUARTERS),
        ("interlaced PNG", interlaced(WIDTH, HEIGHT), QUARTERS),
        ("WebP", webp_in(&all, Webp::Rgb8), QUARTERS),
        ("WebP with alpha", webp_in(&with_alpha, Webp::Rgba8), half_white(QUARTERS)),
        (
            "WebP with flags",
            webp_of(0, WIDTH, HEIGHT, &[webp_picture(&webp_in(&all, Webp::Rgb8))]),
            QUARTERS,
        ),
        ("animated WebP", animated_webp(WIDTH, HEIGHT), QUARTERS),
        ("animated GIF", gif(WIDTH as u16, HEIGHT as u16, 0, 0), QUARTERS),
    ];
    let pictures = pictures();
    for (name, file, expected) in goods {
        let previews =
            render(&pictures, &file, &ALL).unwrap_or_else(|error| panic!("{name}: {error}"));
        let bitmaps: Vec<Bitmap> = previews.iter().map(|preview| Bitmap::new(preview)).collect();
        let sizes: Vec<_> = bitmaps.iter().map(|seen| seen.size).collect();
        assert_eq!(sizes, [(200, 150), (400, 300), (800, 600), (1200, 630)], "{name}");
        for seen in &bitmaps {
            assert_near(seen.quarters(), expected, name);
        }
    }
}

#[test]
fn lossy_webp_is_decoded() {
    let pictures = pictures();
    for file in webp_pixels() {
        let preview = render(&pictures, &file, &[Size::W400]).unwrap();
        assert_eq!(Bitmap::new(&preview[0]).size, (1, 1));
    }
}

#[test]
fn a_frame_of_a_gif_stands_at_its_place_on_white() {
    let preview = render(&pictures(), &gif(400, 400, 200, 200), &[Size::W200]).unwrap();
    let [first, second, third, last] = Bitmap::new(&preview[0]).quarters();
    assert_near([first, second, third, [0; 3]], [[255; 3], [255; 3], [255; 3], [0; 3]], "GIF");
    assert_ne!(last, [255; 3]);
}

#[test]
fn a_picture_is_turned_as_it_is_to_be_shown() {
    // The quarters of a stored picture, in the order that each orientation shows them.
    const SHOWN: [[usize; 4]; 8] = [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];
    let pictures = pictures();
    let (jpeg, webp) = (jpeg_quarters(600, 400), webp(&quarters(600, 400), 600, 400, Webp::Rgb8));
    let png = png(&quarters(600, 400), 600, 400, Png::Rgb, BitDepth::Eight);
    for orientation in 1..=8_u8 {
        let exif = tiff(false, &[Field(0x0112, 3, 1, vec![orientation, 0])], &[], &[]);
        let turned = [
            with_segments(&jpeg, &[(0xe1, &exif_segment(&exif))]),
            [&png[..33], &png_chunk(b"eXIf", &exif), &png[33..]].concat(),
            webp_of(0x08, 600, 400, &[webp_picture(&webp), webp_chunk(b"EXIF", &exif)]),
        ];
        let expected = SHOWN[usize::from(orientation) - 1].map(|quarter| QUARTERS[quarter]);
        for picture in turned {
            let facts = pictures.look(file(&picture)).unwrap();
            let shown = if orientation < 5 { (600, 400) } else { (400, 600) };
            assert_eq!((facts.width, facts.height), (Some(shown.0), Some(shown.1)));
            let previews = render(&pictures, &picture, &[Size::W200, Size::Og]).unwrap();
            let [small, og] = &previews[..] else { panic!() };
            let (small, og) = (Bitmap::new(small), Bitmap::new(og));
            assert_eq!(small.size, if orientation < 5 { (200, 133) } else { (133, 200) });
            assert_eq!(og.size, if orientation < 5 { (600, 315) } else { (400, 210) });
            assert_near(small.quarters(), expected, "200");
            assert_near(og.quarters(), expected, "og");
        }
    }
}

#[test]
fn small_and_narrow_pictures_stay_as_they_are() {
    let pictures = pictures();
    for (width, height) in [(1, 1), (3, 2), (199, 200), (1, 900), (2000, 1)] {
        let previews = render(&pictures, &jpeg_quarters(width, height), &ALL).unwrap();
        for (preview, most) in previews.iter().zip([200, 400, 800]) {
            let size = Bitmap::new(preview).size;
            let longest = width.max(height).min(most);
            assert_eq!(u32::from(size.0.max(size.1)), longest);
        }
    }
}

#[test]
fn sizes_may_be_asked_for_twice_or_not_at_all() {
    let pictures = pictures();
    let jpeg = jpeg_quarters(300, 300);
    assert!(render(&pictures, &jpeg, &[]).unwrap().is_empty());
    let many = [Size::W200, Size::Og].repeat(10);
    let previews = render(&pictures, &jpeg, &many).unwrap();
    assert_eq!(previews.len(), 20);
    assert!(previews.iter().step_by(2).all(|preview| *preview == previews[0]));
}

#[test]
fn a_heic_shows_the_largest_jpeg_in_it_turned_as_the_picture() {
    let pictures = pictures();
    let [left_top, right_top, left_bottom, right_bottom] = QUARTERS;
    let small = exif_with_thumbnail(&jpeg_quarters(160, 120));
    let large = jpeg_quarters(320, 240);
    let upright = QUARTERS;
    let turned = [left_bottom, left_top, right_bottom, right_top];
    let cases = [
        ("an item", vec![(b"jpeg", large.clone())], 0, (320, 240), upright),
        ("Exif", vec![(b"Exif", small.clone())], 0, (160, 120), upright),
        ("both", vec![(b"Exif", small.clone()), (b"jpeg", large.clone())], 0, (320, 240), upright),
        ("on its side", vec![(b"Exif", small)], 3, (120, 160), turned),
    ];
    for (name, items, quarters, size, colours) in cases {
        let previews = render(&pictures, &heic_with(&items, quarters), &ALL).unwrap();
        let seen = Bitmap::new(&previews[1]);
        assert_eq!(seen.size, size, "{name}");
        assert_near(seen.quarters(), colours, name);
    }
    let whole = heic_with(&[(b"jpeg", large)], 0);
    let lengths = (0..whole.len()).step_by(whole.len() / 40);
    let cut = lengths.map(|length| whole[..length].to_vec());
    let without = [heic(b"heic"), heic_with(&[(b"jpeg", b"<svg/>".to_vec())], 0)];
    for file in cut.chain(without) {
        assert!(matches!(render(&pictures, &file, &ALL), Err(PictureError::NotDecodable)));
    }
}

#[test]
fn what_is_no_picture_never_reaches_a_child() {
    let nowhere = imajin_pictures::Pictures::new("/no/such/program".into());
    for other in [&b"%PDF-1.7"[..], b"<svg/>", b""] {
        assert!(matches!(render(&nowhere, other, &ALL), Err(PictureError::NotDecodable)));
        assert!(matches!(nowhere.look(file(other)), Err(PictureError::NotDecodable)));
    }
    let film = b"\0\0\0\x10ftypisom\0\0\0\0";
    assert!(matches!(render(&nowhere, film, &ALL), Err(PictureError::NotDecodable)));
    assert_eq!(nowhere.look(file(film)).unwrap().ms, None);
    let long = file(&jpeg_quarters(8, 8));
    long.set_len((64 << 20) + 1).unwrap();
    assert!(matches!(nowhere.render(long, &ALL), Err(PictureError::TooLarge)));
    assert!(matches!(render(&nowhere, &jpeg_quarters(8, 8), &ALL), Err(PictureError::Io(_))));
}
