//! The fold of index documents: one document a line; the order of arrival changes nothing.
#![no_main]
use imajin_dfos::index::{Entry, fold};
use imajin_dfos::{Timestamp, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let documents: Vec<_> =
        data.split(|byte| *byte == b'\n').filter_map(|line| json::parse(line).ok()).collect();
    let cids: Vec<String> = (0..documents.len()).map(|at| at.to_string()).collect();
    let entries = documents.iter().zip(&cids).map(|(document, cid)| Entry {
        // Many at one time, so that the CID decides.
        created_at: Timestamp::MIN,
        cid,
        document: Some(document),
    });
    let index = fold(entries.clone());
    assert_eq!(fold(entries.rev()), index, "any order, one index");
});
