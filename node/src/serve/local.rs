//! A data folder behind a door of this process alone, for commands that act for its owner with `--data`: they do what
//! they would do with a running node, by the same rules, on a free port of this machine that is gone when they end.

use crate::config::Config;
use crate::open::OpenFolder;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_edge::server;
use std::net::SocketAddr;
use std::path::Path;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A node that only this process speaks to.
pub struct LocalNode {
    runtime: Runtime,
    address: SocketAddr,
    serving: JoinHandle<()>,
    stop: oneshot::Sender<()>,
    opened: OpenFolder,
}

impl LocalNode {
    /// Opens a folder that exists.
    pub fn start(data: &Path, config: &Config) -> Outcome<Self> {
        let opened = OpenFolder::existing(data, config)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(config.http.threads())
            .enable_all()
            .build()
            .or_unusable("cannot start")?;
        // Homes name the address that people reach the node at, not this door.
        let site = runtime.block_on(opened.site(config, format!("http://{}", config.listen)))?;
        let listener =
            runtime.block_on(TcpListener::bind(("127.0.0.1", 0))).or_unusable("cannot listen")?;
        let address = listener.local_addr().or_unusable("cannot listen")?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = runtime.spawn(server::serve(listener, site, None, async {
            // An error means that the sender is gone, which is a stop as well.
            let _ = stopped.await;
        }));
        Ok(Self { runtime, address, serving, stop, opened })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it and gives the folder free.
    pub fn close(self) -> Outcome {
        let _ = self.stop.send(());
        let ended = self.runtime.block_on(self.serving).map_err(Failure::no);
        self.runtime.shutdown_background();
        self.opened.close()?;
        ended
    }
}
