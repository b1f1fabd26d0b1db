//! Invariants of the state that a history leaves behind.

use std::collections::BTreeMap;
use std::sync::Arc;

use imajin_dfos::Cid;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_ledger::{Ledger, StateMachine};
use imajin_log::entry::Header;
use imajin_log::verify::{VerifyOptions, verify_log};
use imajin_protocol::Did;

use crate::history::History;
use crate::world::Notes;

/// Creates a folder in memory; the losses are decided by the simulated disk.
pub fn memory_folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a temporary folder can be made")
}

/// Checks all invariants: acknowledged entries exist, operations are complete, logs verify, projections equal a
/// rebuild.
pub fn all(history: &History) {
    let ledger =
        Ledger::open_on(history.options(), History::disk()).expect("a node starts after any crash");
    let logs = read(&ledger, history);
    for (did, seq, cid) in &history.totals.acknowledged {
        let entry = logs.get(did).and_then(|log| log.get(*seq as usize));
        assert_eq!(entry.map(|(found, _)| found), Some(cid), "acknowledged entry {seq} of {did}");
    }
    whole_operations(&logs);
    ledger.shutdown().expect("a node stops");
    for did in logs.keys() {
        verify(history, did);
    }
    rebuildable(history);
}

type Logs = BTreeMap<Did, Vec<(Cid, Header)>>;

fn read(ledger: &Ledger, history: &History) -> Logs {
    let mut logs = Logs::new();
    for party in history.people.iter().chain([&history.node]) {
        if ledger.status(&party.did).expect("the log can be read").is_none() {
            continue;
        }
        let mut entries = Vec::new();
        loop {
            let after = (entries.len() as u64).checked_sub(1);
            let page = ledger.entries(&party.did, after, 100).expect("the log can be read");
            if page.is_empty() {
                break;
            }
            for entry in page {
                let header = Header::decode(&entry.header).expect("what is stored decodes");
                entries.push((dag_cbor_cid(&entry.header), header));
            }
        }
        logs.insert(party.did.clone(), entries);
    }
    logs
}

/// Asserts that each ping has exactly one pong in each log that it names, and each pong has its ping.
fn whole_operations(logs: &Logs) {
    let mut expected: BTreeMap<(Did, String), u32> = BTreeMap::new();
    let mut actual = BTreeMap::new();
    for (did, entries) in logs {
        for (cid, header) in entries {
            if header.op == "note.ping" {
                let ids =
                    header.fact.as_ref().and_then(|fact| fact.ids("dids")).unwrap_or_default();
                for id in ids {
                    let to = Did::parse(id.as_str()).expect("a DID");
                    *expected.entry((to, cid.to_string())).or_default() += 1;
                }
            }
            if header.op == "note.pong" {
                let cause = header.cause.expect("a derived entry has a cause");
                *actual.entry((did.clone(), cause.to_string())).or_default() += 1;
            }
        }
    }
    assert_eq!(actual, expected, "operations over several logs are all or none");
}

fn verify(history: &History, did: &Did) {
    let path = history.data.path().join("users").join(did.folder_name()).join("log.sqlite");
    let ops = Notes { version: 1 }.ops();
    let report = verify_log(&path, &ops, &VerifyOptions::default());
    let report = report.unwrap_or_else(|error| panic!("the log of {did} cannot be used: {error}"));
    assert!(report.valid, "the log of {did}: {:?}", report.fault);
}

fn rebuildable(history: &History) {
    let machine: Arc<dyn StateMachine> = Arc::new(Notes { version: 1 });
    let data = history.data.path().to_owned();
    let rebuilt =
        imajin_ledger::rebuild::rebuild(&data, &machine, &History::disk(), true, &mut |_, _| {});
    let rebuilt = rebuilt.expect("projections can be made again");
    assert_eq!(rebuilt.differences, []);
    assert_eq!(rebuilt.damaged, []);
}
