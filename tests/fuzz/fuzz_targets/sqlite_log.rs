//! A hostile `log.sqlite`: a small good one, parts of which are the input's. Either it is refused, or it is a log with
//! exactly our schema, in which nothing of the input runs.
#![no_main]
#![expect(clippy::expect_used, reason = "what fails here is a finding")]
#[path = "shared/log.rs"]
mod log;

use imajin_log::untrusted::{LOG_SCHEMA, LogForm, UntrustedError, UntrustedLog};
use imajin_log::verify::{VerifyOptions, verify_log};
use libfuzzer_sys::fuzz_target;
use log::{Folder, good, ops};

fuzz_target!(|data: &[u8]| {
    let folder = Folder::new();
    // The first two bytes say where the rest goes: over a good file, or as the whole of it.
    let bytes = match data {
        [0xff, 0xff, rest @ ..] => rest.to_vec(),
        [high, low, rest @ ..] => {
            let mut bytes = good().to_vec();
            let at = usize::from(u16::from_be_bytes([*high, *low])) % bytes.len();
            let end = bytes.len().min(at + rest.len());
            bytes[at..end].copy_from_slice(&rest[..end - at]);
            bytes
        }
        _ => return,
    };
    let path = folder.write(&bytes);
    for place in [LogForm::Bundle, LogForm::Bare] {
        match UntrustedLog::open(&path, place, None) {
            Ok(log) => {
                let count = |sql| log.conn().query_row(sql, [], |row| row.get::<_, i64>(0));
                let objects = count("SELECT count(*) FROM sqlite_schema");
                assert!(objects.is_ok_and(|n| usize::try_from(n) == Ok(LOG_SCHEMA.len())));
            }
            Err(UntrustedError::Fault(_)) => {}
            Err(UntrustedError::Unusable { error, .. }) => panic!("it can be read: {error}"),
        }
    }
    let report = verify_log(&path, &ops(), &VerifyOptions::default()).expect("it can be read");
    assert_eq!(report.valid, report.fault.is_none());
    assert_eq!(std::fs::read(&path).expect("it is there"), bytes, "never written to");
});
