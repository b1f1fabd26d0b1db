//! The node is a DID with a key and a log of its own. Both are made at the first start; the key file is never written
//! again, and one that others may read is refused.

use crate::client::{ClientError, genesis};
use crate::key::{KeyFileError, PersonKey};
use imajin_dfos::Timestamp;
use imajin_dfos::cbor;
use imajin_ledger::{Command, CommandWill, Ledger, NodeKey, ReadError};
use imajin_protocol::{Did, Kid, Proof};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The node's key, in its folder.
pub const FILE_NAME: &str = "identity.key";

/// The node's own identity.
#[derive(Clone)]
pub struct NodeIdentity {
    key: PersonKey,
    kid: Kid,
}

/// Why the node has no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// A folder.
    #[error("cannot use the folder {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    /// The key file.
    #[error("the node's key: {0}")]
    Key(#[from] KeyFileError),
    /// The key's name.
    #[error("the node's key has no valid name")]
    Kid,
    /// The first entry.
    #[error("the node's identity cannot be made: {0}")]
    Genesis(#[from] ClientError),
    /// The first entry, from the ledger.
    #[error("the node's identity cannot be entered: {0}")]
    Submit(String),
    /// The node's log.
    #[error("the node's log: {0}")]
    Read(#[from] ReadError),
}

impl NodeIdentity {
    /// Reads the node's key, or makes it with the folders that it stands in.
    pub fn open(data: &Path) -> Result<Self, IdentityError> {
        let folder = data.join(super::NODE_FOLDER);
        make_private(data)?;
        make_private(&folder)?;
        let path = folder.join(FILE_NAME);
        let key = match PersonKey::read(&path) {
            Ok(key) => key,
            Err(KeyFileError::Read(_, error)) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = PersonKey::generate()?;
                key.write_new(&path)?;
                key
            }
            Err(error) => return Err(error.into()),
        };
        let kid = Kid::new(key.did().clone(), key.key_id()).map_err(|_| IdentityError::Kid)?;
        Ok(Self { key, kid })
    }

    /// The node's DID.
    pub fn did(&self) -> &Did {
        self.key.did()
    }

    /// What the ledger signs heads with.
    pub fn key(&self) -> NodeKey {
        NodeKey {
            did: self.key.did().clone(),
            kid: self.kid.clone(),
            key: self.key.signing_key(),
        }
    }

    /// Begins the node's own log, if it has none: its identity, at home with itself.
    pub fn begin_log(
        &self,
        ledger: &Ledger,
        url: &str,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        if ledger.status(self.did())?.is_some() {
            return Ok(());
        }
        let signed = genesis(&self.key, self.did(), url, now)?.signed;
        let proof = Proof::parse(signed.token()).map_err(ClientError::from)?;
        let body = serde_json::from_str(signed.body_json().unwrap_or("null"))
            .map_err(|error| IdentityError::Submit(error.to_string()))?;
        let body =
            cbor::from_dag_json(&body).map_err(|error| IdentityError::Submit(error.to_string()))?;
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(KeyFileError::Random)?;
        let command = Command {
            did: self.did().clone(),
            service: proof.payload.service.clone(),
            op: proof.payload.op.clone(),
            reference: None,
            body: Some(body),
            fact: None,
            will: CommandWill::Signed(Box::new(proof)),
            now,
            fresh,
            args: serde_json::Value::Null,
        };
        ledger
            .submit_blocking(command)
            .map(drop)
            .map_err(|error| IdentityError::Submit(error.to_string()))
    }
}

/// A folder for this user alone. One that is there already keeps its permissions but for others' right to write.
fn make_private(path: &Path) -> Result<(), IdentityError> {
    let failed = |error| IdentityError::Folder(path.to_path_buf(), error);
    if !path.exists() {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(failed)?;
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
