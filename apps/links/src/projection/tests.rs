//! Tests of entries of later versions.

use imajin_app::DataRights;
use imajin_dfos::cbor::from_dag_json;
use imajin_dfos::{Timestamp, Value};
use imajin_log::{Offset, Seq, WillKind};
use imajin_protocol::{Did, Fact, IdText};
use serde_json::{Value as Json, json};

use super::*;
use crate::Links;

const ONE: &str = "itm_000000000000000000000001";

struct Log {
    db: Connection,
    did: Did,
    seq: u64,
}

impl Log {
    fn new() -> Self {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(PROJECTION.schema).unwrap();
        let did = Did::from_key(&[1; 32]);
        Self { db, did, seq: 0 }
    }

    fn enter(&mut self, op: &str, reference: &str, body: Option<Json>, fact: Json) {
        let body: Option<Value> = body.map(|body| from_dag_json(&body).unwrap());
        let fact = Fact::from_json(&fact).ok();
        self.seq += 1;
        let entry = Applied {
            offset: Offset(self.seq),
            did: &self.did,
            seq: Seq(self.seq),
            at: Timestamp::from_millis(1_800_000_000_000).unwrap(),
            service: "links",
            op,
            reference: IdText::parse(reference).is_ok().then_some(reference),
            body: body.as_ref(),
            fact: fact.as_ref(),
            author: &self.did,
            will: WillKind::Signed,
        };
        apply(&self.db, &entry).unwrap();
    }

    fn put(&mut self, body: Json, fact: Json) {
        self.enter("links.put", ONE, Some(body), fact);
    }

    fn links(&self) -> Vec<Json> {
        let section = Links.export(&self.db, &self.did).unwrap();
        let links = section.map(|section| section["links"].clone());
        links.map_or(Vec::new(), |links| links.as_array().unwrap().clone())
    }
}

fn words() -> Json {
    json!({ "title": "rye", "url": "https://rye.example/" })
}

#[test]
fn what_this_version_does_not_know_is_never_shown_to_more_people() {
    for fact in [
        json!({ "visibility": "friends" }),
        json!({ "visibility": 1 }),
        json!({ "visibility": "public", "audience": "few" }),
    ] {
        let mut log = Log::new();
        log.put(words(), fact.clone());
        assert_eq!(log.links()[0]["visibility"], "private", "{fact}");
        let mut log = Log::new();
        log.put(words(), json!({}));
        log.enter("links.set", ONE, None, fact.clone());
        assert_eq!(log.links()[0]["visibility"], "private", "{fact}");
    }
}

#[test]
fn an_item_whose_newest_version_cannot_be_read_is_gone() {
    let unreadable = [
        (words(), json!({ "kind": "shelf" })),
        (words(), json!({ "on": 2 })),
        (words(), json!({ "from": "soon" })),
        (words(), json!({ "in": "shelf" })),
        (json!({ "title": 1 }), json!({})),
        (json!({ "title": "x", "url": "javascript:alert(1)" }), json!({})),
        (json!({ "title": "x", "slug": "../x" }), json!({})),
    ];
    for (body, fact) in unreadable {
        let mut log = Log::new();
        log.put(words(), json!({}));
        log.put(body.clone(), fact.clone());
        assert!(log.links().is_empty(), "{body} {fact}");
    }
}

#[test]
fn entries_of_the_first_version_are_read_as_before() {
    let mut log = Log::new();
    log.put(words(), json!({ "visibility": "connections" }));
    let link = json!({ "id": ONE, "title": "rye", "url": "https://rye.example/", "note": null, "visibility": "connections" });
    assert_eq!(log.links(), [link]);
}
