//! Courses that people take without paying.

use imajin_node::client::{ClientError, Draft, Receipt};
use serde_json::{Value as Json, json};

use crate::Person;

impl Person {
    /// The id of everybody's course.
    pub const COURSE: &str = "itm_0000000000000000000000c1";

    const QUIZ: &str = "itm_0000000000000000000000c2";

    fn about_course(
        &self,
        op: &str,
        reference: &str,
        (body, fact): (Option<Json>, Json),
        to: &[String],
    ) -> Result<Receipt, ClientError> {
        let draft = Draft::new("learn", op).reference(reference)?;
        let mut draft = draft.fact(&fact)?.to(to)?;
        if let Some(body) = body {
            draft = draft.body(&body)?;
        }
        self.client.submit(&self.signer, &draft)
    }

    /// Makes a course that everybody can take.
    pub fn make_course(&self) {
        let course = (
            Some(json!({ "title": "Bread" })),
            json!({ "kind": "course" }),
        );
        self.about_course("learn.put", Self::COURSE, course, &[])
            .unwrap();
    }

    /// Begins somebody's course.
    pub fn enroll(&self, of: &Self) -> Result<Receipt, ClientError> {
        self.place("learn.enroll", of)
    }

    /// Leaves it.
    pub fn leave_course(&self, of: &Self) -> Result<Receipt, ClientError> {
        self.place("learn.leave", of)
    }

    /// Gives the course a graded quiz.
    pub fn make_quiz(&self) {
        let question = json!({ "type": "text", "name": "q1", "correctAnswer": "yeast" });
        let form = json!({ "elements": [question] }).to_string();
        let body = json!({ "title": "Quiz", "questions": form });
        let fact = json!({ "kind": "lesson", "in": Self::COURSE, "pass": 50 });
        self.about_course("learn.put", Self::QUIZ, (Some(body), fact), &[])
            .unwrap();
    }

    /// Answers it with these words.
    pub fn answer_quiz(&self, of: &Self, words: &str) -> Result<Receipt, ClientError> {
        let body = json!({ "answers": json!({ "q1": words }).to_string() });
        let fact = json!({ "teacher": of.did() });
        self.about_course("learn.answer", Self::QUIZ, (Some(body), fact), &[])
    }

    fn place(&self, op: &str, of: &Self) -> Result<Receipt, ClientError> {
        let teacher = of.did().to_owned();
        let content = (None, json!({ "dids": [teacher] }));
        self.about_course(op, Self::COURSE, content, &[teacher])
    }
}
