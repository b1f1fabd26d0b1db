//! The catalogue of a place's backups: one small file that is replaced as a whole, after all other writes of a backup.
//!
//! Always: the catalogue names a file only after the file exists. The node signs each row, so no one else can add a
//! backup that looks like one of the node's: encryption to a recipient does not show the sender. At a friend's box the
//! catalogue also has the proof that the owner named this node, since there another node could pass for it.

use super::absent::Absent;
use super::{BackupError, BackupPlace, Result};
use imajin_dfos::{SigningKey, VerifyingKey, hex};
use imajin_ledger::NodeKey;
use imajin_log::format::age::AgeError;
use imajin_log::home::HomeProof;
use imajin_log::rules::ChainKey;
use imajin_protocol::{Did, EncryptionKey, jcs};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

/// Its name in a place.
const NAME: &str = "imajin-backups.json";
/// The prefix of the signed text.
const DOMAIN: &str = "imajin backup 1\n";
/// A catalogue of a thousand backups is some hundred kilobytes.
const BYTES_MAX: u64 = 64 << 20;

/// The backups in a place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// The node that they are of.
    pub node: String,
    /// The proof that the owner named this node as home; `None` but at a friend's box.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<HomeProof>,
    /// Oldest first.
    pub backups: Vec<Entry>,
}

/// A backup.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its name.
    pub id: String,
    /// Time of the backup (milliseconds of the Unix epoch).
    pub at_ms: i64,
    /// The node.
    pub node: String,
    /// The DID whose key opens it.
    pub owner: String,
    /// The version of the program that made it.
    pub program: String,
    /// The manifest.
    pub manifest: BackupFile,
    /// Every pack that it needs.
    pub packs: Vec<BackupFile>,
    /// Records in it.
    pub logs: u64,
    /// Bytes of all its files.
    pub bytes: u64,
    /// Bytes that were written for it.
    pub added: u64,
    /// Records that were damaged when it was made, and went into it as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damaged: Vec<Damage>,
    /// Files that are in no backup, because their disk was not plugged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent: Option<Absent>,
    /// The node's signature (Ed25519, hexadecimal) over the JCS of all the other members.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signature: String,
}

/// A damaged record in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Damage {
    /// The owner's DID.
    pub did: String,
    /// The damage.
    pub why: String,
}

/// Each damaged record with what is wrong, one a line, for people.
pub fn describe_damage(damaged: &[Damage]) -> String {
    let each = damaged.iter().map(|damage| format!("{}: {}", damage.did, damage.why));
    each.collect::<Vec<_>>().join("\n")
}

/// A file of a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupFile {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its content, hexadecimal.
    pub sha256: String,
}

impl Catalogue {
    /// Reads a place's catalogue; `None` if no backup was ever made there.
    pub fn read(place: &BackupPlace) -> Result<Option<Self>> {
        let Some(file) = place.get(NAME)? else {
            return Ok(None);
        };
        let name = format!("{NAME} in {}", place.label());
        let mut text = Vec::new();
        let read = file.take(BYTES_MAX).read_to_end(&mut text);
        read.map_err(|error| BackupError::damaged(&name, error))?;
        let text = place.unseal(text).map_err(|error| match error {
            AgeError::Locked => BackupError::LockedList(place.label()),
            other => BackupError::damaged(&name, other),
        })?;
        serde_json::from_slice(&text).map(Some).map_err(|error| BackupError::damaged(&name, error))
    }

    /// Reads the catalogue of a place from which a person brings their node back. A friend's box has to prove that its
    /// backups are of their node.
    ///
    /// # Errors
    /// As of [`Self::read`], and [`BackupError::Unproven`].
    pub fn of_owner(place: &BackupPlace, owner: &Did) -> Result<Option<Self>> {
        let catalogue = Self::read(place)?;
        if let (BackupPlace::Friend(_), Some(catalogue)) = (place, &catalogue) {
            let unproven = |why| BackupError::Unproven { place: place.label(), why };
            catalogue.prove(owner).map_err(unproven)?;
        }
        Ok(catalogue)
    }

    /// Checks that `owner` named this node as home, and that it signed each row.
    fn prove(&self, owner: &Did) -> Result<(), String> {
        let proof = self.home.as_ref();
        let proof = proof.ok_or("nothing shows that you named their node as your home")?;
        let home = proof.verify(owner).map_err(|fault| fault.to_string())?;
        if home.home.node.as_str() != self.node {
            return Err(format!("your home is {}", home.home.node));
        }
        let keys = home.node_chain.ever_keys().filter_map(ChainKey::verifying);
        let keys: Vec<Arc<VerifyingKey>> = keys.collect();
        let is_ours = |row: &Entry| {
            row.node == self.node && keys.iter().any(|key| row.is_signed_by(key).unwrap_or(false))
        };
        match self.backups.iter().find(|row| !is_ours(row)) {
            Some(row) => Err(format!("your node did not sign backup {}", row.id)),
            None => Ok(()),
        }
    }

    /// Writes the catalogue to its place, which makes its backups valid. At a friend's box, these keys open it.
    pub(super) fn write(
        &self,
        place: &BackupPlace,
        data: &Path,
        keys: &[EncryptionKey],
    ) -> Result<()> {
        let mut file = place.scratch(data)?;
        let text = serde_json::to_vec_pretty(self).map_err(BackupError::settings)?;
        let text = place.seal(text, keys)?;
        file.write_all(&text).map_err(BackupError::file(file.path()))?;
        place.put(NAME, file)
    }

    /// Returns the newest backup without damage; `None` if there is none.
    pub fn newest_whole(&self) -> Option<&Entry> {
        self.backups.iter().rfind(|backup| backup.is_whole())
    }

    /// Finds a backup by its id; the newest if `id` is `None`.
    pub fn find(&self, id: Option<&str>) -> Result<&Entry> {
        let entry = match id {
            None => self.backups.last(),
            Some(id) => self.backups.iter().find(|backup| backup.id == id),
        };
        entry.ok_or_else(|| {
            BackupError::Settings(match id {
                Some(id) => format!("there is no backup {id}; `imajin backup list` shows them"),
                None => "there is no backup here yet".to_owned(),
            })
        })
    }
}

impl Entry {
    /// Its packs and its manifest.
    pub(super) fn files(&self) -> impl Iterator<Item = &BackupFile> {
        self.packs.iter().chain([&self.manifest])
    }

    /// Whether no record was damaged when it was made.
    pub(super) fn is_whole(&self) -> bool {
        self.damaged.is_empty()
    }

    /// Describes the damaged records for people; `None` if every record is intact.
    pub fn damage(&self) -> Option<String> {
        (!self.is_whole()).then(|| describe_damage(&self.damaged))
    }

    fn text(&self) -> Result<String> {
        let unsigned = Self { signature: String::new(), ..self.clone() };
        let value = serde_json::to_value(unsigned).map_err(BackupError::settings)?;
        Ok(format!("{DOMAIN}{}", jcs::to_string(&value)))
    }

    pub(super) fn sign(mut self, node: &NodeKey) -> Result<Self> {
        use ed25519_dalek::Signer;
        let text = self.text()?;
        self.signature = hex::encode(&node.key.sign(text.as_bytes()).to_bytes());
        Ok(self)
    }

    fn is_signed_by(&self, key: &VerifyingKey) -> Result<bool> {
        let signature = hex::decode(&self.signature).and_then(|bytes| bytes.try_into().ok());
        let signature = signature.map(|bytes| ed25519_dalek::Signature::from_bytes(&bytes));
        let text = self.text()?;
        Ok(signature
            .is_some_and(|signature| key.verify_strict(text.as_bytes(), &signature).is_ok()))
    }

    /// Checks the signature with the key of the node in the backup.
    pub(super) fn check(&self, node: &SigningKey) -> Result<()> {
        if self.is_signed_by(&node.verifying_key())? {
            Ok(())
        } else {
            let why = "its row in the catalogue is not signed by the node that it is of";
            Err(BackupError::damaged(&format!("backup {}", self.id), why))
        }
    }
}
