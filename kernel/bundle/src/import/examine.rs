//! Examines a record on this node: verifies its log, and its files by their hashes.
//!
//! Always: the examination reads a copy of the log, so the node keeps working. It quarantines a damaged log, so that
//! nothing is written to it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use imajin_ledger::copies::find_table_fault;
use imajin_ledger::{Ledger, ReadError};
use imajin_log::verify::{VerifyOptions, verify_log};
use imajin_protocol::Did;

use super::check::Partial;
use super::upload::check_id;
use super::{FOLDER, ImportError, Result, media};

/// The file name of the log's copy.
const EXAMINED: &str = "examined.sqlite";

/// Verifies a record on this node, with its files. Returns the damage; `None` if the record is undamaged. Quarantines a
/// damaged log, so that nothing more is written to it.
///
/// # Errors
/// [`ImportError`] if the record could not be examined.
pub fn find_damage(ledger: &Ledger, did: &Did, id: &str) -> Result<Option<String>> {
    if let Some(damage) = find_log_damage(ledger, did, id)? {
        return Ok(Some(damage));
    }
    let wrong = media::wrong(ledger, did)?.len();
    Ok((wrong > 0).then(|| format!("{wrong} of its files are damaged or missing")))
}

/// Like [`find_damage`], for the log alone.
pub fn find_log_damage(ledger: &Ledger, did: &Did, id: &str) -> Result<Option<String>> {
    check_id(id)?;
    let folder = Partial::new(ledger.data().join(FOLDER).join(format!("{id}.partial")))?;
    match examine(ledger, did, &folder.path)? {
        Examined::None => Err(ImportError::NoLog(did.clone())),
        Examined::Damaged(damage) => Ok(Some(damage)),
        Examined::Whole => Ok(None),
    }
}

/// The result of examining a log.
pub(super) enum Examined {
    /// This node has no log of the DID.
    None,
    Whole,
    Damaged(String),
}

/// Verifies a copy of the log's file, so that the log stays usable meanwhile.
pub(super) fn examine(ledger: &Ledger, did: &Did, scratch: &Path) -> Result<Examined> {
    let copy = scratch.join(EXAMINED);
    let copied = ledger.with_whole_file(did, |path| fs::copy(path, &copy));
    match copied {
        Ok(None) => return Ok(Examined::None),
        Ok(Some(copied)) => drop(copied.map_err(ImportError::io(&copy))?),
        Err(ReadError::Quarantined { reason, .. }) => return Ok(Examined::Damaged(reason)),
        Err(error) => return Err(ImportError::Store(error.to_string())),
    }
    let options = VerifyOptions {
        did: Some(did.clone()),
        scratch: Some(scratch.to_owned()),
        ..VerifyOptions::default()
    };
    let report = verify_log(&copy, &Arc::new(ledger.ops().with_published()?), &options)?;
    let fault = match report.fault {
        Some(fault) => Some(fault.to_string()),
        None => find_table_fault(&copy).map_err(ImportError::sqlite)?,
    };
    fs::remove_file(&copy).map_err(ImportError::io(&copy))?;
    Ok(match fault {
        None => Examined::Whole,
        Some(reason) => {
            ledger.set_aside(did, &reason);
            Examined::Damaged(reason)
        }
    })
}
