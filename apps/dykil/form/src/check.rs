//! Validation of answers against their form.

use serde_json::Value as Json;

use crate::answers::Answers;
use crate::fault::{AnswerError, Fault};
use crate::form::{Date, Form, Kind};
use crate::value::{QuestionAnswer, Value, trimmed};
use crate::{ANSWER_CHARS_MAX, NUMBER_MAX, OTHER};

/// Maximum length of an e-mail address in characters.
const EMAIL_CHARS_MAX: usize = 254;

impl Form {
    /// Checks a person's answers. Answers to hidden questions are dropped, even if they are invalid.
    ///
    /// # Errors
    /// The first error: an unknown name, then an answer of the wrong type, then, among the visible questions in their
    /// order, a missing or invalid answer.
    pub fn check(&self, answers: &Json) -> Result<Answers, AnswerError> {
        let mut draft = self.read(answers)?;
        let names = self.visible_names(&draft);
        draft.0.retain(|name, _| names.contains(name));
        for question in self.questions.iter().filter(|question| names.contains(&question.name)) {
            let answer = draft.0.get(&question.name);
            if question.is_required && answer.is_none_or(QuestionAnswer::is_blank) {
                return Err(Fault::Required.in_question(&question.name));
            }
            let checked = answer.map_or(Ok(()), |given| question.kind.check(given));
            checked.map_err(|fault| fault.in_question(&question.name))?;
        }
        Ok(Answers { given: draft, asked: names })
    }

    /// Reads stored answers that were checked before, as [`Answers::to_json`] wrote them. Each must still fit its
    /// question. No answer is dropped and none is required, because visibility depended on answers that weren't stored.
    ///
    /// # Errors
    /// The errors of [`Form::check`], except that no answer is required.
    pub fn recall(&self, kept: &Json) -> Result<Answers, AnswerError> {
        let draft = self.read(kept)?;
        for question in &self.questions {
            if let Some(given) = draft.0.get(&question.name) {
                let checked = question.kind.check(given);
                checked.map_err(|fault| fault.in_question(&question.name))?;
            }
        }
        let mut names = self.visible_names(&draft);
        names.extend(draft.0.keys().cloned());
        Ok(Answers { given: draft, asked: names })
    }
}

impl Kind {
    pub(crate) fn check(&self, given: &QuestionAnswer) -> Result<(), Fault> {
        let mut chosen = given.value.chosen().iter();
        let is_other = chosen.any(|value| self.is_other(value));
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
                let is_in = min.is_none_or(|min| *min <= date);
                (is_in && max.is_none_or(|max| date <= *max), range)
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
