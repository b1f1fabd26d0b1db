//! A secret vote of a thousand, with the plug pulled again and again: every acknowledged ballot is counted once, nobody votes twice,
//! and afterwards no file ties a voter to a ballot.

use imajin_e2e::{Node, NodeOptions, Person};
use imajin_node::client::{Draft, Receipt, Session};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const VOTERS: usize = 1_000;
const CONNECTIONS: usize = 50;
/// In an ordinary run; `IMAJIN_KILLS` asks for more.
const KILLS: u32 = 8;
const SURVEY: &str = "itm_000000000000000000000001";

fn kills() -> u32 {
    let wanted = std::env::var("IMAJIN_KILLS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(KILLS)
}

/// Somebody with a slip of paper.
#[derive(Debug, Clone)]
struct Voter {
    slip: String,
    receipt: String,
    says: bool,
    /// Where they vote from: an address of their own.
    from: String,
}

fn start(data: &Path) -> Node {
    let options = NodeOptions {
        env: vec![("IMAJIN_LIMITS_TRUSTED_PROXIES".into(), "127.0.0.1".into())],
        ..NodeOptions::default()
    };
    Node::start_with(data, &options)
}

fn enter(person: &Person, op: &str, body: Option<Json>, fact: &Json) {
    let mut draft = Draft::new("dykil", op).reference(SURVEY).unwrap();
    draft = draft.fact(fact).unwrap();
    if let Some(body) = body {
        draft = draft.body(&body).unwrap();
    }
    let _: Receipt = person.client.submit(&person.signer, &draft).unwrap();
}

/// Ada asks, and prints slips.
fn ask(ada: &Person) -> Vec<Voter> {
    let form = json!({ "elements": [{ "type": "boolean", "name": "yes", "isRequired": true }] });
    let body = json!({ "title": "Shall we?", "form": form.to_string() });
    let fact = json!({ "mode": "secret", "each": "slip", "show": "all" });
    enter(ada, "dykil.put", Some(body), &fact);
    enter(ada, "dykil.status", None, &json!({ "status": "open" }));
    let session = Session::begin(&ada.client, &ada.key).unwrap();
    let url = format!(
        "{}/dykil/api/surveys/{}/{SURVEY}/slips",
        ada.client.address(),
        ada.did()
    );
    let asked = imajin_e2e::http().post(url).bearer_auth(session.token());
    let drawn: Json = asked
        .json(&json!({ "number": VOTERS }))
        .send()
        .unwrap()
        .json()
        .unwrap();
    let codes = drawn["codes"].as_array().unwrap().iter().enumerate();
    let voter = |(n, code): (usize, &Json)| Voter {
        slip: code.as_str().unwrap().to_owned(),
        receipt: format!(
            "{:032x}",
            (n as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
        ),
        says: n % 3 == 0,
        from: format!("10.{}.{}.1", n / 250, n % 250),
    };
    let voters: Vec<Voter> = codes.map(voter).collect();
    assert_eq!(voters.len(), VOTERS);
    voters
}

/// Votes; `None` where the answer never came.
fn vote(
    client: &reqwest::blocking::Client,
    url: &str,
    ada: &str,
    (voter, receipt): (&Voter, &str),
) -> Option<u16> {
    let body = json!({ "receipt": receipt, "answers": { "yes": voter.says }, "slip": voter.slip });
    let asked = client.post(format!("{url}/dykil/api/surveys/{ada}/{SURVEY}/answers"));
    let answer = asked
        .header("x-forwarded-for", &voter.from)
        .json(&body)
        .send()
        .ok()?;
    Some(answer.status().as_u16())
}

/// All that have no acknowledged vote try, from fifty connections, until they all have one or the node dies.
fn vote_all(url: &str, ada: &str, voters: &[Voter], done: &Mutex<BTreeSet<String>>) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let client = imajin_e2e::http();
                while let Some(voter) = voters.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if done.lock().unwrap().contains(&voter.receipt) {
                        continue;
                    }
                    match vote(&client, url, ada, (voter, &voter.receipt)) {
                        Some(200 | 201) => done.lock().unwrap().insert(voter.receipt.clone()),
                        Some(503) => continue,
                        Some(status) => panic!("{status}"),
                        None => break,
                    };
                }
            });
        }
    });
}

fn results(url: &str, ada: &str) -> Json {
    let path = format!("{url}/dykil/api/surveys/{ada}/{SURVEY}/results");
    imajin_e2e::get(&path).1
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => files(&entry.path(), found),
            kind if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
}

#[test]
fn every_acknowledged_ballot_is_counted_once_and_nothing_ties_it_to_its_voter() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut node = start(&data);
    let ada = Person::new(&node.url);
    let (did, key) = (ada.did().to_owned(), ada.key.clone());
    let voters = ask(&ada);
    let done = Mutex::new(BTreeSet::new());
    for round in 0..kills() {
        let url = node.url.clone();
        std::thread::scope(|scope| {
            let (voters, done, did) = (&voters, &done, &did);
            // A share of all in each round, so that there is something to lose in the last one, too.
            let share = VOTERS * (round as usize + 1) / (kills() as usize + 1);
            let writers = scope.spawn(move || vote_all(&url, did, &voters[..share], done));
            // Not always after the same time: in the middle of a vote, of a journal, of a batch.
            std::thread::sleep(Duration::from_millis(40 + u64::from(round * 37 % 200)));
            node.kill();
            writers.join().expect("the voters");
        });
        node = start(&data);
    }
    assert!(!done.lock().unwrap().is_empty());
    vote_all(&node.url, &did, &voters, &done);
    assert_eq!(done.lock().unwrap().len(), VOTERS);
    let client = imajin_e2e::http();
    for voter in voters.iter().step_by(50) {
        let other = format!(
            "{:032x}",
            u128::from_str_radix(&voter.receipt, 16).unwrap() ^ 1
        );
        assert_eq!(
            vote(&client, &node.url, &did, (voter, &other)),
            Some(409),
            "voted twice"
        );
    }
    assert_eq!(
        results(&node.url, &did)["answers"],
        0,
        "no result before the close"
    );

    // The plug is pulled once more in the middle of the close.
    let ada = Person::with_key(&node.url, key);
    enter(&ada, "dykil.status", None, &json!({ "status": "closed" }));
    node.kill();
    node = start(&data);
    imajin_e2e::until("the end of the box", || {
        results(&node.url, &did)["ended"] == "whole"
    });
    let found = results(&node.url, &did);
    assert_eq!(found["answers"], VOTERS);
    let yes = voters.iter().filter(|voter| voter.says).count();
    assert_eq!(
        found["questions"]["yes"]["by"],
        json!({ "true": yes, "false": VOTERS - yes })
    );
    let receipts: BTreeSet<String> = serde_json::from_value(found["receipts"].clone()).unwrap();
    assert_eq!(receipts, done.into_inner().unwrap());
    imajin_e2e::until("the file to be gone", || {
        fs::read_dir(data.join("node/box"))
            .unwrap()
            .next()
            .is_none()
    });

    node.stop_gracefully();
    let mut all = Vec::new();
    files(&data, &mut all);
    for path in all {
        let bytes = fs::read(&path).unwrap();
        for voter in voters.iter().step_by(10) {
            let slip = voter.slip.replace('-', "");
            for code in [slip.as_bytes(), voter.slip.as_bytes()] {
                let is_there = bytes.windows(code.len()).any(|at| at == code);
                assert!(!is_there, "{} names a voter", path.display());
            }
        }
    }
}
