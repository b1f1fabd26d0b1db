//! Queries of the index.

use super::{OrderBy, Page};
use crate::relay::store::Kind;

/// The query of `/index/v0/identities`.
#[derive(Debug, Clone)]
pub struct IdentityQuery {
    /// Exactly this one.
    pub did: Option<String>,
    /// With a profile that everybody may read, or without.
    pub has_public_profile: Option<bool>,
    /// With a public name that contains this.
    pub name_contains: Option<String>,
    /// Where the page begins.
    pub page: Page,
    /// How long it is.
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
    /// Open to everybody, or not.
    pub public_read: Option<bool>,
    /// Deleted, or not.
    pub is_deleted: Option<bool>,
    /// With a public title that contains this.
    pub title_contains: Option<String>,
    /// Where the page begins.
    pub page: Page,
    /// How long it is.
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
    /// How long the page is.
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
    /// With this `$schema`.
    pub schema: Option<String>,
    /// Where the page begins.
    pub page: Page,
    /// How long it is.
    pub limit: usize,
}

/// The query of `/index/v0/countersignatures`.
#[derive(Debug, Clone)]
pub struct CountersignQuery {
    /// DID of the witness.
    pub witness: String,
    /// In this relation.
    pub relation: Option<String>,
    /// Where the page begins.
    pub page: Page,
    /// How long it is.
    pub limit: usize,
}

/// The query of `/index/v0/credentials`.
#[derive(Debug, Clone)]
pub struct CredentialQuery {
    /// DID of the issuer.
    pub issuer: Option<String>,
    /// For this resource, or for all chains if it is one.
    pub resource: Option<String>,
    /// For this action, as it was written.
    pub action: Option<String>,
    /// After this CID.
    pub after: Option<String>,
    /// How long the page is.
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
