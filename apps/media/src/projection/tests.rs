//! Entries of later versions and of other nodes in the tables.

use imajin_dfos::cbor::from_dag_json;
use imajin_dfos::cid::raw_cid;
use imajin_dfos::{Timestamp, Value};
use imajin_log::{Offset, Seq, WillKind};
use imajin_protocol::{Did, Fact, IdText};
use serde_json::{Value as Json, json};

use super::*;
use crate::ids::AssetId;
use crate::queries::{self, Asset, State};

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

    fn enter(&mut self, op: &str, reference: Option<&str>, body: Option<Json>, fact: Json) {
        let body: Option<Value> = body.map(|body| from_dag_json(&body).unwrap());
        let fact = Fact::from_json(&fact).ok();
        self.seq += 1;
        let entry = Applied {
            offset: Offset(self.seq),
            did: &self.did,
            seq: Seq(self.seq),
            at: Timestamp::from_millis(1_800_000_000_000).unwrap(),
            service: "media",
            op,
            reference: reference.filter(|text| IdText::parse(text).is_ok()),
            body: body.as_ref(),
            fact: fact.as_ref(),
            author: &self.did,
            will: WillKind::Signed,
        };
        apply(&self.db, &entry).unwrap();
    }

    fn id(&self) -> AssetId {
        AssetId::derive(&self.did, &raw_cid(b"a").to_string(), 0)
    }

    fn adds(&mut self, has_body: bool, fact: Json) {
        let mut fact = fact;
        fact["media"] = json!([raw_cid(b"a").to_string()]);
        fact["n"] = 0.into();
        let body = json!({"name": "a.jpg", "kind": "image/jpeg", "bytes": 1});
        let id = self.id();
        self.enter(Add::NAME, Some(id.as_str()), has_body.then_some(body), fact);
    }

    fn asset(&self) -> Asset {
        queries::asset((&self.db).into(), self.did.as_str(), &self.id()).unwrap().unwrap()
    }
}

#[test]
fn what_this_version_does_not_know_is_never_shown_to_more_people() {
    for fact in [
        json!({"access": "friends"}),
        json!({"access": 1}),
        json!({"access": "public", "audience": "few"}),
        json!({"access": "conversation"}),
    ] {
        let mut log = Log::new();
        log.adds(true, fact.clone());
        assert_eq!(log.asset().access, Access::Private, "{fact}");
        let mut log = Log::new();
        log.adds(true, json!({"access": "public"}));
        assert_eq!(log.asset().access, Access::Public);
        let mut fact = fact;
        fact["assets"] = json!([log.id().as_str()]);
        log.enter(SetAccess::NAME, None, None, fact.clone());
        assert_eq!(log.asset().access, Access::Private, "{fact}");
    }
}

#[test]
fn an_asset_whose_words_were_erased_is_a_tombstone_with_its_cid() {
    let mut log = Log::new();
    log.adds(false, json!({"access": "public"}));
    let asset = log.asset();
    assert_eq!(asset.state, State::Erased);
    assert_eq!(asset.cid, raw_cid(b"a").to_string());
    assert_eq!(asset.access, Access::Private);
    // Further entries of before the erasure say nothing of it.
    let fact = json!({"assets": [log.id().as_str()], "access": "public"});
    log.enter(SetAccess::NAME, None, None, fact.clone());
    log.enter(MoveAssets::NAME, None, None, fact);
    assert_eq!(log.asset(), asset);
    log.adds(true, json!({}));
    assert_eq!(log.asset().state, State::Kept);
}

#[test]
fn words_count_as_an_erasure_finds_them_whether_this_version_can_read_them_or_not() {
    let mut log = Log::new();
    let id = log.id();
    let change = |log: &mut Log, body: Option<Json>| {
        log.enter(ChangeAsset::NAME, Some(id.as_str()), body, json!({}));
    };
    change(&mut log, Some(json!({ "title": "early" })));
    log.adds(true, json!({}));
    assert_eq!(log.asset().bodies, 2);
    let before = log.asset();
    for later in [json!({ "title": 7 }), json!({ "width": "wide" })] {
        change(&mut log, Some(later));
    }
    let body = json!({ "name": "", "kind": 1 });
    log.enter(Add::NAME, Some(id.as_str()), Some(body), json!({}));
    change(&mut log, None);
    let after = log.asset();
    assert_eq!(after.bodies, 5);
    assert_eq!(after, Asset { bodies: 5, ..before }, "they say nothing that can be read");
    let fact = json!({ "assets": [id.as_str()] });
    log.enter(Erase::NAME, None, None, fact);
    assert_eq!(log.asset().bodies, 0);
    // Made again from a log in which an erasure left one of the early words.
    let mut log = Log::new();
    change(&mut log, Some(json!({ "title": 7 })));
    log.adds(false, json!({}));
    assert_eq!(log.asset().bodies, 1);
}

#[test]
fn an_id_that_is_anothers_adds_nothing() {
    let mut log = Log::new();
    let fact = json!({"media": [raw_cid(b"b").to_string()], "n": 0});
    let body = json!({"name": "a.jpg", "kind": "image/jpeg", "bytes": 1});
    let id = log.id();
    log.enter(Add::NAME, Some(id.as_str()), Some(body), fact);
    assert_eq!(queries::state((&log.db).into(), log.did.as_str(), &id).unwrap(), None);
}

#[test]
fn folders_of_a_log_from_elsewhere_never_become_a_ring() {
    let mut log = Log::new();
    let id = |n: u8| format!("fld_{n:024x}");
    let folder = |log: &mut Log, n: u8, parent: Option<u8>| {
        let fact = parent.map_or(json!({}), |parent| json!({"parent": id(parent)}));
        log.enter(PutFolder::NAME, Some(&id(n)), Some(json!({"name": "f"})), fact);
    };
    folder(&mut log, 1, None);
    folder(&mut log, 2, Some(1));
    folder(&mut log, 1, Some(2));
    folder(&mut log, 3, Some(9));
    let folders = queries::folders((&log.db).into(), log.did.as_str()).unwrap();
    let parents: Vec<_> = folders.iter().map(|one| (one.id.clone(), one.parent.clone())).collect();
    assert_eq!(parents, [(id(1), None), (id(2), Some(id(1)))]);
}

#[test]
fn a_date_that_no_picture_has_is_that_of_its_arrival() {
    for (taken, day) in [
        ("1825-12-31T23:59:59", "2027-01-15T08:00:00"),
        ("1826-06-01T12:00:00", "1826-06-01T12:00:00"),
        ("2027-01-16T07:59:59", "2027-01-16T07:59:59"),
        ("2027-01-16T08:00:01", "2027-01-15T08:00:00"),
    ] {
        let mut log = Log::new();
        log.adds(true, json!({}));
        let id = log.id();
        let body = json!({ "taken": taken });
        log.enter(ChangeAsset::NAME, Some(id.as_str()), Some(body), json!({}));
        assert_eq!(log.asset().day, day, "{taken}");
    }
}

#[test]
fn a_manifest_without_its_words_is_none_and_no_older_one_comes_back() {
    use imajin_protocol::fair::Manifest;

    let manifest = |id: &str, did: &Did| {
        let document = json!({ "id": id, "version": "0.3.0", "contributors": [{ "id": did, "weight": 1 }], "terms": { "train": "free" } });
        Manifest::from_value(document).unwrap()
    };
    let put = |log: &mut Log, manifest: &Manifest, has_words: bool| {
        let body = json!({ "manifest": manifest.text() });
        let fact = json!({ "fair": manifest.digest() });
        let id = log.id();
        let body = has_words.then_some(body);
        log.enter(PutFair::NAME, Some(id.as_str()), body, fact);
    };
    let read_digest = |log: &Log| {
        let (did, id) = (log.did.as_str(), log.id());
        let fair = queries::fair((&log.db).into(), did, id.as_str()).unwrap();
        let made = queries::is_made_by((&log.db).into(), did, (id.as_str(), did)).unwrap();
        assert_eq!(fair.is_some(), made);
        fair.map(|fair| fair.digest)
    };
    let mut log = Log::new();
    let (old, new) = (manifest("old", &log.did), manifest("new", &log.did));
    put(&mut log, &old, true);
    assert_eq!(read_digest(&log), None, "there is no such file");
    log.adds(true, json!({ "access": "public" }));
    put(&mut log, &old, true);
    put(&mut log, &new, true);
    assert_eq!(read_digest(&log), Some(new.digest().to_string()));
    assert_eq!(log.asset().bodies, 4, "the one of before it was there, too");
    assert_eq!(queries::free_works((&log.db).into()).unwrap().len(), 1);
    // The digest of another one says nothing, and neither does one whose words are gone.
    let fact = json!({ "fair": old.digest() });
    let (id, body) = (log.id(), json!({ "manifest": new.text() }));
    log.enter(PutFair::NAME, Some(id.as_str()), Some(body), fact);
    assert_eq!(read_digest(&log), None);
    put(&mut log, &old, true);
    put(&mut log, &new, false);
    assert_eq!(read_digest(&log), None);
    assert!(queries::free_works((&log.db).into()).unwrap().is_empty());
    // An erased asset has no manifest.
    put(&mut log, &new, true);
    let fact = json!({ "assets": [log.id().as_str()] });
    log.enter(Erase::NAME, None, None, fact);
    put(&mut log, &old, true);
    assert_eq!(read_digest(&log), None);
}

/// The months as they are counted while entries come, and as the assets have them.
fn assert_counted(log: &Log, expected: &str) {
    let counted =
        queries::months((&log.db).into(), queries::TimelineScope::Own(log.did.as_str())).unwrap();
    let counted: Vec<_> = counted.into_iter().map(|one| (one.month, one.count)).collect();
    let sql = "SELECT substr(day, 1, 7) AS month, count(*) FROM assets WHERE state = 'kept' AND sort IN ('photo', 'video') GROUP BY month ORDER BY month DESC";
    let mut there = log.db.prepare(sql).unwrap();
    let there = there.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())));
    let there: Vec<(String, u64)> = there.unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(counted, there, "{expected}");
}

#[test]
fn the_months_of_a_timeline_are_counted_right_whatever_happens_to_its_pictures() {
    for seed in 1..40_u64 {
        let (mut log, mut state) = (Log::new(), seed);
        let mut next = |below: u64| {
            // xorshift, Marsaglia 2003.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let folder = |n: u64| format!("fld_{n:024x}");
        for n in 0..3 {
            let parent = if n == 2 { json!({"parent": folder(1)}) } else { json!({}) };
            log.enter(PutFolder::NAME, Some(&folder(n)), Some(json!({"name": "f"})), parent);
        }
        for step in 0..120 {
            let cid = raw_cid(&[next(12) as u8]).to_string();
            let id = AssetId::derive(&log.did, &cid, 0);
            let taken = format!("20{:02}-0{}-03T00:00:00", 20 + next(3), 1 + next(3));
            let assets = json!({"assets": [id.as_str()], "folder": folder(next(3))});
            let trash = json!({"assets": [id.as_str()]});
            match next(9) {
                0..=2 => {
                    let kind = ["image/jpeg", "video/mp4", "text/plain"][next(3) as usize];
                    let body = json!({"name": "a", "kind": kind, "bytes": 1, "taken": taken});
                    let mut fact = json!({"media": [cid], "n": 0, "folder": folder(next(3))});
                    if next(4) == 0 {
                        let other = raw_cid(&[next(12) as u8]).to_string();
                        let other = AssetId::derive(&log.did, &other, 0);
                        fact["replaces"] = other.as_str().into();
                    }
                    let body = (next(8) > 0).then_some(body);
                    log.enter(Add::NAME, Some(id.as_str()), body, fact);
                }
                3 => {
                    let body = json!({"taken": taken});
                    log.enter(ChangeAsset::NAME, Some(id.as_str()), Some(body), json!({}));
                }
                4 | 5 => log.enter(MoveAssets::NAME, None, None, assets),
                6 => log.enter(RemoveAssets::NAME, None, None, trash),
                7 if next(3) == 0 => log.enter(Erase::NAME, None, None, trash),
                8 if next(4) == 0 => {
                    log.enter(RemoveFolder::NAME, Some(&folder(next(3))), None, json!({}));
                }
                _ => {}
            }
            assert_counted(&log, &format!("seed {seed}, step {step}"));
        }
    }
}
