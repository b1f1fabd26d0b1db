//! The names that nodes may have: one label of a host name.

/// Names that look like a service, the registry, or an administrator.
const RESERVED: &str = "\
    abuse account admin administrator agents api app apps auth autoconfig autodiscover away blog \
    cdn chat coffee connections dev docs dykil essays events ftp git help hostmaster imajin \
    learn links localhost login mail market media mta-sts node notify ns1 ns2 pay postmaster \
    profile prod registry relay root security smtp staging status support www";

/// Characters of a name (docs/api.md, "Registry": `^[a-z0-9][a-z0-9-]{1,30}[a-z0-9]$`).
const LENGTH: std::ops::RangeInclusive<usize> = 3..=32;

/// Why a node cannot have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NameError {
    #[error("a name has 3 to 32 of a-z 0-9 and -, neither beginning nor ending with -")]
    Form,
    #[error("this name is reserved; choose another")]
    Reserved,
}

pub(super) fn is_label(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    LENGTH.contains(&name.len())
        && name.bytes().all(is_inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// Checks that a node may have the name. `more` are additional reserved names.
pub(super) fn check(name: &str, more: &[String]) -> Result<(), NameError> {
    if !is_label(name) {
        return Err(NameError::Form);
    }
    // DNS reserves labels with hyphens in these places (RFC 5891 §4.2.3.1).
    let is_encoded = name.get(2..4) == Some("--");
    let mut reserved = RESERVED.split(' ').chain(more.iter().map(String::as_str));
    if is_encoded || reserved.any(|reserved| reserved == name) {
        return Err(NameError::Reserved);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let more = ["mine".to_owned()];
        for good in ["abc", "a-b", "a1b2", "0a0", &"a".repeat(32)] {
            assert_eq!(check(good, &more), Ok(()), "{good}");
        }
        for bad in ["", "ab", "-ab", "ab-", "Abc", "a.b", "a_b", "ä bc", &"a".repeat(33)] {
            assert_eq!(check(bad, &more), Err(NameError::Form), "{bad}");
        }
        for taken in ["www", "registry", "mine", "xn--abc"] {
            assert_eq!(check(taken, &more), Err(NameError::Reserved), "{taken}");
        }
    }
}
