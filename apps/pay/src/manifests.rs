//! The manifests that a payment follows, found in the logs of this node.
//!
//! Always: a manifest counts only if a person named in it signed it with their own key. A manifest in a log was entered
//! while its key was in force, so any key that the owner ever had counts for it; a manifest that a payer brings needs a
//! key in force now.

use std::collections::{BTreeMap, VecDeque};

use imajin_app::operation::{Reasons, Refused};
use imajin_dfos::VerifyingKey;
use imajin_ledger::Reader;
use imajin_log::rules::{LogView, Owner};
use imajin_protocol::fair::{
    Digest, FairError, Keys, LINES_MAX, Library, Manifest, Signed, SuffixKeys,
};
use imajin_protocol::{Did, DidKind};

use crate::queries;

/// A lookup of logs, by a decision or by a route.
pub(crate) type Logs<'a> = dyn Fn(&Did) -> Option<LogView> + 'a;

/// The keys of people that count.
pub(crate) enum PeopleKeys<'a> {
    /// Their current keys.
    InForce(&'a Logs<'a>),
    /// Their current and former keys.
    Ever(&'a Logs<'a>),
    /// Their current and former keys, for their agreement; for people without a record here, the first key, which is in
    /// their DID.
    EverNamed(&'a Logs<'a>),
}

impl Keys for PeopleKeys<'_> {
    fn keys_of(&self, did: &Did) -> Vec<VerifyingKey> {
        match self {
            Self::InForce(logs) => keys(logs, did, false),
            Self::Ever(logs) => keys(logs, did, true),
            Self::EverNamed(logs) => match keys(logs, did, true) {
                none if none.is_empty() => SuffixKeys.keys_of(did),
                found => found,
            },
        }
    }
}

fn keys(logs: &Logs<'_>, did: &Did, ever: bool) -> Vec<VerifyingKey> {
    match logs(did).map(|view| view.owner) {
        Some(Owner::Chain(chain)) => {
            let all = |key: &imajin_log::rules::ChainKey| key.verifying().map(|key| *key);
            if ever {
                chain.ever_keys().filter_map(all).collect()
            } else {
                chain.keys().iter().filter_map(all).collect()
            }
        }
        Some(Owner::BareKey(key)) => key.verifying_key().into_iter().collect(),
        // A person without a record here may have changed their keys long ago.
        Some(Owner::Nobody) | None => Vec::new(),
    }
}

/// Reasons that money can't follow a manifest.
#[derive(Debug, Reasons)]
pub(crate) enum Unfair {
    /// Readers could understand the manifest in different ways, or no one named in it signed it with their own key.
    #[refused(BadRequest, field = "manifest", message = "{}.")]
    Unsigned(FairError),
    /// The manifest is invalid, leads to an invalid one, or leads to too many.
    #[refused(Conflict, reason = "manifest", field = "manifest", message = "{}.")]
    Unfollowable(String),
}

/// The source of a sale's manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The payer brings the manifest.
    Brought,
    /// The selling service has the manifest in its own entries, like a published one: its seller may have lost the
    /// signing device since.
    Entered,
}

impl Source {
    /// Returns the source for a sale: nested if another service asks within its own operation, otherwise brought by the
    /// payer.
    pub(crate) fn new(is_nested: bool) -> Self {
        if is_nested { Self::Entered } else { Self::Brought }
    }
}

/// Verifies the signature of a sale's manifest.
pub(crate) fn signed(
    db: Reader<'_>,
    logs: &Logs<'_>,
    manifest: Manifest,
    source: Source,
) -> Result<Signed, Refused<Unfair>> {
    let entered = source == Source::Entered || queries::manifest(db, &manifest.digest())?.is_some();
    if !entered {
        manifest.check().map_err(Unfair::Unsigned)?;
    }
    let keys = if entered { PeopleKeys::Ever(logs) } else { PeopleKeys::InForce(logs) };
    manifest.verify(&keys).map_err(|error| Unfair::Unsigned(error).into())
}

/// Verifies a manifest from a log of this node, where it was entered while its signer's key was in force.
pub(crate) fn published(logs: &Logs<'_>, manifest: Manifest) -> Result<Signed, Unfair> {
    manifest
        .verify(&PeopleKeys::Ever(logs))
        .map_err(|error| Unfair::Unfollowable(error.to_string()))
}

/// All manifests that money can reach from one manifest.
#[derive(Default)]
pub(crate) struct FollowedManifests {
    works: BTreeMap<Digest, Signed>,
    people: BTreeMap<Did, Signed>,
}

impl FollowedManifests {
    /// Collects the manifests as they were at a time. The length of a chain is bounded when money follows it; here only
    /// the number of manifests is: too many that the root itself names refuse the sale, and too many that people pass
    /// on by are not followed.
    pub(crate) fn gather(
        db: Reader<'_>,
        logs: &Logs<'_>,
        root: &Manifest,
        at_ms: i64,
    ) -> Result<Self, Refused<Unfair>> {
        let mut library = Self::default();
        // Manifests that the root names by digest come first, since its seller chose them; then those by which people
        // pass on.
        let mut waiting = VecDeque::from([(root.clone(), true)]);
        let mut looked_up = 0;
        while let Some((manifest, is_own)) = waiting.pop_front() {
            let people = manifest.contributors().iter().map(|one| one.did.clone());
            let sources = manifest.sources().iter().filter(|one| !one.weight.is_zero());
            let named = sources.clone().filter_map(|one| {
                let did = Did::parse(&one.id).ok();
                did.filter(|did| one.fair.is_none() && did.kind() == DidKind::Key)
            });
            for did in people.chain(named) {
                looked_up += 1;
                // An invalid manifest is not followed: its owner keeps their share.
                if !library.people.contains_key(&did)
                    && looked_up <= LINES_MAX
                    && let Some(text) = queries::distribution(db, &did, at_ms)?
                    && let Ok(found) = read(&text, logs)
                {
                    waiting.push_back((found.manifest().clone(), false));
                    library.people.insert(did, found);
                }
            }
            for digest in sources.filter_map(|one| one.fair) {
                looked_up += 1;
                if !library.works.contains_key(&digest)
                    && let Some(text) = queries::manifest(db, &digest)?
                {
                    let signed_manifest = match read(&text, logs) {
                        Ok(found) => found,
                        Err(why) if is_own => {
                            let text = format!("The manifest {digest}: {why}");
                            return Err(Unfair::Unfollowable(text).into());
                        }
                        Err(_) => continue,
                    };
                    if is_own {
                        waiting.push_front((signed_manifest.manifest().clone(), true))
                    } else {
                        waiting.push_back((signed_manifest.manifest().clone(), false))
                    }
                    library.works.insert(digest, signed_manifest);
                }
            }
            if looked_up > LINES_MAX && !is_own {
                break;
            }
            if looked_up > LINES_MAX {
                let text = format!("The manifests name more than {LINES_MAX} shares in all");
                return Err(Unfair::Unfollowable(text).into());
            }
        }
        Ok(library)
    }

    /// Collects these manifests, and no others.
    pub(crate) fn from_manifests(logs: &Logs<'_>, manifests: &[Manifest]) -> Result<Self, Unfair> {
        let mut library = Self::default();
        for manifest in manifests {
            let signed = published(logs, manifest.clone())?;
            match manifest.distributes().cloned() {
                Some(did) => drop(library.people.insert(did, signed)),
                None => drop(library.works.insert(manifest.digest(), signed)),
            }
        }
        Ok(library)
    }

    /// Returns the manifest with a digest, if it was collected.
    pub(crate) fn of_digest(&self, digest: &Digest) -> Option<&Signed> {
        let in_people =
            || self.people.values().find(|signed| signed.manifest().digest() == *digest);
        self.works.get(digest).or_else(in_people)
    }
}

fn read(text: &str, logs: &Logs<'_>) -> Result<Signed, FairError> {
    Manifest::parse(text)?.verify(&PeopleKeys::Ever(logs))
}

impl Library for FollowedManifests {
    /// Finds a work by digest only: anyone may publish a manifest with the id of another person's work.
    fn work(&self, _: &str, digest: Option<Digest>) -> Option<&Signed> {
        self.works.get(&digest?)
    }

    fn distribution(&self, did: &Did) -> Option<&Signed> {
        self.people.get(did)
    }
}
