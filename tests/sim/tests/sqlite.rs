//! The simulated disk itself, checked on plain SQLite: a WAL database at `synchronous=FULL` keeps every committed row
//! through any crash, and one at `synchronous=OFF` does not — so the disk does lose writes.

use imajin_sim::{disk, rng::Rng};
use rusqlite::Connection;

/// Query parameters of a database's URI: the default VFS, or the one of single-process databases.
const VFS: [&str; 2] = ["", "?vfs=unix-excl"];

/// Runs commits with a crash in the middle. Returns (rows acknowledged, rows found, whether the file is intact).
fn run(seed: u64, vfs: &str, synchronous: &str) -> (i64, i64, bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("file:{}/t.sqlite{vfs}", folder.path().display());
    imajin_sim::install(seed);
    let mut rng = Rng::new(seed ^ 0xabcd);
    let mut acknowledged = 0;
    for _ in 0..3 {
        let Ok(db) = Connection::open(&path) else {
            break;
        };
        let open = db.execute_batch(&format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA wal_autocheckpoint=8;
             CREATE TABLE IF NOT EXISTS t(n INTEGER PRIMARY KEY, pad BLOB);"
        ));
        if open.is_err() {
            return (acknowledged, -1, false);
        }
        disk::set_faults(disk::Faults {
            power_fails_after: Some(rng.below(200) as u64),
            ..Default::default()
        });
        let start: i64 =
            db.query_row("SELECT count(*) FROM t", [], |r| r.get(0)).unwrap_or(acknowledged);
        for n in start.. {
            if db.execute("INSERT INTO t VALUES (?1, randomblob(900))", [n]).is_err() {
                break;
            }
            acknowledged = n + 1;
        }
        disk::cut_power();
        drop(db);
        disk::crash().unwrap();
    }
    let db = Connection::open(&path).unwrap();
    let rows = db.query_row("SELECT count(*) FROM t", [], |r| r.get(0)).unwrap_or(-1);
    let sound = db
        .query_row("PRAGMA integrity_check", [], |r| r.get::<_, String>(0))
        .is_ok_and(|s| s == "ok");
    (acknowledged, rows, sound)
}

// One test: the simulated disk is global to the process.
#[test]
fn full_keeps_what_it_acknowledged_and_off_does_not() {
    for vfs in VFS {
        for seed in 0..60 {
            let (acknowledged, found, sound) = run(seed, vfs, "FULL");
            assert!(
                sound && found >= acknowledged,
                "seed {seed}, {vfs:?}: {acknowledged} acknowledged, {found} found, sound: {sound}"
            );
        }
        let lost = (0..60).filter(|seed| {
            let (acknowledged, found, sound) = run(*seed, vfs, "OFF");
            !sound || found < acknowledged
        });
        assert!(
            lost.count() > 10,
            "a disk that never loses unsynced writes tests nothing ({vfs:?})"
        );
    }
}
