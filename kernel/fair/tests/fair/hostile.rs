//! Files that break off or lie: they are refused or read, and nothing panics, loops or takes memory that they don't have.

use crate::support::{embed_in, fair, read_in, strip_in, there_and_back};
use crate::writers::*;
use proptest::prelude::*;

/// One file of each kind and form.
fn samples() -> Vec<Vec<u8>> {
    let packet = xmp("a title", 20);
    vec![
        jpeg(&[jfif(), exif(), jpeg_xmp(&packet)], b"after"),
        jpeg(&[], &[]),
        png(&[png_xmp(&packet)], &[png_chunk(b"teSt", b"x")]),
        webp(&[webp_picture()], &[]),
        webp(&[webp_header(0x1c), webp_picture(), webp_chunk(b"XMP ", packet.as_bytes())], b"!"),
        [id3(4, 0, &[id3_frame(b"TIT2", b"\0a")], 9), sound(1)].concat(),
        sound(1),
        pdf(&PdfOptions { xmp: Some(packet), is_length_apart: true, ..PdfOptions::default() }),
        pdf(&PdfOptions::default()),
    ]
}

/// Whatever a file is: what it takes in comes out again, and what it gives up is no longer than it was.
fn try_everything(bytes: &[u8]) {
    let _ = read_in(bytes);
    if let Ok(Some((_, without))) = strip_in(bytes) {
        assert!(without.len() <= bytes.len());
    }
    let fair = fair(b"another file", "x", 2);
    if embed_in(bytes, &fair).is_ok() {
        there_and_back(bytes, &fair);
    }
}

#[test]
fn files_that_break_off_at_any_byte() {
    for sample in samples() {
        let fair = fair(&sample, "x", 2);
        let with = there_and_back(&sample, &fair);
        for end in 0..with.len() {
            // A truncated file never passes for the whole one.
            if let Ok(Some((back, without))) = strip_in(&with[..end]) {
                assert!(
                    back == fair && sample.starts_with(&without) && without.len() < sample.len()
                );
            }
        }
        for end in 0..sample.len() {
            try_everything(&sample[..end]);
        }
    }
}

#[test]
fn lengths_that_lie() {
    let large = u32::MAX.to_be_bytes();
    for bytes in [
        [&b"\x89PNG\r\n\x1a\n"[..], &large, b"iTXt"].concat(),
        [&png(&[], &[])[..33], &large, b"iTXtXML:com.adobe.xmp\0\0\0\0\0"].concat(),
        [b"RIFF", &large[..], b"WEBPVP8X\x0a\0\0\0"].concat(),
        [b"RIFF\x16\0\0\0WEBPVP8L", &large[..], b"\x2f\0\0\0\0\0\0"].concat(),
        [&id3(3, 0, &[[b"GEOB", &large[..], &[0; 2]].concat()], 4)[..], &sound(1)].concat(),
        [0xff, 0xd8].into_iter().chain([0xff; 100_000]).collect(),
        b"%PDF-1.4\nxref\n0 18446744073709551615\ntrailer\n<< >>\nstartxref\n9\n%%EOF".to_vec(),
        b"%PDF-1.4\nxref\n0 0\ntrailer\n<< /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF".to_vec(),
        b"%PDF-1.4\n%imajin.fair 18446744073709551615\nstartxref\n18446744073709551615\n%%EOF\n"
            .to_vec(),
    ] {
        assert!(!matches!(read_in(&bytes), Ok(Some(_))));
        assert!(embed_in(&bytes, &fair(b"", "x", 1)).is_err());
    }
}

proptest! {
    /// One to eight bytes changed, in a file with or without a .fair.
    #[test]
    fn changed_bytes(sample in 0..9_usize, has_fair: bool, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let sample = samples().swap_remove(sample);
        let mut bytes = if has_fair { embed_in(&sample, &fair(&sample, "x", 2)).unwrap() } else { sample };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        try_everything(&bytes);
    }

    /// Pieces of files in a wrong order.
    #[test]
    fn shuffled_pieces(pieces in prop::collection::vec((0..9_usize, any::<prop::sample::Index>(), 0..200_usize), 1..8)) {
        let samples = samples();
        let mut bytes = samples[pieces[0].0][..12].to_vec();
        for (sample, from, len) in pieces {
            let sample = &samples[sample];
            let from = from.index(sample.len());
            bytes.extend(&sample[from..sample.len().min(from + len)]);
        }
        try_everything(&bytes);
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0..9_usize) {
        try_everything(&bytes);
        let start = &samples()[kind][..12];
        try_everything(&[start, &bytes].concat());
    }
}
