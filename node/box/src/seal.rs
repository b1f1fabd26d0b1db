//! The node's key at rest, sealed: it opens only with something that is not on the card: a passphrase, a key file (on a
//! stick), or a credential from systemd (from a TPM).
//!
//! Always: a sealed key is in `identity.key.age` alone (age, scrypt), and nothing that opens it is ever written. The
//! node's secrets are sealed under that key, so they are as safe. Sealing and unsealing are one rename each: a power
//! cut leaves the one or the other, and the next start cleans up.

use crate::folder::{IDENTITY_FILE, SEALED_FILE, is_sealed};
use crate::key::passphrase;
use crate::key::{KeyFileError, PersonKey};
use imajin_dfos::cid::sha256;
use imajin_dfos::hex;
use imajin_ledger::durable;
use imajin_log::format::age::{self, AgeError, Recipient, Unlock};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Temporary names for the key while it is sealed and unsealed.
const REMAINS: &str = "identity.key.remains";
const OPENING: &str = "identity.key.opening";
/// Anybody with the card could try all shorter passphrases quickly.
const PASSPHRASE_CHARS_MIN: usize = 8;
/// Names a key file, for a node that starts unattended.
pub const KEY_FILE: &str = "IMAJIN_SEAL_KEY_FILE";
/// The credential's name (systemd.exec(5), `LoadCredential=` and `LoadCredentialEncrypted=`).
const CREDENTIAL: &str = "imajin-seal";
/// A shorter key file could be guessed.
const KEY_BYTES_MIN: usize = 16;
/// Maximum size of a key file; a longer file is not one.
const KEY_BYTES_MAX: u64 = 64 * 1024;
/// A key file of the node is a few hundred bytes.
const OPENED_BYTES_MAX: u64 = 4096;

/// Why a key cannot be sealed, or opened.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum SealError {
    #[error("{0}: {1}")]
    File(PathBuf, io::Error),
    #[error("{0} does not open with this passphrase or key file")]
    Locked(PathBuf),
    #[error(
        "the node's key is sealed. Give its key file in {KEY_FILE}, the credential {CREDENTIAL} of systemd, or its passphrase in IMAJIN_PASSPHRASE or at a terminal ({0})"
    )]
    NoSecret(String),
    #[error(
        "{0} has fewer than {KEY_BYTES_MIN} or more than {KEY_BYTES_MAX} bytes, so it can't be the key file of a seal"
    )]
    KeyFile(PathBuf),
    #[error("{0}: {1}")]
    Damaged(PathBuf, String),
    #[error(
        "a passphrase needs at least {PASSPHRASE_CHARS_MIN} characters: somebody with the card can try all short ones"
    )]
    Short,
    #[error(
        "the node's key is sealed already: `imajin init --unseal` opens it, `imajin init --reseal` chooses another passphrase or key file"
    )]
    Sealed,
    #[error("the node's key is not sealed")]
    Open,
    #[error(transparent)]
    Key(#[from] KeyFileError),
}

/// The secret that opens a seal. Has no `Debug`, and is written nowhere.
pub struct Secret(String);

impl Secret {
    /// A passphrase.
    pub fn passphrase(text: String) -> Self {
        Self(text)
    }

    /// A passphrase that is chosen now.
    pub fn choose(text: String) -> Result<Self, SealError> {
        if text.chars().count() < PASSPHRASE_CHARS_MIN {
            Err(SealError::Short)
        } else {
            Ok(Self(text))
        }
    }

    /// The bytes of a file that is kept elsewhere.
    pub fn key_file(path: &Path) -> Result<Self, SealError> {
        let failed = |error| SealError::File(path.to_path_buf(), error);
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(failed)?;
        file.take(KEY_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() < KEY_BYTES_MIN || bytes.len() as u64 > KEY_BYTES_MAX {
            Err(SealError::KeyFile(path.to_path_buf()))
        } else {
            Ok(Self(hex::encode(&sha256(&bytes))))
        }
    }

    /// The secret at the start of a node: the key file, the credential, else the passphrase, typed by a person.
    pub fn at_hand() -> Result<Self, SealError> {
        if let Some(secret) = Self::unasked()? {
            return Ok(secret);
        }
        let answer = passphrase::ask("The passphrase of the node's key: ");
        answer.map(Self).map_err(|failure| SealError::NoSecret(failure.text()))
    }

    /// The secret that is available without asking.
    fn unasked() -> Result<Option<Self>, SealError> {
        if let Some(path) = key_file_path() {
            return Self::key_file(&path).map(Some);
        }
        match passphrase::known() {
            Ok(known) => Ok(known.map(Self)),
            Err(failure) => Err(SealError::NoSecret(failure.text())),
        }
    }
}

/// Returns the path of the key file or the credential, by the environment of this start.
pub fn key_file_path() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(path) = variable(KEY_FILE) {
        return Some(PathBuf::from(path));
    }
    let path = Path::new(&variable("CREDENTIALS_DIRECTORY")?).join(CREDENTIAL);
    path.exists().then_some(path)
}

/// Opens the sealed key with the available secret, for a program that can wait for it; `None` if there is none, and
/// standard input is not a terminal to ask at.
pub fn open_unattended(folder: &Path) -> Result<Option<PersonKey>, SealError> {
    let secret = match Secret::unasked() {
        // The stick that it is on is not plugged in yet.
        Err(SealError::File(path, error)) if error.kind() == ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), "the key file of the seal is not there");
            None
        }
        other => other?,
    };
    match secret {
        Some(secret) => open_with(folder, &secret).map(Some),
        None if io::stdin().is_terminal() => open(folder).map(Some),
        None => Ok(None),
    }
}

/// Opens the sealed key with what is available.
pub fn open(folder: &Path) -> Result<PersonKey, SealError> {
    open_with(folder, &Secret::at_hand()?)
}

/// Opens the sealed key.
pub fn open_with(folder: &Path, secret: &Secret) -> Result<PersonKey, SealError> {
    open_file(&folder.join(SEALED_FILE), secret)
}

fn open_file(path: &Path, secret: &Secret) -> Result<PersonKey, SealError> {
    let path = path.to_path_buf();
    let wrong = |error: AgeError| match error {
        AgeError::Locked => SealError::Locked(path.clone()),
        other => SealError::Damaged(path.clone(), other.to_string()),
    };
    let file = File::open(&path).map_err(|error| SealError::File(path.clone(), error))?;
    let mut text = String::new();
    age::decrypt(&Unlock::passphrase(secret.0.clone()), file)
        .map_err(wrong)?
        .take(OPENED_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|error| SealError::Damaged(path.clone(), error.to_string()))?;
    PersonKey::from_text(&text).map_err(|error| SealError::Damaged(path.clone(), error))
}

/// Makes the key of a new node, which is never on the disk unsealed.
pub fn begin(folder: &Path, secret: &Secret) -> Result<PersonKey, SealError> {
    let key = PersonKey::generate()?;
    put(folder, &key, secret)?;
    Ok(key)
}

/// Seals the key in the folder.
pub fn seal(folder: &Path, secret: &Secret) -> Result<(), SealError> {
    if is_sealed(folder) {
        return Err(SealError::Sealed);
    }
    let plain = folder.join(IDENTITY_FILE);
    put(folder, &PersonKey::read(&plain)?, secret)?;
    let remains = folder.join(REMAINS);
    std::fs::rename(&plain, &remains).map_err(|error| SealError::File(plain.clone(), error))?;
    sync(folder)?;
    tidy(folder)
}

/// Seals the key with something else.
pub fn change(folder: &Path, secret: &Secret, next: &Secret) -> Result<(), SealError> {
    if !is_sealed(folder) {
        return Err(SealError::Open);
    }
    put(folder, &open_with(folder, secret)?, next)
}

/// Removes the seal permanently: the node starts unattended again.
pub fn unseal(folder: &Path) -> Result<(), SealError> {
    if is_sealed(folder) { unseal_with(folder, &Secret::at_hand()?) } else { Err(SealError::Open) }
}

/// Unseals the key with this secret.
pub fn unseal_with(folder: &Path, secret: &Secret) -> Result<(), SealError> {
    let key = open_with(folder, secret)?;
    let plain = folder.join(IDENTITY_FILE);
    let beside = folder.join(OPENING);
    let failed = |error| SealError::File(beside.clone(), error);
    // One of an attempt that broke off.
    imajin_host::secrets::wipe(&beside).map_err(failed)?;
    key.write_new(&beside)?;
    std::fs::rename(&beside, &plain).map_err(failed)?;
    sync(folder)?;
    forget(folder)
}

/// Overwrites and removes what is left of a key that was sealed, where a plug was pulled.
pub fn tidy(folder: &Path) -> Result<(), SealError> {
    if [SEALED_FILE, IDENTITY_FILE].map(|name| folder.join(name).exists()) == [false; 2] {
        // Nothing is a remain of nothing.
        return Ok(());
    }
    for name in [REMAINS, OPENING] {
        let path = folder.join(name);
        imajin_host::secrets::wipe(&path).map_err(|error| SealError::File(path, error))?;
    }
    Ok(())
}

/// Removes the sealed key once the key itself is stored elsewhere.
pub fn forget(folder: &Path) -> Result<(), SealError> {
    let path = folder.join(SEALED_FILE);
    match std::fs::remove_file(&path) {
        Ok(()) => sync(folder),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(SealError::File(path, error)),
    }
}

/// Writes the sealed key whole, and looks whether it opens before anything rests on it.
fn put(folder: &Path, key: &PersonKey, secret: &Secret) -> Result<(), SealError> {
    let path = folder.join(SEALED_FILE);
    let partial = path.with_extension("partial");
    let failed = |error| SealError::File(partial.clone(), error);
    let text = key.to_text()?;
    let write = || {
        // One of an attempt that broke off may have other permissions.
        let _ = std::fs::remove_file(&partial);
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial)?;
        let recipient = Recipient::passphrase(secret.0.clone());
        let mut sealing = age::encrypt(&recipient, &mut file).map_err(io::Error::other)?;
        sealing.write_all(text.as_bytes())?;
        sealing.finish()?;
        file.sync_all()
    };
    write().map_err(failed)?;
    if open_file(&partial, secret)? != *key {
        return Err(SealError::Damaged(partial, "it holds another key".to_owned()));
    }
    std::fs::rename(&partial, &path).map_err(failed)?;
    sync(folder)
}

fn sync(folder: &Path) -> Result<(), SealError> {
    durable::sync_folder(folder).map_err(|error| SealError::File(folder.to_path_buf(), error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::IDENTITY_FILE as PLAIN;

    fn secret(text: &str) -> Secret {
        Secret::passphrase(text.to_owned())
    }

    #[test]
    fn a_sealed_key_opens_with_its_secret_and_stands_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let key = PersonKey::generate().unwrap();
        key.write_new(&at.join(PLAIN)).unwrap();
        seal(at, &secret("correct horse")).unwrap();
        assert!(is_sealed(at) && !at.join(PLAIN).exists());
        assert!(open_with(at, &secret("correct horse")).unwrap() == key);
        assert!(matches!(open_with(at, &secret("correct house")), Err(SealError::Locked(_))));
        assert!(matches!(seal(at, &secret("again")), Err(SealError::Sealed)));
        change(at, &secret("correct horse"), &secret("battery staple")).unwrap();
        assert!(matches!(open_with(at, &secret("correct horse")), Err(SealError::Locked(_))));
        assert!(open_with(at, &secret("battery staple")).unwrap() == key);
        let seed = hex::encode(&key.signing_key().to_bytes());
        for file in std::fs::read_dir(at).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains(&seed));
        }
    }

    #[test]
    fn a_seal_that_was_broken_off_leaves_a_key_and_no_remains() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let key = PersonKey::generate().unwrap();
        key.write_new(&at.join(PLAIN)).unwrap();
        // Sealed next to the plain key: the plug was pulled before it counted.
        put(at, &key, &secret("correct horse")).unwrap();
        assert!(!is_sealed(at));
        seal(at, &secret("another one")).unwrap();
        assert!(open_with(at, &secret("another one")).unwrap() == key);
        // The plain key was out of its place, and not overwritten yet.
        key.write_new(&at.join(REMAINS)).unwrap();
        key.write_new(&at.join(OPENING)).unwrap();
        assert!(is_sealed(at));
        tidy(at).unwrap();
        assert_eq!(std::fs::read_dir(at).unwrap().count(), 1);
        unseal_with(at, &secret("another one")).unwrap();
        assert!(PersonKey::read(&at.join(PLAIN)).unwrap() == key && !is_sealed(at));
        assert!(matches!(Secret::choose("seven77".to_owned()), Err(SealError::Short)));
    }

    #[test]
    fn another_passphrase_that_cannot_be_written_leaves_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        let key = PersonKey::generate().unwrap();
        key.write_new(&at.join(PLAIN)).unwrap();
        seal(at, &secret("correct horse")).unwrap();
        // Nothing can be written next to it.
        std::fs::create_dir(at.join("identity.key.partial")).unwrap();
        let refused = change(at, &secret("correct horse"), &secret("battery staple"));
        assert!(matches!(refused, Err(SealError::File(..))));
        assert!(open_with(at, &secret("correct horse")).unwrap() == key);
    }

    #[test]
    fn a_new_node_is_sealed_from_the_start_with_a_key_file() {
        let folder = tempfile::tempdir().unwrap();
        let (at, stick) = (folder.path(), folder.path().join("stick.key"));
        std::fs::write(&stick, "short").unwrap();
        assert!(matches!(Secret::key_file(&stick), Err(SealError::KeyFile(_))));
        std::fs::write(&stick, [7; 32]).unwrap();
        let key = begin(at, &Secret::key_file(&stick).unwrap()).unwrap();
        assert!(is_sealed(at) && !at.join(PLAIN).exists());
        assert!(open_with(at, &Secret::key_file(&stick).unwrap()).unwrap() == key);
        std::fs::write(&stick, [8; 32]).unwrap();
        let other = open_with(at, &Secret::key_file(&stick).unwrap());
        assert!(matches!(other, Err(SealError::Locked(_))));
    }
}
