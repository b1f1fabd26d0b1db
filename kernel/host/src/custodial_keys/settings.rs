//! Settings that are secrets (the key of a storage), which the owner gives on a page.
//!
//! Always: sealed like the kept keys, with the setting's name as associated data. No DID is such a name, so that
//! neither opens as the other. Only the node reads these settings, and no page shows them.

use imajin_app::{Node, Problem, extension};
use ring::aead;
use rusqlite::params;

use crate::prelude::*;
use crate::random;

/// The table in `secrets.sqlite`.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS kept_settings (name TEXT PRIMARY KEY, nonce BLOB NOT NULL, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID;
";

fn data_of(name: &str) -> aead::Aad<Vec<u8>> {
    aead::Aad::from(format!("setting {name}").into_bytes())
}

/// Settings of services that are sealed on the disk.
#[extension(pub trait SealedSettings)]
impl Node {
    /// Keeps a setting, sealed, and replaces its old value. Waits for the disk on this thread.
    fn keep_setting(&self, name: &str, value: &[u8]) -> Result<(), Problem> {
        let bytes: [u8; 12] = random::bytes()?;
        let mut sealed = value.to_vec();
        let nonce = aead::Nonce::assume_unique_for_key(bytes);
        let seal = super::key_vault(self).seal()?;
        seal.seal_in_place_append_tag(nonce, data_of(name), &mut sealed)
            .map_err(|_| Problem::internal("a setting could not be sealed"))?;
        let sql = "INSERT OR REPLACE INTO kept_settings (name, nonce, sealed) VALUES (?1, ?2, ?3)";
        let put = |db: &rusqlite::Transaction<'_>| db.execute(sql, params![name, bytes, sealed]);
        self.secrets().write_blocking(put).map(drop)
    }

    /// A setting that is kept, if it is.
    fn kept_setting(&self, name: &str) -> Result<Option<Vec<u8>>, Problem> {
        let sql = "SELECT nonce, sealed FROM kept_settings WHERE name = ?1";
        let columns: Option<(Vec<u8>, Vec<u8>)> =
            self.secrets().row(sql, [name], |row| row.try_into())?;
        let Some((nonce, mut sealed)) = columns else {
            return Ok(None);
        };
        let closed = |_| Problem::internal("a kept setting does not open with this node's key");
        let nonce = aead::Nonce::try_assume_unique_for_key(&nonce).map_err(closed)?;
        let opened = super::key_vault(self).seal()?;
        let opened = opened.open_in_place(nonce, data_of(name), &mut sealed);
        Ok(Some(opened.map_err(closed)?.to_vec()))
    }

    /// Forgets a setting; no byte of it is left in the file. Waits for the disk on this thread.
    fn forget_setting(&self, name: &str) -> Result<(), Problem> {
        let secrets = self.secrets();
        secrets
            .write_blocking(|db| db.execute("DELETE FROM kept_settings WHERE name = ?1", [name]))?;
        secrets.purge()
    }
}
