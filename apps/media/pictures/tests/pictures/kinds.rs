//! The version that others get of each kind of file with a place in it: a copy without it, a preview, or nothing.

use crate::corpus::{gif, jpeg_quarters};
use crate::films::{heic, mov, mp4};
use imajin_pictures::{ForOthers, Kind, shared_copy};
use std::io::Cursor;

const PLACE: &[u8] = b"+48.8577+002.2950/";

fn copy(original: &[u8]) -> Option<Vec<u8>> {
    let mut original = Cursor::new(original);
    let recipe = shared_copy(&mut original).unwrap()?;
    let mut copy = Vec::new();
    recipe.write(&mut original, &mut copy).unwrap();
    assert_eq!(recipe.bytes(), copy.len() as u64);
    Some(copy)
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// Some bytes, and the place behind them.
fn with_place(begin: &[u8]) -> Vec<u8> {
    [begin, &[0; 600], PLACE].concat()
}

fn id3(frames: &[u8]) -> Vec<u8> {
    let bytes = u8::try_from(frames.len()).unwrap();
    let frame = [&b"TXXX\0\0\0"[..], &[bytes, 0, 0], frames].concat();
    [&b"ID3\x03\0\0\0\0\0"[..], &[bytes + 10], &frame].concat()
}

const FRAMES: &[u8] = b"\xff\xfb\x90\x64 these are the frames of a song";

fn mp3() -> Vec<u8> {
    let ape = [b"APETAGEX\xd0\x07\0\0\x32\0\0\0\x01\0\0\0\0\0\0\0", &[0; 8][..]].concat();
    let old = [b"TAG", PLACE, &[0; 107]].concat();
    assert_eq!((ape.len(), PLACE.len(), old.len()), (32, 18, 128));
    [&id3(PLACE), &[0; 7][..], FRAMES, PLACE, &ape, &old].concat()
}

fn flac() -> Vec<u8> {
    let block = |kind: u8, content: &[u8]| {
        let bytes = u8::try_from(content.len()).unwrap();
        [&[kind, 0, 0, bytes], content].concat()
    };
    [
        b"fLaC".to_vec(),
        block(0, &[7; 34]),
        block(4, PLACE),
        block(1, PLACE),
        block(0x86, PLACE),
        b"\xff\xf8 frames".to_vec(),
    ]
    .concat()
}

fn wav() -> Vec<u8> {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let bytes = u32::try_from(content.len()).unwrap().to_le_bytes();
        [name, &bytes[..], content].concat()
    };
    let chunks = [
        chunk(b"fmt ", &[1; 16]),
        chunk(b"bext", PLACE),
        chunk(b"data", b"sound"),
        vec![0],
        chunk(b"LIST", PLACE),
    ]
    .concat();
    let bytes = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
    [b"RIFF", &bytes[..], b"WAVE", &chunks].concat()
}

/// A page of an Ogg stream; `flags` 2 begins it.
fn ogg_page(flags: u8, number: u8, packets: &[&[u8]]) -> Vec<u8> {
    let mut table = Vec::new();
    for packet in packets {
        table.extend(vec![255; packet.len() / 255]);
        table.push(u8::try_from(packet.len() % 255).unwrap());
    }
    let mut page = [b"OggS\0", &[flags][..], &[0; 8], b"strm", &[number, 0, 0, 0]].concat();
    page.extend([0; 4]);
    page.push(u8::try_from(table.len()).unwrap());
    page.extend(table);
    page.extend(packets.concat());
    let sum = ogg_sum(&page).to_le_bytes();
    page[22..26].copy_from_slice(&sum);
    page
}

/// The checksum of a page whose own is zeros, bit by bit.
fn ogg_sum(page: &[u8]) -> u32 {
    let bits = page.iter().flat_map(|byte| (0..8).rev().map(move |bit| u32::from(byte >> bit & 1)));
    bits.chain([0; 32]).fold(0, |sum: u32, bit| {
        let next = sum << 1 | bit;
        if sum >> 31 == 1 { next ^ 0x04c1_1db7 } else { next }
    })
}

fn ogg(head: &[u8], comments: &[u8]) -> Vec<u8> {
    [
        ogg_page(2, 0, &[head]),
        ogg_page(0, 1, &[comments, b"the setup"]),
        ogg_page(4, 2, &[b"sound"]),
    ]
    .concat()
}

fn comments(mark: &[u8], end: &[u8]) -> Vec<u8> {
    let long = [&vec![b'x'; 700][..], PLACE].concat();
    [
        mark,
        &3_u32.to_le_bytes(),
        b"me!",
        &1_u32.to_le_bytes(),
        &u32::try_from(long.len()).unwrap().to_le_bytes(),
        &long,
        end,
    ]
    .concat()
}

#[test]
fn sound_keeps_what_plays_and_says_no_place() {
    let opus = ogg(b"OpusHead", &comments(b"OpusTags", b""));
    let vorbis = ogg(b"\x01vorbis", &comments(b"\x03vorbis", b"\x01"));
    for (file, kind, kept) in [
        (mp3(), Kind::Mp3, FRAMES),
        ([FRAMES, FRAMES].concat(), Kind::Mp3, FRAMES),
        (flac(), Kind::Flac, b"\xff\xf8 frames"),
        (wav(), Kind::Wav, b"data\x05\0\0\0sound"),
        (opus, Kind::Ogg, b"the setup"),
        (vorbis, Kind::Ogg, b"the setup"),
    ] {
        assert_eq!(Kind::detect(&file), kind);
        assert_eq!(kind.for_others(), ForOthers::Cleaned);
        let copy = copy(&file).unwrap();
        assert!(!has(&copy, PLACE) && has(&copy, kept), "{kind:?}");
        if kind != Kind::Mp3 {
            assert_eq!(copy.len(), file.len(), "{kind:?}: every place stays");
        }
    }
}

#[test]
fn pages_of_ogg_have_right_checksums_and_empty_comments() {
    for (head, mark, end) in
        [(&b"OpusHead"[..], &b"OpusTags"[..], &b""[..]), (b"\x01vorbis", b"\x03vorbis", b"\x01")]
    {
        let file = ogg(head, &comments(mark, end));
        let copy = copy(&file).unwrap();
        let mut rest = &copy[..];
        while !rest.is_empty() {
            let segments = usize::from(rest[26]);
            let bytes: usize = rest[27..27 + segments].iter().copied().map(usize::from).sum();
            let (page, next) = rest.split_at(27 + segments + bytes);
            let mut page = page.to_vec();
            let sum: Vec<u8> = page.splice(22..26, [0; 4]).collect();
            assert_eq!(sum, ogg_sum(&page).to_le_bytes());
            rest = next;
        }
        let at = copy.windows(mark.len()).position(|window| window == mark);
        let after = &copy[at.unwrap() + mark.len()..];
        let name = u32::from_le_bytes(after[..4].try_into().unwrap()) as usize;
        let count = &after[4 + name..8 + name];
        assert_eq!(count, [0; 4], "no comments");
        assert!(after[8 + name..].starts_with(end));
    }
}

#[test]
fn sound_that_is_not_as_it_should_be_has_no_copy() {
    let opus = ogg(b"OpusHead", &comments(b"OpusTags", b""));
    let two = [&opus[..], &opus].concat();
    let cut = &opus[..opus.len() - 3];
    let speex = ogg(b"Speex   ", &comments(b"", b""));
    let endless = [&id3(PLACE)[..6], b"\x7f\x7f\x7f\x7f", FRAMES].concat();
    let tagged_flac = [id3(PLACE), flac()].concat();
    let lyrics = [FRAMES, PLACE, b"999999LYRICS200"].concat();
    let short = &flac()[..60];
    for file in [&two[..], cut, &speex, &endless, &tagged_flac, &lyrics, short, b"fLaC", b"OggS"] {
        assert_eq!(copy(file), None, "{:?}", &file[..4]);
    }
}

#[test]
fn any_brand_of_boxes_is_a_picture_film_or_sound_without_its_place() {
    for brand in [b"XAVC", b"niko", b"pana", b"zzzz", b"M4A ", b"isom"] {
        let mut film = mp4();
        film[8..12].copy_from_slice(brand);
        assert_eq!(Kind::detect(&film).for_others(), ForOthers::Cleaned);
        let copy = copy(&film).unwrap();
        assert!(!has(&copy, b"+48.8577") && !has(&copy, b"SERIAL"), "{brand:?}");
    }
    for brand in [b"CAEP", b"avci", b"heic"] {
        let picture = heic(brand);
        assert_eq!(Kind::detect(&picture), Kind::Heic, "{brand:?}");
        assert!(copy(&picture).is_some(), "{brand:?}");
    }
    // Unknown boxes have no copy.
    let other = [b"\0\0\0\x10ftypzzzz\0\0\0\0\0\0\0\x1aplac", PLACE].concat();
    assert_eq!(copy(&other), None);
    assert!(copy(&mov()).is_some());
}

#[test]
fn what_nobody_here_can_clean_is_not_given_as_it_is() {
    let packets = |bytes: usize, at: usize| -> Vec<u8> {
        let byte = |n: usize| if n % bytes == at { b'G' } else { 1 };
        (0..bytes * 4).map(byte).collect()
    };
    let (ts, m2ts) = (packets(188, 0), packets(192, 4));
    for begin in [
        &b"\0\0\0\x0cJXL \r\n\x87\n"[..],
        b"\xff\x0a",
        b"\0\0\0\x0cjP  \r\n\x87\n",
        b"II+\0\x08\0\0\0",
        b"II*\0",
        b"8BPS\0\x01",
        b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska",
        b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm",
        b"RIFF\x10\0\0\0AVI LIST",
        b"RIFF\x10\0\0\0ACONLIST",
        &ts,
        &m2ts,
        b"FLV\x01",
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
        b"\0\0\x01\xba",
        b"FORM\0\0\0\x10AIFF",
        b"caff\0\x01",
        b"MThd\0\0\0\x06",
        b"\xff\xf1\x50\x80",
        b"BM\x10\0\0\0\0\0\0\0",
        b"P6\n# +48.8577\n",
        b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\">",
        b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom",
        b"FUJIFILMCCD-RAW 0201",
        b"<?xpacket begin='' id=''?><x:xmpmeta>",
        b"~\x10\x04\xfe0MIE",
        b"\xff\x01Exiv2",
        b"CANON OPTIONAL DATA\0",
        b"%!PS\n",
        b"nut/multimedia container\0",
        b"\0\0\x01\xb5",
        b"EA3\x03",
        &gif(2, 2, 0, 0),
    ] {
        let file = with_place(begin);
        assert_eq!(Kind::detect(&file).for_others(), ForOthers::Withheld, "{begin:?}");
        assert_eq!(copy(&file), None);
    }
    for (begin, kind) in [(&b"PK\x03\x04"[..], Kind::Zip), (b"plain\0bytes", Kind::Other)] {
        assert_eq!(Kind::detect(begin), kind);
        assert_eq!(kind.for_others(), ForOthers::AsItIs);
    }
    assert_eq!(Kind::detect(&jpeg_quarters(8, 8)).for_others(), ForOthers::Cleaned);
}
