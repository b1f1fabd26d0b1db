//! This program around the relay: the disk, the threads, the network and the log of a node, or of the registry alone.

use std::time::{Duration, Instant};

use imajin_app::time::instant;
use imajin_app::{blocking, lines};
use imajin_host::backoff::Backoff;
use imajin_host::dispatch::Circuits;
use imajin_host::outgoing::{AddressSource, Allowed, Outgoing};
use imajin_host::room::{DiskConfig, For, Room};
use imajin_relay::{BoxFuture, Host, PeerAnswer, RelayError};
use parking_lot::Mutex;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Url};

/// Pauses after a peer did not answer.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(300));

/// The program around a relay.
pub struct RelayHost {
    room: Room,
    outgoing: Outgoing,
    circuits: Mutex<Circuits>,
    /// The beginning of the circuits' time.
    began: Instant,
}

impl RelayHost {
    /// Makes the host of a relay with these settings.
    pub fn new(
        config: &imajin_relay::Config,
        disk: DiskConfig,
        allowed: Allowed,
    ) -> Result<Self, RelayError> {
        let timeout = config.limits.peer_timeout();
        let outgoing = Outgoing::within(allowed, AddressSource::InSettings, |client| {
            client
                .timeout(timeout)
                .connect_timeout(timeout.min(Duration::from_secs(5)))
                .pool_max_idle_per_host(2)
        });
        Ok(Self {
            room: Room::new(&config.folder, disk),
            outgoing: outgoing.map_err(|error| RelayError::Peer {
                url: String::new(),
                error: error.to_string(),
            })?,
            circuits: Mutex::new(Circuits::new(BACKOFF)),
            began: instant(),
        })
    }
}

impl Host for RelayHost {
    fn has_room(&self, now: Duration, bytes: u64) -> bool {
        self.room.need(now, bytes, For::Strangers).is_ok()
    }

    fn disk_bytes(&self, now: Duration) -> Option<u64> {
        self.room.total(now)
    }

    fn spawn(&self, work: Box<dyn FnOnce() + Send>) {
        blocking::detach(work);
    }

    fn next_line(&self, kind: &str) -> Option<u64> {
        lines::next(kind)
    }

    fn ask(
        &self,
        url: Url,
        body: Option<String>,
        bytes_max: usize,
    ) -> BoxFuture<'_, Result<PeerAnswer, String>> {
        Box::pin(async move {
            let method = if body.is_some() { Method::POST } else { Method::GET };
            let request = self.outgoing.request(method, url);
            let mut request = request.map_err(|error| error.to_string())?;
            if let Some(body) = body {
                request = request.header(CONTENT_TYPE, "application/json").body(body);
            }
            let answer = request.send(bytes_max).await.map_err(|error| error.without_url())?;
            Ok(PeerAnswer { status: answer.status, bytes: answer.bytes })
        })
    }

    fn admit(&self, peer: &str) -> Result<(), Duration> {
        let now = self.began.elapsed();
        self.circuits.lock().admit(peer, now)
    }

    fn note(&self, peer: &str, is_reached: bool) {
        let now = self.began.elapsed();
        self.circuits.lock().note(peer, is_reached, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_edge::testing::{EndlessServer, Flood};

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        const BYTES_MAX: usize = 32 << 20;
        let folder = tempfile::tempdir().unwrap();
        let mut config = imajin_relay::Config::new(folder.path());
        config.limits.peer_timeout_secs = 30;
        let host = RelayHost::new(&config, DiskConfig::default(), Allowed::default()).unwrap();
        for flood in [Flood::HTTP[0], Flood::HTTP[2]] {
            let server = EndlessServer::start(flood);
            let peer = Url::parse(&server.url()).unwrap();
            let answer = host.ask(peer, None, BYTES_MAX).await;
            assert!(answer.is_err(), "{flood:?}");
            let given_up = move || server.check_given_up(BYTES_MAX as u64);
            tokio::task::spawn_blocking(given_up).await.unwrap();
        }
    }
}
