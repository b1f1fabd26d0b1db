//! A gigabyte at a friend's box: the time to restore it, next to a restoration from a folder, and changed bytes in it.

use super::{World, back_up, files_in, random_bytes, restore};
use imajin_e2e::mutate;
use imajin_e2e::prelude::*;
use std::fs::File;
use std::io::Write;

const BYTES: usize = 1_000_000_000;
const PART_BYTES: usize = BYTES / 100;
/// Restorations from each place, of which the fastest counts.
const ROUNDS: usize = 2;
/// Most times that a folder takes.
const TIMES_MAX: u32 = 2;
/// A pack is an age file: a header, and chunks of 64 KiB with a tag each.
const HEADER_BYTES_MAX: usize = 2_000;
const SEALED_CHUNK_BYTES: usize = (64 << 10) + 16;

/// Writes random bytes, of which no piece is like another.
fn fill(path: &Path) {
    let mut file = File::create(path).unwrap();
    for _ in 0..BYTES / PART_BYTES {
        file.write_all(&random_bytes(PART_BYTES)).unwrap();
    }
}

/// Restores a backup into a new folder, which is deleted afterwards. Returns the time.
fn time_restore(from: &str, key: &Path) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let begun = Instant::now();
    restore(from, key, &["--data", text(&data)]).json();
    let time = begun.elapsed();
    let large = fs::metadata(data.join("node/large")).unwrap();
    assert_eq!(large.len(), BYTES as u64);
    time
}

#[test]
fn a_friends_box_restores_a_gigabyte_in_twice_the_time_of_a_folder_and_each_changed_chunk_is_named()
{
    let world = World::new();
    let (data, bob_data) = (world.house.data(), world.bob_data());
    let (key, stick) = (world.house.key.clone(), world.house.stick());
    fill(&data.join("node/large"));
    back_up(&data).json();
    world.house.back_up();
    world.house.node.stop();
    let url = world.bob.url.clone();
    let [mut folder, mut friend] = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        folder = folder.min(time_restore(text(&stick), &key));
        friend = friend.min(time_restore(&url, &key));
    }
    println!("1 GB from a friend's box: {friend:.1?}, from a folder: {folder:.1?}");
    assert!(friend <= TIMES_MAX * folder, "{friend:.1?}, {folder:.1?}");

    let mut packs = files_in(&bob_data, "current");
    packs.retain(|path| text(path).contains("pack-"));
    packs.sort();
    for (pack, chunk) in [(0, 1), (packs.len() / 2, 500), (packs.len() - 1, 1_000)] {
        let name = packs[pack].file_name().unwrap().to_str().unwrap();
        let offset = HEADER_BYTES_MAX + chunk * SEALED_CHUNK_BYTES;
        mutate(&packs[pack], offset, |byte| byte ^ 1);
        let refused = restore(&url, &key, &["--check"]).fails_with(1);
        assert_has!(refused, &format!("{name}, chunk {chunk} is damaged"));
        mutate(&packs[pack], offset, |byte| byte ^ 1);
    }
}
