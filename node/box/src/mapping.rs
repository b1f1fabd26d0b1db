//! A port mapping of the router to this box's HTTPS port, if the owner wants one (docs/operating.md, "From outside").
//!
//! | file | what |
//! |---|---|
//! | `gateway` | the router to ask, and the box's own address towards it |
//! | `pcp` | Port Control Protocol (RFC 6887) and NAT-PMP (RFC 6886), which share a port |
//! | `upnp` | UPnP Internet Gateway Device, found by SSDP |
//! | `describe` | the description of a UPnP router, read with limits |
//!
//! Always: one TCP port, that of HTTPS, and nothing else. The node requests the mapping while the owner wants it,
//! renews it at half of its lifetime, and removes it when the owner turns it off or the node stops. It expires after
//! two hours if the node can't remove it. The node asks and believes only the router that it sends its packets through.

mod describe;
mod gateway;
mod pcp;
mod upnp;

use crate::folder::NODE_FOLDER;
use gateway::Gateway;
use imajin_app::Node;
use imajin_app::time::instant;
use imajin_host::backoff::Backoff;
use imajin_host::mapping::{self, Mapping, OpenPort};
use imajin_host::network::NetworkState;
use imajin_host::prelude::*;
use imajin_host::stop::Stop;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::time::{Duration, Instant};

/// Interval between two checks of the owner's choice.
const LOOK: Duration = Duration::from_secs(1);
/// The requested lifetime of a mapping.
const LIFETIME_S: u32 = 7_200;
/// The shortest interval between requests, even if the router grants less.
const RENEW_MIN: Duration = Duration::from_secs(1);
/// The interval of checks with a router whose mappings don't expire.
const RENEW_ENDLESS: Duration = Duration::from_secs(1_800);
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_secs(1_800));
/// Time limit for removing the mapping at a stop.
const FAREWELL: Duration = Duration::from_secs(3);
/// The standard port of HTTPS.
const HTTPS: u16 = 443;

/// Why there is none, for people.
#[derive(Debug, thiserror::Error)]
enum MappingError {
    #[error("the box does not speak HTTPS: set `tls.listen`")]
    NoHttps,
    #[error("only this machine reaches the box: let `tls.listen` name an address of its network")]
    Loopback,
    #[error("no router was found: there is no way to the internet by IPv4")]
    NoRouter,
    #[error(
        "the router does not answer to PCP, NAT-PMP or UPnP: switch one of them on there, or forward TCP port 443 by hand"
    )]
    Silent,
    #[error(
        "the router refuses ({0}): allow this box to open ports there, or forward TCP port 443 by hand"
    )]
    Refused(String),
    #[error("the router could not be asked: {0}")]
    Io(#[from] std::io::Error),
}

/// A port mapping requested from the router.
#[derive(Clone, Copy)]
struct MappingRequest {
    gateway: Gateway,
    /// The box's port of HTTPS.
    inside: u16,
    /// The requested external port; the router may choose another.
    outside: u16,
    /// Identifies the same box to a PCP router when it renews the mapping (RFC 6887 §11.1).
    nonce: [u8; 12],
}

/// A port mapping granted by the router.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Granted {
    way: MappingProtocol,
    address: Option<Ipv4Addr>,
    port: u16,
    /// Lifetime in seconds; `None` if the mapping does not expire.
    lifetime_s: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum MappingProtocol {
    Pcp,
    NatPmp,
    Upnp(upnp::Control),
}

impl MappingProtocol {
    fn name(&self) -> &'static str {
        match self {
            Self::Pcp => "PCP",
            Self::NatPmp => "NAT-PMP",
            Self::Upnp(_) => "UPnP",
        }
    }
}

/// Follows the owner's choice until told to stop, then gives the port back.
pub async fn run(node: Node, stop: Stop) {
    let mut keeper = PortMapper {
        nonce: nonce(&node),
        node,
        held: None,
        next: None,
        failures: 0,
        unreadable: false,
    };
    loop {
        let mut look = pin!(keeper.look());
        if stop.or(look.as_mut()).await.is_none() {
            // A router that was asked may have opened the port already; only its answer says how to close it again.
            let _ = tokio::time::timeout(FAREWELL, look).await;
            break;
        }
        if !stop.rest(LOOK).await {
            break;
        }
    }
    if tokio::time::timeout(FAREWELL, keeper.give_back()).await.is_err() {
        tracing::warn!(
            "the router did not remove the port mapping to this box; the mapping expires automatically"
        );
    }
}

struct PortMapper {
    node: Node,
    nonce: [u8; 12],
    held: Option<(MappingRequest, Granted)>,
    next: Option<Instant>,
    failures: u32,
    /// Whether the choice was unreadable at the last check, so that the error is logged once.
    unreadable: bool,
}

impl PortMapper {
    async fn look(&mut self) {
        let is_wanted = match mapping::is_wanted(&self.node.data().join(NODE_FOLDER)) {
            Ok(is_wanted) => is_wanted,
            Err(error) => {
                if !std::mem::replace(&mut self.unreadable, true) {
                    tracing::warn!(
                        "the choice about the router's port cannot be read, so none is opened: {error}"
                    );
                }
                false
            }
        };
        if !is_wanted {
            self.give_back().await;
            (self.next, self.failures) = (None, 0);
            self.note(None);
            return;
        }
        if self.node.network().now().mapping.is_none() {
            self.note(Some(Mapping::Asking));
        }
        let now = instant();
        let wish = self.wish();
        // Another address, port or router than before.
        let is_other = match (&self.held, &wish) {
            (Some((held, _)), Ok(wish)) => {
                (held.gateway, held.inside) != (wish.gateway, wish.inside)
            }
            _ => false,
        };
        if self.next.is_some_and(|next| now < next) && !is_other {
            return;
        }
        if is_other {
            self.give_back().await;
        }
        let pause = match self.ask(wish).await {
            Ok(pause) => {
                self.failures = 0;
                pause
            }
            Err(trouble) => {
                self.failures = self.failures.saturating_add(1);
                let text = trouble.to_string();
                let says = Some(Mapping::Failed(text.clone()));
                if self.node.network().now().mapping != says {
                    tracing::warn!("no port of the router leads to this box: {text}");
                }
                self.note(says);
                BACKOFF.pause(self.failures)
            }
        };
        self.next = now.checked_add(pause);
    }

    fn wish(&self) -> Result<MappingRequest, MappingError> {
        let inside = secure_port(&self.node.network().now())?;
        let gateway = Gateway::find()?.ok_or(MappingError::NoRouter)?;
        let outside = self.held.as_ref().map_or(HTTPS, |(_, granted)| granted.port);
        Ok(MappingRequest { gateway, inside, outside, nonce: self.nonce })
    }

    /// Asks the router, and says until when it need not be asked again.
    async fn ask(
        &mut self,
        wish: Result<MappingRequest, MappingError>,
    ) -> Result<Duration, MappingError> {
        let wish = wish?;
        let granted = match &self.held {
            Some((_, Granted { way: MappingProtocol::Upnp(control), .. })) => {
                match upnp::open(&wish, control).await {
                    Ok(granted) => granted,
                    // The router may have restarted with other addresses.
                    Err(_) => open(&wish).await?,
                }
            }
            _ => open(&wish).await?,
        };
        let now = self.node.now();
        let until = granted
            .lifetime_s
            .and_then(|seconds| now.checked_add_millis(i64::from(seconds) * 1_000));
        let open = OpenPort {
            by: granted.way.name().to_owned(),
            address: granted.address.map(IpAddr::V4),
            port: granted.port,
            inside: IpAddr::V4(wish.gateway.inside),
            inside_port: wish.inside,
            until,
        };
        if self.held.is_none() {
            let (by, port) = (&open.by, open.port);
            tracing::info!("the router leads its port {port} to this box's HTTPS ({by})");
        }
        let pause = granted.lifetime_s.map_or(RENEW_ENDLESS, |seconds| {
            RENEW_MIN.max(Duration::from_secs(u64::from(seconds)) / 2)
        });
        self.held = Some((wish, granted));
        self.note(Some(Mapping::Open(open)));
        Ok(pause)
    }

    async fn give_back(&mut self) {
        let Some((wish, granted)) = self.held.take() else {
            return;
        };
        let gone = match &granted.way {
            MappingProtocol::Pcp => pcp::close(&wish).await,
            MappingProtocol::NatPmp => pcp::close_nat_pmp(&wish).await,
            MappingProtocol::Upnp(control) => upnp::close(control, granted.port).await,
        };
        match gone {
            Ok(()) => tracing::info!(
                "the router does not lead its port {} to this box any more",
                granted.port
            ),
            Err(trouble) => tracing::warn!(
                "the mapping of the router's port {} could not be removed: {trouble}",
                granted.port
            ),
        }
    }

    fn note(&self, mapping: Option<Mapping>) {
        if self.node.network().now().mapping != mapping {
            self.node.network().change(|place| place.mapping = mapping);
        }
    }
}

fn secure_port(place: &NetworkState) -> Result<u16, MappingError> {
    let port = place.https.ok_or(MappingError::NoHttps)?;
    if place.secure_ip.is_some_and(|ip| ip.is_loopback()) {
        Err(MappingError::Loopback)
    } else {
        Ok(port)
    }
}

/// Requests a mapping by the first protocol that the router answers to.
async fn open(wish: &MappingRequest) -> Result<Granted, MappingError> {
    let refused = match pcp::open(wish).await {
        Ok(granted) => return Ok(granted),
        Err(MappingError::Silent | MappingError::Io(_)) => None,
        Err(trouble) => Some(trouble),
    };
    match upnp::find(wish).await {
        Ok(Some(control)) => upnp::open(wish, &control).await,
        Ok(None) => Err(refused.unwrap_or(MappingError::Silent)),
        Err(trouble) => Err(refused.unwrap_or(trouble)),
    }
}

/// Derives a nonce that is the same at each start, and that others cannot guess.
fn nonce(node: &Node) -> [u8; 12] {
    use ed25519_dalek::Signer;
    let digest = imajin_dfos::cid::sha256(&node.key().key.sign(b"imajin port mapping").to_bytes());
    std::array::from_fn(|at| digest.get(at).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_this_machine_reaches_is_not_opened() {
        let place = |https, ip: &str| NetworkState {
            https,
            secure_ip: Some(ip.parse().unwrap()),
            ..NetworkState::default()
        };
        assert!(matches!(secure_port(&place(Some(7443), "0.0.0.0")), Ok(7443)));
        assert!(matches!(
            secure_port(&place(Some(7443), "127.0.0.1")),
            Err(MappingError::Loopback)
        ));
        assert!(matches!(secure_port(&place(None, "0.0.0.0")), Err(MappingError::NoHttps)));
    }
}
