//! Facts in pictures.

use crate::corpus::{
    Field, exif_segment, gif, ihdr, jpeg_quarters, png_of, quarters, telephone,
    telephone_directories, tiff, webp, webp_chunk, webp_of, webp_picture, webp_pixels,
    with_segments,
};
use crate::support::{file, pictures};
use imajin_pictures::Facts;

fn look(bytes: &[u8]) -> Facts {
    pictures().look(file(bytes)).unwrap()
}

fn of_telephone(width: u32, height: u32) -> Facts {
    Facts {
        width: Some(width),
        height: Some(height),
        ms: None,
        made: None,
        taken: Some("2024-07-01T12:30:59".into()),
        zone: Some(-210),
        place: Some((-338_568_000, 1_512_153_000)),
        orientation: 6,
    }
}

#[test]
fn time_place_and_size_are_found_in_each_kind() {
    let jpeg = jpeg_quarters(40, 30);
    for is_big in [false, true] {
        let exif = telephone(is_big, 6);
        let jpeg = with_segments(
            &jpeg,
            &[(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>"), (0xe1, &exif_segment(&exif))],
        );
        assert_eq!(look(&jpeg), of_telephone(30, 40));
        let png = png_of(&[(b"IHDR", &ihdr(40, 30, 8, 2, 0)), (b"eXIf", &exif), (b"IEND", b"")]);
        assert_eq!(look(&png), of_telephone(30, 40));
        let picture = webp_picture(&webp(&quarters(40, 30), 40, 30, image_webp::ColorType::Rgb8));
        let webp = webp_of(0x08, 40, 30, &[picture, webp_chunk(b"EXIF", &exif)]);
        assert_eq!(look(&webp), of_telephone(30, 40));
        // A camera's raw picture: what is in it may be of any size.
        let raw = Facts { width: None, height: None, ..of_telephone(30, 40) };
        assert_eq!(look(&exif), raw);
    }
}

#[test]
fn raw_pictures_that_are_no_tiff_say_what_was_taken_where_and_how_it_is_turned() {
    let of_raw = |taken: &str, zone| Facts {
        width: None,
        height: None,
        taken: Some(taken.into()),
        zone,
        ..of_telephone(30, 40)
    };
    let whole = of_raw("2024-07-01T12:30:59", Some(-210));
    for (is_big, mark) in [(false, b"IIRO"), (false, b"IIRS"), (true, b"MMOR"), (false, b"IIU\0")] {
        let mut exif = telephone(is_big, 6);
        exif[..4].copy_from_slice(mark);
        assert_eq!(look(&exif), whole, "{mark:?}");
    }
    let segment = exif_segment(&telephone(true, 6));
    let picture = with_segments(&jpeg_quarters(40, 30), &[(0xe1, &segment)]);
    let mut raf = b"FUJIFILMCCD-RAW 0201FF".to_vec();
    raf.resize(160, 0);
    raf[84..88].copy_from_slice(&160_u32.to_be_bytes());
    raf.extend(&picture);
    assert_eq!(look(&raf), whole);
    raf[84..88].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(look(&raf).taken, None);

    let [main, exif, gps] =
        telephone_directories(false, 6).map(|fields| tiff(false, &fields, &[], &[]));
    let begin = &b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom\0\0\0\0moov"[..];
    let cr3 = [begin, b"CMT1", &main, b"CMT2", &exif, b"CMT4", &gps].concat();
    assert_eq!(look(&cr3), whole);
    // Without the directory of Exif there is the time in the main one, and nothing says its zone.
    let of_main = Facts { place: None, ..of_raw("2025-01-01T00:00:00", None) };
    assert_eq!(look(&[begin, b"CMT1", &main].concat()), of_main);
}

#[test]
fn sizes_need_no_metadata() {
    let nothing = |width, height| Facts {
        width: Some(width),
        height: Some(height),
        ms: None,
        made: None,
        taken: None,
        zone: None,
        place: None,
        orientation: 1,
    };
    assert_eq!(look(&jpeg_quarters(40, 30)), nothing(40, 30));
    assert_eq!(look(&gif(40, 30, 0, 0)), nothing(40, 30));
    let picture = webp(&quarters(40, 30), 40, 30, image_webp::ColorType::Rgb8);
    assert_eq!(look(&picture), nothing(40, 30));
    assert_eq!(look(&webp_pixels()[0]), nothing(1, 1));
    let cut = &jpeg_quarters(40, 30)[..8];
    assert_eq!(look(cut).width, None);
}

#[test]
fn a_long_file_is_read_at_its_beginning_only() {
    let mut jpeg = jpeg_quarters(40, 30);
    jpeg.resize(3 << 20, 0);
    assert_eq!(look(&jpeg).width, Some(40));
    let late = [&jpeg[..], &exif_segment(&telephone(false, 3))].concat();
    assert_eq!(look(&late).orientation, 1);
}

#[test]
fn exif_that_lies_is_absent() {
    let jpeg = jpeg_quarters(40, 30);
    let rational =
        |values: &[u32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
    let text = |text: &str| text.as_bytes().to_vec();
    let exifs = [
        // Orientations that there are not.
        tiff(false, &[Field(0x0112, 3, 1, vec![0, 0])], &[], &[]),
        tiff(false, &[Field(0x0112, 3, 1, vec![9, 0])], &[], &[]),
        // Counts and offsets beyond all bytes.
        tiff(false, &[Field(0x0112, 3, u32::MAX, vec![6, 0])], &[], &[]),
        tiff(false, &[Field(0x0132, 2, 20, vec![255; 4])], &[], &[]),
        tiff(
            false,
            &[Field(0x8769, 4, 1, vec![255; 4]), Field(0x8825, 4, 1, vec![8, 0, 0, 0])],
            &[],
            &[],
        ),
        b"II*\0\xff\xff\xff\xff".to_vec(),
        b"II*\0\x08\0\0\0\xff\xff".to_vec(),
        b"MM\0*".to_vec(),
        // A day that there was not; a place that is not on earth; a place by nothing.
        tiff(false, &[], &[Field(0x9003, 2, 20, text("2023:02:29 00:00:00\0"))], &[]),
        tiff(
            false,
            &[],
            &[],
            &[
                Field(1, 2, 2, text("N\0")),
                Field(2, 5, 3, rational(&[91, 1, 0, 1, 0, 1])),
                Field(3, 2, 2, text("E\0")),
                Field(4, 5, 3, rational(&[0, 1, 0, 1, 0, 1])),
            ],
        ),
        tiff(
            false,
            &[],
            &[],
            &[
                Field(1, 2, 2, text("N\0")),
                Field(2, 5, 3, rational(&[1, 0, 0, 0, 0, 0])),
                Field(3, 2, 2, text("E\0")),
                Field(4, 5, 3, rational(&[0, 1, 0, 1, 0, 1])),
            ],
        ),
        tiff(
            false,
            &[],
            &[],
            &[
                Field(1, 2, 2, text("X\0")),
                Field(2, 5, 3, rational(&[1, 1, 0, 1, 0, 1])),
                Field(3, 2, 2, text("E\0")),
                Field(4, 5, 3, rational(&[u32::MAX, 1, u32::MAX, 1, u32::MAX, 1])),
            ],
        ),
    ];
    for exif in exifs {
        let facts = look(&with_segments(&jpeg, &[(0xe1, &exif_segment(&exif))]));
        let summary = (facts.width, facts.orientation, facts.taken, facts.place);
        assert_eq!(summary, (Some(40), 1, None, None), "{exif:?}");
    }
}
