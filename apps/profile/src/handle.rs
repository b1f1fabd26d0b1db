//! Handles: short names by which people are found on this node.
//!
//! Always: 3 to 30 of `a-z 0-9 _`, lower case, none of the reserved words. The projection knows the holder of a handle.

/// Minimum and maximum number of characters of a handle (docs/api.md, "Connections and profiles").
const LENGTH: std::ops::RangeInclusive<usize> = 3..=30;

/// Words that are addresses of this node, or look like messages from it.
const RESERVED: &str = "
    about abuse account admin administrator agents api app apps assets auth away blog book box chat claim coffee
    connect connections contact create dashboard data device devices did docs dykil edit essays event events
    feed follow healthz help home imajin inbox info invite learn legal link links login logout mail
    market media me metrics mjn moderator new news node notifications notify null official orders owner pay presence privacy profile
    profiles register registry relay restore root search security settings signin signup spec status
    support system team terms undefined upload verify webmaster welcome well_known www
";

/// A handle that may be claimed, in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Handle(String);

/// Reasons that a text can't be claimed as a handle, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HandleError {
    #[error("A username has 3 to 30 letters.")]
    Length,
    #[error(
        "A username has only the letters a to z, digits and _ (no spaces, no dots, no accents)."
    )]
    Character,
    #[error("This word is needed by the box itself. Choose another username.")]
    Reserved,
}

impl Handle {
    /// Parses a handle that a person typed: lowers capitals, drops a leading `@`.
    pub(crate) fn parse(text: &str) -> Result<Self, HandleError> {
        let text = text.strip_prefix('@').unwrap_or(text).to_ascii_lowercase();
        if !text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')) {
            return Err(HandleError::Character);
        }
        if !LENGTH.contains(&text.len()) {
            return Err(HandleError::Length);
        }
        if RESERVED.split_whitespace().any(|word| word == text) {
            return Err(HandleError::Reserved);
        }
        Ok(Self(text))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl HandleError {
    /// Returns the `reason` in an answer of `handle-check`.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Length | Self::Character => "invalid",
            Self::Reserved => "reserved",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammar_and_reserved_words() {
        for (text, is) in [
            ("ada", "ada"),
            ("@Ada_99", "ada_99"),
            ("a_b", "a_b"),
            (&"x".repeat(30), &"x".repeat(30)),
        ] {
            assert_eq!(Handle::parse(text).unwrap().as_str(), is);
        }
        for (text, why) in [
            ("ab", HandleError::Length),
            (&"x".repeat(31), HandleError::Length),
            ("", HandleError::Length),
            ("ada-b", HandleError::Character),
            ("ada lovelace", HandleError::Character),
            ("ädä", HandleError::Character),
            ("\u{212a}elvin", HandleError::Character),
            ("Admin", HandleError::Reserved),
            ("edit", HandleError::Reserved),
            ("orders", HandleError::Reserved),
        ] {
            assert_eq!(Handle::parse(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn reserved_words_are_possible_handles() {
        for word in RESERVED.split_whitespace() {
            assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{word}");
        }
    }
}
