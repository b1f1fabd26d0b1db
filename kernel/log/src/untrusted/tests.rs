//! Hostile files: each differs from an honest log in one way and is refused.

use super::*;

fn honest(dir: &Path) -> PathBuf {
    let path = dir.join("log.sqlite");
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    conn.pragma_update(None, "user_version", USER_VERSION).unwrap();
    for sql in LOG_SCHEMA {
        conn.execute_batch(sql).unwrap();
    }
    path
}

/// Returns the message of the refusal of a log in which `sql` was run.
fn refused(form: LogForm, sql: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let path = honest(dir.path());
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    match UntrustedLog::open(&path, form, None) {
        Err(UntrustedError::Fault(fault)) => {
            assert_eq!(fault.code, Code::File);
            fault.message
        }
        other => panic!("{sql}: {other:?}"),
    }
}

#[test]
fn an_honest_log_opens_read_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = honest(dir.path());
    let log = UntrustedLog::open(&path, LogForm::Bundle, None).unwrap();
    assert!(log.conn().execute_batch("DELETE FROM entries").is_err());
    assert!(log.another().unwrap().execute_batch("CREATE TABLE x (y)").is_err());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is written next to it");
}

#[test]
fn odd_names_of_folders_are_no_uri() {
    let dir = tempfile::tempdir().unwrap();
    let odd = dir.path().join("a?mode=rwc#b %41");
    fs::create_dir(&odd).unwrap();
    UntrustedLog::open(&honest(&odd), LogForm::Bundle, None).unwrap();
}

#[test]
fn any_other_object_is_refused() {
    for sql in [
        "CREATE TABLE x (y)",
        "CREATE INDEX i ON entries (header)",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TRIGGER t AFTER INSERT ON entries BEGIN SELECT 1; END",
        "ALTER TABLE entries ADD COLUMN more TEXT",
        "DROP TABLE txns",
        "ANALYZE",
        "DROP TABLE bodies; CREATE VIEW bodies AS SELECT 0 AS seq, x'00' AS body",
        "DROP TABLE bodies; CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        "DROP TABLE bodies; CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL CHECK (body <> randomblob(9))) STRICT",
    ] {
        refused(LogForm::Bare, sql);
    }
}

#[test]
fn ids_modes_and_local_rows_are_refused() {
    assert!(refused(LogForm::Bare, "PRAGMA application_id=7").contains("application id"));
    assert!(refused(LogForm::Bare, "PRAGMA user_version=2").contains("version 2"));
    assert!(refused(LogForm::Bundle, "PRAGMA journal_mode=WAL").contains("rollback"));
    assert!(
        refused(LogForm::Bundle, "INSERT INTO local_marks VALUES (0, 'x')").contains("local_marks")
    );
}

#[test]
fn wrong_types_behind_a_strict_table_are_found() {
    // The rows are written through another schema, which is then put back.
    let sql = "PRAGMA writable_schema=ON;
        UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'bodies'; PRAGMA writable_schema=RESET;";
    let dir = tempfile::tempdir().unwrap();
    let path = honest(dir.path());
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute_batch("INSERT INTO bodies VALUES (0, 'text')")
        .unwrap();
    let back = "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'bodies'";
    Connection::open(&path).unwrap().execute_batch(back).unwrap();
    let error = UntrustedLog::open(&path, LogForm::Bare, None).unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
}

#[test]
fn cut_and_foreign_files_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = honest(dir.path());
    let bytes = fs::read(&path).unwrap();
    for bad in [&bytes[..99], &bytes[..bytes.len() - 4096], b"not a database at all", b""] {
        fs::write(&path, bad).unwrap();
        assert!(matches!(
            UntrustedLog::open(&path, LogForm::Bundle, None),
            Err(UntrustedError::Fault(_))
        ));
    }
    fs::remove_file(&path).unwrap();
    assert!(matches!(
        UntrustedLog::open(&path, LogForm::Bundle, None),
        Err(UntrustedError::Unusable { .. })
    ));
}

#[test]
fn a_log_with_a_wal_is_read_with_what_the_wal_holds() {
    let dir = tempfile::tempdir().unwrap();
    let path = honest(dir.path());
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("PRAGMA journal_mode=WAL; INSERT INTO bodies VALUES (0, x'00')").unwrap();
    let before = fs::read(&path).unwrap();
    let log = UntrustedLog::open(&path, LogForm::Bare, Some(dir.path())).unwrap();
    let rows: i64 =
        log.conn().query_row("SELECT count(*) FROM bodies", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
    drop(log);
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn huge_values_are_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = honest(dir.path());
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("INSERT INTO bodies VALUES (0, zeroblob(8000000))").unwrap();
    drop(conn);
    let read = UntrustedLog::open(&path, LogForm::Bundle, None).map(|log| {
        log.conn().query_row("SELECT body FROM bodies", [], |row| row.get::<_, Vec<u8>>(0)).is_err()
    });
    assert!(read.unwrap_or(true));
}
