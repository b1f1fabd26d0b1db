//! Appends entries to a log, with the rows that belong to them.
//!
//! Always: appending an entry that the log has changes nothing (by seq and CID), so that recovery can repeat it. A
//! different entry at the same seq is damage.

use std::collections::{BTreeMap, HashMap};

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Value};
use imajin_log::entry::{Header, Sealed};
use imajin_log::ops::{self, ErasableBy, OpTable};
use imajin_protocol::{Did, Head};
use rusqlite::{Connection, TransactionBehavior, params};

use super::queries;
use super::row::{Across, Context, NewHead, Row};
use super::{LogError, LogFile, gaps};
use crate::rows::{int, run};

impl LogFile {
    /// Appends entries, in order of seq, in one transaction that is durable when this returns. Returns how many were
    /// new.
    pub(crate) fn append(
        &mut self,
        rows: &[Row],
        context: &Context<'_>,
    ) -> Result<usize, LogError> {
        self.refuse_lost()?;
        if self.is_left {
            // The journal drops what the log has, and new frames count only after those before them: they go into the
            // database, whose pages are written again.
            self.checkpoint()?;
        }
        let rows = self.unmoved(rows)?;
        if rows.is_empty() {
            return Ok(0);
        }
        let mut chains = match &self.chains {
            Some(chains) => chains.clone(),
            None => queries::chain_lengths(&self.db)?,
        };
        if self.is_carried {
            // The WAL has older frames: its new header must be durable before anything is written after it.
            self.db.pragma_update(None, "synchronous", "NORMAL")?;
        }
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert(&transaction, &self.did, rows, &mut chains, context)?;
        transaction.commit()?;
        self.note_commit()?;
        self.sync_wal()?;
        self.chains = Some(chains);
        Ok(rows.len())
    }

    /// Returns the rows that the log lacks; the others must equal the log's.
    fn unmoved<'a>(&self, rows: &'a [Row]) -> Result<&'a [Row], LogError> {
        let next = queries::newest_seq(&self.db)?.map_or(0, |seq| seq + 1);
        let have = rows.iter().take_while(|row| row.entry.header.seq < next).count();
        let (old, new) = rows.split_at(have);
        // The last existing entry vouches for those before it, because each names its predecessor.
        if let Some(last) = old.last()
            && queries::entry_cid(&self.db, last.entry.header.seq)? != Some(last.entry.cid)
        {
            let seq = last.entry.header.seq;
            let text = format!("entry {seq} in the log is another than the one in the journal");
            return Err(LogError::Damaged(text));
        }
        if let Some(seq) = new.first().map(|first| first.entry.header.seq)
            && seq != next
        {
            let text =
                format!("the log ends before entry {next}, but the journal continues with {seq}");
            return Err(LogError::Damaged(text));
        }
        Ok(new)
    }
}

pub(super) fn insert(
    db: &Connection,
    did: &Did,
    rows: &[Row],
    chains: &mut HashMap<Did, usize>,
    context: &Context<'_>,
) -> Result<(), LogError> {
    let erased = erased_bodies(rows.iter().map(|row| &row.entry))?;
    let mut kids: HashMap<String, u64> = HashMap::new();
    let mut dids: Vec<Did> = Vec::new();
    let mut operations = Operations::default();
    for row in rows {
        let header = &*row.entry.header;
        insert_entry(db, row, &erased)?;
        if is_marked(header, context.counted) {
            let sql = "INSERT INTO local_marks VALUES (?1, ?2)";
            run(db, sql, params![int(header.seq), header.op])?;
        }
        if let Some(part) = header.proof_part() {
            kids.insert(part.kid.to_string(), header.seq);
        }
        refer(&mut dids, did, header, row, context);
        if let Some(across) = &row.across {
            insert_heads(db, did, across)?;
            operations.take(did, header, across, context.ops);
        }
        // The old home's last head stays for ever.
        if header.op == ops::HOME
            && let Some(before) = previous(db, rows, header)?
        {
            insert_head(db, (context.head)(&before))?;
        }
    }
    operations.insert(db)?;
    let sql = "INSERT INTO local_keys VALUES (?1, ?2) ON CONFLICT (kid) DO UPDATE SET seq = ?2";
    for (kid, seq) in kids {
        run(db, sql, params![kid, int(seq)])?;
    }
    for other in &dids {
        insert_chain(db, other, rows, chains, context)?;
    }
    erase(db, &erased)?;
    if let Some(last) = rows.last() {
        let head = (context.head)(&last.entry);
        // A head may be signed with a key that this node got after its chain was written here.
        if head.is_some() && chains.contains_key(context.node) && !dids.contains(context.node) {
            insert_chain(db, context.node, rows, chains, context)?;
        }
        insert_head(db, head)?;
    }
    Ok(())
}

fn insert_entry(db: &Connection, row: &Row, erased: &HashMap<Cid, u64>) -> Result<(), LogError> {
    let header = &*row.entry.header;
    let seq = int(header.seq);
    let header_bytes = &*row.entry.header_bytes;
    run(db, "INSERT INTO entries VALUES (?1, ?2)", params![seq, header_bytes])?;
    run(db, "INSERT INTO local_offsets VALUES (?1, ?2)", params![seq, int(row.offset)])?;
    // A body that is erased in the same move is never written.
    if let (Some(bytes), Some(cid)) = (&row.entry.body_bytes, &header.body)
        && erased.get(cid).is_none_or(|by| *by <= header.seq)
    {
        run(db, "INSERT INTO bodies VALUES (?1, ?2)", params![seq, &**bytes])?;
    }
    Ok(())
}

/// Operations that are marked, because a state is rebuilt from them.
pub(crate) const MARKED: [&str; 9] = [
    ops::IDENTITY_CREATE,
    ops::IDENTITY_UPDATE,
    ops::IDENTITY_REGISTER,
    ops::HOME,
    ops::DELEGATION_CREATE,
    ops::DELEGATION_END,
    ops::SETTINGS_UPDATE,
    ops::DELETE,
    ops::ANCHOR,
];

/// Returns whether a state is rebuilt from this entry: such entries are few, and found without a scan. Those signed under
/// a delegation with `counted` uses are among them, since a rebuilt state must count them again.
pub(crate) fn is_marked(header: &Header, counted: impl Fn(&Cid) -> bool) -> bool {
    MARKED.contains(&header.op.as_str())
        || (header.proof_part().is_some() && header.via.as_ref().is_some_and(counted))
}

/// Adds the DIDs whose identity chains the entry refers to.
fn refer(dids: &mut Vec<Did>, own: &Did, header: &Header, row: &Row, context: &Context<'_>) {
    let mut add = |did: &Did| {
        if did != own && !dids.contains(did) {
            dids.push(did.clone());
        }
    };
    add(&header.author);
    if let Some(across) = &row.across {
        if header.cause == Some(across.intent.cid) {
            add(&across.intent.header.author);
        }
        across.chains.iter().for_each(|(did, _)| add(did));
    }
    // A log's first entry and each move name a home; this node's heads refer to that home's chain.
    if header.seq == 0 || header.op == ops::HOME {
        add(context.node);
    }
}

fn insert_chain(
    db: &Connection,
    did: &Did,
    rows: &[Row],
    chains: &mut HashMap<Did, usize>,
    context: &Context<'_>,
) -> Result<(), LogError> {
    let stored_count = chains.get(did).copied().unwrap_or(0);
    let candidates = rows.iter().filter_map(|row| row.across.as_deref());
    let row_tokens = candidates
        .flat_map(|across| &across.chains)
        .find(|(of, _)| of == did)
        .map(|(_, tokens)| tokens.clone());
    let stored_tokens = (context.chain)(did).map(|chain| chain.tokens());
    let longer =
        stored_tokens.into_iter().chain(row_tokens).max_by_key(Vec::len).unwrap_or_default();
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO chains VALUES (?1, ?2, ?3)")?;
    for (n, token) in longer.iter().enumerate().skip(stored_count) {
        insert.execute(params![did.as_str(), int(n), &**token])?;
    }
    if longer.len() > stored_count {
        chains.insert(did.clone(), longer.len());
    }
    Ok(())
}

/// The operations in a move: each once, however many of its entries the log has, and in the order of the tables' keys,
/// so that each page is looked up once.
#[derive(Default)]
struct Operations<'r> {
    causes: BTreeMap<&'r Cid, (&'r [u8], Option<&'r [u8]>)>,
    txns: BTreeMap<&'r Cid, &'r [u8]>,
    openings: BTreeMap<&'r Cid, &'r [u8]>,
    /// The last intent: an operation's entries follow one another.
    last: Option<&'r Cid>,
}

impl<'r> Operations<'r> {
    fn take(&mut self, did: &Did, header: &Header, across: &'r Across, ops: &OpTable) {
        if self.last.replace(&across.intent.cid) == Some(&across.intent.cid) {
            return;
        }
        let foreign = across.intent.header.did != *did;
        if foreign {
            self.cause(&across.intent, ops);
            if let Some(delegation) = &across.delegation {
                self.cause(delegation, ops);
            }
        }
        let Some((cid, list)) = &across.list else {
            return;
        };
        if header.txn.as_ref() != Some(cid) {
            return;
        }
        self.txns.insert(cid, list);
        for (place, (cid, opened, bytes)) in across.openings.iter().enumerate() {
            // An operation's author sees all of it; another party sees only their own openings and the intent's.
            if !foreign || place == 0 || opened == did {
                self.openings.insert(cid, bytes);
            }
        }
    }

    /// Adds the intent in another log. Its body is included unless its author may erase it: a copy would remain.
    fn cause(&mut self, entry: &'r Sealed, ops: &OpTable) {
        let shown =
            ops.get(&entry.header.op).is_some_and(|spec| spec.erasable_by != ErasableBy::Author);
        let body = entry.body_bytes.as_deref().filter(|_| shown);
        self.causes.insert(&entry.cid, (&entry.header_bytes, body));
    }

    /// Skips the rows that an earlier move inserted.
    fn insert(self, db: &Connection) -> Result<(), LogError> {
        for (cid, (header, body)) in self.causes {
            let sql = "INSERT OR IGNORE INTO causes VALUES (?1, ?2, ?3)";
            run(db, sql, params![cid.to_bytes(), header, body])?;
        }
        for (cid, list) in self.txns {
            run(db, "INSERT OR IGNORE INTO txns VALUES (?1, ?2)", params![cid.to_bytes(), list])?;
        }
        for (cid, bytes) in self.openings {
            let sql = "INSERT OR IGNORE INTO openings VALUES (?1, ?2)";
            run(db, sql, params![cid.to_bytes(), bytes])?;
        }
        Ok(())
    }
}

/// Inserts the heads of this log that came with the command.
fn insert_heads(db: &Connection, did: &Did, across: &Across) -> Result<(), LogError> {
    for jws in &across.heads {
        if let Ok(head) = Head::parse(jws)
            && head.payload.did == *did
        {
            insert_head(db, Some((head.payload.epoch, head.node().clone(), jws.clone())))?;
        }
    }
    Ok(())
}

fn insert_head(db: &Connection, head: Option<NewHead>) -> Result<(), LogError> {
    if let Some((epoch, node, jws)) = head {
        let sql = "INSERT OR REPLACE INTO heads VALUES (?1, ?2, ?3)";
        run(db, sql, params![int(epoch), node.as_str(), jws])?;
    }
    Ok(())
}

/// Returns the previous entry, from the given rows or from the log.
fn previous(db: &Connection, rows: &[Row], header: &Header) -> Result<Option<Sealed>, LogError> {
    let Some(seq) = header.seq.checked_sub(1) else {
        return Ok(None);
    };
    if let Some(row) = rows.iter().find(|row| row.entry.header.seq == seq) {
        return Ok(Some(row.entry.clone()));
    }
    queries::entry(db, seq)
}

/// Returns the bodies that erasures among these entries name, and the newest entry that does.
pub(crate) fn erased_bodies<'a>(
    entries: impl Iterator<Item = &'a Sealed>,
) -> Result<HashMap<Cid, u64>, LogError> {
    let mut erased = HashMap::new();
    for entry in entries.filter(|entry| entry.header.op == ops::BODY_ERASED) {
        let body = entry.body().map_err(LogError::damaged)?;
        let listed = body.as_ref().and_then(|body| body.get("bodies"));
        let links = listed.and_then(Value::as_list).unwrap_or_default();
        erased.extend(links.iter().filter_map(|link| Some((*link.as_link()?, entry.header.seq))));
    }
    Ok(erased)
}

fn erase(db: &Connection, erased: &HashMap<Cid, u64>) -> Result<(), LogError> {
    if erased.is_empty() {
        return Ok(());
    }
    // An index on CIDs would slow down every write; an erasure reads all bodies once instead.
    let mut gone = Vec::new();
    let mut bodies = db.prepare_cached("SELECT seq, body FROM bodies")?;
    let mut rows = bodies.query([])?;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().map_err(LogError::damaged)?;
        if erased.get(&dag_cbor_cid(body)).is_some_and(|by| seq.unsigned_abs() < *by) {
            gone.push(seq);
        }
    }
    drop(rows);
    if gone.is_empty() {
        return Ok(());
    }
    for seq in gone {
        run(db, "DELETE FROM bodies WHERE seq = ?1", [seq])?;
    }
    // Deleted bytes are wiped in their places and with freed pages (`secure_delete`), but rows that move to other pages as a table
    // grows and shrinks leave copies behind.
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'bodies'";
    gaps::wipe(db, db.query_row(root, [], |row| row.get(0))?)
}

#[cfg(test)]
mod tests;
