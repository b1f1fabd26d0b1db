//! The salt that locates a log in the tree of every anchor.

use imajin_protocol::anchor::NONCE_BYTES;
use rusqlite::{Connection, OptionalExtension};

use crate::entry::decode_body;

/// Returns the salt in the body of entry 0, which locates the log in every tree. Nothing ever erases that body.
pub fn log_salt(log: &Connection) -> rusqlite::Result<Option<[u8; NONCE_BYTES]>> {
    let sql = "SELECT body FROM bodies WHERE seq = 0";
    let body: Option<Vec<u8>> = log.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(body.as_deref().and_then(salt_of))
}

/// Returns the salt in the bytes of the body of entry 0.
pub fn salt_of(body: &[u8]) -> Option<[u8; NONCE_BYTES]> {
    let body = decode_body(body).ok()?;
    body.get("salt")?.as_bytes()?.try_into().ok()
}
