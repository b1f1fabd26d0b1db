//! A node in a temporary folder, with people who sign, and a small state machine: what the ledger's tests drive.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses a part of it, and a helper that fails is a failed test"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::{Cid, PublicKey, SigningKey, Timestamp, Value};
use imajin_ledger::entry::encode_body;
use imajin_ledger::verify::{VerifyOptions, verify_log};
use imajin_ledger::{
    Applied, Bound, Clock, Command, CommandWill, Decide, Derivation, Disk, Draft, Equal,
    ErasableBy, Ledger, Limits, ManualClock, NodeKey, OpSpec, OpTable, Options, ProjectionSpec,
    RealDisk, Receipt, Refusal, RefusalKind, RequiredAuthority, StateMachine, SubmitError,
    TargetLog,
};
use imajin_protocol::proof::{ProofPayload, Seen};
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText, Kid, Proof};
use rusqlite::{Connection, params};

/// 2026-01-01T00:00:00Z.
pub const START_MS: i64 = 1_767_225_600_000;

const OPS: &[OpSpec] = &[
    op(
        "note.write",
        RequiredAuthority::Any,
        true,
        ErasableBy::Author,
        &[],
    ),
    op(
        "note.set",
        RequiredAuthority::Any,
        true,
        ErasableBy::Author,
        &[],
    ),
    op(
        "note.plain",
        RequiredAuthority::Any,
        false,
        ErasableBy::Nobody,
        &[],
    ),
    op(
        "note.own",
        RequiredAuthority::OwnKey,
        false,
        ErasableBy::Nobody,
        &[],
    ),
    op(
        "note.ping",
        RequiredAuthority::Any,
        true,
        ErasableBy::Author,
        &[Derivation {
            op: "note.pong",
            target: TargetLog::FactDids,
            at_most: 1,
            equal: &[Equal::RefIsIntentAuthor],
        }],
    ),
    op(
        "note.pong",
        RequiredAuthority::Derived,
        true,
        ErasableBy::LogOwner,
        &[],
    ),
    op(
        "note.visit",
        RequiredAuthority::Any,
        true,
        ErasableBy::Author,
        &[Derivation {
            op: "note.guest",
            target: TargetLog::FactDids,
            at_most: 1,
            equal: &[],
        }],
    ),
    op(
        "note.guest",
        RequiredAuthority::Derived,
        true,
        ErasableBy::Author,
        &[],
    ),
    op(
        "note.tidy",
        RequiredAuthority::Any,
        false,
        ErasableBy::Nobody,
        &[Derivation {
            op: "auth.body.erased",
            target: TargetLog::FactDids,
            at_most: 4,
            equal: &[],
        }],
    ),
    op(
        "note.say",
        RequiredAuthority::Any,
        true,
        ErasableBy::Author,
        &[Derivation::of("note.said", TargetLog::FactDids)
            .equal(&[Equal::RefIsIntentRef, Equal::Fact])],
    ),
    OpSpec {
        bound: Bound::Intent,
        ..op(
            "note.said",
            RequiredAuthority::Derived,
            true,
            ErasableBy::Author,
            &[],
        )
    },
    op(
        "note.refused",
        RequiredAuthority::Any,
        false,
        ErasableBy::Nobody,
        &[],
    ),
    // What begins a thing that is shared, by a name that a verifier knows.
    op(
        "note.begin",
        RequiredAuthority::Any,
        true,
        ErasableBy::LogOwner,
        &[Derivation::of("events.opened", TargetLog::FactDids).equal(&[Equal::Fact])],
    ),
    OpSpec {
        bound: Bound::Intent,
        ..op(
            "events.opened",
            RequiredAuthority::Derived,
            true,
            ErasableBy::LogOwner,
            &[],
        )
    },
];

const fn op(
    op: &'static str,
    by: RequiredAuthority,
    body: bool,
    erasable_by: ErasableBy,
    derives: &'static [Derivation],
) -> OpSpec {
    OpSpec {
        op,
        by,
        body,
        erasable_by,
        bound: match by {
            RequiredAuthority::Derived => Bound::Node,
            _ => Bound::Nothing,
        },
        derives,
    }
}

/// Held for writing, it stops what is replayed after an erasure.
pub static REPLAYS: std::sync::RwLock<()> = std::sync::RwLock::new(());

/// Notes, a name index where the first claim wins, pings of others, and a second service that counts notes.
pub struct Notes {
    pub version: u32,
}

/// A program that does not know the operations of notes yet.
struct Older(Notes);

impl StateMachine for Older {
    fn ops(&self) -> Arc<OpTable> {
        Arc::new(OpTable::new([]))
    }

    fn projections(&self) -> Vec<ProjectionSpec> {
        self.0.projections()
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        self.0.decide(ctx, command)
    }

    fn apply(&self, service: &str, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        self.0.apply(service, db, entry)
    }

    fn subscribers(&self, op: &str) -> &[&'static str] {
        self.0.subscribers(op)
    }
}

impl StateMachine for Notes {
    fn ops(&self) -> Arc<OpTable> {
        Arc::new(OpTable::new(OPS))
    }

    fn projections(&self) -> Vec<ProjectionSpec> {
        let note = "CREATE TABLE note (owner_did TEXT, seq INTEGER, text TEXT, PRIMARY KEY (owner_did, seq)) STRICT;
            CREATE TABLE guest (owner_did TEXT, seq INTEGER, text TEXT, PRIMARY KEY (owner_did, seq)) STRICT;
            CREATE TABLE pinged (owner_did TEXT, by TEXT, times INTEGER, PRIMARY KEY (owner_did, by)) STRICT;
            CREATE TABLE status (owner_did TEXT PRIMARY KEY, text TEXT) STRICT, WITHOUT ROWID;
            CREATE TABLE named (owner_did TEXT PRIMARY KEY, name TEXT, offset INTEGER) STRICT;";
        let auth = "CREATE TABLE account (owner_did TEXT PRIMARY KEY, scope TEXT) STRICT;";
        let count = "CREATE TABLE count (owner_did TEXT PRIMARY KEY, notes INTEGER, letters INTEGER) STRICT;";
        vec![
            ProjectionSpec {
                name: "note",
                version: self.version,
                page_bytes: imajin_ledger::machine::SMALL_PAGES,
                schema: note,
            },
            ProjectionSpec {
                name: "auth",
                version: 1,
                page_bytes: imajin_ledger::machine::SMALL_PAGES,
                schema: auth,
            },
            ProjectionSpec {
                name: "count",
                version: 1,
                page_bytes: imajin_ledger::machine::SMALL_PAGES,
                schema: count,
            },
        ]
    }

    fn decide(&self, ctx: &mut Decide<'_>, command: &Command) -> Result<(), Refusal> {
        ctx.intent();
        match command.op.as_str() {
            "note.refused" => return Err(Refusal::new(RefusalKind::Forbidden, "never")),
            "note.write" => {
                let count: i64 = ctx.db().query_row(
                    "SELECT count(*) FROM note WHERE owner_did = ?1",
                    [command.did.as_str()],
                    |row| row.get(0),
                )?;
                ctx.reply(count.into());
            }
            "note.ping" => {
                let author = IdText::parse(ctx.author().as_str()).unwrap();
                for did in named(command) {
                    ctx.derive(Draft {
                        did,
                        service: "note",
                        op: "note.pong",
                        reference: Some(author.clone()),
                        body: Some(Value::map([("loud", Value::Bool(true))])),
                        fact: None,
                    });
                }
            }
            "note.visit" => {
                for did in named(command) {
                    ctx.derive(Draft {
                        did,
                        service: "note",
                        op: "note.guest",
                        reference: None,
                        body: Some(Value::map([("text", Value::from("was here"))])),
                        fact: None,
                    });
                }
            }
            // The very words, wherever they are said; `args.swap` says others, or of somebody else.
            "note.say" => {
                let swap = command.args.get("swap").and_then(|swap| swap.as_str());
                let text = |text| Value::map([("text", Value::from(text))]);
                let swapped = Fact::new([("n", FactValue::Int(1))]).unwrap();
                for did in named(command) {
                    ctx.derive(Draft {
                        did,
                        service: "note",
                        op: "note.said",
                        reference: command.reference.clone(),
                        body: match swap {
                            Some("body") => Some(text("others")),
                            _ => command.body.clone(),
                        },
                        fact: match swap {
                            Some("fact") => Some(swapped.clone()),
                            _ => command.fact.clone(),
                        },
                    });
                }
            }
            "note.begin" => {
                for did in named(command) {
                    ctx.derive(Draft {
                        did,
                        service: "events",
                        op: "events.opened",
                        reference: None,
                        body: command.body.clone(),
                        fact: command.fact.clone(),
                    });
                }
            }
            // The bodies of `args.erase` go, in pieces of two, wherever they are.
            "note.tidy" => {
                for did in named(command) {
                    for bodies in listed(command).chunks(2) {
                        ctx.derive(Draft {
                            did: did.clone(),
                            service: "auth",
                            op: "auth.body.erased",
                            reference: None,
                            body: Some(Value::map([("bodies", Value::List(bodies.to_vec()))])),
                            fact: None,
                        });
                    }
                }
            }
            "auth.delete" => {
                ctx.derive(Draft {
                    did: command.did.clone(),
                    service: "auth",
                    op: "auth.body.erased",
                    reference: None,
                    body: Some(Value::map([("bodies", Value::List(listed(command)))])),
                    fact: None,
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn apply(&self, service: &str, db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
        let is_replay = std::thread::current().name() == Some("ledger-replay");
        let _waits = is_replay.then(|| REPLAYS.read().unwrap());
        let did = entry.did.as_str();
        let text = entry.body.and_then(|body| body.get_str("text"));
        match (service, entry.op) {
            ("note", "note.write") => {
                if let Some(text) = text {
                    db.prepare_cached("INSERT INTO note VALUES (?1, ?2, ?3)")?
                        .execute(params![did, entry.seq.0 as i64, text])?;
                }
                if let Some(name) = entry.body.and_then(|body| body.get_str("name")) {
                    db.prepare_cached(
                        "INSERT INTO named VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET name = ?2, offset = ?3",
                    )?
                    .execute(params![did, name, entry.offset.0 as i64])?;
                }
            }
            ("note", "note.set") => {
                db.prepare_cached(
                    "INSERT INTO status VALUES (?1, ?2) ON CONFLICT DO UPDATE SET text = ?2",
                )?
                .execute(params![did, text])?;
            }
            ("note", "note.guest" | "note.said") => {
                if let Some(text) = text {
                    db.prepare_cached("INSERT INTO guest VALUES (?1, ?2, ?3)")?
                        .execute(params![did, entry.seq.0 as i64, text])?;
                }
            }
            ("note", "note.pong") => {
                db.prepare_cached("INSERT INTO pinged VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET times = times + 1")?
                    .execute(params![did, entry.reference])?;
            }
            ("count", "note.write") => {
                db.prepare_cached(
                    "INSERT INTO count VALUES (?1, 1, ?2) ON CONFLICT DO UPDATE SET notes = notes + 1, letters = letters + ?2",
                )?
                .execute(params![did, text.map_or(0, str::len) as i64])?;
            }
            ("auth", "auth.identity.create" | "auth.identity.register") => {
                let scope = entry.body.and_then(|body| body.get_str("scope"));
                db.prepare_cached("INSERT OR REPLACE INTO account VALUES (?1, ?2)")?
                    .execute(params![did, scope])?;
            }
            _ => {}
        }
        Ok(())
    }

    fn subscribers(&self, op: &str) -> &[&'static str] {
        if op == "note.write" { &["count"] } else { &[] }
    }
}

/// The people that a command's fact names.
fn named(command: &Command) -> Vec<Did> {
    let dids = command.fact.as_ref().and_then(|fact| fact.ids("dids"));
    let dids = dids.unwrap_or_default().into_iter();
    dids.map(|id| Did::parse(id.as_str()).unwrap()).collect()
}

/// The bodies in `args.erase`.
fn listed(command: &Command) -> Vec<Value> {
    let listed = command.args.get("erase").and_then(|list| list.as_array());
    let cids = listed.into_iter().flatten();
    cids.map(|cid| Value::Link(imajin_dfos::cid::parse_cid(cid.as_str().unwrap()).unwrap()))
        .collect()
}

/// Someone with a key and an identity chain.
#[derive(Clone)]
pub struct Party {
    pub did: Did,
    pub key: SigningKey,
    pub kid: Kid,
    pub chain: Cid,
    pub token: String,
}

impl Party {
    pub fn new(seed: u64) -> Self {
        Self::controlled_by(seed, &[])
    }

    /// A thing: these people control it besides its own key.
    pub fn controlled_by(seed: u64, people: &[&Self]) -> Self {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let key = SigningKey::from_bytes(&bytes);
        let public = PublicKey::from(&key);
        let dfos = Key::new(&public);
        let id = dfos.id().to_owned();
        let at = Timestamp::from_millis(START_MS - 1_000).unwrap();
        let theirs = (people.iter()).map(|party| Key::new(&PublicKey::from(&party.key)));
        let keys = Keys {
            controller: std::iter::once(dfos.clone()).chain(theirs).collect(),
            ..Keys::single(dfos)
        };
        let genesis = sign_create(keys, Vec::new(), at, &id, &key).unwrap();
        let did = Did::from_key(public.as_bytes());
        let kid = Kid::new(did.clone(), id).unwrap();
        Self {
            did,
            key,
            kid,
            chain: genesis.cid,
            token: genesis.token,
        }
    }
}

/// What a command says, before it is signed.
#[derive(Clone, Default)]
pub struct Say {
    pub op: String,
    pub reference: Option<String>,
    pub body: Option<Value>,
    pub dids: Vec<Did>,
    pub fact: Option<Fact>,
    pub args: serde_json::Value,
}

impl Say {
    pub fn op(op: &str) -> Self {
        Self {
            op: op.to_owned(),
            ..Self::default()
        }
    }

    pub fn body(mut self, members: Vec<(&str, Value)>) -> Self {
        static SALT: AtomicU64 = AtomicU64::new(0);
        let mut salt = vec![0; 16];
        salt[..8].copy_from_slice(&SALT.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        let mut map: BTreeMap<String, Value> = members
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect();
        map.insert("salt".to_owned(), Value::Bytes(salt));
        self.body = Some(Value::Map(map));
        self
    }

    pub fn note(text: &str) -> Self {
        Self::op("note.write").body(vec![("text", Value::from(text))])
    }

    pub fn set(text: &str) -> Self {
        Self::op("note.set").body(vec![("text", Value::from(text))])
    }

    pub fn ping(dids: &[Did]) -> Self {
        Self::op("note.ping")
            .body(vec![("text", Value::from("hi"))])
            .to(dids)
    }

    /// Leaves something in the logs of others, which its author may erase there.
    pub fn visit(dids: &[Did]) -> Self {
        Self::op("note.visit")
            .body(vec![("text", Value::from("hi"))])
            .to(dids)
    }

    /// Says the very same in the logs of others.
    pub fn the_same(text: &str, dids: &[Did]) -> Self {
        let mut say = Self::op("note.say").body(vec![("text", Value::from(text))]);
        say.reference = Some("msg_1".to_owned());
        say.to(dids)
    }

    /// Begins a thing, for these people.
    pub fn begin(thing: &Did, people: &[&Did]) -> Self {
        let people = people.iter().map(|did| Value::from(did.as_str()));
        Self::op("note.begin")
            .body(vec![("people", Value::List(people.collect()))])
            .to(std::slice::from_ref(thing))
    }

    /// Erases bodies in the logs of others.
    pub fn tidy(dids: &[Did], bodies: &[Cid]) -> Self {
        Self::op("note.tidy").to(dids).erasing(bodies)
    }

    /// Deletes everything, of which these are the bodies.
    pub fn delete(bodies: &[Cid]) -> Self {
        Self::op("auth.delete")
            .body(vec![("counts", Value::map::<&str>([]))])
            .erasing(bodies)
    }

    fn to(mut self, dids: &[Did]) -> Self {
        let ids = dids
            .iter()
            .map(|did| FactItem::Id(IdText::parse(did.as_str()).unwrap()));
        self.dids = dids.to_vec();
        self.fact = Some(Fact::new([("dids", FactValue::List(ids.collect()))]).unwrap());
        self
    }

    fn erasing(mut self, bodies: &[Cid]) -> Self {
        let bodies: Vec<String> = bodies.iter().map(Cid::to_string).collect();
        self.args = serde_json::json!({ "erase": bodies });
        self
    }

    pub fn erase(bodies: &[Cid]) -> Self {
        let links = bodies.iter().map(|cid| Value::Link(*cid)).collect();
        Self::op("auth.body.erased").body(vec![("bodies", Value::List(links))])
    }

    pub fn body_cid(&self) -> Option<Cid> {
        let body = self.body.as_ref()?;
        Some(imajin_dfos::cid::dag_cbor_cid(&encode_body(body).unwrap()))
    }
}

/// Where a node's data is.
pub enum Folder {
    Goes(tempfile::TempDir),
    Stays(PathBuf),
}

impl Folder {
    pub fn path(&self) -> &std::path::Path {
        match self {
            Self::Goes(folder) => folder.path(),
            Self::Stays(path) => path,
        }
    }
}

/// A node that can be stopped, dropped and opened again.
pub struct World {
    pub folder: Folder,
    pub clock: Arc<ManualClock>,
    pub node: Party,
    pub version: u32,
    pub limits: Limits,
    pub disk: Arc<dyn Disk>,
    ledger: Option<Ledger>,
    fresh: AtomicU64,
}

impl World {
    pub fn new() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::on(folder, limits, Arc::new(RealDisk))
    }

    /// Another node than the others' tests have.
    pub fn of(seed: u64) -> Self {
        Self::of_node(
            Folder::Goes(tempfile::tempdir().unwrap()),
            Limits::default(),
            Arc::new(RealDisk),
            Party::new(seed),
        )
    }

    /// In a folder that stays.
    pub fn at(path: PathBuf) -> Self {
        Self::begin(Folder::Stays(path), Limits::default(), Arc::new(RealDisk))
    }

    pub fn on(folder: tempfile::TempDir, limits: Limits, disk: Arc<dyn Disk>) -> Self {
        Self::begin(Folder::Goes(folder), limits, disk)
    }

    fn begin(folder: Folder, limits: Limits, disk: Arc<dyn Disk>) -> Self {
        Self::of_node(folder, limits, disk, Party::new(u64::MAX))
    }

    pub fn of_node(folder: Folder, limits: Limits, disk: Arc<dyn Disk>, node: Party) -> Self {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(START_MS).unwrap()));
        let mut world = Self {
            folder,
            clock,
            node,
            version: 1,
            limits,
            disk,
            ledger: None,
            fresh: AtomicU64::new(0),
        };
        world.open();
        if world
            .ledger()
            .status(&world.node.did.clone())
            .unwrap()
            .is_none()
        {
            world.create(&world.node.clone());
        }
        world
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn machine(&self) -> Arc<dyn StateMachine> {
        Arc::new(Notes {
            version: self.version,
        })
    }

    pub fn open(&mut self) {
        self.try_open().unwrap();
    }

    fn options(&self) -> Options {
        let node = NodeKey {
            did: self.node.did.clone(),
            kid: self.node.kid.clone(),
            key: self.node.key.clone(),
        };
        Options {
            data: self.data(),
            machine: self.machine(),
            node,
            clock: self.clock.clone(),
            limits: self.limits.clone(),
        }
    }

    /// What a program of before the notes would say to a rebuild.
    pub fn rebuild_without_notes(&mut self) -> Result<(), imajin_ledger::OpenError> {
        self.stop();
        let machine: Arc<dyn StateMachine> = Arc::new(Older(Notes {
            version: self.version,
        }));
        imajin_ledger::rebuild::rebuild(&self.data(), &machine, &self.disk, false, &mut |_, _| {})
            .map(drop)
    }

    pub fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().unwrap()
    }

    /// Stops the node, and opens its folder without threads: nothing happens but what the stepper does.
    pub fn stepped(&mut self) -> (Ledger, imajin_ledger::Stepper) {
        self.stop();
        Ledger::open_stepped(self.options(), self.disk.clone()).unwrap()
    }

    /// A graceful stop.
    pub fn stop(&mut self) {
        self.ledger.take().unwrap().shutdown().unwrap();
    }

    /// Ends the program as it is, without a graceful stop.
    pub fn kill(&mut self) {
        drop(self.ledger.take());
    }

    /// Opens the node, on a disk that may not let it.
    pub fn try_open(&mut self) -> Result<(), imajin_ledger::OpenError> {
        self.ledger = Some(Ledger::open_on(self.options(), self.disk.clone())?);
        Ok(())
    }

    /// Copies the data folder as it is on the disk at this moment, which is what a kill would leave, and continues there.
    pub fn crash(&mut self) {
        self.crash_with(|_| {});
    }

    /// Crashes, with something that befalls the data folder before the next start.
    pub fn crash_with(&mut self, befall: impl FnOnce(&std::path::Path)) {
        let copy = tempfile::tempdir().unwrap();
        copy_folder(self.folder.path(), copy.path());
        drop(self.ledger.take());
        befall(copy.path());
        self.folder = Folder::Goes(copy);
        self.open();
    }

    pub fn home(&self) -> Value {
        Value::map([
            ("node", Value::from(self.node.did.as_str())),
            ("url", Value::from("https://node.example")),
            ("epoch", Value::Int(1)),
        ])
    }

    pub fn creation(&self, party: &Party) -> Say {
        Say::op("auth.identity.create").body(vec![
            ("token", Value::from(party.token.as_str())),
            ("home", self.home()),
            ("scope", Value::from("person")),
        ])
    }

    pub fn create(&self, party: &Party) -> Receipt {
        self.submit(party, self.creation(party)).unwrap()
    }

    /// The command, signed against what the log is now.
    pub fn signed(&self, party: &Party, did: &Did, say: Say) -> Command {
        let status = self.ledger().status(did).unwrap();
        let seen = status.map(|status| Seen {
            seq: status.seq,
            cid: status.cid,
        });
        let after = self.ledger().after(did, &party.kid.to_string()).unwrap();
        let seen = if *did == party.did { seen } else { None };
        self.signed_as(party, did, say, seen, after)
    }

    pub fn signed_as(
        &self,
        party: &Party,
        did: &Did,
        say: Say,
        seen: Option<Seen>,
        after: Option<Cid>,
    ) -> Command {
        let service = say.op.split('.').next().unwrap().to_owned();
        let payload = ProofPayload {
            aud: self.node.did.clone(),
            did: did.clone(),
            service: service.clone(),
            op: say.op.clone(),
            reference: say
                .reference
                .as_deref()
                .map(|id| IdText::parse(id).unwrap()),
            body: say.body_cid(),
            fact: say.fact.clone(),
            to: say.dids.clone(),
            seen,
            after,
            chain: Some(party.chain),
            iat: self.clock.now().as_secs(),
        };
        let proof = Proof::sign(&party.key, party.kid.clone(), payload).unwrap();
        self.command(did, say, CommandWill::Signed(Arc::new(proof)))
    }

    pub fn command(&self, did: &Did, say: Say, will: CommandWill) -> Command {
        let mut fresh = [0; 32];
        fresh[..8].copy_from_slice(&self.fresh.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        Command {
            did: did.clone(),
            service: say.op.split('.').next().unwrap().to_owned(),
            op: say.op,
            reference: say.reference.map(|id| IdText::parse(&id).unwrap()),
            body: say.body,
            fact: say.fact,
            will,
            now: self.clock.now(),
            fresh,
            args: say.args,
            prepared: Default::default(),
        }
    }

    pub fn submit(&self, party: &Party, say: Say) -> Result<Receipt, SubmitError> {
        self.clock.advance(1);
        self.ledger()
            .submit_blocking(self.signed(party, &party.did, say))
    }

    pub fn notes(&self, did: &Did) -> Vec<String> {
        let read = |db: &Connection| {
            let mut query =
                db.prepare("SELECT text FROM note WHERE owner_did = ?1 ORDER BY seq")?;
            query.query_map([did.as_str()], |row| row.get(0))?.collect()
        };
        self.ledger().read("note", read).unwrap()
    }

    /// The file of someone's log.
    pub fn log_path(&self, party: &Party) -> PathBuf {
        let folder = self.data().join("users").join(party.did.folder_name());
        folder.join("log.sqlite")
    }

    /// Verifies someone's log as a file. The node is stopped, or what it lacks is in the WAL.
    pub fn assert_valid(&self, party: &Party) {
        let options = VerifyOptions {
            did: Some(party.did.clone()),
            ..VerifyOptions::default()
        };
        let report = verify_log(&self.log_path(party), &self.machine().ops(), &options).unwrap();
        assert!(report.valid, "{report:?}");
    }

    /// Stops the node and compares its projections with what a rebuild makes.
    pub fn assert_rebuildable(&mut self) {
        self.stop();
        let rebuilt = imajin_ledger::rebuild::rebuild(
            &self.data(),
            &self.machine(),
            &self.disk,
            true,
            &mut |_, _| {},
        )
        .unwrap();
        assert_eq!(rebuilt.differences, []);
        assert_eq!(rebuilt.damaged, []);
        self.open();
    }
}

pub fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else if !entry.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(entry.path(), &target).unwrap();
            // A sweep goes by when files came. One that was being made may have got its name meanwhile.
            if let Ok(metadata) = entry.metadata() {
                let copy = std::fs::File::options().write(true).open(&target).unwrap();
                copy.set_modified(metadata.modified().unwrap()).unwrap();
            }
        }
    }
}

impl World {
    /// A command signed without asking the node what the log is.
    pub fn submit_raw(&self, party: &Party, say: Say) -> Result<Receipt, SubmitError> {
        self.clock.advance(1);
        self.ledger()
            .submit_blocking(self.signed_as(party, &party.did, say, None, None))
    }
}

/// Waits until `is_so`, for a minute at most; then it panics with `what`.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..12_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("waited in vain for {what}");
}
