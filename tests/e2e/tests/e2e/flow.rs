//! A new user's steps on the command line: start, claim, write, read, export, verify, move.

use imajin_e2e::mutate;
use imajin_e2e::prelude::*;
use imajin_e2e::record::log_at;

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

fn profile(url: &str, handle: &str) -> Json {
    let (status, answer) = imajin_e2e::get(&format!("{url}/profile/api/profile/{handle}"));
    assert_eq!(status, 200, "{answer}");
    answer
}

#[test]
fn a_new_user_writes_takes_away_proves_and_moves_on() {
    let desk = Desk { folder: tempfile::tempdir().unwrap() };
    let node = Node::start(Path::new(&desk.path("first")));
    let claim = node.code.clone().expect("a new node has a claim code");
    let key = desk.path("me.json");
    let did =
        imajin(["key", "new", "--json", "--key", &key]).json()["did"].as_str().unwrap().to_owned();
    let at = |url: &str| vec!["--node".to_owned(), url.to_owned(), "--key".to_owned(), key.clone()];
    let run = |words: &[&str], url: &str| {
        imajin(words.iter().map(|word| (*word).to_owned()).chain(at(url)))
    };

    // An identity, which claims the node.
    run(&["register", "--handle", "ada", "--name", "Ada", "--claim", &claim], &node.url).ok();
    run(
        &[
            "put",
            "profile",
            "profile.update",
            r#"{"displayName":"Ada Lovelace","bio":"Poetical science"}"#,
        ],
        &node.url,
    )
    .ok();
    let shown = profile(&node.url, "ada");
    assert_eq!(shown["displayName"], "Ada Lovelace");

    // The log, as its owner sees it.
    let log = run(&["log", "--json"], &node.url).ok();
    let ops: Vec<String> = log
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap()["op"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ops[0], "auth.identity.create");
    assert!(
        ops.contains(&"profile.handle.claim".to_owned())
            && ops.contains(&"profile.update".to_owned()),
        "{ops:?}"
    );

    // A bundle, twice: as a folder and as a tar.
    let (stick, tar) = (desk.path("stick"), desk.path("ada.tar"));
    run(&["export", "--to", &stick], &node.url).ok();
    run(&["export", "--to", &tar], &node.url).ok();
    for path in [&stick, &tar] {
        let report = imajin(["verify", path, "--json"]).json();
        assert_eq!(report["valid"], true);
        assert_eq!(report["did"], did.as_str());
        assert_eq!(report["bundle"]["signed_by"], "owner");
        // All but the node's attestation of their meeting, which follows from its own entry.
        let signed = ops.iter().filter(|op| *op != "auth.attestation.received");
        assert_eq!(report["by_will"]["signed"], signed.count());
        python_verifier([path]).ok();
    }
    one_changed_byte_is_found(&desk, &stick);
    moves_on(&desk, &node, &stick, &run);
}

/// Asserts that both verifiers name the changed entry.
fn one_changed_byte_is_found(desk: &Desk, stick: &str) {
    let changed = desk.path("changed");
    imajin_e2e::copy_folder(Path::new(stick), Path::new(&changed));
    let log = Path::new(&changed).join("log.sqlite");
    assert!(imajin_e2e::flip_bit(&log, b"Poetical science"));
    let output = imajin(["verify", &changed, "--json"]);
    assert_eq!(output.code, 1);
    let ours: Json = serde_json::from_str(&output.stdout).unwrap();
    let theirs = python_verifier(["--json", &changed]);
    assert_eq!(theirs.code, 1, "{}{}", theirs.stdout, theirs.stderr);
    let theirs: Json = serde_json::from_str(&theirs.stdout).unwrap();
    let seq = ours["fault"]["seq"].as_u64().expect("an entry is named");
    assert_eq!(theirs["fault"]["seq"], seq);
    assert_eq!(log_at(Path::new(stick))[seq as usize].op, "profile.update");
    // A changed byte in a file that is not a log.
    imajin_e2e::copy_folder(Path::new(stick), Path::new(&desk.path("changed-page")));
    let page = Path::new(&desk.path("changed-page")).join("index.html");
    mutate(&page, 100, |byte| byte ^ 1);
    imajin(["verify", &desk.path("changed-page")]).fails_with(1);
    python_verifier([&desk.path("changed-page")]).fails_with(1);
}

fn moves_on(
    desk: &Desk,
    first: &Node,
    stick: &str,
    run: &dyn Fn(&[&str], &str) -> imajin_e2e::Ran,
) {
    let before = log_at(Path::new(stick));
    // Imported as home: the same profile, the old log plus exactly one entry.
    let second = Node::start(Path::new(&desk.path("second")));
    run(&["import", stick], &second.url).ok();
    assert_eq!(profile(&second.url, "ada")["displayName"], "Ada Lovelace");
    assert_eq!(profile(&second.url, "ada")["bio"], profile(&first.url, "ada")["bio"]);
    let moved = desk.path("moved");
    run(&["export", "--to", &moved], &second.url).ok();
    let after = log_at(Path::new(&moved));
    assert_eq!(after.len(), before.len() + 1);
    for (old, new) in before.iter().zip(&after) {
        assert_eq!(old.cid, new.cid);
    }
    assert_eq!(after.last().unwrap().op, "auth.home");
    imajin(["verify", &moved]).ok();
    python_verifier([&moved]).ok();
    run(&["put", "profile", "profile.update", r#"{"bio":"Moved"}"#], &second.url).ok();

    // Imported as backup: the same head, read-only.
    let third = desk.path("third");
    imajin(["init", "--data", &third]).ok();
    imajin(["import", stick, "--as", "backup", "--data", &third]).ok();
    let kept = imajin_e2e::record::log_of(Path::new(&third), before_did(stick).as_str());
    assert_eq!(kept.last().unwrap().cid, before.last().unwrap().cid);
    let backup = Node::start(Path::new(&third));
    let output = run(&["put", "profile", "profile.update", r#"{"bio":"no"}"#], &backup.url);
    assert_eq!(output.code, 1, "{}", output.stderr);
    // The node of a copy cannot obtain a signature for a third node; the message names the home.
    let (home, nothing) = (output.stderr.contains(&first.did), "nothing was signed");
    assert!(home && output.stderr.contains(nothing), "{}", output.stderr);
    assert_eq!(profile(&backup.url, "ada")["displayName"], "Ada Lovelace");
    backup.stop();
    imajin(["rebuild", "--check", "--data", &third]).ok();
    let (status, _) = second.stop();
    assert!(status.success());
    imajin(["rebuild", "--check", "--data", &desk.path("second")]).ok();
}

fn before_did(stick: &str) -> String {
    imajin(["verify", stick, "--json"]).json()["did"].as_str().unwrap().to_owned()
}

#[test]
fn a_box_without_a_screen_is_claimed_with_a_code_of_its_owners_choice() {
    const CODE: &str = "our-box-on-the-shelf";
    let desk = Desk { folder: tempfile::tempdir().unwrap() };
    let with_code = |code: &str| NodeOptions::default().env([("IMAJIN_CLAIM_CODE", code)]);
    let data = desk.path("data");
    let Err(refused) = Node::try_start(Path::new(&data), &with_code("our-box")) else {
        panic!("a node takes a code that can be guessed");
    };
    assert_has!(refused, "claim.code", "at least 12");
    let node = Node::start_with(Path::new(&data), &with_code(CODE));
    assert_eq!(node.code.as_deref(), Some(CODE));
    let register = |name: &str, code: &str| {
        let key = desk.path(name);
        imajin(["key", "new", "--key", &key]).ok();
        let words = ["register", "--claim", code, "--node", &node.url];
        imajin(words.into_iter().chain(["--key", key.as_str()]))
    };
    register("neighbour.json", "our-box-on-the-table").fails_with(1);
    register("owner.json", "OUR-BOX-ON-THE-SHELF").ok();
    register("late.json", CODE).fails_with(1);
    // The code has no effect once there is an owner, and may remain in the settings.
    node.stop();
    let node = Node::start_with(Path::new(&data), &with_code(CODE));
    assert_eq!(node.code, None);
}
