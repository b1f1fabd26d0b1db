//! The example app of the documentation, in another language, with the real program: it signs somebody in and takes a payment.

use imajin_e2e::{Node, Person, http, imajin};
use imajin_node::client::Draft;
use imajin_protocol::fair::Manifest;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const EXAMPLE: &str = "../../docs/example-app.py";

#[test]
fn the_example_app_signs_in_and_is_paid() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("data"));
    let buyer = Person::new(&node.url);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE);
    let lines = std::fs::read_to_string(&script).unwrap().lines().count();
    // The page promises a little over 100; eight of them check what the app is asked to sign.
    assert!(lines <= 110, "{lines} lines");
    let python = std::env::var_os("IMAJIN_PYTHON").map_or("python3".into(), PathBuf::from);
    let mut app = Command::new(python)
        .arg(script.canonicalize().unwrap())
        .arg(&node.url)
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python runs");
    let mut said = BufReader::new(app.stdout.take().unwrap()).lines();
    let mut next = |word: &str| {
        let line = said.next().expect("the app says something").unwrap();
        let rest = line.strip_prefix(word);
        rest.unwrap_or_else(|| panic!("{line}")).trim().to_owned()
    };
    let address = reqwest::Url::parse(&next("open ")).unwrap();
    let asked: BTreeMap<String, String> = address.query_pairs().into_owned().collect();
    assert!(address.path() == "/apps/authorize" && address.as_str().starts_with(&node.url));

    // Not the answer to what it asked, and not allowed yet.
    let back = |state: &str| {
        let query = [("did", buyer.did()), ("state", state)];
        let url = reqwest::Url::parse_with_params(&asked["return"], query).unwrap();
        http().get(url).send().expect("an answer")
    };
    assert_eq!(back("guessed").status(), 403);
    assert_eq!(back(&asked["state"]).status(), 403);

    // What the page does: who the app is, the entry, and back.
    let (_, about) = imajin_e2e::get(&format!("{}/auth/api/apps/{}", node.url, asked["app"]));
    assert_eq!(
        (&about["name"], &about["returns"]),
        (&json!("Example"), &json!([asked["return"]]))
    );
    let until = buyer
        .client
        .node()
        .unwrap()
        .time
        .checked_add_millis(86_400_000)
        .unwrap();
    let body = json!({ "key": about["key"], "scope": about["scope"], "until": until.to_string() });
    let draft = Draft::new("auth", "auth.delegation.create")
        .body(&body)
        .unwrap();
    buyer.client.submit(&buyer.signer, &draft).unwrap();
    let order: Json = back(&asked["state"]).json().expect("an order");
    assert_eq!(next("signed in "), buyer.did());

    // Paid from credit, which the owner gives for money that came.
    let claim = node.code.clone().expect("a claim code");
    let owner = Person::stranger(&node.url);
    let key = owner.key_file(folder.path());
    imajin([
        "register",
        "--claim",
        &claim,
        "--node",
        &node.url,
        "--key",
        key.to_str().unwrap(),
    ])
    .ok();
    buyer.ask_for_credit(1_000).unwrap();
    owner
        .confirm(&buyer.newest_payment("pay.pending"), 1_000, &[buyer.did()])
        .unwrap();
    let manifest = Manifest::parse(&order["fairManifest"].to_string()).expect("a manifest");
    let (seller, amount) = (
        order["seller"].as_str().unwrap(),
        order["amount"].as_i64().unwrap(),
    );
    buyer
        .pay("pay.settle", &manifest, seller, amount, "the example")
        .unwrap();
    assert_eq!(next("paid "), "500 CHF");
    assert!(app.wait().unwrap().success());
    assert_eq!(buyer.credit(), 500);
}
