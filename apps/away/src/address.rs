//! Addresses of people: a handle and the box that has it, as in `@maya@box.example`.
//!
//! Always: in lower case; the host has a port only where it differs from that of its scheme.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

/// Maximum number of characters of a handle, whatever another box allows.
const HANDLE_CHARS_MAX: usize = 64;
/// Maximum number of characters of a name in the DNS, with a port.
const HOST_CHARS_MAX: usize = 259;

/// A handle at a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// The handle, without `@`.
    pub(crate) handle: String,
    /// The host, with its port if that is unusual.
    pub(crate) host: String,
}

impl Address {
    /// Reads an address as people type it: with `@` or `acct:` before the handle, or without.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("acct:").unwrap_or(text);
        let (handle, host) = text.strip_prefix('@').unwrap_or(text).split_once('@')?;
        let handle = handle.to_ascii_lowercase();
        let is_handle = !handle.is_empty()
            && handle.len() <= HANDLE_CHARS_MAX
            && handle.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let host = host_of(host)?;
        is_handle.then_some(Self { handle, host })
    }

    /// Returns the origin that answers for the host. Only a program on this machine is asked without TLS: nothing lies between.
    pub(crate) fn origin(&self) -> Option<Url> {
        let secure = Url::parse(&format!("https://{}", self.host)).ok()?;
        let name = secure.host_str()?.trim_matches(['[', ']']);
        let number: Option<IpAddr> = name.parse().ok();
        let is_here = name == "localhost" || number.is_some_and(|number| number.is_loopback());
        if is_here { Url::parse(&format!("http://{}", self.host)).ok() } else { Some(secure) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}@{}", self.handle, self.host)
    }
}

/// Reads a host, if there is nothing else in the text.
fn host_of(text: &str) -> Option<String> {
    // A URL would take what follows one of these for something else than a host.
    if text.len() > HOST_CHARS_MAX || text.contains(['/', '\\', '?', '#', '@', '%']) {
        return None;
    }
    let url = Url::parse(&format!("https://{text}")).ok()?;
    let host = url.host_str()?.trim_end_matches('.');
    let is_name = host.contains(['.', ':']) || host == "localhost";
    let port = url.port().map(|port| format!(":{port}"));
    is_name.then(|| format!("{host}{}", port.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_people_type_them() {
        for (text, handle, host) in [
            ("@maya@box.example", "maya", "box.example"),
            (" @Maya@Box.Example ", "maya", "box.example"),
            ("acct:maya@box.example", "maya", "box.example"),
            ("maya@box.example:8443", "maya", "box.example:8443"),
            ("@maya@box.example:443", "maya", "box.example"),
            ("@maya@b\u{fc}cher.example", "maya", "xn--bcher-kva.example"),
            ("@maya@127.0.0.1:7000", "maya", "127.0.0.1:7000"),
            ("@maya@[::1]:7000", "maya", "[::1]:7000"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.handle.as_str(), address.host.as_str()), (handle, host), "{text}");
            assert_eq!(Address::parse(&address.to_string()), Some(address));
        }
        for text in [
            "",
            "@maya",
            "maya@",
            "@@box.example",
            "@ma ya@box.example",
            "@maya@box",
            "@maya@box.example/x",
            "@maya@a@box.example",
            "@maya@box.example?x",
            "@maya@box example",
        ] {
            assert_eq!(Address::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        for (host, origin) in [
            ("box.example", "https://box.example/"),
            ("imajin.local", "https://imajin.local/"),
            ("192.168.1.5:7000", "https://192.168.1.5:7000/"),
            ("127.0.0.1:7000", "http://127.0.0.1:7000/"),
            ("localhost:7000", "http://localhost:7000/"),
        ] {
            let address = Address::parse(&format!("@maya@{host}")).unwrap();
            assert_eq!(address.origin().unwrap().as_str(), origin);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,300}") {
            if let Some(address) = Address::parse(&text) {
                proptest::prop_assert!(address.origin().is_some());
            }
        }
    }
}
