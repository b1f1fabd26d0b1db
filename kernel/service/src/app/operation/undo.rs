//! What becomes of entries that an operation leaves in the logs of others.

use std::fmt;

/// How the author of an operation takes back what it left in the logs of others, or why they can't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// By these operations, all of them.
    By(&'static [&'static str]),
    /// It takes back, gives back or ends something itself.
    Ends,
    /// What was paid or ordered is returned by the person who got it, or ends with its time.
    Money,
    /// What somebody took from its author is theirs, and they may return it.
    Given,
    /// Others rely on it.
    Happened,
    /// It is a signature under another's words, which their author alone revokes.
    Signed,
    /// The person who was asked keeps what it was for.
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
