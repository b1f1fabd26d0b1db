//! The local network, by mDNS and DNS-SD (RFC 6762, 6763): the box is found as `imajin.local` and as a service
//! `_imajin._tcp`, and finds other nodes.
//!
//! Always: never where the node listens on this machine alone, or its settings say no. What others announce is bounded, and
//! believed only as far as they prove the key of the DID that they name.

mod heads;
mod neighbours;
mod spoken;
mod twin;

use crate::failure::{OrFail, Outcome};
use crate::folder::NODE_FOLDER;
use crate::settings::BoxConfig;
use heads::Heads;
use imajin_app::Node;
use imajin_app::time::instant;
use imajin_host::network::{Lan, Network};
use imajin_host::prelude::*;
use imajin_host::stop::Stop;
use imajin_ledger::durable;
use imajin_protocol::Did;
use mdns_sd::{DaemonEvent, ServiceInfo};
use neighbours::Neighbours;
use serde::{Deserialize, Serialize};
use spoken::{Doubt, MDNS, Spoken};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use twin::Twins;

/// Service type of nodes on the local network (docs/exchanges.md).
const SERVICE: &str = "_imajin._tcp.local.";
/// Number of the DID's letters that distinguish nodes of the same name.
const NAME_END: usize = 6;
const DOMAIN: &str = ".local.";
/// Interval between two checks of the responses.
const LOOK: Duration = Duration::from_secs(1);
/// Time at the first start for others to object to the name (RFC 6762 §8.1: up to a second), with a margin.
const FIRST: Duration = Duration::from_secs(2);
const FILE_NAME: &str = "lan.json";

/// The name that the network left to the box, so that two boxes do not swap theirs after a power cut.
#[derive(Serialize, Deserialize)]
struct StoredName {
    /// The requested name.
    wish: String,
    name: String,
}

/// The box on the local network. It says goodbye when dropped.
pub struct Home(Option<Announced>);

struct Announced {
    spoken: Spoken,
    service: ServiceInfo,
    /// Another device seems to have the name.
    doubt: Option<Doubt>,
    wish: String,
    /// `imajin`, or what it became.
    name: String,
    path: PathBuf,
    first: bool,
}

/// The ports in announcements.
#[derive(Clone, Copy)]
pub struct Doors {
    /// Plain HTTP.
    pub plain: u16,
    /// HTTPS, if the node speaks it.
    pub secure: Option<u16>,
    /// Whether only this machine reaches them.
    pub loopback: bool,
}

impl Home {
    /// Announces the node. A locked node has no DID in its announcement. A node that can't be announced still serves
    /// clients that know its address.
    pub fn open(data: &Path, did: Option<&Did>, config: &BoxConfig, doors: Doors) -> Self {
        if !config.lan.announce || doors.loopback {
            return Self(None);
        }
        match Announced::new(data, did, config, doors) {
            Ok(announced) => Self(Some(announced)),
            Err(error) => {
                tracing::warn!("the box is not announced on the local network: {}", error.text());
                Self(None)
            }
        }
    }

    /// Waits at a first start until the network has agreed to the name.
    pub async fn settle(&mut self) {
        if let Some(home) = &mut self.0
            && home.first
        {
            let mut waited = Duration::ZERO;
            let (step, asked) = (Duration::from_millis(50), home.name.clone());
            // Other interfaces may finish probing before the one with a conflict.
            while (waited < FIRST || home.doubt.is_some()) && home.name == asked {
                tokio::time::sleep(step).await;
                waited += step;
                home.hear().await;
            }
            home.keep();
        }
    }

    /// The name, without a dot at its end.
    pub fn name(&self) -> Option<String> {
        self.0.as_ref().map(Announced::host)
    }

    /// Publishes the result, and listens until the node stops.
    pub fn note(&self, network: &Network) {
        let lan = self.0.as_ref().map(|home| Lan { name: home.host(), neighbours: Vec::new() });
        network.change(|place| place.lan = lan);
    }

    /// Keeps the name of a locked box until told to stop, then says goodbye.
    pub async fn run_locked(self, network: Arc<Network>, stop: Stop) {
        let Some(mut home) = self.0 else { return };
        let listening = async {
            loop {
                home.follow(&network).await;
                while home.spoken.found.try_recv().is_ok() {}
                tokio::time::sleep(LOOK).await;
            }
        };
        stop.or(listening).await;
        home.spoken.goodbye().await;
    }

    /// Listens until told to stop, then says goodbye.
    pub async fn run(self, node: Node, stop: Stop) {
        let Some(mut home) = self.0 else { return };
        let (mut seen, mut twins) = (Neighbours::default(), Twins::default());
        let mut heads = Heads::open(&node, home.folder());
        let listening = async {
            loop {
                home.follow(node.network()).await;
                while let Ok(event) = home.spoken.found.try_recv() {
                    seen.hear(event);
                }
                seen.prove(&node).await;
                twins.meet(&node, seen.like(node.did()), instant()).await;
                heads.meet(&node, instant()).await;
                tokio::time::sleep(LOOK).await;
            }
        };
        stop.or(listening).await;
        home.spoken.goodbye().await;
    }
}

impl Announced {
    fn new(data: &Path, did: Option<&Did>, config: &BoxConfig, doors: Doors) -> Outcome<Self> {
        let path = data.join(NODE_FOLDER).join(FILE_NAME);
        let wish = config.lan.name.clone();
        let kept = std::fs::read(&path).ok();
        let kept = kept.and_then(|bytes| serde_json::from_slice::<StoredName>(&bytes).ok());
        let kept = kept.filter(|kept| kept.wish == wish);
        let first = kept.is_none();
        let name = kept.map_or_else(|| wish.clone(), |kept| kept.name);

        let title = match config.name.as_str() {
            "" => &name,
            title => title,
        };
        let secure = doors.secure.map(|port| port.to_string());
        let mut texts = vec![("v", "1")];
        texts.extend(did.map(|did| ("did", did.as_str())));
        if let Some(port) = &secure {
            texts.push(("https", port));
        }
        let host = format!("{name}{DOMAIN}");
        // No two nodes' services have one name, so that neither is taken for the other.
        let end = did.map_or("locked", |did| {
            let did = did.as_str();
            did.get(did.len().saturating_sub(NAME_END)..).unwrap_or_default()
        });
        let title = format!("{title} {end}");
        let service = ServiceInfo::new(SERVICE, &title, &host, "", doors.plain, &texts[..]);
        let service = service.or_unusable(MDNS)?.enable_addr_auto();
        Ok(Self { spoken: Spoken::new(&service)?, service, doubt: None, wish, name, path, first })
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    fn host(&self) -> String {
        format!("{}{}", self.name, DOMAIN.trim_end_matches('.'))
    }

    /// Follows the outcome for the name, and publishes it.
    async fn follow(&mut self, network: &Network) {
        self.hear().await;
        let name = self.host();
        let place = network.now();
        if place.lan.as_ref().is_none_or(|lan| lan.name != name) {
            self.keep();
            network.change(|place| {
                if let Some(lan) = &mut place.lan {
                    lan.name = name;
                }
            });
        }
    }

    /// Waits for the outcome for the name.
    async fn hear(&mut self) {
        while let Ok(event) = self.spoken.monitor.try_recv() {
            match event {
                DaemonEvent::NameChange(change) => {
                    let label = change.new_name.strip_suffix(DOMAIN);
                    // The name of the mDNS service changes in the same way, but is not a host name.
                    if let Some(label) =
                        label.filter(|label| !label.contains('.') && *label != self.name)
                    {
                        // Renamed once more, as the next name is taken too.
                        if let Some(doubt) = &mut self.doubt {
                            label.clone_into(&mut doubt.label);
                            continue;
                        }
                        let name = format!("{}{DOMAIN}", self.name);
                        match self.spoken.who_is(&name, label) {
                            Ok(doubt) => self.doubt = Some(doubt),
                            // If it can't be asked, the node believes it: the new name is answered to either way.
                            Err(error) => {
                                tracing::warn!("{}: this box is {label}.local", error.text());
                                label.clone_into(&mut self.name);
                            }
                        }
                    }
                }
                DaemonEvent::Error(error) => tracing::debug!("mDNS: {error}"),
                _ => {}
            }
        }
        if let Some(doubt) = &self.doubt
            && let Some(is_others) = doubt.is_others()
            && let Some(doubt) = self.doubt.take()
        {
            let label = doubt.label;
            if is_others {
                tracing::warn!(
                    "another device is called {}: this box is {label}.local",
                    self.host()
                );
                self.name = label;
            } else if let Err(error) = self.insist().await {
                tracing::warn!("the name in the local network: {}", error.text());
            }
        }
    }

    /// Announces the name again after no other device answered to it.
    async fn insist(&mut self) -> Outcome<()> {
        tracing::debug!("{} is this box itself", self.host());
        self.service.set_requires_probe(false);
        self.spoken.goodbye().await;
        self.spoken = Spoken::new(&self.service)?;
        Ok(())
    }

    /// Keeps the name for after a restart.
    fn keep(&self) {
        let kept = StoredName { wish: self.wish.clone(), name: self.name.clone() };
        let text = serde_json::to_vec(&kept).unwrap_or_default();
        let is_known = std::fs::read(&self.path).is_ok_and(|known| known == text);
        // One that is lost or damaged is found again by asking the network.
        if !is_known && let Err(error) = durable::replace_unsynced(&self.path, &text) {
            tracing::warn!("the name in the local network could not be saved: {error}");
        }
    }
}
