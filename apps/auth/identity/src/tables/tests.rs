use super::*;
use imajin_dfos::identity::{Key, Keys, sign_create, sign_update};
use imajin_dfos::{PublicKey, SigningKey, Timestamp};
use imajin_log::{Offset, Seq, WillKind};
use imajin_protocol::{Did, Fact};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

struct Log {
    db: Connection,
    did: Did,
    seq: u64,
}

impl Log {
    fn new() -> Self {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(SCHEMA).unwrap();
        Self { db, did: Did::from_key(PublicKey::from(&key(1)).as_bytes()), seq: 0 }
    }

    fn enter(
        &mut self,
        op: &str,
        reference: Option<&str>,
        body: Option<&Value>,
        fact: Option<&Fact>,
    ) {
        let entry = Applied {
            offset: Offset(self.seq),
            did: &self.did,
            seq: Seq(self.seq),
            at: at(1000 + i64::try_from(self.seq).unwrap()),
            service: "auth",
            op,
            reference,
            body,
            fact,
            author: &self.did,
            will: WillKind::Signed,
        };
        apply(&self.db, &entry).unwrap();
        self.seq += 1;
    }

    fn text(&self, sql: &str) -> String {
        let mut statement = self.db.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            (0..columns)
                .map(|at| row.get::<_, rusqlite::types::Value>(at))
                .collect::<Result<Vec<_>, _>>()
        });
        rows.unwrap().map(|row| format!("{:?}", row.unwrap())).collect::<Vec<_>>().join("\n")
    }
}

fn home(node: &str, epoch: i64) -> Value {
    Value::map([
        ("node", Value::from(node)),
        ("url", Value::from("http://x")),
        ("epoch", Value::Int(epoch)),
    ])
}

#[test]
fn keys_follow_the_chain_and_homes_follow_each_other() {
    let mut log = Log::new();
    let key1 = PublicKey::from(&key(1));
    let genesis =
        sign_create(Keys::single(Key::new(&key1)), vec![], at(1), &key1.key_id(), &key(1)).unwrap();
    let body = Value::map([
        ("token", Value::from(genesis.token.as_str())),
        ("home", home("a", 1)),
        ("scope", Value::from("actor")),
    ]);
    log.enter(ops::IDENTITY_CREATE, None, Some(&body), None);
    let keys = Keys::single(Key::new(&PublicKey::from(&key(2))));
    let update = sign_update(&genesis.verified, keys, vec![], at(2), &key1.key_id(), &key(1));
    let update = update.unwrap();
    let body = Value::map([("token", Value::from(update.token.as_str()))]);
    log.enter(ops::IDENTITY_UPDATE, None, Some(&body), None);
    log.enter(ops::HOME, None, Some(&home("b", 2)), None);
    let key2 = PublicKey::from(&key(2));
    let (id, multikey) = (key2.key_id(), key2.to_multikey());
    let keys = format!("[Text({id:?}), Text({multikey:?}), Integer(1), Integer(1), Integer(1)]");
    assert_eq!(log.text("SELECT id, multikey, auth, assert, controller FROM keys"), keys);
    let (first, second) = (&genesis.token, &update.token);
    let chains = format!("[Integer(0), Text({first:?})]\n[Integer(1), Text({second:?})]");
    assert_eq!(log.text("SELECT n, token FROM chains"), chains);
    let dfos = genesis.verified.did().as_str();
    let identity = format!("[Text(\"b\"), Integer(2), Text({dfos:?})]");
    assert_eq!(log.text("SELECT home_node, home_epoch, dfos_did FROM identities"), identity);
    assert_eq!(chain(&log.db, &log.did).unwrap().as_ref(), Some(&update.verified));
}

#[test]
fn a_bare_key_gets_its_chain_later() {
    let mut log = Log::new();
    let key1 = PublicKey::from(&key(1));
    let body = Value::map([
        ("key", Value::from(key1.to_multikey())),
        ("home", home("a", 1)),
        ("scope", Value::from("actor")),
    ]);
    log.enter(ops::IDENTITY_REGISTER, None, Some(&body), None);
    assert_eq!(log.text("SELECT auth, controller FROM keys"), "[Integer(0), Integer(0)]");
    let genesis =
        sign_create(Keys::single(Key::new(&key1)), vec![], at(1), &key1.key_id(), &key(1)).unwrap();
    let body = Value::map([
        ("token", Value::from(genesis.token)),
        ("home", home("a", 1)),
        ("scope", Value::from("actor")),
        ("subtype", Value::from("human")),
    ]);
    log.enter(ops::IDENTITY_CREATE, None, Some(&body), None);
    assert_eq!(log.text("SELECT auth, controller FROM keys"), "[Integer(1), Integer(1)]");
    let identity = log.text("SELECT subtype, created_at FROM identities");
    assert_eq!(identity, "[Text(\"human\"), Integer(1000)]", "it began when it began");
}

#[test]
fn settings_delegations_deletion_and_what_is_gone() {
    let mut log = Log::new();
    let body = Value::map([
        ("key", Value::from("z")),
        ("home", home("a", 1)),
        ("scope", Value::from("actor")),
    ]);
    log.enter(ops::IDENTITY_REGISTER, None, Some(&body), None);
    let fact = Fact::from_json(&serde_json::json!({"require_signed": 1})).unwrap();
    log.enter(ops::SETTINGS_UPDATE, None, None, Some(&fact));
    let scope = Value::List(vec![Value::from("profile.*"), Value::from("auth.log")]);
    let body = Value::map([
        ("key", Value::from("z")),
        ("scope", scope),
        ("until", Value::from("2026-11-20T10:00:00.000Z")),
        ("uses", Value::Int(3)),
    ]);
    log.enter(ops::DELEGATION_CREATE, None, Some(&body), None);
    log.enter(ops::DELEGATION_END, Some("bafy"), None, None);
    log.enter(ops::DELETE, None, None, None);
    // Applying never refuses an erased body or an unknown operation.
    for op in [
        ops::IDENTITY_CREATE,
        ops::IDENTITY_UPDATE,
        ops::HOME,
        ops::DELEGATION_CREATE,
        "auth.unheard.of",
    ] {
        log.enter(op, None, None, None);
    }
    let identity = log.text("SELECT require_signed, deleted FROM identities");
    assert_eq!(identity, "[Integer(1), Integer(1)]");
    let delegation = log.text("SELECT seq, scope, uses FROM delegations");
    assert_eq!(delegation, "[Integer(2), Text(\"profile.* auth.log\"), Integer(3)]");
    assert_eq!(log.text("SELECT cid FROM delegation_ends"), "[Text(\"bafy\")]");
}

#[test]
fn history_made_elsewhere_counts_from_its_arrival() {
    let mut log = Log::new();
    let begun = Value::map([
        ("key", Value::from(PublicKey::from(&key(1)).to_multikey())),
        ("home", home("did:imajin:old", 1)),
        ("scope", Value::from("actor")),
    ]);
    log.enter(ops::IDENTITY_REGISTER, None, Some(&begun), None);
    let since = "SELECT home_at, home_seq FROM identities";
    assert_eq!(log.text(since), "[Integer(1000), Integer(0)]");
    log.enter(ops::SETTINGS_UPDATE, None, None, None);
    log.enter(ops::HOME, None, Some(&home("did:imajin:new", 2)), None);
    assert_eq!(log.text(since), "[Integer(1002), Integer(2)]");
    // The same home under another epoch is not an arrival.
    log.enter(ops::HOME, None, Some(&home("did:imajin:new", 3)), None);
    assert_eq!(log.text(since), "[Integer(1002), Integer(2)]");
}
