//! The undo rule for entries that an operation leaves in other people's logs.

use std::fmt;

/// The way in which an operation's author takes back what it left in other people's logs, or the reason why they can't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// These operations together take it back.
    By(&'static [&'static str]),
    /// The operation itself takes back, returns or ends something.
    Ends,
    /// The payment or order is refunded by its recipient, or expires.
    Money,
    /// The recipient owns what they took from the author, and may return it.
    Given,
    /// Other people rely on it.
    Happened,
    /// A signature under another person's words, which only their author can revoke.
    Signed,
    /// The person who was asked keeps what they were told.
    Told,
}

impl fmt::Display for Undo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::By(all) => return f.write_str(&all.join("+")),
            Self::Ends => "ends",
            Self::Money => "money",
            Self::Given => "given",
            Self::Happened => "happened",
            Self::Signed => "signed",
            Self::Told => "told",
        })
    }
}
