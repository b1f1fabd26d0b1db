//! Settings of what the node tells registries of itself.

use imajin_host::registries::{TUNNELS_MAX, parse_address};
use imajin_protocol::Did;
use imajin_registry::enrolment;
use serde::Deserialize;
use std::net::IpAddr;

/// The registries, and what the node sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistriesConfig {
    /// Addresses of registries.
    pub urls: Vec<String>,
    /// The requested name; empty for one made of the node's address.
    pub name: String,
    /// Capabilities that the node announces.
    pub capabilities: Vec<String>,
    /// The operators.
    pub operators: Vec<String>,
    /// The scopes that it serves.
    pub scopes: Vec<String>,
    /// Addresses that the node's name resolves to.
    pub addresses: Vec<IpAddr>,
    /// The registry whose name leads to the box at home, with a certificate; empty for none.
    pub home: String,
    /// The registries that carry connections from anywhere to the box.
    pub tunnels: Vec<String>,
    /// Seconds between two heartbeats.
    pub heartbeat_s: u64,
    /// Seconds until what failed is tried again, the first time.
    pub retry_s: u64,
}

impl RegistriesConfig {
    /// The registries, in the form in which they are kept: those of the settings, and those with a tunnel.
    pub fn urls(&self) -> Vec<String> {
        let mut urls = addresses(&self.urls);
        for url in self.tunnels() {
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        urls
    }

    /// The registries that carry connections to the box, in the form in which they are kept.
    pub fn tunnels(&self) -> Vec<String> {
        addresses(&self.tunnels)
    }

    /// Checks the rules that the types alone do not express.
    pub(super) fn check(&self) -> Result<(), String> {
        for url in &self.urls {
            parse_address(url).map_err(|error| format!("`registries.urls`: {error}"))?;
        }
        if !self.home.is_empty() {
            let home =
                parse_address(&self.home).map_err(|error| format!("`registries.home`: {error}"))?;
            if !self.urls().contains(&home) {
                return Err("`registries.home` must be one of `registries.urls`".to_owned());
            }
        }
        for url in &self.tunnels {
            parse_address(url).map_err(|error| format!("`registries.tunnels`: {error}"))?;
        }
        if self.tunnels.len() > TUNNELS_MAX {
            return Err(format!("`registries.tunnels` may name at most {TUNNELS_MAX}"));
        }
        if self.urls().len() > enrolment::REGISTRIES_MAX {
            return Err(format!(
                "`registries.urls` may name at most {}",
                enrolment::REGISTRIES_MAX
            ));
        }
        if !self.name.is_empty() && !imajin_registry::directory::is_name(&self.name) {
            return Err("`registries.name` must be 3 to 32 of a-z 0-9 and -, neither beginning nor ending with -".to_owned());
        }
        if let Some(wrong) = self.operators.iter().find(|text| Did::parse(text).is_err()) {
            return Err(format!("`registries.operators`: {wrong:?} is not a DID"));
        }
        if self.heartbeat_s == 0 || self.retry_s == 0 {
            return Err(
                "`registries.heartbeat_s` and `registries.retry_s` must be at least 1".to_owned()
            );
        }
        Ok(())
    }
}

/// The addresses in the form in which they are kept; `check` refuses those that have none.
fn addresses(texts: &[String]) -> Vec<String> {
    texts.iter().filter_map(|url| parse_address(url).ok()).collect()
}
