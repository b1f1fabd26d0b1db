//! Characters that turn the direction of the text around them (Unicode's `Bidi_Control`, UAX 9).
//!
//! Always: new names and titles hold none ([`crate::operation::Title`]). Old logs may. So code that writes names and
//! titles for people or for other programs (sentences, letters, feeds, tables, calendars, bookmark files) passes them
//! through [`settle_direction`].

use std::borrow::Cow;

/// Begins an isolate whose direction is that of its first strong letter.
pub const FIRST_STRONG_ISOLATE: char = '\u{2068}';
/// Ends what an isolate began.
pub const POP_ISOLATE: char = '\u{2069}';

/// Whether a character turns the direction of the text around it, or marks one.
pub fn turns_direction(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// A text that leaves the direction of the words around it alone: without the characters that turn it, but with the isolates
/// (U+2068 to U+2069) that it closes again, by which sentences set names apart.
pub fn settle_direction(text: &str) -> Cow<'_, str> {
    if !text.contains(turns_direction) {
        return Cow::Borrowed(text);
    }
    let has_closed_isolates = closes_isolates(text);
    let stays = |c: &char| {
        let is_isolate = matches!(*c, FIRST_STRONG_ISOLATE | POP_ISOLATE);
        !turns_direction(*c) || (has_closed_isolates && is_isolate)
    };
    Cow::Owned(text.chars().filter(stays).collect())
}

/// Whether each U+2068 has a U+2069 after it, and each U+2069 a U+2068 before it.
fn closes_isolates(text: &str) -> bool {
    let mut open = 0_usize;
    for c in text.chars() {
        open = match (c, open) {
            (FIRST_STRONG_ISOLATE, open) => open + 1,
            (POP_ISOLATE, 0) => return false,
            (POP_ISOLATE, open) => open - 1,
            (_, open) => open,
        };
    }
    open == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_turns_the_words_around_a_text() {
        for (text, settled) in [
            ("Rosengasse 4", "Rosengasse 4"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("\u{61c}\u{200e}\u{200f}\u{202a}a\u{202b}\u{202c}\u{202d}", "a"),
            ("\u{2068}שלום\u{2069} said", "\u{2068}שלום\u{2069} said"),
            ("\u{2068}\u{202e}a\u{2069}", "\u{2068}a\u{2069}"),
            // Open ends, and an isolate of a kind that sentences don't use.
            ("a\u{2069}b", "ab"),
            ("\u{2068}a", "a"),
            ("a\u{2069}\u{2068}b", "ab"),
            ("\u{2067}a\u{2069}", "a"),
        ] {
            assert_eq!(settle_direction(text), settled, "{text:?}");
        }
    }
}
