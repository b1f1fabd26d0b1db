//! A form in the JSON of SurveyJS: one flat list of questions, members that say nothing left out. `parse.rs` reads it back.

use serde_json::{Map, Value as Json};

use crate::answers::{Value, number_json};
use crate::form::{Choice, Date, Form, Kind, Question};

impl Form {
    /// The form as JSON, as [`Form::parse`] reads it.
    pub fn to_json(&self) -> Json {
        let mut members = Members(Map::new());
        members.maybe("title", self.title.as_deref());
        members.maybe("description", self.description.as_deref());
        let questions: Vec<Json> = self.questions.iter().map(Question::to_json).collect();
        members.maybe("elements", Some(questions));
        Json::Object(members.0)
    }
}

struct Members(Map<String, Json>);

impl Members {
    fn maybe(&mut self, name: &str, value: Option<impl Into<Json>>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
    }
}

impl Question {
    fn to_json(&self) -> Json {
        let mut members = Members(Map::new());
        let (name, input) = self.kind.names();
        members.maybe("type", Some(name));
        members.maybe("inputType", input);
        members.maybe("name", Some(self.name.as_str()));
        members.maybe("title", self.title.as_deref());
        members.maybe("description", self.description.as_deref());
        members.maybe("isRequired", self.is_required.then_some(true));
        members.maybe(
            "visibleIf",
            self.visible_if.as_ref().map(ToString::to_string),
        );
        match &self.kind {
            Kind::Number { min, max } => {
                members.maybe("min", min.map(number_json));
                members.maybe("max", max.map(number_json));
            }
            Kind::Date { min, max } => {
                members.maybe("min", min.as_ref().map(Date::as_str));
                members.maybe("max", max.as_ref().map(Date::as_str));
            }
            Kind::Rating { min, max } => {
                members.maybe("rateMin", Some(*min));
                members.maybe("rateMax", Some(*max));
            }
            kind if !kind.choices().is_empty() => {
                let choices: Vec<Json> = kind.choices().iter().map(Choice::to_json).collect();
                members.maybe("choices", Some(choices));
                members.maybe("showOtherItem", kind.has_other().then_some(true));
            }
            _ => {}
        }
        members.maybe("correctAnswer", self.correct.as_ref().map(Value::to_json));
        Json::Object(members.0)
    }
}

impl Choice {
    fn to_json(&self) -> Json {
        match &self.text {
            None => self.value.as_str().into(),
            Some(text) => serde_json::json!({"value": self.value, "text": text}),
        }
    }
}

impl Kind {
    /// SurveyJS's `type`, and `inputType` where it is not the default.
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
