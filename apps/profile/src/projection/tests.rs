//! Compares live tables with tables that were rebuilt after the bodies were erased.

use std::collections::HashSet;

use imajin_app::SearchWords;
use imajin_dfos::cbor::{encode, from_dag_json};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Timestamp, Value};
use imajin_log::{Offset, Seq, WillKind};
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::queries::{Side, by_did, count_side, follows, holder, list_side, search};

const TABLES: [&str; 6] = ["profiles", "claims", "following", "followers", "unfollowed", "deleted"];

fn did(n: u8) -> Did {
    Did::from_key(&[n; 32])
}

fn open() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(PROJECTION.schema).unwrap();
    db
}

#[derive(Debug, Clone)]
struct Entry {
    did: Did,
    op: &'static str,
    reference: Option<String>,
    body: Option<Value>,
    fact: Option<Fact>,
}

impl Entry {
    fn new(who: u8, op: &'static str) -> Self {
        Self { did: did(who), op, reference: None, body: None, fact: None }
    }

    fn body(mut self, json: Json, salt: u8) -> Self {
        let mut body = from_dag_json(&json).unwrap();
        body.as_map_mut().unwrap().insert("salt".to_owned(), Value::Bytes(vec![salt; 16]));
        self.body = Some(body);
        self
    }

    fn cid(&self) -> Option<Cid> {
        self.body.as_ref().map(|body| dag_cbor_cid(&encode(body)))
    }

    fn apply(&self, db: &Connection, offset: u64) {
        let applied = Applied {
            offset: Offset(offset),
            did: &self.did,
            seq: Seq(offset),
            at: Timestamp::from_millis(1_000 + i64::try_from(offset).unwrap()).unwrap(),
            service: "profile",
            op: self.op,
            reference: self.reference.as_deref(),
            body: self.body.as_ref(),
            fact: self.fact.as_ref(),
            author: &self.did,
            will: WillKind::Signed,
        };
        apply(db, &applied).unwrap();
    }
}

fn erased(who: u8, bodies: Vec<Cid>) -> Entry {
    let mut entry = Entry::new(who, imajin_log::ops::BODY_ERASED);
    let links = bodies.into_iter().map(Value::Link).collect::<Vec<_>>();
    entry.body =
        Some(Value::map([("bodies", Value::List(links)), ("salt", Value::Bytes(vec![0; 16]))]));
    entry
}

fn claim(who: u8, handle: &str, salt: u8) -> Entry {
    Entry::new(who, ClaimHandle::NAME).body(json!({ "handle": handle }), salt)
}

fn dids(all: &[u8]) -> Fact {
    let items = all.iter().map(|n| FactItem::Id(IdText::from_did(&did(*n)).unwrap())).collect();
    Fact::new([("dids", FactValue::List(items))]).unwrap()
}

/// Returns all rows of all tables in key order.
fn dump(db: &Connection) -> Vec<String> {
    let mut rows = Vec::new();
    for table in TABLES {
        let mut statement = db.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = statement.column_count();
        let mut cursor = statement.query([]).unwrap();
        while let Some(row) = cursor.next().unwrap() {
            let values: Vec<_> =
                (0..columns).map(|i| row.get::<_, rusqlite::types::Value>(i).unwrap()).collect();
            rows.push(format!("{table} {values:?}"));
        }
    }
    rows
}

/// Returns tables to which entries were applied as the ledger does: after an erasure it rebuilds the owner's rows from
/// the remaining entries.
fn live(entries: &[Entry]) -> Connection {
    let db = open();
    for n in 0..entries.len() {
        let prefix = &entries[..=n];
        if prefix[n].op != imajin_log::ops::BODY_ERASED {
            prefix[n].apply(&db, n as u64 + 1);
            continue;
        }
        let owner = &prefix[n].did;
        for table in TABLES {
            db.execute(&format!("DELETE FROM {table} WHERE owner_did = ?1"), [owner.as_str()])
                .unwrap();
        }
        for (offset, entry) in (1..).zip(left(prefix)) {
            if entry.did == *owner && entry.op != imajin_log::ops::BODY_ERASED {
                entry.apply(&db, offset);
            }
        }
    }
    db
}

/// Returns the entries without the bodies that erasures among them removed.
fn left(entries: &[Entry]) -> Vec<Entry> {
    let gone: HashSet<(Did, Cid)> = entries
        .iter()
        .filter(|entry| entry.op == imajin_log::ops::BODY_ERASED)
        .flat_map(|entry| {
            let bodies = entry.body.as_ref().unwrap().get("bodies").unwrap().as_list().unwrap();
            bodies.iter().map(|link| (entry.did.clone(), *link.as_link().unwrap()))
        })
        .collect();
    let mut entries = entries.to_vec();
    for entry in &mut entries {
        if entry.cid().is_some_and(|cid| gone.contains(&(entry.did.clone(), cid))) {
            entry.body = None;
        }
    }
    entries
}

/// Returns tables to which entries were applied as a rebuild does: without the erased bodies.
fn rebuilt(entries: &[Entry]) -> Connection {
    let db = open();
    for (offset, entry) in (1..).zip(left(entries)) {
        if entry.op != imajin_log::ops::BODY_ERASED {
            entry.apply(&db, offset);
        }
    }
    db
}

fn handle_of(db: &Connection, who: u8) -> Option<String> {
    by_did(db.into(), did(who).as_str()).unwrap().unwrap().handle
}

#[test]
fn the_oldest_claim_keeps_a_handle() {
    let db = live(&[claim(1, "ada", 1), claim(2, "ada", 2)]);
    assert_eq!((handle_of(&db, 1).as_deref(), handle_of(&db, 2)), (Some("ada"), None));
    assert_eq!(holder((&db).into(), "ada").unwrap(), Some(did(1)));
    Entry::new(1, ReleaseHandle::NAME).apply(&db, 3);
    assert_eq!((handle_of(&db, 1), handle_of(&db, 2).as_deref()), (None, Some("ada")));
}

#[test]
fn an_erased_update_reveals_the_one_before() {
    let first =
        Entry::new(1, UpdateProfile::NAME).body(json!({"displayName": "Ada", "bio": "old"}), 1);
    let second = Entry::new(1, UpdateProfile::NAME).body(json!({"bio": "a secret"}), 2);
    let entries = [first, second.clone(), erased(1, vec![second.cid().unwrap()])];
    let db = live(&entries);
    let row = load(&db, did(1).as_str()).unwrap().unwrap();
    let shown = ["displayName", "bio"].map(|name| row.members.text(name));
    assert_eq!(shown, [Some("Ada"), Some("old")]);
    assert!(!dump(&db).join("\n").contains("a secret"));
    assert_eq!(dump(&db), dump(&rebuilt(&entries)));
}

#[test]
fn followers_are_each_others_rows() {
    let mut follow = Entry::new(1, Follow::NAME);
    follow.fact = Some(dids(&[2, 3]));
    let mut follower = Entry::new(2, Follower::NAME);
    follower.reference = Some(did(1).to_string());
    let db = live(&[follow, follower]);
    assert!(follows((&db).into(), &did(1), &did(3)).unwrap());
    let followers = list_side((&db).into(), did(2).as_str(), Side::Followers, 10, 0).unwrap();
    assert_eq!(followers, [did(1).to_string()]);
    Entry::new(1, imajin_log::ops::DELETE).body(json!({"counts": {}}), 1).apply(&db, 9);
    assert_eq!(count_side((&db).into(), did(2).as_str(), Side::Followers).unwrap(), 0);
}

#[test]
fn what_everybody_sees_is_ready_in_the_row() {
    let update =
        json!({"displayName": "Ada", "bio": "hidden", "fieldVisibility": {"bio": "private"}});
    let db = live(&[Entry::new(1, UpdateProfile::NAME).body(update, 1)]);
    let row = by_did((&db).into(), did(1).as_str()).unwrap().unwrap();
    assert!(row.public.contains(r#""displayName":"Ada""#) && !row.public.contains("hidden"));
    assert!(row.hidden.unwrap().contains("hidden"));
    let (people, total) = search((&db).into(), &SearchWords::parse("AD"), 10, 0).unwrap();
    assert_eq!((people.len(), total), (1, 1));
    Entry::new(1, UpdateProfile::NAME).body(json!({"visibility": "incognito"}), 2).apply(&db, 2);
    assert_eq!(search((&db).into(), &SearchWords::parse(""), 10, 0).unwrap().1, 0);
}

fn entry() -> impl Strategy<Value = Entry> {
    let who = 1u8..4;
    let salt = 0u8..30;
    prop_oneof![
        (
            who.clone(),
            salt.clone(),
            prop_oneof![Just(json!("A")), Just(json!("B")), Just(Json::Null), Just(json!([1]))]
        )
            .prop_map(|(who, salt, name)| Entry::new(who, UpdateProfile::NAME)
                .body(json!({ "displayName": name }), salt)),
        (who.clone(), salt.clone(), prop_oneof![Just("incognito"), Just("public")])
            .prop_map(|(who, salt, word)| Entry::new(who, UpdateProfile::NAME)
                .body(json!({ "visibility": word, "bio": word }), salt)),
        (who.clone(), salt.clone(), prop_oneof![Just("ada"), Just("eve"), Just("NO handle")])
            .prop_map(|(who, salt, handle)| claim(who, handle, salt)),
        who.clone().prop_map(|who| Entry::new(who, ReleaseHandle::NAME)),
        (who.clone(), 1u8..4, any::<bool>()).prop_map(|(who, other, on)| {
            let mut entry = Entry::new(who, if on { Follow::NAME } else { Unfollow::NAME });
            entry.fact = Some(dids(&[other]));
            entry
        }),
        (who.clone(), 1u8..4, any::<bool>()).prop_map(|(who, other, on)| {
            let mut entry = Entry::new(who, if on { Follower::NAME } else { FollowerEnd::NAME });
            entry.reference = Some(did(other).to_string());
            entry
        }),
        who.prop_map(|who| Entry::new(who, imajin_log::ops::DELETE).body(json!({"counts": {}}), 0)),
    ]
}

proptest! {
    /// For any history with erasures anywhere, live projections equal a rebuild.
    #[test]
    fn erasing_is_never_having_known(
        history in prop::collection::vec((entry(), prop::option::weighted(0.3, any::<prop::sample::Index>())), 1..40)
    ) {
        let mut entries: Vec<Entry> = Vec::new();
        for (entry, erases) in history {
            entries.push(entry);
            let mine: Vec<_> = entries.iter().filter(|entry| entry.op.starts_with("profile.")).filter_map(|entry| Some((entry.did.clone(), entry.cid()?))).collect();
            if let Some(index) = erases.filter(|_| !mine.is_empty()) {
                let (who, cid) = index.get(&mine).clone();
                let n = (1..4).find(|n| did(*n) == who).unwrap();
                entries.push(erased(n, vec![cid]));
            }
        }
        // Erasing a body that occurs twice in one log would remove both, even one after the erasure, which no log may
        // contain.
        let mut seen = HashSet::new();
        entries.retain(|entry| entry.op == imajin_log::ops::BODY_ERASED || entry.cid().is_none_or(|cid| seen.insert((entry.did.clone(), cid))));
        prop_assert_eq!(dump(&live(&entries)), dump(&rebuilt(&entries)));
    }
}
