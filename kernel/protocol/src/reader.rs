//! Reads canonical JSON of a known shape straight from its bytes. It accepts exactly the canonical form, so its input
//! need not be written again to compare; its values (ids, CIDs, integers) need no escapes.

use crate::Did;
use imajin_dfos::cid::{Cid, parse_cid};

/// The rest of the text. Every method takes something off its front, or returns `None` and the text is refused.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    pub(crate) fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Takes exactly these bytes.
    pub(crate) fn exactly(&mut self, bytes: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(bytes.as_bytes())?;
        Some(())
    }

    /// Takes these bytes if they come next.
    pub(crate) fn skip(&mut self, bytes: &str) -> bool {
        self.exactly(bytes).is_some()
    }

    /// Takes a string of printable ASCII without `"` and `\`, which has only one form in JSON.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        self.exactly("\"")?;
        let end = self.rest.iter().position(|b| *b == b'"')?;
        let (text, rest) = self.rest.split_at(end);
        if !text.iter().all(|b| (0x20..0x7f).contains(b) && *b != b'\\') {
            return None;
        }
        self.rest = &rest[1..];
        std::str::from_utf8(text).ok()
    }

    /// Takes an integer within ±(2^53 − 1), without leading zeros and not `-0`.
    pub(crate) fn integer(&mut self) -> Option<i64> {
        let negative = self.skip("-");
        let length = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(length);
        match digits {
            [] | [b'0', _, ..] => return None,
            [b'0'] if negative => return None,
            // 2^53 − 1 has 16 digits, so nothing below overflows.
            _ if length > 16 => return None,
            _ => {}
        }
        let value = digits.iter().fold(0i64, |value, digit| value * 10 + i64::from(digit - b'0'));
        if value > crate::SAFE_INTEGER_MAX {
            return None;
        }
        self.rest = rest;
        Some(if negative { -value } else { value })
    }

    /// Takes an integer that is not negative.
    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        self.integer().and_then(|value| u64::try_from(value).ok())
    }

    /// Takes the text of a DID in canonical form.
    pub(crate) fn did(&mut self) -> Option<Did> {
        Did::parse_canonical(self.text()?)
    }

    /// Takes the text of a CID with this codec.
    pub(crate) fn cid(&mut self, codec: u64) -> Option<Cid> {
        parse_cid(self.text()?).ok().filter(|cid| cid.codec() == codec)
    }

    /// Takes `null`, or a value with `read`.
    pub(crate) fn nullable<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.skip("null") { Some(None) } else { read(self).map(Some) }
    }

    /// Takes `[…]`, each item with `read`, refusing more than `items_max`.
    pub(crate) fn list<T>(
        &mut self,
        items_max: usize,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.exactly("[")?;
        let mut items = Vec::new();
        if self.skip("]") {
            return Some(items);
        }
        loop {
            if items.len() == items_max {
                return None;
            }
            items.push(read(self)?);
            if self.skip("]") {
                return Some(items);
            }
            self.exactly(",")?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let integer = |text: &str| {
            let mut reader = Reader::new(text.as_bytes());
            reader.integer().filter(|_| reader.at_end())
        };
        for good in ["0", "1", "-1", "9007199254740991", "-9007199254740991"] {
            assert_eq!(integer(good).map(|i| i.to_string()).as_deref(), Some(good));
        }
        for bad in "|-|00|01|-0|+1|1.0|1e0| 1|9007199254740992|99999999999999999999999".split('|') {
            assert_eq!(integer(bad), None, "{bad}");
        }
    }

    #[test]
    fn texts() {
        let text = |text: &'static str| Reader::new(text.as_bytes()).text();
        assert_eq!(text("\"abc\""), Some("abc"));
        assert_eq!(text("\"\""), Some(""));
        for bad in ["abc", "\"abc", "\"a\\u0062\"", "\"\u{e9}\"", "\"a\nb\"", "\"\x7f\""] {
            assert_eq!(text(bad), None, "{bad}");
        }
    }

    #[test]
    fn lists() {
        let list = |text: &str| {
            let mut reader = Reader::new(text.as_bytes());
            reader.list(2, Reader::integer).filter(|_| reader.at_end())
        };
        assert_eq!(list("[]"), Some(vec![]));
        assert_eq!(list("[1,2]"), Some(vec![1, 2]));
        for bad in ["[1,2,3]", "[1,]", "[,]", "[1", "[1 ,2]", "[ ]", "1"] {
            assert_eq!(list(bad), None, "{bad}");
        }
    }
}
