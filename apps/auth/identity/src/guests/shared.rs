//! Addresses that two identities have, which differ in capitals only: from before capitals stopped counting. The one that
//! came first keeps the name; the other is found by its DID, and by nothing else.

use std::collections::BTreeMap;
use std::path::Path;

use imajin_protocol::Did;
use rusqlite::{Connection, OpenFlags};

/// Returns the shared addresses in a data folder's projection, each with the DIDs that have it, the first one first; an
/// empty list without a projection. The node must not be running.
pub fn shared_addresses(data: &Path) -> Result<Vec<(String, Vec<String>)>, String> {
    let path = data.join("runtime").join("auth.sqlite");
    if !path.exists() {
        return Ok(Vec::new());
    }
    read(&path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read(path: &Path) -> rusqlite::Result<Vec<(String, Vec<String>)>> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sql = "SELECT owner_did, address FROM emails JOIN identities USING (owner_did) WHERE deleted = 0 AND home = home_node ORDER BY offset";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (owner, address): (String, String) = (row.get(0)?, row.get(1)?);
        let alias = Did::from_email(&address).ok();
        if let Some(address) = alias.and_then(|alias| alias.email()) {
            owners.entry(address).or_default().push(owner);
        }
    }
    owners.retain(|_, dids| dids.len() > 1);
    Ok(owners.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_differ_in_capitals_only_are_found() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(shared_addresses(folder.path()).unwrap(), []);
        let runtime = folder.path().join("runtime");
        std::fs::create_dir(&runtime).unwrap();
        let db = Connection::open(runtime.join("auth.sqlite")).unwrap();
        db.execute_batch(crate::tables::SCHEMA).unwrap();
        for (n, (did, address)) in [
            ("did:a", "Bob@example.com"),
            ("did:b", "bob@Example.com"),
            ("did:c", "eve@example.com"),
        ]
        .into_iter()
        .enumerate()
        {
            db.execute(
                "INSERT INTO identities VALUES (?1, NULL, NULL, '', NULL, 'n', '', 1, NULL, 0, 0, 0, 1, 0, 0)",
                [did],
            )
            .unwrap();
            let row = rusqlite::params![did, address, i64::try_from(n).unwrap()];
            db.execute("INSERT INTO emails VALUES (?1, ?2, NULL, 'n', ?3)", row).unwrap();
        }
        let dids = vec!["did:a".to_owned(), "did:b".to_owned()];
        let shared = shared_addresses(folder.path()).unwrap();
        assert_eq!(shared, [("bob@example.com".to_owned(), dids)]);
    }
}
