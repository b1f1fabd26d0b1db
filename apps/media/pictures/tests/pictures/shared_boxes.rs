//! The shared copy of films, HEIC and AVIF: every byte that is seen or heard is in its place, and nothing else is said.

use crate::corpus::Random;
use crate::films::{
    ItemLocation, MADE, PICTURES, SOUND, Track, WORDS, avc1, boxed, exif_item, fragmented, heic,
    iloc, long_boxed, longs, moov, mov, mp4, mvhd, picture_meta, samples,
};
use crate::support::{file, pictures};
use imajin_fair::{Piece, Recipe};
use imajin_pictures::shared_copy;
use serde_json::Value as Json;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::process::Command;

fn copy(original: &[u8]) -> Option<Vec<u8>> {
    let mut original = Cursor::new(original);
    let recipe: Recipe = shared_copy(&mut original).unwrap()?;
    let mut copy = Vec::new();
    recipe.write(&mut original, &mut copy).unwrap();
    assert_eq!(recipe.bytes(), copy.len() as u64);
    Some(copy)
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

fn telling() -> [(&'static str, Vec<u8>); 5] {
    [
        ("film.mov", mov()),
        ("film.mp4", mp4()),
        ("fragments.mp4", fragmented(1)),
        ("picture.heic", heic(b"heic")),
        ("picture.avif", heic(b"avif")),
    ]
}

#[test]
fn a_shared_copy_has_all_pictures_and_sound_in_their_places_and_says_nothing() {
    for (name, original) in telling() {
        assert!(WORDS.iter().any(|word| find(&original, word).is_some()));
        let copy = copy(&original).expect(name);
        assert_eq!(copy.len(), original.len(), "{name}");
        for word in WORDS {
            let text = String::from_utf8_lossy(word);
            assert_eq!(find(&copy, word), None, "{name}: {text}");
        }
        // A film keeps the moment in its header, and no other.
        let moments = copy.windows(4).filter(|bytes| *bytes == MADE.to_be_bytes());
        let kept = usize::from(name == "fragments.mp4");
        assert_eq!(moments.count(), kept, "{name}");
        // The film behind a picture is none of it.
        let shown: &[&[u8]] = if name.starts_with("picture") {
            &[PICTURES, b"ispe", b"irot", b"shown "]
        } else {
            &[PICTURES, SOUND, b"avcC", b"colr", b"stsz"]
        };
        for shown in shown {
            let text = String::from_utf8_lossy(shown);
            assert_eq!(find(&copy, shown), find(&original, shown), "{name}: {text}");
        }
        assert_eq!(self::copy(&copy).unwrap(), copy, "{name}: nothing more to lose");
    }
}

#[test]
fn a_shared_film_says_only_what_it_is_and_when_it_was_taken() {
    // 10:30:59 in UTC, as its words say. Its header says when it was cut.
    const TAKEN: i64 = 1_719_829_859;
    let pictures = pictures();
    for (name, original) in telling().into_iter().take(2) {
        let before = pictures.look(file(&original)).unwrap();
        let after = pictures.look(file(&copy(&original).unwrap())).unwrap();
        assert!(before.place.is_some() && before.taken.is_some(), "{name}");
        assert_eq!((&after.place, &after.taken, after.zone), (&None, &None, None));
        assert_eq!((before.made == after.made, after.made), (false, Some(TAKEN)));
        assert_eq!((after.width, after.height, after.ms), (before.width, before.height, before.ms));
    }
}

#[test]
fn a_shared_picture_says_when_it_was_taken_if_there_is_room() {
    let pictures = pictures();
    for (name, original) in telling().into_iter().skip(3) {
        let before = pictures.look(file(&original)).unwrap();
        let after = pictures.look(file(&copy(&original).unwrap())).unwrap();
        assert!(before.taken.is_some() && before.zone.is_some(), "{name}");
        assert_eq!((after.place, after.zone), (None, None), "{name}");
        assert_eq!(after.taken, before.taken, "{name}");
    }
}

/// All that exiftool finds, also in the samples.
fn exiftool(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    File::create(&path).unwrap().write_all(bytes).unwrap();
    let output = Command::new("exiftool")
        .args(["-j", "-G1", "-a", "-ee", "-api", "LargeFileSupport=1"])
        .arg(&path)
        .output()
        .map_err(|_| "exiftool is missing: apt-get install libimage-exiftool-perl")
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn exiftool_finds_neither_place_nor_device_and_one_time() {
    const TELLING: [&str; 7] = ["GPS", "Make", "Model", "Software", "Serial", "XMP", "Vendor"];
    const TIMES: [&str; 2] = ["QuickTime:CreateDate", "ExifIFD:DateTimeOriginal"];
    for (name, original) in telling() {
        let before = exiftool(name, &original);
        assert!(before.contains("GPS"), "{name}: {before}");
        let after = exiftool(name, &copy(&original).unwrap());
        for word in TELLING {
            assert!(!after.contains(word), "{name}: {word} in {after}");
        }
        let tags: Json = serde_json::from_str(&after).unwrap();
        for (tag, value) in tags[0].as_object().unwrap() {
            let is_time = value.as_str().is_some_and(|text| text.starts_with("2024:"));
            assert!(!is_time || TIMES.contains(&tag.as_str()), "{name}: {tag}");
        }
        for fault in ["Warning", "Error"] {
            assert!(!after.contains(fault), "{name}: {after}");
        }
        let size = if name.starts_with("picture") { "64x48" } else { "1920x1080" };
        assert!(after.contains(size), "{name}: {after}");
    }
}

/// A film with a track of positions that has these tables, and its samples.
fn with_positions(tables: &[u8], samples: &[u8], at: u64) -> Vec<u8> {
    let track = |kind, id| Track { id, kind, entry: avc1(), samples: vec![(at, 4)] };
    let mdat = boxed(b"mdat", &[samples]);
    let moov = boxed(
        b"moov",
        &[&mvhd(), &track(b"vide", 1).write(), &track(b"camm", 2).with_tables(tables)],
    );
    [boxed(b"ftyp", &[b"isom\0\0\0\0isom"]), mdat, moov].concat()
}

#[test]
fn positions_are_found_by_all_forms_of_tables() {
    let samples = b"show11223344show5566show";
    // After `ftyp` and the header of `mdat`.
    let at: u32 = 20 + 8;
    let stsc = boxed(b"stsc", &[&longs(&[0, 2, 1, 4, 1, 2, 2, 1])]);
    let stco = boxed(b"stco", &[&longs(&[0, 2, at + 4, at + 16])]);
    let same = boxed(b"stsz", &[&longs(&[0, 2, 6])]);
    let others = boxed(b"stsz", &[&longs(&[0, 0, 6, 1, 3, 2, 2, 3, 1])]);
    for sizes in [&same, &others] {
        let film = with_positions(&[&stsc[..], &stco, sizes].concat(), samples, at.into());
        let copy = copy(&film).unwrap();
        assert_eq!(&copy[28..28 + 24], b"show\0\0\0\0\0\0\0\0show\0\0\0\0show");
        assert_eq!(find(&copy, b"camm"), None);
    }
    let long = boxed(b"stsz", &[&longs(&[0, 2, 7])]);
    let far = boxed(b"stco", &[&longs(&[0, 2, at + 4, at + 21])]);
    let header = boxed(b"stco", &[&longs(&[0, 2, 20, at + 16])]);
    let none = boxed(b"stsc", &[&longs(&[0, 0])]);
    let many = boxed(b"stsc", &[&longs(&[0, 1, 1, u32::MAX, 1])]);
    let compact = boxed(b"stz2", &[&longs(&[0, 16, 0])]);
    for (wrong, tables) in [
        ("a sample without a chunk", [&stsc[..], &stco, &long]),
        ("a chunk behind the samples", [&stsc, &far, &same]),
        ("a chunk in a header", [&stsc, &header, &same]),
        ("samples in no chunk", [&none, &stco, &same]),
        ("a chunk of too many samples", [&many, &stco, &others]),
        ("lengths of another form", [&stsc, &stco, &compact]),
        ("no lengths", [&stsc, &stco, &[]]),
    ] {
        assert_eq!(copy(&with_positions(&tables.concat(), samples, at.into())), None, "{wrong}");
    }
}

#[test]
fn a_film_that_is_not_understood_has_no_copy() {
    assert_eq!(copy(&fragmented(7)), None, "a fragment of no track");
    let film = mov();
    let turn = |from: &[u8], to: &[u8]| {
        let mut film = film.clone();
        let at = find(&film, from).unwrap();
        film[at..at + to.len()].copy_from_slice(to);
        film
    };
    assert_eq!(copy(&turn(b"url \0\0\0\x01", b"url \0\0\0\0")), None, "samples in another file");
    assert_eq!(copy(&turn(b"moov", b"mooV")), None, "no film");
    assert_eq!(copy(&turn(b"hdlr", b"hdlR")), None, "a track of no kind");
    let twice = [film.clone(), moov(44, &[])].concat();
    assert_eq!(copy(&twice), None, "two films");
    assert!(copy(&turn(b"vide", b"text")).is_some(), "sound is left");
}

#[test]
fn an_item_that_is_not_found_leaves_no_copy() {
    let exif = exif_item();
    let len = u32::try_from(exif.len()).unwrap();
    let ftyp = boxed(b"ftyp", &[b"heic\0\0\0\0mif1heic"]);
    let picture = |place: &dyn Fn(u32) -> Vec<ItemLocation>| {
        let at = ftyp.len() + picture_meta(&place(0)).len() + 8;
        let meta = picture_meta(&place(u32::try_from(at).unwrap()));
        [&ftyp[..], &meta, &boxed(b"mdat", &[&exif, b"secret"])].concat()
    };
    let with = |exif: ItemLocation, at| {
        let (xmp, uri) = ((3, 1, vec![(6, 59)]), (4, 0, vec![(at + len, 6)]));
        vec![(1, 0, vec![(at, 10)]), exif, xmp, uri]
    };
    assert!(copy(&picture(&|at| with((2, 0, vec![(at, len)]), at))).is_some());
    let in_header = copy(&picture(&|at| with((2, 0, vec![(at.saturating_sub(4), len)]), at)));
    assert_eq!(in_header, None);
    let no_length = copy(&picture(&|at| with((2, 0, vec![(at, 0)]), at)));
    assert_eq!(no_length, None);
    let far = copy(&picture(&|at| with((2, 0, vec![(at, u32::MAX)]), at)));
    assert_eq!(far, None);
    let built = copy(&picture(&|at| with((2, 2, vec![(0, len)]), at)));
    assert_eq!(built, None, "an item that is made of another");
    let other = copy(&picture(&|at| with((9, 0, vec![(at, len)]), at)));
    assert_eq!(other, None, "an item without a place");
    let short = copy(&picture(&|at| with((2, 0, vec![(at, 8)]), at))).unwrap();
    assert_eq!(find(&short, b"II*\0"), None, "no room for a TIFF header");
    assert_eq!(iloc(&[]).len(), 16);
}

#[test]
fn lengths_that_lie_are_an_end() {
    let film = mov();
    assert!(copy(&film).is_some());
    let tails: [&[u8]; 6] = [
        b"\0\0\0\x07free",
        b"\0\0\0\x09free",
        b"\xff\xff\xff\xffmdat",
        b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x0f",
        b"\0\0\0\x01mdat",
    ];
    for tail in tails {
        assert_eq!(copy(&[&film[..], tail].concat()), None, "{tail:?}");
    }
    for (_, original) in telling() {
        for end in 0..original.len() {
            if let Some(copy) = copy(&original[..end]) {
                assert!(WORDS.iter().all(|word| find(&copy, word).is_none()));
            }
        }
    }
}

#[test]
fn many_boxes_and_deep_ones_take_little() {
    let pictures = Track { id: 1, kind: b"vide", entry: avc1(), samples: Vec::new() };
    let film = |more: &[u8]| {
        let moov = boxed(b"moov", &[&mvhd(), &pictures.write()]);
        [&boxed(b"ftyp", &[b"isom\0\0\0\0isom"]), &moov[..], more].concat()
    };
    let empty = boxed(b"free", &[]);
    assert!(copy(&film(&empty.repeat(100_000))).is_some());
    assert_eq!(copy(&film(&empty.repeat(300_000))), None);
    let full = boxed(b"free", &[b"secret"]);
    assert_eq!(copy(&film(&full.repeat(40_000))), None, "too many to overwrite");
    let items = boxed(b"infe", &[&[2, 0, 0, 0, 0, 2, 0, 0], b"Exif"]);
    for name in [b"moov", b"trak", b"wave", b"meta", b"udta", b"sinf"] {
        let deep = (0..2_000).fold(Vec::new(), |inner, _| boxed(name, &[&inner]));
        let has_copy = copy(&film(&deep)).is_some();
        assert_eq!(has_copy, name != b"moov", "there is one film");
        let mut picture = heic(b"heic");
        picture.extend(boxed(b"meta", &[&[0; 4], &items.repeat(10), &deep]));
        assert_eq!(copy(&picture), None, "two lists of items");
    }
}

#[test]
fn a_film_of_gigabytes_is_not_read() {
    const BYTES: u64 = 6 << 30;
    let mut film = tempfile::tempfile().unwrap();
    let ftyp = boxed(b"ftyp", &[b"isom\0\0\0\0isom"]);
    film.write_all(&ftyp).unwrap();
    let at = ftyp.len() as u64 + 16;
    let head = |name: &[u8; 4]| [&[0, 0, 0, 1], &name[..], &BYTES.to_be_bytes()].concat();
    film.write_all(&head(b"mdat")).unwrap();
    film.write_all(&samples()).unwrap();
    let free_at = ftyp.len() as u64 + BYTES;
    film.seek(SeekFrom::Start(free_at)).unwrap();
    film.write_all(&head(b"free")).unwrap();
    film.write_all(b"secret").unwrap();
    film.seek(SeekFrom::Start(free_at + BYTES)).unwrap();
    film.write_all(&moov(at, &[])).unwrap();
    let mut counter = CountingFile { film, bytes: 0 };
    let recipe = shared_copy(&mut counter).unwrap().unwrap();
    assert!(counter.bytes < 1 << 20, "{} bytes were read", counter.bytes);
    let len = counter.seek(SeekFrom::End(0)).unwrap();
    assert_eq!(recipe.bytes(), len);
    let literal: usize = recipe.pieces().iter().map(literal_bytes).sum();
    assert!(literal < 1_000);
}

fn literal_bytes(piece: &Piece) -> usize {
    match piece {
        Piece::Literal(bytes) => bytes.len(),
        Piece::Original(_) | Piece::Zeros(_) => 0,
    }
}

/// A file that counts what is read of it.
struct CountingFile {
    film: File,
    bytes: usize,
}

impl Read for CountingFile {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let count = self.film.read(room)?;
        self.bytes += count;
        Ok(count)
    }
}

impl Seek for CountingFile {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.film.seek(to)
    }
}

#[test]
fn flipped_bits_have_an_answer() {
    let pictures = pictures();
    let mut random = Random(0x0f11_b0c5);
    for (name, original) in telling() {
        for round in 0..400 {
            let mut bytes = original.clone();
            for _ in 0..1 + round % 8 {
                let bit = random.next() as usize % (bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            if let Some(copy) = copy(&bytes) {
                assert_eq!(copy.len(), bytes.len(), "{name}");
            }
            if !name.starts_with("picture") {
                // The changed bits may have made another kind of file.
                let _ = pictures.look(file(&bytes));
            }
        }
    }
}

#[test]
fn long_lengths_are_lengths() {
    let ftyp = boxed(b"ftyp", &[b"isom\0\0\0\0isom"]);
    let inner = moov(ftyp.len() as u64 + 16, &long_boxed(b"udta", b"secret"));
    let film = [ftyp, long_boxed(b"mdat", &samples()), long_boxed(b"moov", &inner[8..])].concat();
    let copy = copy(&film).unwrap();
    assert_eq!(find(&copy, b"secret"), None);
    assert_eq!(find(&copy, SOUND), find(&film, SOUND));
}
