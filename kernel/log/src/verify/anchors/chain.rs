//! Verifies what a node published: its identity, all branches of its content chains, its owners' countersignatures.
//!
//! Always: every operation here was signed by a key that the node's identity ever named, after the operation that it
//! names.

use imajin_dfos::order::Order as _;
use std::collections::BTreeSet;

use imajin_dfos::content::{self, Action, Chain, ContentError, Operation as Signed};
use imajin_dfos::identity::{Verified, verify_log};
use imajin_dfos::resolve::MemoryResolver as Identities;
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

/// The proved content of a chain file.
pub(super) struct Published {
    /// The operations of all branches, by time, then CID.
    pub(super) operations: Vec<Operation>,
    /// The operations that the log's owner countersigned.
    pub(super) countersigned: BTreeSet<String>,
}

impl Published {
    /// Verifies a chain file. The error is a sentence: such a file proves nothing.
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
            take(&mut chains, token, &node, &verifier)
                .map_err(|error| format!("operation {index}: {error}"))?;
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
        operations.order_by(|a, b| content::compare((a.at, &a.cid), (b.at, &b.cid)));
        let mut countersigned = BTreeSet::new();
        for (index, token) in file.countersignatures.iter().enumerate() {
            let read = statement::read::<countersign::Countersign>(token)
                .map_err(|error| format!("countersignature {index}: {error}"))?;
            // Other owners' countersignatures say nothing about this log, and their keys are unknown here.
            if owner.as_ref().map(Verified::did) == Some(&read.statement().did) {
                let verified = countersign::verify(token, &verifier)
                    .map_err(|error| format!("countersignature {index}: {error}"))?;
                countersigned.insert(verified.target.clone());
            }
        }
        Ok(Self { operations, countersigned })
    }
}

/// Returns the node's identity: the log and the file have the same chain, of which either may have more operations.
fn identity(file: &ChainFile, log: &Log<'_>) -> Result<Verified, String> {
    let file_identity = Identity::verify(&file.node, &file.identity)
        .map_err(|error| format!("the identity of {}: {error}", file.node))?;
    let log_identity = log.identity(&file.node)?;
    let (file_tokens, log_tokens) = (file_identity.tokens(), log_identity.tokens());
    if file_tokens.iter().zip(&log_tokens).any(|(one, other)| one != other) {
        return Err(format!("{} shows another identity chain than the one in the log", file.node));
    }
    let longer = if file_tokens.len() > log_tokens.len() { file_tokens } else { log_tokens };
    verify_log(longer.iter().map(|token| &**token)).map_err(|error| error.to_string())
}

/// Adds an operation that the node itself signed.
fn take(
    chains: &mut Vec<Chain>,
    token: &str,
    node: &Verified,
    verifier: &Verifier<'_>,
) -> Result<(), ContentError> {
    let read = statement::read::<Signed>(token)?;
    if read.statement().did != *node.did() {
        return Err(ContentError::Unauthorized(read.statement().did.clone()));
    }
    let (after, previous) = match &read.statement().action {
        Action::Create { .. } => (Some(*read.cid()), None),
        Action::Update { previous, .. } | Action::Delete { previous, .. } => {
            (imajin_dfos::cid::parse_cid(previous).ok(), Some(previous))
        }
    };
    let chain =
        chains.iter_mut().find(|chain| after.is_some_and(|cid| chain.state_at(&cid).is_some()));
    match (chain, previous) {
        (Some(chain), _) => chain.insert(token, verifier).map(drop),
        (None, None) => {
            chains.push(Chain::genesis(token, verifier)?);
            Ok(())
        }
        (None, Some(previous)) => Err(ContentError::UnknownPrevious(previous.clone())),
    }
}
