//! Totals of many people's answers: how often each choice, rating and yes or no; the places of a ranking; sums of numbers.
//!
//! Always: the same answers make the same totals in any order, because every number in them is whole. No text is in them.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::OTHER;
use crate::answers::{Answers, Value};
use crate::check::millionths;
use crate::form::{Choice, Form, Kind};

/// Totals of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    people: u64,
    counts: BTreeMap<String, Count>,
}

/// Totals of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Count {
    /// People who answered, and how many of them chose each value. A checkbox counts each value that a person chose.
    Values {
        /// People who answered.
        n: u64,
        /// People by value.
        by: BTreeMap<String, u64>,
    },
    /// People who ranked, and the sum of the places of each value, the first being 1. The mean place is the sum by `n`.
    Places {
        /// People who answered.
        n: u64,
        /// Sums of places by value.
        by: BTreeMap<String, u64>,
    },
    /// People who entered a number, and the sum of their numbers.
    Sum {
        /// People who answered.
        n: u64,
        /// The sum, in millionths.
        millionths: i128,
    },
}

impl Count {
    fn new(kind: &Kind) -> Option<Self> {
        let (n, zeros) = (0, |keys: Vec<String>| {
            keys.into_iter().map(|key| (key, 0)).collect()
        });
        let mut values: Vec<_> = kind
            .choices()
            .iter()
            .map(|choice: &Choice| choice.value.clone())
            .collect();
        values.extend(kind.has_other().then(|| OTHER.to_owned()));
        match kind {
            Kind::Text | Kind::Email | Kind::Comment | Kind::Date { .. } => None,
            Kind::Number { .. } => Some(Self::Sum { n, millionths: 0 }),
            Kind::Ranking(_) => Some(Self::Places {
                n,
                by: zeros(values),
            }),
            Kind::Rating { min, max } => {
                let by = zeros((*min..=*max).map(|rate| rate.to_string()).collect());
                Some(Self::Values { n, by })
            }
            Kind::Boolean => {
                let by = zeros(vec!["false".to_owned(), "true".to_owned()]);
                Some(Self::Values { n, by })
            }
            Kind::Radiogroup(_) | Kind::Dropdown(_) | Kind::Checkbox(_) => Some(Self::Values {
                n,
                by: zeros(values),
            }),
        }
    }

    /// People who answered.
    pub fn n(&self) -> u64 {
        let (Self::Values { n, .. } | Self::Places { n, .. } | Self::Sum { n, .. }) = self;
        *n
    }

    fn add(&mut self, value: &Value) {
        let (Self::Values { n, .. } | Self::Places { n, .. } | Self::Sum { n, .. }) = self;
        *n += 1;
        let more = |by: &mut BTreeMap<String, u64>, key: &str, more: u64| {
            if let Some(count) = by.get_mut(key) {
                *count += more;
            }
        };
        match (self, value) {
            (Self::Values { by, .. }, Value::Text(text)) => more(by, text, 1),
            (Self::Values { by, .. }, Value::Bool(is)) => more(by, &is.to_string(), 1),
            (Self::Values { by, .. }, Value::Number(rate)) => more(by, &rate.to_string(), 1),
            (Self::Values { by, .. }, Value::List(items)) => {
                items.iter().for_each(|item| more(by, item, 1))
            }
            (Self::Places { by, .. }, Value::List(items)) => {
                for (place, item) in (1..).zip(items) {
                    more(by, item, place);
                }
            }
            (
                Self::Sum {
                    millionths: sum, ..
                },
                Value::Number(number),
            ) => {
                *sum += i128::from(millionths(*number).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn merge(&mut self, other: &Self) {
        match (self, other) {
            (
                Self::Values { n, by },
                Self::Values {
                    n: more,
                    by: others,
                },
            )
            | (
                Self::Places { n, by },
                Self::Places {
                    n: more,
                    by: others,
                },
            ) => {
                *n += more;
                for (key, count) in others {
                    *by.entry(key.clone()).or_default() += count;
                }
            }
            (
                Self::Sum { n, millionths },
                Self::Sum {
                    n: more,
                    millionths: sum,
                },
            ) => {
                *n += more;
                *millionths += sum;
            }
            _ => {}
        }
    }

    fn to_json(&self) -> Json {
        let object = |by: &BTreeMap<String, u64>| {
            Json::from_iter(by.iter().map(|(key, n)| (key.clone(), *n)))
        };
        match self {
            Self::Values { n, by } => json!({"n": n, "values": object(by)}),
            Self::Places { n, by } => json!({"n": n, "places": object(by)}),
            // A sum may be larger than the whole numbers that every reader of JSON keeps.
            Self::Sum { n, millionths } => json!({"n": n, "millionths": millionths.to_string()}),
        }
    }

    /// Reads a count into one of the same question that is zero; `None` if it is of another shape.
    fn fill(self, json: &Json) -> Option<Self> {
        let members = json.as_object().filter(|members| members.len() == 2)?;
        let count = members.get("n")?.as_u64()?;
        let read = |member: &str, mut by: BTreeMap<String, u64>| {
            let counts = members.get(member)?.as_object()?;
            for (key, count) in counts {
                *by.get_mut(key)? = count.as_u64()?;
            }
            Some(by)
        };
        Some(match self {
            Self::Values { by, .. } => Self::Values {
                n: count,
                by: read("values", by)?,
            },
            Self::Places { by, .. } => Self::Places {
                n: count,
                by: read("places", by)?,
            },
            Self::Sum { .. } => Self::Sum {
                n: count,
                millionths: members.get("millionths")?.as_str()?.parse().ok()?,
            },
        })
    }
}

impl Totals {
    /// Totals of nobody's answers: every choice of the form, each zero times.
    pub fn new(form: &Form) -> Self {
        let counts = form.questions.iter();
        let counts = counts
            .filter_map(|question| Some((question.name.clone(), Count::new(&question.kind)?)));
        Self {
            people: 0,
            counts: counts.collect(),
        }
    }

    /// Counts the answers of one person.
    pub fn add(&mut self, answers: &Answers) {
        self.people += 1;
        for (name, given) in answers.iter() {
            if let Some(count) = self.counts.get_mut(name) {
                count.add(&given.value);
            }
        }
    }

    /// Adds the totals of other people's answers to the same form.
    pub fn merge(&mut self, other: &Self) {
        self.people += other.people;
        for (name, count) in &other.counts {
            self.counts
                .entry(name.clone())
                .and_modify(|own| own.merge(count))
                .or_insert_with(|| count.clone());
        }
    }

    /// People whose answers are in the totals.
    pub fn people(&self) -> u64 {
        self.people
    }

    /// The totals of a question; none for texts and days.
    pub fn count(&self, name: &str) -> Option<&Count> {
        self.counts.get(name)
    }

    /// The totals as JSON: `{people, questions: {name: {n, values | places | millionths}}}`.
    pub fn to_json(&self) -> Json {
        let questions = self
            .counts
            .iter()
            .map(|(name, count)| (name.clone(), count.to_json()));
        json!({"people": self.people, "questions": Map::from_iter(questions)})
    }

    /// Reads totals of a form, as [`Totals::to_json`] wrote them; `None` if they are of another form.
    pub fn parse(form: &Form, json: &Json) -> Option<Self> {
        let questions = json.get("questions")?.as_object()?;
        let mut totals = Self::new(form);
        totals.people = json.get("people")?.as_u64()?;
        if questions.len() != totals.counts.len() {
            return None;
        }
        for (name, count) in &mut totals.counts {
            *count = count.clone().fill(questions.get(name)?)?;
        }
        Some(totals)
    }
}
