//! The program around the relay, which knows the machine: its disk, its threads, its network and its log.

use std::pin::Pin;
use std::time::Duration;

use reqwest::{StatusCode, Url};

/// A future of a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A peer's answer, which was read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerAnswer {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub bytes: Vec<u8>,
}

/// The program around the relay.
pub trait Host: Send + Sync + 'static {
    /// Returns whether `bytes` of strangers' data fit on the relay's disk. May block; `now` may be of any clock that rarely goes back.
    fn has_room(&self, now: Duration, bytes: u64) -> bool;

    /// Returns the size of the relay's disk in bytes, if the file system has figures. May block.
    fn disk_bytes(&self, now: Duration) -> Option<u64>;

    /// Runs work that may wait for the disk, on a thread where it delays no request. The work runs to its end.
    fn spawn(&self, work: Box<dyn FnOnce() + Send>);

    /// Returns whether a line of a kind may be logged now and, if so, how many lines were left out since the last one.
    fn next_line(&self, kind: &str) -> Option<u64>;

    /// Asks a peer: GET, or POST of a JSON body. Reads an answer of at most `bytes_max`, in bounded time, and only from an address that
    /// the operator allows.
    ///
    /// # Errors
    /// The reason in words, without the address.
    fn ask(
        &self,
        url: Url,
        body: Option<String>,
        bytes_max: usize,
    ) -> BoxFuture<'_, Result<PeerAnswer, String>>;

    /// Admits a request to a peer, named by host and port, unless the peer failed lately.
    ///
    /// # Errors
    /// The time until the peer is asked again.
    fn admit(&self, peer: &str) -> Result<(), Duration>;

    /// Notes whether an admitted request reached the peer.
    fn note(&self, peer: &str, is_reached: bool);
}
