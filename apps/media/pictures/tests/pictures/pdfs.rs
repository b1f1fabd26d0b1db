//! The shared copy of a PDF: the same pages in the same places, without its author, place and programs.

use crate::corpus::{exif_segment, jpeg_quarters, telephone, with_segments};
use imajin_dfos::SigningKey;
use imajin_fair::Fair;
use imajin_pictures::shared_copy;
use imajin_protocol::Did;
use imajin_protocol::fair::Manifest;
use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib;
use serde_json::json;
use std::io::Cursor;
use std::process::Command;

/// Words that no copy has.
const WORDS: [&[u8]; 4] = [b"+48.8577", b"SERIAL-4711", b"Telephone", b"Ada"];
const INFO: &str =
    "<< /Title (At home, +48.8577) /Author (Ada \\(me\\)) /A#20camera (SERIAL-4711) >>";
const XMP: &str = "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description>+48.8577 SERIAL-4711 Ada, and more words so that there is room for a packet that says nothing</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>";
/// The words of the page.
const PAGE: &str = "BT /F1 12 Tf (a recipe) Tj ET";

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

fn stream(dict: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("<< {dict} /Length {} >>\nstream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}

/// A photo as a telephone takes it, with a film behind it.
fn photo() -> Vec<u8> {
    let exif = exif_segment(&telephone(true, 6));
    let segments: [(u8, &[u8]); 2] = [(0xe1, &exif), (0xfe, b"SERIAL-4711")];
    [&with_segments(&jpeg_quarters(16, 16), &segments)[..], b"+48.8577"].concat()
}

/// The objects of a page with a photo and a thumbnail: 1 is the catalog, 7 says what the file is.
fn objects(metadata: &[u8]) -> Vec<Vec<u8>> {
    let image = "/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter [ /DCTDecode ]";
    let thumb = "/Width 2 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8";
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Thumb 6 0 R /Resources << /XObject << /I 5 0 R >> >> >>";
    vec![
        b"<< /Type /Catalog /Pages 2 0 R /Metadata 8 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        page.into(),
        stream("", PAGE.as_bytes()),
        stream(image, &photo()),
        stream(thumb, b"Ada"),
        INFO.into(),
        metadata.to_vec(),
    ]
}

/// A PDF with a classic table, and more in its trailer.
fn classic(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        table += &format!("{:010} 00000 n \n", file.len());
        file.extend(format!("{number} 0 obj\n").as_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let at = file.len();
    let size = objects.len() + 1;
    let end = format!(
        "{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{at}\n%%EOF\n"
    );
    [file, end.into_bytes()].concat()
}

fn plain_xmp() -> Vec<u8> {
    stream("/Type /Metadata /Subtype /XML", XMP.as_bytes())
}

fn packed_xmp() -> Vec<u8> {
    let packed = compress_to_vec_zlib(XMP.as_bytes(), 6);
    stream("/Type /Metadata /Subtype /XML /Filter /FlateDecode", &packed)
}

/// A PDF of today: what the file is stands among packed objects, and a stream is the table.
fn packed() -> Vec<u8> {
    let all = objects(&plain_xmp());
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut table = vec![[0_u8; 5]];
    let mut place = |kind: u8, at: usize, index: u8| {
        let at = u16::try_from(at).unwrap().to_be_bytes();
        table.push([kind, at[0], at[1], 0, index]);
    };
    let put = |file: &mut Vec<u8>, number: usize, object: &[u8]| {
        let at = file.len();
        file.extend(format!("{number} 0 obj\n").as_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
        at
    };
    for (number, object) in (1..).zip(&all) {
        if number == 7 {
            place(2, 9, 1);
        } else {
            place(1, put(&mut file, number, object), 0);
        }
    }
    let (other, info) = ("<< /Kept /Here >>", INFO);
    let head = format!("10 0 7 {} ", other.len() + 1);
    let inside = format!("{head}{other} {info}");
    let dict = format!("/Type /ObjStm /N 2 /First {} /Filter /FlateDecode", head.len());
    let objects = stream(&dict, &compress_to_vec_zlib(inside.as_bytes(), 1));
    place(1, put(&mut file, 9, &objects), 0);
    place(2, 9, 0);
    place(1, file.len(), 0);
    let rows = table.concat();
    let dict = "/Type /XRef /Size 12 /W [1 2 2] /Root 1 0 R /Info 7 0 R";
    let at = put(&mut file, 11, &stream(dict, &rows));
    file.extend(format!("startxref\n{at}\n%%EOF\n").as_bytes());
    file
}

fn telling() -> Vec<(&'static str, Vec<u8>)> {
    let old = classic(&objects(&plain_xmp()), "/Info 7 0 R");
    let direct = classic(&objects(&packed_xmp()), &format!("/Info {INFO} /X 7 0 R"));
    let again = saved_again(&old);
    vec![
        ("old", old),
        ("XMP packed, information in the trailer", without_seven(direct)),
        ("saved again", again),
        ("packed", packed()),
    ]
}

/// The file as a program saves it once more, with its first version inside.
fn saved_again(old: &[u8]) -> Vec<u8> {
    let object = b"7 0 obj\n<< /Title (+48.8577 again) >>\nendobj\n";
    let at = old.windows(9).rposition(|word| word == b"startxref").unwrap();
    let digits = old[at + 10..].split(|byte| *byte == b'\n').next().unwrap();
    let (previous, at) = (String::from_utf8_lossy(digits), old.len());
    let table = at + object.len();
    let end = format!(
        "xref\n7 1\n{at:010} 00000 n \ntrailer\n<< /Size 9 /Root 1 0 R /Info 7 0 R /Prev {previous} >>\nstartxref\n{table}\n%%EOF\n"
    );
    [old, object, end.as_bytes()].concat()
}

/// Blanks object 7, which tells something in the other files.
fn without_seven(mut file: Vec<u8>) -> Vec<u8> {
    let begin = b"7 0 obj\n";
    let at = file.windows(begin.len()).position(|word| word == begin).unwrap() + begin.len();
    file[at + 2..at + INFO.len() - 2].fill(b' ');
    file
}

/// All that can be read in a file, also in what is packed in it.
fn unpacked(file: &[u8]) -> Vec<u8> {
    let mut all = file.to_vec();
    for (at, _) in file.windows(7).enumerate().filter(|(_, word)| *word == b"stream\n") {
        if let Ok(bytes) = decompress_to_vec_zlib(&file[at + 7..]) {
            all.extend(bytes);
        }
    }
    all
}

/// Whether qpdf finds a file without fault.
fn is_sound(file: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, file).unwrap();
    let output = Command::new("qpdf").arg("--check").arg(&path).output();
    let missing = |_| "qpdf is missing: apt-get install qpdf";
    let output = output.map_err(missing).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    output.status.success() && !text.contains("WARNING")
}

#[test]
fn a_pdf_keeps_its_pages_and_says_nothing_of_itself() {
    for (name, original) in telling() {
        assert!(is_sound(&original), "{name}");
        let copy = copy(&original).expect(name);
        assert_eq!(copy.len(), original.len(), "{name}");
        let all = unpacked(&copy);
        for word in WORDS {
            assert!(has(&unpacked(&original), word), "{name}");
            let word = String::from_utf8_lossy(word).into_owned();
            assert!(!has(&all, word.as_bytes()), "{name}: {word}");
        }
        assert!(has(&copy, PAGE.as_bytes()), "{name}");
        let scan = photo();
        let scan_at = scan.windows(2).position(|mark| mark == b"\xff\xda").unwrap();
        assert!(has(&copy, &scan[scan_at..scan.len() - 8]), "{name}");
        assert_eq!(has(&all, b"/Kept"), name == "packed");
        assert!(is_sound(&copy), "{name}");
        assert_eq!(self::copy(&copy).unwrap(), copy, "{name}: nothing more");
    }
}

#[test]
fn a_pdf_that_cannot_be_cleaned_has_no_copy() {
    let with = |trailer: &str| copy(&classic(&objects(&plain_xmp()), trailer));
    assert!(with("/Info 7 0 R").is_some());
    assert_eq!(with("/Info 7 0 R /Encrypt 9 0 R"), None);
    assert_eq!(with("/Info 7 0 R /X << /ByteRange [0 1 2 3] >>"), None, "signed");
    let bare = [b"<< /Type /Catalog >>".to_vec()];
    let signed = classic(&bare, "/X << /ByteRange [0 1 2 3] >>");
    assert_eq!(copy(&signed).unwrap(), signed, "there is nothing to take out");
    let mut broken = packed();
    let at = broken.windows(6).position(|word| word == b"ObjStm").unwrap();
    let at = at + broken[at..].windows(7).position(|word| word == b"stream\n").unwrap();
    broken[at + 9..at + 20].fill(0xff);
    assert_eq!(copy(&broken), None, "objects that can't be read");
    for (_, original) in telling() {
        for end in 0..original.len() {
            // A part of one is none, or has lost something that led to it.
            let _ = shared_copy(&mut Cursor::new(&original[..end])).unwrap();
        }
    }
    let large =
        classic(&[format!("<< /Title ({}) >>", "x".repeat(70_000)).into_bytes()], "/Info 1 0 R");
    assert_eq!(copy(&large), None, "information that is too long to read");
}

#[test]
fn words_are_found_wherever_a_block_ends() {
    for filler in (65_400..65_600).step_by(3) {
        let comment = format!("<< /X ({}) >>", "x".repeat(filler)).into_bytes();
        let file = classic(&[comment, INFO.into()], "/Info 2 0 R");
        let copy = copy(&file).unwrap();
        assert!(!has(&copy, b"+48.8577"), "{filler}");
    }
}

#[test]
fn a_pdf_keeps_its_fair() {
    let key = SigningKey::from_bytes(&[1; 32]);
    let did = Did::from_key(key.verifying_key().as_bytes());
    let manifest = Manifest::from_value(json!({
        "id": "w", "version": "0.3.0", "type": "document", "contributors": [{"id": did, "weight": 1.0, "role": "writer"}],
    }));
    let fair = Fair::from_manifest(manifest.unwrap().sign(&key).unwrap());
    let original = classic(&objects(&plain_xmp()), "/Info 7 0 R");
    let mut file = Cursor::new(&original);
    let recipe = imajin_fair::embed(&mut file, &fair).unwrap();
    let mut with = Vec::new();
    recipe.write(&mut file, &mut with).unwrap();
    let copy = copy(&with).unwrap();
    assert_eq!(imajin_fair::read(&mut Cursor::new(&copy)).unwrap(), Some(fair));
    assert!(WORDS.iter().all(|word| !has(&copy, word)));
}
