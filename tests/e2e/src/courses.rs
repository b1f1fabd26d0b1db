//! Free courses.

use crate::prelude::*;

impl Person {
    /// The id of the test course.
    pub const COURSE: &str = "itm_0000000000000000000000c1";

    /// The id of the test course's lesson.
    pub const QUIZ: &str = "itm_0000000000000000000000c2";

    fn about_course(&self, op: &str, about: &str, fact: &Json, body: &Json) -> Outcome {
        self.enter(&json!({ "op": op, "ref": about, "fact": fact, "body": body }))
    }

    /// Creates a public course.
    pub fn make_course(&self) {
        let (fact, body) = (json!({ "kind": "course" }), json!({ "title": "Bread" }));
        self.about_course("learn.put", Self::COURSE, &fact, &body).unwrap();
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
        self.about_course("learn.put", Self::QUIZ, &fact, &body).unwrap();
    }

    /// Answers the quiz with these words.
    pub fn answer_quiz(&self, of: &Self, words: &str) -> Outcome {
        let body = json!({ "answers": json!({ "q1": words }).to_string() });
        let fact = json!({ "teacher": of.did() });
        self.about_course("learn.answer", Self::QUIZ, &fact, &body)
    }

    /// Creates a person's course with one lesson, enrolls and finishes it. Returns the certificate's file.
    pub fn earn_certificate(&self, of: &Self) -> String {
        of.make_course();
        let lesson = json!({ "kind": "lesson", "in": Self::COURSE });
        of.about_course("learn.put", Self::QUIZ, &lesson, &json!({ "title": "Wheat" })).unwrap();
        self.enroll(of).unwrap();
        let fact = json!({ "teacher": of.did() });
        let done = json!({ "done": [{ "lesson": Self::QUIZ, "at": 1_600_000_000_000_i64 }] });
        self.about_course("learn.progress", Self::COURSE, &fact, &done).unwrap();
        let fact = json!({ "teacher": of.did(), "public": 0 });
        self.about_course("learn.complete", Self::COURSE, &fact, &Json::Null).unwrap();
        let taken = self.read("/learn/api/courses");
        let cid = taken["courses"][0]["certificate"].as_str().expect("a CID");
        let file = self.read(&format!("/learn/api/certificates/{cid}"));
        file.to_string()
    }

    fn place(&self, op: &str, of: &Self) -> Outcome {
        self.about_course(op, Self::COURSE, &json!({ "dids": [of.did()] }), &Json::Null)
    }
}
