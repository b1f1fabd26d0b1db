//! The files that carry a .fair, and the refusals for the others.

use crate::support::*;
use crate::writers::*;
use imajin_fair::{EMBEDDED_BYTES_MAX, Fair, Obstacle, sidecar_name};
use imajin_protocol::fair::Manifest;
use serde_json::json;

fn refused(bytes: &[u8]) -> Obstacle {
    embed_in(bytes, &fair(bytes, "x", 1)).unwrap_err()
}

/// A .fair that grows by one byte with each of `bytes`.
fn long(bytes: usize) -> Fair {
    let manifest = json!({"id": "w", "version": "0.3.0", "contributors": [{"id": did(1), "weight": 1}], "terms": {"note": "n".repeat(bytes)}});
    Fair::from_manifest(Manifest::from_value(manifest).unwrap())
}

#[test]
fn a_long_manifest_stays_beside_the_file() {
    let file = jpeg(&[], &[]);
    let frame = long(0).to_json().len();
    there_and_back(&file, &long(EMBEDDED_BYTES_MAX - frame));
    assert_eq!(embed_in(&file, &long(EMBEDDED_BYTES_MAX - frame + 1)), Err(Obstacle::TooLong));
    assert_eq!(sidecar_name("song.mp3"), "song.mp3.fair.json");
    // A JPEG's own XMP and the .fair have one segment of 64 kB together.
    let file = jpeg(&[jfif(), jpeg_xmp(&xmp("big", 30_000))], &[]);
    there_and_back(&file, &long(30_000));
    assert_eq!(embed_in(&file, &long(36_000)), Err(Obstacle::Room));
    there_and_back(&png(&[png_xmp(&xmp("big", 30_000))], &[]), &long(36_000));
}

#[test]
fn other_files_keep_a_sidecar() {
    for other in
        [&b""[..], b"GIF89a", b"RIFF\x04\0\0\0WAVE", b"\xff\xfe\x41\0", b"ID3\x03\0\0\0\0\0\0fLaC"]
    {
        assert_eq!(refused(other), Obstacle::Kind, "{other:?}");
        assert_eq!(read_in(other), Err(Obstacle::Kind));
    }
}

#[test]
fn what_is_signed_or_encrypted_is_left_alone() {
    for signed in [
        jpeg(&[segment(0xeb, b"JP\0\x01\0\0\0\x01")], &[]),
        png(&[png_chunk(b"caBX", b"x")], &[]),
        webp(&[webp_header(0), webp_picture(), webp_chunk(b"C2PA", b"x")], &[]),
        pdf(&PdfOptions {
            catalog: " /AcroForm << /Fields [<< /V << /ByteRange [0 1 2 3] >> >>] >>".to_owned(),
            ..PdfOptions::default()
        }),
        pdf(&PdfOptions { catalog: " /Perms << >>".to_owned(), ..PdfOptions::default() }),
    ] {
        assert_eq!(refused(&signed), Obstacle::Signed);
    }
    let encrypted = PdfOptions { trailer: " /Encrypt 3 0 R".to_owned(), ..PdfOptions::default() };
    assert_eq!(refused(&pdf(&encrypted)), Obstacle::Encrypted);
    let hybrid = PdfOptions { trailer: " /XRefStm 7".to_owned(), ..PdfOptions::default() };
    assert_eq!(refused(&pdf(&hybrid)), Obstacle::NotClassic);
    let stream = String::from_utf8(pdf(&PdfOptions::default())).unwrap();
    let stream = stream.replace("\nxref\n", "\n9 0 obj\n");
    assert_eq!(refused(stream.as_bytes()), Obstacle::NotClassic);
    // A name that another reader sees as /Encrypt.
    let hidden = PdfOptions { trailer: " /#45ncrypt 3 0 R".to_owned(), ..PdfOptions::default() };
    assert_eq!(refused(&pdf(&hidden)), Obstacle::NotClassic);
}

#[test]
fn xmp_that_nothing_can_be_added_to() {
    let compressed = [b"XML:com.adobe.xmp\0\x01\0\0\0", &[0x78, 0x9c][..]].concat();
    for bad in [
        png(&[png_chunk(b"iTXt", &compressed)], &[]),
        png(&[png_xmp(&xmp("a", 0)), png_xmp(&xmp("b", 0))], &[]),
        jpeg(&[jpeg_xmp(&xmp("a", 0)), jpeg_xmp(&xmp("b", 0))], &[]),
        jpeg(&[jpeg_xmp("<x/>")], &[]),
        jpeg(&[segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0\xff\xfe")], &[]),
        webp(&[webp_picture(), webp_chunk(b"XMP ", xmp("a", 0).as_bytes())], &[]),
    ] {
        assert_eq!(refused(&bad), Obstacle::Xmp);
    }
    let filtered =
        String::from_utf8(pdf(&PdfOptions { xmp: Some(xmp("a", 0)), ..PdfOptions::default() }))
            .unwrap();
    // The same length, so that every object stays in its place.
    let filtered = filtered.replace("/Subtype /XML /Length", "/Filter /AB   /Length");
    assert_eq!(refused(filtered.as_bytes()), Obstacle::Xmp);
}

#[test]
fn tags_that_nothing_can_be_added_to() {
    let frame = id3_frame(b"TIT2", b"\0a");
    for (version, flags) in [(2, 0), (3, 0x80), (3, 0x40), (4, 0x10)] {
        let mut file = id3(version, flags, std::slice::from_ref(&frame), 0);
        if flags == 0x10 {
            file.extend(b"3DI\x04\0\x10\0\0\0\x0c");
        }
        file.extend(sound(1));
        assert_eq!(refused(&file), Obstacle::Tag, "{version} {flags:x}");
    }
}

#[test]
fn several_pictures_stay_in_their_places() {
    let list = segment(0xe2, b"MPF\0MM\0\x2a");
    // A new packet comes before the list, and moves all pictures by the same distance; one after it moves all but the first.
    there_and_back(&jpeg(&[jfif(), list.clone()], b"more"), &fair(b"", "x", 1));
    assert_eq!(refused(&jpeg(&[jfif(), list, jpeg_xmp(&xmp("a", 0))], b"more")), Obstacle::Places);
}

#[test]
fn what_would_not_come_back_is_refused() {
    // A wrong checksum would come back right; a flag without XMP would come back unset.
    let mut wrong = png(&[png_xmp(&xmp("a", 0))], &[]);
    let at = wrong.windows(4).position(|window| window == b"IDAT").unwrap();
    wrong[at - 5] ^= 1;
    assert_eq!(refused(&wrong), Obstacle::NotExact);
    assert_eq!(refused(&webp(&[webp_header(0x14), webp_picture()], &[])), Obstacle::NotExact);
    // An empty tag would go with the frame.
    assert_eq!(refused(&[id3(3, 0, &[], 0), sound(1)].concat()), Obstacle::NotExact);
}

#[test]
fn a_simple_webp_is_simple_again() {
    let simple = webp(&[webp_picture()], &[]);
    let with = there_and_back(&simple, &fair(&simple, "x", 1));
    // VP8X with the flags for XMP and for transparency, and the picture's size.
    assert_eq!(with[12..30], *b"VP8X\x0a\0\0\0\x14\0\0\0\0\0\0\0\0\0");
    let lossy = webp_chunk(b"VP8 ", &[0, 0, 0, 0x9d, 0x01, 0x2a, 0x03, 0x01, 0x02, 0x00, 0, 0]);
    let lossy = webp(&[lossy], &[]);
    let with = there_and_back(&lossy, &fair(&lossy, "x", 1));
    assert_eq!(with[12..30], *b"VP8X\x0a\0\0\0\x04\0\0\0\x02\x01\0\x01\0\0");
}

#[test]
fn what_another_program_rewrote_is_not_guessed_at() {
    let file = jpeg(&[jfif()], &[]);
    let with = embed_in(&file, &fair(&file, "x", 1)).unwrap();
    let at = with.windows(12).position(|window| window == b"<rdf:Descrip").unwrap();
    let mut rewritten = with;
    rewritten[at + 16] = b'\n';
    assert_eq!(read_in(&rewritten), Err(Obstacle::Rewritten));
    assert_eq!(strip_in(&rewritten).map(|_| ()), Err(Obstacle::Rewritten));
    // A later update of a PDF keeps the .fair readable, but it can't be taken out any more.
    let file = pdf(&PdfOptions::default());
    let fair = fair(&file, "x", 2);
    let mut later = embed_in(&file, &fair).unwrap();
    later.extend(b"% saved again\n");
    assert_eq!(read_in(&later), Ok(Some(fair)));
    assert_eq!(strip_in(&later).map(|_| ()), Err(Obstacle::Rewritten));
}

#[test]
fn the_word_about_training_follows_the_terms() {
    let with = |terms: serde_json::Value, packet: &str| {
        let manifest = json!({"id": "w", "version": "0.3.0", "contributors": [{"id": did(1), "weight": 1}], "terms": terms});
        let file = png(&[png_xmp(packet)], &[]);
        let fair = Fair::from_manifest(Manifest::from_value(manifest).unwrap());
        String::from_utf8_lossy(&there_and_back(&file, &fair)).into_owned()
    };
    let reserved = "<plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-AIMLTRAINING</plus:DataMining>";
    assert!(with(json!({}), &xmp("a", 0)).contains(reserved));
    assert!(with(json!({"train": "explicit"}), &xmp("a", 0)).contains(reserved));
    assert!(
        with(json!({"train": "free"}), &xmp("a", 0))
            .contains("<plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-ALLOWED<")
    );
    // The file's own word stays the only one.
    let own = xmp("a", 0).replace("<dc:title>", "<plus:DataMining xmlns:plus=\"http://ns.useplus.org/ldf/xmp/1.0/\">x</plus:DataMining><dc:title>");
    assert_eq!(with(json!({}), &own).matches("<plus:DataMining").count(), 1);
    // All descriptions of a packet are about the same thing.
    assert_eq!(with(json!({}), &xmp("a", 0)).matches("rdf:about=\"uuid:7\"").count(), 2);
}
