//! The results of a survey, as far as a viewer may see them.
//!
//! Always: only the owner sees texts that people wrote; other viewers see counts.

use std::collections::BTreeMap;

use imajin_app::{Answer, Node, Problem, Role, args};
use imajin_dfos::order;
use imajin_form::{Count, Totals};
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ballots::Receipt;
use crate::forms::SurveyForm;
use crate::manifest::TEXTS;
use crate::queries::{self, AnswerRow, Survey};
use crate::sums::{Of, Published, STEP, Spent};
use crate::survey::{Each, End, Mode, Show, Status};
use crate::voting;

/// The results of a survey.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Results {
    /// Whether it takes answers.
    pub(crate) status: Status,
    /// How its box ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended: Option<End>,
    /// How many answers these are the results of.
    pub(crate) answers: u64,
    /// Who could answer.
    pub(crate) each: Each,
    /// The basis of `came`, or the reason for its absence.
    pub(crate) split: Split,
    /// Today's roles of the people who answered with their names. The owner sees those of the people on a roll, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) came: Option<Came>,
    /// Counts of each question, by its name.
    #[schema(value_type = BTreeMap<String, QuestionCounts>)]
    pub(crate) questions: BTreeMap<String, QuestionCounts>,
    /// The groups of a spending survey.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) groups: Vec<GroupSpent>,
    /// The households of a spending survey by the first three characters of their postal codes.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) places: BTreeMap<String, u64>,
    /// The receipts of all ballots of a secret survey, by which voters find theirs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) receipts: Vec<String>,
    /// The owner sees: who took part, as DIDs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) roll: Option<Vec<String>>,
}

/// The basis on which answers are counted by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Split {
    /// The names of the answers.
    Named,
    /// The roll of those who took part, after the close.
    Roll,
    /// None: the roll has people of a role, but fewer than five.
    Few,
    /// None: answers don't say who gave them.
    Unknown,
}

/// How many answers came from whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Came {
    /// Members of the box, and its owner.
    pub(crate) members: u64,
    /// People who proved an e-mail address.
    pub(crate) guests: u64,
    /// Strangers, and people who have left.
    pub(crate) others: u64,
}

impl Came {
    /// Counts people by their current roles.
    fn count<'a>(node: &Node, people: impl Iterator<Item = Option<&'a str>>) -> Answer<Self> {
        let mut counts = Self::default();
        for did in people {
            let did = did.and_then(|did| Did::parse(did).ok());
            let role = did.map_or(Ok(Role::Stranger), |did| node.role(&did))?;
            *match role {
                Role::Owner | Role::Member => &mut counts.members,
                Role::Guest => &mut counts.guests,
                Role::Stranger => &mut counts.others,
            } += 1;
        }
        Ok(counts)
    }

    /// Whether any role has one to four people.
    fn has_few(&self) -> bool {
        [self.members, self.guests, self.others].iter().any(|people| (1..STEP).contains(people))
    }
}

/// Counts participants by role, if names or a roll identify them. A box stores no roles, which could link voters to
/// ballots.
fn split(
    node: &Node,
    mode: Mode,
    (told, roll): (&[AnswerRow], Option<&[String]>),
) -> Answer<(Split, Option<Came>)> {
    if mode == Mode::Named {
        let counts = Came::count(node, told.iter().map(|one| one.by.as_deref()))?;
        return Ok((Split::Named, Some(counts)));
    }
    let Some(roll) = roll else {
        return Ok((Split::Unknown, None));
    };
    let counts = Came::count(node, roll.iter().map(|did| Some(did.as_str())))?;
    Ok(if counts.has_few() { (Split::Few, None) } else { (Split::Roll, Some(counts)) })
}

/// The answers to a question.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Counted)]
pub(crate) struct QuestionCounts {
    /// How many answered it.
    pub(crate) n: u64,
    /// The number of people who chose each value; of a ranking the sum of its places; of a number the sum, in thousandths.
    pub(crate) by: BTreeMap<String, i64>,
    /// The owner sees: what people wrote.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) texts: Vec<String>,
}

/// The spending of a group's households.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupSpent {
    /// The group; empty for households that named none.
    pub(crate) name: String,
    /// In a month.
    #[serde(flatten)]
    pub(crate) spent: Spent,
}

/// Whether a viewer may see the results now.
fn may_see(
    node: &Node,
    (owner, survey): (&Did, &Survey),
    viewer: Option<&Did>,
    receipt: Option<&Receipt>,
) -> Answer<bool> {
    if viewer == Some(owner) {
        return Ok(true);
    }
    let is_closed = survey.state.visible_status(&survey.item, node.now()) == Status::Closed;
    Ok(match survey.item.own.show {
        Show::All => true,
        Show::Owner => false,
        Show::Answered => {
            is_closed || voting::has_answered(node, (owner, survey), viewer, receipt)?
        }
    })
}

/// Returns the results if the viewer may see them; `None` otherwise.
pub(crate) fn seen_by(
    node: &Node,
    (owner, survey): (&Did, &Survey),
    viewer: Option<&Did>,
    receipt: Option<&Receipt>,
) -> Answer<Option<Results>> {
    if !may_see(node, (owner, survey), viewer, receipt)? {
        return Ok(None);
    }
    let (form, is_own) = (survey.form()?, viewer == Some(owner));
    let (did, id) = (owner.as_str(), survey.item.id.as_str());
    let (told, totals, roll) = queries::read(node, |db| {
        Ok((
            queries::list_answers(db, did, id)?,
            queries::totals(db, did, id)?,
            queries::roll(db, did, id)?,
        ))
    })?;
    let roll: Option<Vec<String>> =
        roll.filter(|_| is_own).and_then(|roll| serde_json::from_str(&roll).ok());
    let (split, came) = split(node, survey.item.own.mode, (&told, roll.as_deref()))?;
    let mut results = Results {
        status: survey.state.visible_status(&survey.item, node.now()),
        ended: survey.state.ended,
        answers: told.len() as u64,
        each: survey.item.own.each,
        split,
        came,
        questions: BTreeMap::new(),
        groups: Vec::new(),
        places: BTreeMap::new(),
        receipts: Vec::new(),
        roll,
    };
    match survey.item.own.mode {
        Mode::Totals => results.add_totals(&form, &totals),
        mode => {
            let counts = voting::totals_of(&form, told.iter().map(|one| one.answers.as_str()));
            results.add(counts);
            if is_own {
                results.add_texts(&form, &told);
            }
            if mode == Mode::Secret {
                results.receipts = told.into_iter().filter_map(|one| one.receipt).collect();
            }
        }
    }
    Ok(Some(results))
}

/// Returns the results if the viewer may see them.
/// Errors: 403 otherwise.
pub(crate) fn read_results(
    node: &Node,
    whose: (&Did, &Survey),
    viewer: Option<&Did>,
    receipt: Option<&Receipt>,
) -> Answer<Results> {
    let seen = seen_by(node, whose, viewer, receipt)?;
    seen.ok_or_else(|| Problem::forbidden(TEXTS.say("results-hidden", args![])))
}

impl Results {
    fn add(&mut self, totals: Totals) {
        let counted = |Count { n, by }| QuestionCounts { n, by, texts: Vec::new() };
        let questions = totals.questions.into_iter();
        self.questions = order::map(questions.map(|(name, count)| (name, counted(count))));
    }

    fn add_totals(&mut self, form: &SurveyForm, rows: &[Published]) {
        if !form.is_spending {
            let row = rows.iter().find(|row| row.key.0 == Of::All);
            let json = row.and_then(|row| serde_json::from_str(&row.sums).ok());
            let totals = json.and_then(|json| Totals::parse(&form.counted, &json));
            let totals = totals.unwrap_or_else(|| Totals::new(&form.counted));
            self.answers = totals.people;
            return self.add(totals);
        }
        for row in rows {
            if row.key.0 == Of::Postal {
                self.places.insert(row.key.1.clone(), row.n);
                continue;
            }
            self.answers += row.n;
            if let Ok(spent) = serde_json::from_str(&row.sums) {
                let name = row.key.1.clone();
                self.groups.push(GroupSpent { name, spent });
            }
        }
    }

    /// Adds the texts that people wrote, for the owner.
    fn add_texts(&mut self, form: &SurveyForm, told: &[AnswerRow]) {
        for one in told {
            let json = serde_json::from_str(&one.answers).unwrap_or_default();
            let Ok(answers) = form.form.recall(&json) else {
                continue;
            };
            for (name, given) in answers.iter() {
                let counts = self.questions.get(name);
                let is_counted = counts.is_some_and(|one| !one.by.is_empty());
                let text = match &given.value {
                    imajin_form::Value::Text(text) if !is_counted => Some(text),
                    _ => given.other.as_ref(),
                };
                if let Some(text) = text {
                    let counted = self.questions.entry(name.to_owned()).or_default();
                    counted.texts.push(text.clone());
                }
            }
        }
        for counted in self.questions.values_mut() {
            counted.n = counted.n.max(counted.texts.len() as u64);
        }
    }
}
