//! A small state machine: notes, a name index, pings of others, and counts.

use std::sync::Arc;

use imajin_dfos::Value;
use imajin_ledger::{Command, Decide, Draft, ProjectionSpec, Refusal, RefusalKind, StateMachine};
use imajin_log::{
    Applied, Bound, Derivation, Equal, ErasableBy, ErasureScope, OpSpec, OpTable,
    RequiredAuthority as By, TargetLog,
};
use imajin_protocol::{Did, Fact, FactValue, IdText};
use rusqlite::{Connection, params};

const OPS: &[OpSpec] = &[
    op("note.write", By::Any, ErasableBy::Author, &[]),
    op("note.set", By::Any, ErasableBy::Author, &[]),
    op("note.plain", By::Any, ErasableBy::Nobody, &[]),
    op("note.own", By::OwnKey, ErasableBy::Nobody, &[]),
    op(
        "note.ping",
        By::Any,
        ErasableBy::Author,
        &[Derivation::new("note.pong", TargetLog::FactDids).equal(&[Equal::RefIsIntentAuthor])],
    ),
    op("note.pong", By::Derived, ErasableBy::LogOwner, &[]),
    op(
        "note.visit",
        By::Any,
        ErasableBy::Author,
        &[Derivation::new("note.guest", TargetLog::FactDids)],
    ),
    op("note.guest", By::Derived, ErasableBy::Author, &[]),
    op(
        "note.tidy",
        By::Any,
        ErasableBy::Nobody,
        &[Derivation::new("auth.body.erased", TargetLog::FactDids)
            .at_most(4)
            .erases(&[ErasureScope::WHOLE_LOG])],
    ),
    op(
        "note.say",
        By::Any,
        ErasableBy::Author,
        &[Derivation::new("note.said", TargetLog::FactDids)
            .equal(&[Equal::RefIsIntentRef, Equal::Fact])],
    ),
    OpSpec { bound: Bound::Intent, ..op("note.said", By::Derived, ErasableBy::Author, &[]) },
    op("note.refused", By::Any, ErasableBy::Nobody, &[]),
    // The operation that begins a shared thing, under a name that a verifier knows.
    op(
        "note.begin",
        By::Any,
        ErasableBy::LogOwner,
        &[Derivation::new("events.opened", TargetLog::FactDids).equal(&[Equal::Fact])],
    ),
    OpSpec { bound: Bound::Intent, ..op("events.opened", By::Derived, ErasableBy::LogOwner, &[]) },
];

const fn op(
    op: &'static str,
    by: By,
    erasable_by: ErasableBy,
    derives: &'static [Derivation],
) -> OpSpec {
    OpSpec {
        op,
        by,
        body: !matches!(erasable_by, ErasableBy::Nobody),
        erasable_by,
        bound: match by {
            By::Derived => Bound::Node,
            _ => Bound::Nothing,
        },
        derives,
    }
}

/// A lock that stops replays after an erasure while it is held for writing.
pub static REPLAYS: std::sync::RwLock<()> = std::sync::RwLock::new(());

/// Notes, a name index where the first claim wins, pings of others, and a second service that counts notes.
pub struct Notes {
    pub version: u32,
}

/// A program that does not know the operations of notes yet.
pub struct Older(pub Notes);

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
        [("note", self.version, note), ("auth", 1, auth), ("count", 1, count)]
            .map(|(name, version, schema)| ProjectionSpec {
                name,
                version,
                page_bytes: imajin_ledger::machine::SMALL_PAGES,
                schema,
            })
            .into()
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
                let body = Value::map([("loud", Value::Bool(true))]);
                derive(ctx, command, "note.pong", (Some(author), Some(body), None));
            }
            "note.visit" => {
                let body = Value::map([("text", Value::from("was here"))]);
                derive(ctx, command, "note.guest", (None, Some(body), None));
            }
            // The intent's body and fact in each named log; `args.swap` names the one to replace.
            "note.say" => {
                let swap = command.args.get("swap").and_then(|swap| swap.as_str());
                let body = match swap {
                    Some("body") => Some(Value::map([("text", Value::from("others"))])),
                    _ => command.body.clone(),
                };
                let fact = match swap {
                    Some("fact") => Some(Fact::new([("n", FactValue::Int(1))]).unwrap()),
                    _ => command.fact.clone(),
                };
                derive(ctx, command, "note.said", (command.reference.clone(), body, fact));
            }
            "note.begin" => {
                let words = (None, command.body.clone(), command.fact.clone());
                derive(ctx, command, "events.opened", words);
            }
            // Erases the bodies of `args.erase` in every named log, in pieces of two.
            "note.tidy" => {
                for did in fact_dids(command) {
                    for bodies in listed(command).chunks(2) {
                        ctx.derive(erasure(did.clone(), bodies.to_vec()));
                    }
                }
            }
            "auth.delete" => ctx.derive(erasure(command.did.clone(), listed(command))),
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
                    db.prepare_cached("INSERT INTO note VALUES (?1, ?2, ?3)")?.execute(params![
                        did,
                        entry.seq.0 as i64,
                        text
                    ])?;
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

/// Derives an entry with this reference, body and fact in each log that the command's fact names.
fn derive(
    ctx: &mut Decide<'_>,
    command: &Command,
    op: &'static str,
    (reference, body, fact): (Option<IdText>, Option<Value>, Option<Fact>),
) {
    let service = op.split('.').next().unwrap();
    for did in fact_dids(command) {
        let (reference, body, fact) = (reference.clone(), body.clone(), fact.clone());
        ctx.derive(Draft { did, service, op, reference, body, fact });
    }
}

fn erasure(did: Did, bodies: Vec<Value>) -> Draft {
    Draft {
        did,
        service: "auth",
        op: "auth.body.erased",
        reference: None,
        body: Some(Value::map([("bodies", Value::List(bodies))])),
        fact: None,
    }
}

/// Returns the people that a command's fact names.
fn fact_dids(command: &Command) -> Vec<Did> {
    let dids = command.fact.as_ref().and_then(|fact| fact.ids("dids"));
    let dids = dids.unwrap_or_default().into_iter();
    dids.map(|id| Did::parse(id.as_str()).unwrap()).collect()
}

/// Returns the bodies in `args.erase`.
fn listed(command: &Command) -> Vec<Value> {
    let listed = command.args.get("erase").and_then(|list| list.as_array());
    let cids = listed.into_iter().flatten();
    cids.map(|cid| Value::Link(imajin_dfos::cid::parse_cid(cid.as_str().unwrap()).unwrap()))
        .collect()
}
