//! Queries of the index.

use super::{OrderBy, Page};
use crate::store::Kind;

/// The query of `/index/v0/identities`.
#[derive(Debug, Clone)]
pub(crate) struct IdentityQuery {
    /// Exactly this one.
    pub(crate) did: Option<String>,
    /// Whether the profile must be public, or must not be.
    pub(crate) has_public_profile: Option<bool>,
    /// Text that the public name contains.
    pub(crate) name_contains: Option<String>,
    pub(crate) page: Page,
    pub(crate) limit: usize,
    /// Now, in seconds since 1970: grants expire.
    pub(crate) now_secs: i64,
}

/// The query of `/index/v0/content`.
#[derive(Debug, Clone)]
pub(crate) struct ContentQuery {
    /// Exactly this one.
    pub(crate) content_id: Option<String>,
    pub(crate) creator: Option<String>,
    /// DID of a signer, on any branch.
    pub(crate) signer: Option<String>,
    /// `$schema` of the document.
    pub(crate) schema: Option<String>,
    /// CID of the document that the head commits to.
    pub(crate) document: Option<String>,
    /// Whether the head must be open to everyone, or must not be.
    pub(crate) public_read: Option<bool>,
    /// Whether the chain must be deleted, or must not be.
    pub(crate) is_deleted: Option<bool>,
    /// Text that the public title contains.
    pub(crate) title_contains: Option<String>,
    pub(crate) page: Page,
    pub(crate) limit: usize,
    /// Now, in seconds since 1970.
    pub(crate) now_secs: i64,
}

/// The query of `/index/v0/credits`.
#[derive(Debug, Clone)]
pub(crate) struct CreditQuery {
    pub(crate) did: Option<String>,
    /// The credited post's chain.
    pub(crate) content_id: Option<String>,
    pub(crate) role: Option<String>,
    /// After this chain and place.
    pub(crate) after: Option<(String, i64)>,
    pub(crate) limit: usize,
    /// Now, in seconds since 1970.
    pub(crate) now_secs: i64,
}

/// The query of `/index/v0/artifacts`.
#[derive(Debug, Clone)]
pub(crate) struct ArtifactQuery {
    /// Exactly this one.
    pub(crate) cid: Option<String>,
    pub(crate) signer: Option<String>,
    /// `$schema` of the artifact.
    pub(crate) schema: Option<String>,
    pub(crate) page: Page,
    pub(crate) limit: usize,
}

/// The query of `/index/v0/countersignatures`.
#[derive(Debug, Clone)]
pub(crate) struct CountersignQuery {
    pub(crate) witness: String,
    pub(crate) relation: Option<String>,
    pub(crate) page: Page,
    pub(crate) limit: usize,
}

/// The query of `/index/v0/credentials`.
#[derive(Debug, Clone)]
pub(crate) struct CredentialQuery {
    pub(crate) issuer: Option<String>,
    /// The resource; a single chain also matches credentials for all chains.
    pub(crate) resource: Option<String>,
    /// The action, exactly as in the credential.
    pub(crate) action: Option<String>,
    /// After this CID.
    pub(crate) after: Option<String>,
    pub(crate) limit: usize,
}

/// The query of `/index/v0/operations`.
#[derive(Debug, Clone)]
pub(crate) struct OperationQuery {
    pub(crate) kind: Option<Kind>,
    pub(crate) chain_id: Option<String>,
    /// The time that orders the list.
    pub(crate) by: OrderBy,
    /// After this time and CID.
    pub(crate) after: Option<(String, String)>,
    pub(crate) limit: usize,
}
