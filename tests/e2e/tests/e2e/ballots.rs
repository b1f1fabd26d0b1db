//! A secret vote of hundreds with repeated kills of the node: every acknowledged ballot is counted once, no one votes
//! twice, and afterwards no file ties a voter to a ballot.

mod guests;
mod restored;
mod street;

use imajin_e2e::prelude::*;
use imajin_e2e::surveys::results;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Number of voters in an ordinary run; `IMAJIN_BALLOTS` and `IMAJIN_KILLS` set higher numbers.
const VOTERS: usize = 120;
const KILLS: usize = 4;
const CONNECTIONS: usize = 50;
const SURVEY: &str = "itm_000000000000000000000001";

/// Returns a number from the environment, with a default.
fn wanted(name: &str, usual: usize) -> usize {
    let setting = std::env::var(name).ok();
    setting.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A voter with a printed slip.
#[derive(Debug, Clone)]
struct Voter {
    slip: String,
    receipt: String,
    says: bool,
    /// The voter's own address.
    from: String,
}

fn start(data: &Path) -> Node {
    let options = NodeOptions::default().env([("IMAJIN_LIMITS_TRUSTED_PROXIES", "127.0.0.1")]);
    Node::start_with(data, &options)
}

/// Returns a receipt that is unique to this number.
fn receipt(n: usize) -> String {
    let drawn = (n as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    format!("{drawn:032x}")
}

/// Builds a yes-or-no survey.
fn yes_or_no(title: &str) -> Json {
    let form = json!({ "elements": [{ "type": "boolean", "name": "yes", "isRequired": true }] });
    json!({ "title": title, "form": form.to_string() })
}

/// Ada opens a survey and prints slips.
fn ask(ada: &Person, number: usize) -> Vec<Voter> {
    let fact = json!({ "mode": "secret", "each": "slip", "show": "all" });
    ada.open_survey_of(SURVEY, &yes_or_no("Shall we?"), &fact);
    let url = format!("{}/dykil/api/surveys/{}/{SURVEY}/slips", ada.client.address(), ada.did());
    let request = imajin_e2e::http().post(url).bearer_auth(ada.session().token());
    let drawn: Json = request.json(&json!({ "number": number })).send().unwrap().json().unwrap();
    let codes = drawn["codes"].as_array().unwrap().iter().enumerate();
    let voter = |(n, code): (usize, &Json)| Voter {
        slip: code.as_str().unwrap().to_owned(),
        receipt: receipt(n),
        says: n % 3 == 0,
        from: format!("10.{}.{}.1", n / 250, n % 250),
    };
    let voters: Vec<Voter> = codes.map(voter).collect();
    assert_eq!(voters.len(), number);
    voters
}

/// Votes; `None` if the answer got lost.
fn vote(
    client: &reqwest::blocking::Client,
    url: &str,
    ada: &str,
    (voter, receipt): (&Voter, &str),
) -> Option<u16> {
    let body = json!({ "receipt": receipt, "answers": { "yes": voter.says }, "slip": voter.slip });
    let request = client.post(format!("{url}/dykil/api/surveys/{ada}/{SURVEY}/answers"));
    let answer = request.header("x-forwarded-for", &voter.from).json(&body).send().ok()?;
    Some(answer.status().as_u16())
}

/// Votes for everyone without an acknowledged vote, over fifty connections, until all have one or the node dies.
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

#[test]
fn every_acknowledged_ballot_is_counted_once_and_nothing_ties_it_to_its_voter() {
    let (_folder, data) = imajin_e2e::data_folder();
    let mut node = start(&data);
    let ada = Person::new(&node.url);
    let (did, key) = (ada.did().to_owned(), ada.key.clone());
    let number = wanted("IMAJIN_BALLOTS", VOTERS);
    let kills = wanted("IMAJIN_KILLS", KILLS);
    let voters = ask(&ada, number);
    let done = Mutex::new(BTreeSet::new());
    for round in 0..kills {
        let url = node.url.clone();
        std::thread::scope(|scope| {
            let (voters, done, did) = (&voters, &done, &did);
            // A part of the voters in each round, so that some are left for the last one.
            let share = number * (round + 1) / (kills + 1);
            let writers = scope.spawn(move || vote_all(&url, did, &voters[..share], done));
            let before = done.lock().unwrap().len();
            imajin_e2e::until("a vote is acknowledged", || {
                done.lock().unwrap().len() > before || writers.is_finished()
            });
            // At varying times: in the middle of a vote, of a journal, of a batch.
            std::thread::sleep(Duration::from_millis(round as u64 * 37 % 200));
            node.kill();
            writers.join().expect("the voters");
        });
        node = start(&data);
    }
    assert!(!done.lock().unwrap().is_empty());
    vote_all(&node.url, &did, &voters, &done);
    assert_eq!(done.lock().unwrap().len(), number);
    let client = imajin_e2e::http();
    for voter in voters.iter().step_by(50) {
        let other = format!("{:032x}", u128::from_str_radix(&voter.receipt, 16).unwrap() ^ 1);
        assert_eq!(vote(&client, &node.url, &did, (voter, &other)), Some(409), "voted twice");
    }
    assert_eq!(results(&node.url, &did, SURVEY)["answers"], 0, "no result before the close");

    // The node is killed once more during the close.
    let ada = Person::with_key(&node.url, key);
    ada.set_survey(SURVEY, "closed");
    node.kill();
    node = start(&data);
    imajin_e2e::until("the end of the box", || {
        results(&node.url, &did, SURVEY)["ended"] == "whole"
    });
    let tally = results(&node.url, &did, SURVEY);
    assert_eq!(tally["answers"], number);
    let yes = voters.iter().filter(|voter| voter.says).count();
    assert_eq!(tally["questions"]["yes"]["by"], json!({ "true": yes, "false": number - yes }));
    let receipts: BTreeSet<String> = serde_json::from_value(tally["receipts"].clone()).unwrap();
    assert_eq!(receipts, done.into_inner().unwrap());
    imajin_e2e::until("the file to be gone", || {
        fs::read_dir(data.join("node/box")).unwrap().next().is_none()
    });

    node.stop_gracefully();
    for path in files(&data) {
        let bytes = fs::read(&path).unwrap();
        for voter in voters.iter().step_by(10) {
            let slip = voter.slip.replace('-', "");
            for code in [slip.as_bytes(), voter.slip.as_bytes()] {
                let is_there = memchr::memmem::find(&bytes, code).is_some();
                assert!(!is_there, "{} names a voter", path.display());
            }
        }
    }
}
