//! Conversations of the shared vectors, put into logs as a bundle has them, and read from there.

use super::judge::Judgement;
use super::records::Records;
use super::show::to_json;
use imajin_box::key::PersonKey;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{base64, hex};
use imajin_log::untrusted::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};
use imajin_protocol::Did;
use rusqlite::{Connection, params};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};

struct Case {
    case: Json,
    pool: Json,
}

impl Case {
    fn load(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/chat.json");
        let mut file: Json = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let cases = file["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["name"] == name).unwrap();
        Self { case: case.clone(), pool: file["pool"].take() }
    }

    fn text(&self, place: &Json) -> Option<&str> {
        let place = usize::try_from(place.as_u64()?).unwrap();
        self.pool[place].as_str()
    }

    fn bytes(&self, place: &Json) -> Option<Vec<u8>> {
        Some(base64::decode_url(self.text(place)?).unwrap())
    }

    fn me(&self) -> Did {
        Did::parse(self.case["known"]["me"].as_str().unwrap()).unwrap()
    }

    fn log(folder: &Path, name: &str) -> (PathBuf, Connection) {
        let path = folder.join(name);
        let db = Connection::open(&path).unwrap();
        db.execute_batch(&format!(
            "PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={USER_VERSION};"
        ))
        .unwrap();
        for sql in LOG_SCHEMA {
            db.execute_batch(sql).unwrap();
        }
        (path, db)
    }

    /// The rows `[header, …, body]` of a list, in a log.
    fn enter(&self, db: &Connection, list: &str) {
        for (seq, row) in self.case[list].as_array().unwrap().iter().enumerate() {
            let parts = row.as_array().unwrap();
            let header = self.bytes(&parts[0]).unwrap();
            db.execute("INSERT INTO entries VALUES (?1, ?2)", params![seq as i64, header]).unwrap();
            if let Some(body) = self.bytes(parts.last().unwrap()) {
                db.execute("INSERT INTO bodies VALUES (?1, ?2)", params![seq as i64, body])
                    .unwrap();
            }
            if let (3, Some(cause)) = (parts.len(), self.bytes(&parts[1])) {
                let cid = dag_cbor_cid(&cause).to_bytes();
                db.execute(
                    "INSERT OR IGNORE INTO causes VALUES (?1, ?2, NULL)",
                    params![cid, cause],
                )
                .unwrap();
            }
        }
    }

    fn tokens(&self, did: &str) -> Vec<String> {
        let tokens = self.case["chains"][did].as_array().unwrap().iter();
        tokens.map(|token| self.text(token).unwrap().to_owned()).collect()
    }

    /// The logs as a bundle has them, read.
    fn records(&self) -> Records {
        let folder = tempfile::tempdir().unwrap();
        let (shared, db) = Self::log(folder.path(), "shared.sqlite");
        self.enter(&db, "rows");
        for did in self.case["chains"].as_object().unwrap().keys() {
            for (n, token) in self.tokens(did).iter().enumerate() {
                db.execute("INSERT INTO chains VALUES (?1, ?2, ?3)", params![did, n as i64, token])
                    .unwrap();
            }
        }
        drop(db);
        let (own, db) = Self::log(folder.path(), "own.sqlite");
        self.enter(&db, "own");
        drop(db);
        let name = format!("shared/{}/log.sqlite", self.me().folder_name());
        let logs = [("log.sqlite", &*own), (name.as_str(), &*shared)];
        Records::read(logs.into_iter()).unwrap()
    }

    fn key(&self) -> PersonKey {
        let secret = self.case["known"]["secrets"][0].as_str().unwrap();
        let secret: [u8; 32] = hex::decode(secret).unwrap().try_into().unwrap();
        PersonKey::from_parts(self.me(), [1; 32], secret)
    }
}

fn message_texts(read: &Json) -> Vec<(&str, &str)> {
    let messages = read["conversations"][0]["messages"].as_array().unwrap().iter();
    messages
        .map(|one| {
            (one["state"].as_str().unwrap(), one["said"]["text"].as_str().unwrap_or_default())
        })
        .collect()
}

#[test]
fn a_conversation_is_read_with_the_owners_key_and_keyrings() {
    let case = Case::load("new-phone");
    let judgement = Judgement::judge(case.records(), Some(&case.key()));
    assert_eq!(judgement.fault(), None);
    let read = to_json(&judgement, true);
    let expected = [("opened", "under the old key"), ("opened", "under the new one")];
    assert_eq!(message_texts(&read), expected);
    let conversation = &read["conversations"][0];
    assert_eq!((&conversation["sealed"], &conversation["kind"]), (&json!(true), &json!("dm")));
}

#[test]
fn what_no_key_opens_says_why() {
    let case = Case::load("dm");
    let without = Judgement::judge(case.records(), None);
    assert_eq!((without.fault(), &without.useless_key), (None, &None));
    let read = to_json(&without, true);
    let messages = read["conversations"][0]["messages"].as_array().unwrap();
    assert_eq!(messages[0]["why"], "locked: this key has no secret for it");

    let other = PersonKey::from_parts(case.me(), [1; 32], [2; 32]);
    let useless = Judgement::judge(case.records(), Some(&other)).useless_key.unwrap();
    assert!(useless.contains("never named this key"), "{useless}");
    let strangers = PersonKey::generate().unwrap();
    let useless = Judgement::judge(case.records(), Some(&strangers)).useless_key.unwrap();
    assert!(useless.contains(strangers.did().as_str()), "{useless}");
}

#[test]
fn a_broken_rule_says_its_sentence() {
    for (name, sentence) in [
        (
            "second-chain-after-comparing",
            "Your box shows other keys for somebody than those you knew. (rule 3)",
        ),
        (
            "own-group-opened",
            "This conversation was started by somebody who is not allowed to. (rule 7, entry 1)",
        ),
        ("comparison-of-the-box", "Your own record has something that you did not sign. (rule 2)"),
    ] {
        let case = Case::load(name);
        let judgement = Judgement::judge(case.records(), Some(&case.key()));
        let fault = judgement.fault().unwrap();
        assert!(fault.ends_with(sentence), "{fault}");
        assert_eq!(to_json(&judgement, false)["valid"], json!(false));
    }
}

#[test]
fn one_conversation_is_found_by_its_name_its_log_or_the_other_person() {
    let case = Case::load("dm");
    let judge = || Judgement::judge(case.records(), None);
    let conversation = &judge().conversations[0];
    let chains = case.case["chains"].as_object().unwrap();
    let other = chains.keys().find(|did| **did != *case.me().as_str()).unwrap();
    for name in [conversation.name.as_str(), conversation.log.as_str(), other] {
        let mut judgement = judge();
        judgement.keep(name);
        assert_eq!(judgement.conversations.len(), 1, "{name}");
    }
    let mut judgement = judge();
    judgement.keep("did:imajin:event:evt_1");
    assert!(judgement.conversations.is_empty());
}
