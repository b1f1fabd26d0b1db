//! What makes answers fit their form, and what is said of those that don't. The codes are also those of the browser's twin.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use serde_json::Value as Json;

use crate::answers::{Answers, Given, Value};
use crate::form::{Date, Form, Kind};
use crate::{ANSWER_CHARS_MAX, ANSWERS_BYTES_MAX, NUMBER_DECIMALS_MAX, NUMBER_MAX, OTHER};

/// Choices that a message lists.
const LISTED_MAX: usize = 10;
/// Characters of an e-mail address.
const EMAIL_CHARS_MAX: usize = 254;

/// Why answers were refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AnswerError {
    /// Not an object.
    #[error("the answers are an object with a member for each question")]
    Shape,
    /// Too much.
    #[error("all answers together have at most {ANSWERS_BYTES_MAX} bytes of JSON")]
    Size,
    /// No question has this name.
    #[error("{0}: the form has no such question")]
    Unknown(String),
    /// The answer to a question is wrong.
    #[error("{question}: {fault}")]
    Wrong {
        /// The question's name.
        question: String,
        /// What is wrong.
        fault: Fault,
    },
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Another type: what it must be.
    Type(&'static str),
    /// No answer, and one is needed.
    Required,
    /// Not among the choices, or twice; for a ranking, not each of them once.
    Choice(Vec<String>),
    /// Below the smallest or above the largest.
    Range(Option<String>, Option<String>),
    /// A number too large or too fine to be summed.
    Number,
    /// No e-mail address.
    Email,
    /// No day of the calendar.
    Date,
    /// Too many characters.
    Long,
    /// A text for *other*, which was not chosen.
    NoOther,
    /// *Other* without a text.
    Other,
}

impl AnswerError {
    pub(crate) fn of(question: &str, fault: Fault) -> Self {
        let question = question.to_owned();
        Self::Wrong { question, fault }
    }

    /// The question, if one answer is wrong.
    pub fn question(&self) -> Option<&str> {
        match self {
            Self::Unknown(name) | Self::Wrong { question: name, .. } => Some(name),
            Self::Shape | Self::Size => None,
        }
    }

    /// One word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Size => "size",
            Self::Unknown(_) => "unknown",
            Self::Wrong { fault, .. } => fault.code(),
        }
    }
}

impl Fault {
    /// One word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Type(_) => "type",
            Self::Required => "required",
            Self::Choice(_) => "choice",
            Self::Range(..) => "range",
            Self::Number => "number",
            Self::Email => "email",
            Self::Date => "date",
            Self::Long => "long",
            Self::NoOther => "no-other",
            Self::Other => "other",
        }
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(expected) => write!(f, "the answer is {expected}"),
            Self::Required => f.write_str("this question needs an answer"),
            Self::Choice(allowed) => {
                let listed = allowed.iter().take(LISTED_MAX).map(String::as_str);
                let listed = listed.collect::<Vec<_>>().join(", ");
                let more = if allowed.len() > LISTED_MAX {
                    ", …"
                } else {
                    ""
                };
                write!(f, "choose from these, each once: {listed}{more}")
            }
            Self::Range(Some(min), Some(max)) => write!(f, "from {min} to {max}"),
            Self::Range(min, max) => {
                let word = if min.is_some() { "least" } else { "most" };
                write!(
                    f,
                    "at {word} {}",
                    min.as_ref().or(max.as_ref()).map_or("", String::as_str)
                )
            }
            Self::Number => write!(
                f,
                "a number is at most {NUMBER_MAX}, with at most {NUMBER_DECIMALS_MAX} digits after the point"
            ),
            Self::Email => f.write_str("an e-mail address reads like name@example.org"),
            Self::Date => f.write_str("a day of the calendar reads like 2026-03-01"),
            Self::Long => write!(f, "at most {ANSWER_CHARS_MAX} characters"),
            Self::NoOther => f.write_str("a text of one’s own goes with the choice “other”"),
            Self::Other => f.write_str("the choice “other” needs a text of one’s own"),
        }
    }
}

impl Form {
    /// Checks all answers of a person. Answers to hidden questions are dropped, whatever they are.
    ///
    /// # Errors
    ///
    /// The first that is wrong: a name that the form doesn't have, then an answer of the wrong type, then, among the visible questions in
    /// their order, what is missing or not allowed.
    pub fn check(&self, answers: &Json) -> Result<Answers, AnswerError> {
        let mut given = self.read(answers)?;
        let asked = self.visible_names(&given);
        given.0.retain(|name, _| asked.contains(name));
        for question in self
            .questions
            .iter()
            .filter(|question| asked.contains(&question.name))
        {
            let of = |fault| AnswerError::of(&question.name, fault);
            match given.0.get(&question.name) {
                Some(given) if !(question.is_required && is_blank(&given.value)) => {
                    question.kind.check(given).map_err(of)?;
                }
                None if !question.is_required => {}
                _ => return Err(of(Fault::Required)),
            }
        }
        Ok(Answers { given, asked })
    }
}

/// Only spaces: no answer where one is needed.
fn is_blank(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.trim().is_empty())
}

impl Kind {
    /// Whether an answer is allowed.
    pub(crate) fn check(&self, given: &Given) -> Result<(), Fault> {
        let chosen: &[String] = match &given.value {
            Value::Text(text) => std::slice::from_ref(text),
            Value::List(items) => items,
            _ => &[],
        };
        let is_other = self.has_other() && chosen.iter().any(|value| value == OTHER);
        match &given.other {
            Some(_) if !is_other => return Err(Fault::NoOther),
            Some(text) if text.chars().count() > ANSWER_CHARS_MAX => return Err(Fault::Long),
            other if is_other && other.as_ref().is_none_or(|text| text.trim().is_empty()) => {
                return Err(Fault::Other);
            }
            _ => {}
        }
        self.check_value(&given.value)
    }

    /// The same without the text for *other*.
    pub(crate) fn check_value(&self, value: &Value) -> Result<(), Fault> {
        match (self, value) {
            (Self::Text | Self::Comment, Value::Text(text)) => {
                ok(text.chars().count() <= ANSWER_CHARS_MAX, || Fault::Long)
            }
            (Self::Email, Value::Text(text)) => ok(is_email(text), || Fault::Email),
            (Self::Date { min, max }, Value::Text(text)) => {
                let date = Date::parse(text).ok_or(Fault::Date)?;
                let is_in = min.as_ref().is_none_or(|min| *min <= date)
                    && max.as_ref().is_none_or(|max| date <= *max);
                let words =
                    |date: &Option<Date>| date.as_ref().map(|date| date.as_str().to_owned());
                ok(is_in, || Fault::Range(words(min), words(max)))
            }
            (Self::Number { min, max }, Value::Number(number)) => {
                ok(is_summable(*number), || Fault::Number)?;
                let is_in =
                    min.is_none_or(|min| min <= *number) && max.is_none_or(|max| *number <= max);
                let words = |number: &Option<f64>| number.map(|number| number.to_string());
                ok(is_in, || Fault::Range(words(min), words(max)))
            }
            (Self::Rating { min, max }, Value::Number(number)) => {
                let is_in = number.fract() == 0.0 && (*min as f64..=*max as f64).contains(number);
                ok(is_in, || {
                    Fault::Range(Some(min.to_string()), Some(max.to_string()))
                })
            }
            (Self::Boolean, Value::Bool(_)) => Ok(()),
            (Self::Radiogroup(_) | Self::Dropdown(_), Value::Text(text)) => {
                self.check_choices(std::slice::from_ref(text))
            }
            (Self::Checkbox(_), Value::List(items)) => self.check_choices(items),
            (Self::Ranking(all), Value::List(items)) => {
                ok(items.len() == all.len(), || self.choice_fault())?;
                self.check_choices(items)
            }
            _ => Err(Fault::Type("another")),
        }
    }

    fn check_choices(&self, chosen: &[String]) -> Result<(), Fault> {
        let mut allowed: BTreeSet<&str> = self
            .choices()
            .iter()
            .map(|choice| choice.value.as_str())
            .collect();
        allowed.extend(self.has_other().then_some(OTHER));
        // Each is taken once, so that none is chosen twice.
        ok(
            chosen.iter().all(|value| allowed.remove(value.as_str())),
            || self.choice_fault(),
        )
    }

    fn choice_fault(&self) -> Fault {
        let other = self.has_other().then(|| OTHER.to_owned());
        let values = self.choices().iter().map(|choice| choice.value.clone());
        Fault::Choice(values.chain(other).collect())
    }
}

fn ok(is_ok: bool, fault: impl FnOnce() -> Fault) -> Result<(), Fault> {
    if is_ok { Ok(()) } else { Err(fault()) }
}

/// Millionths of a number that may be summed, without any loss.
pub(crate) fn millionths(number: f64) -> Option<i64> {
    let scale = 10f64.powi(NUMBER_DECIMALS_MAX.cast_signed());
    let scaled = (number * scale).round();
    (number.abs() <= NUMBER_MAX && scaled / scale == number).then_some(scaled as i64)
}

pub(crate) fn is_summable(number: f64) -> bool {
    millionths(number).is_some()
}

/// `name@example.org`, in the letters that servers on the internet take.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| {
                c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@".contains(c)
            })
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    text.chars().count() <= EMAIL_CHARS_MAX
        && local.split('.').all(is_part)
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && last.chars().count() > 1
}
