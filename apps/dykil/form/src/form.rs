//! A form and its questions, as types. Only `parse.rs` makes them, so whatever is here keeps the bounds of the crate.

use std::collections::BTreeSet;

use crate::OTHER;
use crate::answers::{Entered, Value};
use crate::condition::Condition;

/// A list of questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The name by which answers and conditions refer to it, unique in the form.
    pub name: String,
    /// What a person reads instead of the name.
    pub title: Option<String>,
    /// The explanation below the title.
    pub description: Option<String>,
    /// Whether an answer is needed while the question is visible.
    pub is_required: bool,
    /// When the question is visible; always if `None`.
    pub visible_if: Option<Condition>,
    /// The right answer, in a quiz.
    pub correct: Option<Value>,
    /// What is asked.
    pub kind: Kind,
}

/// What is asked, and what may be answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A line of text.
    Text,
    /// An e-mail address.
    Email,
    /// Several lines of text.
    Comment,
    /// A number.
    Number {
        /// The smallest.
        min: Option<f64>,
        /// The largest.
        max: Option<f64>,
    },
    /// A day.
    Date {
        /// The first.
        min: Option<Date>,
        /// The last.
        max: Option<Date>,
    },
    /// A whole number of a scale.
    Rating {
        /// Where the scale begins.
        min: i64,
        /// Where it ends.
        max: i64,
    },
    /// Yes or no.
    Boolean,
    /// One choice, all of them in sight.
    Radiogroup(Choices),
    /// One choice of a list that opens.
    Dropdown(Choices),
    /// Any number of choices.
    Checkbox(Choices),
    /// All choices, brought into an order.
    Ranking(Vec<Choice>),
}

/// What a person chooses from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The choices in their order, without `other`.
    pub items: Vec<Choice>,
    /// Whether a person may word a choice of their own.
    pub has_other: bool,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What an answer contains.
    pub value: String,
    /// What a person reads instead of the value.
    pub text: Option<String>,
}

/// A day of the calendar, `2026-03-01`. The order of days is the order of their texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(String);

impl Date {
    /// The day, if the calendar has it.
    pub fn parse(text: &str) -> Option<Self> {
        let is_at_home = |(place, b): (usize, u8)| match place {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        };
        if text.len() != 10 || !text.bytes().enumerate().all(is_at_home) {
            return None;
        }
        let number = |part: &str| part.parse::<u32>().ok();
        let (year, month, day) = (
            number(&text[..4])?,
            number(&text[5..7])?,
            number(&text[8..])?,
        );
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        let is_there = year > 0 && (1..=days).contains(&day);
        is_there.then(|| Self(text.to_owned()))
    }

    /// The day as `2026-03-01`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Choice {
    /// What a person reads.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or(&self.value)
    }
}

impl Kind {
    /// The choices; empty if there is nothing to choose from.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Radiogroup(choices) | Self::Dropdown(choices) | Self::Checkbox(choices) => {
                &choices.items
            }
            Self::Ranking(items) => items,
            _ => &[],
        }
    }

    /// Whether a person may word a choice of their own.
    pub fn has_other(&self) -> bool {
        match self {
            Self::Radiogroup(choices) | Self::Dropdown(choices) | Self::Checkbox(choices) => {
                choices.has_other
            }
            _ => false,
        }
    }

    /// The values of the choices, with [`OTHER`] where a person may choose it.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        let choices = self.choices().iter().map(|choice| choice.value.as_str());
        choices.chain(self.has_other().then_some(OTHER))
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::Checkbox(_) | Self::Ranking(_))
    }
}

impl Question {
    /// What a person reads: the title, or the name if it has none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }

    fn is_visible(&self, entered: &Entered) -> bool {
        let value = |name: &str| entered.0.get(name).map(|given| &given.value);
        let condition = self.visible_if.as_ref();
        condition.is_none_or(|condition| condition.holds(value))
    }
}

impl Form {
    /// The title.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// What is said before the first question.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The questions in their order.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The question of this name.
    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.name == name)
    }

    /// The questions that a person sees after entering this. As in SurveyJS, what was entered in a question that is hidden now
    /// still counts in the conditions of others: nothing is forgotten until the form is sent.
    pub fn visible<'a>(&'a self, entered: &Entered) -> Vec<&'a Question> {
        let is_visible = |question: &&Question| question.is_visible(entered);
        self.questions.iter().filter(is_visible).collect()
    }

    /// The form without its right answers: what a person gets before answering.
    #[must_use]
    pub fn without_answers(&self) -> Self {
        let mut form = self.clone();
        for question in &mut form.questions {
            question.correct = None;
        }
        form
    }

    pub(crate) fn visible_names(&self, entered: &Entered) -> BTreeSet<String> {
        let visible = self.visible(entered).into_iter();
        visible.map(|question| question.name.clone()).collect()
    }
}
