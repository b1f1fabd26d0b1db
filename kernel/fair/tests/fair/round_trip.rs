//! An embedded .fair comes out again, and stripping it restores the file byte for byte.

use crate::support::{fair, there_and_back};
use crate::writers::*;
use imajin_fair::{Kind, kind, work};
use proptest::prelude::*;
use std::io::Cursor;

/// Bytes that are no XMP and no end.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..300)
}

fn packet() -> impl Strategy<Value = Option<String>> {
    prop::option::of(("[a-zA-Zäöü&;. ]{0,40}", 0..2000_usize)).prop_map(|packet| {
        packet.map(|(title, padding)| xmp(&title.replace('&', "&amp;"), padding))
    })
}

fn jpegs() -> impl Strategy<Value = Vec<u8>> {
    let more = prop::collection::vec((0xe3..0xea_u8, noise()), 0..4);
    (any::<[bool; 2]>(), packet(), more, noise()).prop_map(
        |([has_jfif, has_exif], packet, more, after)| {
            let mut segments = Vec::new();
            segments.extend(has_jfif.then(jfif));
            segments.extend(has_exif.then(exif));
            segments.extend(more.iter().map(|(kind, content)| segment(*kind, content)));
            segments.extend(packet.map(|packet| jpeg_xmp(&packet)));
            jpeg(&segments, &after)
        },
    )
}

fn pngs() -> impl Strategy<Value = Vec<u8>> {
    let more = prop::collection::vec(noise(), 0..4);
    (packet(), more, any::<bool>()).prop_map(|(packet, more, is_after)| {
        let mut chunks: Vec<_> = more.iter().map(|content| png_chunk(b"teSt", content)).collect();
        chunks.extend(packet.map(|packet| png_xmp(&packet)));
        if is_after { png(&[], &chunks) } else { png(&chunks, &[]) }
    })
}

fn webps() -> impl Strategy<Value = Vec<u8>> {
    (packet(), any::<bool>(), noise(), noise()).prop_map(|(packet, is_simple, content, after)| {
        let exif = webp_chunk(b"EXIF", &content);
        match packet {
            None if is_simple => webp(&[webp_picture()], &after),
            None => webp(&[webp_header(0x18), webp_picture(), exif], &after),
            Some(packet) => {
                let packet = webp_chunk(b"XMP ", packet.as_bytes());
                webp(&[webp_header(0x1c), webp_picture(), exif, packet], &after)
            }
        }
    })
}

fn mp3s() -> impl Strategy<Value = Vec<u8>> {
    let frames = prop::collection::vec(prop::collection::vec(any::<u8>(), 1..120), 1..5);
    (prop::option::of((3..=4_u8, frames, 0..500_usize)), 1..4_usize).prop_map(|(tag, count)| {
        let tag = tag.map(|(version, frames, padding)| {
            let frames: Vec<_> = frames.iter().map(|content| id3_frame(b"PRIV", content)).collect();
            id3(version, 0, &frames, padding)
        });
        [tag.unwrap_or_default(), sound(count)].concat()
    })
}

fn pdfs() -> impl Strategy<Value = Vec<u8>> {
    let after = prop_oneof![Just(""), Just("\n"), Just("\r\n"), Just("\n\n  \n")];
    (packet(), any::<bool>(), after).prop_map(|(xmp, is_length_apart, after)| {
        pdf(&PdfOptions {
            xmp,
            is_length_apart,
            trailer: " /ID [<00><01>] /Info << /Title (a \\) b) >>".to_owned(),
            catalog: " /Lang (en) /ViewerPreferences << /DisplayDocTitle true >>".to_owned(),
            after: after.to_owned(),
        })
    })
}

fn files() -> impl Strategy<Value = (Kind, Vec<u8>)> {
    let of = |kind: Kind| move |bytes| (kind, bytes);
    prop_oneof![
        jpegs().prop_map(of(Kind::Jpeg)),
        pngs().prop_map(of(Kind::Png)),
        webps().prop_map(of(Kind::Webp)),
        mp3s().prop_map(of(Kind::Mp3)),
        pdfs().prop_map(of(Kind::Pdf)),
    ]
}

proptest! {
    #[test]
    fn embedding_and_stripping_is_the_identity(
        (expected, bytes) in files(), title in "[\\PC\u{80}-\u{9f}\u{7f}\u{fffe}\u{ffff}]{0,40}", people in 1..6_u8,
    ) {
        let fair = fair(&bytes, &title, people);
        prop_assert_eq!(kind(&mut Cursor::new(&bytes)).unwrap(), Some(expected));
        let with = there_and_back(&bytes, &fair);
        prop_assert_eq!(kind(&mut Cursor::new(&with)).unwrap(), Some(expected), "it stays what it was");
        let named = fair.manifest.work().unwrap();
        prop_assert_eq!(Some(work(&mut Cursor::new(&bytes)).unwrap()), named);
    }

    /// An update of a PDF that another program appended earlier is one like any other.
    #[test]
    fn a_pdf_takes_a_second_update(bytes in pdfs(), title in "\\PC{0,20}") {
        let first = there_and_back(&bytes, &fair(&bytes, &title, 2));
        let first = String::from_utf8(first).unwrap();
        // Another program's update of the same kind, so that a .fair comes on top.
        let theirs = first.replace("%imajin.fair", "%another one").replace("https://imajin.ai/ns/fair/", "https://example.ai/ns/our/");
        let theirs = theirs.into_bytes();
        there_and_back(&theirs, &fair(&theirs, &title, 3));
    }
}
