//! Taking a person's bundle away: prepared, signed by the owner or the node, written whole or not at all.
//!
//! Always: what is written was verified first; a bundle appears under its name only when all of it is on the disk, and
//! an older one stands until then. It must not know where a signature comes from: a page, a command line, the node.

mod error;
mod prepare;
mod read;
mod receive;
mod source;
mod target;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;

use imajin_protocol::{Did, Head};
use serde_json::{Map, Value};

use super::hex;
use super::manifest::{self, Counts, FileEntry, Manifest, Readable, Signer, SignerKind};
use super::names;
use crate::ledger::NodeKey;
use crate::verify::Known;
use crate::verify::bundle::signed;

pub use error::ExportError;
pub use prepare::{ExportOptions, prepare};
pub use read::BundleReader;
pub use receive::receive;
pub use source::Source;
pub use target::{Target, Written, default_name, resolve};

/// How far an export is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files that are done.
    pub files: u64,
    /// Of how many.
    pub files_total: u64,
    /// Bytes that are done.
    pub bytes: u64,
    /// Of how many.
    pub bytes_total: u64,
}

/// Hears how far an export is.
pub type OnProgress<'p> = &'p mut dyn FnMut(Progress);

/// What is to be signed, as it stands: the JCS of both documents without their signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSign {
    /// Of `bundle.json`.
    pub bundle: String,
    /// Of `manifest.json`.
    pub manifest: String,
}

/// The two signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signatures {
    /// Over [`ToSign::bundle`].
    pub bundle: [u8; 64],
    /// Over [`ToSign::manifest`].
    pub manifest: [u8; 64],
}

/// A file that goes into the bundle.
#[derive(Debug, Clone)]
struct Item {
    bytes: u64,
    sha256: [u8; 32],
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Path(PathBuf),
    Text(String),
}

/// A verified copy of a log with everything around it, waiting for its signatures. Dropped, it leaves nothing.
pub struct Prepared {
    did: Did,
    head: Head,
    known: Known,
    sections: Map<String, Value>,
    items: BTreeMap<String, Item>,
    counts: Counts,
    split: u64,
    encryption_key: Option<[u8; 32]>,
    staging: target::Staging,
}

impl Prepared {
    /// Whose bundle.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The newest head, which the bundle ends with.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// What there is.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The X25519 key that the owner named for copies encrypted to them.
    pub fn encryption_key(&self) -> Option<[u8; 32]> {
        self.encryption_key
    }

    /// The texts that `signer` has to sign.
    pub fn to_sign(&self, signer: &Signer) -> ToSign {
        let (readable, manifest) = self.documents(
            signer,
            &Signatures {
                bundle: [0; 64],
                manifest: [0; 64],
            },
        );
        ToSign {
            bundle: readable.to_sign(),
            manifest: manifest.to_sign(),
        }
    }

    /// Takes the signatures. They are checked: nobody is handed a bundle that does not verify.
    pub fn sign(self, signer: Signer, signatures: Signatures) -> Result<Ready, ExportError> {
        let (readable, manifest) = self.documents(&signer, &signatures);
        for (text, signature) in [
            (readable.to_sign(), &readable.signature),
            (manifest.to_sign(), &manifest.signature),
        ] {
            signed::check(&signer, &text, signature, &self.known)
                .map_err(ExportError::Signature)?;
        }
        let mut items = self.items;
        let texts = [
            (names::BUNDLE, readable.text()),
            (names::MANIFEST, manifest.text()),
        ];
        items.extend(texts.map(|(name, text)| (name.to_owned(), Item::text(text))));
        Ok(Ready {
            did: self.did,
            head: self.head,
            signer,
            counts: self.counts,
            items,
            split: self.split,
            staging: self.staging,
        })
    }

    /// Signs with the node's own key: the bundle then says that the node signed, not the owner.
    pub fn sign_with_node(self, node: &NodeKey) -> Result<Ready, ExportError> {
        use ed25519_dalek::Signer as _;
        let signer = Signer {
            kind: SignerKind::Node,
            kid: node.kid.to_string(),
        };
        let texts = self.to_sign(&signer);
        let sign = |text: &str| node.key.sign(text.as_bytes()).to_bytes();
        let signatures = Signatures {
            bundle: sign(&texts.bundle),
            manifest: sign(&texts.manifest),
        };
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

/// A signed bundle, ready to be written anywhere, as often as one likes. Dropped, it leaves nothing but what was written.
pub struct Ready {
    did: Did,
    head: Head,
    signer: Signer,
    counts: Counts,
    items: BTreeMap<String, Item>,
    split: u64,
    staging: target::Staging,
}

impl Ready {
    /// Whose bundle.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// The newest head.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Who signed.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// What there is.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}
