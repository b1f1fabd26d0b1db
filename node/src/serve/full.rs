//! A node on a disk so full that its data folder does not open. It listens, says so on every page, and tries again
//! until there is room or a stop request.
//!
//! Always: pauses between attempts grow to half a minute; a repeated failure is logged once.

use super::banner;
use super::listen::Listeners;
use super::supervisor::WaitingNotifier;
use crate::config::Config;
use crate::open::{FolderError, OpenFolder, choose};
use imajin_app::Time;
use imajin_box::clock;
use imajin_box::failure::{Failure, Outcome};
use imajin_box::tls::{Ground, Tls};
use imajin_edge::full::Full;
use imajin_host::backoff::Backoff;
use imajin_host::names::Names;
use imajin_host::network::Network;
use imajin_host::stop::Stopper;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const BACKOFF: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));

/// The data folder, opened once there was room, or `None` if it is sealed; and the sockets to serve on.
pub(super) struct Room {
    pub(super) opened: Option<OpenFolder>,
    pub(super) listeners: Listeners,
    /// Kept until the node says that it is ready.
    pub(super) waiting: WaitingNotifier,
}

/// Waits for room; `None` after a stop request.
pub(super) async fn wait(
    data: &Path,
    config: &Config,
    why: &FolderError,
    stop: impl Future<Output = ()>,
) -> Outcome<Option<Room>> {
    let services = choose(config)?.services;
    let listeners = Listeners::bind(config, &services).await?;
    tracing::error!("{why}: the node waits for room, and says so at {}", listeners.url());
    let settings = config.for_services();
    let clock = Arc::new(clock::open(data, config.clock, None)) as Arc<dyn Time>;
    let page = Full::new(data, settings.disk.clone(), &settings.limits, Arc::clone(&clock));
    // Existing certificates are still served: that needs no writes.
    let network = Network::default();
    let names = Names::from_config(&settings, &services);
    let ground = Ground { data, network: &network, names: &names, now: clock.now() };
    let tls = listeners.secure_port().map(|port| Tls::locked(ground, &config.for_box(), port));
    let acceptor = tls.as_ref().map(Tls::acceptor).transpose()?;
    let state = "  full      the disk is full; it starts when there is room; stop with Ctrl-C";
    banner::print_waiting(data, &listeners, &network.now(), state)?;
    let waiting = WaitingNotifier::for_room(&listeners.url());
    let end = (&waiting, &Stopper::default());
    let opened = async {
        tokio::select! {
            () = stop => None,
            opened = open(data, config) => Some(opened),
        }
    };
    let Some(opened) = listeners.serve_until(&page, acceptor.as_ref(), end, opened).await else {
        return Ok(None);
    };
    tracing::info!("there is room on the disk: the node starts");
    Ok(Some(Room { opened: opened?, listeners, waiting }))
}

/// Tries until it opens, or fails for another reason.
async fn open(data: &Path, config: &Config) -> Outcome<Option<OpenFolder>> {
    let mut failures = 0_u32;
    loop {
        failures = failures.saturating_add(1);
        tokio::time::sleep(BACKOFF.pause(failures)).await;
        let (data, config) = (data.to_path_buf(), config.clone());
        let tried = tokio::task::spawn_blocking(move || OpenFolder::at_start(&data, &config)).await;
        match tried.map_err(Failure::unusable)? {
            Err(error) if error.is_full() => {}
            opened => return Ok(opened?),
        }
    }
}
