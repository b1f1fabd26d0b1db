//! Assembles one history; if it does not verify as a whole, as much of its beginning as does.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use imajin_protocol::{Did, Head};
use rusqlite::{Connection, params};

use super::RepairError;
use super::fill::{bodies, chains, column, heads};
use super::line::{Line, walk};
use super::pieces::Pieces;
use crate::ops::OpTable;
use crate::rules::{Chain, Code, Fault, LogState};
use crate::untrusted::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};
use crate::verify::evidence::chain_tokens;
use crate::verify::{self, FaultReport, LogKind, ValidLog, VerifyOptions};

/// Maximum number of verifications, each after leaving something out.
const TRIES: usize = 16;

/// An assembled history.
pub(super) struct Attempt {
    pub(super) entries: u64,
    /// Numbers of the entries, and of the bodies, that the damaged file does not have.
    pub(super) headers: Vec<u64>,
    pub(super) bodies: Vec<u64>,
    /// Why it ends before the history does.
    pub(super) stopped: Option<FaultReport>,
    pub(super) state: LogState,
    pub(super) head: Option<Head>,
}

impl Attempt {
    pub(super) fn is_better_than(&self, other: &Self) -> bool {
        (self.stopped.is_none(), self.entries) > (other.stopped.is_none(), other.entries)
    }
}

/// Assembles a history in a new file, replacing any existing file.
pub(super) fn attempt(
    pieces: &Pieces,
    line: &Line,
    did: &Did,
    ops: &Arc<OpTable>,
    into: &Path,
) -> Result<Option<Attempt>, RepairError> {
    walk(&pieces.db, &line.cid, line.last)?;
    let mut stopped: Option<FaultReport> = None;
    let mut rejected = HashSet::new();
    let mut made = write(pieces, did, ops, into)?;
    for _ in 0..TRIES {
        heads(&made.log, &rejected)?;
        let fault = match judge(did, ops, into)? {
            Ok(known) => match contradicted(&made.log, &known)? {
                Some(fault) => fault,
                None => {
                    sync(made.log, into)?;
                    return Ok(Some(Attempt {
                        entries: known.state.next_seq(),
                        headers: made.headers,
                        bodies: made.bodies,
                        stopped,
                        state: known.state,
                        head: known.head,
                    }));
                }
            },
            Err(fault) => fault,
        };
        match (fault.code, fault.seq) {
            // A damaged head looks like any other until its signature is checked.
            (Code::Head, Some(seq)) if reject(&made.log, seq, &mut rejected)? => {}
            (Code::Stray, None) if prune(&made.log, did, ops, into)? => {}
            (_, Some(seq @ 1..)) => {
                let sql = "DELETE FROM line WHERE seq >= ?1";
                if pieces.db.execute(sql, [seq.cast_signed()])? == 0 {
                    return Ok(None);
                }
                stopped.get_or_insert(fault);
                made = write(pieces, did, ops, into)?;
            }
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// A log file that is being assembled.
struct LogDraft {
    log: Connection,
    headers: Vec<u64>,
    bodies: Vec<u64>,
}

/// Writes the entries of `line` and everything that belongs to them.
fn write(pieces: &Pieces, did: &Did, ops: &OpTable, into: &Path) -> Result<LogDraft, RepairError> {
    let log = create(into, pieces)?;
    log.execute_batch(
        "BEGIN;
         INSERT INTO main.entries SELECT line.seq, header FROM pieces.line JOIN pieces.headers USING (cid) ORDER BY line.seq;
         INSERT INTO main.txns SELECT * FROM pieces.txns;
         INSERT INTO main.openings SELECT * FROM pieces.openings;
         INSERT INTO main.causes SELECT cid, header, body FROM pieces.causes AS of_copy
             WHERE own = (SELECT max(own) FROM pieces.causes WHERE cid = of_copy.cid);",
    )?;
    chains(&log, did)?;
    let bodies = bodies(&log, ops)?;
    log.execute_batch("COMMIT")?;
    let lost = "SELECT line.seq FROM pieces.line JOIN pieces.headers USING (cid) WHERE NOT own ORDER BY line.seq";
    let headers = log
        .prepare(lost)?
        .query_map([], |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()))?
        .collect::<Result<_, _>>()?;
    Ok(LogDraft { log, headers, bodies })
}

/// Creates an empty log, with the pieces attached.
fn create(into: &Path, pieces: &Pieces) -> Result<Connection, RepairError> {
    if into.exists() {
        fs::remove_file(into).map_err(RepairError::io(into))?;
    }
    drop(File::create_new(into).map_err(RepairError::io(into))?);
    let log = Connection::open(into)?;
    log.pragma_update(None, "page_size", 4096)?;
    log.pragma_update(None, "journal_mode", "OFF")?;
    log.pragma_update(None, "synchronous", "OFF")?;
    log.pragma_update(None, "application_id", APPLICATION_ID)?;
    log.pragma_update(None, "user_version", USER_VERSION)?;
    log.execute_batch(&LOG_SCHEMA.join(";\n"))?;
    let beside = pieces.db.path().unwrap_or_default();
    log.execute("ATTACH DATABASE ?1 AS pieces", [beside])?;
    Ok(log)
}

fn sync(log: Connection, path: &Path) -> Result<(), RepairError> {
    drop(log);
    let synced = File::open(path).and_then(|file| file.sync_all());
    synced.map_err(RepairError::io(path))
}

fn judge(
    did: &Did,
    ops: &Arc<OpTable>,
    log: &Path,
) -> Result<Result<ValidLog, FaultReport>, RepairError> {
    let options = VerifyOptions { did: Some(did.clone()), ..VerifyOptions::default() };
    let inspected =
        verify::inspect(log, ops, &options, LogKind::Bundle, &mut |_| Ok(Box::new(())))?;
    Ok(match (inspected.known, inspected.report.fault) {
        (Some(known), None) => Ok(known),
        (_, Some(fault)) => Err(fault),
        (None, None) => {
            let fault = Fault::new(Code::File, "the entry was not verified");
            Err(FaultReport::from_fault(None, fault))
        }
    })
}

/// Returns the first entry whose home has signed another content. Nothing else vouches for the newest entries if they
/// follow from another person's act.
fn contradicted(log: &Connection, known: &ValidLog) -> Result<Option<FaultReport>, RepairError> {
    let attested = known.head.as_ref().map_or(-1, |head| head.payload.seq.cast_signed());
    let mut heads = log.prepare(
        "SELECT jws FROM pieces.heads AS head JOIN pieces.line USING (seq)
         WHERE head.cid <> line.cid AND seq > ?1 ORDER BY seq",
    )?;
    let mut rows = heads.query([attested])?;
    while let Some(row) = rows.next()? {
        let Ok(head) = Head::parse(&row.get::<_, String>(0)?) else {
            continue;
        };
        if is_of_home(&head, known) {
            let seq = head.payload.seq;
            let text = "the entry is another than the one that its home has signed";
            let fault = Fault::new(Code::Head, text);
            return Ok(Some(FaultReport::from_fault(Some(seq), fault)));
        }
    }
    Ok(None)
}

/// Returns whether a head is by the home that the log had at that entry.
fn is_of_home(head: &Head, known: &ValidLog) -> bool {
    let node = head.node();
    let home = known.state.home_at(head.payload.seq);
    if home.is_none_or(|home| home.epoch != head.payload.epoch || home.node != *node) {
        return false;
    }
    let own = known.state.owner().chain().filter(|_| *node == known.did);
    let chain = own.cloned().or_else(|| {
        let tokens = chain_tokens(known.log.conn(), node).ok()?;
        Chain::verify(node, &tokens).ok().map(Arc::new)
    });
    let key = chain.and_then(|chain| chain.ever_auth_key(head.kid.key_id()));
    key.is_some_and(|key| head.verify(&key).is_ok())
}

/// Rejects the heads of an entry that are in use; true if there were any.
fn reject(log: &Connection, seq: u64, rejected: &mut HashSet<String>) -> Result<bool, RepairError> {
    let before = rejected.len();
    let mut used = log.prepare(
        "SELECT jws FROM main.heads JOIN pieces.heads USING (epoch, node, jws) WHERE seq = ?1",
    )?;
    let mut rows = used.query([seq.cast_signed()])?;
    while let Some(row) = rows.next()? {
        rejected.insert(row.get(0)?);
    }
    Ok(rejected.len() > before)
}

/// Removes rows that only entries of another history, or later ones, refer to; true if there were any.
fn prune(
    log: &Connection,
    did: &Did,
    ops: &Arc<OpTable>,
    path: &Path,
) -> Result<bool, RepairError> {
    let Some(used) = verify::referred(path, did, ops)? else {
        return Ok(false);
    };
    let mut gone = 0;
    for (table, used) in [("causes", used.causes), ("txns", used.txns), ("openings", used.openings)]
    {
        let used: HashSet<Vec<u8>> = used.iter().map(imajin_dfos::Cid::to_bytes).collect();
        let stray: Vec<Vec<u8>> = column(log, &format!("SELECT cid FROM main.{table}"))?;
        for cid in stray.iter().filter(|cid| !used.contains(*cid)) {
            gone += log.execute(&format!("DELETE FROM main.{table} WHERE cid = ?1"), [cid])?;
        }
    }
    let dids: Vec<String> = column(log, "SELECT DISTINCT did FROM main.chains")?;
    for stray in dids {
        if !used.chains.iter().any(|used| *used == *stray) {
            gone += log.execute("DELETE FROM main.chains WHERE did = ?1", params![stray])?;
        }
    }
    Ok(gone > 0)
}
