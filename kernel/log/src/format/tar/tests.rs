//! The canonical tar: it reads as it was written, other programs read it, and nothing else is taken.

use std::io::Read;

use super::*;

fn any(_: &str) -> bool {
    true
}

fn write(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = TarWriter::new(Vec::new());
    for (name, bytes) in files {
        tar.add(name, bytes.len() as u64, *bytes, &mut |_| {}).unwrap();
    }
    tar.finish().unwrap()
}

fn read(tar: &[u8]) -> Result<Vec<(String, Vec<u8>)>, TarError> {
    read_with(tar, TarLimits::default(), any)
}

fn read_with(
    tar: &[u8],
    limits: TarLimits,
    allowed: fn(&str) -> bool,
) -> Result<Vec<(String, Vec<u8>)>, TarError> {
    let mut reader = TarReader::new(tar, limits, allowed);
    let mut files = Vec::new();
    while let Some((name, _)) = reader.next_file()? {
        let mut bytes = Vec::new();
        reader.file().read_to_end(&mut bytes)?;
        files.push((name, bytes));
    }
    Ok(files)
}

const FILES: &[(&str, &[u8])] =
    &[("a", b""), ("b/c", &[7; 512]), ("b/d", &[8; 513]), ("z", b"text")];

#[test]
fn it_reads_as_it_was_written() {
    let tar = write(FILES);
    let files = read(&tar).unwrap();
    let expected: Vec<_> = FILES.iter().map(|(n, b)| (n.to_string(), b.to_vec())).collect();
    assert_eq!(files, expected);
    let sizes = FILES.iter().map(|(_, b)| b.len() as u64);
    assert_eq!(tar.len() as u64, tar_bytes(sizes));
}

#[test]
fn any_other_byte_is_a_fault() {
    let tar = write(&[("a", b"xy"), ("b", b"")]);
    let good = read(&tar).unwrap();
    for at in 0..tar.len() {
        for flip in [1u8, 0x20, 0x80] {
            let mut bad = tar.clone();
            bad[at] ^= flip;
            // The bytes of files and their names are the manifest's to judge.
            assert!(read(&bad).map_or(true, |files| files != good), "byte {at}");
        }
    }
}

#[test]
fn cut_or_extended_tars_are_faults() {
    let tar = write(FILES);
    for cut in 0..tar.len() {
        assert!(read(&tar[..cut]).is_err(), "cut to {cut}");
    }
    for extra in [&[0u8][..], &[0u8; 512][..], b"x"] {
        assert!(read(&[&tar, extra].concat()).is_err());
    }
}

#[test]
fn order_names_and_sizes_are_held() {
    let mut tar = TarWriter::new(Vec::new());
    tar.add("b", 1, &b"x"[..], &mut |_| {}).unwrap();
    for name in ["a", "b"] {
        let refused = tar.add(name, 0, &b""[..], &mut |_| {});
        assert!(matches!(refused, Err(TarError::Order { .. })));
    }
    for (announced, bytes) in [(2, &b"x"[..]), (0, &b"x"[..])] {
        let refused = tar.add("c", announced, bytes, &mut |_| {});
        assert!(matches!(refused, Err(TarError::Size { .. })));
    }
    let long = "x".repeat(101);
    assert!(tar.add(&long, 0, &b""[..], &mut |_| {}).is_err());
    assert!(tar.add("d", FILE_BYTES_MAX + 1, &b""[..], &mut |_| {}).is_err());
}

#[test]
fn duplicates_and_disorder_are_refused_by_the_reader() {
    let first = &write(&[("a", b"")])[..512];
    let second = &write(&[("b", b"")])[..512];
    let end = [0u8; 1024];
    for blocks in [[first, first], [second, first]] {
        let tar = [blocks[0], blocks[1], &end].concat();
        assert!(matches!(read(&tar), Err(TarError::Order { .. })));
    }
}

#[test]
fn bombs_and_strange_names_are_refused() {
    let tar = write(FILES);
    let limits = TarLimits { files_max: 3, bytes_max: 1 << 20 };
    assert!(matches!(read_with(&tar, limits, any), Err(TarError::TooLarge { .. })));
    let limits = TarLimits { files_max: 9, bytes_max: 1024 };
    assert!(matches!(read_with(&tar, limits, any), Err(TarError::TooLarge { .. })));
    // A header that announces 8 GiB is refused before a byte of them is read.
    let mut bomb = header::make("a", FILE_BYTES_MAX).unwrap().to_vec();
    bomb.extend([0; 4096]);
    assert!(matches!(read_with(&bomb, limits, any), Err(TarError::TooLarge { .. })));
    for name in ["../a", "/a", "log.sqlite/../../a"] {
        let tar = write(&[(name, b"x")]);
        let refused = read_with(&tar, TarLimits::default(), crate::format::names::is_allowed);
        assert!(matches!(refused, Err(TarError::Name { .. })));
    }
}

#[test]
fn links_and_folders_are_refused() {
    for kind in [b'1', b'2', b'3', b'5', b'x', b'L', 0] {
        let mut block = header::make("a", 0).unwrap();
        block[156] = kind;
        let refused = read(&[&block[..], &[0u8; 1024]].concat());
        assert!(matches!(refused, Err(TarError::NotCanonical { .. })));
    }
}
