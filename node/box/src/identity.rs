//! The node is a DID with its own key, made at the first start. The key file is never written again, and one that
//! others may read is refused. Where its owner sealed it, it is opened in memory only (`seal`).

use crate::folder::{IDENTITY_FILE, NODE_FOLDER, is_sealed};
use crate::key::{KeyFileError, PersonKey};
use crate::seal::{self, SealError, Secret};
use imajin_ledger::{NodeKey, durable};
use imajin_protocol::{Did, Kid};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Name of the file of a key that is about to become the node's.
const SUCCESSOR: &str = "identity.key.new";

/// The node's own identity.
#[derive(Clone)]
pub struct NodeIdentity {
    key: PersonKey,
    kid: Kid,
}

/// Why the node has no identity.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum IdentityError {
    #[error("cannot use the folder {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    #[error("the node's key: {0}")]
    Key(#[from] KeyFileError),
    #[error("the node's key has no valid name")]
    Kid,
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl NodeIdentity {
    /// Reads the node's key, or makes it with its folders.
    pub fn open(data: &Path) -> Result<Self, IdentityError> {
        let folder = private_folder(data)?;
        seal::tidy(&folder)?;
        let path = folder.join(IDENTITY_FILE);
        let key = match PersonKey::read(&path) {
            Ok(key) => key,
            Err(KeyFileError::Read(_, error)) if error.kind() == std::io::ErrorKind::NotFound => {
                if is_sealed(&folder) {
                    return Self::new(seal::open(&folder)?);
                }
                let key = PersonKey::generate()?;
                key.write_new(&path)?;
                key
            }
            Err(error) => return Err(error.into()),
        };
        Self::new(key)
    }

    /// Opens the identity of a node that starts; `None` if its key is sealed and no secret is available.
    pub fn at_start(data: &Path) -> Result<Option<Self>, IdentityError> {
        let folder = data.join(NODE_FOLDER);
        if !is_sealed(&folder) {
            return Self::open(data).map(Some);
        }
        seal::tidy(&folder)?;
        seal::open_unattended(&folder)?.map(Self::new).transpose()
    }

    /// The key of a new node, sealed from its first moment.
    pub fn begin_sealed(data: &Path, secret: &Secret) -> Result<Self, IdentityError> {
        Self::new(seal::begin(&private_folder(data)?, secret)?)
    }

    /// The identity of a key.
    pub fn new(key: PersonKey) -> Result<Self, IdentityError> {
        let kid = Kid::new(key.did().clone(), key.key_id()).map_err(|_| IdentityError::Kid)?;
        Ok(Self { key, kid })
    }

    /// A new key for a node that has another one. It is next to its final place until [`Self::settle`].
    pub fn succeed(data: &Path, did: Did) -> Result<Self, IdentityError> {
        let folder = private_folder(data)?;
        let fresh = PersonKey::generate()?;
        let seed = fresh.signing_key().to_bytes();
        let key = PersonKey::from_parts(did, seed, *fresh.encryption_secret());
        let path = folder.join(SUCCESSOR);
        // One of an attempt that broke off was never used.
        if let Err(error) = durable::remove_if_there(&path) {
            return Err(IdentityError::Folder(path, error));
        }
        key.write_new(&path)?;
        Self::new(key)
    }

    /// Moves the new key to its final name.
    pub fn settle(&self, data: &Path) -> Result<(), IdentityError> {
        let folder = data.join(NODE_FOLDER);
        let settled = std::fs::rename(folder.join(SUCCESSOR), folder.join(IDENTITY_FILE))
            .and_then(|()| durable::sync_folder(&folder));
        settled.map_err(|error| IdentityError::Folder(folder.clone(), error))?;
        // A seal of the key before it would only be in the way.
        Ok(seal::forget(&folder)?)
    }

    /// The node's DID.
    pub fn did(&self) -> &Did {
        self.key.did()
    }

    /// The key file itself, whose encryption key opens the backups that the node made.
    pub fn person(&self) -> &PersonKey {
        &self.key
    }

    /// Returns the key that the ledger signs heads with.
    pub fn key(&self) -> NodeKey {
        NodeKey { did: self.key.did().clone(), kid: self.kid.clone(), key: self.key.signing_key() }
    }
}

/// The node's folder within its data, both for this user alone.
fn private_folder(data: &Path) -> Result<PathBuf, IdentityError> {
    let folder = data.join(NODE_FOLDER);
    make_private(data)?;
    make_private(&folder)?;
    Ok(folder)
}

/// A folder for this user alone. One that exists already keeps its permissions but for others' right to write.
fn make_private(path: &Path) -> Result<(), IdentityError> {
    let failed = |error| IdentityError::Folder(path.to_path_buf(), error);
    if !path.exists() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
    }
    let permissions = std::fs::metadata(path).map_err(failed)?.permissions();
    if permissions.mode() & 0o022 != 0 {
        let open = std::io::Error::other(format!(
            "others may write in it: run chmod go-w {}",
            path.display()
        ));
        return Err(failed(open));
    }
    Ok(())
}
