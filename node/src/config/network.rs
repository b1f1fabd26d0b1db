//! Settings of HTTPS and of the local network.

use serde::Deserialize;
use std::net::SocketAddr;

/// HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Where to listen; empty for not at all.
    pub listen: String,
    /// Names whose certificates come from a directory.
    pub domains: Vec<String>,
    /// The ACME directory.
    pub directory: String,
    /// The authority of the directory's own address; empty for those that the machine knows.
    pub root: String,
    /// Whom the directory may write to.
    pub contact: String,
}

/// The local network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanConfig {
    /// Whether to be found.
    pub announce: bool,
    /// The name below `.local`.
    pub name: String,
}

impl TlsConfig {
    /// Where to listen, if anywhere.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if !self.listen.is_empty() && self.address().is_none() {
            return Err(
                "`tls.listen` must be an address and a port like 0.0.0.0:443, or be empty"
                    .to_owned(),
            );
        }
        let is_name = |name: &String| name.contains('.') && name.split('.').all(is_label);
        if let Some(name) = self.domains.iter().find(|name| !is_name(name)) {
            return Err(format!(
                "`tls.domains`: {name:?} is no host name (lower case, without port)"
            ));
        }
        if !self.directory.starts_with("https://") {
            return Err("`tls.directory` must begin with https://".to_owned());
        }
        if !self.contact.is_empty() && !self.contact.contains('@') {
            return Err("`tls.contact` must be an e-mail address, or be empty".to_owned());
        }
        Ok(())
    }
}

impl LanConfig {
    pub(super) fn check(&self) -> Result<(), String> {
        match is_label(&self.name) {
            true => Ok(()),
            false => {
                Err("`lan.name` must be letters a to z, digits and hyphens, at most 63".to_owned())
            }
        }
    }
}

/// One part of a host name (RFC 1123).
fn is_label(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(inside)
        && !text.starts_with('-')
        && !text.ends_with('-')
}
