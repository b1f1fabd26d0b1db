//! What a node published, verified: its identity, all branches of its content chains, its owners' countersignatures.
//!
//! Always: an operation here was signed by a key that the node's identity ever named, after the operation that it names.

use std::collections::BTreeSet;

use imajin_dfos::content::{self, Action, Chain, ContentError, Operation as Signed};
use imajin_dfos::identity::{Verified, verify_log};
use imajin_dfos::resolve::Known as Identities;
use imajin_dfos::{Timestamp, Verifier, countersign, statement};
use imajin_protocol::anchor::ChainFile;

use super::log::Log;
use crate::rules::Chain as Identity;

/// An operation that commits to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operation {
    pub(super) cid: String,
    pub(super) at: Timestamp,
    pub(super) document: String,
}

/// What is proved of a chain file.
pub(super) struct Published {
    /// By time, then CID: of all branches.
    pub(super) operations: Vec<Operation>,
    /// Operations that the log's owner countersigned.
    pub(super) countersigned: BTreeSet<String>,
}

impl Published {
    /// Verifies all of it. The error is a sentence: such a file proves nothing.
    pub(super) fn verify(file: &ChainFile, log: &Log<'_>) -> Result<Self, String> {
        if !log.homes().any(|home| *home == file.node) {
            return Err(format!(
                "they are those of {}, which was never home of this log",
                file.node
            ));
        }
        let node = identity(file, log)?;
        let mut identities = Identities::from_iter([node.clone()]);
        let owner = log.owner()?;
        if let Some(owner) = &owner {
            identities.insert(owner.clone());
        }
        let verifier = Verifier::of_history(&identities);
        let mut chains: Vec<Chain> = Vec::new();
        for (index, token) in file.operations.iter().enumerate() {
            take(&mut chains, token, &verifier)
                .map_err(|error| format!("operation {index}: {error}"))?;
        }
        if let Some(other) = chains.iter().find(|chain| chain.creator() != node.did()) {
            return Err(format!(
                "the content chain {} is not the node's",
                other.content_id()
            ));
        }
        let mut operations = Vec::new();
        for state in chains.iter().flat_map(Chain::linearized) {
            if let Some(document) = state.document() {
                operations.push(Operation {
                    cid: state.head_cid().to_string(),
                    at: state.updated_at(),
                    document: document.to_owned(),
                });
            }
        }
        operations.sort_by(|a, b| content::compare((a.at, &a.cid), (b.at, &b.cid)));
        let mut countersigned = BTreeSet::new();
        for (index, token) in file.countersignatures.iter().enumerate() {
            let read = statement::read::<countersign::Countersign>(token)
                .map_err(|error| format!("countersignature {index}: {error}"))?;
            // Others' say nothing of this log, and their keys are not known here.
            if owner.as_ref().map(Verified::did) == Some(&read.statement().did) {
                let verified = countersign::verify(token, &verifier)
                    .map_err(|error| format!("countersignature {index}: {error}"))?;
                countersigned.insert(verified.target.clone());
            }
        }
        Ok(Self {
            operations,
            countersigned,
        })
    }
}

/// The node's identity: the log's and the file's are one chain, of which either may know more.
fn identity(file: &ChainFile, log: &Log<'_>) -> Result<Verified, String> {
    let shown = Identity::verify(&file.node, &file.identity)
        .map_err(|error| format!("the identity of {}: {error}", file.node))?;
    let known = log.identity(&file.node)?;
    let (shown, known) = (shown.tokens(), known.tokens());
    if shown.iter().zip(&known).any(|(one, other)| one != other) {
        return Err(format!(
            "{} shows another identity chain than the one in the log",
            file.node
        ));
    }
    let longer = if shown.len() > known.len() {
        shown
    } else {
        known
    };
    verify_log(longer.iter().map(|token| &**token)).map_err(|error| error.to_string())
}

fn take(chains: &mut Vec<Chain>, token: &str, verifier: &Verifier<'_>) -> Result<(), ContentError> {
    let read = statement::read::<Signed>(token)?;
    let previous = match &read.statement().action {
        Action::Create { .. } => {
            let known = chains
                .iter()
                .any(|chain| chain.state_at(read.cid()).is_some());
            if !known {
                chains.push(Chain::genesis(token, verifier)?);
            }
            return Ok(());
        }
        Action::Update { previous, .. } | Action::Delete { previous, .. } => previous,
    };
    let parent = imajin_dfos::cid::parse_cid(previous).ok();
    let chain = chains
        .iter_mut()
        .find(|chain| parent.is_some_and(|parent| chain.state_at(&parent).is_some()));
    match chain {
        Some(chain) => chain.insert(token, verifier).map(drop),
        None => Err(ContentError::UnknownPrevious(previous.clone())),
    }
}
