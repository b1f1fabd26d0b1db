//! Requests to other machines: a seller's callback, the node that a record moves to, relays, registries, the payment
//! provider, an ACME directory, the storage of backups.
//!
//! Always: a name is looked up once, and the node connects only to addresses that it may reach, the very ones that the
//! lookup gave: a name that changes its meaning a moment later has no effect. The client follows no redirects and
//! asks no proxy, since either would lead to addresses that were not checked. Answers are bounded (`answer`).

/// Builds the client of a door, async or blocking: reqwest's two builders have no trait in common.
macro_rules! build_client {
    ($client:ident, $silence:ident, $reach:expr, $with:expr) => {{
        // A provider that another part of the program installed already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = $client::builder()
            .user_agent(AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .$silence(SILENCE_TIMEOUT)
            .dns_resolver(Arc::new($reach));
        let client = match trust::http() {
            Ok(tls) => client.tls_backend_preconfigured(tls),
            // The build fails for the same reason, unless `with` chooses another trust.
            Err(_) => client,
        };
        $with(client).build()
    }};
}

mod answer;
mod blocking;
mod certificate;
mod lookup;

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, ClientBuilder, Method, Url};

use imajin_app::Node;

use crate::prelude::*;
use crate::trust;

pub use answer::{Answer, AnswerError, OutgoingRequest, UpgradeAnswer};
pub use blocking::{Blocking, Paced, time_for};
pub use lookup::{asked_by, lookup, lookup_blocking};

/// How long connecting may take, and how long the other side may say nothing, where a client sets no other bounds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
const SILENCE_TIMEOUT: Duration = Duration::from_secs(60);
const AGENT: &str = concat!("imajin/", env!("CARGO_PKG_VERSION"));

/// The source of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressSource {
    /// The operator, in the settings or on the owner's page of registries: also private addresses, where the address
    /// itself says that it is private (a number, `localhost`, a name that no public DNS has).
    InSettings,
    /// The node's owner, which the caller has checked: also the node's own machine, where the address itself says so.
    ByOwner,
    /// Anybody else.
    ByAnybody,
}

/// The operator's permissions, whatever the source of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Every address: the setting `private_addresses`. No property of the node itself allows an address: behind a
    /// proxy, a node whose own address is loopback is open to the internet.
    pub private: bool,
}

impl Allowed {
    /// The permissions in a node's settings.
    pub fn from_node(node: &Node) -> Self {
        Self { private: node.config().private_addresses }
    }
}

/// Whether the open internet could reach this URL, judged by its host alone.
pub fn is_public_url(url: &str) -> bool {
    let url = Url::parse(url).ok();
    url.is_some_and(|url| match number_of(&url) {
        Some(number) => is_public(number),
        None => url.host_str().is_some_and(|host| host != "localhost" && !is_private_name(host)),
    })
}

/// The addresses that may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reach {
    allowed: Allowed,
    named: AddressSource,
}

/// Why a request is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is not an address on the open internet, and the operator of this node does not allow others (private_addresses)"
)]
pub struct NotReached(String);

/// A client that connects only to addresses that it may reach.
#[derive(Debug, Clone)]
pub struct Outgoing {
    client: Client,
    reach: Reach,
    body_timeout: Duration,
}

impl Outgoing {
    /// Makes a client as the node's configuration allows. `with` sets timeouts.
    pub fn new(
        node: &Node,
        named: AddressSource,
        with: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> reqwest::Result<Self> {
        Self::within(Allowed::from_node(node), named, with)
    }

    /// The door for a program without a node.
    pub fn within(
        allowed: Allowed,
        named: AddressSource,
        with: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> reqwest::Result<Self> {
        let reach = Reach { allowed, named };
        let client = build_client!(Client, read_timeout, reach, with)?;
        Ok(Self { client, reach, body_timeout: answer::BODY_TIMEOUT })
    }

    /// This client with another bound on the time that a body takes after its head.
    pub fn body_within(self, body_timeout: Duration) -> Self {
        Self { body_timeout, ..self }
    }

    /// A request to be sent, unless its address is a number that may not be reached. What a name resolves to is checked
    /// when it is sent.
    pub fn request(&self, method: Method, url: Url) -> Result<OutgoingRequest, NotReached> {
        self.reach.check_number(&url)?;
        Ok(OutgoingRequest {
            builder: self.client.request(method, url),
            body_timeout: self.body_timeout,
        })
    }
}

/// The source to assume for an endpoint in the settings. An endpoint that says itself that it is private is the
/// operator's responsibility; one on the open internet may lead nowhere else.
pub fn named_by(endpoint: &str) -> AddressSource {
    if is_public_url(endpoint) { AddressSource::ByAnybody } else { AddressSource::InSettings }
}

/// Checks an address that another client is to connect to: every IP address that its name resolves to must be one that
/// may be reached.
pub async fn check(allowed: Allowed, source: AddressSource, url: &str) -> Result<(), NotReached> {
    let reach = Reach { allowed, named: source };
    let url = Url::parse(url).map_err(|_| NotReached(url.to_owned()))?;
    reach.check_number(&url)?;
    let host = url.host_str().unwrap_or_default();
    if number_of(&url).is_some() {
        return Ok(());
    }
    let addresses = match lookup(host, source).await {
        Ok(addresses) => addresses,
        // The target is unknown, and the other client might still resolve it.
        Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Other) => {
            return Err(NotReached(host.to_owned()));
        }
        // A name that doesn't resolve leads to no address: connecting to it fails.
        Err(_) => Vec::new(),
    };
    if addresses.iter().all(|address| reach.allows(address.ip(), Some(host))) {
        Ok(())
    } else {
        Err(NotReached(host.to_owned()))
    }
}

impl NotReached {
    /// Whether a request failed because of what a name resolves to.
    pub fn find_in(error: &reqwest::Error) -> Option<&Self> {
        let mut below = std::error::Error::source(error);
        while let Some(error) = below {
            if let Some(not_reached) = error.downcast_ref() {
                return Some(not_reached);
            }
            below = error.source();
        }
        None
    }
}

impl Reach {
    /// Refuses an address that is a number which may not be reached.
    fn check_number(&self, url: &Url) -> Result<(), NotReached> {
        let refused = number_of(url).filter(|number| !self.allows(*number, None));
        refused.map_or(Ok(()), |number| Err(NotReached(number.to_string())))
    }

    /// Whether a request may connect to `number`, to which `name` leads; no name where the address is the number.
    fn allows(&self, number: IpAddr, name: Option<&str>) -> bool {
        if self.allowed.private || is_public(number) {
            return true;
        }
        if number.is_loopback() {
            let says_so = name.is_none_or(|name| name == "localhost");
            return self.named != AddressSource::ByAnybody && says_so;
        }
        let says_so = name.is_none_or(is_private_name);
        self.named == AddressSource::InSettings && says_so && !number.is_unspecified()
    }
}

/// Whether a name can only mean something in a house: it has no dot, or ends in a label that no public DNS has
/// (RFC 6762, RFC 8375, and ICANN's `internal`).
fn is_private_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let ends = |end: &str| name.to_ascii_lowercase().ends_with(end);
    !name.contains('.') || ends(".local") || ends(".home.arpa") || ends(".internal")
}

/// The number that an address has for a host, in whichever form it was written.
fn number_of(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_matches(['[', ']']).parse().ok()
}

impl Resolve for Reach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = *self;
        let addresses = lookup(name.as_str(), self.named);
        Box::pin(async move {
            let name = name.as_str();
            let allowed: Vec<SocketAddr> = addresses
                .await?
                .into_iter()
                .filter(|address| reach.allows(address.ip(), Some(name)))
                .collect();
            if allowed.is_empty() {
                Err(NotReached(name.to_owned()).into())
            } else {
                Ok(Box::new(allowed.into_iter()) as Addrs)
            }
        })
    }
}

/// Whether an address is on the open internet: not in a home network, a provider's network or the machine itself, and
/// not reserved (RFC 6890 and the registries since).
pub fn is_public(number: IpAddr) -> bool {
    match number {
        IpAddr::V4(number) => is_public_v4(number),
        IpAddr::V6(number) => is_public_v6(number),
    }
}

fn is_public_v4(number: Ipv4Addr) -> bool {
    let [a, b, c, _] = number.octets();
    let shared = a == 100 && (64..128).contains(&b); // RFC 6598: behind a provider's translation
    let protocols = a == 192 && b == 0 && c == 0; // RFC 6890
    let benchmarks = a == 198 && (18..20).contains(&b); // RFC 2544
    let relays = a == 192 && b == 88 && c == 99; // RFC 7526
    !(number.is_private()
        || number.is_loopback()
        || number.is_link_local()
        || number.is_documentation()
        || number.is_multicast()
        || a == 0
        || a >= 240
        || shared
        || protocols
        || benchmarks
        || relays)
}

fn is_public_v6(number: Ipv6Addr) -> bool {
    let parts = number.segments();
    let tail = |from: usize| {
        let [a, b] = parts[from].to_be_bytes();
        let [c, d] = parts[from + 1].to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match parts {
        // An embedded IPv4 address is judged as such: mapped, translated (RFC 6052), 6to4 (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => tail(6),
        [0x2002, ..] => tail(1),
        // Documentation (RFC 3849, RFC 9637), tunnels and other registries' own (RFC 2928), else the one unicast block
        // that is given out (2000::/3).
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [0x2001, 0..=0x1ff, ..] => false,
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_edge::testing::{EndlessServer, Flood};

    const NONE: Allowed = Allowed { private: false };
    const ALL: Allowed = Allowed { private: true };

    fn reach(allowed: Allowed, named: AddressSource) -> Reach {
        Reach { allowed, named }
    }

    #[test]
    fn what_is_on_the_open_internet() {
        let cases = "1.1.1.1 93.184.216.34 100.63.255.255 100.128.0.1 172.32.0.1 192.0.1.1 \
            2606:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1";
        for public in cases.split(' ') {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        let others = "0.0.0.0 0.1.2.3 10.0.0.1 127.0.0.1 127.9.9.9 100.64.0.1 100.127.255.254 \
            169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1 192.0.0.8 192.0.2.1 198.18.0.1 \
            198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 \
            192.88.99.1 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::a00:1 2002:c0a8:101::1 \
            fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 2001:db8::1 2001::1 3fff::1 100::1 \
            64:ff9b:1::1 ::7f00:1";
        for other in others.split(' ') {
            assert!(!is_public(other.parse().unwrap()), "{other}");
        }
    }

    #[test]
    fn who_may_reach_the_own_machine_and_the_house() {
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        let house: IpAddr = "192.168.1.5".parse().unwrap();
        let anybody = reach(NONE, AddressSource::ByAnybody);
        for name in [None, Some("localhost"), Some("box.local"), Some("a.example")] {
            assert!(!anybody.allows(here, name) && !anybody.allows(house, name));
        }
        // A public name that leads here is not the address itself.
        let owner = reach(NONE, AddressSource::ByOwner);
        assert!(owner.allows(here, None) && owner.allows(here, Some("localhost")));
        assert!(!owner.allows(here, Some("a.example")) && !owner.allows(house, None));
        let all = reach(ALL, AddressSource::ByAnybody);
        assert!(all.allows(here, Some("a.example")) && all.allows(house, None));
    }

    #[test]
    fn the_settings_may_name_a_private_address_that_says_so_and_no_public_name_leads_to_one() {
        let settings = reach(NONE, AddressSource::InSettings);
        let house: IpAddr = "192.168.1.5".parse().unwrap();
        for name in [None, Some("nas"), Some("box.local"), Some("nas.home.arpa.")] {
            assert!(settings.allows(house, name), "{name:?}");
        }
        assert!(!settings.allows(house, Some("relay.example")));
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        assert!(settings.allows(here, None) && !settings.allows(here, Some("box.local")));
        assert!(!settings.allows("0.0.0.0".parse().unwrap(), None));
    }

    #[tokio::test]
    async fn what_a_public_endpoint_names_leads_to_no_house_and_what_a_private_one_names_may() {
        let public = named_by("https://acme.example/directory");
        let private = named_by("https://192.168.1.5/directory");
        assert_eq!((public, private), (AddressSource::ByAnybody, AddressSource::InSettings));
        let cases = "https://127.0.0.1/order https://192.168.1.5/order https://[::1]/order \
            https://localhost/order";
        for inside in cases.split(' ') {
            assert!(check(NONE, public, inside).await.is_err(), "{inside}");
            assert_eq!(check(NONE, private, inside).await, Ok(()), "{inside}");
        }
        assert_eq!(check(NONE, public, "https://1.1.1.1/order").await, Ok(()));
        assert!(check(NONE, public, "no address").await.is_err());
    }

    #[test]
    fn a_thread_that_waits_goes_through_the_same_door() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = |host: &str| Url::parse(&format!("http://{host}:{port}/")).unwrap();
        let public = Blocking::within(NONE, AddressSource::ByAnybody, |client| client).unwrap();
        assert!(public.request(Method::GET, url("127.0.0.1")).is_err());
        let refused = public.request(Method::GET, url("localhost")).unwrap();
        let refused = refused.send().unwrap_err();
        assert!(NotReached::find_in(&refused).is_some(), "{refused:?}");
        // Addresses of the settings are called, and their redirects are answers, not followed.
        let served = std::thread::spawn(move || {
            use std::io::{Read, Write};
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]).unwrap();
            let there = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
            stream.write_all(there.as_bytes()).unwrap();
        });
        let settings = Blocking::within(NONE, AddressSource::InSettings, |client| client).unwrap();
        let request = settings.request(Method::GET, url("127.0.0.1")).unwrap();
        assert_eq!(request.send().unwrap().status(), 307);
        served.join().unwrap();
    }

    #[tokio::test]
    async fn an_answer_without_end_is_given_up() {
        const BYTES_MAX: usize = 64 * 1024;
        let patience = Duration::from_millis(400);
        let client =
            Outgoing::within(NONE, AddressSource::InSettings, |client| client.timeout(patience));
        // Only the bound on the body ends a slow one here.
        let slow = Outgoing::within(NONE, AddressSource::InSettings, |client| client);
        let slow = slow.unwrap().body_within(patience);
        let floods = Flood::HTTP.map(|flood| (client.as_ref().unwrap(), flood));
        for (client, flood) in floods.into_iter().chain([(&slow, Flood::SLOW_BODY)]) {
            let server = EndlessServer::start(flood);
            let url = Url::parse(&server.url()).unwrap();
            let answer = client.request(Method::GET, url).unwrap().send(BYTES_MAX);
            let answer = answer.await;
            assert!(answer.is_err(), "{flood:?}");
            tokio::task::spawn_blocking(move || server.check_given_up(BYTES_MAX as u64))
                .await
                .unwrap();
        }
    }

    #[tokio::test]
    async fn a_number_is_refused_before_and_a_name_when_it_is_looked_up() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let outgoing = Outgoing::within(NONE, AddressSource::ByAnybody, |client| client).unwrap();
        let url = |host: &str| Url::parse(&format!("http://{host}:{port}/")).unwrap();
        for number in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"] {
            assert!(outgoing.request(Method::GET, url(number)).is_err(), "{number}");
        }
        let refused = outgoing.request(Method::GET, url("localhost")).unwrap();
        let refused = refused.send(0).await.unwrap_err();
        let why = refused.not_reached().map(ToString::to_string);
        assert!(why.is_some_and(|why| why.starts_with("localhost is not")), "{refused:?}");
        // A permitted caller is connected to the address that was checked.
        let dev = Outgoing::within(ALL, AddressSource::ByAnybody, |client| client).unwrap();
        let request = dev.request(Method::GET, url("localhost")).unwrap();
        let hangs_up = async { listener.accept().await.map(drop) };
        let (came, answer) = tokio::join!(hangs_up, request.send(0));
        assert!(came.is_ok() && answer.is_err());
    }
}
