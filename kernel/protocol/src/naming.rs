//! Names of services and operations (docs/format.md §1).

/// Maximum bytes of a service's name.
pub const SERVICE_BYTES_MAX: usize = 16;
/// Maximum bytes of an operation's name.
pub const OP_BYTES_MAX: usize = 64;

/// Returns whether `text` may name a service: `[a-z][a-z0-9]{0,15}`.
pub fn is_service(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= SERVICE_BYTES_MAX
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.iter().all(|b| is_name_byte(*b))
}

/// Returns whether `text` may name an operation: `<service>.<verb>[.<verb>…]` of `[a-z0-9]` and dots, ≤ 64 bytes, no
/// part empty.
pub fn is_op(text: &str) -> bool {
    text.len() <= OP_BYTES_MAX
        && text.split_once('.').is_some_and(|(service, verbs)| {
            is_service(service)
                && verbs.split('.').all(|verb| !verb.is_empty() && verb.bytes().all(is_name_byte))
        })
}

/// Returns whether `op` is an operation of `service`.
pub fn is_op_of(service: &str, op: &str) -> bool {
    is_op(op) && service_of(op) == service
}

/// Returns the service of an operation: the part before its first dot.
pub fn service_of(op: &str) -> &str {
    op.split_once('.').map_or(op, |(service, _)| service)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["a", "profile", "a123456789012345"] {
            assert!(is_service(good), "{good}");
        }
        for bad in ["", "1a", "Profile", "a-b", "a.b", "é", "a1234567890123456"] {
            assert!(!is_service(bad), "{bad}");
        }
        for good in
            ["profile.update", "auth.identity.create", "a.1", &format!("a.{}", "b".repeat(62))]
        {
            assert!(is_op(good), "{good}");
        }
        let cases = "profile|profile.|.update|a..b|a.b.|a.B|a.b_c|1.a";
        for bad in cases.split('|').chain([format!("a.{}", "b".repeat(63)).as_str()]) {
            assert!(!is_op(bad), "{bad}");
        }
        assert!(is_op_of("profile", "profile.handle.claim"));
        assert!(!is_op_of("profil", "profile.update"));
        assert_eq!(service_of("auth.identity.create"), "auth");
    }
}
