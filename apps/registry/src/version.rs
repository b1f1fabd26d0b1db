//! Versions as they are compared: `major.minor.patch`, with a pre-release before its release (semver.org §11).

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// Bytes of a version's text, at most.
const BYTES_MAX: usize = 64;

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    /// Parts of the pre-release; empty for a release.
    before: Vec<String>,
    text: String,
}

/// The text is not a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a version looks like 1.2.3 or 1.2.3-beta.1")]
pub struct VersionError;

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-+".contains(&byte);
        if text.len() > BYTES_MAX || !text.bytes().all(is_allowed) {
            return Err(VersionError);
        }
        let (core, _build) = text.split_once('+').unwrap_or((text, ""));
        let (core, before) = match core.split_once('-') {
            Some((core, before)) => (core, before.split('.').map(str::to_owned).collect()),
            None => (core, Vec::new()),
        };
        let mut parts = core.split('.');
        let mut number = || -> Result<u64, VersionError> {
            let part = parts.next().ok_or(VersionError)?;
            let number: u64 = part.parse().map_err(|_| VersionError)?;
            // No sign and no leading zero: one text for one number.
            (number.to_string() == part).then_some(number).ok_or(VersionError)
        };
        let numbers = [number()?, number()?, number()?];
        if parts.next().is_some() || before.iter().any(String::is_empty) {
            return Err(VersionError);
        }
        Ok(Self { numbers, before, text: text.to_owned() })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Version {
    /// Whether this one comes before the other.
    pub fn is_before(&self, other: &Self) -> bool {
        let order = self.numbers.cmp(&other.numbers).then_with(|| {
            match (self.before.is_empty(), other.before.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_parts(&self.before, &other.before),
            }
        });
        order == Ordering::Less
    }
}

/// Numbers by value and before texts; of equal beginnings the shorter first.
fn compare_parts(one: &[String], other: &[String]) -> Ordering {
    let pairs = one.iter().zip(other).map(|(one, other)| {
        match (one.parse::<u64>(), other.parse::<u64>()) {
            (Ok(one), Ok(other)) => one.cmp(&other),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => one.cmp(other),
        }
    });
    let mut differing = pairs.filter(|order| order.is_ne());
    differing.next().unwrap_or(one.len().cmp(&other.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order() {
        let order = [
            "0.1.0",
            "0.9.9",
            "0.10.0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "2.0.0",
        ];
        let versions: Vec<Version> = order.iter().map(|text| text.parse().unwrap()).collect();
        for (at, one) in versions.iter().enumerate() {
            for (other_at, other) in versions.iter().enumerate() {
                assert_eq!(one.is_before(other), at < other_at, "{one} {other}");
            }
        }
        let build: Version = "1.0.0+a-b".parse().unwrap();
        assert!(!build.is_before(&"1.0.0".parse().unwrap()));
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "1",
            "1.2",
            "1.2.3.4",
            "v1.2.3",
            "01.2.3",
            "+1.2.3",
            "1.2.3-",
            "1.2.x",
            "1.2.3-a..b",
        ] {
            assert_eq!(text.parse::<Version>(), Err(VersionError), "{text}");
        }
    }
}
