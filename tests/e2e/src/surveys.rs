//! Surveys: opening them, and answering with a name or without.

use reqwest::blocking::{Client, RequestBuilder};

use crate::prelude::*;

/// Returns the API path of a person's survey.
fn path(owner: &str, rest: &str) -> String {
    format!("/dykil/api/surveys/{owner}/{rest}")
}

/// Sends an answer without a name. Returns its status, or `None` if the reply got lost.
pub fn send_answer(request: RequestBuilder, receipt: &str, answers: &Json) -> Option<u16> {
    let body = json!({ "receipt": receipt, "answers": answers });
    let answer = request.json(&body).send().ok()?;
    Some(answer.status().as_u16())
}

/// Builds a stranger's request to answer a survey (by its id) from an address, for a node that trusts its proxy.
pub fn answer_from(
    client: &Client,
    url: &str,
    (owner, survey): (&str, &str),
    address: &str,
) -> RequestBuilder {
    let path = path(owner, &format!("{survey}/answers"));
    let request = client.post(format!("{url}{path}"));
    request.header("x-forwarded-for", address)
}

/// Returns the public results of a survey.
pub fn results(url: &str, owner: &str, survey: &str) -> Json {
    let path = path(owner, &format!("{survey}/results"));
    crate::get(&format!("{url}{path}")).1
}

impl Person {
    /// The id of the test survey.
    pub const SURVEY: &str = "itm_0000000000000000000000a5";

    /// Puts a survey under this id and opens it: the questions in `body`, participants and publication in `fact`.
    pub fn open_survey_of(&self, survey: &str, body: &Json, fact: &Json) {
        let put = json!({ "op": "dykil.put", "ref": survey, "fact": fact, "body": body });
        self.enter(&put).expect("a survey");
        self.set_survey(survey, "open");
    }

    /// Opens or closes this person's survey.
    pub fn set_survey(&self, survey: &str, status: &str) {
        let fact = json!({ "status": status });
        let set = json!({ "op": "dykil.status", "ref": survey, "fact": fact });
        self.enter(&set).expect("its status");
    }

    /// Opens a survey with one question, answered with the participant's name.
    pub fn open_survey(&self) {
        let form = json!({ "elements": [{ "type": "comment", "name": "q1" }] }).to_string();
        let body = json!({ "title": "What do you say?", "form": form });
        let fact = json!({ "mode": "named", "each": "person", "show": "owner" });
        self.open_survey_of(Self::SURVEY, &body, &fact);
    }

    /// Answers a survey without a name, signed in at this address of the node. Returns the status, or `None` if the reply got lost.
    pub fn vote(
        &self,
        url: &str,
        (owner, survey): (&str, &str),
        receipt: &str,
        answers: &Json,
    ) -> Option<u16> {
        let person = Self::with_key(url, self.key.clone());
        let session = Session::begin(&person.client, &person.key).ok()?;
        let path = path(owner, &format!("{survey}/answers"));
        let request = session.request(&person.client, Method::POST, &path);
        send_answer(request, receipt, answers)
    }

    /// Answers a person's survey.
    pub fn answer_survey(&self, of: &Self) -> Outcome {
        self.say_in_survey(of, "Yes")
    }

    /// Answers a person's survey with these words.
    pub fn say_in_survey(&self, of: &Self, words: &str) -> Outcome {
        let body = json!({ "answers": json!({ "q1": words }).to_string() });
        let fact = json!({ "dids": [of.did()] });
        let op = "dykil.answer";
        self.enter(&json!({ "op": op, "ref": Self::SURVEY, "fact": fact, "body": body }))
    }

    /// Withdraws the answer.
    pub fn withdraw_answer(&self, of: &Self) -> Outcome {
        let fact = json!({ "dids": [of.did()] });
        self.enter(&json!({ "op": "dykil.withdraw", "ref": Self::SURVEY, "fact": fact }))
    }
}
