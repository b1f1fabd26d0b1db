//! Rows of the index's answers.

use crate::store::Kind;

/// A line of `/index/v0/identities`.
#[derive(Debug, Clone)]
pub(crate) struct ListedIdentity {
    /// The identity's DID.
    pub(crate) did: String,
    /// CID of the identity's head.
    pub(crate) head_cid: String,
    /// Number of operations in the chain.
    pub(crate) op_count: u64,
    /// Time of the first operation.
    pub(crate) genesis_at: String,
    /// Time at which the head was signed.
    pub(crate) head_at: String,
    /// Whether the identity is deleted.
    pub(crate) is_deleted: bool,
    /// The identity's profile.
    pub(crate) profile: Option<ListedProfile>,
}

/// The profile in a line of `/index/v0/identities`.
#[derive(Debug, Clone)]
pub(crate) struct ListedProfile {
    /// The content chain that it is on.
    pub(crate) anchor: String,
    /// Whether everyone may read the profile.
    pub(crate) public_read: bool,
    /// `$schema` of the profile's document.
    pub(crate) schema: Option<String>,
    /// The profile's name, if everybody may read it.
    pub(crate) name: Option<String>,
}

/// A line of `/index/v0/content`.
#[derive(Debug, Clone)]
pub(crate) struct ListedContent {
    /// The chain.
    pub(crate) content_id: String,
    /// The CID of its first operation.
    pub(crate) genesis_cid: String,
    /// The CID of its head.
    pub(crate) head_cid: String,
    /// The creator's DID.
    pub(crate) creator: String,
    /// Whether its head is a delete.
    pub(crate) is_deleted: bool,
    /// Number of operations in the chain, on all branches.
    pub(crate) op_count: u64,
    /// Time of the first operation.
    pub(crate) genesis_at: String,
    /// Time at which the head was signed.
    pub(crate) head_at: String,
    /// CID of the document that the head commits to.
    pub(crate) document: Option<String>,
    /// Whether everyone may read the head's document.
    pub(crate) public_read: bool,
    /// The document's `$schema`.
    pub(crate) schema: Option<String>,
    /// The document's title, if everybody may read it.
    pub(crate) title: Option<String>,
}

/// A line of `/index/v0/credits`.
#[derive(Debug, Clone)]
pub(crate) struct ListedCredit {
    /// The post's chain.
    pub(crate) content_id: String,
    /// DID of the credited identity.
    pub(crate) did: String,
    /// The role.
    pub(crate) role: Option<String>,
    /// Position in the list of credits.
    pub(crate) position: i64,
    /// Whether the credit has a claim.
    pub(crate) has_claim: bool,
}

/// A line of `/index/v0/countersignatures`.
#[derive(Debug, Clone)]
pub(crate) struct ListedCountersign {
    /// CID of the countersignature.
    pub(crate) cid: String,
    /// CID of the witnessed object.
    pub(crate) target: String,
    /// The relation to the target.
    pub(crate) relation: Option<String>,
    /// The token.
    pub(crate) token: String,
    /// Time of the signature.
    pub(crate) created_at: String,
    /// Time at which the relay received it.
    pub(crate) ingested_at: String,
}

/// A line of `/index/v0/credentials`.
#[derive(Debug, Clone)]
pub(crate) struct ListedCredential {
    /// CID of the credential.
    pub(crate) cid: String,
    /// The issuer's DID.
    pub(crate) issuer: String,
    /// The granted resources and actions.
    pub(crate) scope: Vec<(String, String)>,
    /// End of validity, in seconds since 1970.
    pub(crate) expires_at_secs: i64,
    /// The token.
    pub(crate) token: String,
}

/// A line of `/index/v0/operations`.
#[derive(Debug, Clone)]
pub(crate) struct ListedOperation {
    /// CID of the operation.
    pub(crate) cid: String,
    /// The operation's kind.
    pub(crate) kind: Kind,
    /// The operation's chain.
    pub(crate) chain_id: String,
    /// Time of the signature.
    pub(crate) created_at: String,
    /// Time at which the relay received it.
    pub(crate) ingested_at: String,
}
