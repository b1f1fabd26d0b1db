//! The traits that a database implements, so that the directory runs on a small machine as on a large one.
//!
//! Always: what a transaction wrote is durable when [`Store::write`] returns, and two registries on one database see each
//! other's writes as if there were one. This module must not know SQL.

use imajin_relay::storage::Answer;

use super::rows::{Counts, Filter, Fork, NameRow, NodeRow, PageStart, Release};

/// Queries of the directory.
pub trait Reads {
    /// A node by its DID.
    fn node(&self, id: &str) -> Answer<Option<NodeRow>>;
    /// The key that a node signs with, as [`NodeRow::public_key`].
    fn key(&self, id: &str) -> Answer<Option<String>>;
    /// The node that a name is kept for.
    fn node_named(&self, hostname: &str) -> Answer<Option<NodeRow>>;
    /// The operations of a node's identity chain that were verified here.
    fn chain(&self, id: &str) -> Answer<Vec<String>>;
    /// A page of nodes: by status, then by DID.
    fn list(&self, filter: &Filter, limit: usize, from: &PageStart) -> Answer<Vec<NodeRow>>;
    /// Numbers of the nodes that match the filter, by status.
    fn counts(&self, filter: &Filter) -> Answer<Counts>;
    /// Whether the status of any node has changed by `now_ms`.
    fn is_due(&self, now_ms: i64) -> Answer<bool>;
    /// The release of a fork (empty for the registry's own) with a version.
    fn release(&self, fork: &str, version: &str) -> Answer<Option<Release>>;
    /// The release that a program belongs to.
    fn release_of(&self, hash: &str) -> Answer<Option<Release>>;
    /// A page of releases, the newest first.
    fn releases(&self, limit: usize, offset: usize) -> Answer<Vec<Release>>;
    /// Number of releases.
    fn release_count(&self) -> Answer<u64>;
    /// A fork by its name.
    fn fork(&self, name: &str) -> Answer<Option<Fork>>;
    /// All forks by name.
    fn forks(&self) -> Answer<Vec<Fork>>;
    /// A number by its name: of a rate limit, or the time of a key's last directive.
    fn number(&self, name: &str) -> Answer<Option<i64>>;
    /// The wanted records of a name.
    fn dns_name(&self, name: &str) -> Answer<Option<NameRow>>;
}

/// Changes of the directory.
pub trait Writes: Reads {
    /// Puts a node in place of `before`.
    fn put_node(&mut self, before: Option<&NodeRow>, after: &NodeRow) -> Answer<()>;
    /// Forgets a node and its chain.
    fn forget_node(&mut self, node: &NodeRow) -> Answer<()>;
    /// Nodes whose status has changed by `now_ms`. No other transaction gets the same nodes before this one ends.
    fn due(&mut self, now_ms: i64, limit: usize) -> Answer<Vec<NodeRow>>;
    /// Puts the operations of a node's identity chain.
    fn put_chain(&mut self, id: &str, chain: &[String]) -> Answer<()>;
    /// Puts a release in place of the one of the same fork and version.
    fn put_release(&mut self, release: &Release) -> Answer<()>;
    /// Puts a fork in place of the one of the same name.
    fn put_fork(&mut self, fork: &Fork) -> Answer<()>;
    /// Keeps a number under a name; it may be forgotten once `until_ms` has passed.
    fn put_number(&mut self, name: &str, number: i64, until_ms: Option<i64>) -> Answer<()>;
    /// Removes expired numbers.
    fn forget_numbers(&mut self, now_ms: i64) -> Answer<()>;
    /// Stores the wanted records of a name.
    fn put_dns_name(&mut self, row: &NameRow) -> Answer<()>;
    /// Names to publish by `now_ms`. No other transaction gets the same names before this one ends.
    fn due_dns_names(&mut self, now_ms: i64, limit: usize) -> Answer<Vec<NameRow>>;
    /// Forgets a name.
    fn forget_dns_name(&mut self, name: &str) -> Answer<()>;
}

/// A database.
pub trait Store: Send + Sync + 'static {
    /// Reads as of one moment. May block.
    fn read(&self, f: &mut dyn FnMut(&dyn Reads) -> Answer<()>) -> Answer<()>;
    /// Runs a transaction; nothing of it is written if `f` fails. May block, and may run `f` again from its beginning if
    /// another transaction was in the way.
    fn write(&self, f: &mut dyn FnMut(&mut dyn Writes) -> Answer<()>) -> Answer<()>;
}
