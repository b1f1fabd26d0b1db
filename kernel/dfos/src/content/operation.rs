//! One operation of a content chain, as a type.
//!
//! Always: CIDs of documents and of the operation before are texts as they were written; nothing here
//! depends on their being well formed.

use std::collections::BTreeMap;

use crate::credential::CREDENTIAL_BYTES_MAX;
use crate::statement::{Statement, StatementError, VERSION, check_bytes, read};
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
    /// What it does.
    pub action: Action,
    /// Who does it.
    pub did: Did,
    /// When, by its author's clock; later than the operation before.
    pub created_at: Timestamp,
}

/// What an operation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Begins the chain; its signer is the chain's creator.
    Create {
        /// The first document.
        document: String,
        /// What that document was made from, if from another.
        base: Option<String>,
    },
    /// Commits to another document, or to none.
    Update {
        /// The CID of the operation before.
        previous: String,
        /// The document from here on.
        document: Option<String>,
        /// What that document was made from.
        base: Option<String>,
        /// The credential of a signer who is not the creator.
        authorization: Option<String>,
    },
    /// Ends the branch.
    Delete {
        /// The CID of the operation before.
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

    /// The CID of the operation before, which only a create lacks.
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

    /// The credential that the operation shows; an empty one is none.
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

    fn from_value(payload: &Value) -> Result<Self, StatementError> {
        read::version(payload)?;
        let previous = || read::text(payload, PREVIOUS).map(str::to_owned);
        let action = match payload.get_str("type") {
            Some("create") => Action::Create {
                document: read::text(payload, DOCUMENT)?.to_owned(),
                base: read::nullable_text(payload, BASE)?,
            },
            Some("update") => Action::Update {
                previous: previous()?,
                document: read::nullable_text(payload, DOCUMENT)?,
                base: read::nullable_text(payload, BASE)?,
                authorization: read::optional_text(payload, AUTHORIZATION)?,
            },
            Some("delete") => Action::Delete {
                previous: previous()?,
                authorization: read::optional_text(payload, AUTHORIZATION)?,
            },
            _ => return Err(StatementError::Schema("type")),
        };
        Ok(Self {
            action,
            did: read::did(payload, "did")?,
            created_at: read::timestamp(payload, "createdAt")?,
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
        // Also an empty one, which is as good as none but counts for the CID.
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

    /// The credential has a bound of its own, and the CID covers it all the same.
    fn check_size(payload: &Value, form: &[u8]) -> Result<(), StatementError> {
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
