//! A node in a temporary folder behind a real socket, for the tests of apps (feature `testing`).

mod endless;
mod exchange;
mod http;
mod name_server;
mod people;
mod person;
mod records;
mod signing;
mod smtp;
mod text;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use imajin_app::{Machine, Node, Service, Services, Time};
use imajin_dfos::{PublicKey, SigningKey, Timestamp};
use imajin_host::prelude::*;
use imajin_host::room::DiskConfig;
use imajin_host::{Config, NodeOptions, Registration};
use imajin_ledger::{Ledger, NodeKey, Options};
use imajin_log::clock::Clock;
use imajin_protocol::{Did, Kid};
use parking_lot::Mutex;
use serde_json::Value as Json;

use crate::site::Site;

pub use endless::{EndlessServer, Flood};
pub use exchange::Terms;
pub use http::{Ask, Reply};
pub use name_server::NameServer;
pub use person::{Person, Write};
pub use signing::draft;
pub use smtp::{SmtpEvent, SmtpServer};

/// A clock that moves only when a test moves it.
pub struct TestClock(Mutex<(Timestamp, Duration)>);

impl TestClock {
    /// Makes a clock that shows this moment.
    pub fn at(text: &str) -> Arc<Self> {
        let at = Timestamp::parse(text).unwrap_or(Timestamp::MIN);
        Arc::new(Self(Mutex::new((at, Duration::from_secs(1)))))
    }

    /// Moves both clocks forward.
    pub fn pass(&self, duration: Duration) {
        let mut now = self.0.lock();
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        now.0 = now.0.checked_add_millis(millis).unwrap_or(Timestamp::MAX);
        now.1 += duration;
    }

    /// The wall clock alone jumps.
    pub fn jump(&self, millis: i64) {
        let mut now = self.0.lock();
        now.0 = now.0.checked_add_millis(millis).unwrap_or(now.0);
    }

    fn get(&self) -> (Timestamp, Duration) {
        *self.0.lock()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        self.get().0
    }
}

impl Time for TestClock {
    fn monotonic(&self) -> Duration {
        self.get().1
    }
}

/// A running node.
pub struct TestNode {
    /// The node.
    pub node: Node,
    /// The address that the node listens on.
    pub address: SocketAddr,
    /// The node's clock.
    pub clock: Arc<TestClock>,
    /// The seed of the node's key.
    seed: u8,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    served: Option<tokio::task::JoinHandle<()>>,
    /// Last, so that it goes when everything else has.
    folder: Option<tempfile::TempDir>,
}

/// The reason why a test cannot continue.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

impl TestNode {
    /// Starts a node with these services and the key of this seed.
    pub async fn start(
        services: Vec<Arc<dyn Service>>,
        config: Config,
        seed: u8,
    ) -> Result<Self, Failure> {
        Self::start_in(
            tempfile::tempdir()?,
            services,
            config,
            seed,
            TestClock::at("2026-11-20T10:00:00.000Z"),
        )
        .await
    }

    /// Starts a node in a folder that may have been used before.
    pub async fn start_in(
        folder: tempfile::TempDir,
        services: Vec<Arc<dyn Service>>,
        config: Config,
        seed: u8,
        clock: Arc<TestClock>,
    ) -> Result<Self, Failure> {
        let mut config = config;
        if config.disk.reserve_max_bytes == DiskConfig::default().reserve_max_bytes {
            // How full the disk of this machine is says nothing about the program.
            config.disk.reserve_max_bytes = config.disk.reserve_min_bytes;
        }
        let services = Services::new(services);
        let key = SigningKey::from_bytes(&[seed; 32]);
        let did = Did::from_key(PublicKey::from(&key).as_bytes());
        let kid = Kid::of_bare_key(&did).ok_or("no kid")?;
        let key = NodeKey { did, kid, key };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let data = folder.path().to_owned();
        let ledger = open(&data, &services, &key, &clock).await?;
        let url = format!("http://{address}");
        let time = Arc::clone(&clock) as Arc<dyn Time>;
        let node =
            NodeOptions { data, ledger, services, key, sealed: false, clock: time, config, url }
                .build()?;
        node.network().change(|place| place.http = address.port());
        let site = Site::new(&node, &[]);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let served = tokio::spawn(crate::server::serve(listener, site, None, async {
            let _ = stopped.await;
        }));
        Ok(Self {
            node,
            address,
            clock,
            seed,
            stop: Some(stop),
            served: Some(served),
            folder: Some(folder),
        })
    }

    /// The URL of a path of the node.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sends a request. Panics without an answer.
    #[allow(clippy::expect_used)]
    pub async fn send(&self, ask: Ask) -> Reply {
        ask.send(self.address).await.expect("an answer")
    }

    /// Requests a path without a session.
    pub async fn get(&self, path: impl Into<String>) -> Reply {
        self.send(Ask::get(path)).await
    }

    /// Posts JSON without a session.
    pub async fn post(&self, path: impl Into<String>, body: &Json) -> Reply {
        self.send(Ask::post(path, body)).await
    }

    /// Stops the node gracefully, and starts it again with these services.
    pub async fn restarted(
        self,
        services: Vec<Arc<dyn Service>>,
        config: Config,
    ) -> Result<Self, Failure> {
        let (clock, seed) = (Arc::clone(&self.clock), self.seed);
        Self::start_in(self.stop().await?, services, config, seed, clock).await
    }

    /// Stops the node gracefully and returns its folder.
    pub async fn stop(mut self) -> Result<tempfile::TempDir, Failure> {
        self.node.stop();
        drop(self.stop.take());
        if let Some(served) = self.served.take() {
            served.await?;
        }
        self.node.finish(PATIENCE).await;
        self.node.ledger().clone().shutdown()?;
        self.folder.take().ok_or_else(|| "already stopped".into())
    }
}

/// Returns the configuration of a node that everyone may join.
pub fn open_config() -> Config {
    Config { registration: Some(Registration::Open), ..Config::default() }
}

/// How long a test waits for an answer; longer than a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until `is_so`, for a minute at most; then it panics with `what`.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waited = tokio::time::timeout(PATIENCE, async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(waited.await.is_ok(), "waited in vain for {what}");
}

/// Does the same with each of these, one after the other. Returns the results.
pub async fn each<I, T, const N: usize>(of: [I; N], mut make: impl AsyncFnMut(I) -> T) -> [T; N] {
    let mut all = Vec::with_capacity(N);
    for item in of {
        all.push(make(item).await);
    }
    match all.try_into() {
        Ok(all) => all,
        Err(_) => unreachable!("one result for each"),
    }
}

/// Starts a node, and brings the people of these seeds there, one after the other.
pub async fn populated<T, const N: usize>(
    node: impl Future<Output = TestNode>,
    seeds: [u8; N],
    bring: impl AsyncFn(&TestNode, u8) -> T,
) -> (TestNode, [T; N]) {
    let node = node.await;
    let people = each(seeds, async |seed| bring(&node, seed).await).await;
    (node, people)
}

/// Opens the ledger. A node that was stopped a moment ago may have a task that still lets go of the folder.
async fn open(
    data: &std::path::Path,
    services: &Services,
    key: &NodeKey,
    clock: &Arc<TestClock>,
) -> Result<Ledger, Failure> {
    let mut left = 100;
    loop {
        let opened = Ledger::open(Options {
            data: data.to_owned(),
            machine: Arc::new(Machine::new(services.clone())),
            node: key.clone(),
            clock: Arc::clone(clock) as Arc<dyn Clock>,
            limits: imajin_ledger::Limits::default(),
        });
        match opened {
            Err(imajin_ledger::OpenError::Locked(_)) if left > 0 => left -= 1,
            other => return Ok(other?),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
