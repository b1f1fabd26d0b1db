//! Answers in SurveyJS's format: a text, a number, true or false, or a list of values, by the question's name. The text
//! for *other* is a separate member, `<name>-Comment`.
//!
//! `null`, an empty text and an empty list count as unanswered. [`Entered`] guarantees only types; [`Answers`]
//! fit the form.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::check::{AnswerError, Fault};
use crate::form::{Form, Kind, Question};
use crate::operand::trimmed;
use crate::{ANSWERS_BYTES_MAX, COMMENT};

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
pub struct Given {
    /// The answer.
    pub value: Value,
    /// The text for *other*.
    pub other: Option<String>,
}

/// The answers entered so far, by question name. May be incomplete, and may include answers to hidden questions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entered(pub(crate) BTreeMap<String, Given>);

/// Checked answers: they fit their form and belong to visible questions only.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    pub(crate) given: Entered,
    /// The questions that were visible, answered or not.
    pub(crate) asked: BTreeSet<String>,
}

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
    if number.fract() == 0.0 {
        (number as i64).into()
    } else {
        number.into()
    }
}

impl Entered {
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

impl Given {
    /// Whether the answer is a text of spaces only, which doesn't count as an answer.
    pub(crate) fn is_blank(&self) -> bool {
        matches!(&self.value, Value::Text(text) if trimmed(text).is_empty())
    }
}

impl Answers {
    /// Whether all answers are missing or consist of spaces.
    pub fn is_blank(&self) -> bool {
        self.given.0.values().all(Given::is_blank)
    }

    /// Returns the answer to a question.
    pub fn get(&self, name: &str) -> Option<&Given> {
        self.given.0.get(name)
    }

    /// Iterates over all answers with their questions' names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.given
            .0
            .iter()
            .map(|(name, given)| (name.as_str(), given))
    }

    /// Converts the answers to SurveyJS's JSON, which [`Form::recall`] reads.
    pub fn to_json(&self) -> Json {
        self.given.to_json()
    }
}

impl Form {
    /// Reads answers while they are entered. Each has the type that its question needs, but may still be invalid.
    ///
    /// # Errors
    ///
    /// Not an object, too many bytes, an unknown name, or an answer of another shape.
    pub fn read(&self, entered: &Json) -> Result<Entered, AnswerError> {
        let Json::Object(members) = entered else {
            return Err(Fault::Shape.of_all());
        };
        if entered.to_string().len() > ANSWERS_BYTES_MAX {
            return Err(Fault::Size.of_all());
        }
        if let Some(name) = members.keys().find(|name| !self.knows(name)) {
            return Err(Fault::Unknown.of(name));
        }
        let mut all = BTreeMap::new();
        for question in &self.questions {
            let given = question
                .read(members)
                .map_err(|fault| fault.of(&question.name))?;
            all.extend(given.map(|given| (question.name.clone(), given)));
        }
        Ok(Entered(all))
    }

    fn knows(&self, name: &str) -> bool {
        let has_other = |name| {
            self.question(name)
                .is_some_and(|question| question.kind.has_other())
        };
        self.question(name).is_some() || name.strip_suffix(COMMENT).is_some_and(has_other)
    }

    /// Reads stored answers that were checked before, as [`Answers::to_json`] wrote them. Each must still fit its
    /// question. No answer is dropped and none is required, because visibility depended on answers that weren't stored.
    ///
    /// # Errors
    ///
    /// The same as for [`Form::check`], except that no answer is required.
    pub fn recall(&self, kept: &Json) -> Result<Answers, AnswerError> {
        let given = self.read(kept)?;
        for question in &self.questions {
            if let Some(given) = given.0.get(&question.name) {
                question
                    .kind
                    .check(given)
                    .map_err(|fault| fault.of(&question.name))?;
            }
        }
        let mut asked = self.visible_names(&given);
        asked.extend(given.0.keys().cloned());
        Ok(Answers { given, asked })
    }
}

impl Question {
    fn read(&self, members: &Map<String, Json>) -> Result<Option<Given>, Fault> {
        let other = members.get(&format!("{}{COMMENT}", self.name));
        let other = other.map_or(Ok(None), text)?;
        let value = members.get(&self.name);
        match (
            value.map_or(Ok(None), |value| self.kind.read(value))?,
            other,
        ) {
            (Some(value), other) => Ok(Some(Given { value, other })),
            (None, Some(_)) => Err(Fault::NoOther),
            (None, None) => Ok(None),
        }
    }
}

fn text(value: &Json) -> Result<Option<String>, Fault> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        _ => Err(Fault::Type("a text")),
    }
}

impl Kind {
    /// Reads an answer of the type that this kind needs; `None` if the answer is empty.
    pub(crate) fn read(&self, value: &Json) -> Result<Option<Value>, Fault> {
        let list = |items: &Vec<Json>| {
            let items = items.iter().map(|item| item.as_str().map(str::to_owned));
            items.collect::<Option<Vec<_>>>().map(Value::List)
        };
        let (read, expected) = match self {
            _ if value.is_null() => return Ok(None),
            Self::Number { .. } | Self::Rating { .. } => {
                (value.as_f64().map(Value::Number), "a number")
            }
            Self::Boolean => (value.as_bool().map(Value::Bool), "true or false"),
            Self::Checkbox(_) | Self::Ranking(_) => {
                (value.as_array().and_then(list), "a list of texts")
            }
            _ => return Ok(text(value)?.map(Value::Text)),
        };
        let read = read.ok_or(Fault::Type(expected))?;
        Ok(Some(read).filter(|value| *value != Value::List(Vec::new())))
    }
}
