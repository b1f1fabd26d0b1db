//! Looking at a record that is here: its log is verified, and its files by their hashes.
//!
//! Always: beside the node's work, in a copy of the log. What is found damaged is set aside, so that nothing is written to it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use imajin_protocol::Did;

use super::check::Partial;
use super::upload::check_id;
use super::{FOLDER, ImportError, local, media};
use crate::ledger::{Ledger, ReadError};
use crate::verify::{VerifyOptions, verify_log};

/// What the copy of the log is called.
const EXAMINED: &str = "examined.sqlite";

/// Verifies a record here, its files as well. Says what is damaged; none where nothing is. A log that is damaged is set
/// aside: nothing is written to it any more.
pub fn find_damage(ledger: &Ledger, did: &Did, id: &str) -> Result<Option<String>, ImportError> {
    if let Some(damage) = find_log_damage(ledger, did, id)? {
        return Ok(Some(damage));
    }
    let wrong = media::wrong(ledger.shared(), did)?.len();
    Ok((wrong > 0).then(|| format!("{wrong} of its files are damaged or missing")))
}

/// The same of the log alone.
pub fn find_log_damage(
    ledger: &Ledger,
    did: &Did,
    id: &str,
) -> Result<Option<String>, ImportError> {
    check_id(id)?;
    let shared = ledger.shared();
    let folder = Partial::new(shared.data.join(FOLDER).join(format!("{id}.partial")))?;
    match examine(ledger, did, &folder.path)? {
        Examined::None => Err(ImportError::NoLog(did.clone())),
        Examined::Damaged(damage) => Ok(Some(damage)),
        Examined::Whole => Ok(None),
    }
}

/// What a look at the log here found.
pub(super) enum Examined {
    /// There is none.
    None,
    Whole,
    Damaged(String),
}

/// Verifies the log that is here, in a copy of its file, so that it can be used meanwhile.
pub(super) fn examine(ledger: &Ledger, did: &Did, scratch: &Path) -> Result<Examined, ImportError> {
    let shared = ledger.shared();
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
    let report = verify_log(&copy, &Arc::new(shared.ops.with_published()?), &options)?;
    let fault = match report.fault {
        Some(fault) => Some(fault.to_string()),
        None => local::fault(&copy)?,
    };
    fs::remove_file(&copy).map_err(ImportError::io(&copy))?;
    Ok(match fault {
        None => Examined::Whole,
        Some(reason) => {
            shared.set_aside(did, &reason);
            Examined::Damaged(reason)
        }
    })
}
