//! The part of a log that one person may see: its entries up to a place, and the bodies that are for them.
//!
//! Always: omitted data is never written, so nothing of it is in the file's pages. The part has everything that its
//! entries refer to and nothing else, so it verifies like a log in which bodies may be withheld (docs/format.md §12).

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use imajin_dfos::{Cid, Value, cbor};
use imajin_log::entry::Header;
use imajin_log::format::shared::SharedLog;
use imajin_log::verify::body_dids::named_in;
use imajin_protocol::{Did, Head};
use rusqlite::{Connection, OptionalExtension, Statement, params};

use crate::snapshot::{SnapshotError, copied};

/// The ids and bodies that the copied entries refer to.
#[derive(Default)]
struct Referred {
    causes: BTreeSet<Cid>,
    txns: BTreeSet<Cid>,
    /// DIDs of authors, and those that bodies name.
    dids: BTreeSet<Did>,
    /// Bodies that are not for the recipient. An intent may have the same body.
    withheld: BTreeSet<Cid>,
}

/// Copies the part of the log behind `db` into a new file. Returns the DIDs whose identity chains it should have.
pub(crate) fn snapshot(
    db: &Connection,
    into: &Path,
    part: &SharedLog,
) -> Result<BTreeSet<Did>, SnapshotError> {
    copied(db, into, |db| fill(db, part))
}

fn fill(db: &Connection, part: &SharedLog) -> Result<BTreeSet<Did>, SnapshotError> {
    let (mut referred, last) = entries(db, part)?;
    heads(db, last)?;
    causes(db, &mut referred)?;
    operations(db, &referred.txns)?;
    referred.dids.remove(&part.did);
    let mut insert = db
        .prepare("INSERT INTO bundle.chains SELECT * FROM main.chains WHERE did = ?1 ORDER BY n")?;
    for did in &referred.dids {
        insert.execute([did.as_str()])?;
    }
    Ok(referred.dids)
}

/// Copies the entries. Returns what they refer to, and the number of the last. Consequences of one operation stay
/// together: a list says how many there are.
fn entries(db: &Connection, part: &SharedLog) -> Result<(Referred, u64), SnapshotError> {
    let mut referred = Referred::default();
    let (mut last, mut txn) = (0, None);
    let mut rows = db.prepare(
        "SELECT e.seq, e.header, b.body FROM main.entries e LEFT JOIN main.bodies b ON b.seq = e.seq ORDER BY e.seq",
    )?;
    let mut rows = rows.query([])?;
    let mut entry = db.prepare("INSERT INTO bundle.entries VALUES (?1, ?2)")?;
    let mut body = db.prepare("INSERT INTO bundle.bodies VALUES (?1, ?2)")?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let bytes: Vec<u8> = row.get(1)?;
        let header = Header::decode(&bytes).map_err(io::Error::other)?;
        let is_over = part.until.is_some_and(|until| header.seq > until);
        if is_over && (header.txn.is_none() || header.txn != txn) {
            break;
        }
        entry.execute(params![seq, bytes])?;
        let words: Option<Vec<u8>> = row.get(2)?;
        referred.take(&header, words, part, &mut body)?;
        (last, txn) = (header.seq, header.txn);
    }
    Ok((referred, last))
}

impl Referred {
    fn take(
        &mut self,
        header: &Header,
        words: Option<Vec<u8>>,
        part: &SharedLog,
        body: &mut Statement<'_>,
    ) -> Result<(), SnapshotError> {
        self.dids.insert(header.author.clone());
        self.causes.extend(header.cause);
        self.txns.extend(header.txn);
        match words {
            Some(bytes) if (part.shows)(header) => {
                if let Ok(value) = cbor::decode(&bytes) {
                    named_in(&value, &mut |did| {
                        self.dids.insert(did);
                    });
                    self.dids.extend(abandoned(&value));
                }
                body.execute(params![header.seq.cast_signed(), bytes])?;
            }
            Some(_) => self.withheld.extend(header.body),
            None => {}
        }
        Ok(())
    }
}

/// Returns the home whose history a home entry leaves behind.
fn abandoned(body: &Value) -> Option<Did> {
    let head = Head::parse(body.get_str("abandons")?).ok()?;
    Some(head.node().clone())
}

/// Copies the heads of the entries that exist.
fn heads(db: &Connection, last: u64) -> Result<(), SnapshotError> {
    let mut rows = db.prepare("SELECT epoch, node, jws FROM main.heads ORDER BY epoch, node")?;
    let mut rows = rows.query([])?;
    let mut insert = db.prepare("INSERT INTO bundle.heads VALUES (?1, ?2, ?3)")?;
    while let Some(row) = rows.next()? {
        let jws: String = row.get(2)?;
        if Head::parse(&jws).is_ok_and(|head| head.payload.seq <= last) {
            insert.execute(params![row.get::<_, i64>(0)?, row.get::<_, String>(1)?, jws])?;
        }
    }
    Ok(())
}

/// Copies the intents in other logs, and the delegations under which they were signed.
fn causes(db: &Connection, referred: &mut Referred) -> Result<(), SnapshotError> {
    let mut find = db.prepare("SELECT header, body FROM main.causes WHERE cid = ?1")?;
    let mut rows = Vec::new();
    let mut waiting: Vec<Cid> = referred.causes.iter().copied().collect();
    while let Some(cid) = waiting.pop() {
        let cause = find.query_row([cid.to_bytes()], |row| Ok((row.get(0)?, row.get(1)?)));
        let Some((bytes, body)) = cause.optional()? else {
            continue;
        };
        let (bytes, body): (Vec<u8>, Option<Vec<u8>>) = (bytes, body);
        if let Ok(header) = Header::decode(&bytes) {
            let via = header.via.filter(|via| referred.causes.insert(*via));
            waiting.extend(via);
            referred.dids.insert(header.author.clone());
            let is_for_them = header.body.is_none_or(|cid| !referred.withheld.contains(&cid));
            rows.push((cid.to_bytes(), bytes, body.filter(|_| is_for_them)));
        }
    }
    rows.sort_unstable();
    let mut insert = db.prepare("INSERT INTO bundle.causes VALUES (?1, ?2, ?3)")?;
    for (cid, header, body) in rows {
        insert.execute(params![cid, header, body])?;
    }
    Ok(())
}

/// Copies the lists of operations over several logs, with those of their openings that this log has.
fn operations(db: &Connection, txns: &BTreeSet<Cid>) -> Result<(), SnapshotError> {
    let mut find = db.prepare("SELECT list FROM main.txns WHERE cid = ?1")?;
    let mut insert = db.prepare("INSERT INTO bundle.txns VALUES (?1, ?2)")?;
    let mut openings = BTreeSet::new();
    let mut rows: Vec<_> = txns.iter().map(|cid| cid.to_bytes()).collect();
    rows.sort_unstable();
    for cid in rows {
        let list: Option<Vec<u8>> = find.query_row([&cid], |row| row.get(0)).optional()?;
        let Some(list) = list else {
            continue;
        };
        let links = cbor::decode(&list).ok();
        let links = links.as_ref().and_then(Value::as_list).unwrap_or_default();
        openings.extend(links.iter().filter_map(Value::as_link).map(Cid::to_bytes));
        insert.execute(params![cid, list])?;
    }
    let mut insert =
        db.prepare("INSERT INTO bundle.openings SELECT * FROM main.openings WHERE cid = ?1")?;
    for cid in openings {
        insert.execute([cid])?;
    }
    Ok(())
}

/// Adds the newer operations that the chains in a part lack, and the chains that it lacks. A chain that differs stays.
pub(crate) fn lengthen<'d>(
    part: &Path,
    chains: impl Iterator<Item = (&'d Did, Vec<Arc<str>>)>,
) -> Result<(), SnapshotError> {
    let mut db = Connection::open(part)?;
    db.execute_batch("PRAGMA journal_mode=OFF")?;
    let db = db.transaction()?;
    for (did, tokens) in chains {
        let mut there = db.prepare_cached("SELECT jws FROM chains WHERE did = ?1 ORDER BY n")?;
        let there: Vec<String> =
            there.query_map([did.as_str()], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let goes_on = there.iter().zip(&tokens).all(|(one, other)| **one == **other);
        let mut insert = db.prepare_cached("INSERT INTO chains VALUES (?1, ?2, ?3)")?;
        let newer = tokens.iter().enumerate().skip(there.len());
        for (n, token) in newer.filter(|_| goes_on) {
            insert.execute(params![did.as_str(), n as i64, &**token])?;
        }
    }
    db.commit()?;
    Ok(())
}
