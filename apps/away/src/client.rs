//! Requests to other nodes.
//!
//! Always: within bounds of size and time, only to addresses that the settings allow, and without redirects. A box that does not answer is left alone
//! for growing pauses. A person, and all people of this box together, ask a limited number of times.

use std::sync::OnceLock;
use std::time::Duration;

use imajin_app::{Node, Problem};
use imajin_host::backoff::Backoff;
use imajin_host::dispatch::Circuits;
use imajin_host::outgoing::{AddressSource, Answer, Outgoing};
use imajin_host::rate::Buckets;
use imajin_protocol::Did;
use parking_lot::Mutex;
use reqwest::{Method, StatusCode, Url};

use crate::errors::SearchError;

/// Time limit for a whole answer.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Time limit for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Pauses after a box did not answer three times.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(60), Duration::from_secs(6 * 3_600));
/// Searches of one person at once, and seconds after which they have another one.
const ASKER_BURST: f64 = 20.0;
const ASKER_SECONDS: f64 = 30.0;
/// Requests to one host at once, for all people of this box, and seconds after which it gets another one.
const HOST_BURST: f64 = 60.0;
const HOST_SECONDS: f64 = 5.0;
/// People, and hosts, whose requests are remembered.
const REMEMBERED_MAX: usize = 1_024;

/// A node's memory of other boxes.
pub(crate) struct Client {
    outgoing: OnceLock<Outgoing>,
    circuits: Mutex<Circuits>,
    askers: Buckets<Did>,
    hosts: Buckets<String>,
}

impl Default for Client {
    fn default() -> Self {
        Self {
            outgoing: OnceLock::new(),
            circuits: Mutex::new(Circuits::new(BACKOFF)),
            askers: Buckets::new(1.0 / ASKER_SECONDS, ASKER_BURST, REMEMBERED_MAX),
            hosts: Buckets::new(1.0 / HOST_SECONDS, HOST_BURST, REMEMBERED_MAX),
        }
    }
}

/// Returns the host of a URL, with its port if that is unusual.
pub(crate) fn host_of(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}"));
    format!("{}{}", url.host_str().unwrap_or_default(), port.unwrap_or_default())
}

impl Client {
    pub(crate) fn count(&self, node: &Node, asker: &Did) -> Result<(), SearchError> {
        self.askers.take(asker, node.monotonic()).map_err(|_| SearchError::TooMany)
    }

    /// Asks a node for a JSON document, at a path that is fixed in this program.
    pub(crate) async fn get(
        &self,
        node: &Node,
        url: Url,
        bytes_max: usize,
    ) -> Result<Answer, SearchError> {
        let host = host_of(&url);
        let now = node.monotonic();
        self.hosts.take(&host, now).map_err(|_| SearchError::TooMany)?;
        if self.circuits.lock().admit(&host, now).is_err() {
            return Err(SearchError::NoAnswer(host));
        }
        let request = self.outgoing(node)?.request(Method::GET, url);
        let request = request.map_err(|_| SearchError::Private(host.clone()))?;
        let request = request.header("accept", "application/json, application/jrd+json");
        let answer = request.send(bytes_max).await;
        let is_reached = match &answer {
            Ok(answer) => !answer.status.is_server_error(),
            Err(error) => error.is_untrusted() || error.is_long() || error.not_reached().is_some(),
        };
        self.circuits.lock().note(&host, is_reached, node.monotonic());
        match answer {
            Ok(answer) if is_reached => Ok(answer),
            Ok(_) => Err(SearchError::NoAnswer(host)),
            Err(error) if error.is_untrusted() => Err(SearchError::Untrusted(host)),
            Err(error) if error.is_long() => Err(SearchError::Invalid(host)),
            Err(error) if error.not_reached().is_some() => Err(SearchError::Private(host)),
            Err(_) => Err(SearchError::NoAnswer(host)),
        }
    }

    fn outgoing(&self, node: &Node) -> Result<&Outgoing, SearchError> {
        if let Some(outgoing) = self.outgoing.get() {
            return Ok(outgoing);
        }
        let bounded = |client: reqwest::ClientBuilder| {
            client
                .timeout(TIMEOUT)
                .connect_timeout(CONNECT_TIMEOUT)
                .pool_max_idle_per_host(1)
                .tls_info(true)
        };
        let made = Outgoing::new(node, AddressSource::ByAnybody, bounded);
        let made = made.map_err(Problem::internal)?.body_within(TIMEOUT);
        Ok(self.outgoing.get_or_init(|| made))
    }
}

/// Whether a status says that no person has this name.
pub(crate) fn is_nobody(status: StatusCode) -> bool {
    matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE)
}
