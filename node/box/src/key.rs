//! A person's key file: two secret seeds, readable by its owner alone (0600), and their DID. An existing file is never
//! overwritten, and a file that others can read is refused. The secrets have no `Debug` and are written nowhere else,
//! except into a recovery sheet under a passphrase.

pub mod passphrase;
mod secret;

pub use secret::{SecretError, parse_secret};

use imajin_dfos::multikey::PublicKey;
use imajin_ledger::durable;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The version of the file's form.
const VERSION: u32 = 1;
/// A key file is a few hundred bytes; what is longer is something else.
const FILE_BYTES_MAX: u64 = 4096;

/// A person's keys.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonKey {
    did: Did,
    ed25519: [u8; 32],
    x25519: [u8; 32],
}

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum KeyFileError {
    #[error("cannot read the key file {0}: {1}")]
    Read(PathBuf, std::io::Error),
    #[error("cannot write the key file {0}: {1}")]
    Write(PathBuf, std::io::Error),
    #[error("{0} exists already, and a key is never overwritten: choose another name")]
    Exists(PathBuf),
    #[error(
        "{0} can be read by others: if that is a surprise, get yourself new keys; else run chmod 600 {0}"
    )]
    Open(PathBuf),
    #[error("{0} is not a key file of `imajin key new`: {1}")]
    Form(PathBuf, String),
    #[error("this machine gives no random numbers: {0}")]
    Random(getrandom::Error),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    v: u32,
    did: String,
    ed25519: String,
    x25519: String,
}

impl PersonKey {
    /// New keys, and the DID that they begin.
    pub fn generate() -> Result<Self, KeyFileError> {
        Ok(Self::begin(random()?, random()?))
    }

    /// A signing key that its owner already has, with a new key for encryption.
    pub fn with_seed(ed25519: [u8; 32]) -> Result<Self, KeyFileError> {
        Ok(Self::begin(ed25519, random()?))
    }

    fn begin(ed25519: [u8; 32], x25519: [u8; 32]) -> Self {
        let public = ed25519_dalek::SigningKey::from_bytes(&ed25519).verifying_key();
        Self::from_parts(Did::from_key(public.as_bytes()), ed25519, x25519)
    }

    /// Keys that act for a DID which may have begun with others.
    pub fn from_parts(did: Did, ed25519: [u8; 32], x25519: [u8; 32]) -> Self {
        Self { did, ed25519, x25519 }
    }

    /// Reads a key file, refusing one that others may read.
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let read = |error| KeyFileError::Read(path.to_path_buf(), error);
        let file = File::open(path).map_err(read)?;
        let metadata = file.metadata().map_err(read)?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(KeyFileError::Open(path.to_path_buf()));
        }
        let mut text = String::new();
        file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(read)?;
        Self::from_text(&text).map_err(|problem| KeyFileError::Form(path.to_path_buf(), problem))
    }

    pub(crate) fn from_text(text: &str) -> Result<Self, String> {
        let stored: KeyFile = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if stored.v != VERSION {
            return Err(format!("its version is {}, and this program knows {VERSION}", stored.v));
        }
        let seed = |name: &str, hex: &str| {
            secret::seed_from_hex(hex)
                .ok_or_else(|| format!("`{name}` must be 64 hexadecimal digits"))
        };
        Ok(Self {
            did: Did::parse(&stored.did).map_err(|error| format!("`did`: {error}"))?,
            ed25519: seed("ed25519", &stored.ed25519)?,
            x25519: seed("x25519", &stored.x25519)?,
        })
    }

    /// Writes a new key file, with mode 0600 from the start and synced before anyone sees the DID, so that the key can't be
    /// lost.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyFileError> {
        let write = |error: std::io::Error| match error.kind() {
            ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_path_buf()),
            _ => KeyFileError::Write(path.to_path_buf(), error),
        };
        let text = self.to_text()?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(write)?;
        file.write_all(text.as_bytes()).map_err(write)?;
        file.sync_all().map_err(write)?;
        durable::sync_folder(path.parent().unwrap_or(path)).map_err(write)
    }

    pub(crate) fn to_text(&self) -> Result<String, KeyFileError> {
        let stored = KeyFile {
            v: VERSION,
            did: self.did.as_str().to_owned(),
            ed25519: imajin_dfos::hex::encode(&self.ed25519),
            x25519: imajin_dfos::hex::encode(&self.x25519),
        };
        let mut text = serde_json::to_string_pretty(&stored)
            .map_err(|error| KeyFileError::Form(PathBuf::new(), error.to_string()))?;
        text.push('\n');
        Ok(text)
    }

    /// The DID of the keys.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The secret signing key.
    pub fn signing_key(&self) -> ed25519_dalek::SigningKey {
        ed25519_dalek::SigningKey::from_bytes(&self.ed25519)
    }

    /// The public signing key.
    pub fn public(&self) -> PublicKey {
        PublicKey::from_bytes(self.signing_key().verifying_key().to_bytes())
    }

    /// The secret encryption key's 32 bytes.
    pub fn encryption_secret(&self) -> &[u8; 32] {
        &self.x25519
    }

    /// The public encryption key's 32 bytes.
    pub fn encryption_public(&self) -> [u8; 32] {
        x25519_dalek::PublicKey::from(&x25519_dalek::StaticSecret::from(self.x25519)).to_bytes()
    }

    /// The id of the signing key in the DID's chain.
    pub fn key_id(&self) -> String {
        self.public().key_id()
    }

    /// `<did>#<key id>`, as proofs name the signer.
    pub fn kid(&self) -> String {
        format!("{}#{}", self.did.as_str(), self.key_id())
    }
}

fn random() -> Result<[u8; 32], KeyFileError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(KeyFileError::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_comes_back_as_it_was_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("me.json");
        let key = PersonKey::generate().unwrap();
        key.write_new(&path).unwrap();
        assert!(PersonKey::read(&path).unwrap() == key);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("me.json");
        let key = PersonKey::generate().unwrap();
        key.write_new(&path).unwrap();
        assert!(matches!(
            PersonKey::generate().unwrap().write_new(&path),
            Err(KeyFileError::Exists(_))
        ));
        assert!(PersonKey::read(&path).unwrap() == key);
    }

    #[test]
    fn a_key_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("me.json");
        PersonKey::generate().unwrap().write_new(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(PersonKey::read(&path), Err(KeyFileError::Open(_))));
    }

    #[test]
    fn the_did_is_the_public_key() {
        // RFC 8032 §7.1, test 1.
        let seed = secret::seed_from_hex(
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        )
        .unwrap();
        let key = PersonKey::with_seed(seed).unwrap();
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(key.public().to_hex(), public);
        assert_eq!(key.did().key_bytes(), secret::seed_from_hex(public));
    }
}
