//! The shared copy: shows the same picture and when it was taken, and says nothing of place and device.

use crate::corpus::{
    animated_webp, exif_segment, gif, jpeg, jpeg_quarters, png, png_chunk, quarters, telephone,
    webp, webp_chunk, webp_of, webp_picture, webp_pixels, with_segments,
};
use crate::support::{ALL, file, pictures, render};
use imajin_dfos::SigningKey;
use imajin_fair::{Fair, Recipe};
use imajin_pictures::shared_copy;
use imajin_protocol::Did;
use imajin_protocol::fair::Manifest;
use jpeg_encoder::ColorType;
use png::{BitDepth, ColorType as Png};
use serde_json::json;
use std::io::Cursor;

const XMP: &[u8] =
    b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>SERIAL-4711</x:xmpmeta>";
const WORDS: [&[u8]; 4] = [b"SERIAL-4711", b"Telephone", b"2025:01:01", b"secret"];

fn copy(original: &[u8]) -> Option<Vec<u8>> {
    let mut original = Cursor::new(original);
    let recipe: Recipe = shared_copy(&mut original).unwrap()?;
    let mut copy = Vec::new();
    recipe.write(&mut original, &mut copy).unwrap();
    assert_eq!(recipe.bytes(), copy.len() as u64);
    Some(copy)
}

fn fair() -> Fair {
    let key = SigningKey::from_bytes(&[1; 32]);
    let did = Did::from_key(key.verifying_key().as_bytes());
    let manifest = Manifest::from_value(json!({
        "id": "w", "version": "0.3.0", "type": "photo", "contributors": [{"id": did, "weight": 1.0, "role": "photographer"}],
    }));
    Fair::from_manifest(manifest.unwrap().sign(&key).unwrap())
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// Files full of what others are not to know, all of them to be shown on their side.
fn telling() -> Vec<(&'static str, Vec<u8>)> {
    let pixels = quarters(64, 48);
    let exif = telephone(false, 6);
    let segments: [(u8, &[u8]); 7] = [
        (0xe1, &exif_segment(&exif)),
        (0xe1, XMP),
        (0xe2, b"MPF\0secret"),
        (0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        (0xe4, b"secret"),
        (0xed, b"Photoshop 3.0\0secret"),
        (0xfe, b"secret"),
    ];
    let with =
        |progressive| with_segments(&jpeg(&pixels, 64, 48, ColorType::Rgb, progressive), &segments);
    // Between two scans, and behind the picture.
    let mut between = with(true);
    let scan = between.windows(2).rposition(|bytes| bytes == [0xff, 0xda]).unwrap();
    between.splice(scan..scan, *b"\xff\xfe\0\x08secret");
    between.extend(b"secret film");
    let png = png(&pixels, 64, 48, Png::Rgb, BitDepth::Eight);
    let chunks = [
        png_chunk(b"eXIf", &exif),
        png_chunk(b"tEXt", b"Comment\0secret"),
        png_chunk(b"sRGB", b"\0"),
        png_chunk(b"prVt", b"secret"),
    ];
    let picture = webp_picture(&webp(&pixels, 64, 48, image_webp::ColorType::Rgb8));
    let chunks_of_webp = [
        webp_chunk(b"ICCP", b"colours"),
        picture,
        webp_chunk(b"EXIF", &exif),
        webp_chunk(b"XMP ", b"SERIAL-4711"),
        webp_chunk(b"ODD!", b"secret."),
    ];
    vec![
        ("JPEG", with(false)),
        ("progressive JPEG", between),
        ("PNG", [&png[..33], &chunks.concat(), &png[33..], b"secret"].concat()),
        ("WebP", [webp_of(0x2c, 64, 48, &chunks_of_webp), b"secret".to_vec()].concat()),
    ]
}

#[test]
fn a_shared_copy_shows_the_same_and_says_only_when_it_was_taken() {
    let pictures = pictures();
    for (name, original) in telling() {
        assert!(WORDS.iter().any(|word| has(&original, word)));
        let copy = copy(&original).expect(name);
        for word in WORDS {
            assert!(!has(&copy, word), "{name}: {}", String::from_utf8_lossy(word));
        }
        let (before, after) =
            (pictures.look(file(&original)).unwrap(), pictures.look(file(&copy)).unwrap());
        assert!(before.place.is_some() && before.taken.is_some(), "{name}");
        let size = (after.width, after.height, after.orientation);
        assert_eq!(size, (Some(48), Some(64), 6), "{name}");
        assert_eq!((after.place, after.taken, after.zone), (None, before.taken, None), "{name}");
        let previews = [&original, &copy].map(|file| render(&pictures, file, &ALL).unwrap());
        assert_eq!(previews[0], previews[1], "{name}");
        assert_eq!(has(&copy, b"colours"), name != "PNG", "{name}");
        assert_eq!(self::copy(&copy).unwrap(), copy, "{name}: a copy has nothing more to lose");
    }
}

#[test]
fn a_picture_that_says_nothing_stays_as_it_is() {
    let lossy = webp_pixels();
    for original in
        [jpeg_quarters(64, 48), animated_webp(64, 48), lossy[0].clone(), lossy[1].clone()]
    {
        assert_eq!(copy(&original).unwrap(), original);
    }
}

#[test]
fn an_embedded_fair_is_kept_and_nothing_else_of_its_xmp() {
    let fair = fair();
    for (name, original) in telling() {
        // Our files contain a .fair in XMP that states other facts too. PNG's own is in no chunk here.
        let mut cursor = Cursor::new(&original);
        let recipe = match imajin_fair::embed(&mut cursor, &fair) {
            Ok(recipe) => recipe,
            // Pictures that name each other by their places take none, nor does XMP of no form.
            Err(imajin_fair::Error::Obstacle(_)) => continue,
            Err(error) => panic!("{error}"),
        };
        let mut with = Vec::new();
        recipe.write(&mut cursor, &mut with).unwrap();
        let copy = copy(&with).expect(name);
        let read: Option<Fair> = imajin_fair::read(&mut Cursor::new(&copy)).unwrap();
        assert_eq!(read, Some(fair.clone()), "{name}");
        assert!(WORDS.iter().all(|word| !has(&copy, word)), "{name}");
    }
    for (name, original) in [
        ("JPEG", jpeg_quarters(64, 48)),
        ("PNG", png(&quarters(8, 8), 8, 8, Png::Rgb, BitDepth::Eight)),
    ] {
        let mut cursor = Cursor::new(&original);
        let recipe = imajin_fair::embed(&mut cursor, &fair).unwrap();
        let mut with = Vec::new();
        recipe.write(&mut cursor, &mut with).unwrap();
        let copy = copy(&with).expect(name);
        let read = imajin_fair::read(&mut Cursor::new(&copy)).unwrap();
        assert_eq!(read.as_ref(), Some(&fair), "{name}");
    }
}

#[test]
fn other_kinds_and_damaged_files_have_none() {
    assert_eq!(copy(&gif(8, 8, 0, 0)), None);
    assert_eq!(copy(b""), None);
    for (name, original) in telling() {
        for end in 0..original.len() - 12 {
            // Behind the picture nothing is missing.
            if let Some(copy) = copy(&original[..end]) {
                assert!(name == "progressive JPEG" && WORDS.iter().all(|word| !has(&copy, word)));
            }
        }
    }
}
