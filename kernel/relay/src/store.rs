//! Tables of the relay, and the two traits that a database implements.
//!
//! Always: operations and blobs are the truth; everything else that [`Writes`] stores can be rebuilt from them. A
//! transaction sees its own writes at once; everybody else sees them when they are durable. This module knows no SQL.

mod rows;

pub use rows::{
    ArtifactRow, Authored, BlobKey, ContentRow, CountersignRow, Counts, CreditView, DocumentView,
    GrantRow, Head, IdentityRow, Kind, LogRow, MailRow, OperationRow, Origin, PendingMax,
    PendingRow, Projection, RevocationRow, Tally, chain_type, kind_code, kind_of,
};

use super::page::{
    ArtifactQuery, ContentQuery, CountersignQuery, CredentialQuery, CreditQuery, IdentityQuery,
    ListedContent, ListedCountersign, ListedCredential, ListedCredit, ListedIdentity,
    ListedOperation, OperationQuery,
};

use crate::storage::writer::Transact;
pub use crate::storage::{Answer, StoreError};

/// A page of a log; `None` if the cursor is not one of this log's.
pub type LogPage = Option<Vec<LogRow>>;

/// Queries of the store, which all see the same moment.
pub trait Reads {
    /// An operation by its CID.
    fn operation(&self, cid: &str) -> Answer<Option<OperationRow>>;
    /// The global log after an operation, in the order of arrival.
    fn log(&self, after: Option<&str>, limit: usize) -> Answer<LogPage>;
    /// The log of one chain after one of its operations, in the order of arrival, all branches.
    fn chain_log(
        &self,
        kind: Kind,
        chain: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Answer<LogPage>;
    /// The global log from a position on, for rebuilding.
    fn operations_from(&self, seq: i64, limit: usize) -> Answer<Vec<OperationRow>>;
    /// An identity's state.
    fn identity(&self, did: &str) -> Answer<Option<IdentityRow>>;
    /// Whether the node of this relay withdrew an identity.
    fn is_withdrawn(&self, did: &str) -> Answer<bool>;
    /// The identity that began with the key of a `did:imajin`: the newest, if there are several.
    fn identity_of_key(&self, imajin: &str) -> Answer<Option<String>>;
    /// The head of an identity, without its state.
    fn identity_head(&self, did: &str) -> Answer<Option<String>>;
    /// A content chain's state.
    fn content(&self, content_id: &str) -> Answer<Option<ContentRow>>;
    /// The chains of a creator whose head commits to a document.
    fn content_with_document(&self, creator: &str, document: &str) -> Answer<Vec<String>>;
    /// Countersignatures of an operation by their own CID.
    fn countersignatures(
        &self,
        target: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Answer<Vec<LogRow>>;
    /// Whether the witness has countersigned the target.
    fn has_countersigned(&self, target: &str, witness: &str) -> Answer<bool>;
    /// Time at which the issuer revoked the credential, if they did.
    fn revoked_at(&self, issuer: &str, credential: &str) -> Answer<Option<String>>;
    /// The revocation of a credential; of several issuers the one with the smallest DID.
    fn revocation(&self, credential: &str) -> Answer<Option<String>>;
    /// The revocations of an issuer by credential: its CID and the token.
    fn revocations(
        &self,
        issuer: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Answer<Vec<(String, String)>>;
    /// Public credentials that may concern a resource and claim to begin with `root`; those that `root` gave
    /// itself come first.
    fn grants(&self, resource: &str, root: &str, limit: usize) -> Answer<Vec<GrantRow>>;
    /// A public credential that is not revoked.
    fn grant(&self, cid: &str) -> Answer<Option<GrantRow>>;
    /// Public credentials in whose delegation an identity takes part.
    fn grants_through(&self, issuer: &str) -> Answer<Vec<GrantRow>>;
    /// A document.
    fn blob(&self, key: &BlobKey) -> Answer<Option<Vec<u8>>>;
    /// Returns the index's view of a document, if the document is stored.
    fn document_view(&self, key: &BlobKey) -> Answer<Option<DocumentView>>;
    /// Whether a document is stored.
    fn has_blob(&self, key: &BlobKey) -> Answer<bool>;
    /// Operations that wait for something, an operation's CID or a DID, after a position; the oldest first.
    fn pending_for(&self, wanted: &str, after: i64, limit: usize) -> Answer<Vec<PendingRow>>;
    /// Missing dependencies of waiting operations, each once, after the given one.
    fn pending_wanted(&self, after: &str, limit: usize) -> Answer<Vec<String>>;
    /// Whether any operation waits.
    fn is_pending(&self) -> Answer<bool>;
    /// Number of waiting operations.
    fn pending_count(&self) -> Answer<u64>;
    /// Numbers about the log.
    fn counts(&self) -> Answer<Counts>;
    /// Content chains that grants in force open to everyone, by id.
    fn public_content(
        &self,
        after: Option<&str>,
        now_secs: i64,
        limit: usize,
    ) -> Answer<Vec<String>>;
    /// Bytes that the store takes on the disk, without room that it could use again.
    fn used_bytes(&self) -> Answer<u64>;
    /// Returns the cursor up to which a peer's log was read.
    fn peer_cursor(&self, peer: &str) -> Answer<Option<String>>;

    /// A sign request that has not expired.
    fn mail(&self, cid: &str, now: &str) -> Answer<Option<MailRow>>;
    /// Unanswered sign requests of a subject after a position, oldest first.
    fn mailbox(
        &self,
        subject: &str,
        after: Option<(&str, &str)>,
        now: &str,
        limit: usize,
    ) -> Answer<Vec<MailRow>>;
    /// Number of a subject's unanswered sign requests.
    fn mail_count(&self, subject: &str, now: &str) -> Answer<u64>;

    /// `/index/v0/identities`.
    fn list_identities(&self, query: &IdentityQuery) -> Answer<Vec<ListedIdentity>>;
    /// `/index/v0/content`.
    fn list_content(&self, query: &ContentQuery) -> Answer<Vec<ListedContent>>;
    /// `/index/v0/credits`.
    fn list_credits(&self, query: &CreditQuery) -> Answer<Vec<ListedCredit>>;
    /// `/index/v0/artifacts`.
    fn list_artifacts(&self, query: &ArtifactQuery) -> Answer<Vec<ArtifactRow>>;
    /// `/index/v0/countersignatures`.
    fn list_countersigns(&self, query: &CountersignQuery) -> Answer<Vec<ListedCountersign>>;
    /// `/index/v0/credentials`.
    fn list_credentials(&self, query: &CredentialQuery) -> Answer<Vec<ListedCredential>>;
    /// `/index/v0/operations`.
    fn list_operations(&self, query: &OperationQuery) -> Answer<Vec<ListedOperation>>;
}

/// Changes of the store. None lasts before its transaction is committed.
pub trait Writes: Reads {
    /// Appends to the log; returns the position.
    fn append(&mut self, operation: &OperationRow) -> Answer<i64>;
    /// Replaces what was derived from an operation in the log.
    fn rederive(&mut self, operation: &OperationRow) -> Answer<()>;
    /// Counts operations that were appended.
    fn tally(&mut self, tally: &Tally) -> Answer<()>;
    /// Puts an identity's state.
    fn put_identity(&mut self, row: &IdentityRow) -> Answer<()>;
    /// Puts a new content chain.
    fn put_content(&mut self, row: &ContentRow) -> Answer<()>;
    /// Sets the head of a content chain; without a head, counts an operation on another branch.
    fn move_content(&mut self, content_id: &str, head: Option<&Head>) -> Answer<()>;
    /// Stores a delegated signer of a content chain.
    fn put_signer(&mut self, content_id: &str, did: &str) -> Answer<()>;
    /// Puts what is shown of a head's document, its credits, and until when a grant opens it.
    fn put_projection(&mut self, content_id: &str, projection: &Projection) -> Answer<()>;
    /// Puts until when everything of a creator is open.
    fn put_open_creator(&mut self, did: &str, until_secs: i64) -> Answer<()>;
    /// Puts a countersignature.
    fn put_countersign(&mut self, row: &CountersignRow) -> Answer<()>;
    /// Puts an artifact.
    fn put_artifact(&mut self, row: &ArtifactRow) -> Answer<()>;
    /// Puts a revocation; of several by one issuer for one credential, the earliest stays.
    fn put_revocation(&mut self, row: &RevocationRow) -> Answer<()>;
    /// Puts a public credential.
    fn put_grant(&mut self, row: &GrantRow) -> Answer<()>;
    /// Drops a public credential.
    fn drop_grant(&mut self, cid: &str) -> Answer<()>;
    /// Puts a document.
    fn put_blob(&mut self, key: &BlobKey, bytes: &[u8], view: &DocumentView) -> Answer<()>;
    /// Stores a waiting operation, and drops the oldest ones beyond the bounds.
    fn put_pending(&mut self, row: &PendingRow, bounds: PendingMax) -> Answer<()>;
    /// Drops an operation that waited.
    fn drop_pending(&mut self, cid: &str) -> Answer<()>;
    /// Remembers how far a peer's log was read; `None` forgets it.
    fn put_peer_cursor(&mut self, peer: &str, cursor: Option<&str>) -> Answer<()>;
    /// Puts a sign request.
    fn put_mail(&mut self, row: &MailRow) -> Answer<()>;
    /// Puts the response of a sign request.
    fn put_response(&mut self, cid: &str, response: &str) -> Answer<()>;
    /// Marks a sign request as declined.
    fn put_declined(&mut self, cid: &str) -> Answer<()>;
    /// Removes sign requests that have expired.
    fn prune_mail(&mut self, now: &str) -> Answer<u64>;
    /// Notes that an operation is one of the node's own people.
    fn mark_own(&mut self, cid: &str) -> Answer<()>;
    /// Removes what strangers left and nothing refers to, the oldest first, at most so many things; `own` is the relay's DID.
    /// How many there were.
    fn evict(&mut self, own: &str, most: usize) -> Answer<u64>;
    /// Removes an identity with all that it signed, and remembers not to take it from others. Returns the number of
    /// operations that went.
    fn withdraw(&mut self, did: &str) -> Answer<u64>;
    /// Lets an identity that was withdrawn in again.
    fn readmit(&mut self, did: &str) -> Answer<()>;
    /// Empties every derived table.
    fn clear_derived(&mut self) -> Answer<()>;
}

/// A database: any number of readers, and one writer at a time.
pub trait Store: Send + Sync + 'static {
    /// Reads as of one moment. May block.
    fn read(&self, f: &mut dyn FnMut(&dyn Reads) -> Answer<()>) -> Answer<()>;
    /// The store's one write handle; `None` if it was taken.
    fn writer(&self) -> Answer<Box<dyn WriteHandle>>;
}

/// The one writer of a store.
pub trait WriteHandle: Writes + Transact {}

impl<T: Writes + Transact> WriteHandle for T {}
