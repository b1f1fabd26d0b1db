//! Repairs a person's damaged or missing files from copies.

use std::fs::File;
use std::path::{Path, PathBuf};

use imajin_dfos::Cid;
use imajin_dfos::cid::raw_cid_from_sha256;
use imajin_ledger::Ledger;
use imajin_ledger::media::{MediaError, MediaStore, hash_reader};
use imajin_log::format::names::shard;
use imajin_protocol::Did;

use super::{ImportError, Result};

/// Checks every file of a person. Returns those repaired, and those that no copy has. Checks files that no entry names
/// as well; a missing file is damage only if an entry with its body names it.
pub(super) fn mend(ledger: &Ledger, did: &Did, copies: &[&Path]) -> Result<(Vec<Cid>, Vec<Cid>)> {
    let (mut mended, mut left) = (Vec::new(), Vec::new());
    for cid in wrong(ledger, did)? {
        match whole_copy(copies, &cid)? {
            Some(copy) => {
                replace(ledger.media(), did, &cid, &copy)?;
                mended.push(cid);
            }
            None => left.push(cid),
        }
    }
    Ok((mended, left))
}

/// Returns the files whose bytes do not match their names, and those that an entry names and that are missing.
pub(super) fn wrong(ledger: &Ledger, did: &Did) -> Result<Vec<Cid>> {
    let mut named = ledger.files_of_log(did).map_err(ImportError::read)?;
    let mut wrong = Vec::new();
    for (cid, _) in ledger.media().list(did).map_err(failed)? {
        named.remove(&cid);
        match ledger.media().check(did, &cid) {
            Ok(_) => {}
            Err(MediaError::Damaged { .. }) => wrong.push(cid),
            Err(error) => return Err(failed(error)),
        }
    }
    wrong.extend(named);
    Ok(wrong)
}

/// Returns a file in one of the copies whose bytes match its name.
fn whole_copy(copies: &[&Path], cid: &Cid) -> Result<Option<PathBuf>> {
    let name = cid.to_string();
    for folder in copies {
        let path = folder.join(shard(&name)).join(&name);
        if !path.is_file() {
            continue;
        }
        let hash = File::open(&path).and_then(hash_reader);
        if raw_cid_from_sha256(hash.map_err(ImportError::io(&path))?.0) == *cid {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Puts an intact copy in the place of the damaged file.
fn replace(media: &MediaStore, did: &Did, cid: &Cid, copy: &Path) -> Result<()> {
    let file = File::open(copy).map_err(ImportError::io(copy))?;
    let stored = media.put(did, file).map_err(failed)?;
    if stored.cid == *cid {
        Ok(())
    } else {
        Err(ImportError::Store(format!("the copy of {cid} changed while it was read")))
    }
}

fn failed(error: MediaError) -> ImportError {
    match error {
        MediaError::Full => ImportError::Full,
        MediaError::DiskMissing { disk } => ImportError::DiskMissing { disk },
        other => ImportError::Store(other.to_string()),
    }
}
