//! The door to the network for threads that wait, such as a backup's.

use std::io::{self, ErrorKind, Read};
use std::sync::Arc;
use std::time::Duration;

use reqwest::blocking::{Client, ClientBuilder, RequestBuilder};
use reqwest::{Method, Url};
use tokio::time::Instant;

use super::{AGENT, AddressSource, Allowed, CONNECT_TIMEOUT, NotReached, Reach, SILENCE_TIMEOUT};
use crate::trust;

/// The slowest that something large may come or go, in bytes a second: a modem of the nineties.
const RATE_MIN: u64 = 2 * 1024;

/// A client that connects only to addresses that it may reach. Not for async tasks.
#[derive(Debug, Clone)]
pub struct Blocking {
    client: Client,
    reach: Reach,
}

impl Blocking {
    /// Makes a client as the operator allows. `with` sets timeouts.
    pub fn within(
        allowed: Allowed,
        named: AddressSource,
        with: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> reqwest::Result<Self> {
        let reach = Reach { allowed, named };
        let client = build_client!(Client, timeout, reach, with)?;
        Ok(Self { client, reach })
    }

    /// A request to be sent, unless its address is a number that may not be reached. What a name resolves to is checked
    /// when it is sent.
    pub fn request(&self, method: Method, url: Url) -> Result<RequestBuilder, NotReached> {
        self.reach.check_number(&url)?;
        Ok(self.client.request(method, url))
    }
}

/// The longest that bytes may be on their way, once something is answered.
pub fn time_for(bytes: u64) -> Duration {
    Duration::from_secs(bytes / RATE_MIN)
}

/// A body of unknown length that comes at a pace, or breaks off: one that gives a byte a second would never end.
#[derive(Debug)]
pub struct Paced<R> {
    inner: R,
    silence: Duration,
    begun: Instant,
    bytes: u64,
}

impl<R> Paced<R> {
    /// A body of which nothing was read yet, and which may be `silence` late.
    pub fn new(inner: R, silence: Duration) -> Self {
        Self { inner, silence, begun: Instant::now(), bytes: 0 }
    }
}

impl<R: Read> Read for Paced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes = self.bytes.saturating_add(count as u64);
        if self.begun.elapsed() > self.silence + time_for(self.bytes) {
            return Err(io::Error::new(ErrorKind::TimedOut, "the answer is too slow"));
        }
        Ok(count)
    }
}
