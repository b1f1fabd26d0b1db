//! Settings of HTTPS, of the local network and of Wi-Fi.

use imajin_dfos::hex;
use imajin_host::dns::Dns;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// HTTPS.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// Address to listen at; empty to disable.
    pub listen: String,
    /// Names with certificates from the ACME directory.
    pub domains: Vec<String>,
    /// The ACME directory.
    pub directory: String,
    /// The authority of the directory's own address; empty for those that the machine knows.
    pub root: String,
    /// The contact address for the ACME directory.
    pub contact: String,
    /// The name server that is asked what the internet knows of the box's names.
    pub resolver: Dns,
    /// The log of certificates that is searched; empty for none.
    pub ct: String,
    /// Serial numbers (hex) of certificates for the box's names that the owner got elsewhere.
    pub known_serials: Vec<String>,
    /// Seconds between two looks at the box's names from outside.
    pub watch_s: u64,
    /// Seconds between two searches of the log of certificates.
    pub search_s: u64,
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

/// Wi-Fi, of a box that runs the image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WifiConfig {
    /// The network's name; empty for none.
    pub network: String,
    /// Its password; empty for an open network.
    pub password: String,
    /// The country of the radio rules (ISO 3166).
    pub country: String,
}

impl TlsConfig {
    /// Parses the address to listen at, if there is one.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listen.parse().ok()
    }

    /// The contact address as a link (RFC 6068); `None` if there is none.
    pub fn contact_url(&self) -> Option<String> {
        (!self.contact.is_empty()).then(|| format!("mailto:{}", self.contact))
    }

    /// Checks the rules that the types alone do not express.
    pub fn check(&self) -> Result<(), String> {
        if !self.listen.is_empty() && self.address().is_none() {
            return Err("`tls.listen` must be an address and a port like 0.0.0.0:443, or be empty"
                .to_owned());
        }
        if let Some(name) = self.domains.iter().find(|name| !is_host_name(name)) {
            return Err(format!(
                "`tls.domains`: {name:?} is not a host name (lower case, without port)"
            ));
        }
        if !self.directory.starts_with("https://") {
            return Err("`tls.directory` must begin with https://".to_owned());
        }
        let is_web = self.ct.starts_with("https://") || self.ct.starts_with("http://");
        if !self.ct.is_empty() && !is_web {
            return Err("`tls.ct` must begin with https://, or be empty".to_owned());
        }
        if self.watch_s == 0 || self.search_s == 0 {
            return Err("`tls.watch_s` and `tls.search_s` must be at least 1".to_owned());
        }
        if !self.contact.is_empty() && !self.contact.contains('@') {
            return Err("`tls.contact` must be an email address, or be empty".to_owned());
        }
        Ok(())
    }
}

impl LanConfig {
    /// Checks the rules that the types alone do not express.
    pub fn check(&self) -> Result<(), String> {
        if is_label(&self.name) {
            Ok(())
        } else {
            Err("`lan.name` must be letters a to z, digits and hyphens, at most 63".to_owned())
        }
    }
}

impl WifiConfig {
    /// The first thing that is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        if self.network.len() > 32 {
            return Err(
                "`wifi.network` is longer than a network's name can be (32 bytes)".to_owned()
            );
        }
        // IEEE 802.11-2020, J.4: 8 to 63 printable ASCII characters.
        let is_phrase = (8..=63).contains(&self.password.len())
            && self.password.bytes().all(|b| (32..127).contains(&b));
        if !(self.password.is_empty() || is_phrase) {
            return Err(
                "`wifi.password` must have 8 to 63 characters, all of them ASCII".to_owned()
            );
        }
        let is_country =
            self.country.len() == 2 && self.country.bytes().all(|b| b.is_ascii_uppercase());
        if !(self.country.is_empty() || is_country) {
            return Err(
                "`wifi.country` must be two capital letters like CA, or be empty".to_owned()
            );
        }
        if self.network.is_empty() && !(self.password.is_empty() && self.country.is_empty()) {
            Err("`wifi.network` must be named as well".to_owned())
        } else {
            Ok(())
        }
    }

    /// Formats the network for wpa_supplicant; `None` if no network is named.
    pub fn supplicant(&self) -> Option<String> {
        if self.network.is_empty() {
            return None;
        }
        // Hexadecimal avoids escaping special characters in the name.
        let name = hex::encode(self.network.as_bytes());
        let country = match self.country.as_str() {
            "" => String::new(),
            country => format!("country={country}\n"),
        };
        let key = match self.password.as_str() {
            "" => "\tkey_mgmt=NONE\n".to_owned(),
            // The password is everything between the first and the last quotation mark.
            phrase => format!(
                "\tkey_mgmt=WPA-PSK WPA-PSK-SHA256 SAE\n\tieee80211w=1\n\tpsk=\"{phrase}\"\n"
            ),
        };
        Some(format!("{country}network={{\n\tssid={name}\n\tscan_ssid=1\n{key}}}\n"))
    }
}

/// Whether this is a host name below some domain (RFC 1123), in lower case.
pub fn is_host_name(name: &str) -> bool {
    name.len() <= 253 && name.contains('.') && name.split('.').all(is_label)
}

/// Whether a text is a label of a host name (RFC 1123).
fn is_label(text: &str) -> bool {
    let inside = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(inside)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wifi(network: &str, password: &str, country: &str) -> WifiConfig {
        WifiConfig {
            network: network.to_owned(),
            password: password.to_owned(),
            country: country.to_owned(),
        }
    }

    #[test]
    fn wifi_is_checked_and_names_what_is_wrong() {
        assert_eq!(wifi("", "", "").check(), Ok(()));
        assert_eq!(wifi("Größe \"7\"", "p\"ss word", "CA").check(), Ok(()));
        for (wrong, named) in [
            (wifi(&"n".repeat(33), "", ""), "wifi.network"),
            (wifi("n", "short", ""), "wifi.password"),
            (wifi("n", "newline\nnetwork={", ""), "wifi.password"),
            (wifi("n", "", "ca"), "wifi.country"),
            (wifi("", "12345678", ""), "wifi.network"),
        ] {
            assert!(wrong.check().unwrap_err().contains(named), "{wrong:?}");
        }
    }

    #[test]
    fn wifi_is_written_so_that_no_letter_has_a_meaning() {
        assert_eq!(wifi("", "", "").supplicant(), None);
        let text = wifi("a\"}", "p\"ss word", "CA").supplicant().unwrap();
        assert!(text.starts_with("country=CA\nnetwork={\n\tssid=61227d\n"));
        assert!(text.contains("\tpsk=\"p\"ss word\"\n"));
        let open = wifi("cafe", "", "").supplicant().unwrap();
        assert!(open.contains("key_mgmt=NONE") && !open.contains("psk="));
    }
}
