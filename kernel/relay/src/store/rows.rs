//! The rows that a store keeps, as the rest of the relay sees them.
//!
//! Always: times are texts in the one DFOS form, so that comparing them as bytes compares them as times.

use imajin_dfos::identity::Verified;
pub use imajin_dfos::operation::Kind;
use serde::{Deserialize, Serialize};

/// The number of a kind in the store; never changes.
pub fn kind_code(kind: Kind) -> usize {
    match kind {
        Kind::Identity => 0,
        Kind::Content => 1,
        Kind::Artifact => 2,
        Kind::Countersign => 3,
        Kind::Revocation => 4,
        Kind::Credential => 5,
    }
}

/// The kind of a number in the store.
pub fn kind_of(code: i64) -> Option<Kind> {
    let wanted = usize::try_from(code).ok()?;
    Kind::ALL
        .into_iter()
        .find(|kind| kind_code(*kind) == wanted)
}

/// Returns the name of a kind in an operation's own route and in the statistics.
pub fn chain_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Identity => "identity",
        Kind::Content => "content",
        other => other.name(),
    }
}

/// Origin of an operation, which decides which keys of its signer count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Posted: only keys in force.
    Direct,
    /// From a peer's log. The peer checked it when it was new, so every key that the identity ever had is valid.
    Peer,
    /// From the node that the relay runs on: checked as if posted, and never removed to make room.
    Own,
}

/// An operation, verbatim, with what was derived from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRow {
    /// Position in the log of this relay.
    pub seq: i64,
    /// CID of the operation.
    pub cid: String,
    /// The token.
    pub token: String,
    /// Origin of the operation.
    pub origin: Origin,
    /// Time at which the relay received it.
    pub ingested_at: String,
    /// The operation's kind.
    pub kind: Kind,
    /// Its chain, or for the others whose it is: see DFOS v1 WEB-RELAY.
    pub chain_id: String,
    /// Time of the signature, by the signer's clock.
    pub created_at: String,
    /// Position in the chain; only for content operations.
    pub authored: Option<Authored>,
}

/// The position of a content operation in its chain. With the chain's genesis, this is the whole state of the branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authored {
    /// The signer's DID.
    pub signer: String,
    /// CID of the document that the operation commits to.
    pub document: Option<String>,
    /// Whether it ends the branch.
    pub is_delete: bool,
    /// Number of operations in the branch up to and including this one.
    pub length: u64,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// The operation's CID.
    pub cid: String,
    /// The token.
    pub token: String,
    /// The operation's kind.
    pub kind: Kind,
    /// The operation's chain.
    pub chain_id: String,
}

/// An identity.
#[derive(Debug, Clone)]
pub struct IdentityRow {
    /// The verified chain up to its head.
    pub chain: Verified,
    /// The content chain that its profile is on, if it names one.
    pub profile_anchor: Option<String>,
}

/// A content chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentRow {
    /// Its id.
    pub content_id: String,
    /// The CID of its first operation.
    pub genesis_cid: String,
    /// Time at which the first operation was signed.
    pub genesis_at: String,
    /// The creator's DID.
    pub creator: String,
    /// The head.
    pub head: Head,
}

/// The head of a content chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The operation's CID.
    pub cid: String,
    /// Time of the signature.
    pub at: String,
    /// CID of the document that the head commits to.
    pub document: Option<String>,
    /// Whether it is a delete.
    pub is_deleted: bool,
    /// Number of operations in the branch.
    pub length: u64,
}

/// Members of a document that the index shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DocumentView {
    /// Its `$schema`.
    pub schema: Option<String>,
    /// The title of a post.
    pub title: Option<String>,
    /// The name of a profile.
    pub name: Option<String>,
    /// The credits of a post.
    pub credits: Vec<CreditView>,
}

/// A credit in a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditView {
    /// Position in the list of credits.
    pub position: i64,
    /// DID of the credited identity.
    pub did: String,
    /// The role.
    pub role: Option<String>,
    /// Whether it carries a claim.
    pub has_claim: bool,
}

/// View of a content chain in the index, and the end of its public access.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    /// End of the latest grant that opens this chain's head to everyone, in seconds since 1970; 0 without one.
    pub open_until_secs: i64,
    /// View of the head's document; empty if the document is not stored.
    pub view: DocumentView,
}

/// A countersignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountersignRow {
    /// CID of the countersignature.
    pub cid: String,
    /// CID of the witnessed object.
    pub target: String,
    /// DID of the witness.
    pub witness: String,
    /// The relation to the target.
    pub relation: Option<String>,
    /// Time of the signature.
    pub created_at: String,
    /// Time at which the relay received it.
    pub ingested_at: String,
}

/// An artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactRow {
    /// CID of the artifact.
    pub cid: String,
    /// The signer's DID.
    pub signer: String,
    /// Time of the signature.
    pub created_at: String,
    /// Time at which the relay received it.
    pub ingested_at: String,
    /// `$schema` of the artifact.
    pub schema: Option<String>,
}

/// A revocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationRow {
    /// CID of the revocation.
    pub cid: String,
    /// The issuer's DID.
    pub issuer: String,
    /// The credential's CID.
    pub credential: String,
    /// Time from which the credential is revoked.
    pub created_at: String,
}

/// A public credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// CID of the credential.
    pub cid: String,
    /// The token.
    pub token: String,
    /// The issuer's DID.
    pub issuer: String,
    /// The claimed root of its delegation.
    pub root: String,
    /// End of validity, in seconds since 1970.
    pub expires_at_secs: i64,
    /// The granted resources and actions.
    pub scope: Vec<(String, String)>,
    /// The other DIDs in its delegation.
    pub through: Vec<String>,
}

/// Names a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobKey {
    /// The creator of the chain.
    pub creator: String,
    /// The document's CID.
    pub document: String,
}

/// Bounds of the waiting operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingMax {
    /// Operations.
    pub count: u64,
    /// Bytes of their tokens.
    pub bytes: u64,
}

/// An operation that waits for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRow {
    /// Position among the waiting operations.
    pub id: i64,
    /// CID of the operation.
    pub cid: String,
    /// The token.
    pub token: String,
    /// Origin of the operation.
    pub origin: Origin,
    /// The missing dependency: an operation's CID or a DID.
    pub wanted: String,
}

/// A sign request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// CID of the request.
    pub cid: String,
    /// The token.
    pub token: String,
    /// DID of the requested signer.
    pub subject: String,
    /// Time of expiry.
    pub expires_at: String,
    /// Time at which the relay received it.
    pub deposited_at: String,
    /// Whether the subject declined.
    pub declined: bool,
    /// The answer.
    pub response: Option<String>,
}

/// Operations of each kind, by [`kind_code`].
pub type Tally = [u64; 6];

/// Numbers about the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Operations of each kind.
    pub by_kind: Tally,
    /// Time at which the first operation of the log was signed, by its signer's clock.
    pub oldest_at: Option<String>,
    /// The CID of the last operation of the log.
    pub head: Option<String>,
}
