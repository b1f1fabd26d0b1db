//! The cases of `tests/vectors/chat.json` as bundles: `imajin chat verify` reports the expected result of each.

use imajin_dfos::base64;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_e2e::prelude::*;
use imajin_log::entry::Header;
use imajin_log::format::names;
use imajin_log::untrusted::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};
use rusqlite::{Connection, params};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

/// Cases that a bundle cannot express: it has whole logs, no read marks of others, and no memory of a page.
const NOT_IN_A_BUNDLE: [(&str, &str); 10] = [
    ("turns-and-newest", WHOLE),
    ("asked-from-a-place", WHOLE),
    ("change-of-keys-kept-back-from-readers", READS),
    ("newest-kept-back-from-writers", READS),
    ("crossed-in-other-order", READS),
    ("second-chain", "what a page knew of another's chain"),
    ("older-state-to-a-page", "what a page had seen"),
    ("not-entered", "what the box answered when it was sent"),
    ("own-log-cut", "the chain of a record is the one in its own log"),
    ("own-log-kept-back", "a bundle has the log that it is of"),
];
const WHOLE: &str = "what was asked for is a part of the log";
const READS: &str = "the witness is another's read mark";

struct File {
    cases: Vec<Json>,
    pool: Vec<String>,
}

impl File {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/chat.json");
        let mut file: Json = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        Self {
            pool: serde_json::from_value(file["pool"].take()).unwrap(),
            cases: serde_json::from_value(file["cases"].take()).unwrap(),
        }
    }

    fn text(&self, place: &Json) -> Option<&str> {
        let place = usize::try_from(place.as_u64()?).unwrap();
        Some(self.pool[place].as_str())
    }

    fn bytes(&self, place: &Json) -> Option<Vec<u8>> {
        Some(base64::decode_url(self.text(place)?).unwrap())
    }

    /// Returns the log of a case's rows.
    fn log_of(&self, case: &Json) -> Did {
        let header = self.bytes(&case["rows"][0][0]).unwrap();
        Header::decode(&header).unwrap().did
    }

    /// Writes rows `[header, …, body]`, and the chains of the people in them, as a log.
    fn write_log(&self, path: &Path, rows: &Json, chains: &Json) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let db = Connection::open(path).unwrap();
        let ids = format!(
            "PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={USER_VERSION}; BEGIN;"
        );
        db.execute_batch(&ids).unwrap();
        for sql in LOG_SCHEMA {
            db.execute_batch(sql).unwrap();
        }
        for (seq, row) in rows.as_array().unwrap().iter().enumerate() {
            let seq = i64::try_from(seq).unwrap();
            let parts = row.as_array().unwrap();
            let header = self.bytes(&parts[0]).unwrap();
            let sql = "INSERT INTO entries VALUES (?1, ?2)";
            db.execute(sql, params![seq, header]).unwrap();
            if let Some(body) = self.bytes(parts.last().unwrap()) {
                let sql = "INSERT INTO bodies VALUES (?1, ?2)";
                db.execute(sql, params![seq, body]).unwrap();
            }
            if let (3, Some(cause)) = (parts.len(), self.bytes(&parts[1])) {
                let cid = dag_cbor_cid(&cause).to_bytes();
                let sql = "INSERT OR IGNORE INTO causes VALUES (?1, ?2, NULL)";
                db.execute(sql, params![cid, cause]).unwrap();
            }
        }
        for (did, tokens) in chains.as_object().unwrap() {
            for (n, token) in tokens.as_array().unwrap().iter().enumerate() {
                let values = params![did, i64::try_from(n).unwrap(), self.text(token)];
                let sql = "INSERT INTO chains VALUES (?1, ?2, ?3)";
                db.execute(sql, values).unwrap();
            }
        }
        db.execute_batch("COMMIT").unwrap();
    }

    /// Writes the reader's own log and the conversation's, with the log that it continues, if the reader knows one.
    fn write_bundle(&self, folder: &Path, case: &Json) {
        let shared = |log: &Did| folder.join(names::shared(log));
        self.write_log(&folder.join(names::LOG), &case["own"], &json!({}));
        let log = self.log_of(case);
        self.write_log(&shared(&log), &case["rows"], &case["chains"]);
        let before = case["known"]["log"].as_str().filter(|known| log != **known);
        if let Some(before) = before {
            let is_it = |one: &&Json| one["by"] == "nobody" && self.log_of(one) == *before;
            let before = self.cases.iter().find(is_it).unwrap();
            let path = shared(&self.log_of(before));
            self.write_log(&path, &before["rows"], &before["chains"]);
        }
    }

    /// Verifies a case. Returns the program's exit status, its JSON, and its sentence.
    fn verify(&self, case: &Json) -> (i32, Json, String) {
        let folder = tempfile::tempdir().unwrap();
        let (bundle, key) = (folder.path().join("bundle"), folder.path().join("key.json"));
        self.write_bundle(&bundle, case);
        let mut arguments = vec!["chat", "verify", bundle.to_str().unwrap(), "--json"];
        if let Some(secret) = case["known"]["secrets"][0].as_str() {
            let text = json!({
                "v": 1, "did": case["known"]["me"], "ed25519": case["signs"], "x25519": secret,
            });
            let mut open = OpenOptions::new();
            let file = open.create_new(true).write(true).mode(0o600).open(&key);
            file.unwrap().write_all(text.to_string().as_bytes()).unwrap();
            arguments.extend(["--key", key.to_str().unwrap()]);
        }
        let ran = imajin(&arguments);
        let json = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", case["name"], ran.stderr));
        (ran.code, json, ran.stderr)
    }
}

/// Converts a conversation in the program's JSON to the file's format of reports. The number of messages stands for the
/// messages.
fn report(verdict: &Json) -> Json {
    let finding = |one: &Json| match one {
        Json::Null => Json::Null,
        one => json!([one["seq"], one["code"]]),
    };
    let voids = verdict["voids"].as_array().unwrap().iter();
    json!({
        "stop": finding(&verdict["stop"]),
        "voids": voids.map(finding).collect::<Vec<_>>(),
        "renew": finding(&verdict["renew"]),
        "sealed": verdict["sealed"], "epoch": verdict["epoch"], "turns": verdict["turns"],
        "members": verdict["members"], "newer": verdict["newer"], "messages": verdict["count"],
    })
}

#[test]
fn the_command_says_of_each_case_what_the_pages_say() {
    let file = File::read();
    let names: Vec<_> = file.cases.iter().map(|case| &case["name"]).collect();
    for (name, why) in NOT_IN_A_BUNDLE {
        assert!(names.contains(&&json!(name)), "{name}: {why}");
    }
    let is_in = |case: &&Json| NOT_IN_A_BUNDLE.iter().all(|(name, _)| case["name"] != *name);
    let mut stopped = 0;
    for case in file.cases.iter().filter(is_in) {
        let name = &case["name"];
        let (code, output, sentence) = file.verify(case);
        assert_eq!(output["uselessKey"], Json::Null, "{name}");
        let log = file.log_of(case);
        let conversations = output["conversations"].as_array().unwrap();
        let conversation = conversations.iter().find(|one| log == *one["log"].as_str().unwrap());
        let conversation = conversation.unwrap_or_else(|| panic!("{name}: {output}"));
        let mut expected = case["report"].clone();
        expected["messages"] = json!(expected["messages"].as_array().unwrap().len());
        expected.as_object_mut().unwrap().remove("head");
        assert_eq!(report(conversation), expected, "{name}");
        // None of these is a person's whole record: if no rule of conversations is broken, that is the reported fault.
        let is_stopped = !expected["stop"].is_null();
        assert_eq!((code, output["valid"] == json!(false)), (1, is_stopped), "{name}: {sentence}");
        if is_stopped {
            let words = conversation["stop"]["sentence"].as_str().unwrap();
            assert!(sentence.contains(words), "{name}: {sentence}");
            stopped += 1;
        }
    }
    assert!(stopped >= 40, "{stopped}");
}
