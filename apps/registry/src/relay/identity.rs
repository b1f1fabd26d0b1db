//! The relay's own identity: one key, one genesis, one profile artifact, made at the first start.
//!
//! Always: stands in one file that only its owner may read, written before anything of it is published; if the
//! store is lost, the relay is still the same.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::{PublicKey, SigningKey, Timestamp, Value, artifact, hex};
use serde::{Deserialize, Serialize};

const FILE: &str = "relay-identity.json";
/// Bytes of the file, at most; it has about two thousand.
const FILE_BYTES_MAX: u64 = 65_536;
const PROFILE: &str = "https://schemas.dfos.com/profile/v1";

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityFileError {
    /// The file cannot be read or written.
    #[error("the relay's identity file {FILE}: {0}")]
    Io(#[from] io::Error),
    /// The file is not what was written.
    #[error("the relay's identity file {FILE} is damaged: {0}; restore it from a copy")]
    Damaged(String),
    /// There is no randomness for a key.
    #[error("no randomness for the relay's key: {0}")]
    Random(String),
    /// The relay's name cannot be signed.
    #[error("the relay's profile cannot be made: {0}")]
    Profile(String),
}

/// The relay's identity.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelayIdentity {
    pub(super) did: String,
    /// The private key, as hexadecimal digits.
    key: String,
    pub(super) genesis: String,
    pub(super) profile: String,
}

/// The identity in a folder, made if there is none.
pub(super) fn open(
    folder: &Path,
    name: &str,
    now: Timestamp,
) -> Result<RelayIdentity, IdentityFileError> {
    let path = folder.join(FILE);
    match File::open(&path) {
        Ok(file) => read(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let identity = make(name, now)?;
            write(folder, &path, &identity)?;
            Ok(identity)
        }
        Err(error) => Err(error.into()),
    }
}

fn read(file: File) -> Result<RelayIdentity, IdentityFileError> {
    let mut text = String::new();
    file.take(FILE_BYTES_MAX).read_to_string(&mut text)?;
    serde_json::from_str(&text).map_err(|error| IdentityFileError::Damaged(error.to_string()))
}

fn write(folder: &Path, path: &Path, identity: &RelayIdentity) -> Result<(), IdentityFileError> {
    let text = serde_json::to_vec_pretty(identity);
    let text = text.map_err(|error| IdentityFileError::Damaged(error.to_string()))?;
    let half = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&half)?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(&half, path)?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

fn make(name: &str, now: Timestamp) -> Result<RelayIdentity, IdentityFileError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| IdentityFileError::Random(error.to_string()))?;
    let key = SigningKey::from_bytes(&seed);
    let public = PublicKey::from(&key);
    let key_id = public.key_id();
    let keys = Keys::single(Key::new(&public));
    let failed = |error: &dyn std::fmt::Display| IdentityFileError::Profile(error.to_string());
    let genesis = sign_create(keys, vec![], now, &key_id, &key).map_err(|error| failed(&error))?;
    let did = genesis.verified.did().clone();
    let profile = artifact::Artifact {
        did: did.clone(),
        content: Value::map([("$schema", Value::from(PROFILE)), ("name", name.into())]),
        created_at: now,
    };
    let profile = artifact::sign(&profile, &key_id, &key).map_err(|error| failed(&error))?;
    Ok(RelayIdentity {
        did: did.as_str().to_owned(),
        key: hex::encode(&seed),
        genesis: genesis.token,
        profile: profile.token,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_same_after_a_restart_and_nobody_elses_to_read() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::from_millis(1_800_000_000_000).unwrap();
        let first = open(folder.path(), "A relay", now).unwrap();
        let again = open(folder.path(), "Another name", now).unwrap();
        assert_eq!(first.did, again.did);
        assert_eq!(first.profile, again.profile);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert!(matches!(
            open(folder.path(), "A relay", now),
            Err(IdentityFileError::Damaged(_))
        ));
    }
}
