//! Results as bars, for pages without scripts; `assets/results.js` draws the same.

use imajin_app::{Texts, args};
use imajin_form::{Kind, Question};
use maud::{Markup, html};

use crate::forms::{CATEGORIES, SurveyForm};
use crate::results::{Came, GroupSpent, QuestionCounts, Results, Split};
use crate::survey::Each;

pub(super) fn results(t: Texts, form: &SurveyForm, results: &Results) -> Markup {
    html! {
        p { (t.format("answers", args![count = results.answers])) }
        p.soft { (t.text(could(results.each))) }
        @if let Some(said) = came(t, results) { p.soft { (said) } }
        @if form.is_spending { (spending(t, results)) }
        @else {
            @for question in form.form.questions() {
                @if let Some(counted) = results.questions.get(&question.name) { (of_question(t, question, counted)) }
            }
        }
    }
}

/// Returns the message id for the survey's audience.
fn could(each: Each) -> &'static str {
    match each {
        Each::Member => "could-member",
        Each::Guest => "could-guest",
        Each::Person => "could-person",
        Each::Any => "could-any",
        Each::Ticket => "could-ticket",
        Each::Slip => "could-slip",
    }
}

/// Returns the sentence about how many answers came from which roles, or why that isn't known.
fn came(t: Texts, results: &Results) -> Option<String> {
    if let Some(Came { members, guests, others }) = results.came {
        let id = match results.split {
            Split::Roll => "came-roll",
            _ => "came",
        };
        let counts = args![members = members, guests = guests, others = others];
        return Some(t.format(id, counts));
    }
    let id = match (results.split, results.each) {
        (Split::Few, _) => "split-few",
        // All participants are members.
        (_, Each::Member) => return None,
        (_, Each::Guest) => "unsplit-guest",
        _ => "unsplit",
    };
    Some(t.text(id).into_owned())
}

fn of_question(t: Texts, question: &Question, counted: &QuestionCounts) -> Markup {
    html! {
        section.result {
            h3 { (question.title()) }
            @match &question.kind {
                Kind::Number { .. } => p { (mean(t, counted)) },
                _ => ul.bars { @for (value, text) in values(t, question) { (bar(&text, counted.by.get(&value).copied().unwrap_or(0), counted.n)) } },
            }
            @if !counted.texts.is_empty() { ul.texts { @for text in &counted.texts { li { (text) } } } }
        }
    }
}

fn bar(text: &str, number: i64, of: u64) -> Markup {
    html! {
        li { span { (text) } progress max=(of.max(1)) value=(number) aria-hidden="true" {} strong { (number) } }
    }
}

fn mean(t: Texts, counted: &QuestionCounts) -> String {
    let sum = counted.by.values().sum::<i64>();
    let n = i64::try_from(counted.n).unwrap_or(i64::MAX).max(1);
    // Answers are counted in thousandths.
    let tenth = n.saturating_mul(100);
    let mean = t.lang.decimal(sum.saturating_add(tenth / 2).div_euclid(tenth), 1);
    t.format("mean", args![mean = mean])
}

/// Returns the counted values of a question with the texts that people read.
fn values(t: Texts, question: &Question) -> Vec<(String, String)> {
    let same = |value: String| (value.clone(), value);
    match &question.kind {
        Kind::Boolean => vec![
            ("true".to_owned(), t.text("yes").into_owned()),
            ("false".to_owned(), t.text("no").into_owned()),
        ],
        Kind::Rating { min, max } => (*min..=*max).map(|rate| same(rate.to_string())).collect(),
        kind => {
            let choices = kind.choices().iter();
            let mut all: Vec<_> =
                choices.map(|choice| (choice.value.clone(), choice.text().to_owned())).collect();
            if kind.has_other() {
                all.push((imajin_form::OTHER.to_owned(), t.text("other").into_owned()));
            }
            all
        }
    }
}

fn spending(t: Texts, results: &Results) -> Markup {
    html! {
        @for group in &results.groups {
            section.result {
                h3 { @if group.name.is_empty() { (t.text("no-group")) } @else { (group.name) } }
                p { (t.format("households", args![households = group.spent.households, members = group.spent.members])) }
                (amounts(t, group))
            }
        }
        @if !results.places.is_empty() {
            section.result {
                h3 { (t.text("places")) }
                ul.bars { @for (place, number) in &results.places { (bar(place, i64::try_from(*number).unwrap_or(i64::MAX), results.answers)) } }
            }
        }
    }
}

fn amounts(t: Texts, group: &GroupSpent) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { (t.text("category")) } th scope="col" { (t.text("total")) } th scope="col" { (t.text("each")) } } }
            tbody {
                @for name in CATEGORIES {
                    tr {
                        th scope="row" { (t.text(super::question_id(name))) }
                        td { (group.spent.totals.get(name).copied().unwrap_or(0)) }
                        td { (group.spent.means.get(name).copied().unwrap_or(0)) }
                    }
                }
            }
        }
    }
}
