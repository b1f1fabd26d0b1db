//! Trying a place: a small file is written, read back, and removed.

use super::{BackupError, BackupPlace, Result};
use std::io::{Read, Write};
use std::path::Path;

/// The file's name; random letters keep concurrent probes apart.
const PREFIX: &str = "imajin-try-";
const BYTES: usize = 64;

/// Tries it. `data` is for places that are not on this machine.
/// Errors: why a backup would not go there, or not come back.
pub(super) fn probe(place: &BackupPlace, data: &Path) -> Result<()> {
    let random = |error| BackupError::Settings(format!("no random bytes: {error}"));
    let written: [u8; BYTES] = imajin_host::random::bytes().map_err(random)?;
    let letters = imajin_host::random::hex::<8>().map_err(random)?;
    let name = format!("{PREFIX}{letters}");
    let mut file = place.scratch(data)?;
    let put = file.write_all(&written);
    put.map_err(|error| place.failed(error))?;
    place.put(&name, file)?;
    let read = read_back(place, &name);
    // Removed in any case, and told after what came back.
    let removed = place.remove(&name);
    if read? == written {
        removed
    } else {
        Err(place.failed("it returns something else than was stored there"))
    }
}

fn read_back(place: &BackupPlace, name: &str) -> Result<Vec<u8>> {
    let content = place.get(name)?;
    let content =
        content.ok_or_else(|| place.failed("what was put there a moment ago is not there"))?;
    let mut bytes = Vec::new();
    content.take(BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| place.failed(error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_tried_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let place = BackupPlace::Folder(folder.path().to_path_buf());
        probe(&place, folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let gone = BackupPlace::Folder(folder.path().join("no-such-folder"));
        assert!(probe(&gone, folder.path()).is_err());
    }
}
