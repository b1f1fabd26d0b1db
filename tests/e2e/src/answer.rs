//! Answers as tests compare them.

use reqwest::blocking::RequestBuilder;
use serde_json::Value as Json;

/// Sends a request; panics without an answer.
pub trait AnswerExt {
    /// Returns the status and the text.
    fn text_answer(self) -> (u16, String);
    /// Returns the status and the JSON, or null if the body is not JSON.
    fn json_answer(self) -> (u16, Json);
}

impl AnswerExt for RequestBuilder {
    fn text_answer(self) -> (u16, String) {
        let answer = self.send().expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().expect("a body"))
    }

    fn json_answer(self) -> (u16, Json) {
        let answer = self.send().expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().unwrap_or_default())
    }
}
