//! SHA-256 of a file's bytes as they come: by `ring`, which uses the instructions that a processor has for it, on ARM too.

use std::fmt;

use imajin_dfos::cid::{Cid, raw_cid_from_sha256};
use ring::digest::{Context, SHA256};

/// The hash of the first bytes of a file.
#[derive(Clone)]
pub(super) struct FileHash(Box<Context>);

impl Default for FileHash {
    fn default() -> Self {
        Self(Box::new(Context::new(&SHA256)))
    }
}

impl fmt::Debug for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileHash").finish_non_exhaustive()
    }
}

impl FileHash {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(super) fn digest(self) -> [u8; 32] {
        let mut digest = [0; 32];
        digest.copy_from_slice(self.0.finish().as_ref());
        digest
    }

    /// Returns the name of a file of these bytes.
    pub(super) fn cid(self) -> Cid {
        raw_cid_from_sha256(self.digest())
    }
}
