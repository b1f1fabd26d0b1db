//! Courses that people take without paying.

use imajin_node::client::{ClientError, Draft, Receipt};
use serde_json::{Value as Json, json};

use crate::Person;

impl Person {
    /// The id of everybody's course.
    pub const COURSE: &str = "itm_0000000000000000000000c1";

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

    fn place(&self, op: &str, of: &Self) -> Result<Receipt, ClientError> {
        let teacher = of.did().to_owned();
        let content = (None, json!({ "dids": [teacher] }));
        self.about_course(op, Self::COURSE, content, &[teacher])
    }
}
