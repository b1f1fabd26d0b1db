//! The manifests that a payment follows, found in the logs of this node.
//!
//! Always: a manifest counts only if somebody named in it signed it with a key that was theirs. One that stands in a log
//! was entered while that key was in force, so every key that its owner ever had counts for it; one that somebody
//! brings along needs a key in force now.

use std::collections::{BTreeMap, VecDeque};

use imajin_dfos::VerifyingKey;
use imajin_ledger::rules::{LogView, Owner};
use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::fair::{Digest, Keys, LINES_MAX, Library, Manifest, Signed};
use imajin_protocol::{Did, DidKind};
use rusqlite::Connection;

use crate::reads;

/// How a log is looked up: by a decision, or by a route.
pub(crate) type Logs<'a> = dyn Fn(&Did) -> Option<LogView> + 'a;

/// The keys that people have now.
struct InForce<'a>(&'a Logs<'a>);
/// The keys that people ever had.
struct Ever<'a>(&'a Logs<'a>);

impl Keys for InForce<'_> {
    fn keys_of(&self, did: &Did) -> Vec<VerifyingKey> {
        keys(self.0, did, false)
    }
}

impl Keys for Ever<'_> {
    fn keys_of(&self, did: &Did) -> Vec<VerifyingKey> {
        keys(self.0, did, true)
    }
}

fn keys(logs: &Logs<'_>, did: &Did, ever: bool) -> Vec<VerifyingKey> {
    match logs(did).map(|view| view.owner) {
        Some(Owner::Chain(chain)) => {
            let all = |key: &imajin_ledger::rules::ChainKey| key.verifying().map(|key| *key);
            if ever {
                chain.ever_keys().filter_map(all).collect()
            } else {
                chain.keys().iter().filter_map(all).collect()
            }
        }
        Some(Owner::BareKey(key)) => key.verifying_key().into_iter().collect(),
        // Whoever is not known here may have changed their keys long ago.
        Some(Owner::Nobody) | None => Vec::new(),
    }
}

fn refuse(message: String) -> Refusal {
    Refusal::new(RefusalKind::Conflict, message)
        .field("manifest")
        .extra(serde_json::json!({ "reason": "manifest" }))
}

/// A manifest that somebody brings along, as signed.
pub(crate) fn signed(
    db: &Connection,
    logs: &Logs<'_>,
    manifest: Manifest,
) -> Result<Signed, Refusal> {
    let published = reads::manifest(db, &manifest.digest())?.is_some();
    let verified = match published {
        true => manifest.verify(&Ever(logs)),
        false => manifest.verify(&InForce(logs)),
    };
    verified.map_err(|error| {
        Refusal::new(RefusalKind::BadRequest, format!("{error}.")).field("manifest")
    })
}

/// A manifest that stands in a log here, where it was entered while its signer's key was in force.
pub(crate) fn published(logs: &Logs<'_>, manifest: Manifest) -> Result<Signed, Refusal> {
    manifest
        .verify(&Ever(logs))
        .map_err(|error| refuse(format!("{error}.")))
}

/// All manifests that money could come to from one.
#[derive(Default)]
pub(crate) struct Shelf {
    works: BTreeMap<Digest, Signed>,
    people: BTreeMap<Did, Signed>,
}

impl Shelf {
    /// Gathers them as they were at a time. A chain is bounded when it is followed; here only its number of manifests is: by
    /// what the root names itself or the sale is refused, by what others pass on or that is left with them.
    pub(crate) fn gather(
        db: &Connection,
        logs: &Logs<'_>,
        root: &Manifest,
        at_ms: i64,
    ) -> Result<Self, Refusal> {
        let mut shelf = Self::default();
        // First what the root itself leads to by digests, which are its seller's own choice; then what people pass on.
        let mut waiting = VecDeque::from([(root.clone(), true)]);
        let mut looked_up = 0;
        while let Some((manifest, is_own)) = waiting.pop_front() {
            let people = manifest.contributors().iter().map(|one| one.did.clone());
            let sources = manifest
                .sources()
                .iter()
                .filter(|one| !one.weight.is_zero());
            let named = sources.clone().filter_map(|one| {
                let did = Did::parse(&one.id).ok();
                did.filter(|did| one.fair.is_none() && did.kind() == DidKind::Key)
            });
            for did in people.chain(named) {
                looked_up += 1;
                // One that does not hold is not followed: what is theirs stays with them.
                if !shelf.people.contains_key(&did)
                    && looked_up <= LINES_MAX
                    && let Some(text) = reads::distribution(db, &did, at_ms)?
                    && let Ok(found) = read(&text, logs)
                {
                    waiting.push_back((found.manifest().clone(), false));
                    shelf.people.insert(did, found);
                }
            }
            for digest in sources.filter_map(|one| one.fair) {
                looked_up += 1;
                if !shelf.works.contains_key(&digest)
                    && let Some(text) = reads::manifest(db, &digest)?
                {
                    let found = match read(&text, logs) {
                        Ok(found) => found,
                        Err(why) if is_own => {
                            return Err(refuse(format!("The manifest {digest}: {why}.")));
                        }
                        Err(_) => continue,
                    };
                    match is_own {
                        true => waiting.push_front((found.manifest().clone(), true)),
                        false => waiting.push_back((found.manifest().clone(), false)),
                    }
                    shelf.works.insert(digest, found);
                }
            }
            if looked_up > LINES_MAX && !is_own {
                break;
            }
            if looked_up > LINES_MAX {
                return Err(refuse(format!(
                    "The manifests name more than {LINES_MAX} shares in all."
                )));
            }
        }
        Ok(shelf)
    }

    /// These, and no others.
    pub(crate) fn of(logs: &Logs<'_>, manifests: &[Manifest]) -> Result<Self, Refusal> {
        let mut shelf = Self::default();
        for manifest in manifests {
            let signed = published(logs, manifest.clone())?;
            match manifest.distributes().cloned() {
                Some(did) => drop(shelf.people.insert(did, signed)),
                None => drop(shelf.works.insert(manifest.digest(), signed)),
            }
        }
        Ok(shelf)
    }

    /// The manifest of a digest, if it is here.
    pub(crate) fn of_digest(&self, digest: &Digest) -> Option<&Signed> {
        let in_people = || {
            self.people
                .values()
                .find(|signed| signed.manifest().digest() == *digest)
        };
        self.works.get(digest).or_else(in_people)
    }
}

fn read(text: &str, logs: &Logs<'_>) -> Result<Signed, imajin_protocol::fair::FairError> {
    Manifest::parse(text)?.verify(&Ever(logs))
}

impl Library for Shelf {
    /// Only by digest: anybody may publish a manifest with the id of somebody else's work.
    fn work(&self, _: &str, digest: Option<Digest>) -> Option<&Signed> {
        self.works.get(&digest?)
    }

    fn distribution(&self, did: &Did) -> Option<&Signed> {
        self.people.get(did)
    }
}
