//! Backups with little room: on a full stick, and on the disk of the data itself.

use imajin_e2e::mount::Tmpfs;
use imajin_e2e::prelude::*;

use crate::backup::{House, back_up, check};

#[test]
fn a_stick_that_is_full_takes_no_backup_and_loses_none() {
    let house = House::new(1);
    let stick = Tmpfs::new("3m");
    back_up(&house.data(), stick.path());
    house.others[0].show_picture(&vec![5; 1_000_000]);
    house.others[0].show_picture(&vec![6; 2_000_000]);
    let data = house.data();
    let words = ["backup", "--data", text(&data), "--to"];
    imajin(words.into_iter().chain([text(stick.path())])).fails_with(1);
    check(stick.path(), &house.key).json();
    let doctor = imajin(["doctor", "--json", "--data", text(&house.data())]);
    assert_eq!(doctor.code, 1, "the doctor says that it failed");
    stick.resize("20m");
    back_up(&house.data(), stick.path());
    check(stick.path(), &house.key).json();
    imajin(["doctor", "--json", "--data", text(&house.data())]).ok();
}

/// Returns a picture of three megabytes without repeated pieces, so that a backup writes each once.
fn large(one: usize) -> Vec<u8> {
    let bytes = (0..3 << 20).map(|n: usize| (n * one % 251) as u8);
    bytes.collect()
}

/// Returns the free bytes on a disk, including the reserve that the node in `data` has allocated.
fn free(disk: &Path, data: &Path) -> u64 {
    let aside = imajin_ledger::Ballast::new(data).bytes();
    imajin_log::Space::measure(disk).unwrap().free + aside
}

/// Returns the minimum of free bytes during an action. The node must not run, since it changes its ballast.
fn least_free_while(disk: &Path, data: &Path, doing: impl FnOnce()) -> u64 {
    let is_done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            let mut least = u64::MAX;
            while !is_done.load(std::sync::atomic::Ordering::SeqCst) {
                least = least.min(free(disk, data));
                std::thread::sleep(std::time::Duration::from_micros(200));
            }
            least
        });
        doing();
        is_done.store(true, std::sync::atomic::Ordering::SeqCst);
        looking.join().unwrap()
    })
}

#[test]
fn a_backup_on_the_datas_own_disk_leaves_the_reserve_alone_and_says_so() {
    const RESERVE: u64 = 8 << 20;
    // Upper bound for the encryption overhead of a piece.
    const SLACK: u64 = 64 << 10;
    let disk = Tmpfs::new("64m");
    let (data, here) = (disk.path().join("data"), disk.path().join("backups"));
    fs::create_dir(&here).unwrap();
    let reserve = ("IMAJIN_DISK_RESERVE_MIN_BYTES", RESERVE.to_string());
    let options = NodeOptions::default().env([reserve.clone()]);
    let node = Node::start_with(&data, &options);
    let elsewhere = tempfile::tempdir().unwrap();
    let owner = Person::claim(&node, elsewhere.path());
    let key = owner.key_file(elsewhere.path());
    owner.show_picture(&large(1));
    let try_to = |to: &Path| {
        let words = ["backup", "--data", text(&data), "--to", text(to)];
        imajin_with(words, &[(reserve.0, &reserve.1)])
    };
    let names = || -> Vec<String> {
        let entries = fs::read_dir(&here).unwrap().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    try_to(&here).ok();
    let first = names();
    owner.show_picture(&large(2));
    // Two megabytes beyond the reserve: the second picture does not fit.
    let filler = disk.path().join("filler");
    let fill = free(disk.path(), &data) - RESERVE - (2 << 20);
    fs::write(&filler, vec![0; fill as usize]).unwrap();
    let refused = |why: &str| {
        let refusal = try_to(&here).fails_with(1);
        for part in ["reserved for people's records", "another", "make room"] {
            assert!(refusal.contains(part), "{why}: {refusal}");
        }
        assert!(free(disk.path(), &data) >= RESERVE, "{why}");
        assert_eq!(names(), first, "{why}: nothing of it stays");
    };
    refused("by the node that runs");
    owner.update_bio("records are written").unwrap();
    assert!(node.stop().0.success());
    let least = least_free_while(disk.path(), &data, || refused("by the command itself"));
    assert!(least + SLACK >= RESERVE, "only {least} bytes were free meanwhile");
    // Another disk takes it, even below the reserve, and the first backup is complete.
    let more = disk.path().join("more");
    fs::write(&more, vec![0; 3 << 20]).unwrap();
    let stick = tempfile::tempdir().unwrap();
    try_to(stick.path()).ok();
    check(stick.path(), &key).json();
    check(&here, &key).json();
    fs::remove_file(&filler).unwrap();
    fs::remove_file(&more).unwrap();
    try_to(&here).ok();
    // A nearly empty backup does not use the reserve either.
    let second = names();
    let fill = free(disk.path(), &data) - RESERVE + (1 << 20);
    fs::write(&filler, vec![0; fill as usize]).unwrap();
    let refusal = try_to(&here).fails_with(1);
    assert_has!(refusal, "reserved for people's records");
    assert_eq!(names(), second);
}
