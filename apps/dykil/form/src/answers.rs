//! Answers in SurveyJS's format: a text, a number, true or false, or a list of values, by the question's name. The text
//! for *other* is a separate member, `<name>-Comment`.
//!
//! `null`, an empty text and an empty list count as unanswered. [`PartialAnswers`] guarantees only types; [`Answers`]
//! fit the form.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use crate::fault::{AnswerError, Fault};
use crate::form::{Form, Kind, Question};
use crate::value::{PartialAnswers, QuestionAnswer, Value};
use crate::{ANSWERS_BYTES_MAX, COMMENT};

/// Checked answers: they fit their form and belong to visible questions only.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    pub(crate) given: PartialAnswers,
    /// The questions that were visible, answered or not.
    pub(crate) asked: BTreeSet<String>,
}

impl Answers {
    /// Whether all answers are missing or consist of spaces.
    pub fn is_blank(&self) -> bool {
        self.given.0.values().all(QuestionAnswer::is_blank)
    }

    /// Returns the answer to a question.
    pub fn get(&self, name: &str) -> Option<&QuestionAnswer> {
        self.given.0.get(name)
    }

    /// Iterates over all answers with their questions' names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &QuestionAnswer)> {
        self.given.0.iter().map(|(name, given)| (name.as_str(), given))
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
    /// Not an object, too many bytes, an unknown name, or an answer of another shape.
    pub fn read(&self, entered: &Json) -> Result<PartialAnswers, AnswerError> {
        let Json::Object(members) = entered else {
            return Err(Fault::Shape.of_all());
        };
        if entered.to_string().len() > ANSWERS_BYTES_MAX {
            return Err(Fault::Size.of_all());
        }
        if let Some(name) = members.keys().find(|name| !self.knows(name)) {
            return Err(Fault::Unknown.in_question(name));
        }
        let mut all = BTreeMap::new();
        for question in &self.questions {
            let answer =
                question.read(members).map_err(|fault| fault.in_question(&question.name))?;
            all.extend(answer.map(|given| (question.name.clone(), given)));
        }
        Ok(PartialAnswers(all))
    }

    fn knows(&self, name: &str) -> bool {
        let has_other =
            |name| self.question(name).is_some_and(|question| question.kind.has_other());
        self.question(name).is_some() || name.strip_suffix(COMMENT).is_some_and(has_other)
    }
}

impl Question {
    fn read(&self, members: &Map<String, Json>) -> Result<Option<QuestionAnswer>, Fault> {
        let other = members.get(&format!("{}{COMMENT}", self.name)).map_or(Ok(None), text)?;
        let value = members.get(&self.name);
        match (value.map_or(Ok(None), |value| self.kind.read(value))?, other) {
            (Some(value), other) => Ok(Some(QuestionAnswer { value, other })),
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
