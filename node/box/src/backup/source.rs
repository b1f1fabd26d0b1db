use crate::identity::NodeIdentity;
use imajin_app::Owner;
use imajin_host::room::DiskConfig;
use imajin_ledger::{Ledger, NodeKey};
use imajin_log::home::HomeProof;
use imajin_protocol::EncryptionKey;
use std::path::Path;

/// The sources of a backup.
pub struct Source<'s> {
    /// The data folder.
    pub data: &'s Path,
    /// The ledger, which has it open.
    pub ledger: &'s Ledger,
    /// The node.
    pub node: &'s NodeKey,
    /// The node's key with the rest of its key file.
    pub identity: &'s NodeIdentity,
    /// The DID whose key opens it.
    pub owner: &'s Owner,
    /// The proof that the owner named the node as home; `None` where the catalogue needs none.
    pub home: Option<HomeProof>,
    /// Backups that are kept.
    pub keep: usize,
    /// Whether the node can read it, too.
    pub box_reads: bool,
    /// Settings of the space that stays free on the data's disk.
    pub disk: &'s DiskConfig,
}

impl Source<'_> {
    /// The keys that open a sealed catalogue. The node is one of them also where it can't open the backups: it writes the next row.
    pub(super) fn catalogue_keys(&self) -> Vec<EncryptionKey> {
        let mut keys = self.owner.encryption_keys.clone();
        keys.push(EncryptionKey::from_bytes(self.identity.person().encryption_public()));
        keys
    }
}
