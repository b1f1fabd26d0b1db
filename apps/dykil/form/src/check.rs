//! Validation of answers against their form, and its error messages.

use serde_json::Value as Json;

use crate::answers::{Answers, Given, Value};
use crate::form::{Date, Form, Kind};
use crate::operand::trimmed;
use crate::{ANSWER_CHARS_MAX, ANSWERS_BYTES_MAX, NUMBER_MAX, OTHER};

/// Maximum number of choices that a message lists.
const LISTED_MAX: usize = 10;
/// Maximum length of an e-mail address in characters.
const EMAIL_CHARS_MAX: usize = 254;

/// The error for refused answers: the question, unless the error concerns all answers, and the allowed values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {fault}", question.as_deref().unwrap_or("answers"))]
pub struct AnswerError {
    /// The question's name.
    pub question: Option<String>,
    /// The error.
    pub fault: Fault,
}

/// An error in an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The answers aren't an object. Concerns all answers.
    #[error("an object has a member for each question")]
    Shape,
    /// The answers have too many bytes. Concerns all answers.
    #[error("all together have at most {ANSWERS_BYTES_MAX} bytes of JSON")]
    Size,
    /// No question has this name.
    #[error("the form has no such question")]
    Unknown,
    /// The answer has another type than this.
    #[error("the answer is {0}")]
    Type(&'static str),
    /// A required answer is missing.
    #[error("this question needs an answer")]
    Required,
    /// The answer isn't one of these choices, or repeats one; for a ranking, it doesn't have each of them once.
    #[error("choose from these, each once: {}", listed(.0))]
    Choice(Vec<String>),
    /// The answer is outside these bounds, given in words.
    #[error("{0}")]
    Range(String),
    /// The number is too large or has too many decimals to be summed exactly.
    #[error("a number is at most {NUMBER_MAX}, with at most three digits after the point")]
    Number,
    /// The text isn't an e-mail address.
    #[error("an email address reads like name@example.org")]
    Email,
    /// The text isn't a calendar date.
    #[error("a day of the calendar reads like 2026-03-01")]
    Date,
    /// The text is too long.
    #[error("at most {ANSWER_CHARS_MAX} characters")]
    Long,
    /// A text for *other* was given, but *other* wasn't chosen.
    #[error("only the choice “other” has a text")]
    NoOther,
    /// *Other* was chosen without a text.
    #[error("write what you mean by “other”")]
    Other,
}

impl Fault {
    /// Returns the error code, which the scripts of pages use, too.
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
    /// Checks a person's answers. Answers to hidden questions are dropped, even if they are invalid.
    ///
    /// # Errors
    ///
    /// The first error: an unknown name, then an answer of the wrong type, then, among the visible questions in their
    /// order, a missing or invalid answer.
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
    /// Checks an answer and its text for *other*.
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

    /// Checks the value of an answer without its text for *other*.
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

    /// Whether a chosen value is *other*, for which the person enters a text.
    pub(crate) fn is_other(&self, value: &str) -> bool {
        self.has_other() && value == OTHER
    }

    fn choice(&self) -> Fault {
        Fault::Choice(self.values().map(str::to_owned).collect())
    }

    fn allows(&self, chosen: &[String]) -> bool {
        let mut allowed: Vec<_> = self.values().collect();
        let is_whole = !matches!(self, Self::Ranking(_)) || chosen.len() == allowed.len();
        // Each value is taken once, so repeated choices are refused.
        let mut take = |value: &String| {
            Some(allowed.swap_remove(allowed.iter().position(|own| own == value)?))
        };
        is_whole && chosen.iter().all(|value| take(value).is_some())
    }
}

fn is_long(text: &str) -> bool {
    text.chars().count() > ANSWER_CHARS_MAX
}

/// Converts a number to thousandths, so that sums are exact. `None` if the number is too large or has more decimals.
pub(crate) fn thousandths(number: f64) -> Option<i64> {
    let scaled = (number * 1e3).round();
    (number.abs() <= NUMBER_MAX && scaled / 1e3 == number).then_some(scaled as i64)
}

/// Whether a text is an e-mail address like `name@example.org`, in characters that mail servers accept.
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
