use imajin_app::operation::EntryOperation as Read;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use rusqlite::{Connection, Result, params};

use crate::operations::{PutFolder, RemoveFolder};
use crate::queries;

pub(super) fn put(db: &Connection, entry: &Applied<'_>, read: Read<PutFolder>) -> Result<()> {
    let (owner, folder) = (entry.did.as_str(), read.operation);
    let id = folder.folder.as_str();
    let parent = folder.parent.as_ref().map(|parent| parent.as_str());
    if let Some(parent) = parent {
        // A log from elsewhere may say anything. A tree is left as it is where the entry would make it none.
        match queries::folders_around(db.into(), owner, parent)? {
            Some(around) if !around.iter().any(|outer| outer == id) => {}
            _ => return Ok(()),
        }
    }
    let keeps = folder.props.is_keep();
    let sql = "INSERT INTO folders (owner_did, id, name, parent, at_ms, props) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET name = ?3, parent = ?4, props = iif(?7, props, ?6)";
    let params = params![
        owner,
        id,
        folder.name.as_str(),
        parent,
        entry.at.as_millis(),
        folder.props.value().map(|props| &props.0),
        keeps
    ];
    run(db, sql, params)
}

pub(super) fn remove(db: &Connection, entry: &Applied<'_>, read: Read<RemoveFolder>) -> Result<()> {
    let (owner, folder) = (entry.did.as_str(), read.operation.folder);
    for id in queries::folders_within(db.into(), owner, folder.as_str())? {
        queries::uncount_folder(db, owner, &id)?;
        let sql = "UPDATE assets SET state = 'trash', state_ms = ?3, folder = NULL
            WHERE owner_did = ?1 AND folder = ?2 AND state = 'kept'";
        let params = params![owner, id, entry.at.as_millis()];
        run(db, sql, params)?;
        // Files that were in the trash before come back to no folder.
        let sql = "UPDATE assets SET folder = NULL WHERE owner_did = ?1 AND folder = ?2";
        run(db, sql, [owner, id.as_str()])?;
        run(db, "DELETE FROM folders WHERE owner_did = ?1 AND id = ?2", [owner, id.as_str()])?;
    }
    Ok(())
}
