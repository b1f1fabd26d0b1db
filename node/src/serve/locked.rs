//! A sealed node without its secret: it listens where it will serve, and asks for the passphrase on its one page, until
//! a person types it, the stick with the key file arrives, or the node stops.
//!
//! Always: holds the folder's lock. Certificates, the name at home and the settings are not sealed, so the page has the
//! same address as the open node.

use super::banner;
use super::listen::Listeners;
use super::screen::Screen;
use super::supervisor::WaitingNotifier;
use crate::config::Config;
use crate::open::choose;
use imajin_app::Time;
use imajin_app::task::boxed;
use imajin_box::address;
use imajin_box::clock;
use imajin_box::control;
use imajin_box::failure::{OrFail, Outcome};
use imajin_box::folder::NODE_FOLDER;
use imajin_box::identity::NodeIdentity;
use imajin_box::key::PersonKey;
use imajin_box::lan::Home;
use imajin_box::seal::{self, SealError, Secret};
use imajin_box::settings::BoxConfig;
use imajin_box::tls::{Base, Tls};
use imajin_edge::locked::{Locked, NotOpened, Options};
use imajin_host::SystemClock;
use imajin_host::names::Names;
use imajin_host::network::Network;
use imajin_host::outgoing::Allowed;
use imajin_host::stop::Stopper;
use imajin_ledger::DataLock;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;

/// Interval between two checks for the key file.
const LOOK: Duration = Duration::from_secs(2);

/// A node with an open key, and the sockets to serve on.
pub(super) struct Unlocked {
    pub(super) identity: NodeIdentity,
    pub(super) listeners: Listeners,
    /// Kept until the node says that it is ready.
    pub(super) waiting: WaitingNotifier,
}

/// Waits for the key; `None` after a stop request.
pub(super) async fn wait(
    data: &Path,
    config: &Config,
    stop: impl Future<Output = ()>,
) -> Outcome<Option<Unlocked>> {
    let lock = DataLock::take(data).map_err(crate::open::FolderError::from)?;
    let services = choose(config)?.services;
    let mut listeners = Listeners::bind(config, &services).await?;
    let names = Names::from_config(&config.for_services(), &services);
    let doors = listeners.doors();
    let network = Arc::new(Network::default());
    network.change(|place| {
        place.http = doors.plain;
        place.secure_ip = listeners.secure_ip();
    });
    let settings = config.for_box();
    let mut home = Home::open(data, None, &settings, doors);
    home.settle().await;
    listeners.home = home.name();
    home.note(&network);
    let clock = Arc::new(clock::open(data, config.clock, None));
    let base = Base {
        data,
        network: &network,
        names: &names,
        clock: &*clock,
        allowed: Allowed { private: config.private_addresses },
    };
    let tls = listeners.secure_port().map(|port| Tls::locked(base.into(), &settings, port));
    let acceptor = tls.as_ref().map(Tls::acceptor).transpose()?;

    let (sender, mut key) = mpsc::channel::<PersonKey>(1);
    let locked = page(data, config, (&network, names.clone()), &clock, sender)?;
    address::note(data, &listeners.local_url());
    let control = control::locked(data, Arc::clone(&network));
    let why = "  locked    open the page above and type the passphrase; stop with Ctrl-C";
    banner::print_waiting(data, &listeners, &network.now(), why)?;
    tracing::info!("the node is sealed: it waits for the passphrase or the key file");

    let stopper = Stopper::default();
    let screen = Screen::open(doors, None).map(|screen| {
        tokio::spawn(boxed(screen.run_locked(Arc::clone(&network), stopper.signal())))
    });
    let finding = tokio::spawn(boxed(home.run_locked(Arc::clone(&network), stopper.signal())));
    let waiting = WaitingNotifier::ready(&listeners.url());
    let received_key = async {
        tokio::select! {
            () = stop => None,
            found = key.recv() => found,
            found = key_file(data) => Some(found),
            () = renew(tls.as_ref(), base, &settings) => None,
        }
    };
    let end = (&waiting, &stopper);
    let received_key = listeners.serve_until(&locked, acceptor.as_ref(), end, received_key).await;
    let _ = finding.await;
    if let Some(screen) = screen {
        let _ = screen.await;
    }
    drop(control);
    address::forget(data);
    drop(lock);
    let Some(key) = received_key else {
        return Ok(None);
    };
    Ok(Some(Unlocked {
        identity: NodeIdentity::new(key).map_err(crate::open::FolderError::from)?,
        listeners,
        waiting,
    }))
}

/// The page, which sends the key on once a passphrase opens it.
fn page(
    data: &Path,
    config: &Config,
    (network, names): (&Arc<Network>, Names),
    clock: &Arc<SystemClock>,
    sender: mpsc::Sender<PersonKey>,
) -> Outcome<Locked> {
    let folder = data.join(NODE_FOLDER);
    let settings = config.for_services();
    let sealed = folder.clone();
    let open = move |passphrase| match seal::open_with(&sealed, &Secret::passphrase(passphrase)) {
        Ok(key) => {
            // One that is full has the key already.
            let _ = sender.try_send(key);
            Ok(())
        }
        Err(SealError::Locked(_)) => Err(NotOpened::Wrong),
        Err(other) => Err(NotOpened::Failed(other.to_string())),
    };
    Locked::new(Options {
        folder: &folder,
        names,
        network: Arc::clone(network),
        limits: &settings.limits,
        clock: Arc::clone(clock) as Arc<dyn Time>,
        open_pages: imajin_www::open_pages(network, clock),
        key_file: seal::key_file_path().is_some(),
        open: Box::new(open),
    })
    .or_unusable("the page of the locked box")
}

/// Keeps the certificates fresh, where there is HTTPS.
async fn renew(tls: Option<&Tls>, base: Base<'_>, config: &BoxConfig) {
    match tls {
        Some(tls) => tls.run_locked(base, config).await,
        None => std::future::pending().await,
    }
}

/// The key, once the key file that is named is there and opens it.
async fn key_file(data: &Path) -> PersonKey {
    let folder = data.join(NODE_FOLDER);
    let mut tried: Option<(PathBuf, SystemTime)> = None;
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(path) = seal::key_file_path() else {
            continue;
        };
        let Ok(changed) = std::fs::metadata(&path).and_then(|file| file.modified()) else {
            continue;
        };
        let now = (path.clone(), changed);
        if tried.as_ref() == Some(&now) {
            continue;
        }
        let folder = folder.clone();
        let opened = tokio::task::spawn_blocking(move || {
            seal::open_with(&folder, &Secret::key_file(&now.0)?)
        });
        match opened.await {
            Ok(Ok(key)) => return key,
            Ok(Err(error)) => tracing::warn!("the key file was found, but it failed: {error}"),
            Err(error) => tracing::error!("the key file could not be read: {error}"),
        }
        tried = Some((path, changed));
    }
}
