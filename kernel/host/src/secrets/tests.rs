use super::*;
use imajin_dfos::SigningKey;
use std::fs;

fn vault(seed: u8) -> Vault {
    Vault::from_node_key(&SigningKey::from_bytes(&[seed; 32]))
}

fn open(path: &Path, sealed: bool) -> Secrets {
    Secrets::open(path, &[TABLE], vault(7), sealed).unwrap()
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS words (word TEXT PRIMARY KEY) STRICT;";

fn put(secrets: &Secrets, word: &str) {
    let word = word.to_owned();
    secrets
        .write_blocking(move |db| db.execute("INSERT INTO words VALUES (?1)", [word]).map(drop))
        .unwrap();
}

fn words(secrets: &Secrets) -> Vec<String> {
    let sql = "SELECT word FROM words ORDER BY rowid";
    secrets.read(|db| db.prepare(sql)?.query_map([], |row| row.get(0))?.collect()).unwrap()
}

fn stands_in(folder: &Path, word: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(word.len()).any(|at| at == word.as_bytes())
    })
}

#[test]
fn sealed_secrets_stand_in_no_file_and_open_with_their_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.sqlite");
    let secrets = open(&path, true);
    put(&secrets, "ada@example.com");
    put(&secrets, "XK4D-9QZT");
    assert_eq!(words(&secrets), ["ada@example.com", "XK4D-9QZT"]);
    for word in ["ada@example", "9QZT", "words", "CREATE TABLE"] {
        assert!(!stands_in(folder.path(), word), "{word}");
    }
    drop(secrets);
    assert_eq!(words(&open(&path, true)), ["ada@example.com", "XK4D-9QZT"]);
    assert!(matches!(Secrets::open(&path, &[TABLE], vault(8), true), Err(SecretsError::Locked)));
    // A program that knows no sealed secrets does not begin new ones next to them.
    let version: i32 = Connection::open(&path)
        .unwrap()
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, VERSION_SEALED);
}

#[test]
fn secrets_are_sealed_and_opened_for_good_while_the_node_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.sqlite");
    let secrets = open(&path, false);
    put(&secrets, "ada@example.com");
    put(&secrets, "gone@example.com");
    secrets
        .write_blocking(|db| db.execute("DELETE FROM words WHERE word LIKE 'gone%'", []))
        .unwrap();
    assert!(stands_in(folder.path(), "ada@example"));
    secrets.set_sealed(true).unwrap();
    for word in ["ada@example", "gone@example"] {
        assert!(!stands_in(folder.path(), word), "{word}");
    }
    put(&secrets, "bob@example.com");
    assert_eq!(words(&secrets), ["ada@example.com", "bob@example.com"]);
    assert!(!stands_in(folder.path(), "bob@example"));
    assert!(opened(&path, &vault(7)).unwrap().unwrap().starts_with(b"SQLite format 3\0"));
    secrets.set_sealed(false).unwrap();
    put(&secrets, "carl@example.com");
    drop(secrets);
    assert!(!folder.path().join("secrets.sealed").exists());
    assert!(opened(&path, &vault(7)).unwrap().is_none());
    let expected = ["ada@example.com", "bob@example.com", "carl@example.com"];
    assert_eq!(words(&open(&path, false)), expected);
}

#[test]
fn a_change_that_a_pulled_plug_cut_off_goes_and_those_before_it_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.sqlite");
    let at = folder.path().join("secrets.sealed");
    let secrets = open(&path, true);
    put(&secrets, "first");
    let before = fs::metadata(&at).unwrap().len();
    put(&secrets, "second");
    drop(secrets);
    let whole = fs::read(&at).unwrap();
    let before = usize::try_from(before).unwrap();
    let step = ((whole.len() - before) / 37).max(1);
    for cut in (before..whole.len()).step_by(step) {
        let mut torn = whole[..cut].to_vec();
        fs::write(&at, &torn).unwrap();
        let again = open(&path, true);
        assert_eq!(words(&again), ["first"], "{cut}");
        put(&again, "third");
        drop(again);
        assert_eq!(words(&open(&path, true)), ["first", "third"], "{cut}");
        // The file system gave room for it, and the words of it never came.
        torn.resize(whole.len(), 0);
        fs::write(&at, &torn).unwrap();
        assert_eq!(words(&open(&path, true)), ["first"], "{cut}");
    }
    // A damaged change in the middle is reported.
    let mut damaged = whole.clone();
    damaged[before - 5] ^= 1;
    fs::write(&at, &damaged).unwrap();
    assert!(matches!(Secrets::open(&path, &[TABLE], vault(7), true), Err(SecretsError::Damaged)));
}

#[test]
fn the_way_to_sealed_secrets_and_back_may_be_broken_off_anywhere() {
    // The files that a start finds after a power cut, and the form in which it wants the secrets.
    type Leftovers = fn(&Path);
    let steps: [(bool, Leftovers); 6] = [
        // The sealed file is written, and not yet in use.
        (true, |at| fs::write(at.join("secrets.sealed"), "half").unwrap()),
        // The database is aside, and the mark not in its place.
        (true, |at| {
            fs::rename(at.join("secrets.sqlite"), at.join("secrets.sqlite.remains")).unwrap();
        }),
        (false, |at| {
            fs::rename(at.join("secrets.sqlite"), at.join("secrets.sqlite.remains")).unwrap();
        }),
        // Sealed, and the remains are not overwritten yet.
        (true, |at| {
            let old = fs::read(at.join("secrets.sqlite")).unwrap();
            drop(open(&at.join("secrets.sqlite"), true));
            fs::write(at.join("secrets.sqlite.remains"), old).unwrap();
        }),
        // Sealed, while the node's key never was, or is not any more.
        (false, |at| drop(open(&at.join("secrets.sqlite"), true))),
        // Permanently unsealed, and the sealed file still there.
        (false, |at| fs::write(at.join("secrets.sealed"), "old").unwrap()),
    ];
    for (n, (sealed, left)) in steps.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.sqlite");
        let secrets = open(&path, false);
        put(&secrets, "ada@example.com");
        // All of it in one file.
        secrets.purge().unwrap();
        drop(secrets);
        left(folder.path());
        let secrets = open(&path, sealed);
        assert_eq!(words(&secrets), ["ada@example.com"], "{n}");
        put(&secrets, "bob@example.com");
        drop(secrets);
        assert_eq!(stands_in(folder.path(), "ada@example"), !sealed, "{n}");
        assert_eq!(folder.path().join("secrets.sealed").exists(), sealed, "{n}");
        assert!(!folder.path().join("secrets.sqlite.remains").exists(), "{n}");
        assert_eq!(words(&open(&path, sealed)).len(), 2, "{n}");
    }
}

/// Removing a name is not enough: its bytes can be read from the card. A second name shows it.
#[test]
fn what_is_sealed_or_removed_is_overwritten_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("secrets.sqlite"), folder.path().join("link"));
    fs::write(&path, "a secret").unwrap();
    fs::hard_link(&path, &link).unwrap();
    wipe(&path).unwrap();
    assert!(!path.exists());
    assert_eq!(fs::read(&link).unwrap(), [0; 8]);
    fs::remove_file(&link).unwrap();

    let secrets = open(&path, false);
    put(&secrets, "ada@example.com");
    // All of it in one file.
    secrets.purge().unwrap();
    drop(secrets);
    fs::hard_link(&path, &link).unwrap();
    drop(open(&path, true));
    let left = fs::read(&link).unwrap();
    assert!(!left.is_empty() && left.iter().all(|byte| *byte == 0));
}

#[test]
fn the_sealed_file_stays_small_and_a_purge_leaves_nothing_deleted_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets.sqlite");
    let at = folder.path().join("secrets.sealed");
    let secrets = open(&path, true);
    for n in 0..400 {
        put(&secrets, &format!("word {n}"));
    }
    let length = || fs::metadata(&at).unwrap().len();
    assert!(length() < 2 << 20, "{}", length());
    let before = length();
    secrets.write_blocking(|db| db.execute("DELETE FROM words", [])).unwrap();
    secrets.purge().unwrap();
    assert!(length() < before, "{}", length());
    assert!(words(&secrets).is_empty());
}
