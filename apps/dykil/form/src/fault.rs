//! The errors of answers, with their codes and messages.

use crate::{ANSWER_CHARS_MAX, ANSWERS_BYTES_MAX, NUMBER_MAX};

/// Maximum number of choices that a message lists.
const LISTED_MAX: usize = 10;

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
#[allow(missing_docs, reason = "documented by the messages")]
pub enum Fault {
    #[error("an object has a member for each question")]
    Shape,
    #[error("all together have at most {ANSWERS_BYTES_MAX} bytes of JSON")]
    Size,
    #[error("the form has no such question")]
    Unknown,
    #[error("the answer is {0}")]
    Type(&'static str),
    #[error("this question needs an answer")]
    Required,
    /// The answer isn't one of these choices, or repeats one; for a ranking, it doesn't have each of them once.
    #[error("choose from these, each once: {}", listed(.0))]
    Choice(Vec<String>),
    #[error("{0}")]
    Range(String),
    #[error("a number is at most {NUMBER_MAX}, with at most three digits after the point")]
    Number,
    #[error("an email address reads like name@example.org")]
    Email,
    #[error("a day of the calendar reads like 2026-03-01")]
    Date,
    #[error("at most {ANSWER_CHARS_MAX} characters")]
    Long,
    #[error("only the choice “other” has a text")]
    NoOther,
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

    pub(crate) fn in_question(self, question: &str) -> AnswerError {
        AnswerError { question: Some(question.to_owned()), fault: self }
    }

    pub(crate) fn of_all(self) -> AnswerError {
        AnswerError { question: None, fault: self }
    }

    pub(crate) fn range<T: ToString>(min: Option<T>, max: Option<T>) -> Self {
        Self::Range(match (min.map(|min| min.to_string()), max.map(|max| max.to_string())) {
            (Some(min), Some(max)) => format!("from {min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (_, max) => format!("at most {}", max.unwrap_or_default()),
        })
    }
}

fn listed(allowed: &[String]) -> String {
    let more = if allowed.len() > LISTED_MAX { ", …" } else { "" };
    allowed[..allowed.len().min(LISTED_MAX)].join(", ") + more
}
