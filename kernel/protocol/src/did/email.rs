//! `did:email:` aliases: an e-mail address as a DID and back. In the local part `_` and everything outside
//! `[a-z0-9.+-]` is percent-encoded, so the first `_` is that of `_at_`. Two addresses share an alias only if they
//! differ in case alone.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::DidError;

/// Maximum bytes of a local part (RFC 5321 §4.5.3.1.1).
pub(super) const LOCAL_BYTES_MAX: usize = 64;
/// Maximum bytes of a domain as text (RFC 1035 §3.1).
pub(super) const DOMAIN_BYTES_MAX: usize = 253;

const PREFIX: &str = "did:email:";
const AT: &str = "_at_";
/// The characters to encode in the local part, which is lower-case: all except `[a-z0-9.+-]`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'+').remove(b'-');

/// Returns the canonical DID of an address.
pub(super) fn from_address(address: &str) -> Result<String, DidError> {
    let (local, domain) = address.rsplit_once('@').ok_or(DidError::EmailLocal)?;
    build(local, domain)
}

/// Returns the canonical DID from the text after `did:email:`; corrects another percent-encoding of the same address.
pub(super) fn parse(rest: &str) -> Result<String, DidError> {
    let (local, domain) = rest.split_once(AT).ok_or(DidError::EmailForm)?;
    let local = decode(local).ok_or(DidError::EmailForm)?;
    build(&local, domain)
}

/// Returns the address, from the text after `did:email:` in a canonical DID.
pub(super) fn to_address(rest: &str) -> Option<String> {
    let (local, domain) = rest.split_once(AT)?;
    Some(format!("{}@{domain}", decode(local)?))
}

/// Builds one DID for a mailbox however it is typed: lower-cases the local part with `char::to_lowercase`, and the
/// domain as ASCII.
fn build(local: &str, domain: &str) -> Result<String, DidError> {
    let local: String = local.chars().flat_map(char::to_lowercase).collect();
    let local_ok = (1..=LOCAL_BYTES_MAX).contains(&local.len())
        && !local.chars().any(|c| c.is_whitespace() || c.is_control());
    if !local_ok {
        return Err(DidError::EmailLocal);
    }
    if !is_host_name(domain) {
        return Err(DidError::EmailDomain);
    }
    let local = utf8_percent_encode(&local, ENCODED);
    let domain = domain.to_ascii_lowercase();
    Ok(format!("{PREFIX}{local}{AT}{domain}"))
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'+' | b'-')
}

/// Returns whether this is a host name (RFC 1123), in letters of any case.
pub fn is_host_name(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.len() <= DOMAIN_BYTES_MAX && domain.split('.').all(label)
}

fn decode(local: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(local.len());
    let mut rest = local.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                bytes.push((high << 4 | low) as u8);
            }
            // Capitals are accepted when reading and encoded when writing; a valid text has no `_` here.
            _ if is_plain(byte) || byte.is_ascii_uppercase() => bytes.push(byte),
            _ => return None,
        }
    }
    String::from_utf8(bytes).ok()
}
