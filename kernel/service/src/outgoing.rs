//! Requests to addresses that somebody else named: a seller's callback, the node that a record moves to.
//!
//! Always: what a name stands for is looked up once, and only addresses that may be reached are connected to, the very ones
//! that were looked at: a name that means something else a moment later leads nowhere else. Redirects are not followed and
//! no proxy is asked, since either would go where nobody looked. What the node's operator named themselves (relays, the
//! payment provider) needs none of this.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, Url};

use crate::node::Node;

/// Who named an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// The node's owner, which the caller has checked: also the node's own machine, where the address itself says so.
    ByOwner,
    /// Whoever asked.
    ByAnybody,
}

/// Which addresses may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reach {
    /// Whatever there is: the operator's `private_addresses`.
    all: bool,
    /// The node's own machine: of a node that stands on it for nobody else, as for development.
    loopback: bool,
    /// The node's own machine by the name `localhost` or its number: where only the operator can have named it.
    named_here: bool,
}

/// Why a request is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} is not an address on the open internet, and the operator of this node does not allow others (private_addresses)"
)]
pub struct NotReached(String);

/// A client for addresses that others named.
#[derive(Debug, Clone)]
pub struct Outgoing {
    client: Client,
    reach: Reach,
}

impl Outgoing {
    /// As the node's configuration allows. `with` sets timeouts.
    pub fn new(
        node: &Node,
        named: Named,
        with: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> reqwest::Result<Self> {
        Self::build(Reach::of(node, named == Named::ByOwner), with)
    }

    fn build(
        reach: Reach,
        with: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> reqwest::Result<Self> {
        // Where another part of the program installed a provider already, that one is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("imajin/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(reach));
        let client = with(client).build()?;
        Ok(Self { client, reach })
    }

    /// A request to be sent, unless its address is a number that may not be reached. What a name stands for is looked at
    /// when it is sent.
    pub fn request(&self, method: Method, url: Url) -> Result<RequestBuilder, NotReached> {
        match number_of(&url).filter(|number| !self.reach.allows(*number, true)) {
            None => Ok(self.client.request(method, url)),
            Some(number) => Err(NotReached(number.to_string())),
        }
    }
}

impl NotReached {
    /// Where a request failed because of what a name stands for.
    pub fn of(error: &reqwest::Error) -> Option<&Self> {
        let mut below = std::error::Error::source(error);
        while let Some(error) = below {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            below = error.source();
        }
        None
    }
}

impl Reach {
    fn of(node: &Node, named_here: bool) -> Self {
        let own = Url::parse(node.url()).ok();
        let loopback = own.is_some_and(|url| {
            let is_name = url.host_str() == Some("localhost");
            is_name || number_of(&url).is_some_and(|number| number.is_loopback())
        });
        Self {
            all: node.config().private_addresses,
            loopback,
            named_here,
        }
    }

    /// `says_so`: the address itself says that it is the node's own machine, and no name leads there.
    fn allows(&self, number: IpAddr, says_so: bool) -> bool {
        let here = self.loopback || (self.named_here && says_so);
        self.all || is_public(number) || (here && number.is_loopback())
    }
}

/// The number that an address has for a host, in whichever form it was written.
fn number_of(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    host.trim_matches(['[', ']']).parse().ok()
}

impl Resolve for Reach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = *self;
        Box::pin(async move {
            let name = name.as_str();
            let found = tokio::net::lookup_host((name, 0)).await?;
            let says_so = name == "localhost";
            let allowed: Vec<SocketAddr> = found
                .filter(|address| reach.allows(address.ip(), says_so))
                .collect();
            match allowed.is_empty() {
                false => Ok(Box::new(allowed.into_iter()) as Addrs),
                true => Err(NotReached(name.to_owned()).into()),
            }
        })
    }
}

/// Whether an address is one of the open internet: none of a house, a provider's network, the machine itself, or of no use
/// (RFC 6890 and what it lists since).
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
        // An IPv4 address in another dress is what it is: mapped, translated (RFC 6052), 6to4 (RFC 3056).
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

    const NONE: Reach = Reach {
        all: false,
        loopback: false,
        named_here: false,
    };

    #[test]
    fn what_is_on_the_open_internet() {
        for public in [
            "1.1.1.1",
            "93.184.216.34",
            "100.63.255.255",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for other in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "100.64.0.1",
            "100.127.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.0.8",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.88.99.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:c0a8:101::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "3fff::1",
            "100::1",
            "64:ff9b:1::1",
            "::7f00:1",
        ] {
            assert!(!is_public(other.parse().unwrap()), "{other}");
        }
    }

    #[test]
    fn who_may_reach_the_own_machine() {
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        let house: IpAddr = "192.168.1.5".parse().unwrap();
        assert!(!NONE.allows(here, true) && !NONE.allows(house, true));
        let dev = Reach {
            loopback: true,
            ..NONE
        };
        assert!(dev.allows(here, false) && !dev.allows(house, false));
        // A name that somebody made lead here is not the address itself.
        let named = Reach {
            named_here: true,
            ..NONE
        };
        assert!(
            named.allows(here, true) && !named.allows(here, false) && !named.allows(house, true)
        );
        let all = Reach { all: true, ..NONE };
        assert!(all.allows(here, false) && all.allows(house, false));
    }

    #[tokio::test]
    async fn a_number_is_refused_before_and_a_name_when_it_is_looked_up() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let outgoing = Outgoing::build(NONE, |client| client).unwrap();
        let url = |host: &str| Url::parse(&format!("http://{host}:{port}/")).unwrap();
        for number in [
            "127.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "0x7f.1",
        ] {
            let refused = outgoing.request(Method::GET, url(number));
            assert!(refused.is_err(), "{number}");
        }
        let refused = outgoing.request(Method::GET, url("localhost")).unwrap();
        let refused = refused.send().await.unwrap_err();
        let why = NotReached::of(&refused).map(ToString::to_string);
        assert!(
            why.is_some_and(|why| why.starts_with("localhost is not")),
            "{refused:?}"
        );
        // Whoever may is connected to the address that was looked at.
        let dev = Outgoing::build(
            Reach {
                loopback: true,
                ..NONE
            },
            |client| client,
        )
        .unwrap();
        let request = dev.request(Method::GET, url("localhost")).unwrap();
        let hangs_up = async { listener.accept().await.map(drop) };
        let (came, answer) = tokio::join!(hangs_up, request.send());
        assert!(came.is_ok() && answer.is_err());
    }
}
