//! The browsers on which people allow notifications: their endpoints, and the keys that encrypt for them.

use imajin_app::{FromRow, Node, Problem};
use imajin_host::prelude::*;
use imajin_ledger::Reader;
use imajin_ledger::rows::first;
use imajin_protocol::Did;
use rusqlite::{Connection, Transaction, params};

use super::encrypt::{AUTH_BYTES, POINT_BYTES};

/// Browsers of one person at most.
const OF_ONE_MAX: i64 = 10;

/// A browser.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Device {
    pub(crate) did: Did,
    /// The address at its push service.
    pub(crate) endpoint: String,
    /// Its public key.
    pub(crate) key: [u8; POINT_BYTES],
    /// Its secret.
    pub(crate) auth: [u8; AUTH_BYTES],
}

/// Stores a device, unless the person has the maximum number of them. Returns whether it did. A browser belongs to the last
/// person to allow it; a refusal leaves it as it was.
pub(crate) fn put(db: &Transaction<'_>, device: &Device, now: i64) -> rusqlite::Result<bool> {
    let (did, endpoint) = (device.did.as_str(), device.endpoint.as_str());
    let sql = "SELECT count(*) FROM notify_devices WHERE did = ?1 AND endpoint <> ?2";
    let others: i64 = db.query_row(sql, [did, endpoint], |row| row.get(0))?;
    if others >= OF_ONE_MAX {
        return Ok(false);
    }
    db.execute("DELETE FROM notify_devices WHERE endpoint = ?1", [endpoint])?;
    let sql =
        "INSERT INTO notify_devices (endpoint, did, key, auth, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    db.execute(sql, params![endpoint, did, device.key, device.auth, now])?;
    Ok(true)
}

/// Deletes a person's device. Returns whether it existed.
pub(crate) fn end(db: &Transaction<'_>, did: &Did, endpoint: &str) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM notify_devices WHERE did = ?1 AND endpoint = ?2";
    Ok(db.execute(sql, [did.as_str(), endpoint])? > 0)
}

/// Returns a person's devices, the oldest first.
pub(crate) fn devices_of(db: &Connection, did: &Did) -> rusqlite::Result<Vec<Device>> {
    let sql =
        "SELECT did, endpoint, key, auth FROM notify_devices WHERE did = ?1 ORDER BY at, endpoint";
    Reader::from(db).rows(sql, [did.as_str()], Device::read)
}

/// One by its address.
pub(crate) fn at(db: &Connection, endpoint: &str) -> rusqlite::Result<Option<Device>> {
    let sql = "SELECT did, endpoint, key, auth FROM notify_devices WHERE endpoint = ?1";
    Reader::from(db).row(sql, [endpoint], Device::read)
}

pub(crate) fn people(db: &Connection) -> rusqlite::Result<Vec<Did>> {
    Reader::from(db).rows("SELECT DISTINCT did FROM notify_devices", [], first)
}

/// Returns the number of a person's devices.
pub(crate) fn count(db: &Connection, did: &Did) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM notify_devices WHERE did = ?1";
    Ok(Reader::from(db).row(sql, [did.as_str()], first)?.unwrap_or(0))
}

/// Deletes all of a person's devices and the messages queued for them, and purges them from the files. Waits for the disk on this thread.
pub(crate) fn forget(node: &Node, did: &Did) -> Result<(), Problem> {
    let had = node.secrets().write_blocking(|db| {
        let mut had = 0;
        for table in super::TABLES_OF_PEOPLE {
            had += db.execute(&format!("DELETE FROM {table} WHERE did = ?1"), [did.as_str()])?;
        }
        Ok(had)
    })?;
    match had {
        0 => Ok(()),
        _ => node.secrets().purge(),
    }
}

/// Forgets those of people whose record is not here any more. Waits for the disk on this thread.
pub(crate) fn tidy(node: &Node) -> Result<(), Problem> {
    for did in node.secrets().read(people)? {
        if node.status(&did)?.is_none_or(|status| status.deleted) {
            forget(node, &did)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(person: u8, endpoint: &str) -> Device {
        Device {
            did: Did::from_key(&[person; 32]),
            endpoint: endpoint.to_owned(),
            key: [0; POINT_BYTES],
            auth: [0; AUTH_BYTES],
        }
    }

    #[test]
    fn a_browser_changes_hands_only_if_its_new_person_has_room_for_it() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(crate::push::SECRETS).unwrap();
        let db = db.transaction().unwrap();
        let owner_of = |endpoint: &str| at(&db, endpoint).unwrap().unwrap().did;
        let (ada, bob) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        assert!(put(&db, &device(1, "shared"), 0).unwrap());
        for n in 1..OF_ONE_MAX {
            assert!(put(&db, &device(2, &n.to_string()), 0).unwrap());
        }
        assert!(put(&db, &device(2, "shared"), 0).unwrap());
        assert_eq!(owner_of("shared"), bob);
        assert!(put(&db, &device(2, "shared"), 1).unwrap());
        assert!(put(&db, &device(1, "other"), 0).unwrap());
        assert!(!put(&db, &device(2, "other"), 0).unwrap());
        assert_eq!(owner_of("other"), ada);
    }
}
