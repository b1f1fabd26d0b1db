//! One operation of a content chain, as a type.
//!
//! Always: CIDs of documents and of the previous operation are texts as they were written; nothing here requires them
//! to be well formed.

use std::collections::BTreeMap;

use crate::credential::CREDENTIAL_BYTES_MAX;
use crate::statement::{Result, Statement, StatementError, VERSION, check_bytes, members};
use crate::{Did, Timestamp, Value, cbor};

/// Bytes of an operation's payload as dag-cbor without its `authorization`, at most (DFOS v1 "Bounds").
pub const OPERATION_BYTES_MAX: usize = 65_536;
/// Bytes of an operation's `authorization`, at most: those of any credential.
pub const AUTHORIZATION_BYTES_MAX: usize = CREDENTIAL_BYTES_MAX;

const AUTHORIZATION: &str = "authorization";
const PREVIOUS: &str = "previousOperationCID";
const DOCUMENT: &str = "documentCID";
const BASE: &str = "baseDocumentCID";

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// The action.
    pub action: Action,
    /// The author.
    pub did: Did,
    /// When, by the author's clock; later than the previous operation.
    pub created_at: Timestamp,
}

/// The action of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Begins the chain; its signer is the chain's creator.
    Create {
        /// The first document.
        document: String,
        /// The document that it was made from, if any.
        base: Option<String>,
    },
    /// Commits to another document, or to none.
    Update {
        /// The CID of the previous operation.
        previous: String,
        /// The document from this operation on.
        document: Option<String>,
        /// The document that it was made from, if any.
        base: Option<String>,
        /// The credential of a signer who is not the creator.
        authorization: Option<String>,
    },
    /// Ends the branch.
    Delete {
        /// The CID of the previous operation.
        previous: String,
        /// The credential of a signer who is not the creator.
        authorization: Option<String>,
    },
}

impl Action {
    /// The operation's `type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Update { .. } => "update",
            Self::Delete { .. } => "delete",
        }
    }

    /// The CID of the previous operation; `None` for a create.
    pub fn previous(&self) -> Option<&str> {
        match self {
            Self::Create { .. } => None,
            Self::Update { previous, .. } | Self::Delete { previous, .. } => Some(previous),
        }
    }

    /// The document that the operation commits to.
    pub fn document(&self) -> Option<&str> {
        match self {
            Self::Create { document, .. } => Some(document),
            Self::Update { document, .. } => document.as_deref(),
            Self::Delete { .. } => None,
        }
    }

    /// The operation's credential; an empty one counts as none.
    pub fn authorization(&self) -> Option<&str> {
        match self {
            Self::Create { .. } => None,
            Self::Update { authorization, .. } | Self::Delete { authorization, .. } => {
                authorization.as_deref().filter(|token| !token.is_empty())
            }
        }
    }
}

impl Statement for Operation {
    const TYP: &'static str = super::TYP;

    fn from_value(payload: &Value) -> Result<Self> {
        members::version(payload)?;
        let previous = || members::text(payload, PREVIOUS).map(str::to_owned);
        let action = match payload.get_str("type") {
            Some("create") => Action::Create {
                document: members::text(payload, DOCUMENT)?.to_owned(),
                base: members::nullable_text(payload, BASE)?,
            },
            Some("update") => Action::Update {
                previous: previous()?,
                document: members::nullable_text(payload, DOCUMENT)?,
                base: members::nullable_text(payload, BASE)?,
                authorization: members::optional_text(payload, AUTHORIZATION)?,
            },
            Some("delete") => Action::Delete {
                previous: previous()?,
                authorization: members::optional_text(payload, AUTHORIZATION)?,
            },
            _ => return Err(StatementError::Schema("type")),
        };
        Ok(Self {
            action,
            did: members::did(payload, "did")?,
            created_at: members::timestamp(payload, "createdAt")?,
        })
    }

    fn to_value(&self) -> Value {
        let mut members = BTreeMap::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("version", Value::Int(VERSION));
        put("type", Value::from(self.action.name()));
        put("did", Value::from(self.did.as_str()));
        put("createdAt", Value::from(self.created_at.to_string()));
        if let Some(previous) = self.action.previous() {
            put(PREVIOUS, Value::from(previous));
        }
        let nullable = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
        match &self.action {
            Action::Create { document, base } => {
                put(DOCUMENT, Value::from(document.as_str()));
                put(BASE, nullable(base));
            }
            Action::Update { document, base, .. } => {
                put(DOCUMENT, nullable(document));
                put(BASE, nullable(base));
            }
            Action::Delete { .. } => {}
        }
        // Also an empty one, which counts as none but is part of the CID.
        if let Action::Update { authorization, .. } | Action::Delete { authorization, .. } =
            &self.action
            && let Some(authorization) = authorization
        {
            put(AUTHORIZATION, Value::from(authorization.as_str()));
        }
        Value::Map(members)
    }

    fn signer(&self) -> &Did {
        &self.did
    }

    /// The credential has its own limit, and the CID covers it all the same.
    fn check_size(payload: &Value, form: &[u8]) -> Result<()> {
        const WHAT: &str = "the operation";
        let Some(authorization) = payload.get_str(AUTHORIZATION) else {
            return check_bytes(WHAT, form.len(), OPERATION_BYTES_MAX);
        };
        check_bytes(AUTHORIZATION, authorization.len(), AUTHORIZATION_BYTES_MAX)?;
        if form.len() <= OPERATION_BYTES_MAX {
            return Ok(());
        }
        let mut rest = payload.clone();
        if let Some(members) = rest.as_map_mut() {
            members.remove(AUTHORIZATION);
        }
        check_bytes(WHAT, cbor::encode(&rest).len(), OPERATION_BYTES_MAX)
    }
}
