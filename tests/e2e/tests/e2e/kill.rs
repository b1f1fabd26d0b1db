//! Acknowledged means durable: after repeated kills under load nothing acknowledged is missing, no operation over
//! several logs is partial, chains verify, and projections match the logs.

use imajin_e2e::payments::gift;
use imajin_e2e::prelude::*;
use imajin_e2e::record::ReadPositions;
use std::collections::HashSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const CLIENTS: usize = 16;
/// Number of kills in an ordinary run; `scripts/test --all` sets thirty with `IMAJIN_KILLS`, scripts/torture a
/// thousand.
const KILLS: u32 = 5;

fn kills() -> u32 {
    std::env::var("IMAJIN_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

/// Pays two others in turn: three logs per operation, including the node's own. Ends with the node. `written` counts
/// acknowledged payments.
fn load(people: &[Person], url: &str, round: u32, written: &AtomicUsize) -> Vec<Receipt> {
    let (stop, start) = (AtomicBool::new(false), Barrier::new(CLIENTS));
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let (stop, start) = (&stop, &start);
                scope.spawn(move || {
                    let me = Person::with_key(url, people[n].key.clone());
                    // Different recipients in each round: entries in another person's log are limited per day.
                    let others = [n + 1 + round as usize % 7, n + 8 + round as usize % 8];
                    let others = others.map(|other| {
                        let seller = &people[other % CLIENTS];
                        (gift(seller), seller.did())
                    });
                    let mut receipts = Vec::new();
                    start.wait();
                    for (manifest, seller) in others.iter().cycle() {
                        if stop.load(Ordering::Relaxed) {
                            break;
                        }
                        // The node dies while some wait for their answer: these payments are not acknowledged.
                        let Ok(receipt) = me.pay_once(manifest, seller) else {
                            break;
                        };
                        receipts.push(receipt);
                        written.fetch_add(1, Ordering::Relaxed);
                    }
                    stop.store(true, Ordering::Relaxed);
                    receipts
                })
            })
            .collect();
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect()
    })
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_there_by_half() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start(&data);
    let people: Vec<Person> = (0..CLIENTS).map(|_| Person::new(&node.url)).collect();
    let owner = Person::claim(&node, folder.path());
    for person in &people {
        owner.fund(person, 1_000_000);
    }
    // The node's own log has the postings, the owner's the credits.
    let node_did = node.did.clone();
    let own = [node_did.as_str(), owner.did()];
    let dids: Vec<&str> = people.iter().map(Person::did).chain(own).collect();
    let mut node = Some(node);
    let (mut acknowledged, mut known) = (0, ReadPositions::default());
    let mut paid = HashSet::new();
    for round in 0..kills() {
        let running = node.take().unwrap_or_else(|| Node::start(&data));
        let (url, written) = (running.url.clone(), AtomicUsize::new(0));
        let receipts = std::thread::scope(|scope| {
            let writers = scope.spawn(|| load(&people, &url, round, &written));
            until("something is written", || {
                written.load(Ordering::Relaxed) > 1 || writers.is_finished()
            });
            // At varying times: in the middle of a batch, of a move, of a checkpoint.
            std::thread::sleep(Duration::from_millis(u64::from(round * 97 % 400)));
            running.kill();
            writers.join().expect("the writers")
        });
        acknowledged += receipts.len();
        let logs = known.read_on(&data, dids.iter().copied());
        for entry in receipts.iter().flat_map(|receipt| &receipt.entries) {
            assert!(logs.has(&entry.did, entry.seq, &entry.cid), "round {round}: lost {entry:?}");
        }
        logs.assert_settlements_whole(&node_did, &mut paid);
    }
    assert!(acknowledged > kills() as usize, "hardly anything was written: {acknowledged}");
    all_is_well(&data, &dids);
}

/// Asserts that the folder of a stopped node is in order: its files, its projections, and these logs.
pub fn all_is_well(data: &Path, dids: &[&str]) {
    let folder = data.to_str().unwrap();
    imajin(["doctor", "--data", folder]).ok();
    imajin(["rebuild", "--check", "--data", folder]).ok();
    for did in dids {
        let log = imajin_e2e::newest_log(data, did);
        imajin(["verify", log.to_str().unwrap(), "--did", did]).ok();
    }
}
