//! What makes answers fit their form, and what is said of those that don't.

use serde_json::Value as Json;

use crate::answers::{Answers, Given, Value};
use crate::form::{Date, Form, Kind};
use crate::operand::trimmed;
use crate::{ANSWER_CHARS_MAX, ANSWERS_BYTES_MAX, NUMBER_MAX, OTHER};

/// Choices that a message lists.
const LISTED_MAX: usize = 10;
/// Characters of an e-mail address.
const EMAIL_CHARS_MAX: usize = 254;

/// Why answers were refused: the question, unless it concerns all of them, and what is allowed there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {fault}", question.as_deref().unwrap_or("answers"))]
pub struct AnswerError {
    /// The question's name.
    pub question: Option<String>,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// All answers: not an object.
    #[error("an object has a member for each question")]
    Shape,
    /// All answers: too many bytes.
    #[error("all together have at most {ANSWERS_BYTES_MAX} bytes of JSON")]
    Size,
    /// No question has this name.
    #[error("the form has no such question")]
    Unknown,
    /// Another type than this.
    #[error("the answer is {0}")]
    Type(&'static str),
    /// No answer, and one is needed.
    #[error("this question needs an answer")]
    Required,
    /// Not among these, or twice; for a ranking, not each of them once.
    #[error("choose from these, each once: {}", listed(.0))]
    Choice(Vec<String>),
    /// Outside the bounds, which are in the words.
    #[error("{0}")]
    Range(String),
    /// A number too large or too fine to be summed.
    #[error("a number is at most {NUMBER_MAX}, with at most three digits after the point")]
    Number,
    /// No e-mail address.
    #[error("an email address reads like name@example.org")]
    Email,
    /// No day of the calendar.
    #[error("a day of the calendar reads like 2026-03-01")]
    Date,
    /// Too many characters.
    #[error("at most {ANSWER_CHARS_MAX} characters")]
    Long,
    /// A text for *other*, which was not chosen.
    #[error("only the choice “other” has a text")]
    NoOther,
    /// *Other* without a text.
    #[error("write what you mean by “other”")]
    Other,
}

impl Fault {
    /// One word for programs; the scripts of pages have the same.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Size => "size",
            Self::Unknown => "unknown",
            Self::Type(_) => "type",
            Self::Required => "required",
            Self::Choice(_) => "choice",
            Self::Range(_) => "range",
            Self::Number => "number",
            Self::Email => "email",
            Self::Date => "date",
            Self::Long => "long",
            Self::NoOther => "no-other",
            Self::Other => "other",
        }
    }

    pub(crate) fn of(self, question: &str) -> AnswerError {
        AnswerError {
            question: Some(question.to_owned()),
            fault: self,
        }
    }

    pub(crate) fn of_all(self) -> AnswerError {
        AnswerError {
            question: None,
            fault: self,
        }
    }

    fn range<T: ToString>(min: Option<T>, max: Option<T>) -> Self {
        Self::Range(
            match (
                min.map(|min| min.to_string()),
                max.map(|max| max.to_string()),
            ) {
                (Some(min), Some(max)) => format!("from {min} to {max}"),
                (Some(min), None) => format!("at least {min}"),
                (_, max) => format!("at most {}", max.unwrap_or_default()),
            },
        )
    }
}

fn listed(allowed: &[String]) -> String {
    let more = if allowed.len() > LISTED_MAX {
        ", …"
    } else {
        ""
    };
    allowed[..allowed.len().min(LISTED_MAX)].join(", ") + more
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
            let given = given.0.get(&question.name);
            if question.is_required && given.is_none_or(Given::is_blank) {
                return Err(Fault::Required.of(&question.name));
            }
            let checked = given.map_or(Ok(()), |given| question.kind.check(given));
            checked.map_err(|fault| fault.of(&question.name))?;
        }
        Ok(Answers { given, asked })
    }
}

impl Kind {
    /// Whether an answer is allowed.
    pub(crate) fn check(&self, given: &Given) -> Result<(), Fault> {
        let is_other = given
            .value
            .chosen()
            .iter()
            .any(|value| self.is_other(value));
        match given.other.as_deref() {
            Some(_) if !is_other => Err(Fault::NoOther),
            Some(text) if is_long(text) => Err(Fault::Long),
            other if is_other && other.is_none_or(|text| trimmed(text).is_empty()) => {
                Err(Fault::Other)
            }
            _ => self.check_value(&given.value),
        }
    }

    /// Whether an answer is allowed, whatever was written for *other*.
    pub(crate) fn check_value(&self, value: &Value) -> Result<(), Fault> {
        let (is_right, fault) = match (self, value) {
            (Self::Text | Self::Comment, Value::Text(text)) => (!is_long(text), Fault::Long),
            (Self::Email, Value::Text(text)) => (is_email(text), Fault::Email),
            (Self::Date { min, max }, Value::Text(text)) => {
                let date = Date::parse(text).ok_or(Fault::Date)?;
                let (min, max) = (min.as_ref(), max.as_ref());
                let range = Fault::range(min.map(Date::as_str), max.map(Date::as_str));
                (
                    min.is_none_or(|min| *min <= date) && max.is_none_or(|max| date <= *max),
                    range,
                )
            }
            (Self::Number { min, max }, Value::Number(number)) => {
                thousandths(*number).ok_or(Fault::Number)?;
                let is_in =
                    min.is_none_or(|min| min <= *number) && max.is_none_or(|max| *number <= max);
                (is_in, Fault::range(*min, *max))
            }
            (Self::Rating { min, max }, Value::Number(number)) => {
                let is_in = number.fract() == 0.0 && (*min as f64..=*max as f64).contains(number);
                (is_in, Fault::range(Some(min), Some(max)))
            }
            (_, Value::Text(_) | Value::List(_)) => (self.allows(value.chosen()), self.choice()),
            (_, Value::Bool(_) | Value::Number(_)) => return Ok(()),
        };
        if is_right { Ok(()) } else { Err(fault) }
    }

    /// Whether a chosen value is the one that a person words themself.
    pub(crate) fn is_other(&self, value: &str) -> bool {
        self.has_other() && value == OTHER
    }

    fn choice(&self) -> Fault {
        Fault::Choice(self.values().map(str::to_owned).collect())
    }

    fn allows(&self, chosen: &[String]) -> bool {
        let mut allowed: Vec<_> = self.values().collect();
        let is_whole = !matches!(self, Self::Ranking(_)) || chosen.len() == allowed.len();
        // Each is taken once, so that none is chosen twice.
        let mut take = |value: &String| {
            Some(allowed.swap_remove(allowed.iter().position(|own| own == value)?))
        };
        is_whole && chosen.iter().all(|value| take(value).is_some())
    }
}

fn is_long(text: &str) -> bool {
    text.chars().count() > ANSWER_CHARS_MAX
}

/// Thousandths of a number that loses nothing by that, so that sums are exact.
pub(crate) fn thousandths(number: f64) -> Option<i64> {
    let scaled = (number * 1e3).round();
    (number.abs() <= NUMBER_MAX && scaled / 1e3 == number).then_some(scaled as i64)
}

/// `name@example.org`, in the letters that servers on the internet take.
fn is_email(text: &str) -> bool {
    let is_taken = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@".contains(c);
    let is_part = |part: &str| !part.is_empty() && !part.contains(is_taken);
    let is_plain = |c: char| c.is_alphanumeric() || c == '-';
    let is_label = |label: &str| {
        let is_inner = !label.starts_with('-') && !label.ends_with('-');
        !label.is_empty() && is_inner && label.chars().all(is_plain)
    };
    let is_address = |(local, domain): (&str, &str)| {
        let last = domain.rsplit_once('.').map_or("", |(_, last)| last);
        local.split('.').all(is_part) && domain.split('.').all(is_label) && last.chars().count() > 1
    };
    text.chars().count() <= EMAIL_CHARS_MAX && text.split_once('@').is_some_and(is_address)
}
