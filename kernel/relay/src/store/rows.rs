//! The rows that a store keeps, as the rest of the relay sees them.
//!
//! Always: times are texts in the one DFOS form, so that comparing them as bytes compares them as times.

use imajin_dfos::identity::Verified;
pub(crate) use imajin_dfos::operation::Kind;
use serde::{Deserialize, Serialize};

/// The number of a kind in the store; never changes.
pub(crate) fn kind_code(kind: Kind) -> usize {
    match kind {
        Kind::Identity => 0,
        Kind::Content => 1,
        Kind::Artifact => 2,
        Kind::Countersign => 3,
        Kind::Revocation => 4,
        Kind::Credential => 5,
    }
}

/// Returns the name of a kind in an operation's own route and in the statistics.
pub(crate) fn chain_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Identity => "identity",
        Kind::Content => "content",
        other => other.name(),
    }
}

/// Origin of an operation, which decides which keys of its signer count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// Posted: only keys in force.
    Direct,
    /// From a peer's log. The peer checked it when it was new, so every key that the identity ever had is valid.
    Peer,
    /// From the node that the relay runs on: checked as if posted, and never removed to make room.
    Own,
}

/// An operation, verbatim, with what was derived from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OperationRow {
    /// Position in the log of this relay.
    pub(crate) seq: i64,
    pub(crate) cid: String,
    pub(crate) token: String,
    pub(crate) origin: Origin,
    /// Time at which the relay received it.
    pub(crate) ingested_at: String,
    pub(crate) kind: Kind,
    /// Its chain, or for the others whose it is: see DFOS v1 WEB-RELAY.
    pub(crate) chain_id: String,
    /// Time of the signature, by the signer's clock.
    pub(crate) created_at: String,
    /// Position in the chain; only for content operations.
    pub(crate) authored: Option<Authored>,
}

/// The position of a content operation in its chain. With the chain's genesis, this is the whole state of the branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authored {
    pub(crate) signer: String,
    /// CID of the document that the operation commits to.
    pub(crate) document: Option<String>,
    /// Whether it ends the branch.
    pub(crate) is_delete: bool,
    /// Number of operations in the branch up to and including this one.
    pub(crate) length: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogRow {
    pub(crate) cid: String,
    pub(crate) token: String,
    pub(crate) kind: Kind,
    pub(crate) chain_id: String,
}

#[derive(Debug, Clone)]
pub(crate) struct IdentityRow {
    /// The verified chain up to its head.
    pub(crate) chain: Verified,
    /// The content chain that its profile is on, if it names one.
    pub(crate) profile_anchor: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentRow {
    pub(crate) content_id: String,
    pub(crate) genesis_cid: String,
    /// Time at which the first operation was signed.
    pub(crate) genesis_at: String,
    pub(crate) creator: String,
    pub(crate) head: Head,
}

/// The head of a content chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) cid: String,
    /// Time of the signature.
    pub(crate) at: String,
    /// CID of the document that the head commits to.
    pub(crate) document: Option<String>,
    pub(crate) is_deleted: bool,
    /// Number of operations in the branch.
    pub(crate) length: u64,
}

/// Members of a document that the index shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct DocumentView {
    pub(crate) schema: Option<String>,
    /// The title of a post.
    pub(crate) title: Option<String>,
    /// The name of a profile.
    pub(crate) name: Option<String>,
    pub(crate) credits: Vec<CreditView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CreditView {
    pub(crate) position: i64,
    pub(crate) did: String,
    pub(crate) role: Option<String>,
    pub(crate) has_claim: bool,
}

/// View of a content chain in the index, and the end of its public access.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Projection {
    /// End of the latest grant that opens this chain's head to everyone, in seconds since 1970; 0 without one.
    pub(crate) open_until_secs: i64,
    /// View of the head's document; empty if the document is not stored.
    pub(crate) view: DocumentView,
}

/// A public credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GrantRow {
    pub(crate) cid: String,
    pub(crate) token: String,
    pub(crate) issuer: String,
    /// The claimed root of its delegation.
    pub(crate) root: String,
    /// End of validity, in seconds since 1970.
    pub(crate) expires_at_secs: i64,
    /// The granted resources and actions.
    pub(crate) scope: Vec<(String, String)>,
    /// The other DIDs in its delegation.
    pub(crate) through: Vec<String>,
}

/// Names a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BlobKey {
    pub(crate) creator: String,
    /// The document's CID.
    pub(crate) document: String,
}

/// Bounds of the waiting operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PendingMax {
    /// Operations.
    pub(crate) count: u64,
    /// Bytes of their tokens.
    pub(crate) bytes: u64,
}

/// An operation that waits for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PendingRow {
    /// Position among the waiting operations.
    pub(crate) id: i64,
    pub(crate) cid: String,
    pub(crate) token: String,
    pub(crate) origin: Origin,
    /// The missing dependency: an operation's CID or a DID.
    pub(crate) wanted: String,
}

/// A sign request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailRow {
    pub(crate) cid: String,
    pub(crate) token: String,
    /// DID of the requested signer.
    pub(crate) subject: String,
    pub(crate) expires_at: String,
    /// Time at which the relay received it.
    pub(crate) deposited_at: String,
    pub(crate) declined: bool,
    pub(crate) response: Option<String>,
}

/// Operations of each kind, by [`kind_code`].
pub(crate) type Tally = [u64; 6];

/// Numbers about the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) by_kind: Tally,
    /// Time at which the first operation of the log was signed, by its signer's clock.
    pub(crate) oldest_at: Option<String>,
    /// The CID of the last operation of the log.
    pub(crate) head: Option<String>,
}
