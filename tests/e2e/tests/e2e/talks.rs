//! A sealed group on a real node, and one member's copy of it: read and verified without the node, by the program
//! alone.

use imajin_dfos::Value;
use imajin_e2e::chats::Talk;
use imajin_e2e::page::Page;
use imajin_e2e::prelude::*;
use imajin_e2e::{copy_folder, flip_bit};
use imajin_log::entry::decode_body;
use imajin_node::recovery;
use rusqlite::Connection;
use tempfile::TempDir;

/// Messages from while Cleo was a member, and from while she was not.
const HERS: [&str; 2] = ["Hello from Cleo", "Welcome"];
const OTHERS: [&str; 4] = ["Before Cleo", "Bob is here", "After Cleo", "Just us"];
const DELETED: &str = "Oops";
const PASSPHRASE: &str = "teapot under seven moons";

/// The copies of a conversation whose node has been deleted.
struct Copies {
    folder: TempDir,
    talk: Talk,
    ada: Person,
    cleo: Person,
}

impl Copies {
    /// Creates Ada's group: Bob is in from the beginning, and Cleo from her admission until her removal. Then Ada and
    /// Cleo export, and the node is deleted.
    fn of_a_group() -> Self {
        let (folder, data) = imajin_e2e::data_folder();
        let node = Node::start(&data);
        let [ada, bob, cleo] = [(); 3].map(|()| Person::new(&node.url));
        let group = ada.make_group(&json!({ "name": "Choir" }), "private", None);
        let group = group.unwrap();
        ada.bring_into(&group, &bob);
        ada.bring_into(&group, &cleo);
        let talk = ada.open_group_talk(&group, &[&bob]).unwrap();
        let people = [&ada, &bob, &cleo];
        let open = |who| Page::open(who, &talk, &people).unwrap();
        let (mut of_ada, mut of_bob) = (open(&ada), open(&bob));
        of_ada.say(OTHERS[0]).unwrap();
        of_bob.say(OTHERS[1]).unwrap();
        of_ada.admit(&[&cleo]).unwrap();
        let mut of_cleo = open(&cleo);
        of_cleo.say(HERS[0]).unwrap();
        of_bob.say(HERS[1]).unwrap();
        let oops = of_bob.say(DELETED).unwrap();
        bob.delete_message(&talk, &oops).unwrap();
        of_cleo.look().unwrap();
        assert_eq!(of_cleo.texts(), HERS);
        of_ada.put_out(&group, &cleo).unwrap();
        of_ada.say(OTHERS[2]).unwrap();
        of_bob.say(OTHERS[3]).unwrap();
        let copies = Self { folder, talk, ada, cleo };
        for who in [&copies.ada, &copies.cleo] {
            let (to, key) = (copies.bundle(who), copies.key(who));
            imajin(["export", "--node", &node.url, "--key", &key, "--to", &to]).ok();
        }
        node.stop_gracefully();
        std::fs::remove_dir_all(data).unwrap();
        copies
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn bundle(&self, of: &Person) -> String {
        let name = of.did().replace(':', "_");
        self.path(&name).to_str().unwrap().to_owned()
    }

    fn key(&self, of: &Person) -> String {
        let path = of.key_file(self.folder.path());
        path.to_str().unwrap().to_owned()
    }

    /// Returns the conversation's log in a copy.
    fn log(&self, bundle: &Path) -> PathBuf {
        let log = self.talk.log.replace(':', "_");
        bundle.join("shared").join(log).join("log.sqlite")
    }
}

/// Returns each message's state and text.
fn read_messages(read: &Json) -> Vec<(&str, Option<&str>)> {
    let messages = read["conversations"][0]["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|one| (one["state"].as_str().unwrap(), one["said"]["text"].as_str()))
        .collect()
}

#[test]
fn a_copy_is_read_without_the_node_and_says_what_its_owner_may_read_and_nothing_else() {
    let copies = Copies::of_a_group();
    let (bundle, key) = (copies.bundle(&copies.cleo), copies.key(&copies.cleo));

    for with_key in [&[][..], &["--key", &key]] {
        let verify = [&["chat", "verify", &bundle][..], with_key].concat();
        let text = imajin(&verify).ok();
        assert_has!(text, "valid", "end-to-end encrypted");
        let verdict = imajin([&verify[..], &["--json"]].concat()).json();
        assert_eq!(verdict["valid"], json!(true), "{verdict}");
        let conversation = &verdict["conversations"][0];
        assert_members!(conversation, "kind": "group", "stop": null, "count": 5);
        assert!(conversation.get("messages").is_none(), "{conversation}");
    }

    let read = ["chat", "read", &bundle, "--key", &key];
    let text = imajin(read).ok();
    assert!(HERS.iter().all(|hers| text.contains(hers)), "{text}");
    let not_hers = OTHERS.iter().chain([&DELETED]);
    assert!(not_hers.clone().all(|other| !text.contains(other)), "{text}");
    let json = imajin([&read[..], &["--json"]].concat()).json();
    let (opened, unseen) = (|text| ("opened", Some(text)), ("unseen", None));
    let hers = [opened(HERS[0]), opened(HERS[1])];
    assert_eq!(read_messages(&json), [&[unseen, unseen][..], &hers, &[("deleted", None)]].concat());

    // Nothing opens with another person's key, and the program says so.
    let foreign = copies.key(&copies.ada);
    let text = imajin(["chat", "read", &bundle, "--key", &foreign]).ok();
    assert_has!(text, "Nothing that is sealed can be opened");
    assert!(HERS.iter().all(|hers| !text.contains(hers)), "{text}");
    let by_name = ["--conversation", "did:imajin:dm:0123456789abcdef"];
    imajin([&read[..], &by_name].concat()).fails_with(2);
}

#[test]
fn the_sheet_opens_the_copy_as_the_key_does() {
    let copies = Copies::of_a_group();
    let bundle = copies.bundle(&copies.ada);
    let sheet = copies.path("sheet.txt");
    let text = recovery::seal(&copies.ada.key, PASSPHRASE).unwrap();
    std::fs::write(&sheet, text).unwrap();
    let read = ["chat", "read", &bundle, "--key", sheet.to_str().unwrap()];
    let with =
        |words| imajin_with([&read[..], &["--json"]].concat(), &[("IMAJIN_PASSPHRASE", words)]);
    let json = with(PASSPHRASE).json();
    let texts: Vec<&str> = read_messages(&json).into_iter().filter_map(|one| one.1).collect();
    let all = [&OTHERS[..2], &HERS, &OTHERS[2..]].concat();
    assert_eq!(texts, all);
    with("not the passphrase").fails_with(2);
}

#[test]
fn a_changed_byte_and_a_dropped_entry_are_found_by_their_rules() {
    let copies = Copies::of_a_group();
    let (bundle, key) = (copies.bundle(&copies.cleo), copies.key(&copies.cleo));
    let read = imajin(["chat", "read", &bundle, "--key", &key, "--json"]).json();
    let messages = read["conversations"][0]["messages"].as_array().unwrap();
    let welcome = messages.iter().find(|one| one["said"]["text"] == HERS[1]);
    let seq = welcome.unwrap()["seq"].as_i64().unwrap();

    let is_found = |lied: &Path, code: &str, sentence: &str| {
        let lied = lied.to_str().unwrap();
        for command in [&["chat", "verify", lied][..], &["chat", "read", lied, "--key", &key]] {
            let text = imajin(command).fails_with(1);
            assert!(text.contains(sentence), "{text}");
            let json = imajin([command, &["--json"]].concat());
            assert_eq!(json.code, 1, "{}", json.stderr);
            let json: Json = serde_json::from_str(&json.stdout).unwrap();
            assert_eq!(json["valid"], json!(false));
            let stop = &json["conversations"][0]["stop"];
            assert_eq!(stop["code"], json!(code), "{stop}");
            assert!(sentence.starts_with(stop["sentence"].as_str().unwrap()));
        }
    };

    let changed = copies.path("changed");
    copy_folder(Path::new(&bundle), &changed);
    let log = copies.log(&changed);
    let sql = "SELECT body FROM bodies WHERE seq = ?1";
    let db = Connection::open(&log).unwrap();
    let body: Vec<u8> = db.query_row(sql, [seq], |row| row.get(0)).unwrap();
    drop(db);
    let body = decode_body(&body).unwrap();
    let sealed = body.get("box").and_then(Value::as_bytes).unwrap();
    assert!(flip_bit(&log, &sealed[..32]));
    let sentence =
        format!("Your box shows other words than its author signed. (rule 2, entry {seq})");
    is_found(&changed, "other-body", &sentence);

    let dropped = copies.path("dropped");
    copy_folder(Path::new(&bundle), &dropped);
    let db = Connection::open(copies.log(&dropped)).unwrap();
    for table in ["bodies", "entries"] {
        let sql = format!("DELETE FROM {table} WHERE seq = ?1");
        assert_eq!(db.execute(&sql, [seq]).unwrap(), 1);
    }
    db.close().unwrap();
    let sentence =
        format!("Your box shows this conversation with a gap. (rule 1, entry {})", seq + 1);
    is_found(&dropped, "gap", &sentence);
}
