//! Texts that prove presence: a key signs one to begin a session, and to become the key of an identity.
//!
//! Always: the first bytes of such a text name its purpose and the node; no other signature of the system covers a text
//! that begins like it (docs/threats.md, "What a key signs"). A client signs one only after [`check`].

use imajin_dfos::Cid;

use crate::Did;

/// The prefix of every challenge.
pub const CHALLENGE_PREFIX: &str = "imajin:auth:1:";
/// The prefix of the proof of a new key.
pub const UPGRADE_PREFIX: &str = "imajin:upgrade:1:";
/// Hexadecimal digits at the end of a challenge: 32 random bytes.
pub const NONCE_DIGITS: usize = 64;
/// Maximum bytes of a host: a DNS name has up to 253 characters, and a port follows.
const HOST_BYTES_MAX: usize = 260;

/// Why a client does not sign a node's challenge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ChallengeError {
    #[error(
        "the node asks for a signature over a text that is not a sign-in challenge: nothing was signed"
    )]
    Form,
    #[error(
        "the node asks for a signature over a challenge of another node, not {node}: nothing was signed"
    )]
    Node { node: Did },
    #[error(
        "the node asks for a signature over a challenge for another address, not {host}: nothing was signed"
    )]
    Host { host: String },
}

/// Returns the text of a challenge.
pub fn challenge(node: &Did, host: &str, nonce: &str) -> String {
    format!("{CHALLENGE_PREFIX}{node}:{host}:{nonce}")
}

/// Returns the text that a key signs to become a key of `did`: `chain` is the newest operation of the chain that names
/// it.
pub fn upgrade(node: &Did, did: &Did, chain: &Cid) -> String {
    format!("{UPGRADE_PREFIX}{node}:{did}:{chain}")
}

/// Checks whether a client that knows `node` and reached it at `host` (see [`host`]) may sign this text.
pub fn check(text: &str, node: &Did, host: &str) -> Result<(), ChallengeError> {
    let rest = text.strip_prefix(CHALLENGE_PREFIX).ok_or(ChallengeError::Form)?;
    let (place, nonce) = rest.rsplit_once(':').ok_or(ChallengeError::Form)?;
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if nonce.len() != NONCE_DIGITS || !nonce.bytes().all(is_digit) {
        return Err(ChallengeError::Form);
    }
    let of_node = place.strip_prefix(node.as_str()).and_then(|rest| rest.strip_prefix(':'));
    match of_node {
        None => Err(ChallengeError::Node { node: node.clone() }),
        Some(named) if named == host => Ok(()),
        Some(_) => Err(ChallengeError::Host { host: host.to_owned() }),
    }
}

/// Returns the host of a challenge, from a `Host` header or from the authority of a URL: lower-case, without a final
/// dot in the name, and with the port unless it is the scheme's default (80, and 443 for HTTPS). A browser calls this
/// `location.host`. `None` for a malformed authority.
pub fn host(authority: &str, secure: bool) -> Option<String> {
    let (name, port) = match authority.rsplit_once(':') {
        // Colons inside brackets belong to the address.
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (authority, None),
    };
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
    let is_address = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .is_some_and(|rest| rest.parse::<std::net::Ipv6Addr>().is_ok());
    let own = if secure { 443 } else { 80 };
    let port = match port {
        None | Some("") => None,
        Some(digits) => Some(digits.parse::<u16>().ok()?).filter(|port| *port != own),
    };
    let host = match port {
        None => name,
        Some(port) => format!("{name}:{port}"),
    };
    ((is_name || is_address) && host.len() <= HOST_BYTES_MAX).then_some(host)
}

/// Returns the host of a URL that begins with `http://` or `https://`.
pub fn host_of_url(url: &str) -> Option<String> {
    let (secure, rest) = match url.strip_prefix("https://") {
        Some(rest) => (true, rest),
        None => (false, url.strip_prefix("http://")?),
    };
    host(rest.split(['/', '?', '#']).next()?, secure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(seed: u8) -> Did {
        Did::from_key(&[seed; 32])
    }

    #[test]
    fn a_client_signs_only_a_challenge_of_its_node_at_its_host() {
        let nonce = "0f".repeat(32);
        for at in ["imajin.local", "127.0.0.1:7000", "[::1]:7000"] {
            assert_eq!(check(&challenge(&node(1), at, &nonce), &node(1), at), Ok(()));
        }
        let good = challenge(&node(1), "imajin.local", &nonce);
        let wrong = |text: &str| check(text, &node(1), "imajin.local");
        assert_eq!(wrong(&nonce), Err(ChallengeError::Form), "the old form");
        for text in [
            "",
            "imajin:auth:1:",
            &good[1..],
            &format!("{good}\n"),
            &good.to_uppercase(),
            &good.replace(":1:", ":2:"),
            &format!("{good}{nonce}"),
            "eyJhbGciOiJFZERTQSJ9.eyJ2IjoxfQ",
            r#"{"did":"did:imajin:x"}"#,
        ] {
            assert_eq!(wrong(text), Err(ChallengeError::Form), "{text}");
        }
        let elsewhere = wrong(&challenge(&node(2), "imajin.local", &nonce));
        assert_eq!(elsewhere, Err(ChallengeError::Node { node: node(1) }));
        for at in ["evil.example", "imajin.local:7000", "imajin.local:evil.example", ""] {
            let relayed = wrong(&challenge(&node(1), at, &nonce));
            let host = "imajin.local".to_owned();
            assert_eq!(relayed, Err(ChallengeError::Host { host }), "{at}");
        }
    }

    #[test]
    fn a_host_is_what_a_browser_calls_it() {
        for (authority, secure, expected) in [
            ("Imajin.Local", false, Some("imajin.local")),
            ("imajin.local.", false, Some("imajin.local")),
            ("imajin.local:80", false, Some("imajin.local")),
            ("imajin.local:80", true, Some("imajin.local:80")),
            ("imajin.local:443", true, Some("imajin.local")),
            ("imajin.local.:8443", true, Some("imajin.local:8443")),
            ("127.0.0.1:7000", false, Some("127.0.0.1:7000")),
            ("[::1]", true, Some("[::1]")),
            ("[FE80::1]:443", true, Some("[fe80::1]")),
            ("[::1]:7000", false, Some("[::1]:7000")),
            ("::1", false, None),
            ("", false, None),
            (":80", false, None),
            ("a b", false, None),
            ("a@evil.example", false, None),
            ("host:port", false, None),
            ("[not]", false, None),
        ] {
            assert_eq!(host(authority, secure).as_deref(), expected, "{authority}");
        }
        assert_eq!(host_of_url("https://Ada.example:443/x?y").as_deref(), Some("ada.example"));
        assert_eq!(host_of_url("http://127.0.0.1:7000").as_deref(), Some("127.0.0.1:7000"));
        assert_eq!(host_of_url("ftp://ada.example"), None);
    }
}
