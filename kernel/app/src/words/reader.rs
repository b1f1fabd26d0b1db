//! The reader of a page or a letter.

use super::lang::Lang;
use super::zone::Zone;

/// A reader's language, and their time zone if they chose one. As an argument of a handler: those of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reader {
    /// The language.
    pub lang: Lang,
    /// The zone.
    pub zone: Option<Zone>,
}

impl From<Lang> for Reader {
    fn from(lang: Lang) -> Self {
        Self { lang, zone: None }
    }
}
