//! Facts in films.

use crate::films::{Track, apple_words, avc1, boxed, fragmented, mov, mp4, mvhd, words};
use crate::support::{file, pictures};
use imajin_pictures::Facts;

/// When the header of all films here says that they were made, in seconds since 1970.
const MADE: i64 = 1_719_820_724;

fn look(bytes: &[u8]) -> Facts {
    pictures().look(file(bytes)).unwrap()
}

fn of_telephone() -> Facts {
    Facts {
        width: Some(1080),
        height: Some(1920),
        ms: Some(2500),
        taken: Some("2024-07-01T12:30:59".into()),
        zone: Some(120),
        made: Some(MADE),
        place: Some((488_577_000, 22_950_000)),
        orientation: 1,
    }
}

#[test]
fn a_film_says_its_size_length_time_and_place_wherever_it_says_them() {
    assert_eq!(look(&mov()), of_telephone());
    assert_eq!(look(&mp4()), of_telephone());
    let udta = boxed(b"udta", &[&apple_words()]);
    let moov = boxed(b"moov", &[&udta, &mvhd()]);
    let inside = look(&[boxed(b"ftyp", &[b"qt  \0\0\0\0qt  "]), moov].concat());
    let (width, height) = (None, None);
    let only_words = Facts { width, height, ..of_telephone() };
    assert_eq!(inside, only_words);
    let fragmented = look(&fragmented(1));
    let place = Some((488_577_000, 22_950_000));
    assert_eq!((fragmented.width, fragmented.taken, fragmented.place), (Some(1080), None, place));
}

#[test]
fn a_clock_that_was_never_set_says_no_time() {
    let header = |times: [u32; 2]| {
        let mut header = mvhd();
        header[12..16].copy_from_slice(&times[0].to_be_bytes());
        header[16..20].copy_from_slice(&times[1].to_be_bytes());
        let moov = boxed(b"moov", &[&header]);
        look(&[boxed(b"ftyp", &[b"isom\0\0\0\0isom"]), moov].concat())
    };
    assert_eq!(header([2_082_844_801, 7]).made, Some(1));
    let unset = header([0, 0]);
    assert_eq!((unset.made, unset.ms), (None, Some(2500)));
}

#[test]
fn words_that_lie_are_absent() {
    let ftyp = boxed(b"ftyp", &[b"qt  \0\0\0\0qt  "]);
    for (key, value) in [
        ("com.apple.quicktime.location.ISO6709", "+95.0+002.0/"),
        ("com.apple.quicktime.creationdate", "2024-02-30T12:30:59+0200"),
        ("com.apple.quicktime.creationdate", &"9".repeat(100_000)),
    ] {
        let film = [ftyp.clone(), boxed(b"moov", &[&mvhd(), &words(&[(key, value)])])].concat();
        let facts = look(&film);
        assert_eq!((facts.ms, facts.taken, facts.place), (Some(2500), None, None));
    }
}

#[test]
fn what_a_damaged_film_said_before_stays() {
    let film = boxed(b"moov", &[&mvhd(), b"\xff\xff\xff\xfftrak"]);
    let film = [boxed(b"ftyp", &[b"isom\0\0\0\0isom"]), film].concat();
    assert_eq!(look(&film).ms, Some(2500));
    let whole = mov();
    for end in 12..whole.len() {
        look(&whole[..end]);
    }
}

#[test]
fn sound_says_how_long_it_is() {
    let track = Track { id: 1, kind: b"soun", entry: avc1(), samples: Vec::new() };
    let moov = boxed(b"moov", &[&mvhd(), &track.write(), &apple_words()]);
    let facts = look(&[boxed(b"ftyp", &[b"M4A \0\0\0\0M4A "]), moov].concat());
    assert_eq!((facts.ms, facts.width), (Some(2500), None));
}
