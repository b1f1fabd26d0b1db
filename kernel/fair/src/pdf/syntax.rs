//! As much of PDF's syntax as dictionaries need: where each value begins and ends. Values are not read further.

use std::fmt;
use std::ops::Range;

/// The name of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// Its number.
    pub number: u64,
    /// Counts the objects that had this number before.
    pub generation: u64,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} R", self.number, self.generation)
    }
}

/// The members of a dictionary in their order, each value as its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dict(Vec<(Vec<u8>, Vec<u8>)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Name,
    Text,
    Word,
}

impl Dict {
    /// Parses the dictionary that begins after some white space, and says where it ends. None with a name that could be
    /// another one (`/A#42`).
    pub(super) fn parse(bytes: &[u8], from: usize) -> Option<(Self, usize)> {
        let (dict, end) = Self::read(bytes, from)?;
        let has_escape = dict.0.iter().any(|(key, _)| key.contains(&b'#'));
        (!has_escape).then_some((dict, end))
    }

    /// Reads the dictionary that begins after some white space, with its names as they are written, and says where it ends.
    pub fn read(bytes: &[u8], from: usize) -> Option<(Self, usize)> {
        let (kind, open) = token(bytes, from)?;
        if kind != Token::Open || bytes.get(open.clone())? != b"<<" {
            return None;
        }
        let (mut members, mut at) = (Vec::new(), open.end);
        loop {
            let (kind, name) = token(bytes, at)?;
            match kind {
                Token::Close if bytes.get(name.clone())? == b">>" => {
                    return Some((Self(members), name.end));
                }
                Token::Name => {}
                _ => return None,
            }
            let key = bytes.get(name.start + 1..name.end)?.to_vec();
            let value = value(bytes, name.end)?;
            at = value.end;
            members.push((key, bytes.get(value)?.to_vec()));
        }
    }

    /// The text of a value.
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        let member = self.0.iter().find(|(name, _)| name == key);
        member.map(|(_, value)| value.as_slice())
    }

    /// A value that is a number, and not below 0.
    pub fn number(&self, key: &[u8]) -> Option<u64> {
        let value = self.get(key)?;
        number(value, 0).filter(|(_, end)| *end == value.len()).map(|(number, _)| number)
    }

    /// A value that names an object.
    pub fn reference(&self, key: &[u8]) -> Option<Reference> {
        let value = self.get(key)?;
        let (number, rest) = number(value, 0)?;
        let (generation, rest) = self::number(value, rest)?;
        (token(value, rest)?.0 == Token::Word && value.ends_with(b"R"))
            .then_some(Reference { number, generation })
    }

    /// The dictionary with another value.
    pub(super) fn with_member(&self, key: &[u8], value: &str) -> Self {
        let mut members = self.0.clone();
        members.retain(|(name, _)| name != key);
        members.push((key.to_vec(), value.as_bytes().to_vec()));
        Self(members)
    }

    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = b"<<".to_vec();
        for (name, value) in &self.0 {
            text.extend_from_slice(b" /");
            text.extend_from_slice(name);
            text.push(b' ');
            text.extend_from_slice(value);
        }
        text.extend_from_slice(b" >>");
        text
    }
}

/// Where a value begins and ends.
fn value(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let (kind, first) = token(bytes, from)?;
    let mut end = first.end;
    match kind {
        Token::Close => return None,
        Token::Name | Token::Text => {}
        Token::Word => {
            // `1 0 R` is one value.
            if let Some((_, rest)) = number(bytes, first.start)
                && let Some((_, rest)) = number(bytes, rest)
                && let Some((Token::Word, word)) = token(bytes, rest)
                && bytes.get(word.clone()) == Some(b"R")
            {
                end = word.end;
            }
        }
        Token::Open => {
            let mut depth = 1_usize;
            while depth > 0 {
                let (kind, next) = token(bytes, end)?;
                match kind {
                    Token::Open => depth += 1,
                    Token::Close => depth -= 1,
                    _ => {}
                }
                end = next.end;
            }
        }
    }
    Some(first.start..end)
}

/// The next token.
fn token(bytes: &[u8], from: usize) -> Option<(Token, Range<usize>)> {
    let start = skip_space(bytes, from);
    let rest = bytes.get(start..)?;
    let regular = |from: usize| {
        let is_end = |byte: &u8| is_space(*byte) || b"()<>[]{}/%".contains(byte);
        let len = rest.get(from..)?.iter().position(is_end);
        Some(len.map_or(rest.len(), |len| from + len))
    };
    let (kind, len) = match rest {
        [b'<', b'<', ..] => (Token::Open, 2),
        [b'>', b'>', ..] => (Token::Close, 2),
        [b'[', ..] => (Token::Open, 1),
        [b']', ..] => (Token::Close, 1),
        [b'<', ..] => (Token::Text, rest.iter().position(|byte| *byte == b'>')? + 1),
        [b'(', ..] => (Token::Text, text_len(rest)?),
        [b'/', ..] => (Token::Name, regular(1)?),
        _ => (Token::Word, regular(0).filter(|len| *len > 0)?),
    };
    Some((kind, start..start + len))
}

/// The length of `(…)`, with pairs of brackets in it.
fn text_len(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut is_escaped) = (0_usize, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn skip_space(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'%' => {
                let rest = bytes.get(at..).unwrap_or_default();
                let line = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                at += line.unwrap_or(rest.len());
            }
            byte if is_space(*byte) => at += 1,
            _ => break,
        }
    }
    at
}

/// White space of PDF.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// A number without sign or point after some white space, and where it ends.
pub fn number(bytes: &[u8], from: usize) -> Option<(u64, usize)> {
    let (kind, range) = token(bytes, from)?;
    let digits = bytes.get(range.clone())?;
    let is_number = kind == Token::Word && digits.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(digits).ok().filter(|_| is_number)?;
    Some((text.parse().ok()?, range.end))
}

/// Where the content of an object begins, after `1 0 obj`.
pub(super) fn object_start(bytes: &[u8], reference: Reference) -> Option<usize> {
    let (first, rest) = number(bytes, 0)?;
    let (generation, rest) = number(bytes, rest)?;
    let (_, word) = token(bytes, rest)?;
    let is_it = Reference { number: first, generation } == reference;
    (is_it && bytes.get(word.clone())? == b"obj").then_some(word.end)
}

/// Where the bytes of a stream begin, after white space, `stream` and the end of that line.
pub fn stream_start(bytes: &[u8]) -> Option<usize> {
    let (_, word) = token(bytes, 0)?;
    if bytes.get(word.clone())? != b"stream" {
        return None;
    }
    match bytes.get(word.end..)? {
        [b'\r', b'\n', ..] => Some(word.end + 2),
        [b'\n', ..] => Some(word.end + 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dictionary_is_written_as_it_was_read() {
        let text = b" % a note\n<</Size 7/Root 1 0 R /ID[<00><0aFF>]/Info<</Title(a \\( ) b (c)))>>/N null/P 1.5 /S/Name>> startxref";
        assert_eq!(Dict::parse(text, 0), None, "a bracket too many");
        let text = b" % a note\n<</Size 7/Root 1 0 R /ID[<00><0aFF>]/Info<</Title(a \\( b (c))>>/N null/P 1.5 /S/Name>> startxref";
        let (dict, end) = Dict::parse(text, 0).unwrap();
        assert_eq!(&text[end..], b" startxref");
        assert_eq!(dict.number(b"Size"), Some(7));
        assert_eq!(dict.number(b"P"), None);
        assert_eq!(dict.reference(b"Root"), Some(Reference { number: 1, generation: 0 }));
        assert_eq!(dict.reference(b"Size"), None);
        assert_eq!(dict.get(b"Info"), Some(&b"<</Title(a \\( b (c))>>"[..]));
        assert_eq!(Dict::parse(&dict.text(), 0).unwrap().0, dict);
        let other = dict.with_member(b"Size", "9");
        assert_eq!((other.number(b"Size"), dict.number(b"Size")), (Some(9), Some(7)));
        let cases = "|<<|<</A|<</A 1|<</A>>|<<1 2>>|[/A 1]|<</E#6ecrypt 1>>|<</A(>>|<</A<>>";
        for broken in cases.split('|') {
            assert_eq!(Dict::parse(broken.as_bytes(), 0), None, "{broken}");
        }
    }

    #[test]
    fn depth_costs_nothing() {
        let deep =
            [b"<</A ".to_vec(), vec![b'['; 60_000], vec![b']'; 60_000], b">>".to_vec()].concat();
        assert!(Dict::parse(&deep, 0).is_some());
        assert_eq!(Dict::parse(&deep[..deep.len() - 3], 0), None);
    }

    #[test]
    fn a_stream_begins_after_its_line() {
        assert_eq!(stream_start(b"\nstream\r\nx"), Some(9));
        assert_eq!(stream_start(b" stream\nx"), Some(8));
        assert_eq!(stream_start(b" stream x"), None);
        assert_eq!(stream_start(b"endobj\n"), None);
    }
}
