//! The values of answers, and how texts are compared.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::COMMENT;

/// The answer to one question.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text, a date, or the value of a single choice.
    Text(String),
    /// A number, or a rating.
    Number(f64),
    /// Yes or no.
    Bool(bool),
    /// The values of several choices.
    List(Vec<String>),
}

/// An answer with the text for *other*.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionAnswer {
    /// The answer.
    pub value: Value,
    /// The text for *other*.
    pub other: Option<String>,
}

/// The answers entered so far, by question name. May be incomplete, and may include answers to hidden questions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartialAnswers(pub(crate) BTreeMap<String, QuestionAnswer>);

impl Value {
    /// Returns the chosen values; empty for numbers and booleans.
    pub(crate) fn chosen(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(items) => items,
            Self::Number(_) | Self::Bool(_) => &[],
        }
    }

    /// Converts the answer to SurveyJS's JSON. Whole numbers are written without a decimal point.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => number_json(*number),
            Self::Bool(is) => (*is).into(),
            Self::List(items) => items.as_slice().into(),
        }
    }
}

/// Converts a number to JSON. Numbers are at most 10⁹, so the cast is exact for whole numbers.
pub(crate) fn number_json(number: f64) -> Json {
    if number.fract() == 0.0 { (number as i64).into() } else { number.into() }
}

impl PartialAnswers {
    /// Converts the answers to JSON by name, including the texts for *other*.
    pub fn to_json(&self) -> Json {
        let mut all = Map::new();
        for (name, given) in &self.0 {
            all.insert(name.clone(), given.value.to_json());
            if let Some(other) = &given.other {
                all.insert(format!("{name}{COMMENT}"), other.as_str().into());
            }
        }
        Json::Object(all)
    }
}

impl QuestionAnswer {
    /// Whether the answer is a text of spaces only, which doesn't count as an answer.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(&self.value, Value::Text(text) if trimmed(text).is_empty())
    }
}

/// Removes the characters that JavaScript treats as white space from both ends.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{feff}' || c != '\u{85}' && c.is_whitespace())
}

/// Normalises a text for comparison: trimmed, in lower case.
pub(crate) fn folded(text: &str) -> String {
    trimmed(text).to_lowercase()
}
