//! The state of a content chain's branch after one of its operations, and the step to the next.
//!
//! Always: a [`State`] exists only for a branch of which every operation was verified, or for a snapshot of one that
//! the caller trusts. Its size does not depend on the branch's length, so a caller can keep one for every operation,
//! and a fork costs no more than the next operation of the head.

use super::{Action, ContentError, ContentId, LogError, Operation};
use crate::credential::{Request, authorize};
use crate::resolve::Verifier;
use crate::statement::{self, Unverified};
use crate::{Cid, Did, Timestamp, Value};

/// A branch, verified up to one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub(super) content_id: ContentId,
    pub(super) genesis_cid: Cid,
    pub(super) head_cid: Cid,
    pub(super) updated_at: Timestamp,
    pub(super) is_deleted: bool,
    pub(super) document: Option<String>,
    pub(super) length: u64,
    pub(super) creator: Did,
}

/// Verifies a log without forks, first operation first.
pub fn verify_log<T: AsRef<str>>(
    tokens: impl IntoIterator<Item = T>,
    verifier: &Verifier<'_>,
) -> Result<State, LogError> {
    let mut state: Option<State> = None;
    for (index, token) in tokens.into_iter().enumerate() {
        let next = match &state {
            Some(state) => state.extend(token.as_ref(), verifier),
            None => State::genesis(token.as_ref(), verifier),
        };
        state = Some(next.map_err(|error| LogError::Operation { index, error })?);
    }
    state.ok_or(LogError::Empty)
}

impl State {
    /// Verifies the first operation of a chain.
    pub fn genesis(token: &str, verifier: &Verifier<'_>) -> Result<Self, ContentError> {
        Self::genesis_of(statement::read(token)?, verifier)
    }

    /// Like [`Self::genesis`], for an operation that was read before.
    pub fn genesis_of(
        read: Unverified<'_, Operation>,
        verifier: &Verifier<'_>,
    ) -> Result<Self, ContentError> {
        let Action::Create { document, .. } = &read.statement().action else {
            return Err(ContentError::NotCreate);
        };
        let document = Some(document.clone());
        let operation = read.attest(verifier, verifier.key_scope())?;
        Ok(Self {
            content_id: ContentId::from_genesis(operation.cid()),
            genesis_cid: *operation.cid(),
            head_cid: *operation.cid(),
            updated_at: operation.created_at,
            is_deleted: false,
            document,
            length: 1,
            creator: operation.into_statement().did,
        })
    }

    /// Extends the branch by one operation, at a cost that does not depend on the branch's length.
    pub fn extend(&self, token: &str, verifier: &Verifier<'_>) -> Result<Self, ContentError> {
        self.extend_with(statement::read(token)?, verifier)
    }

    /// Like [`Self::extend`], for an operation that was read before.
    pub fn extend_with(
        &self,
        read: Unverified<'_, Operation>,
        verifier: &Verifier<'_>,
    ) -> Result<Self, ContentError> {
        self.check_position(read.statement())?;
        let operation = read.attest(verifier, verifier.key_scope())?;
        self.check_authority(&operation, verifier)?;
        let head_cid = *operation.cid();
        let operation = operation.into_statement();
        Ok(Self {
            content_id: self.content_id.clone(),
            genesis_cid: self.genesis_cid,
            head_cid,
            updated_at: operation.created_at,
            is_deleted: matches!(operation.action, Action::Delete { .. }),
            document: operation.action.document().map(str::to_owned),
            length: self.length + 1,
            creator: self.creator.clone(),
        })
    }

    /// PROTOCOL "Content Chain": after its parent, in order and in time, and nothing after a delete.
    fn check_position(&self, operation: &Operation) -> Result<(), ContentError> {
        if self.is_deleted {
            return Err(ContentError::Deleted);
        }
        let previous = operation.action.previous().ok_or(ContentError::SecondCreate)?;
        if previous != self.head_cid.to_string() {
            return Err(ContentError::Previous);
        }
        if operation.created_at <= self.updated_at { Err(ContentError::CreatedAt) } else { Ok(()) }
    }

    /// The creator needs no credential; everyone else needs one that covers writing to this chain at the time of the
    /// operation.
    fn check_authority(
        &self,
        operation: &Operation,
        verifier: &Verifier<'_>,
    ) -> Result<(), ContentError> {
        if operation.did == self.creator {
            return Ok(());
        }
        let token = operation.action.authorization();
        let token = token.ok_or_else(|| ContentError::Unauthorized(operation.did.clone()))?;
        let request = Request {
            root: &self.creator,
            audience: Some(&operation.did),
            resource: &self.content_id.resource(),
            action: "write",
            now_secs: operation.created_at.as_secs(),
        };
        authorize(token, &request, verifier)?;
        Ok(())
    }

    /// The chain's id.
    pub fn content_id(&self) -> &ContentId {
        &self.content_id
    }

    /// The CID of the first operation.
    pub fn genesis_cid(&self) -> &Cid {
        &self.genesis_cid
    }

    /// The CID of this operation, the last of the branch so far.
    pub fn head_cid(&self) -> &Cid {
        &self.head_cid
    }

    /// This operation's time.
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// Whether this operation is a delete.
    pub fn is_deleted(&self) -> bool {
        self.is_deleted
    }

    /// The CID of the document that this operation commits to, as it was written.
    pub fn document(&self) -> Option<&str> {
        self.document.as_deref()
    }

    /// The number of operations from the first to this one.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The creator, who owns the chain.
    pub fn creator(&self) -> &Did {
        &self.creator
    }

    /// The state as DFOS writes it: `{contentId, genesisCID, headCID, isDeleted, currentDocumentCID, length,
    /// creatorDID}`.
    pub fn to_value(&self) -> Value {
        let document = self.document.clone().map_or(Value::Null, Value::Text);
        Value::map([
            ("contentId", Value::from(self.content_id.as_str())),
            ("genesisCID", Value::from(self.genesis_cid.to_string())),
            ("headCID", Value::from(self.head_cid.to_string())),
            ("isDeleted", Value::Bool(self.is_deleted)),
            ("currentDocumentCID", document),
            ("length", Value::Int(i64::try_from(self.length).unwrap_or(i64::MAX))),
            ("creatorDID", Value::from(self.creator.as_str())),
        ])
    }
}
