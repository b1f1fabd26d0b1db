//! The cases of a file, judged: those of the repository, and those that the independent verifier changed.

use std::path::Path;
use std::process::Command;

use imajin_dfos::{base64, hex};
use imajin_protocol::Did;
use imajin_protocol::proof::EntryPosition;
use serde_json::Value as Json;

use super::vectors::{path, report};
use super::world::secret_of;
use crate::{Admins, ReaderState, RoomInput, RowBytes, verify};

/// Reads a case back from the file.
struct Reader<'a> {
    pool: Vec<&'a str>,
}

impl Reader<'_> {
    fn text(&self, place: &Json) -> Option<&str> {
        Some(self.pool[usize::try_from(place.as_u64()?).unwrap()])
    }

    fn bytes(&self, place: &Json) -> Option<Vec<u8>> {
        self.text(place).map(|text| base64::decode_url(text).unwrap())
    }

    fn read_input(&self, case: &Json) -> RoomInput {
        let list = |name: &str| case[name].as_array().unwrap().iter();
        let row = |row: &Json, body: usize| RowBytes {
            header: self.bytes(&row[0]).unwrap(),
            cause: (body == 2).then(|| self.bytes(&row[1])).flatten(),
            body: self.bytes(&row[body]),
        };
        let chains = case["chains"].as_object().unwrap().iter();
        let tokens = |places: &Json| -> Vec<String> {
            let places = places.as_array().unwrap().iter();
            places.map(|place| self.text(place).unwrap().to_owned()).collect()
        };
        RoomInput {
            rows: list("rows").map(|json| row(json, 2)).collect(),
            own: Some(list("own").map(|json| row(json, 1)).collect()),
            reads: list("reads").map(|json| self.bytes(json).unwrap()).collect(),
            chains: chains
                .map(|(did, places)| (Did::parse(did).unwrap(), tokens(places)))
                .collect(),
        }
    }
}

fn read_known(json: &Json) -> ReaderState {
    let did = |json: &Json| json.as_str().map(|text| Did::parse(text).unwrap());
    let dids = |json: &Json| json.as_array().map(|list| list.iter().filter_map(did).collect());
    let cid = |json: &Json| imajin_dfos::cid::parse_cid(json.as_str().unwrap()).unwrap();
    let pair = |json: &Json| EntryPosition { seq: json[0].as_u64().unwrap(), cid: cid(&json[1]) };
    let secrets = json["secrets"].as_array().unwrap().iter();
    let chains = json["chains"].as_object().unwrap().iter();
    ReaderState {
        me: did(&json["me"]).unwrap(),
        name: did(&json["name"]).unwrap(),
        secrets: secrets
            .map(|secret| hex::decode(secret.as_str().unwrap()).unwrap())
            .map(|secret| secret_of(&secret.try_into().unwrap()))
            .collect(),
        log: did(&json["log"]),
        sealed: json["sealed"] == true,
        leaders: dids(&json["leaders"]).unwrap(),
        is_continued: false,
        admins: match (&json["admins"], dids(&json["admins"])) {
            (Json::String(_), _) => Admins::Own,
            (_, Some(these)) => Admins::These(these),
            _ => Admins::Anyone,
        },
        chains: chains.map(|(did, json)| (Did::parse(did).unwrap(), cid(json))).collect(),
        pin: json["pin"].is_array().then(|| pair(&json["pin"])),
        sent: json["sent"].as_array().unwrap().iter().map(pair).collect(),
        from: json["from"].as_u64().unwrap_or(if json["partial"] == true {
            ReaderState::NEWEST
        } else {
            0
        }),
    }
}

/// Cases that were read are judged like those that were made. `IMAJIN_VECTORS` names another file, which
/// tests/verifier/test/room_changes.py writes.
#[test]
fn the_file_is_judged_as_it_says() {
    let there = path().into_os_string();
    let other = std::env::var_os("IMAJIN_VECTORS");
    let text = std::fs::read_to_string(other.unwrap_or(there)).unwrap();
    judge(&text);
}

/// Cases that the independent verifier changes as a lying box could, and judges, are judged alike here. `IMAJIN_CHANGES`
/// and `IMAJIN_SEED` choose others.
#[test]
fn changed_cases_are_judged_alike() {
    let chosen = |name, or: &str| std::env::var(name).unwrap_or(or.to_owned());
    let (count, seed) = (chosen("IMAJIN_CHANGES", "60"), chosen("IMAJIN_SEED", "1"));
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests");
    let python = std::env::var_os("IMAJIN_PYTHON").unwrap_or_else(|| "python3".into());
    let written = Command::new(&python)
        .args(["-m", "verifier.test.room_changes", &count, &seed])
        .current_dir(&tests)
        .output()
        .unwrap_or_else(|error| panic!("{python:?}: {error}"));
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    judge(&String::from_utf8(written.stdout).unwrap());
}

fn judge(text: &str) {
    let file: Json = serde_json::from_str(text).unwrap();
    let pool = file["pool"].as_array().unwrap().iter();
    let reader = Reader { pool: pool.map(|text| text.as_str().unwrap()).collect() };
    for case in file["cases"].as_array().unwrap() {
        let report = report(&verify(&reader.read_input(case), &read_known(&case["known"])));
        assert_eq!(report, case["report"], "{}", case["name"]);
    }
}
