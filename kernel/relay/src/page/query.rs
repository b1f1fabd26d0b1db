//! Queries of the index.

use super::{OrderBy, Page};
use crate::store::Kind;

/// The query of `/index/v0/identities`.
#[derive(Debug, Clone)]
pub struct IdentityQuery {
    /// Exactly this one.
    pub did: Option<String>,
    /// Whether the profile must be public, or must not be.
    pub has_public_profile: Option<bool>,
    /// Text that the public name contains.
    pub name_contains: Option<String>,
    /// Start of the page.
    pub page: Page,
    /// Maximum number of rows.
    pub limit: usize,
    /// Now, in seconds since 1970: grants expire.
    pub now_secs: i64,
}

/// The query of `/index/v0/content`.
#[derive(Debug, Clone)]
pub struct ContentQuery {
    /// Exactly this one.
    pub content_id: Option<String>,
    /// DID of the creator.
    pub creator: Option<String>,
    /// DID of a signer, on any branch.
    pub signer: Option<String>,
    /// `$schema` of the document.
    pub schema: Option<String>,
    /// CID of the document that the head commits to.
    pub document: Option<String>,
    /// Whether the head must be open to everyone, or must not be.
    pub public_read: Option<bool>,
    /// Whether the chain must be deleted, or must not be.
    pub is_deleted: Option<bool>,
    /// Text that the public title contains.
    pub title_contains: Option<String>,
    /// Start of the page.
    pub page: Page,
    /// Maximum number of rows.
    pub limit: usize,
    /// Now, in seconds since 1970.
    pub now_secs: i64,
}

/// The query of `/index/v0/credits`.
#[derive(Debug, Clone)]
pub struct CreditQuery {
    /// DID of the credited identity.
    pub did: Option<String>,
    /// The credited post's chain.
    pub content_id: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// After this chain and place.
    pub after: Option<(String, i64)>,
    /// Maximum number of rows.
    pub limit: usize,
    /// Now, in seconds since 1970.
    pub now_secs: i64,
}

/// The query of `/index/v0/artifacts`.
#[derive(Debug, Clone)]
pub struct ArtifactQuery {
    /// Exactly this one.
    pub cid: Option<String>,
    /// DID of the signer.
    pub signer: Option<String>,
    /// `$schema` of the artifact.
    pub schema: Option<String>,
    /// Start of the page.
    pub page: Page,
    /// Maximum number of rows.
    pub limit: usize,
}

/// The query of `/index/v0/countersignatures`.
#[derive(Debug, Clone)]
pub struct CountersignQuery {
    /// DID of the witness.
    pub witness: String,
    /// The relation to the target.
    pub relation: Option<String>,
    /// Start of the page.
    pub page: Page,
    /// Maximum number of rows.
    pub limit: usize,
}

/// The query of `/index/v0/credentials`.
#[derive(Debug, Clone)]
pub struct CredentialQuery {
    /// DID of the issuer.
    pub issuer: Option<String>,
    /// The resource; a single chain also matches credentials for all chains.
    pub resource: Option<String>,
    /// The action, exactly as in the credential.
    pub action: Option<String>,
    /// After this CID.
    pub after: Option<String>,
    /// Maximum number of rows.
    pub limit: usize,
}

/// The query of `/index/v0/operations`.
#[derive(Debug, Clone)]
pub struct OperationQuery {
    /// Kind of the operations.
    pub kind: Option<Kind>,
    /// The operations' chain.
    pub chain_id: Option<String>,
    /// The time that orders the list.
    pub by: OrderBy,
    /// After this time and CID.
    pub after: Option<(String, String)>,
    /// Maximum number of rows.
    pub limit: usize,
}
