//! Surveys that people answer with their name.

use imajin_node::client::{ClientError, Draft, Receipt};
use serde_json::{Value as Json, json};

use crate::Person;

impl Person {
    /// The id of everybody's survey.
    pub const SURVEY: &str = "itm_0000000000000000000000a5";

    fn about_survey(
        &self,
        op: &str,
        body: Option<Json>,
        fact: &Json,
    ) -> Result<Receipt, ClientError> {
        let mut draft = Draft::new("dykil", op)
            .reference(Self::SURVEY)?
            .fact(fact)?;
        if let Some(body) = body {
            draft = draft.body(&body)?;
        }
        self.client.submit(&self.signer, &draft)
    }

    /// Asks one question, which people answer with their name.
    pub fn open_survey(&self) {
        let form = json!({ "elements": [{ "type": "comment", "name": "q1" }] }).to_string();
        let body = json!({ "title": "What do you say?", "form": form });
        let fact = json!({ "mode": "named", "each": "person", "show": "owner" });
        self.about_survey("dykil.put", Some(body), &fact).unwrap();
        let open = json!({ "status": "open" });
        self.about_survey("dykil.status", None, &open).unwrap();
    }

    /// Answers somebody's survey.
    pub fn answer_survey(&self, of: &Self) -> Result<Receipt, ClientError> {
        self.say_in_survey(of, "Yes")
    }

    /// Answers somebody's survey with these words.
    pub fn say_in_survey(&self, of: &Self, words: &str) -> Result<Receipt, ClientError> {
        let body = json!({ "answers": json!({ "q1": words }).to_string() });
        self.about_survey("dykil.answer", Some(body), &json!({ "dids": [of.did()] }))
    }

    /// Takes that back.
    pub fn withdraw_answer(&self, of: &Self) -> Result<Receipt, ClientError> {
        self.about_survey("dykil.withdraw", None, &json!({ "dids": [of.did()] }))
    }
}
