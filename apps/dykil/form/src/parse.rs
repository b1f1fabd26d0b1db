//! Reads a form from the JSON of SurveyJS. What this crate does not know is refused by its name, and never dropped: a form that is
//! accepted asks what its author meant.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::check::thousandths;
use crate::condition::Condition;
use crate::form::{Choice, Choices, Date, Form, Kind, Question};
use crate::{
    CHOICES_MAX, COMMENT, FORM_BYTES_MAX, NAME_CHARS_MAX, OTHER, QUESTIONS_MAX, RATES_MAX,
    TITLE_CHARS_MAX,
};

/// Names that mean something else in a condition of SurveyJS, or to JavaScript.
const RESERVED: [&str; 12] = [
    "__proto__",
    "self",
    "pageno",
    "pagecount",
    "questioncount",
    "correctedanswers",
    "correctanswers",
    "correctedanswercount",
    "incorrectedanswers",
    "incorrectanswers",
    "incorrectedanswercount",
    "locale",
];

/// Why a form was refused: the member, such as `elements[3].visibleIf`, and what is allowed there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{member}: {fault}")]
pub struct FormError {
    /// Where.
    pub member: String,
    /// What is allowed, in words.
    pub fault: String,
}

type Parsed<T> = Result<T, FormError>;

fn error<T>(member: impl Into<String>, fault: impl Into<String>) -> Parsed<T> {
    Err(FormError {
        member: member.into(),
        fault: fault.into(),
    })
}

/// The members of an object that were not read yet, and where the object is.
struct Object<'a> {
    place: String,
    members: Vec<(&'a str, &'a Json)>,
}

impl<'a> Object<'a> {
    fn new(place: &str, json: &'a Json) -> Parsed<Self> {
        let Json::Object(members) = json else {
            return error(
                if place.is_empty() { "form" } else { place },
                "write an object",
            );
        };
        let members = Map::iter(members).map(|(name, value)| (name.as_str(), value));
        Ok(Self {
            place: place.to_owned(),
            members: members.collect(),
        })
    }

    fn member(&self, name: &str) -> String {
        match self.place.as_str() {
            "" => name.to_owned(),
            place => format!("{place}.{name}"),
        }
    }

    fn take(&mut self, name: &str) -> Option<&'a Json> {
        let place = self.members.iter().position(|(own, _)| *own == name)?;
        Some(self.members.swap_remove(place).1)
    }

    /// A member that `read` accepts, or the words for what it would accept.
    fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&'a Json) -> Option<T>,
        allowed: &str,
    ) -> Parsed<Option<T>> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        match read(value) {
            None => error(self.member(name), format!("write {allowed}")),
            read => Ok(read),
        }
    }

    fn flag(&mut self, name: &str) -> Parsed<bool> {
        Ok(self
            .read(name, Json::as_bool, "true or false")?
            .unwrap_or_default())
    }

    fn text(&mut self, name: &str) -> Parsed<Option<String>> {
        self.read(
            name,
            short,
            &format!("a text of at most {TITLE_CHARS_MAX} characters"),
        )
    }

    fn list(&mut self, name: &str, max: usize) -> Parsed<&'a [Json]> {
        let is_short = |list: &&Vec<Json>| !list.is_empty() && list.len() <= max;
        let allowed = format!("a list of 1 to {max}");
        match self.read(name, |value| value.as_array().filter(is_short), &allowed)? {
            Some(list) => Ok(list),
            None => error(self.member(name), format!("write {allowed}")),
        }
    }

    fn end(mut self) -> Parsed<()> {
        match self.members.pop() {
            None => Ok(()),
            Some((name, _)) => error(self.member(name), "not a part of a form here; take it out"),
        }
    }
}

fn short(value: &Json) -> Option<String> {
    let text = value.as_str()?;
    (!text.is_empty() && text.chars().count() <= TITLE_CHARS_MAX).then(|| text.to_owned())
}

impl Form {
    /// Reads a form: `{title, description, elements}`, or with the elements in the only page of `pages`, whose name is not kept.
    ///
    /// # Errors
    ///
    /// The first member that is unknown, of the wrong type, or out of bounds.
    pub fn parse(json: &Json) -> Parsed<Self> {
        if json.to_string().len() > FORM_BYTES_MAX {
            return error(
                "form",
                format!("a form has at most {FORM_BYTES_MAX} bytes of JSON"),
            );
        }
        let mut form = Object::new("", json)?;
        let title = form.text("title")?;
        let description = form.text("description")?;
        let (place, elements) = match form.take("pages") {
            None => ("elements", form.list("elements", QUESTIONS_MAX)?),
            Some(Json::Array(pages)) if pages.len() == 1 => {
                let mut page = Object::new("pages[0]", &pages[0])?;
                page.text("name")?;
                let elements = page.list("elements", QUESTIONS_MAX)?;
                page.end()?;
                ("pages[0].elements", elements)
            }
            Some(_) => return error("pages", "a form has one page"),
        };
        form.end()?;
        let mut questions = Vec::new();
        let mut names = BTreeSet::new();
        for (place, element) in elements
            .iter()
            .enumerate()
            .map(|(n, element)| (format!("{place}[{n}]"), element))
        {
            let question = question(&place, element)?;
            if !names.insert(question.name.to_ascii_lowercase()) {
                return error(
                    format!("{place}.name"),
                    format!("another question is called {}, too", question.name),
                );
            }
            questions.push(question);
        }
        let form = Self {
            title,
            description,
            questions,
        };
        form.check_conditions(place)?;
        Ok(form)
    }

    /// Conditions are about other questions of the form, and compare what can be compared.
    fn check_conditions(&self, place: &str) -> Parsed<()> {
        for (n, question) in self.questions.iter().enumerate() {
            for test in question.visible_if.iter().flat_map(Condition::tests) {
                let fault = match self.question(&test.name) {
                    None => format!("there is no question {{{}}}", test.name),
                    Some(other) if other == question => {
                        "a question can’t depend on itself".to_owned()
                    }
                    Some(other) if !test.comparison.suits(&other.kind) => {
                        format!("{{{}}} can’t be compared in this way: {test}", test.name)
                    }
                    Some(_) => continue,
                };
                return error(format!("{place}[{n}].visibleIf"), fault);
            }
        }
        Ok(())
    }
}

fn question(place: &str, json: &Json) -> Parsed<Question> {
    let mut object = Object::new(place, json)?;
    let allowed = format!(
        "a name of 1 to {NAME_CHARS_MAX} letters, digits, - and _ that SurveyJS doesn’t reserve"
    );
    let Some(name) = object.read("name", name, &allowed)? else {
        return error(object.member("name"), format!("write {allowed}"));
    };
    let title = object.text("title")?;
    let description = object.text("description")?;
    let is_required = object.flag("isRequired")?;
    let visible_if = match object.read("visibleIf", Json::as_str, "a condition")? {
        None | Some("") => None,
        Some(text) => match Condition::parse(text) {
            Ok(condition) => Some(condition),
            Err(fault) => return error(object.member("visibleIf"), fault),
        },
    };
    let kind = kind(&mut object)?;
    let read = |value| {
        let value = kind.read(value).ok()??;
        kind.check_value(&value).is_ok().then_some(value)
    };
    let correct = object.read("correctAnswer", read, "an answer that the question accepts")?;
    if correct
        .as_ref()
        .is_some_and(|value| kind.has_other() && has_other(&value.to_json()))
    {
        return error(object.member("correctAnswer"), "write one of the choices");
    }
    object.end()?;
    Ok(Question {
        name,
        title,
        description,
        is_required,
        visible_if,
        correct,
        kind,
    })
}

fn has_other(value: &Json) -> bool {
    value == OTHER
        || value
            .as_array()
            .is_some_and(|items| items.iter().any(|item| item == OTHER))
}

fn name(value: &Json) -> Option<String> {
    let name = value.as_str()?;
    let low = name.to_ascii_lowercase();
    let is_plain = name
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let is_taken = RESERVED.contains(&low.as_str())
        || low.ends_with(&COMMENT.to_ascii_lowercase())
        || low.ends_with("-unwrapped")
        || name.contains("equals");
    ((1..=NAME_CHARS_MAX).contains(&name.len()) && is_plain && !is_taken).then(|| name.to_owned())
}

fn kind(object: &mut Object<'_>) -> Parsed<Kind> {
    const TYPES: &str =
        "one of text, comment, radiogroup, checkbox, dropdown, rating, boolean, ranking";
    match object
        .read("type", Json::as_str, TYPES)?
        .unwrap_or_default()
    {
        "text" => text_kind(object),
        "comment" => Ok(Kind::Comment),
        "boolean" => Ok(Kind::Boolean),
        "rating" => rating(object),
        "radiogroup" => Ok(Kind::Radiogroup(choices(object)?)),
        "dropdown" => Ok(Kind::Dropdown(choices(object)?)),
        "checkbox" => Ok(Kind::Checkbox(choices(object)?)),
        "ranking" => Ok(Kind::Ranking(choice_items(object)?)),
        _ => error(object.member("type"), format!("write {TYPES}")),
    }
}

fn text_kind(object: &mut Object<'_>) -> Parsed<Kind> {
    const TYPES: &str = "one of text, number, email, date";
    match object
        .read("inputType", Json::as_str, TYPES)?
        .unwrap_or("text")
    {
        "text" => Ok(Kind::Text),
        "email" => Ok(Kind::Email),
        "number" => {
            let read = |value: &Json| {
                value
                    .as_f64()
                    .filter(|number| thousandths(*number).is_some())
            };
            let (min, max) = range(
                object,
                read,
                "a number up to 10⁹ with at most three digits after the point",
            )?;
            Ok(Kind::Number { min, max })
        }
        "date" => {
            let read = |value: &Json| Date::parse(value.as_str()?);
            let (min, max) = range(object, read, "a day like 2026-03-01")?;
            Ok(Kind::Date { min, max })
        }
        _ => error(object.member("inputType"), format!("write {TYPES}")),
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
            error(object.member("max"), "the maximum is not below the minimum")
        }
        _ => Ok((min, max)),
    }
}

/// SurveyJS writes `rateCount` beside the ends of the scale; another count would be a scale with steps.
fn rating(object: &mut Object<'_>) -> Parsed<Kind> {
    let rate = |value: &Json| value.as_i64().filter(|rate| (0..=100).contains(rate));
    let min = object
        .read("rateMin", rate, "a whole number from 0 to 100")?
        .unwrap_or(1);
    let max = object
        .read("rateMax", rate, "a whole number from 0 to 100")?
        .unwrap_or(5);
    let count = max - min + 1;
    if !(2..=RATES_MAX).contains(&count) {
        return error(
            object.member("rateMax"),
            format!("a scale has 2 to {RATES_MAX} values"),
        );
    }
    let own = object.read(
        "rateCount",
        |value| value.as_i64().filter(|own| *own == count),
        &count.to_string(),
    );
    own.map(|_| Kind::Rating { min, max })
}

fn choices(object: &mut Object<'_>) -> Parsed<Choices> {
    let items = choice_items(object)?;
    let has_other = object.flag("showOtherItem")?;
    Ok(Choices { items, has_other })
}

fn choice_items(object: &mut Object<'_>) -> Parsed<Vec<Choice>> {
    let mut items = Vec::new();
    let mut values = BTreeSet::new();
    for (n, json) in object.list("choices", CHOICES_MAX)?.iter().enumerate() {
        let place = object.member(&format!("choices[{n}]"));
        let choice = choice(&place, json)?;
        let is_plain = choice.value.trim() == choice.value && !choice.value.contains('|');
        if !is_plain || choice.value.eq_ignore_ascii_case(OTHER) {
            return error(
                place,
                "a value has no | and no outer spaces, and isn’t “other”, which showOtherItem adds",
            );
        }
        // SurveyJS takes values for equal whatever their case.
        if !values.insert(choice.value.to_lowercase()) {
            return error(place, format!("the choice {} is there twice", choice.value));
        }
        items.push(choice);
    }
    Ok(items)
}

fn choice(place: &str, json: &Json) -> Parsed<Choice> {
    if let Json::Object(_) = json {
        let mut object = Object::new(place, json)?;
        let text = object.text("text")?;
        let Some(value) = object.text("value")? else {
            return error(
                object.member("value"),
                format!("write a text of at most {TITLE_CHARS_MAX} characters"),
            );
        };
        object.end()?;
        return Ok(Choice {
            text: text.filter(|text| *text != value),
            value,
        });
    }
    match short(json) {
        Some(value) => Ok(Choice { value, text: None }),
        None => error(place, "write a text, or {value, text}"),
    }
}
