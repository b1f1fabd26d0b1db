//! Exports a person's bundle: prepared, signed by the owner or the node, written completely or not at all.
//!
//! Always: the exporter verifies everything that it writes; a bundle appears under its name only when all of it is on
//! the disk, and an older one stays until then. This module does not know where a signature comes from: a page, a
//! command line, the node.

mod checked;
mod error;
mod prepare;
mod reader;
mod receive;
mod source;
mod target;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;

use imajin_dfos::{Cid, hex};
use imajin_ledger::NodeKey;
use imajin_ledger::media::MediaStore;
use imajin_log::format::manifest::{
    self, Counts, FileEntry, Manifest, Readable, Signer, SignerKind,
};
use imajin_log::format::names;
use imajin_log::verify::ValidLog;
use imajin_log::verify::bundle::signed;
use imajin_protocol::{Did, EncryptionKey, Head};
use serde_json::{Map, Value};

pub use error::ExportError;
pub use prepare::{ExportOptions, prepare};
pub use reader::BundleReader;
pub use receive::receive;
pub use source::Source;
pub use target::{BundleSummary, Target, default_name, resolve};

/// The progress of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files done.
    pub files: u64,
    /// Files in all.
    pub files_total: u64,
    /// Bytes done.
    pub bytes: u64,
    /// Bytes in all.
    pub bytes_total: u64,
}

/// Receives the progress of an export.
pub type OnProgress<'p> = &'p mut dyn FnMut(Progress);

/// The two texts to sign, byte for byte: the JCS (RFC 8785) of both documents without their signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSign {
    /// The text of `bundle.json`.
    pub bundle: String,
    /// The text of `manifest.json`.
    pub manifest: String,
}

/// The Ed25519 signatures over both texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signatures {
    /// The signature over [`ToSign::bundle`].
    pub bundle: [u8; 64],
    /// The signature over [`ToSign::manifest`].
    pub manifest: [u8; 64],
}

/// A file to write into the bundle.
#[derive(Debug, Clone)]
struct Item {
    bytes: u64,
    sha256: [u8; 32],
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Path(PathBuf),
    /// A file of a person, which may move to another disk meanwhile.
    Media(MediaStore, Did, Cid),
    Text(String),
}

/// A verified copy of a log with everything that belongs to it, ready to be signed. Dropping it deletes its files.
pub struct Prepared {
    did: Did,
    head: Head,
    known: ValidLog,
    sections: Map<String, Value>,
    items: BTreeMap<String, Item>,
    counts: Counts,
    split: u64,
    encryption_keys: Vec<EncryptionKey>,
    staging: target::Staging,
}

impl Prepared {
    /// Returns the recipients' keys of an encrypted copy for the owner; empty if the log names none.
    pub fn encryption_keys(&self) -> &[EncryptionKey] {
        &self.encryption_keys
    }

    /// Returns the texts that `signer` has to sign.
    pub fn to_sign(&self, signer: &Signer) -> ToSign {
        let (readable, manifest) =
            self.documents(signer, &Signatures { bundle: [0; 64], manifest: [0; 64] });
        ToSign { bundle: readable.to_sign(), manifest: manifest.to_sign() }
    }

    /// Adds the signatures, which must verify: the export never hands out an invalid bundle.
    ///
    /// # Errors
    /// [`ExportError::Signature`] if a signature does not verify or the signer may not sign.
    pub fn sign(self, signer: Signer, signatures: Signatures) -> Result<Ready, ExportError> {
        let (readable, manifest) = self.documents(&signer, &signatures);
        for (text, signature) in
            [(readable.to_sign(), &readable.signature), (manifest.to_sign(), &manifest.signature)]
        {
            signed::check(&signer, &text, signature, &self.known)
                .map_err(ExportError::Signature)?;
        }
        let mut items = self.items;
        let texts = [(names::BUNDLE, readable.text()), (names::MANIFEST, manifest.text())];
        items.extend(texts.map(|(name, text)| (name.to_owned(), Item::text(text))));
        Ok(Ready { did: self.did, items, split: self.split, staging: self.staging })
    }

    /// Signs with the node's own key. The bundle then says that the node signed it, not the owner.
    pub fn sign_with_node(self, node: &NodeKey) -> Result<Ready, ExportError> {
        use ed25519_dalek::Signer as _;
        let signer = Signer { kind: SignerKind::Node, kid: node.kid.to_string() };
        let texts = self.to_sign(&signer);
        let sign = |text: &str| node.key.sign(text.as_bytes()).to_bytes();
        let signatures =
            Signatures { bundle: sign(&texts.bundle), manifest: sign(&texts.manifest) };
        self.sign(signer, signatures)
    }

    fn documents(&self, signer: &Signer, signatures: &Signatures) -> (Readable, Manifest) {
        let (did, node) = (self.did.to_string(), self.head.node().to_string());
        let exported_at = self.head.payload.at.to_string();
        let readable = Readable {
            v: 1,
            did: did.clone(),
            exported_at: exported_at.clone(),
            node: node.clone(),
            sections: self.sections.clone(),
            signer: signer.clone(),
            signature: hex::encode(&signatures.bundle),
        };
        let mut files = BTreeMap::new();
        for (name, item) in &self.items {
            files.insert(name.clone(), self.entry(item));
        }
        let mut of_readable = readable.digest();
        of_readable.parts = self.parts(readable.text().len() as u64);
        files.insert(names::BUNDLE.to_owned(), of_readable);
        let manifest = Manifest {
            v: 1,
            did,
            head: self.head.to_compact(),
            counts: self.counts,
            files,
            split: self.split,
            exported_at,
            node,
            signer: signer.clone(),
            signature: hex::encode(&signatures.manifest),
        };
        (readable, manifest)
    }

    fn entry(&self, item: &Item) -> FileEntry {
        FileEntry {
            size: item.bytes,
            sha256: hex::encode(&item.sha256),
            parts: self.parts(item.bytes),
        }
    }

    fn parts(&self, bytes: u64) -> Option<u32> {
        manifest::parts(bytes, self.split).and_then(|parts| u32::try_from(parts).ok())
    }
}

impl Item {
    fn text(text: String) -> Self {
        Self {
            bytes: text.len() as u64,
            sha256: imajin_dfos::cid::sha256(text.as_bytes()),
            content: Content::Text(text),
        }
    }
}

/// A signed bundle, which can be written any number of times. Dropping it deletes the staged copy only.
pub struct Ready {
    did: Did,
    items: BTreeMap<String, Item>,
    split: u64,
    staging: target::Staging,
}

impl Ready {
    /// Returns the owner of the bundle.
    pub fn did(&self) -> &Did {
        &self.did
    }
}
