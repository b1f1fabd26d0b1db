//! Free courses.

use crate::prelude::*;

impl Person {
    /// The id of the test course.
    pub const COURSE: &str = "itm_0000000000000000000000c1";

    /// The id of the test course's lesson.
    pub const QUIZ: &str = "itm_0000000000000000000000c2";

    fn about_course(
        &self,
        op: &str,
        reference: &str,
        (body, fact): (Option<Json>, Json),
        to: &[String],
    ) -> Outcome {
        let draft = Draft::new("learn", op).reference(reference)?;
        let mut draft = draft.fact(&fact)?.to(to)?;
        if let Some(body) = body {
            draft = draft.body(&body)?;
        }
        self.client.submit(&self.signer, &draft)
    }

    /// Creates a public course.
    pub fn make_course(&self) {
        let course = (Some(json!({ "title": "Bread" })), json!({ "kind": "course" }));
        self.about_course("learn.put", Self::COURSE, course, &[]).unwrap();
    }

    /// Enrolls in a person's course.
    pub fn enroll(&self, of: &Self) -> Outcome {
        self.place("learn.enroll", of)
    }

    /// Leaves a person's course.
    pub fn leave_course(&self, of: &Self) -> Outcome {
        self.place("learn.leave", of)
    }

    /// Adds a graded quiz to the course.
    pub fn make_quiz(&self) {
        let question = json!({ "type": "text", "name": "q1", "correctAnswer": "yeast" });
        let form = json!({ "elements": [question] }).to_string();
        let body = json!({ "title": "Quiz", "questions": form });
        let fact = json!({ "kind": "lesson", "in": Self::COURSE, "pass": 50 });
        self.about_course("learn.put", Self::QUIZ, (Some(body), fact), &[]).unwrap();
    }

    /// Answers the quiz with these words.
    pub fn answer_quiz(&self, of: &Self, words: &str) -> Outcome {
        let body = json!({ "answers": json!({ "q1": words }).to_string() });
        let fact = json!({ "teacher": of.did() });
        self.about_course("learn.answer", Self::QUIZ, (Some(body), fact), &[])
    }

    /// Creates a person's course with one lesson, enrolls and finishes it. Returns the certificate's file.
    pub fn earn_certificate(&self, of: &Self) -> String {
        of.make_course();
        let lesson =
            (Some(json!({ "title": "Wheat" })), json!({ "kind": "lesson", "in": Self::COURSE }));
        of.about_course("learn.put", Self::QUIZ, lesson, &[]).unwrap();
        self.enroll(of).unwrap();
        let teacher = of.did();
        let done = json!({ "done": [{ "lesson": Self::QUIZ, "at": 1_600_000_000_000_i64 }] });
        let done = (Some(done), json!({ "teacher": teacher }));
        self.about_course("learn.progress", Self::COURSE, done, &[]).unwrap();
        let finish = (None, json!({ "teacher": teacher, "public": 0 }));
        self.about_course("learn.complete", Self::COURSE, finish, &[]).unwrap();
        let taken = self.read("/learn/api/courses");
        let cid = taken["courses"][0]["certificate"].as_str().expect("a CID");
        let file = self.read(&format!("/learn/api/certificates/{cid}"));
        file.to_string()
    }

    fn place(&self, op: &str, of: &Self) -> Outcome {
        let teacher = of.did().to_owned();
        let content = (None, json!({ "dids": [teacher] }));
        self.about_course(op, Self::COURSE, content, &[teacher])
    }
}
