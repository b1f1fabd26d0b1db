//! The checks that need all entries: heads, and rows that no entry refers to (docs/format.md §5, §10).

use imajin_dfos::Cid;
use imajin_dfos::cid::{dag_cbor_cid, from_bytes};
use imajin_protocol::{Did, Head};
use rusqlite::Connection;

use super::evidence::{evidence_fault, parse_head};
use super::replay::Replayed;
use super::rows;
use crate::entry::Header;
use crate::rules::{Code, Evidence, Fault, fail};

type At = (Option<u64>, Fault);

/// Checks that every head verifies and fits the log. Returns the newest.
pub(crate) fn heads(
    conn: &Connection,
    did: &Did,
    replayed: &Replayed<'_>,
) -> Result<Option<Head>, At> {
    let damaged = |error: rusqlite::Error| (None, Fault::from(error));
    let mut newest: Option<Head> = None;
    let sql = "SELECT epoch, node, jws FROM heads ORDER BY epoch, node";
    let mut statement = conn.prepare(sql).map_err(damaged)?;
    let mut rows = statement.query([]).map_err(damaged)?;
    while let Some(row) = rows.next().map_err(damaged)? {
        let (epoch, node, jws) = <(i64, String, String)>::try_from(row).map_err(damaged)?;
        let head = parse_head(did, epoch, &node, &jws).map_err(|fault| (None, fault))?;
        fits(conn, &head, replayed).map_err(|fault| (Some(head.payload.seq), fault))?;
        if newest.as_ref().is_none_or(|newest| head.payload.seq > newest.payload.seq) {
            newest = Some(head);
        }
    }
    Ok(newest)
}

fn fits(conn: &Connection, head: &Head, replayed: &Replayed<'_>) -> Result<(), Fault> {
    let payload = &head.payload;
    verify_head(head, replayed)?;
    if payload.seq >= replayed.entries {
        let last = replayed.entries.saturating_sub(1);
        let message = format!(
            "a head of epoch {} is of entry {}, but the log ends with {last}",
            payload.epoch, payload.seq
        );
        return fail(Code::Cut, message);
    }
    let fault = |message: String| fail(Code::Head, message);
    let (cid, header) = entry(conn, payload.seq)?;
    if cid != payload.cid || header.at != payload.at {
        return fault(format!(
            "the head of epoch {} names another entry {} than the log has",
            payload.epoch, payload.seq
        ));
    }
    let home = replayed.state.home_at(payload.seq);
    if home.is_none_or(|home| home.epoch != payload.epoch || home.node != *head.node()) {
        return fault(format!(
            "{} was not home in epoch {} at entry {}",
            head.node(),
            payload.epoch,
            payload.seq
        ));
    }
    Ok(())
}

/// Checks that a key which the node's chain ever named as auth key signed the head. A node's own log contains its
/// chain.
pub(crate) fn verify_head(head: &Head, replayed: &Replayed<'_>) -> Result<(), Fault> {
    let key = node_key(head.node(), head.kid.key_id(), replayed)?;
    let fault = |message: String| Fault::new(Code::Head, message);
    let key = key
        .ok_or_else(|| fault(format!("the key {} was never an auth key of that node", head.kid)))?;
    head.verify(&key).map_err(|error| fault(error.to_string()))
}

/// Returns a key that a node's chain ever named as auth key.
pub(crate) fn node_key(
    node: &Did,
    key_id: &str,
    replayed: &Replayed<'_>,
) -> Result<Option<std::sync::Arc<imajin_dfos::VerifyingKey>>, Fault> {
    if node == replayed.state.did() {
        let chain = replayed.state.owner().chain();
        return Ok(chain.and_then(|chain| chain.ever_auth_key(key_id)));
    }
    let chain = replayed.evidence.chain(node).map_err(evidence_fault)?;
    Ok(chain.and_then(|chain| chain.ever_auth_key(key_id)))
}

/// Returns a replayed entry.
pub fn entry(conn: &Connection, seq: u64) -> Result<(Cid, Header), Fault> {
    let bytes = rows::header(conn, seq)?
        .ok_or_else(|| Fault::new(Code::Seq, format!("entry {seq} is missing")))?;
    let header = Header::decode(&bytes).map_err(|error| rows::entry_fault(&error))?;
    Ok((dag_cbor_cid(&bytes), header))
}

/// Finds rows that no entry refers to, and chains that do not verify.
pub(crate) fn strays(conn: &Connection, did: &Did, replayed: &Replayed<'_>) -> Result<(), At> {
    let stray = |message| Fault::new(Code::Stray, message);
    let unnamed = replayed.stray_body.map(u64::cast_signed);
    if let Some(seq) = replayed.bodies.stray.into_iter().chain(unnamed).min() {
        let fault = stray("table bodies has a body for an entry that is not there or names none");
        // An entry before the first has no number.
        return Err((u64::try_from(seq).ok(), fault));
    }
    cids(conn, replayed).map_err(|fault| (None, fault))?;
    chains(conn, did, replayed).map_err(|fault| (None, fault))
}

fn cids(conn: &Connection, replayed: &Replayed<'_>) -> Result<(), Fault> {
    let used = replayed.evidence.used.borrow();
    for (table, referred) in
        [("causes", &used.causes), ("txns", &used.txns), ("openings", &used.openings)]
    {
        let mut statement = conn.prepare(&format!("SELECT cid FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(0)?;
            // Nothing refers to a row whose key is not a CID.
            if !from_bytes(&bytes).is_ok_and(|cid| referred.contains(&cid)) {
                let message = format!("table {table} has a row to which nothing refers");
                return fail(Code::Stray, message);
            }
        }
    }
    Ok(())
}

fn chains(conn: &Connection, own: &Did, replayed: &Replayed<'_>) -> Result<(), Fault> {
    for home in replayed.state.homes() {
        replayed.evidence.used.borrow_mut().chains.insert(home.home.node.clone());
    }
    let mut statement = conn.prepare("SELECT DISTINCT did FROM chains ORDER BY did")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text: String = row.get(0)?;
        if *own == *text {
            let message = "table chains has a chain of the log's own DID, which is in the log";
            return fail(Code::Stray, message);
        }
        let is_used = |did: &Did| replayed.evidence.used.borrow().chains.contains(did);
        let Some(did) = Did::parse_canonical(&text).filter(is_used) else {
            let message = format!("table chains has a chain of {text:?}, to which nothing refers");
            return fail(Code::Stray, message);
        };
        replayed.evidence.chain(&did).map_err(evidence_fault)?;
    }
    Ok(())
}
