//! Ballot boxes are in no backup. A survey whose box was open when the card broke is closed after the restore, and says
//! why; answers in records are restored, and such surveys stay open.

use super::{receipt, start, yes_or_no};
use imajin_dfos::base64;
use imajin_e2e::prelude::*;
use imajin_e2e::surveys::{answer_from, results, send_answer};

const SECRET: &str = "itm_0000000000000000000000b1";
const OPEN: &str = "itm_0000000000000000000000b2";

/// Answers Ada's survey from the voter's own address.
fn answer(node: &Node, ada: &str, survey: &str, n: usize) -> Option<u16> {
    let from = format!("10.2.{n}.1");
    let request = answer_from(&http(), &node.url, (ada, survey), &from);
    send_answer(request, &receipt(n), &json!({ "yes": true }))
}

/// Whether Ada's log has the end of the secret survey.
fn has_end(ada: &Person) -> bool {
    let log = ada.read(&format!("/auth/api/log/{}?limit=1000", ada.did()));
    let headers = log["entries"].as_array().unwrap().iter();
    let mut headers = headers.map(|entry| entry["header"].as_str().unwrap());
    headers.any(|header| {
        let header = base64::decode_url(header).unwrap();
        let has = |word: &str| memchr::memmem::find(&header, word.as_bytes()).is_some();
        has("dykil.received") && has(SECRET)
    })
}

#[test]
fn a_restored_backup_closes_open_boxes_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let [data, stick, new] = ["data", "stick", "new"].map(|name| folder.path().join(name));
    std::fs::create_dir(&stick).unwrap();
    let node = start(&data);
    let ada = Person::new(&node.url);
    let owner = Owner::claim(&node);
    let key = owner.person.key_file(folder.path());
    let ada_key = ada.key_file(folder.path());
    let did = ada.did().to_owned();
    let fact = |mode: &str| json!({ "mode": mode, "each": "any", "show": "all" });
    ada.open_survey_of(SECRET, &yes_or_no("In secret?"), &fact("secret"));
    ada.open_survey_of(OPEN, &yes_or_no("At once?"), &fact("open"));
    for n in 0..6 {
        assert_eq!(answer(&node, &did, SECRET, n), Some(201));
        assert_eq!(answer(&node, &did, OPEN, n), Some(201));
    }
    imajin(["backup", "--json", "--data", text(&data), "--to", text(&stick)]).ok();
    node.stop_gracefully();
    let words = ["restore", "--json", "--from", text(&stick), "--key", text(&key)];
    imajin(words.into_iter().chain(["--data", text(&new)])).ok();

    let node = start(&new);
    let ada = ada.at(&node.url);
    let is_lost = |found: &Json| {
        assert_eq!(found["ended"], "lost", "{found}");
        assert_members!(found, "status": "closed", "answers": 0);
    };
    // Immediately, although the node can't enter anything for Ada yet.
    is_lost(&results(&node.url, &did, SECRET));
    assert_eq!(answer(&node, &did, SECRET, 7), Some(410));
    let html = ada.page(&format!("/dykil/{did}/{SECRET}"));
    assert!(html.contains("Please repeat"), "{html}");
    assert_eq!(results(&node.url, &did, OPEN)["answers"], 6);
    let words = ["carry-on", "--json", "--node", &node.url, "--key", text(&ada_key)];
    imajin(words).ok();
    until("the end in her record", || has_end(&ada));
    is_lost(&results(&node.url, &did, SECRET));
    let home = ada.page("/");
    assert_has!(home, "were lost when the box was restored");
    assert_eq!(answer(&node, &did, OPEN, 7), Some(201));
    assert_eq!(results(&node.url, &did, OPEN)["answers"], 7);
    node.stop_gracefully();
}
