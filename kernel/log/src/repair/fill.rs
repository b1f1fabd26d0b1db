//! Fills a log's other tables with the right pieces.

use std::collections::HashSet;

use imajin_dfos::Cid;
use imajin_protocol::Did;
use rusqlite::{Connection, OptionalExtension, params};

use super::RepairError;
use crate::entry::Header;
use crate::ops::{BODY_ERASED, OpTable};
use crate::rules::Chain;
use crate::verify::erasures;

/// Inserts the operations that make a chain for each identity except the log's own, preferring the damaged file's.
pub(super) fn chains(log: &Connection, own: &Did) -> Result<(), RepairError> {
    let dids: Vec<String> = column(log, "SELECT DISTINCT did FROM pieces.chains")?;
    let mut candidates =
        log.prepare("SELECT jws FROM pieces.chains WHERE did = ?1 AND n = ?2 ORDER BY own DESC")?;
    let mut insert = log.prepare("INSERT INTO main.chains VALUES (?1, ?2, ?3)")?;
    for did in dids {
        let Some(parsed) = Did::parse(&did).ok().filter(|parsed| parsed != own) else {
            continue;
        };
        let mut chain: Vec<String> = Vec::new();
        loop {
            let n = chain.len() as i64;
            let tokens: Vec<String> = candidates
                .query_map(params![did, n], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let next = tokens
                .into_iter()
                .find(|token| Chain::verify(&parsed, chain.iter().chain([token])).is_ok());
            let Some(next) = next else { break };
            insert.execute(params![did, n, next])?;
            chain.push(next);
        }
    }
    Ok(())
}

/// Inserts every body that was not erased. Returns the entries whose bodies the damaged file does not have.
pub(super) fn bodies(log: &Connection, ops: &OpTable) -> Result<Vec<u64>, RepairError> {
    // Erasures come first: their bodies name what they erase.
    insert_bodies(log, |header, _| header.op == BODY_ERASED)?;
    // An unreadable erasure is a fault, which the verification names.
    let erased = erasures(log, ops).unwrap_or_default();
    log.execute("DELETE FROM main.bodies", [])?;
    insert_bodies(log, |header, body| erased.get(body).is_none_or(|erasure| *erasure <= header.seq))
}

fn insert_bodies(
    log: &Connection,
    is_wanted: impl Fn(&Header, &Cid) -> bool,
) -> Result<Vec<u64>, RepairError> {
    let sql = "SELECT header FROM pieces.line JOIN pieces.headers USING (cid) ORDER BY line.seq";
    let mut entries = log.prepare(sql)?;
    let mut find = log.prepare("SELECT body, own FROM pieces.bodies WHERE cid = ?1")?;
    let mut insert = log.prepare("INSERT INTO main.bodies VALUES (?1, ?2)")?;
    let mut from_copies = Vec::new();
    let mut rows = entries.query([])?;
    while let Some(row) = rows.next()? {
        let Ok(header) = Header::decode(&row.get::<_, Vec<u8>>(0)?) else {
            continue;
        };
        let Some(cid) = header.body.filter(|cid| is_wanted(&header, cid)) else {
            continue;
        };
        let body = |row: &rusqlite::Row<'_>| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?));
        let body_row: Option<(Vec<u8>, bool)> =
            find.query_row([cid.to_bytes()], body).optional()?;
        if let Some((body, is_own)) = body_row {
            insert.execute(params![header.seq.cast_signed(), body])?;
            from_copies.extend((!is_own).then_some(header.seq));
        }
    }
    Ok(from_copies)
}

/// Inserts for each home the newest head that names an entry of this history.
pub(super) fn heads(log: &Connection, rejected: &HashSet<String>) -> Result<(), RepairError> {
    log.execute("DELETE FROM main.heads", [])?;
    let mut candidates = log.prepare(
        "SELECT epoch, node, jws FROM pieces.heads JOIN pieces.line USING (seq, cid) ORDER BY epoch, node, seq DESC",
    )?;
    let mut insert = log.prepare("INSERT OR IGNORE INTO main.heads VALUES (?1, ?2, ?3)")?;
    let mut rows = candidates.query([])?;
    while let Some(row) = rows.next()? {
        let (epoch, node, jws): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if !rejected.contains(&jws) {
            insert.execute(params![epoch, node, jws])?;
        }
    }
    Ok(())
}

pub(super) fn column<T: rusqlite::types::FromSql>(
    log: &Connection,
    sql: &str,
) -> rusqlite::Result<Vec<T>> {
    log.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}
