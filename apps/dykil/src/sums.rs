//! The sums of a box with totals, and their publication: of all answers, or in a spending survey by group.
//!
//! Always: a row is published in steps of five answers, with the sums at exactly that count. Each answer is in the sums
//! of one row only, so in any combination of publications it is hidden among at least four others.

use std::collections::BTreeMap;

use imajin_app::operation::Choice;
use imajin_form::{Answers, Totals};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::forms::{CATEGORIES, HOUSEHOLD, SurveyForm, named_groups, place_of};

/// Minimum number of answers that are published together.
pub(crate) const STEP: u64 = 5;

/// The answers that a row covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Choice, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Of {
    /// All answers; in a spending survey, answers of households that named no group.
    #[field(unknown)]
    All,
    /// Answers of households that named this group first.
    Group,
    /// Households in places with this postal code prefix; only counted.
    Postal,
}

pub(crate) type Key = (Of, String);

/// The sums of some answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// The number of answers.
    pub(crate) n: u64,
    /// The number of households that named the group, first or not.
    pub(crate) households: u64,
    /// The totals; `None` for postal rows.
    pub(crate) totals: Option<Totals>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    of: Of,
    name: String,
    now: Tally,
    /// The sums at the last step.
    step: Option<Tally>,
}

/// The sums of a box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sums {
    rows: Vec<Row>,
}

/// A row as published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) key: Key,
    pub(crate) n: u64,
    /// The sums as JSON.
    pub(crate) sums: String,
}

/// The sums of a row of a spending survey, rounded to five. Amounts are of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Spent {
    /// Households that named the group at all.
    pub(crate) households: i64,
    /// People in the households that named it first.
    pub(crate) members: i64,
    /// The sum of these people by category.
    pub(crate) totals: BTreeMap<String, i64>,
    /// The mean of one person by category.
    pub(crate) means: BTreeMap<String, i64>,
}

impl Sums {
    /// Adds the answers of a person or household.
    pub(crate) fn add(&mut self, form: &SurveyForm, answers: &Answers) {
        if !form.is_spending {
            return self.count((Of::All, String::new()), form, Some(answers), true);
        }
        let (first, others) = named_groups(answers);
        let first = first.map_or((Of::All, String::new()), |name| (Of::Group, name));
        self.count(first, form, Some(answers), true);
        for name in others {
            self.count((Of::Group, name), form, None, true);
        }
        if let Some(place) = place_of(answers) {
            self.count((Of::Postal, place), form, None, false);
        }
    }

    /// Counts an answer in a row, including its amounts if they are given.
    fn count(&mut self, key: Key, form: &SurveyForm, amounts: Option<&Answers>, is_tally: bool) {
        // Rows are ordered by name, so their order reveals nothing about time.
        let by_key = |row: &Row| (row.of, row.name.as_str()).cmp(&(key.0, key.1.as_str()));
        let place = match self.rows.binary_search_by(by_key) {
            Ok(place) => place,
            Err(place) => {
                let (of, name) = key;
                let now = Tally {
                    totals: is_tally.then(|| Totals::new(&form.counted)),
                    ..Tally::default()
                };
                let row = Row { of, name, now, step: None };
                self.rows.insert(place, row);
                place
            }
        };
        if let Some(row) = self.rows.get_mut(place) {
            row.count(form, amounts, is_tally);
        }
    }

    /// Returns the rows with a new step compared to `published`, the number of published answers by row.
    pub(crate) fn due(&self, form: &SurveyForm, published: &BTreeMap<Key, u64>) -> Vec<Published> {
        let due = self.rows.iter().filter_map(|row| {
            let (step, key) = (row.step.as_ref()?, (row.of, row.name.clone()));
            let before = published.get(&key).copied().unwrap_or(0);
            (step.n >= before + STEP).then(|| Published {
                key,
                n: step.n,
                sums: step.published(form),
            })
        });
        due.collect()
    }
}

impl Row {
    fn count(&mut self, form: &SurveyForm, amounts: Option<&Answers>, is_tally: bool) {
        self.now.households += 1;
        if amounts.is_none() && is_tally {
            return;
        }
        self.now.n += 1;
        if let (Some(totals), Some(answers)) = (&mut self.now.totals, amounts) {
            totals.add(&form.counted, answers);
        }
        if self.now.n.is_multiple_of(STEP) {
            self.step = Some(self.now.clone());
        }
    }
}

impl Tally {
    /// Converts the sums to JSON: exact for a survey, rounded for spending, empty for postal rows.
    fn published(&self, form: &SurveyForm) -> String {
        let json = match (&self.totals, form.is_spending) {
            (Some(totals), true) => serde_json::to_string(&self.spent(totals)),
            (Some(totals), false) => serde_json::to_string(totals),
            (None, _) => Ok("{}".to_owned()),
        };
        // Can't fail: maps of texts and numbers have a JSON form.
        json.unwrap_or_default()
    }

    fn spent(&self, totals: &Totals) -> Spent {
        let sum_of = |name: &str| {
            let count = totals.questions.get(name);
            count.map_or(0, |count| count.by.values().sum::<i64>() / 1_000)
        };
        let n = i64::try_from(self.n).unwrap_or(i64::MAX).max(1);
        let all = |of: &dyn Fn(&str) -> i64| CATEGORIES.map(|name| (name.to_owned(), of(name)));
        Spent {
            households: i64::try_from(self.households / STEP * STEP).unwrap_or(i64::MAX),
            members: rounded(sum_of(HOUSEHOLD), 1),
            totals: all(&|name| rounded(sum_of(name), 1)).into(),
            means: all(&|name| rounded(sum_of(name), n)).into(),
        }
    }
}

/// Divides a sum by `n` and rounds it to a multiple of five.
fn rounded(sum: i64, n: i64) -> i64 {
    let fives = 5 * n;
    (2 * sum + fives) / (2 * fives) * 5
}

#[cfg(test)]
mod tests;
