//! Comparison of an answer with a literal as in SurveyJS, by JavaScript's rules. Verified against results of
//! survey-core.
//!
//! SurveyJS converts text answers before comparing: `5` to a number, `true` to a boolean, `'a'` to the text without
//! quotes.

use std::cmp::Ordering;

use crate::value::{Value, folded, trimmed};

/// Maximum number of digits in a text that is converted to a number.
const DIGITS_MAX: usize = 15;
/// Maximum length of a hexadecimal number in characters, including `0x`.
const HEX_CHARS_MAX: usize = 32;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Operand<'a> {
    Nothing,
    Bool(bool),
    Number(f64),
    Text(&'a str),
    List(&'a [String]),
}

impl<'a> Operand<'a> {
    /// Converts an answer as SurveyJS does in a condition.
    pub(crate) fn from_value(value: Option<&'a Value>) -> Self {
        match value {
            None => Self::Nothing,
            Some(Value::Bool(is)) => Self::Bool(*is),
            Some(Value::Number(number)) => Self::Number(*number),
            Some(Value::List(items)) => Self::List(items),
            Some(Value::Text(text)) => Self::reread(text),
        }
    }

    fn reread(text: &'a str) -> Self {
        for is in [true, false] {
            if text.eq_ignore_ascii_case(if is { "true" } else { "false" }) {
                return Self::Bool(is);
            }
        }
        let is_quote = |c| matches!(c, '\'' | '"');
        let inner = text.strip_prefix(is_quote).and_then(|rest| rest.strip_suffix(is_quote));
        match inner {
            Some(inner) => Self::Text(inner),
            None => reread_number(text).map_or(Self::Text(text), Self::Number),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Bool(_) | Self::Number(_) => false,
        }
    }

    pub(crate) fn equals(&self, literal: &Self) -> bool {
        match (self, literal) {
            (Self::Text(a), Self::Text(b)) => folded(a) == folded(b),
            _ if self.is_empty() => false,
            (Self::Text(text), Self::Bool(is)) | (Self::Bool(is), Self::Text(text)) => {
                text.to_lowercase() == is.to_string()
            }
            (Self::List(_), _) | (_, Self::List(_)) => false,
            _ => self.number() == literal.number(),
        }
    }

    pub(crate) fn order(&self, literal: &Self) -> Option<Ordering> {
        match (self, literal) {
            (Self::Nothing | Self::List(_), _) => None,
            (Self::Text(a), Self::Text(b)) => Some(a.encode_utf16().cmp(b.encode_utf16())),
            _ => self.number().partial_cmp(&literal.number()),
        }
    }

    pub(crate) fn contains(&self, literal: &Self) -> bool {
        let part = match literal {
            Self::Number(number) if *number == 0.0 && !matches!(self, Self::List(_)) => {
                return false;
            }
            Self::Number(number) => number_text(*number),
            Self::Text(text) => text.to_lowercase(),
            _ => return false,
        };
        match self {
            Self::Nothing => false,
            Self::List(items) => items.iter().any(|item| Self::Text(item).equals(literal)),
            Self::Text(text) => text.to_lowercase().contains(&part),
            Self::Number(number) => number_text(*number).contains(&part),
            Self::Bool(is) => is.to_string().contains(&part),
        }
    }

    /// Converts a value like JavaScript's `Number(…)`; NaN, which equals nothing, if the value isn't a number.
    fn number(&self) -> f64 {
        match self {
            Self::Bool(is) => f64::from(u8::from(*is)),
            Self::Number(number) => *number,
            Self::Text(text) => text_number(trimmed(text)),
            Self::Nothing | Self::List(_) => f64::NAN,
        }
    }
}

fn text_number(text: &str) -> f64 {
    let radix = |prefix: [&str; 2], radix| {
        let digits = prefix.iter().find_map(|prefix| text.strip_prefix(prefix))?;
        let is_digits = !digits.starts_with('+');
        let number = u128::from_str_radix(digits, radix).ok().filter(|_| is_digits);
        Some(number.map_or(f64::NAN, |number| number as f64))
    };
    let based = radix(["0x", "0X"], 16)
        .or_else(|| radix(["0o", "0O"], 8))
        .or_else(|| radix(["0b", "0B"], 2));
    match (text, based) {
        ("", _) => 0.0,
        (_, Some(number)) => number,
        ("Infinity" | "+Infinity", _) => f64::INFINITY,
        ("-Infinity", _) => f64::NEG_INFINITY,
        _ => {
            let is_plain =
                |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-');
            text.bytes().all(is_plain).then(|| text.parse().ok()).flatten().unwrap_or(f64::NAN)
        }
    }
}

/// Converts a text to a number if SurveyJS does.
fn reread_number(text: &str) -> Option<f64> {
    let inner = trimmed(text);
    if let Some(digits) = inner.strip_prefix("0x") {
        let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        let number = u128::from_str_radix(&digits[..end], 16).ok()?;
        return (inner.encode_utf16().count() <= HEX_CHARS_MAX).then_some(number as f64);
    }
    let is_long = inner.len() > DIGITS_MAX && inner.bytes().all(|b| b.is_ascii_digit());
    let has_zero =
        text.len() > 1 && text.starts_with('0') && !matches!(text.as_bytes()[1], b'.' | b',');
    if inner.is_empty() || is_long || has_zero {
        return None;
    }
    let number = match inner.matches(',').count() {
        1 => text_number(&inner.replace(',', ".")),
        _ => text_number(inner),
    };
    number.is_finite().then_some(number)
}

/// Formats a number as JavaScript does.
fn number_text(number: f64) -> String {
    match number.abs() {
        0.0 => "0".to_owned(),
        size if size >= 1e21 => format!("{number:e}").replace('e', "e+"),
        size if size < 1e-6 => format!("{number:e}"),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_does() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.5, "1.5"),
            (1e21, "1e+21"),
            (-2.5e-7, "-2.5e-7"),
            (1e20, "100000000000000000000"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn texts_are_read_as_numbers_where_surveyjs_does() {
        for (text, number) in [
            ("5", 5.0),
            (" 1,5 ", 1.5),
            ("0x1f", 31.0),
            ("0x1g", 1.0),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("-05", -5.0),
            ("0,5", 0.5),
        ] {
            assert_eq!(reread_number(text), Some(number), "{text}");
        }
        for text in [
            "05",
            "",
            "  ",
            "5%",
            "1,000,0",
            "1234567890123456",
            "Infinity",
            "nan",
            "0x",
            "1-2",
            "2024-01-01",
        ] {
            assert_eq!(reread_number(text), None, "{text}");
        }
    }
}
