//! Totals of many people's answers: counts of choices, ratings, yes and no; positions in rankings; sums of numbers.
//!
//! Always: totals don't depend on the order of answers, because all numbers are integers, and they contain no text that
//! people wrote.

use std::collections::BTreeMap;

use imajin_dfos::order;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::answers::Answers;
use crate::check::thousandths;
use crate::form::{Form, Kind};
use crate::value::Value;

/// The totals of a form. As JSON: `{people, questions: {name: {n, by: {value: count}}}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Number of people whose answers are included.
    pub people: u64,
    /// Totals by question name; text and date questions have none.
    pub questions: BTreeMap<String, Count>,
}

/// The totals of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Number of people who answered.
    pub n: u64,
    /// Totals by value: the number of people who chose it. For a ranking: the sum of the value's positions, from 1, so
    /// that the mean position is the sum divided by `n`. For a number: the sum in thousandths, under [`THOUSANDTHS`].
    pub by: BTreeMap<String, i64>,
}

/// The key of a sum of numbers.
pub const THOUSANDTHS: &str = "thousandths";

impl Kind {
    /// Returns the keys that are counted.
    fn counted(&self) -> Vec<String> {
        match self {
            Self::Number { .. } => vec![THOUSANDTHS.to_owned()],
            Self::Rating { min, max } => (*min..=*max).map(|rate| rate.to_string()).collect(),
            Self::Boolean => vec!["false".to_owned(), "true".to_owned()],
            _ => self.values().map(str::to_owned).collect(),
        }
    }

    /// Returns the keys to which an answer adds, with the amounts.
    fn counts(&self, value: &Value) -> Vec<(String, i64)> {
        match (self, value) {
            (Self::Ranking(_), Value::List(items)) => items.iter().cloned().zip(1..).collect(),
            (Self::Number { .. }, Value::Number(number)) => {
                vec![(THOUSANDTHS.to_owned(), thousandths(*number).unwrap_or_default())]
            }
            (_, Value::List(items)) => items.iter().cloned().map(|item| (item, 1)).collect(),
            (_, Value::Text(text)) => vec![(text.clone(), 1)],
            (_, Value::Number(rate)) => vec![(rate.to_string(), 1)],
            (_, Value::Bool(is)) => vec![(is.to_string(), 1)],
        }
    }
}

impl Totals {
    /// Creates totals without answers: every choice of the form, with zero.
    pub fn new(form: &Form) -> Self {
        let zeros = form.questions.iter().filter_map(|question| {
            let keys = question.kind.counted().into_iter();
            let by = order::map(keys.map(|key| (key, 0)));
            (!by.is_empty()).then(|| (question.name.clone(), Count { n: 0, by }))
        });
        Self { people: 0, questions: order::map(zeros) }
    }

    /// Adds one person's answers to this form.
    pub fn add(&mut self, form: &Form, answers: &Answers) {
        self.people += 1;
        for question in &form.questions {
            let count = self.questions.get_mut(&question.name);
            if let (Some(count), Some(given)) = (count, answers.get(&question.name)) {
                count.n += 1;
                count.add(question.kind.counts(&given.value));
            }
        }
    }

    /// Adds the totals of other people's answers to the same form.
    pub fn merge(&mut self, other: Self) {
        self.people += other.people;
        for (name, theirs) in other.questions {
            if let Some(count) = self.questions.get_mut(&name) {
                count.n += theirs.n;
                count.add(theirs.by);
            }
        }
    }

    /// Reads totals written with `serde`; `None` if they belong to another form.
    pub fn parse(form: &Form, json: &Json) -> Option<Self> {
        let totals = Self::deserialize(json).ok()?;
        let keys = |totals: &Self| {
            let all = totals.questions.iter();
            all.map(|(name, count)| (name.clone(), count.by.keys().cloned().collect()))
                .collect::<Vec<(_, Vec<_>)>>()
        };
        (keys(&totals) == keys(&Self::new(form))).then_some(totals)
    }
}

impl Count {
    fn add(&mut self, more: impl IntoIterator<Item = (String, i64)>) {
        for (key, more) in more {
            if let Some(sum) = self.by.get_mut(&key) {
                *sum = sum.saturating_add(more);
            }
        }
    }
}
