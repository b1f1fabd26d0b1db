//! Resumable uploads on real disks: a full one, and under a program that is killed.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use imajin_dfos::cid::raw_cid;
use imajin_ledger::media::{MediaError, MediaStore, UploadError, UploadId};
use imajin_log::SystemClock;
use imajin_protocol::Did;

/// The environment variable with the folder for the program that is killed; unset in an ordinary run.
const CHILD: &str = "IMAJIN_TEST_UPLOAD_CHILD";
const PIECE: usize = 200_000;
const PIECES: usize = 200;

fn store(data: &Path) -> MediaStore {
    MediaStore::new(data, 1 << 30, Arc::new(SystemClock))
}

fn ada() -> Did {
    Did::from_key(&[7; 32])
}

fn piece(n: usize) -> Vec<u8> {
    (0..PIECE).map(|at| (at * 31 + n * 17) as u8).collect()
}

#[test]
fn a_full_disk_keeps_every_byte_that_was_acknowledged() {
    let disk = crate::disk::SmallDisk::mount(2048);
    let (store, ada) = (store(disk.path()), ada());
    let whole: Vec<u8> = (0..20).flat_map(piece).collect();
    let id = store.create_upload(&ada, whole.len() as u64, Vec::new()).unwrap().id;
    let mut acknowledged = 0;
    let refused = loop {
        let mut writer = store.append(&ada, &id, acknowledged).unwrap();
        let at = acknowledged as usize;
        let written = writer.write(&whole[at..at + PIECE]);
        match written.and_then(|()| writer.pause()) {
            Ok(offset) => acknowledged = offset,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, UploadError::Media(MediaError::Full)), "{refused}");
    assert!(acknowledged > 0);
    assert_eq!(store.upload(&ada, &id).unwrap().offset, acknowledged);
    // The rest continues where there is room.
    let roomy = tempfile::tempdir().unwrap();
    let from = store.folder(&ada);
    let store = self::store(roomy.path());
    let to = store.folder(&ada);
    std::fs::create_dir_all(&to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
    let offset = store.upload(&ada, &id).unwrap().offset;
    assert_eq!(offset, acknowledged);
    let mut writer = store.append(&ada, &id, offset).unwrap();
    writer.write(&whole[offset as usize..]).unwrap();
    assert_eq!(writer.finish().unwrap().cid, raw_cid(&whole));
}

/// Uploads piece by piece and prints each acknowledged offset, until it is killed.
#[test]
fn the_program_that_is_killed() {
    let Some(data) = std::env::var_os(CHILD) else {
        return;
    };
    let (store, ada) = (store(Path::new(&data)), ada());
    let upload = store.uploads(&ada).unwrap().remove(0);
    let mut offset = upload.offset;
    let mut out = std::io::stdout();
    while offset < upload.length {
        let mut writer = store.append(&ada, &upload.id, offset).unwrap();
        let n = offset as usize / PIECE;
        let rest = &piece(n)[offset as usize % PIECE..];
        // Writes each piece in two parts, so that the kill can fall between them.
        let (first, second) = rest.split_at(rest.len() / 2);
        writer.write(first).unwrap();
        writer.write(second).unwrap();
        offset = writer.pause().unwrap();
        writeln!(out, "told {} {offset}", upload.id).unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn a_program_that_is_killed_again_and_again_loses_nothing_that_it_told() {
    let data = tempfile::tempdir().unwrap();
    let (store, ada) = (store(data.path()), ada());
    let length = (PIECE * PIECES) as u64;
    let id = store.create_upload(&ada, length, Vec::new()).unwrap().id;
    let mut last_offset = 0;
    for round in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["uploads::the_program_that_is_killed", "--exact", "--nocapture"])
            .env(CHILD, data.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let offsets = lines.filter_map(|line| {
            let line = line.unwrap();
            let (of, offset) = line.split_once("told ")?.1.split_once(' ')?;
            assert_eq!(UploadId::parse(of).as_ref(), Some(&id));
            offset.parse::<u64>().ok()
        });
        for offset in offsets.take(1 + round % 7) {
            last_offset = offset;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let offset = store.upload(&ada, &id).unwrap().offset;
        assert!(offset >= last_offset, "{last_offset} was told, {offset} is there");
        last_offset = offset;
    }
    assert!(last_offset > 0);
    let mut writer = store.append(&ada, &id, last_offset).unwrap();
    let whole: Vec<u8> = (0..PIECES).flat_map(piece).collect();
    while !writer.catch_up().unwrap() {}
    writer.write(&whole[last_offset as usize..]).unwrap();
    assert_eq!(writer.finish().unwrap().cid, raw_cid(&whole));
}
