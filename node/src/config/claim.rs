//! The claim code of the owner's choice.

use serde::Deserialize;

/// The fewest letters and digits of a code: with any fewer, a neighbour could guess it before the owner is there.
const LENGTH_MIN: usize = 12;

/// Settings of a new node's claim.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ClaimConfig {
    /// The code that makes the first person the owner; empty for a generated one.
    pub code: String,
}

impl ClaimConfig {
    pub(super) fn check(&self) -> Result<(), String> {
        let letters = self.code.bytes().filter(u8::is_ascii_alphanumeric).count();
        let others = self.code.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-');
        match (self.code.is_empty(), others) {
            (true, _) => Ok(()),
            (false, Some(other)) => {
                Err(format!("`claim.code` may hold letters, digits and dashes, but not {other:?}"))
            }
            (false, None) if letters < LENGTH_MIN => Err(format!(
                "`claim.code` must have at least {LENGTH_MIN} letters and digits; it has {letters}"
            )),
            (false, None) => Ok(()),
        }
    }

    /// The code, where one was chosen.
    pub fn chosen(&self) -> Option<&str> {
        Some(self.code.as_str()).filter(|code| !code.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_long_enough_and_can_be_typed() {
        let check = |code: &str| ClaimConfig { code: code.to_owned() }.check();
        assert_eq!(check(""), Ok(()));
        assert_eq!(check("our-box-on-the-shelf"), Ok(()));
        for (code, named) in [
            ("our-box", "at least 12"),
            ("------------", "at least 12"),
            ("our box on the shelf", "' '"),
            ("unsere-kiste-im-rücken", "'ü'"),
        ] {
            let error = check(code).unwrap_err();
            assert!(error.contains("`claim.code`") && error.contains(named), "{error}");
        }
    }
}
