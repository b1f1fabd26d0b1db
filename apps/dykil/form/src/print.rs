//! Output of a form in SurveyJS's JSON: a flat list of questions, without members that have their default. `parse.rs`
//! reads it.

use serde_json::{Value as Json, json};

use crate::form::{Choice, Date, Form, Kind, Question};
use crate::value::{Value, number_json};

impl Form {
    /// Converts the form to JSON that [`Form::parse`] reads.
    pub fn to_json(&self) -> Json {
        let elements: Vec<Json> = self.questions.iter().map(Question::to_json).collect();
        without_nulls(
            json!({"title": self.title, "description": self.description, "elements": elements}),
        )
    }
}

/// Removes members that are null.
fn without_nulls(mut object: Json) -> Json {
    if let Json::Object(members) = &mut object {
        members.retain(|_, value| !value.is_null());
    }
    object
}

impl Question {
    fn to_json(&self) -> Json {
        let (name, input) = self.kind.names();
        let (min, max) = match &self.kind {
            Kind::Number { min, max } => (min.map(number_json), max.map(number_json)),
            Kind::Date { min, max } => {
                let text = |date: &Option<Date>| date.as_ref().map(|date| date.as_str().into());
                (text(min), text(max))
            }
            _ => (None, None),
        };
        let (rate_min, rate_max) = match self.kind {
            Kind::Rating { min, max } => (Some(min), Some(max)),
            _ => (None, None),
        };
        let choices: Vec<Json> = self.kind.choices().iter().map(Choice::to_json).collect();
        without_nulls(json!({
            "type": name,
            "inputType": input,
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "isRequired": self.is_required.then_some(true),
            "visibleIf": self.visible_if.as_ref().map(ToString::to_string),
            "min": min,
            "max": max,
            "rateMin": rate_min,
            "rateMax": rate_max,
            "choices": (!choices.is_empty()).then_some(choices),
            "showOtherItem": self.kind.has_other().then_some(true),
            "correctAnswer": self.correct.as_ref().map(Value::to_json),
        }))
    }
}

impl Choice {
    fn to_json(&self) -> Json {
        match &self.text {
            None => json!(self.value),
            Some(text) => json!({"value": self.value, "text": text}),
        }
    }
}

impl Kind {
    /// Returns SurveyJS's `type`, and `inputType` if it isn't the default.
    fn names(&self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Text => ("text", None),
            Self::Email => ("text", Some("email")),
            Self::Number { .. } => ("text", Some("number")),
            Self::Date { .. } => ("text", Some("date")),
            Self::Comment => ("comment", None),
            Self::Rating { .. } => ("rating", None),
            Self::Boolean => ("boolean", None),
            Self::Radiogroup(_) => ("radiogroup", None),
            Self::Dropdown(_) => ("dropdown", None),
            Self::Checkbox(_) => ("checkbox", None),
            Self::Ranking(_) => ("ranking", None),
        }
    }
}
