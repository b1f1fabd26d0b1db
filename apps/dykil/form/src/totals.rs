//! Totals of many people's answers: how often each choice, rating, yes and no; the places of a ranking; the sums of numbers.
//!
//! Always: the same answers make the same totals in any order, because every number in them is whole. No text is in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::answers::{Answers, Value};
use crate::check::thousandths;
use crate::form::{Form, Kind};

/// Totals of a form. As JSON: `{people, questions: {name: {n, by: {value: count}}}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// People whose answers are in the totals.
    pub people: u64,
    /// By name; texts and days have none.
    pub questions: BTreeMap<String, Count>,
}

/// Totals of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// People who answered.
    pub n: u64,
    /// By value: the people who chose it. For a ranking: the sum of the value's places, the first being 1, so that the mean place is
    /// the sum by `n`. For a number: the sum of all in thousandths, under [`THOUSANDTHS`].
    pub by: BTreeMap<String, i64>,
}

/// The name of a sum of numbers.
pub const THOUSANDTHS: &str = "thousandths";

impl Kind {
    /// What is counted.
    fn counted(&self) -> Vec<String> {
        match self {
            Self::Number { .. } => vec![THOUSANDTHS.to_owned()],
            Self::Rating { min, max } => (*min..=*max).map(|rate| rate.to_string()).collect(),
            Self::Boolean => vec!["false".to_owned(), "true".to_owned()],
            _ => self.values().map(str::to_owned).collect(),
        }
    }

    /// What an answer adds, and to which of these.
    fn counts(&self, value: &Value) -> Vec<(String, i64)> {
        match (self, value) {
            (Self::Ranking(_), Value::List(items)) => items.iter().cloned().zip(1..).collect(),
            (Self::Number { .. }, Value::Number(number)) => {
                vec![(
                    THOUSANDTHS.to_owned(),
                    thousandths(*number).unwrap_or_default(),
                )]
            }
            (_, Value::List(items)) => items.iter().cloned().map(|item| (item, 1)).collect(),
            (_, Value::Text(text)) => vec![(text.clone(), 1)],
            (_, Value::Number(rate)) => vec![(rate.to_string(), 1)],
            (_, Value::Bool(is)) => vec![(is.to_string(), 1)],
        }
    }
}

impl Totals {
    /// Totals of nobody's answers: every choice of the form, each zero times.
    pub fn new(form: &Form) -> Self {
        let zeros = form.questions.iter().filter_map(|question| {
            let by: BTreeMap<_, _> = question
                .kind
                .counted()
                .into_iter()
                .map(|key| (key, 0))
                .collect();
            (!by.is_empty()).then(|| (question.name.clone(), Count { n: 0, by }))
        });
        Self {
            people: 0,
            questions: zeros.collect(),
        }
    }

    /// Counts the answers of one person to this form.
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

    /// Reads totals of a form, as they are written with `serde`; `None` if they are of another form.
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
