//! Graded quizzes: a student's answers and the node's grades.
//!
//! Always: correct answers are in the teacher's record and on the node, and go to no one else, except to students of a
//! course whose owner allows copies. A student has five tries, and none after passing. The same answers twice in a row
//! are one try.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Int, ItemId, Operation, Reasons, Request,
};
use imajin_app::{Problem, refuse_if};
use imajin_form::{AnswersText, Form};
use imajin_log::{Derivation, Equal, MemberSource, Source, TargetLog};
use imajin_protocol::Did;
use serde_json::json;

use crate::courses::{self, Role};
use crate::items::Quiz;
use crate::queries::{self, LastTry};

/// Maximum number of tries per student and quiz.
pub(crate) const TRIES_MAX: i64 = 5;
/// Maximum number of questions in a form.
const QUESTIONS_MAX: i64 = imajin_form::QUESTIONS_MAX as i64;

/// Answers a graded quiz. The node grades it at once.
#[derive(Debug, Operation)]
#[operation(
    name = "learn.answer",
    authority = Any,
    erasable_by = Author,
    derives = [
        Derivation::new(Graded::NAME, TargetLog::SameLog)
            .equal(&[Equal::RefIsIntentRef])
            .members(&[MemberSource::new("teacher", Source::Fact("teacher"))])
            .own(&["right", "of", "pass", "try"])
    ],
    refusal = AnswerRefusal,
    prepared = ()
)]
pub(crate) struct Answer {
    /// The lesson with the quiz.
    #[reference]
    pub(crate) lesson: ItemId,
    /// The teacher.
    #[fact]
    pub(crate) teacher: Did,
    /// The answers by the names of the questions, as JSON.
    pub(crate) answers: AnswersText,
}

#[derive(Debug, Reasons)]
pub(crate) enum AnswerRefusal {
    /// There is no graded quiz with this id here.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// You have passed this quiz already.
    #[refused(Conflict, reason = "passed")]
    Passed,
    /// You have used all five tries. Ask the teacher.
    #[refused(Conflict, reason = "tries")]
    NoTries,
    /// You gave these very answers in your last try, which counts.
    #[refused(Conflict, reason = "again")]
    Again,
    /// The answers don't fit the questions.
    #[refused(BadRequest, field = "answers", message = "{}.")]
    Wrong(String),
}

impl BeforeSubmit for Answer {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let (node, student) = (request.node, request.owner);
        let lesson = courses::find(node, &self.teacher, Some(student), self.lesson.as_str())?;
        if lesson.1.role == Role::Student { Ok(()) } else { Err(courses::not_open(&lesson.1)) }
    }
}

impl Decide for Answer {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AnswerRefusal> {
        let student = ctx.owner().clone();
        let (teacher, lesson) = (self.teacher.as_str(), self.lesson.as_str());
        let db = ctx.reader();
        let item = imajin_items::store::item::<crate::Learn>(db, teacher, lesson)?;
        let own = item.ok_or(AnswerRefusal::Unknown)?.own;
        let pass = own.pass.filter(|_| own.quiz == Some(Quiz::Graded));
        let pass = pass.ok_or(AnswerRefusal::Unknown)?;
        let questions = queries::words(db, teacher, lesson)?.questions;
        let form = Form::of_text(&questions.unwrap_or_default());
        let form = form.map_err(|_| AnswerRefusal::Unknown)?;
        let before = queries::grades(db, student.as_str(), teacher)?;
        let before = before.get(lesson).copied().unwrap_or_default();
        refuse_if!(before.passed, AnswerRefusal::Passed);
        refuse_if!(before.tries >= TRIES_MAX, AnswerRefusal::NoTries);
        let answers = form.check(&self.answers.json());
        let answers = answers.map_err(|error| AnswerRefusal::Wrong(error.to_string()))?;
        let grade = form.grade(&answers);
        let number = |number: usize| i64::try_from(number).unwrap_or(QUESTIONS_MAX);
        let (right, of) = (number(grade.right), number(grade.of));
        // A device that lost the grade sends the answers again. After a correction of the quiz they are another try.
        let last = queries::last_try(db, student.as_str(), (teacher, lesson))?;
        let is_same = |last: LastTry| {
            (last.right, last.of) == (right, of)
                && last.answers.as_deref() == Some(self.answers.as_str())
        };
        refuse_if!(last.is_some_and(is_same), AnswerRefusal::Again);
        let passed = right * 100 >= of * pass;
        let graded = Graded {
            lesson: self.lesson.clone(),
            teacher: self.teacher.clone(),
            right: Int(right),
            of: Int(of),
            pass: Int(passed.into()),
            number: Int(before.tries + 1),
        };
        ctx.reply(json!({ "right": right, "of": of, "pass": passed, "left": TRIES_MAX - before.tries - 1 }));
        Ok(ctx.derive(student, &graded)?)
    }
}

/// Records the node's grade of answers to a quiz.
#[derive(Debug, Operation)]
#[operation(name = "learn.graded", authority = Derived, facts)]
pub(crate) struct Graded {
    /// The lesson with the quiz.
    #[reference]
    pub(crate) lesson: ItemId,
    /// The teacher.
    pub(crate) teacher: Did,
    /// How many questions were answered right.
    pub(crate) right: Int<0, QUESTIONS_MAX>,
    /// How many counted.
    pub(crate) of: Int<0, QUESTIONS_MAX>,
    /// 1 if that is enough.
    pub(crate) pass: Int<0, 1>,
    /// The number of the try.
    #[field(name = "try")]
    pub(crate) number: Int<1, TRIES_MAX>,
}
