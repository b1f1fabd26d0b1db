//! Resumable uploads: offsets, breaks, checksums, ends.

use std::sync::Arc;

use imajin_dfos::Timestamp;
use imajin_dfos::cid::raw_cid;
use imajin_log::clock::ManualClock;
use proptest::prelude::*;

use super::*;
use crate::media::is_unfinished;

const START_MS: i64 = 1_767_225_600_000;

struct World {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    store: MediaStore,
    did: Did,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::new(at(0)));
        Self {
            store: MediaStore::new(folder.path(), 64 << 20, clock.clone()),
            folder,
            clock,
            did: Did::from_key(&[7; 32]),
        }
    }

    /// Restarts as after a crash: keeps the disk's contents and nothing in memory.
    fn restart(&mut self) {
        self.store = MediaStore::new(self.folder.path(), 64 << 20, self.clock.clone());
    }

    fn begin(&self, length: u64) -> UploadId {
        let upload = self.store.create_upload(&self.did, length, Vec::new());
        upload.unwrap().id
    }

    fn writer(&self, id: &UploadId, offset: u64) -> UploadWriter {
        self.store.append(&self.did, id, offset).unwrap()
    }

    fn offset(&self, id: &UploadId) -> u64 {
        self.store.upload(&self.did, id).unwrap().offset
    }

    fn files(&self) -> usize {
        fs::read_dir(self.store.folder(&self.did)).unwrap().count()
    }
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(START_MS + ms).unwrap()
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|n| (n * n / 7 % 251) as u8).collect()
}

#[test]
fn an_upload_goes_on_after_a_restart_and_gets_its_name() {
    let mut world = World::new();
    let whole = bytes(300_000);
    let meta = vec![("filename".to_owned(), "a.jpg".to_owned())];
    let begun = world.store.create_upload(&world.did, 300_000, meta.clone());
    let id = begun.unwrap().id;
    let mut writer = world.writer(&id, 0);
    writer.write(&whole[..100_000]).unwrap();
    assert_eq!(world.offset(&id), 0, "nothing is noted yet");
    assert_eq!(writer.pause().unwrap(), 100_000);
    world.restart();
    let upload = world.store.upload(&world.did, &id).unwrap();
    assert_eq!((upload.offset, &upload.meta), (100_000, &meta));
    assert_eq!(world.store.uploads(&world.did).unwrap(), [upload]);
    let mut writer = world.writer(&id, 100_000);
    writer.write(&whole[100_000..]).unwrap();
    let stored = writer.finish().unwrap();
    assert_eq!(stored.cid, raw_cid(&whole));
    assert_eq!((stored.bytes, stored.existed), (300_000, false));
    assert_eq!(world.store.check(&world.did, &stored.cid).unwrap(), 300_000);

    let upload = world.store.upload(&world.did, &id).unwrap();
    assert_eq!(upload.stored, Some(stored.cid.to_string()));
    assert!(!upload.is_open());
    world.store.note_outcome(&world.did, &id, "ast_1").unwrap();
    world.restart();
    let again = world.store.finish_upload(&world.did, &id).unwrap();
    assert_eq!((again.cid, again.existed), (stored.cid, true));
    assert_eq!(world.store.upload(&world.did, &id).unwrap().outcome.as_deref(), Some("ast_1"));
    assert!(world.store.end_upload(&world.did, &id).unwrap());
    assert!(world.store.size(&world.did, &stored.cid).unwrap().is_some());
    assert_eq!(world.files(), 1, "the folder of the file");
}

#[test]
fn a_crash_between_note_and_name_loses_nothing() {
    let mut world = World::new();
    let whole = bytes(1000);
    let id = world.begin(1000);
    let mut writer = world.writer(&id, 0);
    writer.write(&whole).unwrap();
    writer.pause().unwrap();
    let mut noted = world.store.upload(&world.did, &id).unwrap();
    noted.stored = Some(raw_cid(b"whatever").to_string());
    write_note(&files_of(&world.store.folder(&world.did), &id).1, &noted).unwrap();
    world.restart();
    let stored = world.store.finish_upload(&world.did, &id).unwrap();
    assert_eq!(stored.cid, raw_cid(&whole), "hashed again");
}

#[test]
fn bytes_that_were_never_noted_are_cut_off() {
    let mut world = World::new();
    let whole = bytes(5000);
    let id = world.begin(5000);
    let mut writer = world.writer(&id, 0);
    writer.write(&whole[..2000]).unwrap();
    writer.pause().unwrap();
    // A file after a power cut: a length, and no data.
    let path = files_of(&world.store.folder(&world.did), &id).0;
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(4000).unwrap();
    world.restart();
    assert_eq!(world.offset(&id), 2000);
    let mut writer = world.writer(&id, 2000);
    writer.write(&whole[2000..]).unwrap();
    assert_eq!(writer.finish().unwrap().cid, raw_cid(&whole));
}

#[test]
fn offsets_are_noted_every_8_mib() {
    let world = World::new();
    let id = world.begin(40 << 20);
    let mut writer = world.writer(&id, 0);
    let piece = bytes(1 << 20);
    for n in 0..20_u64 {
        // The sync of the last 8 MiB may be running; the sync of the bytes before them is over.
        let (told, due) = (world.offset(&id) >> 20, n / 8 * 8);
        assert!(told == due || told + 8 == due, "{told} of {n}");
        writer.write(&piece).unwrap();
    }
    drop(writer);
    assert_eq!(world.offset(&id), 20 << 20, "and when it breaks");
}

#[test]
fn one_writer_at_the_right_place() {
    let world = World::new();
    let id = world.begin(10);
    let append = |offset| world.store.append(&world.did, &id, offset);
    let mut writer = append(0).unwrap();
    assert!(matches!(append(0), Err(UploadError::Busy)));
    writer.write(b"12345").unwrap();
    assert!(matches!(writer.write(b"678901"), Err(UploadError::TooLong { length: 10 })));
    drop(writer);
    for wrong in [0, 4, 6, 10] {
        assert!(matches!(append(wrong), Err(UploadError::Offset { offset: 5 })));
    }
    assert!(matches!(append(5).unwrap().finish(), Err(UploadError::Offset { offset: 5 })));
    assert!(matches!(
        world.store.finish_upload(&world.did, &id),
        Err(UploadError::Offset { offset: 5 })
    ));
    let mut writer = append(5).unwrap();
    writer.write(b"67890").unwrap();
    writer.finish().unwrap();
    assert!(matches!(append(10), Err(UploadError::Offset { offset: 10 })));
    let other = Did::from_key(&[8; 32]);
    assert!(matches!(world.store.upload(&other, &id), Err(UploadError::Unknown)));
    let too_large = world.store.create_upload(&world.did, 65 << 20, Vec::new());
    assert!(matches!(too_large, Err(MediaError::TooLarge { .. })));
}

#[test]
fn what_is_held_back_and_not_kept_is_cut_off() {
    let world = World::new();
    let whole = bytes(20_000);
    let id = world.begin(20_000);
    let held = |offset: usize, bytes: &[u8]| {
        let mut writer = world.writer(&id, offset as u64);
        writer.hold();
        writer.write(bytes).unwrap();
        writer
    };
    let (first, second) = whole.split_at(8_000);
    assert_eq!(held(0, first).pause().unwrap(), 0);
    let mut kept = held(0, first);
    kept.keep();
    assert_eq!(kept.pause().unwrap(), 8_000);
    drop(held(8_000, &second[..1_000]));
    assert_eq!(world.offset(&id), 8_000, "it broke off");
    assert!(matches!(held(8_000, second).finish(), Err(UploadError::Offset { offset: 8_000 })));
    let mut kept = held(8_000, second);
    kept.keep();
    assert_eq!(kept.finish().unwrap().cid, raw_cid(&whole));
}

#[test]
fn an_upload_that_ends_takes_its_writer_along() {
    let world = World::new();
    for ends in [
        MediaStore::end_upload as fn(&MediaStore, &Did, &UploadId) -> Result<bool, MediaError>,
        |store, did, _| store.remove_partials(did).map(|removed| removed > 0),
    ] {
        let id = world.begin(10);
        let mut writer = world.writer(&id, 0);
        writer.write(b"12345").unwrap();
        assert!(ends(&world.store, &world.did, &id).unwrap());
        assert!(matches!(writer.write(b"6"), Err(UploadError::Unknown)));
        assert!(matches!(writer.pause(), Err(UploadError::Unknown)));
        assert_eq!(world.files(), 0, "nothing comes back");
        assert!(!world.store.end_upload(&world.did, &id).unwrap());
    }
}

#[test]
fn old_and_damaged_uploads_go_and_others_stay() {
    let world = World::new();
    let (old, young, damaged, busy) =
        (world.begin(10), world.begin(10), world.begin(10), world.begin(10));
    let held = world.writer(&busy, 0);
    let (_, note) = files_of(&world.store.folder(&world.did), &damaged);
    fs::write(note, "{").unwrap();
    world.clock.set(at(1000));
    let mut writer = world.writer(&young, 0);
    writer.write(b"1").unwrap();
    writer.pause().unwrap();
    assert_eq!(world.store.remove_abandoned(&world.did).unwrap(), 0);
    assert_eq!(world.store.end_old_uploads(&world.did, at(500)).unwrap(), 2);
    assert_eq!(world.offset(&young), 1);
    assert!(world.store.upload(&world.did, &old).is_err());
    drop(held);
    assert_eq!(world.store.end_old_uploads(&world.did, at(500)).unwrap(), 1);
    let left = world.store.unfinished(&world.did).unwrap();
    assert!(left.len() == 2 && left.iter().all(|name| is_unfinished(name)));
    assert_eq!(world.store.list(&world.did).unwrap(), []);
}

#[test]
fn ids_are_32_hexadecimal_digits() {
    let id = "0123456789abcdef0123456789abcdef";
    assert_eq!(UploadId::parse(id).unwrap().to_string(), id);
    for wrong in
        ["", "0123", &id.to_uppercase(), &format!("{id}0"), "../../../../../../../../../../etc"]
    {
        assert_eq!(UploadId::parse(wrong), None);
    }
}

/// An event in an upload's life.
#[derive(Debug, Clone)]
enum UploadEvent {
    /// This many bytes come, and the sender ends the part.
    Part(usize),
    /// This many bytes come, and the connection breaks.
    Break(usize),
    /// This many bytes come, and count or not.
    Held(usize, bool),
    /// The program stops without a word, and starts again.
    Restart,
}

fn step() -> impl Strategy<Value = UploadEvent> {
    prop_oneof![
        (0..5000_usize).prop_map(UploadEvent::Part),
        (0..5000_usize).prop_map(UploadEvent::Break),
        (0..5000_usize, any::<bool>())
            .prop_map(|(count, is_true)| UploadEvent::Held(count, is_true)),
        Just(UploadEvent::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_sequence_of_parts_and_breaks_gives_the_same_file(steps in prop::collection::vec(step(), 0..30)) {
        let mut world = World::new();
        let whole = bytes(30_000);
        let id = world.begin(whole.len() as u64);
        for step in steps {
            let offset = world.offset(&id);
            let rest = &whole[offset as usize..];
            let part = |count: usize| &rest[..count.min(rest.len())];
            let expected = match step {
                UploadEvent::Restart => {
                    world.restart();
                    offset
                }
                UploadEvent::Part(count) => {
                    let mut writer = world.writer(&id, offset);
                    for piece in part(count).chunks(1000) {
                        writer.write(piece).unwrap();
                    }
                    writer.pause().unwrap()
                }
                UploadEvent::Break(count) => {
                    let mut writer = world.writer(&id, offset);
                    writer.write(part(count)).unwrap();
                    writer.offset()
                }
                UploadEvent::Held(count, is_true) => {
                    let part = part(count);
                    let mut writer = world.writer(&id, offset);
                    writer.hold();
                    writer.write(part).unwrap();
                    if is_true {
                        writer.keep();
                    }
                    writer.pause().unwrap();
                    offset + if is_true { part.len() as u64 } else { 0 }
                }
            };
            prop_assert_eq!(world.offset(&id), expected);
        }
        let offset = world.offset(&id);
        let mut writer = world.writer(&id, offset);
        writer.write(&whole[offset as usize..]).unwrap();
        prop_assert_eq!(writer.finish().unwrap().cid, raw_cid(&whole));
    }
}
