//! The readable data on a sealed node's card, sealing and unsealing a node permanently, and its backups.

use imajin_e2e::files_with_any;
use imajin_e2e::prelude::*;

const PASSPHRASE: (&str, &str) = ("IMAJIN_PASSPHRASE", "correct horse");
/// The address of a guest who requested a letter and never signed in: in no record.
const ADDRESS: &str = "canary.bob@example.com";

/// Options with a mail server that does not answer: letters stay in the queue.
fn options(sealed: bool) -> NodeOptions {
    let env = [
        ("IMAJIN_MAIL_SERVER", "127.0.0.1"),
        ("IMAJIN_MAIL_PORT", "9"),
        ("IMAJIN_MAIL_SECURITY", "none"),
        ("IMAJIN_MAIL_FROM", "box@example.org"),
    ];
    NodeOptions::default().env(env.iter().chain(sealed.then_some(&PASSPHRASE)).copied())
}

/// Creates an owner, an invitation, and a queued letter. Returns the code of the invitation.
fn use_it(node: &Node, folder: &Path) -> (Person, PathBuf, String) {
    let owner = Person::claim(node, folder);
    let key = owner.key_file(folder);
    let invite = http()
        .post(format!("{}/auth/api/invites", node.url))
        .bearer_auth(owner.session().token())
        .json(&json!({}))
        .send()
        .unwrap();
    let invite: serde_json::Value = invite.json().unwrap();
    let reply = http()
        .post(format!("{}/auth/api/onboard", node.url))
        .json(&json!({ "email": ADDRESS, "name": "Bob" }))
        .send()
        .unwrap();
    assert_eq!(reply.status(), 202);
    (owner, key, invite["code"].as_str().unwrap().to_owned())
}

fn nothing_of(data: &Path, words: &[&str]) {
    let left = files_with_any(data, words);
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_a_sealed_node_keeps_of_people_is_readable_in_no_file_on_its_card() {
    let (folder, data) = imajin_e2e::data_folder();
    imajin_with(["init", "--seal", "--data", text(&data)], &[PASSPHRASE]).ok();
    let node = Node::start_with(&data, &options(true));
    let (owner, _, code) = use_it(&node, folder.path());
    let words = [ADDRESS, code.as_str(), "/mail#token=", "auth_invites"];
    nothing_of(&data, &words);
    node.kill();
    nothing_of(&data, &words);
    // The node still has all of it.
    let node = Node::start_with(&data, &options(true));
    let owner = Person::with_key(&node.url, owner.key);
    let invites = owner.read("/auth/api/invites");
    assert!(invites.to_string().contains(&code), "{invites}");
    node.stop();
    nothing_of(&data, &words);
}

#[test]
fn sealing_a_node_that_ran_open_leaves_nothing_readable_and_opening_it_brings_all_back() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(false));
    let (_, _, code) = use_it(&node, folder.path());
    let did = node.did.clone();
    node.kill();
    assert!(!files_with(&data, ADDRESS).is_empty(), "the words are what is looked for");
    let plain = fs::read_to_string(data.join("node/identity.key")).unwrap();
    let key: serde_json::Value = serde_json::from_str(&plain).unwrap();
    let seed = key["ed25519"].as_str().expect("a seed");
    assert_eq!(files_with(&data, seed).len(), 1);
    imajin_with(["init", "--seal", "--data", text(&data)], &[PASSPHRASE]).ok();
    nothing_of(&data, &[ADDRESS, &code, "/mail#token=", seed]);
    assert!(!data.join("node/identity.key").exists());
    let short = [PASSPHRASE, ("IMAJIN_NEW_PASSPHRASE", "short")];
    imajin_with(["init", "--reseal", "--data", text(&data)], &short).fails_with(2);
    let next = [PASSPHRASE, ("IMAJIN_NEW_PASSPHRASE", "battery staple")];
    imajin_with(["init", "--reseal", "--data", text(&data)], &next).ok();
    imajin_with(["init", "--unseal", "--data", text(&data)], &[PASSPHRASE]).fails_with(2);
    let next = [("IMAJIN_PASSPHRASE", "battery staple")];
    imajin_with(["init", "--unseal", "--data", text(&data)], &next).ok();
    assert!(!files_with(&data, ADDRESS).is_empty());
    assert!(!data.join("node/identity.key.age").exists());
    let node = Node::start_with(&data, &options(false));
    assert_eq!(node.did, did);
}

#[test]
fn a_backup_of_a_sealed_node_starts_elsewhere_without_its_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let (data, new) = (folder.path().join("data"), folder.path().join("new"));
    imajin_with(["init", "--seal", "--data", text(&data)], &[PASSPHRASE]).ok();
    let node = Node::start_with(&data, &options(true));
    let did = node.did.clone();
    let (_, key, code) = use_it(&node, folder.path());
    let stick = folder.path().join("stick");
    fs::create_dir(&stick).unwrap();
    for _ in 0..2 {
        imajin(["backup", "--data", text(&data), "--to", text(&stick)]).ok();
    }
    nothing_of(&stick, &[ADDRESS, &code]);
    nothing_of(&data, &[ADDRESS, &code]);
    node.stop();
    let words = ["restore", "--from", text(&stick), "--key", text(&key)];
    imajin(words.into_iter().chain(["--data", text(&new)])).ok();
    assert!(new.join("node/identity.key").exists() && !new.join("node/identity.key.age").exists());
    let node = Node::start_with(&new, &options(false));
    assert_eq!(node.did, did);
    assert!(!node.is_locked);
    node.stop();
    assert!(!files_with(&new, &code).is_empty(), "what was sealed came along");
}

/// The files that sealing and unsealing move, below the data folder. The test ignores the program's other renames and removals.
const MOVED: [&str; 10] = [
    "node/identity.key",
    "node/identity.key.age",
    "node/identity.key.partial",
    "node/identity.key.remains",
    "node/identity.key.opening",
    "secrets.sqlite",
    "secrets.sqlite-partial",
    "secrets.sqlite.remains",
    "secrets.sealed",
    "secrets.sealed-partial",
];

/// The system calls that create or remove a name. strace counts each separately.
const CALLS: [&str; 5] = ["rename", "renameat", "renameat2", "unlink", "unlinkat"];

/// Runs the program and kills it at its n-th such call for one of these files. Returns whether the call was reached.
fn killed_at((call, n): (&str, u32), data: &Path, words: &[&str], env: &[(&str, &str)]) -> bool {
    let moved = MOVED.iter().flat_map(|name| ["-P".into(), data.join(name)]);
    let status = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e"])
        .arg(format!("inject={call}:signal=KILL:when={n}"))
        .args(moved)
        .arg(binary())
        .args(words)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .expect("strace runs");
    !status.success()
}

#[test]
fn sealing_opening_and_another_passphrase_may_be_broken_off_at_any_step() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(false));
    let (_, _, code) = use_it(&node, folder.path());
    let did = node.did.clone();
    node.stop();
    // The copies below need not have what the node sets aside.
    let _ = fs::remove_file(data.join("node/reserve"));
    let next = ("IMAJIN_NEW_PASSPHRASE", "battery staple");
    // Each step with its minimum number of renames: the secrets' and the key's; the key's; the key's out of the seal and to its path.
    type CommandCase<'a> = (&'a str, &'a [(&'a str, &'a str)], u32);
    let steps: [CommandCase<'_>; 3] = [
        ("--seal", &[PASSPHRASE], 5),
        ("--reseal", &[PASSPHRASE, next], 1),
        ("--unseal", &[("IMAJIN_PASSPHRASE", "battery staple")], 3),
    ];
    let is_sealed = || !data.join("node/identity.key").exists();
    // One of the two passphrases opens the same node with all its secrets. A wrong one takes as long as the right one, so
    // that the likely one comes first.
    let opens = |passphrases: [&str; 2]| {
        let copy = folder.path().join("copy");
        let _ = fs::remove_dir_all(&copy);
        imajin_e2e::copy_folder(&data, &copy);
        let opened = passphrases.into_iter().any(|word| {
            let env = [("IMAJIN_PASSPHRASE", word)];
            let words: &[&str] = if is_sealed() {
                &["init", "--unseal", "--data", text(&copy)]
            } else {
                &["init", "--data", text(&copy)]
            };
            let ran = imajin_with(words.iter().copied(), &env);
            ran.code == 0 && ran.stdout.contains(&did)
        });
        assert!(opened);
        assert!(!files_with(&copy, &code).is_empty());
    };
    for (step, env, least) in steps {
        let mut passphrases = ["correct horse", "battery staple"];
        if step != "--seal" {
            passphrases.reverse();
        }
        let before = folder.path().join(step);
        imajin_e2e::copy_folder(&data, &before);
        let mut kills = 0;
        let words = ["init", step, "--data", text(&data)];
        for call in CALLS {
            for n in 1.. {
                fs::remove_dir_all(&data).unwrap();
                imajin_e2e::copy_folder(&before, &data);
                if !killed_at((call, n), &data, &words, env) {
                    break;
                }
                kills += 1;
                opens(passphrases);
            }
        }
        assert!(kills >= least, "{step}: {kills}");
        opens(passphrases);
        assert_eq!(is_sealed(), step != "--unseal");
    }
}

#[test]
fn the_owner_locks_a_running_box_changes_its_passphrase_and_takes_the_lock_off() {
    let (folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(false));
    // A member from before the node was claimed.
    let other = Person::new(&node.url);
    let (owner, _, code) = use_it(&node, folder.path());
    let [token, other] = [&owner, &other].map(|person| person.session().token().to_owned());
    let send = |node: &Node, token: &str, form: &str| {
        http()
            .post(format!("{}/lock", node.url))
            .bearer_auth(token)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned())
            .text_answer()
    };
    let lock = "what=lock&next=correct+horse&again=correct+horse";
    assert_eq!(send(&node, &other, lock).0, 403);
    let (status, text) = send(&node, &token, "what=lock&next=short&again=short");
    assert_has!(text, "at least 8 letters");
    assert_eq!(status, 400);
    let (status, text) = send(&node, &token, "what=lock&next=correct+horse&again=correct+house");
    assert!(status == 400 && text.contains("aren’t the same"), "{text}");
    assert!(data.join("node/identity.key").exists());

    // The page redirects to itself.
    let (status, text) = send(&node, &token, lock);
    assert_has!(text, "Your box is locked");
    assert_eq!(status, 200);
    assert!(!data.join("node/identity.key").exists());
    nothing_of(&data, &[ADDRESS, &code]);
    let invites = |node: &Node| {
        let person = owner.at(&node.url);
        let invites = person.read("/auth/api/invites");
        invites.to_string().contains(&code)
    };
    assert!(invites(&node), "the node works as before");
    let (status, text) =
        send(&node, &token, "what=change&now=wrong+one&next=battery+staple&again=battery+staple");
    assert_has!(text, "not the passphrase of now");
    assert_eq!(status, 403);
    let change = "what=change&now=correct+horse&next=battery+staple&again=battery+staple";
    assert_eq!(send(&node, &token, change).0, 200);
    node.kill();

    let waits = Node::start_with(&data, &options(false));
    assert!(waits.is_locked);
    waits.kill();
    let mut next = options(false);
    let passphrase = ("IMAJIN_PASSPHRASE", "battery staple");
    next.env.push((passphrase.0.to_owned(), passphrase.1.to_owned()));
    let node = Node::start_with(&data, &next);
    assert!(!node.is_locked && invites(&node));
    let (status, text) = send(&node, &token, "what=open&now=battery+staple");
    assert!(status == 200 && text.contains("isn’t locked"), "{text}");
    assert!(data.join("node/identity.key").exists() && invites(&node));
    node.kill();
    let node = Node::start_with(&data, &options(false));
    assert!(!node.is_locked && invites(&node));
}
