//! The keys of people: every one that their chain ever named, since what they signed once stays signed.

use imajin_app::Node;
use imajin_dfos::VerifyingKey;
use imajin_log::rules::{ChainKey, LogView, Owner};
use imajin_protocol::Did;
use imajin_protocol::fair::{Keys, SuffixKeys};

/// The keys that people ever had, by the node's records.
pub(crate) struct EverKeys<'a>(pub(crate) &'a Node);

impl Keys for EverKeys<'_> {
    fn keys_of(&self, did: &Did) -> Vec<VerifyingKey> {
        match self.0.ledger().view(did) {
            Ok(view) => ever(view, did),
            Err(error) => {
                tracing::warn!(%did, %error, "the keys of somebody can't be read");
                Vec::new()
            }
        }
    }
}

/// Keys by the logs that a decision sees.
pub(crate) struct LogKeys<'a>(pub(crate) &'a dyn Fn(&Did) -> Option<LogView>);

impl Keys for LogKeys<'_> {
    fn keys_of(&self, did: &Did) -> Vec<VerifyingKey> {
        ever(self.0(did), did)
    }
}

/// Without a record on this node, the first key is derived from the name.
fn ever(view: Option<LogView>, did: &Did) -> Vec<VerifyingKey> {
    match view.map(|view| view.owner) {
        Some(Owner::Chain(chain)) => {
            let verifying_key = |key: &ChainKey| key.verifying().map(|key| *key);
            chain.ever_keys().filter_map(verifying_key).collect()
        }
        Some(Owner::BareKey(_) | Owner::Nobody) | None => SuffixKeys.keys_of(did),
    }
}
