//! The keys of DIDs, from chains that were given as files: every key that a chain ever named is good.

use crate::commands::did::tokens_of_text;
use imajin_box::failure::{OrFail, Outcome};
use imajin_dfos::VerifyingKey;
use imajin_protocol::Did;
use imajin_protocol::fair::{Keys, SuffixKeys};
use imajin_protocol::identity::{did_of_genesis, named_keys};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Maximum size of a file in bytes, more than any person's chain takes.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Keys by DID. A DID without a chain has the one key in its name.
pub(super) struct ChainKeys(BTreeMap<Did, Vec<VerifyingKey>>);

impl ChainKeys {
    pub(super) fn read(paths: &[PathBuf]) -> Outcome<Self> {
        let mut keys = BTreeMap::new();
        for path in paths {
            let flag = format!("--chain {}", path.display());
            let tokens = tokens_of_text(&crate::commands::read_text(path, FILE_BYTES_MAX)?);
            let missing = "there is no operation of an identity in it";
            let genesis = tokens.first().ok_or(missing).or_unusable(&flag)?;
            let (did, _) = did_of_genesis(genesis).or_unusable(&flag)?;
            let named = named_keys(&did, &tokens).or_unusable(&flag)?;
            keys.insert(did, named);
        }
        Ok(Self(keys))
    }

    /// Whether all keys of a DID are known.
    pub(super) fn has_chain(&self, did: &Did) -> bool {
        self.0.contains_key(did)
    }
}

impl Keys for ChainKeys {
    fn keys_of(&self, did: &Did) -> Vec<VerifyingKey> {
        self.0.get(did).cloned().unwrap_or_else(|| SuffixKeys.keys_of(did))
    }
}
