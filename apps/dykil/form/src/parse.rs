//! Parser for forms in SurveyJS's JSON. Unknown members are refused by name and never dropped, so an accepted form asks
//! exactly what its author meant.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::check::thousandths;
use crate::condition::{Condition, Test};
use crate::form::{Choice, Choices, Date, Form, Kind, Question};
use crate::object::{Object, Parsed, error, short};
use crate::{
    CHOICES_MAX, COMMENT, FORM_BYTES_MAX, NAME_CHARS_MAX, OTHER, QUESTIONS_MAX, RATES_MAX,
};

/// Names with a special meaning in SurveyJS conditions or in JavaScript.
const RESERVED: &str = "__proto__ self locale pageno pagecount questioncount correctanswers correctedanswers \
    correctedanswercount incorrectanswers incorrectedanswers incorrectedanswercount";

impl Form {
    /// Parses a form: `{title, description, elements}`, or with the elements in the only page of `pages`, whose name is
    /// dropped.
    ///
    /// # Errors
    /// The first member that is unknown, has the wrong type, or is out of bounds.
    pub fn parse(json: &Json) -> Parsed<Self> {
        if json.to_string().len() > FORM_BYTES_MAX {
            let text = format!("a form has at most {FORM_BYTES_MAX} bytes of JSON");
            return error("form", text);
        }
        let mut form = Object::new("", json)?;
        let title = form.text("title")?;
        let description = form.text("description")?;
        let page = |pages: &'_ Json| {
            pages.as_array().filter(|pages| pages.len() == 1).map(|pages| pages[0].clone())
        };
        let page = form.read("pages", page, "one page")?;
        let questions = match &page {
            None => questions("elements", form.list("elements", QUESTIONS_MAX)?)?,
            Some(page) => {
                let mut page = Object::new("pages[0]", page)?;
                page.text("name")?;
                let questions =
                    questions("pages[0].elements", page.list("elements", QUESTIONS_MAX)?)?;
                page.end()?;
                questions
            }
        };
        form.end()?;
        Ok(Self { title, description, questions })
    }
}

/// Parses questions. Their names must differ, and their conditions must make valid comparisons with other questions.
fn questions(place: &str, list: &[Json]) -> Parsed<Vec<Question>> {
    let mut all = Vec::new();
    let mut names = BTreeSet::new();
    for (n, json) in list.iter().enumerate() {
        let question = question(&format!("{place}[{n}]"), json)?;
        if !names.insert(question.name.to_ascii_lowercase()) {
            let fault = format!("another question is called {}, too", question.name);
            return error(&format!("{place}[{n}].name"), fault);
        }
        all.push(question);
    }
    for (n, question) in all.iter().enumerate() {
        let tests = question.visible_if.iter().flat_map(Condition::tests);
        if let Some(fault) = tests.filter_map(|test| test_fault(&all, question, test)).next() {
            return error(&format!("{place}[{n}].visibleIf"), fault);
        }
    }
    Ok(all)
}

fn test_fault(all: &[Question], question: &Question, test: &Test) -> Option<String> {
    let name = &test.name;
    match all.iter().find(|other| other.name == *name) {
        None => Some(format!("there is no question {{{name}}}")),
        Some(other) if other.name == question.name => {
            Some("a question can’t depend on itself".to_owned())
        }
        Some(other) if !other.kind.suits(&test.comparison) => {
            Some(format!("{{{name}}} can’t be compared in this way: {test}"))
        }
        Some(_) => None,
    }
}

fn question(place: &str, json: &Json) -> Parsed<Question> {
    let mut object = Object::new(place, json)?;
    let allowed = format!(
        "a name of 1 to {NAME_CHARS_MAX} letters, digits, - and _ that SurveyJS doesn’t reserve"
    );
    let name = object.need("name", name, &allowed)?;
    let title = object.text("title")?;
    let description = object.text("description")?;
    let is_required = object.flag("isRequired")?;
    let condition = object.read("visibleIf", Json::as_str, "a condition")?;
    let condition = condition.filter(|text| !text.is_empty()).map(Condition::parse);
    let visible_if = condition.transpose().or_else(|fault| object.refuse("visibleIf", fault))?;
    let kind = kind(&mut object)?;
    let read = |value| {
        let value = kind.read(value).ok()??;
        let is_right = kind.check_value(&value).is_ok()
            && !value.chosen().iter().any(|value| kind.is_other(value));
        is_right.then_some(value)
    };
    let correct = object.read("correctAnswer", read, "an answer that the question accepts")?;
    object.end()?;
    Ok(Question { name, title, description, is_required, visible_if, correct, kind })
}

fn name(value: &Json) -> Option<String> {
    let name = value.as_str()?;
    let low = name.to_ascii_lowercase();
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let is_taken = RESERVED.split(' ').any(|taken| taken == low)
        || low.ends_with(&COMMENT.to_ascii_lowercase())
        || low.ends_with("-unwrapped")
        || name.contains("equals");
    let is_name =
        (1..=NAME_CHARS_MAX).contains(&name.len()) && name.bytes().all(is_plain) && !is_taken;
    is_name.then(|| name.to_owned())
}

fn kind(object: &mut Object<'_>) -> Parsed<Kind> {
    const TYPES: &str =
        "one of text, comment, radiogroup, checkbox, dropdown, rating, boolean, ranking";
    match object.need("type", Json::as_str, TYPES)? {
        "text" => text(object),
        "comment" => Ok(Kind::Comment),
        "boolean" => Ok(Kind::Boolean),
        "rating" => rating(object),
        "radiogroup" => Ok(Kind::Radiogroup(choices(object)?)),
        "dropdown" => Ok(Kind::Dropdown(choices(object)?)),
        "checkbox" => Ok(Kind::Checkbox(choices(object)?)),
        "ranking" => Ok(Kind::Ranking(items(object)?)),
        _ => object.refuse("type", format!("write {TYPES}")),
    }
}

fn text(object: &mut Object<'_>) -> Parsed<Kind> {
    const TYPES: &str = "one of text, number, email, date";
    match object.read("inputType", Json::as_str, TYPES)?.unwrap_or("text") {
        "text" => Ok(Kind::Text),
        "email" => Ok(Kind::Email),
        "number" => {
            let read =
                |value: &Json| value.as_f64().filter(|number| thousandths(*number).is_some());
            let what = "a number up to 10⁹ with at most three digits after the point";
            let (min, max) = range(object, read, what)?;
            Ok(Kind::Number { min, max })
        }
        "date" => {
            let read = |value: &Json| Date::parse(value.as_str()?);
            let (min, max) = range(object, read, "a day like 2026-03-01")?;
            Ok(Kind::Date { min, max })
        }
        _ => object.refuse("inputType", format!("write {TYPES}")),
    }
}

type Range<T> = (Option<T>, Option<T>);

fn range<T: PartialOrd>(
    object: &mut Object<'_>,
    read: impl Fn(&Json) -> Option<T>,
    allowed: &str,
) -> Parsed<Range<T>> {
    let min = object.read("min", &read, allowed)?;
    let max = object.read("max", &read, allowed)?;
    match (&min, &max) {
        (Some(min), Some(max)) if max < min => {
            object.refuse("max", "the maximum is not below the minimum")
        }
        _ => Ok((min, max)),
    }
}

/// Parses a rating. SurveyJS also writes `rateCount`, which must match the scale: another count would mean a scale with
/// steps.
fn rating(object: &mut Object<'_>) -> Parsed<Kind> {
    let rate = |value: &Json| value.as_i64().filter(|rate| (0..=100).contains(rate));
    let min = object.read("rateMin", rate, "a whole number from 0 to 100")?.unwrap_or(1);
    let max = object.read("rateMax", rate, "a whole number from 0 to 100")?.unwrap_or(5);
    let count = max - min + 1;
    if !(2..=RATES_MAX).contains(&count) {
        return object.refuse("rateMax", format!("a scale has 2 to {RATES_MAX} values"));
    }
    let own = |value: &Json| value.as_i64().filter(|own| *own == count);
    object.read("rateCount", own, &count.to_string())?;
    Ok(Kind::Rating { min, max })
}

fn choices(object: &mut Object<'_>) -> Parsed<Choices> {
    let (items, has_other) = (items(object)?, object.flag("showOtherItem")?);
    Ok(Choices { items, has_other })
}

fn items(object: &mut Object<'_>) -> Parsed<Vec<Choice>> {
    let mut items = Vec::new();
    let mut values = BTreeSet::new();
    for (n, json) in object.list("choices", CHOICES_MAX)?.iter().enumerate() {
        let place = object.member(&format!("choices[{n}]"));
        let choice = choice(&place, json)?;
        let value = &choice.value;
        if value.trim() != value || value.contains('|') || value.eq_ignore_ascii_case(OTHER) {
            let fault =
                "a value has no | and no outer spaces, and isn’t “other”, which showOtherItem adds";
            return error(&place, fault);
        }
        // SurveyJS compares values ignoring case.
        if !values.insert(value.to_lowercase()) {
            return error(&place, format!("the choice {value} is there twice"));
        }
        items.push(choice);
    }
    Ok(items)
}

fn choice(place: &str, json: &Json) -> Parsed<Choice> {
    if !json.is_object() {
        let value =
            short(json).map_or_else(|| error(place, "write a text, or {value, text}"), Ok)?;
        return Ok(Choice { value, text: None });
    }
    let mut object = Object::new(place, json)?;
    let text = object.text("text")?;
    let value = object.need("value", short, "a text")?;
    object.end()?;
    Ok(Choice { text: text.filter(|text| *text != value), value })
}
