//! The relay's own identity: one key, one genesis, one profile artifact with the relay's name; a new name is a new profile.
//!
//! Always: one file that only its owner can read, written before the relay publishes anything of it. The relay keeps
//! its identity if the store is lost.

use imajin_ledger::durable;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::{Did, PublicKey, SigningKey, Timestamp, Value, artifact, hex, statement};
use serde::{Deserialize, Serialize};

const FILE: &str = "relay-identity.json";
/// Bytes of the file, at most; it has about two thousand.
const FILE_BYTES_MAX: u64 = 65_536;
const PROFILE: &str = "https://schemas.dfos.com/profile/v1";

/// Why the identity can't be read or made.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum IdentityFileError {
    #[error("the relay's identity file {FILE}: {0}")]
    Io(#[from] io::Error),
    #[error("the relay's identity file {FILE} is damaged: {0}; restore it from a copy")]
    Damaged(String),
    #[error("no randomness for the relay's key: {0}")]
    Random(String),
    #[error("the relay's profile cannot be made: {0}")]
    Profile(String),
}

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
    let Some(file) = durable::if_there(File::open(&path))? else {
        let identity = make(name, now)?;
        write(&path, &identity)?;
        return Ok(identity);
    };
    let mut identity = read(file)?;
    if !identity.has_name(name) {
        identity.rename(name, now)?;
        write(&path, &identity)?;
    }
    Ok(identity)
}

fn read(file: File) -> Result<RelayIdentity, IdentityFileError> {
    let mut text = String::new();
    file.take(FILE_BYTES_MAX).read_to_string(&mut text)?;
    serde_json::from_str(&text).map_err(|error| IdentityFileError::Damaged(error.to_string()))
}

fn write(path: &Path, identity: &RelayIdentity) -> Result<(), IdentityFileError> {
    let text = serde_json::to_vec_pretty(identity);
    let text = text.map_err(|error| IdentityFileError::Damaged(error.to_string()))?;
    Ok(durable::replace(path, &text)?)
}

fn make(name: &str, now: Timestamp) -> Result<RelayIdentity, IdentityFileError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| IdentityFileError::Random(error.to_string()))?;
    let key = SigningKey::from_bytes(&seed);
    let public = PublicKey::from(&key);
    let key_id = public.key_id();
    let keys = Keys::single(Key::new(&public));
    let genesis = sign_create(keys, vec![], now, &key_id, &key);
    let genesis = genesis.map_err(|error| IdentityFileError::Profile(error.to_string()))?;
    let did = genesis.verified.did();
    Ok(RelayIdentity {
        did: did.as_str().to_owned(),
        key: hex::encode(&seed),
        profile: profile(did, name, now, &key)?,
        genesis: genesis.token,
    })
}

fn profile(
    did: &Did,
    name: &str,
    now: Timestamp,
    key: &SigningKey,
) -> Result<String, IdentityFileError> {
    let profile = artifact::Artifact {
        did: did.clone(),
        content: Value::map([("$schema", Value::from(PROFILE)), ("name", name.into())]),
        created_at: now,
    };
    let signed = artifact::sign(&profile, &PublicKey::from(key).key_id(), key);
    let signed = signed.map_err(|error| IdentityFileError::Profile(error.to_string()))?;
    Ok(signed.token)
}

impl RelayIdentity {
    /// Whether its profile has this name.
    fn has_name(&self, name: &str) -> bool {
        let read = statement::read::<artifact::Artifact>(&self.profile);
        read.is_ok_and(|read| read.statement().content.get_str("name") == Some(name))
    }

    /// Signs a new profile with this name for the relay.
    fn rename(&mut self, name: &str, now: Timestamp) -> Result<(), IdentityFileError> {
        let damaged = |what: &str| IdentityFileError::Damaged(what.to_owned());
        let seed = hex::decode(&self.key);
        let seed: [u8; 32] = seed
            .and_then(|seed| seed.try_into().ok())
            .ok_or_else(|| damaged("the key is not 64 hexadecimal digits"))?;
        let did = Did::parse(&self.did).map_err(|error| damaged(&error.to_string()))?;
        self.profile = profile(&did, name, now, &SigningKey::from_bytes(&seed))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn is_the_same_after_a_restart_and_nobody_elses_to_read() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::from_millis(1_800_000_000_000).unwrap();
        let first = open(folder.path(), "A relay", now).unwrap();
        let again = open(folder.path(), "A relay", now).unwrap();
        assert_eq!(first.did, again.did);
        assert_eq!(first.profile, again.profile);
        // A new name is a new profile of the same relay, once.
        let renamed = open(folder.path(), "Another name", now).unwrap();
        assert_eq!((&first.did, &first.genesis), (&renamed.did, &renamed.genesis));
        assert!(first.profile != renamed.profile && renamed.has_name("Another name"));
        assert_eq!(open(folder.path(), "Another name", now).unwrap().profile, renamed.profile);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert!(matches!(open(folder.path(), "A relay", now), Err(IdentityFileError::Damaged(_))));
    }
}
