//! JSON documents that operations carry as text: forms and answers. Each is checked once, when it is entered, and
//! stored unchanged.

use std::marker::PhantomData;

use imajin_app::operation::{Field, Invalid, Words};
use imajin_dfos::Value;
use serde_json::{Map, Value as Json, json};

use crate::{ANSWERS_BYTES_MAX, FORM_BYTES_MAX, Form, FormError};

/// A type that can be read from a JSON text.
pub trait JsonText: Sized {
    /// Maximum size of the text in bytes.
    const BYTES_MAX: usize;

    /// Reads the text.
    ///
    /// # Errors
    /// The requirement for the text, phrased to follow the name of its field.
    fn read(text: &str) -> Result<Self, String>;

    /// Returns sample JSON with this word in place of people's own text.
    fn sample(word: &str) -> Json;
}

/// A JSON text that can be read as `W`.
#[derive(Debug, Clone, PartialEq)]
pub struct TextOf<W>(String, PhantomData<fn() -> W>);

/// The text of a form.
pub type QuestionsText = TextOf<Form>;
/// The text of a person's answers, by question name.
pub type AnswersText = TextOf<Map<String, Json>>;

impl<W> TextOf<W> {
    /// Wraps a text that was checked when it was entered.
    pub fn known(text: String) -> Self {
        Self(text, PhantomData)
    }

    /// Returns the text, unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<W> From<TextOf<W>> for String {
    fn from(text: TextOf<W>) -> Self {
        text.0
    }
}

impl AnswersText {
    /// Parses the answers as JSON.
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl<W: JsonText> Field for TextOf<W> {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().unwrap_or_default();
        W::read(text).map_err(Invalid::new)?;
        Ok(Self::known(text.to_owned()))
    }

    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str().map(|text| Self::known(text.to_owned()));
        text.ok_or_else(|| Invalid::new("must be a text"))
    }

    fn write(&self) -> Option<Value> {
        Some(self.0.as_str().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "maxLength": W::BYTES_MAX })
    }

    fn sample(words: &mut Words) -> Value {
        W::sample(&words.take()).to_string().into()
    }
}

impl Form {
    /// Parses a form from JSON text.
    ///
    /// # Errors
    /// The member that is invalid.
    pub fn of_text(text: &str) -> Result<Self, FormError> {
        let json = serde_json::from_str(text)
            .map_err(|error| FormError { member: "form".to_owned(), fault: error.to_string() })?;
        Self::parse(&json)
    }
}

impl JsonText for Form {
    const BYTES_MAX: usize = FORM_BYTES_MAX;

    fn read(text: &str) -> Result<Self, String> {
        Self::of_text(text).map_err(|error| {
            format!("must be questions in the JSON of SurveyJS, as a text: {error}")
        })
    }

    fn sample(word: &str) -> Json {
        let question =
            json!({ "type": "boolean", "name": "q1", "title": word, "correctAnswer": true });
        json!({ "elements": [question] })
    }
}

impl JsonText for Map<String, Json> {
    const BYTES_MAX: usize = ANSWERS_BYTES_MAX;

    fn read(text: &str) -> Result<Self, String> {
        let answers = (text.len() <= ANSWERS_BYTES_MAX).then(|| serde_json::from_str(text).ok());
        answers.flatten().ok_or_else(|| {
            format!("must be a JSON object, as a text of at most {ANSWERS_BYTES_MAX} bytes")
        })
    }

    fn sample(word: &str) -> Json {
        json!({ "q1": word })
    }
}
