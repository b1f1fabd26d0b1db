//! Measurements of speed and bytes: run by hand, since figures of a shared machine alone say nothing.
//! `cargo test --release -p imajin-ledger --test ledger -- measure:: --ignored --nocapture --test-threads 1`

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::world::{Party, Say, World};
use imajin_ledger::{Command, CommandWill, Limits};
use imajin_protocol::proof::EntryPosition;

#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn now() -> Instant {
    Instant::now()
}

/// Returns the commands of one person, signed beforehand, each after the one before.
fn presigned(world: &World, party: &Party, count: usize) -> Vec<Command> {
    let status = world.ledger().status(&party.did).unwrap().unwrap();
    let seen = Some(EntryPosition {
        seq: status.seq,
        cid: status.cid,
    });
    let mut after = world
        .ledger()
        .after(&party.did, &party.kid.to_string())
        .unwrap();
    let mut commands = Vec::with_capacity(count);
    for n in 0..count {
        let say = Say::set(&format!(
            "a profile of some length, with a name and a few words about its person: {n:08}"
        ));
        let command = world.signed_as(party, &party.did, say, seen, after);
        if let CommandWill::Signed(proof) = &command.will {
            after = Some(proof.payload.cid());
        }
        commands.push(command);
    }
    commands
}

fn cpu_us() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()) * 10_000
}

fn written_bytes() -> (u64, u64) {
    let io = std::fs::read_to_string("/proc/self/io").unwrap();
    let get = |name: &str| {
        let line = io.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    (get("wchar:"), get("write_bytes:"))
}

fn rss_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn run(world: &World, clients: usize, dids: usize, per_did: usize) {
    let parties: Vec<Party> = (0..dids as u64).map(|n| Party::new(1_000 + n)).collect();
    for party in &parties {
        if world.ledger().status(&party.did).unwrap().is_none() {
            world.create(party);
        }
    }
    world.ledger().settle();
    let mut work: Vec<Vec<Command>> = (0..clients).map(|_| Vec::new()).collect();
    for (n, party) in parties.iter().enumerate() {
        work[n % clients].extend(presigned(world, party, per_did));
    }
    let total = (dids * per_did) as f64;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let before = world.ledger().stats();
    let (cpu, bytes, start) = (cpu_us(), written_bytes(), now());
    let mut latencies = runtime.block_on(async {
        let tasks: Vec<_> = work
            .into_iter()
            .map(|commands| {
                let ledger = world.ledger().clone();
                tokio::spawn(async move {
                    let mut latencies = Vec::with_capacity(commands.len());
                    for command in commands {
                        let start = now();
                        let _flight = ledger.in_flight();
                        ledger.submit(command).await.unwrap();
                        latencies.push(start.elapsed());
                    }
                    latencies
                })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            all.extend(task.await.unwrap());
        }
        all
    });
    let elapsed = start.elapsed();
    let used = cpu_us() - cpu;
    world.ledger().settle();
    let after = world.ledger().stats();
    let (wchar, stored) = written_bytes();
    latencies.sort_unstable();
    println!(
        "{clients} clients, {dids} DIDs, {total} writes: {:.0}/s, {:.0} µs CPU, batch {:.1}, p50 {:?}, p99 {:?}, {:.0} B written ({:.0} to disk) a write, {} moves, RSS {} kB",
        total / elapsed.as_secs_f64(),
        used as f64 / total,
        (after.commands - before.commands) as f64 / (after.batches - before.batches).max(1) as f64,
        latencies[latencies.len() / 2],
        latencies[latencies.len() * 99 / 100],
        (wchar - bytes.0) as f64 / total,
        (stored - bytes.1) as f64 / total,
        after.moves - before.moves,
        rss_kb(),
    );
}

#[test]
#[ignore = "a measurement"]
fn sixteen_clients() {
    let world = World::new();
    run(&world, 16, 16, 200);
    run(&world, 16, 16, 2_000);
}

#[test]
#[ignore = "a measurement"]
fn one_client() {
    let world = World::new();
    run(&world, 1, 1, 3_000);
}

#[test]
#[ignore = "a measurement"]
fn a_thousand_dids() {
    let world = World::new();
    run(&world, 16, 1_000, 1);
}

#[test]
#[ignore = "a measurement"]
fn ten_thousand_dids() {
    let mut world = World::with_limits(Limits::default());
    run(&world, 16, 10_000, 1);
    world.stop();
    let start = now();
    world.open();
    println!(
        "opened with 10 000 DIDs in {:?}, RSS {} kB",
        start.elapsed(),
        rss_kb()
    );
    world.stop();
    rebuild(&world);
}

/// A data folder made before, in a process that did nothing else: `MEASURE_DATA=<folder>`.
#[test]
#[ignore = "a measurement"]
fn made_before() {
    let Some(folder) = std::env::var_os("MEASURE_DATA").map(std::path::PathBuf::from) else {
        return;
    };
    if !folder.join("users").exists() {
        let folder_of = tempfile::Builder::new()
            .disable_cleanup(true)
            .tempdir()
            .unwrap();
        let mut world = World::on(
            folder_of,
            Limits::default(),
            Arc::new(imajin_ledger::RealDisk),
        );
        for n in 0..10_000 {
            world.create(&Party::new(1_000 + n));
        }
        world.stop();
        std::fs::rename(world.folder.path(), &folder).unwrap();
        return;
    }
    println!("nothing yet: RSS {} kB", rss_kb());
    let link = tempfile::tempdir().unwrap();
    let parent = link.path().to_owned();
    drop(link);
    std::os::unix::fs::symlink(&folder, &parent).unwrap();
    let start = now();
    let world = World::at(parent.clone());
    println!("opened in {:?}: RSS {} kB", start.elapsed(), rss_kb());
    for n in 0..10_000 {
        let party = Party::new(1_000 + n);
        world.ledger().status(&party.did).unwrap().unwrap();
    }
    println!("all looked at: RSS {} kB", rss_kb());
    for n in 0..10_000 {
        let party = Party::new(1_000 + n);
        world
            .submit(&party, Say::set("a profile of some length"))
            .unwrap();
    }
    println!("all written to: RSS {} kB", rss_kb());
    std::fs::remove_file(parent).unwrap();
}

#[test]
#[ignore = "a measurement"]
fn rebuild_many() {
    let mut world = World::new();
    run(&world, 16, 16, 6_000);
    world.stop();
    rebuild(&world);
}

fn rebuild(world: &World) {
    let machine = world.machine();
    let disk: Arc<dyn imajin_ledger::Disk> = Arc::new(imajin_ledger::RealDisk);
    let start = now();
    let rebuilt =
        imajin_ledger::rebuild::rebuild(&world.data(), &machine, &disk, true, &mut |_, _| {})
            .unwrap();
    let took = start.elapsed();
    assert!(rebuilt.differences.is_empty(), "{:?}", rebuilt.differences);
    println!(
        "rebuild --check: {} entries, {:.0}/s, RSS {} kB",
        rebuilt.entries,
        rebuilt.entries as f64 / took.as_secs_f64(),
        rss_kb()
    );
}

#[test]
#[ignore = "a measurement"]
fn ceiling() {
    let folder = tempfile::tempdir().unwrap();
    let db = rusqlite::Connection::open(folder.path().join("x.sqlite")).unwrap();
    db.execute_batch("PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a INTEGER PRIMARY KEY, b BLOB)").unwrap();
    let start = now();
    for _ in 0..2_000 {
        db.prepare_cached("INSERT INTO t (b) VALUES (?1)")
            .unwrap()
            .execute([vec![7_u8; 700]])
            .unwrap();
    }
    println!(
        "single-row WAL-FULL commits: {:.0}/s",
        2_000.0 / start.elapsed().as_secs_f64()
    );
    let _ = Duration::ZERO;
}

/// Returns the number of bytes of all files in a folder.
fn bytes_of(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap());
    let bytes = entries.map(|entry| {
        if entry.path().is_dir() {
            bytes_of(&entry.path())
        } else {
            entry.metadata().unwrap().len()
        }
    });
    bytes.sum()
}

/// Measures the disk use of a person, the cost of a write when many write in turn, and the size of a long log. All are
/// counts, which a busy machine does not change.
#[test]
#[ignore = "a measurement"]
fn bytes_of_a_person_and_of_a_write() {
    const PEOPLE: u64 = 1_000;
    const ROUNDS: u64 = 5;
    let mut world = World::with_limits(Limits::default());
    let people: Vec<Party> = (0..PEOPLE).map(|n| Party::new(1_000 + n)).collect();
    let words = "a profile of some length, with a name and a few words about its person";
    for party in &people {
        world.create(party);
        world.submit(party, Say::set(words)).unwrap();
    }
    world.ledger().settle();
    let users = bytes_of(&world.data().join("users"));
    println!("{} bytes a person with two entries", users / PEOPLE);
    let before = written_bytes().0;
    for round in 0..ROUNDS {
        for party in &people {
            let words = format!("{words}: {round}");
            world.submit(party, Say::set(&words)).unwrap();
        }
        // The clock advances by a second, as if others had written meanwhile: each entry is moved alone.
        world.ledger().drain();
    }
    world.ledger().settle();
    let bytes = (written_bytes().0 - before) / (PEOPLE * ROUNDS);
    println!("{bytes} bytes a write, {PEOPLE} people in turn");
    let long = Party::new(1);
    world.create(&long);
    for commands in presigned(&world, &long, 5_000).chunks(100) {
        for command in commands {
            world.ledger().submit_blocking(command.clone()).unwrap();
        }
    }
    world.stop();
    let bytes = std::fs::metadata(world.log_path(&long)).unwrap().len();
    println!("{} bytes an entry of a log of 5 000", bytes / 5_000);
}

/// Measures the longest write of one person while another erases a body in a long log, and while nothing else happens.
#[test]
#[ignore = "a measurement"]
fn a_write_beside_an_erasure() {
    const ENTRIES: usize = 50_000;
    let limits = Limits {
        log_entries_per_second: 1_000_000,
        log_entries_burst: 1_000_000,
        ..Limits::default()
    };
    let world = World::with_limits(limits);
    let (anna, bert) = (Party::new(1), Party::new(2));
    world.create(&anna);
    world.create(&bert);
    let words = |n: usize| format!("{n:08} {}", "words of some length ".repeat(14));
    let custodial = |party: &Party, say: Say| {
        let will = CommandWill::Custodial {
            author: party.did.clone(),
            via: imajin_dfos::cid::raw_cid(b"session"),
        };
        world.command(&party.did, say, will)
    };
    std::thread::scope(|scope| {
        for lane in 0..16 {
            let (world, anna) = (&world, &anna);
            scope.spawn(move || {
                for n in (lane..ENTRIES).step_by(16) {
                    let command = custodial(anna, Say::note(&words(n)));
                    world.ledger().submit_blocking(command).unwrap();
                }
            });
        }
    });
    world.ledger().drain();
    let write = |count: usize, until: &dyn Fn() -> bool| {
        let mut times = Vec::with_capacity(count);
        while times.len() < count || !until() {
            let command = custodial(&bert, Say::set(&words(times.len())));
            let start = now();
            world.ledger().submit_blocking(command).unwrap();
            times.push(start.elapsed());
        }
        times.sort_unstable();
        times
    };
    let describe = |times: &[Duration]| {
        let at = |share: usize| times[(times.len() - 1) * share / 1_000];
        format!(
            "p50 {:?}, p99 {:?}, p999 {:?}, longest {:?} of {}",
            at(500),
            at(990),
            at(999),
            at(1_000),
            times.len()
        )
    };
    println!("quiet: {}", describe(&write(10_000, &|| true)));
    for seq in [777, 40_000, 40_001, 20_000] {
        let stored = world.ledger().entries(&anna.did, Some(seq - 1), 1).unwrap();
        let header = imajin_log::entry::Header::decode(&stored[0].header).unwrap();
        let body = header.body.unwrap();
        std::thread::scope(|scope| {
            let (world, anna) = (&world, &anna);
            let before = (written_bytes(), now());
            let erasing = scope.spawn(move || world.submit(anna, Say::erase(&[body])).unwrap());
            let times = write(4_000, &|| erasing.is_finished());
            let bytes = written_bytes().1 - before.0.1;
            println!(
                "beside an erasure: {}; {} kB to disk in {:?}",
                describe(&times),
                bytes / 1_000,
                before.1.elapsed()
            );
        });
    }
}
