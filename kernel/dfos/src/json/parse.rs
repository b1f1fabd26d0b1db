//! Parses JSON text into values, with an explicit stack.

use std::collections::BTreeMap;

use super::JsonError;
use crate::Value;
use crate::cbor::{CborError, SAFE_INTEGER_MAX};

/// Levels of arrays and objects that [`parse`] allows, as in the DFOS reference implementations.
pub const DEPTH_MAX: usize = 1024;

/// Parses one JSON text, at most [`DEPTH_MAX`] levels deep.
pub fn parse(text: &[u8]) -> Result<Value, JsonError> {
    parse_with(text, DEPTH_MAX)
}

/// Parses one JSON text, with arrays and objects nested at most `depth_max` deep.
pub fn parse_with(text: &[u8], depth_max: usize) -> Result<Value, JsonError> {
    let text = std::str::from_utf8(text).map_err(|_| JsonError::Utf8)?;
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(depth_max)?;
    reader.space();
    if reader.at < text.len() { Err(reader.malformed()) } else { Ok(value) }
}

/// An array or object whose items are still arriving.
enum Open {
    List(Vec<Value>),
    Map(BTreeMap<String, Value>, String),
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn value(&mut self, depth_max: usize) -> Result<Value, JsonError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let opened = match self.next_token()? {
                b'[' => Some(Open::List(Vec::new())),
                b'{' => Some(Open::Map(BTreeMap::new(), String::new())),
                _ => None,
            };
            let mut done = match opened {
                None => self.scalar()?,
                Some(container) => {
                    self.at += 1;
                    if open.len() >= depth_max {
                        return Err(JsonError::Depth(depth_max));
                    }
                    match (self.next_token()?, container) {
                        (b']', Open::List(items)) => self.closed(Value::List(items)),
                        (b'}', Open::Map(members, _)) => self.closed(Value::Map(members)),
                        (_, Open::Map(members, _)) => {
                            open.push(Open::Map(members, self.key()?));
                            continue;
                        }
                        (_, list) => {
                            open.push(list);
                            continue;
                        }
                    }
                }
            };
            // A finished value belongs to the innermost open container, and may finish that one too.
            loop {
                let Some(container) = open.pop() else {
                    return Ok(done);
                };
                match self.put(container, done)? {
                    Put::Open(container) => {
                        open.push(container);
                        break;
                    }
                    Put::Done(value) => done = value,
                }
            }
        }
    }

    fn put(&mut self, container: Open, value: Value) -> Result<Put, JsonError> {
        match container {
            Open::List(mut items) => {
                items.push(value);
                match self.next_token()? {
                    b',' => self.at += 1,
                    b']' => return Ok(Put::Done(self.closed(Value::List(items)))),
                    _ => return Err(self.malformed()),
                }
                Ok(Put::Open(Open::List(items)))
            }
            Open::Map(mut members, key) => {
                if members.insert(key, value).is_some() {
                    return Err(JsonError::DuplicateKey);
                }
                match self.next_token()? {
                    b',' => self.at += 1,
                    b'}' => return Ok(Put::Done(self.closed(Value::Map(members)))),
                    _ => return Err(self.malformed()),
                }
                Ok(Put::Open(Open::Map(members, self.key()?)))
            }
        }
    }

    /// Skips the closing bracket of a complete value.
    fn closed(&mut self, value: Value) -> Value {
        self.at += 1;
        value
    }

    fn key(&mut self) -> Result<String, JsonError> {
        if self.next_token()? != b'"' {
            return Err(self.malformed());
        }
        let key = self.string()?;
        if self.next_token()? != b':' {
            return Err(self.malformed());
        }
        self.at += 1;
        Ok(key)
    }

    fn scalar(&mut self) -> Result<Value, JsonError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for (word, value) in
            [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))]
        {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Int),
            _ => Err(self.malformed()),
        }
    }

    /// RFC 8259 section 6, then DFOS v1 "Numbers".
    fn number(&mut self) -> Result<i64, JsonError> {
        let start = self.at;
        self.skip(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        let integer_end = self.at;
        if self.skip(b'.') {
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            let _ = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        let written = &self.text[start..self.at];
        if self.at == integer_end {
            return match written.parse::<i64>() {
                Ok(int) if (-SAFE_INTEGER_MAX..=SAFE_INTEGER_MAX).contains(&int) => Ok(int),
                _ => Err(JsonError::IntegerRange),
            };
        }
        let float = written.parse::<f64>().map_err(|_| JsonError::Malformed(start))?;
        crate::cbor::whole(float).map_err(|error| match error {
            CborError::Float => JsonError::Fraction,
            _ => JsonError::IntegerRange,
        })
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.malformed()) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut text = String::new();
        let mut plain_from = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    text.push_str(&self.text[plain_from..self.at]);
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    text.push_str(&self.text[plain_from..self.at]);
                    self.at += 1;
                    text.push(self.escape()?);
                    plain_from = self.at;
                }
                None | Some(0..=0x1f) => return Err(self.malformed()),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        let escaped = self.peek().ok_or(JsonError::Malformed(start))?;
        self.at += 1;
        Ok(match escaped {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.hex4()?;
                let mut units = vec![unit];
                // The second of a pair must follow the first; one alone is not a character.
                if (0xd800..0xdc00).contains(&unit) && self.skip(b'\\') && self.skip(b'u') {
                    units.push(self.hex4()?);
                }
                let mut decoded = char::decode_utf16(units);
                match (decoded.next(), decoded.next()) {
                    (Some(Ok(char)), None) => char,
                    _ => return Err(JsonError::Malformed(start)),
                }
            }
            _ => return Err(JsonError::Malformed(start)),
        })
    }

    fn hex4(&mut self) -> Result<u16, JsonError> {
        let start = self.at;
        let digits = self.text.as_bytes().get(start..start + 4);
        let digits = digits.ok_or(JsonError::Malformed(start))?;
        let unit = digits.iter().try_fold(0, |unit, digit| {
            let digit = char::from(*digit).to_digit(16)?;
            Some(unit * 16 + u16::try_from(digit).ok()?)
        });
        self.at += 4;
        unit.ok_or(JsonError::Malformed(start))
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The first byte of the next token, after white space.
    fn next_token(&mut self) -> Result<u8, JsonError> {
        self.space();
        self.peek().ok_or_else(|| self.malformed())
    }

    fn skip(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.at += 1;
        }
        is_next
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn malformed(&self) -> JsonError {
        JsonError::Malformed(self.at)
    }
}

enum Put {
    Open(Open),
    Done(Value),
}
