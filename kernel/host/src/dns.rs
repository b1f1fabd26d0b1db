//! Records of names in the public DNS: those that the system's resolver does not ask for (TXT, CAA), and addresses without what the
//! house says of a name (`/etc/hosts`).
//!
//! Always: a question has a deadline, an answer few records, and nothing is cached here. A name without such a record has an empty
//! answer; a name server that does not answer is an error.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

/// How long a question may take, with all tries.
const DEADLINE: Duration = Duration::from_secs(8);
/// How long one try may take.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Most records of an answer that are read.
const RECORDS_MAX: usize = 32;
/// The port of name servers.
const PORT: u16 = 53;

/// The name server to ask; `None` for those of this machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Dns(Option<SocketAddr>);

/// A question without an answer.
#[derive(Debug, thiserror::Error)]
#[error("no name server answered for {name}: {why}")]
pub struct DnsError {
    name: String,
    why: String,
}

/// An authority that may issue certificates for a name (RFC 8659 §4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issuer {
    /// The authority's domain, in lower case.
    pub authority: String,
    /// The only account that it may issue to (RFC 8657 §3); `None` for all.
    pub account: Option<String>,
}

impl Dns {
    /// A name server at this address.
    pub fn at(server: SocketAddr) -> Self {
        Self(Some(server))
    }

    /// The texts of a name's TXT records.
    pub async fn texts(self, name: &str) -> Result<Vec<String>, DnsError> {
        let records = self.records(name, RecordType::TXT).await?.into_iter();
        let texts = records.filter_map(|record| match record {
            RData::TXT(text) => Some(text.txt_data.concat()),
            _ => None,
        });
        Ok(texts.map(|text| String::from_utf8_lossy(&text).into_owned()).collect())
    }

    /// The addresses of a name. It is enough that the question for one family has an answer.
    pub async fn addresses(self, name: &str) -> Result<Vec<IpAddr>, DnsError> {
        let (v4, v6) =
            tokio::join!(self.records(name, RecordType::A), self.records(name, RecordType::AAAA));
        let records = match (v4, v6) {
            (Err(error), Err(_)) => return Err(error),
            (v4, v6) => v4.into_iter().chain(v6).flatten(),
        };
        let addresses = records.filter_map(|record| match record {
            RData::A(address) => Some(IpAddr::from(address.0)),
            RData::AAAA(address) => Some(IpAddr::from(address.0)),
            _ => None,
        });
        Ok(addresses.collect())
    }

    /// The authorities that may issue for a name: those of its CAA records, else of the closest domain above it that has some
    /// (RFC 8659 §3). `None` if every authority may.
    pub async fn issuers(self, name: &str) -> Result<Option<Vec<Issuer>>, DnsError> {
        let mut domain = Some(name);
        while let Some(name) = domain {
            let records = self.records(name, RecordType::CAA).await?;
            if !records.is_empty() {
                let issuers = records.into_iter().filter_map(|record| match record {
                    RData::CAA(caa) if caa.tag.eq_ignore_ascii_case("issue") => {
                        Some(Issuer::read(&caa.value))
                    }
                    _ => None,
                });
                return Ok(Some(issuers.collect()));
            }
            domain = name.split_once('.').map(|(_, above)| above);
        }
        Ok(None)
    }

    async fn records(self, name: &str, kind: RecordType) -> Result<Vec<RData>, DnsError> {
        let failed = |why: String| DnsError { name: name.to_owned(), why };
        let unanswered = |error: NetError| failed(error.to_string());
        // With a dot at its end no search domain is added.
        let full = Name::from_ascii(format!("{}.", name.trim_end_matches('.')));
        let full = full.map_err(|error| failed(error.to_string()))?;
        // Read again for each question: the machine may have moved to another network.
        let resolver = self.resolver().map_err(unanswered)?;
        let answer = timeout(DEADLINE, resolver.lookup(full, kind)).await;
        match answer.map_err(|_| failed("it took too long".to_owned()))? {
            Ok(lookup) => {
                let records = lookup.answers().iter().take(RECORDS_MAX);
                Ok(records.map(|record| record.data.clone()).collect())
            }
            Err(error) if error.is_no_records_found() => Ok(Vec::new()),
            Err(error) => Err(unanswered(error)),
        }
    }

    fn resolver(self) -> Result<TokioResolver, NetError> {
        let mut builder = match self.0 {
            None => TokioResolver::builder_tokio()?,
            Some(server) => TokioResolver::builder_with_config(
                ResolverConfig::from_name_servers(vec![name_server(server)]),
                TokioRuntimeProvider::default(),
            ),
        };
        let options = builder.options_mut();
        options.timeout = TIMEOUT;
        options.use_hosts_file = ResolveHosts::Never;
        options.cache_size = 0;
        builder.build()
    }
}

fn name_server(server: SocketAddr) -> NameServerConfig {
    let mut config = NameServerConfig::udp_and_tcp(server.ip());
    for connection in &mut config.connections {
        connection.port = server.port();
    }
    config
}

impl TryFrom<String> for Dns {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        let with_port = text.parse().ok();
        let server = with_port.or_else(|| Some((text.parse::<IpAddr>().ok()?, PORT).into()));
        server
            .map(Self::at)
            .ok_or("must be a name server such as \"9.9.9.9\" or \"127.0.0.1:5353\", or be empty")
    }
}

impl fmt::Display for Issuer {
    /// Writes the value of a CAA record with the property `issue`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0 issue \"{}", self.authority)?;
        if let Some(account) = &self.account {
            write!(f, "; accounturi={account}")?;
        }
        f.write_str("\"")
    }
}

impl Issuer {
    /// Reads the value of a CAA record `issue` (RFC 8659 §4.2).
    fn read(value: &[u8]) -> Self {
        let text = String::from_utf8_lossy(value);
        let mut parts = text.split(';').map(str::trim);
        let authority = parts.next().unwrap_or_default().to_ascii_lowercase();
        let mut parameters = parts.filter_map(|part| part.split_once('='));
        let account = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("accounturi"));
        Self { authority, account: account.map(|(_, url)| url.trim().to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_edge::testing::NameServer;

    #[tokio::test]
    async fn records_are_those_of_the_zone_and_none_is_no_error() {
        let zone = NameServer::start();
        zone.set("ada.example", "A", &["192.0.2.1", "192.0.2.2"]);
        zone.set("ada.example", "AAAA", &["2001:db8::1"]);
        zone.set("_imajin.ada.example", "TXT", &["did=a", "other"]);
        let dns = Dns::at(zone.address());
        let addresses = dns.addresses("ada.example").await.unwrap();
        let addresses: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
        assert_eq!(addresses, ["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
        let texts = dns.texts("_imajin.ada.example").await.unwrap();
        assert_eq!(texts, ["did=a", "other"]);
        assert!(dns.texts("ada.example").await.unwrap().is_empty());
        assert!(dns.addresses("bob.example").await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn issuers_are_those_of_the_closest_domain_that_names_some() {
        let zone = NameServer::start();
        let dns = Dns::at(zone.address());
        assert_eq!(dns.issuers("box.ada.example").await.unwrap(), None);
        let account = "https://acme.example/acct/1";
        zone.set("ada.example", "CAA", &["other.example"]);
        let value = format!("CA.example; accounturi={account}");
        zone.set("box.ada.example", "CAA", &[&value]);
        let issuers = dns.issuers("box.ada.example").await.unwrap();
        let issuer =
            Issuer { authority: "ca.example".to_owned(), account: Some(account.to_owned()) };
        assert_eq!(issuers, Some(vec![issuer]));
        let above = dns.issuers("www.ada.example").await.unwrap().unwrap();
        assert_eq!(above[0].authority, "other.example");
        assert_eq!(above[0].account, None);
    }

    #[tokio::test]
    async fn a_name_server_that_fails_is_an_error() {
        let zone = NameServer::start();
        zone.set("_imajin.ada.example", "TXT", &["did=a"]);
        zone.fail(true);
        let dns = Dns::at(zone.address());
        assert!(dns.texts("_imajin.ada.example").await.is_err());
        assert!(dns.addresses("ada.example").await.is_err());
        assert!(dns.issuers("ada.example").await.is_err());
    }

    #[test]
    fn a_name_server_is_an_address_with_a_port_or_without() {
        let read = |text: &str| Dns::try_from(text.to_owned());
        assert_eq!(read(""), Ok(Dns(None)));
        for (text, address) in [
            ("9.9.9.9", "9.9.9.9:53"),
            ("127.0.0.1:5353", "127.0.0.1:5353"),
            ("2620:fe::fe", "[2620:fe::fe]:53"),
        ] {
            assert_eq!(read(text), Ok(Dns::at(address.parse().unwrap())), "{text}");
        }
        assert!(read("dns.example").is_err());
    }
}
