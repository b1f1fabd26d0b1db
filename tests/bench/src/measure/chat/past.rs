//! A node in this process whose clock the bench controls: days of writing take a minute, with the same code and limits
//! as usual.

use crate::measure::prelude::*;
use crate::people::registration;
use imajin_app::{Machine, Node, Time};
use imajin_box::identity::NodeIdentity;
use imajin_dfos::Timestamp;
use imajin_edge::{Site, server};
use imajin_host::NodeOptions;
use imajin_host::prelude::*;
use imajin_ledger::{Ledger, Limits, Options};
use imajin_log::Clock;
use imajin_node::config;
use imajin_node::open::choose;
use parking_lot::Mutex;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

const PATIENCE: Duration = Duration::from_secs(60);
/// Real time after which an action is slow, so that simulated time passes.
const LONG: Duration = Duration::from_secs(1);
const MORE: Duration = Duration::from_secs(10);

/// A clock that advances on request: the current time, and the time elapsed since its start.
struct ManualClock(Mutex<(Timestamp, Duration)>);

impl ManualClock {
    fn get(&self) -> (Timestamp, Duration) {
        *self.0.lock()
    }

    fn pass(&self, time: Duration) -> Outcome {
        let mut now = self.0.lock();
        let later = now.0.checked_add_millis(i64::try_from(time.as_millis())?);
        *now = (later.ok_or("the clock is at its end")?, now.1 + time);
        Ok(())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.get().0
    }
}

impl Time for ManualClock {
    fn monotonic(&self) -> Duration {
        self.get().1
    }
}

/// A node under preparation.
pub(super) struct Past {
    pub(super) address: SocketAddr,
    pub(super) client: Client,
    clock: Arc<ManualClock>,
    node: Node,
    stop: oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
    runtime: Runtime,
}

impl Past {
    /// Creates a node in a folder, at a time in the past.
    pub(super) fn begin(data: &Path, ago: Duration) -> Outcome<Self> {
        let ago_ms = i64::try_from(ago.as_millis())?;
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        let begun = Timestamp::from_millis(i64::try_from(since_epoch.as_millis())? - ago_ms)?;
        let clock = Arc::new(ManualClock(Mutex::new((begun, Duration::from_secs(1)))));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (site, listener) = runtime.block_on(open(data, &clock))?;
        let (address, node) = (listener.local_addr()?, site.node().clone());
        let (stop, stopped) = oneshot::channel();
        let served = runtime.spawn(server::serve(listener, site, None, async {
            let _ = stopped.await;
        }));
        Ok(Self {
            address,
            client: Client::new(&format!("http://{address}"))?,
            clock,
            node,
            stop,
            served,
            runtime,
        })
    }

    pub(super) fn register(&self) -> Outcome<PersonKey> {
        let (info, host) = (self.client.node()?, self.address.to_string());
        let (key, request) = registration(&info.did, &info.url, &host, info.time)?;
        crate::load::run(crate::load::Load::each(self.address, vec![vec![request]]))?;
        Ok(key)
    }

    /// Advances the clock.
    pub(super) fn pass(&self, time: Duration) -> Outcome {
        self.clock.pass(time)
    }

    /// Runs an action, and advances the clock while it is slow, since rate limits wait for this clock.
    pub(super) fn meanwhile<T>(&self, work: impl FnOnce() -> T) -> T {
        let (done, is_done) = mpsc::channel::<()>();
        let clock = &self.clock;
        std::thread::scope(|scope| {
            scope.spawn(move || {
                while let Err(mpsc::RecvTimeoutError::Timeout) = is_done.recv_timeout(LONG) {
                    // An error at the clock's end is returned to the next caller that advances it.
                    let _ = clock.pass(MORE);
                }
            });
            let came = work();
            drop(done);
            came
        })
    }

    /// Stops the node with everything in its logs.
    pub(super) fn end(self) -> Outcome {
        self.node.stop();
        let _ = self.stop.send(());
        self.runtime.block_on(async {
            let served = self.served.await;
            self.node.finish(PATIENCE).await;
            served
        })?;
        Ok(self.node.ledger().clone().shutdown()?)
    }
}

async fn open(data: &Path, clock: &Arc<ManualClock>) -> Outcome<(Site, TcpListener)> {
    std::fs::create_dir_all(data)?;
    let config = config::load(data, None)?;
    let identity = NodeIdentity::open(data)?;
    let services = choose(&config)?.services;
    let ledger = Ledger::open(Options {
        data: data.to_owned(),
        machine: Arc::new(Machine::new(services.clone())),
        node: identity.key(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        limits: Limits::default(),
    })?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let node = NodeOptions {
        data: data.to_owned(),
        ledger,
        services,
        key: identity.key(),
        sealed: false,
        clock: Arc::clone(clock) as Arc<dyn Time>,
        config: config.for_services(),
        url: format!("http://{address}"),
    }
    .build()?;
    node.network().change(|place| place.http = address.port());
    imajin_identity::begin_node_identity(&node).await?;
    Ok((Site::new(&node, &[]), listener))
}
