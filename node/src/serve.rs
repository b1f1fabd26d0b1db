//! `imajin serve`: a node from its first to its last moment.

mod banner;
pub mod claim;
mod full;
mod handed;
mod listen;
mod local;
mod locked;
mod memory;
mod screen;
mod supervisor;
mod unclaimed;

use crate::cli::ServeArgs;
use crate::config::{self, Config};
use crate::logging;
use crate::open::OpenFolder;
use crate::register;
use crate::tunnel;
use imajin_app::task::boxed;
use imajin_app::{Node, blocking};
use imajin_box::address;
use imajin_box::backup::{BackupScheduler, finish_broken_off};
use imajin_box::control;
use imajin_box::failure::{Failure, OrFail, Outcome};
use imajin_box::lan;
use imajin_box::mapping;
use imajin_box::outbox;
use imajin_box::power::{self, After, reset};
use imajin_box::tls::{Tls, kept_name};
use imajin_box::work;
use imajin_edge::server;
use imajin_host::outgoing::Allowed;
use imajin_host::prelude::*;
use imajin_host::registries::TUNNELS_MAX;
use imajin_host::scrub::Scrub;
use imajin_host::{alarms, room, sweep};
use imajin_log::Clock;
use listen::Listeners;

pub use local::LocalNode;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

/// Interval between two checks whether the ledger can still write; if not, the program ends and recovers at its next
/// start.
const FATAL_POLL: Duration = Duration::from_millis(250);
/// Time limit at a stop for work in the background, and for uploads to a relay.
const PATIENCE: Duration = Duration::from_secs(1);

/// Runs a node until a stop request or a fatal error.
pub fn run(args: &ServeArgs) -> Outcome {
    let data = config::data_folder(args.data.data.as_deref()).map_err(Failure::unusable)?;
    // Before the settings of the folder are read, which go or come as well.
    let is_erased = reset::finish(&data)?;
    finish_broken_off(&data)?;
    let config =
        config::load(&data, args.config.as_deref()).map_err(Failure::unusable)?.with_flags(args);
    logging::start(&config.log)?;
    if is_erased {
        tracing::warn!("everything was erased, as the owner asked: the box begins as new");
    }
    server::raise_file_limit();
    memory::keep_little();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(config.http.threads())
        .max_blocking_threads(blocking::THREADS_MAX)
        .enable_all()
        .build()
        .or_unusable("cannot start")?;
    let outcome = runtime.block_on(serve(&data, config, args.config.as_deref()));
    // Tasks that are still running have no output left; waiting for them would exceed the five seconds that a stop may take.
    runtime.shutdown_background();
    match outcome? {
        After::Restart => power::again(),
        After::Stop => Ok(()),
    }
}

async fn serve(data: &Path, config: Config, file: Option<&Path>) -> Outcome<After> {
    // Both are asked for before anything can fail slowly, so that no signal is lost in between.
    let mut terminate = signal(SignalKind::terminate()).or_unusable("cannot wait for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).or_unusable("cannot wait for signals")?;
    let mut stopped = async || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let (opened, bound) = match OpenFolder::at_start(data, &config) {
        Err(error) if error.is_full() => {
            let Some(room) = full::wait(data, &config, &error, stopped()).await? else {
                return Ok(After::Stop);
            };
            (room.opened, Some((room.listeners, room.waiting)))
        }
        opened => (opened?, None),
    };
    config::note(data, file);
    let (opened, mut listeners, waited) = match (opened, bound) {
        (Some(opened), Some((listeners, waiting))) => (opened, listeners, Some(waiting)),
        (Some(opened), None) => {
            let listeners = Listeners::bind(&config, &opened.services).await?;
            (opened, listeners, None)
        }
        (None, bound) => {
            // The page of a locked box opens its own sockets.
            drop(bound);
            match locked::wait(data, &config, stopped()).await? {
                None => return Ok(After::Stop),
                Some(unlocked) => {
                    let opened = OpenFolder::with_identity(data, &config, unlocked.identity)?;
                    (opened, unlocked.listeners, Some(unlocked.waiting))
                }
            }
        }
    };
    let did = opened.identity.did();
    let settings = config.for_box();
    let mut home = lan::Home::open(data, Some(did), &settings, listeners.doors());
    home.settle().await;
    listeners.home = home.name();
    let name = config
        .tls
        .domains
        .first()
        .cloned()
        .or_else(|| kept_name(data, &settings, opened.clock.now()))
        .or(home.name());
    let at_home = home.name();
    let url = listeners.public_url(name.as_deref());
    let site = opened.site(&config, url).await?;
    let node = site.node().clone();
    node.network().change(|place| {
        place.http = listeners.doors().plain;
        let services = listeners.service_ports().into_iter();
        place.service_ports = services.map(|(_, port)| port).collect();
        place.secure_ip = listeners.secure_ip();
    });
    home.note(node.network());
    let claim = claim::code(&node, config.claim.chosen())?;
    // Before the first request: records that an earlier run found damaged must not be written to.
    let scrub = Scrub::open(&node).or_unusable("what was found damaged")?;
    address::note(data, &listeners.local_url());
    let control = control::open(data, &node);
    let keeper = BackupScheduler::new(&node, &settings, &opened.identity, register::registrations);
    keeper.mender().verified_by(&scrub);
    node.set_upkeep(Arc::new(keeper.clone()));
    let power = keeper.power();
    let work = work::open(data, &keeper, &scrub);
    open_relay(&opened).await;
    let url = listeners.url();
    let tls = listeners.secure_port().map(|port| Tls::open(&node, &settings, port)).transpose()?;
    let acceptor = tls.as_ref().map(Tls::acceptor).transpose()?;
    let door = match (&config.url, &node.network().now().https, &config.tls.domains[..]) {
        // Its certificate is unknown to a phone yet, or its name needs the internet: the plain door leads on.
        (url, Some(_), []) if url.is_empty() => listeners.plain_url(at_home.as_deref()),
        _ => node.url().to_owned(),
    };
    banner::print(&node, data, &listeners, &door, claim.as_deref())?;

    let stop = node.stop_signal();
    let relays = relays(&node, &opened, &config)?;
    let mut sending = tokio::spawn(boxed(outbox::run(node.clone(), relays, stop.clone())));
    let is_set = !config.url.is_empty() || !config.tls.domains.is_empty();
    if let Some(unclaimed) = unclaimed::Unclaimed::tell(&node) {
        tokio::spawn(boxed(unclaimed.run(node.clone(), stop.clone())));
    }
    tokio::spawn(boxed(claim::follow(node.clone(), door.clone(), stop.clone())));
    let screen = screen::Screen::open(listeners.doors(), is_set.then_some(door))
        .map(|screen| tokio::spawn(boxed(screen.run(node.clone(), stop.clone()))));
    let (plans, planned) = watch::channel(Vec::new());
    let (refusing, refused) = mpsc::channel(TUNNELS_MAX);
    let registries = config.registries.clone();
    let telling = register::run(node.clone(), registries, plans, refused, stop.clone());
    let telling = tokio::spawn(boxed(telling));
    let carrying = tunnel::run(site.clone(), acceptor.clone(), planned, refusing, stop.clone());
    let carrying = tokio::spawn(boxed(carrying));
    node.begin(keeper.drills());
    node.begin(keeper.proofs());
    node.begin(keeper);
    node.begin(scrub);
    sweep::started(&node);
    alarms::started(&node);
    room::started(&node);
    let mapping = tokio::spawn(boxed(mapping::run(node.clone(), stop.clone())));
    let finding = tokio::spawn(boxed(home.run(node.clone(), stop.clone())));
    let renewing =
        tls.map(|tls| tokio::spawn(boxed(tls.run(node.clone(), settings, stop.clone()))));
    tokio::spawn(boxed(memory::run(node.clone(), stop.clone())));
    let serving = tokio::spawn(boxed(listeners.serve(site, acceptor, stop)));
    let supervisor = supervisor::Supervisor::ready(&node, &url);
    drop(waited);
    let (fatal, after) = tokio::select! {
        _ = terminate.recv() => (None, After::Stop),
        _ = interrupt.recv() => (None, After::Stop),
        after = power.wait() => (None, after),
        reason = fatal(&node) => (Some(reason), After::Stop),
    };
    tracing::info!("stopping");
    supervisor.stopping();
    node.stop();
    if serving.await.is_err() {
        tracing::error!("a listener ended with a panic");
    }
    let _ = carrying.await;
    // Others forget the box at once, and the router its port.
    let _ = finding.await;
    let _ = mapping.await;
    if let Some(renewing) = renewing {
        let _ = renewing.await;
    }
    if let Some(screen) = screen {
        let _ = screen.await;
    }
    // An interrupted upload to a relay is sent again at the next start; the other relays resume at their positions.
    let sent = async {
        if tokio::time::timeout(PATIENCE, &mut sending).await.is_err() {
            sending.abort();
        }
    };
    tokio::join!(sent, node.finish(PATIENCE));
    // The stop does not wait for a registry that does not answer: no request to it has data that could be lost.
    telling.abort();
    let _ = telling.await;
    if let Some(registry) = &opened.registry {
        registry.shutdown().await;
    }
    claim::forget_if_claimed(&node)?;
    address::forget(data);
    drop(control);
    drop(work);
    drop(node);
    match fatal {
        Some(reason) => Err(Failure::no(format!(
            "the disk failed and the outcome of the last writes is unknown; nothing that was acknowledged is lost, \
             and the next start recovers ({reason})"
        ))),
        None => {
            tokio::task::spawn_blocking(|| opened.close()).await.or_no("stopping")??;
            Ok(after)
        }
    }
}

/// Returns the relays for people's identity operations: the node's own, which passes them to its peers, else the peers
/// themselves.
fn relays(node: &Node, opened: &OpenFolder, config: &Config) -> Outcome<Vec<outbox::Relay>> {
    if let Some(registry) = &opened.registry {
        return Ok(vec![outbox::Relay::Own(registry.clone())]);
    }
    let allowed = Allowed::from_node(node);
    let peers = config.registry.peers.iter();
    peers
        .filter(|peer| peer.0.gossip)
        .map(|peer| outbox::Relay::other(allowed, &peer.0.url).or_unusable("the outbox"))
        .collect()
}

/// The relay has its identity from the first start on, and follows its peers from the beginning. Without it the node
/// still serves people.
async fn open_relay(opened: &OpenFolder) {
    if let Some(registry) = &opened.registry
        && let Err(error) = registry.relay().await
    {
        tracing::error!("the relay cannot be opened, and its routes answer 503: {error}");
    }
    if let Some(registry) = &opened.registry
        && let Err(problem) = registry.open_directory().await
    {
        let why = problem.detail();
        tracing::error!("the directory cannot be opened, and its routes answer 503: {why}");
    }
}

/// Resolves when the ledger cannot write any more, with the reason.
async fn fatal(node: &Node) -> String {
    loop {
        if let Some(reason) = node.ledger().fatal() {
            return reason;
        }
        tokio::time::sleep(FATAL_POLL).await;
    }
}
