//! Bundles: an import returns what was exported, every change is found, and an older one stays until the new one is
//! complete.

use std::fs;
use std::path::Path;

use crate::support::export::{World, bundle_options, files, sign, verify};
use crate::support::{Log, Party, ops};
use imajin_bundle::export::{ExportError, Signatures, Target, resolve};
use imajin_log::format::age::{Recipient, Unlock};
use imajin_log::format::manifest::{SPLIT_DEFAULT, Signer, SignerKind};
use imajin_log::format::views::NoViews;
use imajin_log::rules::Code;
use imajin_log::verify::{BundleOptions, VerifyError, verify_bundle};
use imajin_protocol::EncryptionKey;

#[test]
fn a_folder_comes_back_as_it_went() {
    let world = World::new();
    let target = Target::Folder(world.path("stick"));
    let mut last = None;
    let written = world
        .ready(&target, SPLIT_DEFAULT)
        .write(&target, None, &mut |progress| last = Some(progress))
        .unwrap();
    let last = last.unwrap();
    assert_eq!((last.files, last.bytes), (last.files_total, last.bytes_total));
    assert_eq!((written.files, written.bytes), (last.files, last.bytes));
    let report = verify(target.path());
    assert_eq!(report.fault, None);
    let bundle = report.bundle.unwrap();
    assert_eq!((bundle.signed_by, bundle.media, bundle.media_bytes), (SignerKind::Owner, 2, 3009));
    assert_eq!(report.entries, world.log.seq());
    assert!(!world.path("stick.partial").exists());
    // The bundle has none of the node's own tables.
    let names: Vec<String> = files(target.path())
        .iter()
        .map(|p| p.strip_prefix(target.path()).unwrap().display().to_string())
        .collect();
    let expected = ["bundle.json", "index.html", "log.sqlite", "manifest.json"];
    assert_eq!(names.iter().filter(|n| !n.starts_with("media/")).collect::<Vec<_>>(), expected);
}

#[test]
fn a_tar_is_the_same_bundle_and_its_size_is_known_before() {
    let world = World::new();
    let target = Target::Tar(world.path("copy.tar"));
    let ready = world.ready(&target, SPLIT_DEFAULT);
    let mut stream = Vec::new();
    ready.write_tar(&mut stream, &mut |_| {}).unwrap();
    assert_eq!(stream.len() as u64, ready.tar_bytes());
    let mut read = Vec::new();
    let again = world.ready(&Target::Tar(world.path("again.tar")), SPLIT_DEFAULT);
    std::io::Read::read_to_end(&mut again.into_tar(), &mut read).unwrap();
    assert_eq!(read, stream, "read piece by piece it is the same");
    ready.write(&target, None, &mut |_| {}).unwrap();
    assert_eq!(fs::read(target.path()).unwrap(), stream);
    let report = verify(target.path());
    assert_eq!(report.fault, None);
    assert!(report.valid);
    let unpacked = world.path("unpacked");
    fs::create_dir(&unpacked).unwrap();
    let status = std::process::Command::new("tar")
        .arg("-xf")
        .arg(target.path())
        .arg("-C")
        .arg(&unpacked)
        .status();
    if status.is_ok_and(|status| status.success()) {
        assert!(verify(&unpacked).valid, "other programs read it too");
    }
}

#[test]
fn large_files_are_split_and_come_together_again() {
    let world = World::new();
    for (target, split) in [
        (Target::Folder(world.path("split")), 4096),
        (Target::Tar(world.path("split.tar")), 1000),
        (Target::Folder(world.path("tiny")), 777),
    ] {
        world.export(&target, split);
        assert_eq!(verify(target.path()).fault, None, "{split}");
        if target == Target::Folder(world.path("split")) {
            assert!(target.path().join("log.sqlite.000").is_file());
            assert!(!target.path().join("log.sqlite").exists());
            fs::remove_file(target.path().join("log.sqlite.002")).unwrap();
            assert_eq!(verify(target.path()).fault.unwrap().code, Code::Manifest);
        }
    }
}

#[test]
fn encrypted_copies_open_for_whom_they_are() {
    let secret = x25519_dalek::StaticSecret::from([9; 32]);
    let public = x25519_dalek::PublicKey::from(&secret).to_bytes();
    let world = World::from_log(Log::begin_with_encryption(&Party::new(1), &Party::new(3), public));
    let target = Target::Tar(world.path("copy.tar.age"));
    let prepared = world.prepare(&target, SPLIT_DEFAULT).unwrap();
    assert_eq!(prepared.encryption_keys(), [EncryptionKey::from_bytes(public)]);
    let recipient = Recipient::Keys(prepared.encryption_keys().to_vec());
    let ready = sign(prepared, &world.log.owner, SignerKind::Owner);
    ready.write(&target, Some(&recipient), &mut |_| {}).unwrap();
    let open = |unlock: Option<&Unlock>| {
        let mut progress = |_: u64| {};
        let options = BundleOptions { unlock, ..bundle_options(&mut progress) };
        verify_bundle(target.path(), &ops(), &NoViews, options)
    };
    let report = open(Some(&Unlock::Key([9; 32]))).unwrap();
    assert!(report.valid && report.bundle.unwrap().encrypted);
    for wrong in [None, Some(&Unlock::Key([8; 32])), Some(&Unlock::passphrase("no"))] {
        assert!(matches!(open(wrong), Err(VerifyError::Locked { .. })));
    }
    let mut bytes = fs::read(target.path()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(target.path(), &bytes).unwrap();
    assert!(!open(Some(&Unlock::Key([9; 32]))).unwrap().valid);
}

#[test]
fn without_the_owner_the_node_signs_and_it_says_so() {
    let world = World::new();
    let target = Target::Folder(world.path("by-node"));
    let prepared = world.prepare(&target, SPLIT_DEFAULT).unwrap();
    sign(prepared, &world.log.node, SignerKind::Node).write(&target, None, &mut |_| {}).unwrap();
    let report = verify(target.path());
    assert_eq!(report.fault, None);
    assert_eq!(report.bundle.unwrap().signed_by, SignerKind::Node);
}

#[test]
fn nobody_else_may_sign() {
    let world = World::new();
    let stranger = Party::new(99);
    let old_key = Party::new(1);
    for (by, kind) in [
        (&stranger, SignerKind::Owner),
        (&stranger, SignerKind::Node),
        (&old_key, SignerKind::Owner),
        (&world.log.owner, SignerKind::Node),
        (&world.log.node, SignerKind::Owner),
    ] {
        let target = Target::Folder(world.path("never"));
        let prepared = world.prepare(&target, SPLIT_DEFAULT).unwrap();
        let signer = Signer { kind, kid: by.kid().to_string() };
        let texts = prepared.to_sign(&signer);
        let signatures =
            Signatures { bundle: by.sign(&texts.bundle), manifest: by.sign(&texts.manifest) };
        assert!(matches!(prepared.sign(signer, signatures), Err(ExportError::Signature(_))));
        assert!(!target.staging().exists(), "nothing is left");
    }
}

#[test]
fn a_newer_copy_replaces_an_older_one_and_nothing_else() {
    let mut world = World::new();
    let target = Target::Folder(world.path("stick"));
    world.export(&target, SPLIT_DEFAULT);
    world.log.note("later");
    world.log.head();
    world.save();
    world.export(&target, SPLIT_DEFAULT);
    assert_eq!(verify(target.path()).entries, world.log.seq());
    assert!(!world.path("stick.previous").exists());

    let holiday = world.path("holiday");
    fs::create_dir(&holiday).unwrap();
    fs::write(holiday.join("photo.jpg"), b"dear").unwrap();
    let refused = world.ready(&Target::Folder(world.path("elsewhere")), SPLIT_DEFAULT).write(
        &Target::Folder(holiday.clone()),
        None,
        &mut |_| {},
    );
    assert!(matches!(refused, Err(ExportError::Occupied { .. })));
    assert_eq!(fs::read(holiday.join("photo.jpg")).unwrap(), b"dear");
    // An export to the stick itself makes a folder on it.
    let below = resolve(&holiday, &world.log.owner.did, false);
    world.export(&below, SPLIT_DEFAULT);
    assert!(verify(below.path()).valid);
    let other = World::from_log(Log::begin(&Party::new(21), &Party::new(3)));
    let refused = other.ready(&below, SPLIT_DEFAULT).write(&below, None, &mut |_| {});
    assert!(
        matches!(refused, Err(ExportError::Occupied { .. })),
        "another person's copy is not replaced"
    );
}

#[test]
fn an_export_that_fails_keeps_the_old_one() {
    let mut world = World::new();
    for target in [Target::Folder(world.path("stick")), Target::Tar(world.path("stick.tar"))] {
        world.export(&target, SPLIT_DEFAULT);
        let before = verify(target.path());
        assert!(before.valid);
        world.log.note("later");
        world.log.head();
        world.save();
        let ready = world.ready(&target, SPLIT_DEFAULT);
        // A picture rots while the copy is made.
        let rotten = world.folder().join("media");
        let picture = files(&rotten).into_iter().next().unwrap();
        let bytes = fs::read(&picture).unwrap();
        fs::write(&picture, vec![0u8; bytes.len()]).unwrap();
        let failed = ready.write(&target, None, &mut |_| {});
        assert!(matches!(failed, Err(ExportError::Changed { .. })), "{failed:?}");
        fs::write(&picture, bytes).unwrap();
        assert_eq!(verify(target.path()), before);
        assert_eq!(leftovers(world.dir.path()), Vec::<String>::new());
    }
}

#[test]
fn a_crash_between_the_two_renames_leaves_the_older_copy_to_be_found() {
    let world = World::new();
    let target = Target::Folder(world.path("stick"));
    world.export(&target, SPLIT_DEFAULT);
    fs::rename(target.path(), world.path("stick.previous")).unwrap();
    world.export(&target, SPLIT_DEFAULT);
    assert!(verify(target.path()).valid);
    assert_eq!(leftovers(world.dir.path()), Vec::<String>::new());
}

fn leftovers(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    names
        .filter(|n| [".partial", ".previous", ".staging"].iter().any(|tail| n.ends_with(tail)))
        .collect()
}

#[test]
fn a_log_that_does_not_verify_is_not_exported() {
    let mut world = World::new();
    world.log.bodies.remove(&1);
    world.save();
    let refused = world.prepare(&Target::Folder(world.path("x")), SPLIT_DEFAULT);
    assert!(matches!(refused, Err(ExportError::Invalid(fault)) if fault.code == Code::Body));
    let mut world = World::new();
    world.log.note("no head yet");
    world.save();
    let refused = world.prepare(&Target::Folder(world.path("x")), SPLIT_DEFAULT);
    assert!(matches!(refused, Err(ExportError::NoHead)));
}

#[test]
fn missing_media_is_a_fault_unless_erased() {
    let mut world = World::new();
    let target = Target::Folder(world.path("stick"));
    world.export(&target, SPLIT_DEFAULT);
    let picture = files(&target.path().join("media")).into_iter().next().unwrap();
    fs::remove_file(&picture).unwrap();
    assert_eq!(verify(target.path()).fault.unwrap().code, Code::Manifest);
    let seq = world.log.seq() - 1;
    world.log.erase(&[seq]);
    world.log.head();
    world.save();
    fs::remove_dir_all(world.folder().join("media")).unwrap();
    world.export(&target, SPLIT_DEFAULT);
    let report = verify(target.path());
    assert_eq!(report.fault, None);
    assert_eq!(report.bundle.unwrap().media, 0);
}

#[test]
fn a_full_stick_keeps_the_older_copy_and_says_so() {
    let mut world = World::new();
    let disk = crate::disk::SmallDisk::mount(400);
    let target = Target::Folder(disk.path().join("copy"));
    world.export(&target, SPLIT_DEFAULT);
    let before = verify(target.path());
    assert!(before.valid);
    let clock = std::sync::Arc::new(imajin_log::SystemClock);
    let store = imajin_ledger::media::MediaStore::new(&world.data(), 1 << 20, clock.clone());
    let large = store.put(&world.log.owner.did, &[3u8; 300_000][..]).unwrap().cid;
    world.log.note_with_media("large", &[large]);
    world.log.head();
    world.save();
    let full = world.ready(&target, SPLIT_DEFAULT).write(&target, None, &mut |_| {});
    assert!(matches!(full, Err(ExportError::Full { .. })), "{full:?}");
    assert_eq!(verify(target.path()), before);
    assert_eq!(leftovers(disk.path()), Vec::<String>::new());
    let small = imajin_ledger::media::MediaStore::new(disk.path(), 1 << 20, clock);
    let refused = small.put(&world.log.owner.did, &[3u8; 700_000][..]);
    assert!(matches!(refused, Err(imajin_ledger::media::MediaError::Full)), "{refused:?}");
}
