//! Content operations: any number of branches, one head.

use imajin_dfos::Value;
use imajin_dfos::content::{Action, ContentError, Operation, State};
use imajin_dfos::credential::CredentialError;
use imajin_dfos::resolve::ResolveError;
use imajin_dfos::statement::{StatementError, Unverified};

use super::{Arrival, Outcome, Session, rejected, unresolved, waits};
use crate::store::{Answer, Authored, ContentRow, Head, Kind, OperationRow, StoreError};

impl Session<'_> {
    pub(super) fn content(
        &mut self,
        read: Unverified<'_, Operation>,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Outcome> {
        let signer = read.statement().did.as_str().to_owned();
        if self.knowledge().is_deleted(&signer)? {
            return Ok(rejected("signer identity is deleted"));
        }
        let Some(previous) = read.statement().action.previous() else {
            return self.first(read, signer, arrival);
        };
        let Some(parent) = self.tx.operation(previous)? else {
            let error = format!("unknown previous operation: {previous}");
            return Ok(waits(error, previous));
        };
        let Some(branch) = parent.authored.as_ref().filter(|_| parent.kind == Kind::Content) else {
            return Ok(rejected("previousOperationCID is not a content operation"));
        };
        let chain = self.tx.content(&parent.chain_id)?.ok_or_else(|| damaged(&parent.chain_id))?;
        if self.knowledge().is_deleted(&chain.creator)? {
            return Ok(rejected("content creator identity is deleted"));
        }
        let state = state_at(&chain, &parent, branch)?;
        let next = {
            let knowledge = self.knowledge();
            let next = state.extend_with(read, &arrival.verifier(&knowledge));
            knowledge.check()?;
            next
        };
        match next {
            Ok(next) => self.extend(&chain, &next, signer, arrival),
            Err(error) => Ok(unresolved(&error, cause(&error))),
        }
    }

    fn first(
        &mut self,
        read: Unverified<'_, Operation>,
        signer: String,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Outcome> {
        let is_create = matches!(read.statement().action, Action::Create { .. });
        let state = {
            let knowledge = self.knowledge();
            let state = State::genesis_of(read, &arrival.verifier(&knowledge));
            knowledge.check()?;
            state
        };
        let state = match state {
            Ok(state) if is_create => state,
            Ok(_) => return Ok(rejected("missing previousOperationCID")),
            Err(error) => return Ok(unresolved(&error, cause(&error))),
        };
        let content_id = state.content_id().as_str().to_owned();
        self.tx.put_content(&ContentRow {
            content_id: content_id.clone(),
            genesis_cid: arrival.cid.clone(),
            genesis_at: state.updated_at().to_string(),
            creator: signer.clone(),
            head: head(&state),
        })?;
        self.dirty.content(&content_id);
        let authored = authored(&state, signer);
        self.accept(arrival, Kind::Content, &content_id, Some(authored))
    }

    fn extend(
        &mut self,
        chain: &ContentRow,
        next: &State,
        signer: String,
        arrival: &Arrival<'_, '_>,
    ) -> Answer<Outcome> {
        let content_id = &chain.content_id;
        let at = next.updated_at().to_string();
        // A child is later than its parent, so among the ends of all branches only the old head and this one
        // can be the head.
        let is_head =
            (at.as_str(), arrival.cid.as_str()) > (chain.head.at.as_str(), chain.head.cid.as_str());
        let head = is_head.then(|| head(next));
        self.tx.move_content(content_id, head.as_ref())?;
        if signer != chain.creator {
            self.tx.put_signer(content_id, &signer)?;
        }
        if is_head {
            self.dirty.content(content_id);
        }
        let authored = authored(next, signer);
        self.accept(arrival, Kind::Content, content_id, Some(authored))
    }
}

fn damaged(content_id: &str) -> StoreError {
    StoreError::Failed(format!(
        "the chain {content_id} is missing although its operations are here: rebuild the relay's store"
    ))
}

fn head(state: &State) -> Head {
    Head {
        cid: state.head_cid().to_string(),
        at: state.updated_at().to_string(),
        document: state.document().map(str::to_owned),
        is_deleted: state.is_deleted(),
        length: state.length(),
    }
}

fn authored(state: &State, signer: String) -> Authored {
    Authored {
        signer,
        document: state.document().map(str::to_owned),
        is_delete: state.is_deleted(),
        length: state.length(),
    }
}

/// The state of a branch at one of its operations. The operation's row holds everything but the genesis, so a fork
/// costs no more than an extension of the head.
fn state_at(chain: &ContentRow, at: &OperationRow, branch: &Authored) -> Answer<State> {
    let length = i64::try_from(branch.length).unwrap_or(i64::MAX);
    let document = branch.document.clone().map_or(Value::Null, Value::Text);
    let snapshot = Value::map([
        ("contentId", Value::from(chain.content_id.as_str())),
        ("genesisCID", Value::from(chain.genesis_cid.as_str())),
        ("headCID", Value::from(at.cid.as_str())),
        ("isDeleted", Value::Bool(branch.is_delete)),
        ("currentDocumentCID", document),
        ("length", Value::Int(length)),
        ("creatorDID", Value::from(chain.creator.as_str())),
        ("lastCreatedAt", Value::from(at.created_at.as_str())),
    ]);
    State::from_trusted_snapshot(&snapshot).map_err(|error| {
        StoreError::Failed(format!("the operation {} is damaged: {error}", at.cid))
    })
}

fn cause(error: &ContentError) -> Option<&ResolveError> {
    match error {
        ContentError::Statement(StatementError::Resolve(cause))
        | ContentError::Authorization(CredentialError::Statement(StatementError::Resolve(cause))) => {
            Some(cause)
        }
        _ => None,
    }
}
