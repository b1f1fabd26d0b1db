//! A JSON parser for what is signed: RFC 8259's grammar with I-JSON's demands (RFC 7493), which RFC 8785 §3.1 builds
//! on. Refused: other encodings than UTF-8, two equal keys, half a surrogate pair, numbers beyond a double, anything
//! after the value, and nesting deeper than [`DEPTH_MAX`].

use crate::SAFE_INTEGER_MAX;
use serde_json::{Map, Number, Value};

/// Deepest nesting of arrays and objects. Real documents have fewer than ten levels; the stack of a worker thread must
/// hold the recursion.
pub const DEPTH_MAX: usize = 64;

/// Why bytes are no JSON that everybody would read alike.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not UTF-8.
    #[error("the JSON is not UTF-8 from byte {at} on")]
    Utf8 {
        /// First byte that is wrong.
        at: usize,
    },
    /// Against the grammar.
    #[error("the JSON is malformed at byte {at}")]
    Syntax {
        /// Where.
        at: usize,
    },
    /// A key that stands twice in one object.
    #[error("the key {key:?} stands twice in one JSON object")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// Nested too deeply.
    #[error("the JSON is nested deeper than {DEPTH_MAX} levels")]
    Depth,
    /// A number that a double cannot hold.
    #[error("the number at byte {at} of the JSON is too large")]
    Number {
        /// Where it begins.
        at: usize,
    },
    /// A `\uXXXX` escape that is half a character.
    #[error("the escape at byte {at} of the JSON is half of a surrogate pair")]
    Surrogate {
        /// Just behind it.
        at: usize,
    },
}

/// Reads one JSON value.
///
/// A number becomes an integer where its value is one within ±(2^53 − 1), however it was written (`1.0`, `1e0`, `-0`),
/// and the nearest double elsewhere: so two texts read alike exactly if their canonical forms are the same.
pub fn parse_strict(bytes: &[u8]) -> Result<Value, ParseError> {
    let text = std::str::from_utf8(bytes).map_err(|error| ParseError::Utf8 {
        at: error.valid_up_to(),
    })?;
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    parser.space();
    if parser.at != text.len() {
        return Err(parser.syntax());
    }
    Ok(value)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn syntax(&self) -> ParseError {
        ParseError::Syntax { at: self.at }
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, token: &str) -> Result<(), ParseError> {
        // By bytes: `at` may stand within a character when the text is malformed.
        if self.text.as_bytes()[self.at..].starts_with(token.as_bytes()) {
            self.at += token.len();
            Ok(())
        } else {
            Err(self.syntax())
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, ParseError> {
        self.space();
        match self.peek() {
            Some(b'n') => self.take("null").map(|()| Value::Null),
            Some(b't') => self.take("true").map(|()| Value::Bool(true)),
            Some(b'f') => self.take("false").map(|()| Value::Bool(false)),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b'[' | b'{') if depth == DEPTH_MAX => Err(ParseError::Depth),
            Some(b'[') => self.array(depth + 1),
            Some(b'{') => self.object(depth + 1),
            _ => Err(self.syntax()),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, ParseError> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.closed_by(b']')? {
                return Ok(Value::Array(items));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, ParseError> {
        self.at += 1;
        let mut map = Map::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(map));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.syntax());
            }
            let key = self.string()?;
            if map.contains_key(&key) {
                return Err(ParseError::DuplicateKey { key });
            }
            self.space();
            self.take(":")?;
            map.insert(key, self.value(depth)?);
            if self.closed_by(b'}')? {
                return Ok(Value::Object(map));
            }
        }
    }

    /// After an item: whether the container ends here; a comma promises another item.
    fn closed_by(&mut self, end: u8) -> Result<bool, ParseError> {
        self.space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(byte) if byte == end => {
                self.at += 1;
                Ok(true)
            }
            _ => Err(self.syntax()),
        }
    }

    fn string(&mut self) -> Result<String, ParseError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self
                .peek()
                .is_some_and(|b| b >= 0x20 && b != b'"' && b != b'\\')
            {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                _ => return Err(self.syntax()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, ParseError> {
        let byte = self.peek().ok_or_else(|| self.syntax())?;
        let plain = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.escape_unicode();
            }
            _ => return Err(self.syntax()),
        };
        self.at += 1;
        Ok(plain)
    }

    fn escape_unicode(&mut self) -> Result<char, ParseError> {
        let first = self.hex4()?;
        let code = if (0xd800..0xdc00).contains(&first) {
            self.take("\\u")
                .map_err(|_| ParseError::Surrogate { at: self.at })?;
            let second = self.hex4()?;
            if !(0xdc00..0xe000).contains(&second) {
                return Err(ParseError::Surrogate { at: self.at });
            }
            0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
        } else {
            first
        };
        char::from_u32(code).ok_or(ParseError::Surrogate { at: self.at })
    }

    fn hex4(&mut self) -> Result<u32, ParseError> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self
                .peek()
                .and_then(|b| char::from(b).to_digit(16))
                .ok_or_else(|| self.syntax())?;
            code = code << 4 | digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            Err(self.syntax())
        } else {
            Ok(())
        }
    }

    fn number(&mut self) -> Result<Number, ParseError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        // RFC 8259 §6: no leading zeros.
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        // The standard library's parser is correctly rounded.
        let value: f64 = self.text[start..self.at]
            .parse()
            .map_err(|_| ParseError::Number { at: start })?;
        if value.fract() == 0.0 && value.abs() <= SAFE_INTEGER_MAX as f64 {
            return Ok(Number::from(value as i64));
        }
        Number::from_f64(value).ok_or(ParseError::Number { at: start })
    }
}
