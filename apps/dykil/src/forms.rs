//! The questions of a survey: its owner's own, or the standard questions about a household's spending.
//!
//! Always: `imajin-form` understands every form read here, and the form is within the limits of the survey's mode.

use imajin_form::{
    Answers, FORM_BYTES_MAX, Form, FormError, JsonText, Kind, TextOf, Value as Given,
};
use serde_json::{Value as Json, json};

pub(crate) const SPENDING: &str = "spending";
/// The categories of a household's spending.
pub(crate) const CATEGORIES: [&str; 9] = [
    "streaming",
    "rideshare_delivery",
    "cloud",
    "software",
    "memberships",
    "internet_phone",
    "utilities",
    "rent_mortgage",
    "other",
];
/// The question about the size of the household.
pub(crate) const HOUSEHOLD: &str = "household";
const POSTAL: &str = "postal";
const GROUP: &str = "group";
const ALSO: &str = "also";
/// Maximum number of groups that a household may name.
const GROUPS_MAX: usize = 5;
/// Number of characters of a postal code that are counted.
const PLACE_CHARS: usize = 3;
const HOUSEHOLD_MAX: i64 = 10;
const AMOUNT_MAX: i64 = 100_000;

/// The form of a survey as entered: JSON, or `spending`.
pub(crate) type FormText = TextOf<SurveyForm>;

impl JsonText for SurveyForm {
    const BYTES_MAX: usize = FORM_BYTES_MAX;

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text, &[]).map_err(|error| {
            format!(
                "must be questions in the JSON of SurveyJS, as a text, or \"{SPENDING}\": {error}"
            )
        })
    }

    fn sample(word: &str) -> Json {
        let question = json!({ "type": "boolean", "name": "q1", "title": word });
        json!({ "elements": [question] })
    }
}

/// Splits the groups of a spending survey, one per line. Totals name each in one line, which has no tabs.
pub(crate) fn groups_of(lines: &str) -> Vec<String> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.replace('\t', " ")).collect()
}

#[derive(Debug, Clone)]
pub(crate) struct SurveyForm {
    /// The form that people fill in.
    pub(crate) form: Form,
    /// The part of the form that has totals.
    pub(crate) counted: Form,
    pub(crate) is_spending: bool,
}

impl SurveyForm {
    /// Parses a form. `groups` are the choices of a spending survey's group questions.
    pub(crate) fn parse(text: &str, groups: &[String]) -> Result<Self, FormError> {
        if text == SPENDING {
            return Ok(Self {
                form: Form::parse(&spending_form(groups))?,
                counted: Form::parse(&counted_form())?,
                is_spending: true,
            });
        }
        let form = Form::of_text(text)?;
        Ok(Self { counted: form.clone(), form, is_spending: false })
    }

    /// Returns the first question that can't have totals, because it is answered with a text or a date.
    pub(crate) fn open_question(&self) -> Option<&str> {
        let is_open = |kind: &Kind| {
            matches!(kind, Kind::Text | Kind::Email | Kind::Comment | Kind::Date { .. })
                || kind.has_other()
        };
        let mut questions = self.counted.questions().iter();
        questions.find(|question| is_open(&question.kind)).map(|question| question.name.as_str())
    }

    /// Checks a person's answers.
    /// Errors: the question, and a message about its answer.
    pub(crate) fn check(&self, answers: &Json) -> Result<Answers, (Option<String>, String)> {
        let checked = self.form.check(answers).map_err(|error| {
            let text = error.to_string();
            (error.question, text)
        })?;
        if checked.is_blank() {
            return Err((None, "answer at least one question".to_owned()));
        }
        if self.is_spending {
            check_spending(&checked)?;
        }
        Ok(checked)
    }
}

/// Returns the group that a household named first, and the others.
pub(crate) fn named_groups(answers: &Answers) -> (Option<String>, Vec<String>) {
    let text = |given: &Given| match given {
        Given::Text(text) => Some(text.clone()),
        _ => None,
    };
    let first = answers.get(GROUP).and_then(|given| text(&given.value));
    let others = answers.get(ALSO).map(|given| match &given.value {
        Given::List(names) => names.clone(),
        _ => Vec::new(),
    });
    let mut others = others.unwrap_or_default();
    others.retain(|name| Some(name) != first.as_ref());
    match first {
        Some(first) => (Some(first), others),
        None if others.is_empty() => (None, others),
        // Without a first group, the first of the others takes its place.
        None => (Some(others.remove(0)), others),
    }
}

/// Returns the first characters of the postal code, in upper case.
pub(crate) fn place_of(answers: &Answers) -> Option<String> {
    let answer = answers.get(POSTAL)?;
    let Given::Text(text) = &answer.value else {
        return None;
    };
    let letters = text.chars().filter(|c| c.is_alphanumeric()).take(PLACE_CHARS);
    let place: String = letters.flat_map(char::to_uppercase).collect();
    (!place.is_empty()).then_some(place)
}

/// Checks the rules of a spending survey beyond its form.
fn check_spending(answers: &Answers) -> Result<(), (Option<String>, String)> {
    let (first, others) = named_groups(answers);
    if others.len() + usize::from(first.is_some()) > GROUPS_MAX {
        let fault = format!("{ALSO}: name at most {GROUPS_MAX} groups");
        return Err((Some(ALSO.to_owned()), fault));
    }
    for name in CATEGORIES.into_iter().chain([HOUSEHOLD]) {
        let value = answers.get(name).map(|given| &given.value);
        if matches!(value, Some(Given::Number(number)) if number.fract() != 0.0) {
            return Err((Some(name.to_owned()), format!("{name}: write a whole number")));
        }
    }
    Ok(())
}

fn numbers() -> Vec<Json> {
    let number = |name: &str, (min, max): (i64, i64)| json!({ "type": "text", "inputType": "number", "name": name, "min": min, "max": max });
    let mut all = vec![number(HOUSEHOLD, (1, HOUSEHOLD_MAX))];
    if let Some(Json::Object(household)) = all.first_mut() {
        household.insert("isRequired".to_owned(), true.into());
    }
    all.extend(CATEGORIES.map(|name| number(name, (0, AMOUNT_MAX))));
    all
}

fn counted_form() -> Json {
    json!({ "elements": numbers() })
}

fn spending_form(groups: &[String]) -> Json {
    let mut all = numbers();
    all.insert(1, json!({ "type": "text", "name": POSTAL }));
    if !groups.is_empty() {
        all.push(json!({ "type": "dropdown", "name": GROUP, "choices": groups }));
        all.push(json!({ "type": "checkbox", "name": ALSO, "choices": groups }));
    }
    json!({ "elements": all })
}

#[cfg(test)]
mod tests {
    use imajin_app::operation::Field;

    use super::*;

    fn spending() -> SurveyForm {
        SurveyForm::parse(SPENDING, &["Choir".to_owned(), "Club".to_owned()]).unwrap()
    }

    #[test]
    fn a_form_is_json_that_is_understood_or_the_word_spending() {
        let read = |text: &str| FormText::read(&text.into());
        assert!(read(SPENDING).is_ok());
        assert!(read(r#"{"elements":[{"type":"boolean","name":"a"}]}"#).is_ok());
        for wrong in ["", "spend", "{}", r#"{"elements":[{"type":"signaturepad","name":"a"}]}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_household_says_its_size_and_whole_amounts() {
        let form = spending();
        assert_eq!(form.open_question(), None);
        assert!(form.check(&json!({ "household": 2, "cloud": 12, "group": "Choir" })).is_ok());
        let wrong = [
            (json!({ "cloud": 12 }), "household"),
            (json!({ "household": 11 }), "household"),
            (json!({ "household": 1, "cloud": 1.5 }), "cloud"),
            (json!({ "household": 1, "cloud": 100_001 }), "cloud"),
            (json!({ "household": 1, "group": "Other" }), "group"),
        ];
        for (answers, field) in wrong {
            let (named, _) = form.check(&answers).unwrap_err();
            assert_eq!(named.as_deref(), Some(field), "{answers}");
        }
    }

    #[test]
    fn of_a_postal_code_three_characters_are_left() {
        let form = spending();
        let place = |code: &str| {
            let answers = json!({ "household": 1, "postal": code });
            place_of(&form.check(&answers).unwrap())
        };
        assert_eq!(place("8001").as_deref(), Some("800"));
        assert_eq!(place("d-10115").as_deref(), Some("D10"));
        assert_eq!(place("- -"), None);
    }
}
