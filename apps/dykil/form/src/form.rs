//! The types of a form and its questions. Only `parse.rs` creates them, so they always respect the limits of this
//! crate.

use std::collections::BTreeSet;

use imajin_dfos::Timestamp;

use crate::OTHER;
use crate::condition::{Comparison, Condition, Sign};
use crate::value::{PartialAnswers, Value};

/// A list of questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) questions: Vec<Question>,
}

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The name that answers and conditions use, unique in the form.
    pub name: String,
    /// The text shown instead of the name.
    pub title: Option<String>,
    /// The explanation below the title.
    pub description: Option<String>,
    /// Whether an answer is required while the question is visible.
    pub is_required: bool,
    /// The condition for showing the question; always shown if `None`.
    pub visible_if: Option<Condition>,
    /// The right answer, in a quiz.
    pub correct: Option<Value>,
    /// The type of the question.
    pub kind: Kind,
}

/// The type of a question, with the answers that it allows.
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
        /// The minimum.
        min: Option<f64>,
        /// The maximum.
        max: Option<f64>,
    },
    /// A day.
    Date {
        /// The earliest date.
        min: Option<Date>,
        /// The latest date.
        max: Option<Date>,
    },
    /// A whole number on a scale.
    Rating {
        /// The lowest rating.
        min: i64,
        /// The highest rating.
        max: i64,
    },
    /// Yes or no.
    Boolean,
    /// A single choice from a visible list.
    Radiogroup(Choices),
    /// A single choice from a drop-down list.
    Dropdown(Choices),
    /// Multiple choices.
    Checkbox(Choices),
    /// A ranking of all choices.
    Ranking(Vec<Choice>),
}

/// The choices of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The choices in their order, without `other`.
    pub items: Vec<Choice>,
    /// Whether a person may enter a choice that isn't listed.
    pub has_other: bool,
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The value in answers.
    pub value: String,
    /// The text shown instead of the value.
    pub text: Option<String>,
}

/// A calendar date, `2026-03-01`. Dates sort like their texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(String);

impl Date {
    /// Parses a date. `None` if the calendar doesn't have it, which has no year 0.
    pub fn parse(text: &str) -> Option<Self> {
        let is_there =
            !text.starts_with("0000") && Timestamp::parse(&format!("{text}T00:00:00.000Z")).is_ok();
        is_there.then(|| Self(text.to_owned()))
    }

    /// Returns the date as `2026-03-01`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Choice {
    /// Returns the text that people read.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or(&self.value)
    }
}

impl Kind {
    /// Returns the choices; empty for questions without choices.
    pub fn choices(&self) -> &[Choice] {
        match self {
            Self::Radiogroup(choices) | Self::Dropdown(choices) | Self::Checkbox(choices) => {
                &choices.items
            }
            Self::Ranking(items) => items,
            _ => &[],
        }
    }

    /// Whether a person may enter a choice that isn't listed.
    pub fn has_other(&self) -> bool {
        match self {
            Self::Radiogroup(choices) | Self::Dropdown(choices) | Self::Checkbox(choices) => {
                choices.has_other
            }
            _ => false,
        }
    }

    /// Returns the values of the choices, including [`OTHER`] if it is allowed.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        let choices = self.choices().iter().map(|choice| choice.value.as_str());
        choices.chain(self.has_other().then_some(OTHER))
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::Checkbox(_) | Self::Ranking(_))
    }

    /// Whether a comparison makes sense for answers of this kind. SurveyJS also evaluates comparisons that don't.
    pub(crate) fn suits(&self, comparison: &Comparison) -> bool {
        let is_number = matches!(self, Self::Number { .. } | Self::Rating { .. });
        match comparison {
            Comparison::Empty | Comparison::NotEmpty => true,
            Comparison::With(Sign::Equal | Sign::Unlike, _) => !self.is_list(),
            Comparison::With(Sign::Less | Sign::Greater, _) => {
                !self.is_list() && *self != Self::Boolean
            }
            Comparison::With(Sign::Contains, _) => !is_number && *self != Self::Boolean,
        }
    }
}

impl Question {
    /// Returns the text that people read: the title, or the name if there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }

    fn is_visible(&self, entered: &PartialAnswers) -> bool {
        let value = |name: &str| entered.0.get(name).map(|given| &given.value);
        let condition = self.visible_if.as_ref();
        condition.is_none_or(|condition| condition.holds(value))
    }
}

impl Form {
    /// Returns the title.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// Returns the introduction shown before the first question.
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// Returns the questions in order.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// Returns the question with this name.
    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.name == name)
    }

    /// Returns the questions that are visible with these answers. As in SurveyJS, answers to hidden questions still
    /// count in conditions until the form is sent.
    pub fn visible<'a>(&'a self, entered: &PartialAnswers) -> Vec<&'a Question> {
        let is_visible = |question: &&Question| question.is_visible(entered);
        self.questions.iter().filter(is_visible).collect()
    }

    /// Returns the form without correct answers, as people get it before they answer.
    #[must_use]
    pub fn without_answers(&self) -> Self {
        let mut form = self.clone();
        for question in &mut form.questions {
            question.correct = None;
        }
        form
    }

    pub(crate) fn visible_names(&self, entered: &PartialAnswers) -> BTreeSet<String> {
        self.visible(entered).into_iter().map(|question| question.name.clone()).collect()
    }
}
