//! The node's network state: its certificates, its name at home, and its neighbours. The program writes it; the edge
//! and the pages read it.
//!
//! Always: a snapshot is whole. Nothing here touches the network or a file.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::Timestamp;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::dns::Issuer;
use crate::mapping::Mapping;

/// The newest snapshot.
#[derive(Debug, Default)]
pub struct Network(RwLock<Arc<NetworkState>>);

/// A node's place in the network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NetworkState {
    /// The port of plain HTTP.
    pub http: u16,
    /// The address that HTTPS listens on, if it does; unspecified for every address of this machine.
    pub secure_ip: Option<IpAddr>,
    /// The conventional ports of services that the node listens on.
    #[serde(skip)]
    pub service_ports: Vec<u16>,
    /// The port of HTTPS; `None` until there is a certificate to show.
    pub https: Option<u16>,
    /// The box's own certificate authority.
    pub own: Option<OwnAuthority>,
    /// Certificates that every browser accepts, if there are names for them: the box's own, of the settings or of its
    /// owner's choice, and one that a registry gave.
    pub public: Vec<PublicNames>,
    /// The local network; `None` if the node is not announced there.
    pub lan: Option<Lan>,
    /// The router's port that leads to the box; `None` if the owner wants none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Mapping>,
    /// The registries that the box registers with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registries: Vec<RegistryState>,
    /// Tunnels to registries, through which people reach the box from anywhere; none if the owner wants none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tunnels: Vec<TunnelState>,
    /// The records by which the box's own names lead to it through its tunnels, each with its state in the DNS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zone: Vec<ZoneRecord>,
    /// When a page last showed them, on the monotonic clock.
    #[serde(skip)]
    pub zone_shown: Option<Duration>,
    /// Foreign certificates for the box's names.
    #[serde(default)]
    pub watch: CertificateWatch,
    /// Other boxes with this box's own key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub twins: Vec<Twin>,
    /// The newest heads of other nodes' own records that this node met, by the node's DID.
    #[serde(skip)]
    pub met_heads: BTreeMap<String, String>,
}

/// A registry that the box registers with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryState {
    /// The registry's address.
    pub url: String,
    /// The host name that it gave the box.
    pub name: Option<String>,
    /// Why it was not reached, or refused, the last time.
    pub failure: Option<String>,
    /// Whether it is to carry connections to the box.
    pub has_tunnel: bool,
}

/// A tunnel to a registry, which carries connections for some names to the box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TunnelState {
    /// The registry's address.
    pub registry: String,
    /// The host names that are to lead through it.
    pub names: Vec<String>,
    /// The names among them that the registry carries; empty while the tunnel is closed.
    #[serde(default)]
    pub carried: Vec<String>,
    /// The registry's addresses, to which the names are to lead; empty if it hasn't said.
    #[serde(default)]
    pub addresses: Vec<IpAddr>,
    /// When it was opened; `None` while it is closed.
    pub since: Option<Timestamp>,
    /// Bytes that it moved today (UTC), in both directions.
    pub bytes_today: u64,
    /// Bytes that the registry moves in a day; `None` if it hasn't said.
    pub bytes_a_day: Option<u64>,
    /// When it last broke or could not be opened, and why.
    pub last_break: Option<(Timestamp, String)>,
}

/// The watch over certificates for the box's public names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateWatch {
    /// Certificates that are not the box's.
    pub foreign: Vec<ForeignCertificate>,
    /// The last search of the log of certificates since the start.
    pub searched: Option<Timestamp>,
    /// Why the last search failed, and when, if it did.
    pub problem: Option<(Timestamp, String)>,
}

/// A certificate for a name of the box's that the box did not order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignCertificate {
    /// The name.
    pub name: String,
    /// The address that showed it; `None` if a log of certificates has it.
    pub address: Option<IpAddr>,
    /// The serial number, in hex.
    pub serial: String,
    /// The authority, as the log names it.
    pub issuer: Option<String>,
    /// The beginning of its validity, or when it was first shown.
    pub since: Timestamp,
    /// The end of its validity, as the log says.
    pub until: Option<Timestamp>,
    /// The host of the friend's box that saw it; `None` if this box did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_by: Option<String>,
}

/// A certificate that visitors of a name are shown at one of its addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShownCertificate {
    /// The address.
    #[schema(value_type = String)]
    pub address: IpAddr,
    /// The serial number, in hex.
    pub serial: String,
    /// SHA-256 of the public key (SubjectPublicKeyInfo), in hex.
    pub key: String,
    /// Whether the machine that looked, and so most browsers, would trust it for the name.
    #[serde(rename = "trusted")]
    pub is_trusted: bool,
}

/// A record in the zone of a name of the box's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneRecord {
    /// The name of the record, without a dot at its end.
    pub name: String,
    /// The type.
    pub kind: RecordKind,
    /// The value as zones have it.
    pub value: String,
    /// Whether the DNS has it.
    pub is_set: bool,
}

/// The type of a record in the DNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordKind {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// A text.
    Txt,
    /// An authority that may issue certificates.
    Caa,
}

impl RecordKind {
    /// The type's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Txt => "TXT",
            Self::Caa => "CAA",
        }
    }
}

/// Another box with this box's own key: its card was copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// The twin's address.
    pub at: String,
    /// Records of which it has a newer state, or another, so that nothing is written to them here any more.
    pub stopped: usize,
}

/// The box's own certificate authority, which people let their phone trust.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnAuthority {
    /// The authority's certificate, as PEM.
    #[serde(skip)]
    pub pem: String,
    /// The authority's name in a phone's list.
    pub title: String,
    /// SHA-256 of it, as people compare it: `AB:CD:…`.
    pub fingerprint: String,
    /// Names and addresses that the box shows a certificate for at the moment.
    pub names: Vec<String>,
    /// The end of the certificate's validity; renewed long before.
    pub expires: Timestamp,
}

/// Names whose certificate comes from an ACME directory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PublicNames {
    /// The names.
    pub names: Vec<String>,
    /// The services' names below them that the certificate covers as well: the names that led to this box when it was
    /// obtained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// The registry that gave the name, and leads it to this box at home; `None` for the box's own names.
    pub registry: Option<String>,
    /// Whether a name that a registry gave leads to this box, asked from where the box is.
    pub leads_here: bool,
    /// The authority and the account that order the certificate for the box's own names, once they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Issuer>,
    /// The end of the certificate's validity; `None` without a certificate.
    pub expires: Option<Timestamp>,
    /// Why the last attempt failed, and when, if it did.
    pub problem: Option<(Timestamp, String)>,
    /// Attempts that failed since the start.
    pub failures: u64,
}

/// The local network.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Lan {
    /// The box's name there: `imajin.local`, or another where that was taken.
    pub name: String,
    /// Other nodes, in order of their names.
    pub neighbours: Vec<Neighbour>,
}

/// Another node on the local network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// The neighbour's name for itself.
    pub name: String,
    /// The DID that it claims.
    pub did: String,
    /// Whether it proved that DID's key.
    pub proved: bool,
    /// The neighbour's name in the network.
    pub host: String,
    /// The neighbour's addresses.
    pub addresses: Vec<IpAddr>,
    /// The page that it serves.
    pub url: String,
    /// The address at which other nodes reach the neighbour, with TLS by its key.
    pub secure: Option<String>,
}

impl Network {
    /// The newest snapshot.
    pub fn now(&self) -> Arc<NetworkState> {
        Arc::clone(&self.0.read())
    }

    /// Changes it.
    pub fn change(&self, change: impl FnOnce(&mut NetworkState)) {
        let mut place = self.0.write();
        change(Arc::make_mut(&mut place));
    }
}

impl PublicNames {
    /// Whether there is a certificate that is valid now.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires > now)
    }
}

impl NetworkState {
    /// Whether the node itself answers at this port of the machine, or at this one of its router.
    pub(crate) fn answers_at(&self, port: u16) -> bool {
        let mapped = match &self.mapping {
            Some(Mapping::Open(open)) => Some(open.port),
            _ => None,
        };
        let own = [Some(self.http), self.https, mapped];
        own.contains(&Some(port)) || self.service_ports.contains(&port)
    }

    /// Whether the box goes by this name (lower case, no port) at home, which a conflict may have given it.
    pub fn is_lan_name(&self, host: &str) -> bool {
        self.lan.as_ref().is_some_and(|lan| lan.name == host)
    }

    /// Whether a browser that knows nothing of this box accepts its certificate for this name at this time.
    pub fn is_public(&self, host: &str, now: Timestamp) -> bool {
        let mut public = self.public.iter().filter(|public| public.is_valid(now));
        public.any(|public| {
            let mut names = public.names.iter().chain(&public.services);
            names.any(|name| name == host)
        })
    }

    /// The hosts with a certificate that such a browser accepts at this time.
    pub(crate) fn public_hosts(&self, now: Timestamp) -> impl Iterator<Item = &str> {
        let public = self.public.iter();
        let valid = public.filter(move |public| public.is_valid(now));
        valid.flat_map(|public| public.names.iter().map(String::as_str))
    }

    /// The name by which people at home reach the box without having to trust anything first: one that a registry gave,
    /// with a certificate, and that leads here. A router that hides such names, or one without internet, leaves none.
    pub fn home_name(&self, now: Timestamp) -> Option<&str> {
        let mut public = self.public.iter();
        let public = public.find(|public| public.leads_here && public.is_valid(now))?;
        public.names.first().map(String::as_str)
    }

    /// Whether a registry's name should lead to this box, and doesn't as seen from here: the router may hide it. With a tunnel it
    /// leads to the registry.
    pub fn is_hidden(&self, public: &PublicNames) -> bool {
        let registry = public.registry.as_ref();
        !public.leads_here && registry.is_some_and(|registry| !self.has_tunnel(registry))
    }

    /// The registry that gave the box this host name (lower case, no port), if one did.
    pub fn giver_of(&self, name: &str) -> Option<&str> {
        let mut registries = self.registries.iter();
        let giver = registries.find(|one| one.name.as_deref() == Some(name))?;
        Some(&giver.url)
    }

    /// Whether a registry is to carry connections to the box.
    fn has_tunnel(&self, registry: &str) -> bool {
        let mut registries = self.registries.iter();
        registries.any(|one| one.has_tunnel && one.url == registry)
    }

    /// The state of the names of a registry, or of the box's own.
    pub fn public_of(&self, registry: Option<&str>) -> Option<&PublicNames> {
        let mut public = self.public.iter();
        public.find(|public| public.registry.as_deref() == registry)
    }
}
