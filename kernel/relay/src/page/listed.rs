//! Rows of the index's answers.

use crate::store::Kind;

/// A line of `/index/v0/identities`.
#[derive(Debug, Clone)]
pub struct ListedIdentity {
    /// The identity's DID.
    pub did: String,
    /// CID of the identity's head.
    pub head_cid: String,
    /// Number of operations in the chain.
    pub op_count: u64,
    /// Time of the first operation.
    pub genesis_at: String,
    /// Time at which the head was signed.
    pub head_at: String,
    /// Whether the identity is deleted.
    pub is_deleted: bool,
    /// The identity's profile.
    pub profile: Option<ListedProfile>,
}

/// The profile in a line of `/index/v0/identities`.
#[derive(Debug, Clone)]
pub struct ListedProfile {
    /// The content chain that it is on.
    pub anchor: String,
    /// Whether everyone may read the profile.
    pub public_read: bool,
    /// `$schema` of the profile's document.
    pub schema: Option<String>,
    /// The profile's name, if everybody may read it.
    pub name: Option<String>,
}

/// A line of `/index/v0/content`.
#[derive(Debug, Clone)]
pub struct ListedContent {
    /// The chain.
    pub content_id: String,
    /// The CID of its first operation.
    pub genesis_cid: String,
    /// The CID of its head.
    pub head_cid: String,
    /// The creator's DID.
    pub creator: String,
    /// Whether its head is a delete.
    pub is_deleted: bool,
    /// Number of operations in the chain, on all branches.
    pub op_count: u64,
    /// Time of the first operation.
    pub genesis_at: String,
    /// Time at which the head was signed.
    pub head_at: String,
    /// CID of the document that the head commits to.
    pub document: Option<String>,
    /// Whether everyone may read the head's document.
    pub public_read: bool,
    /// The document's `$schema`.
    pub schema: Option<String>,
    /// The document's title, if everybody may read it.
    pub title: Option<String>,
}

/// A line of `/index/v0/credits`.
#[derive(Debug, Clone)]
pub struct ListedCredit {
    /// The post's chain.
    pub content_id: String,
    /// DID of the credited identity.
    pub did: String,
    /// The role.
    pub role: Option<String>,
    /// Position in the list of credits.
    pub position: i64,
    /// Whether the credit has a claim.
    pub has_claim: bool,
}

/// A line of `/index/v0/countersignatures`.
#[derive(Debug, Clone)]
pub struct ListedCountersign {
    /// CID of the countersignature.
    pub cid: String,
    /// CID of the witnessed object.
    pub target: String,
    /// The relation to the target.
    pub relation: Option<String>,
    /// The token.
    pub token: String,
    /// Time of the signature.
    pub created_at: String,
    /// Time at which the relay received it.
    pub ingested_at: String,
}

/// A line of `/index/v0/credentials`.
#[derive(Debug, Clone)]
pub struct ListedCredential {
    /// CID of the credential.
    pub cid: String,
    /// The issuer's DID.
    pub issuer: String,
    /// The granted resources and actions.
    pub scope: Vec<(String, String)>,
    /// End of validity, in seconds since 1970.
    pub expires_at_secs: i64,
    /// The token.
    pub token: String,
}

/// A line of `/index/v0/operations`.
#[derive(Debug, Clone)]
pub struct ListedOperation {
    /// CID of the operation.
    pub cid: String,
    /// The operation's kind.
    pub kind: Kind,
    /// The operation's chain.
    pub chain_id: String,
    /// Time of the signature.
    pub created_at: String,
    /// Time at which the relay received it.
    pub ingested_at: String,
}
