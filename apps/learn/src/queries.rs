//! Queries of enrolments, lessons, progress and certificates. Courses and lessons are items ([`crate::items`]).

use std::collections::BTreeMap;

use imajin_app::FromRow;
use imajin_app::operation::{Choice, Group, ItemId};
use imajin_dfos::order;
use imajin_ledger::{Reader, rows};
use imajin_protocol::{Currency, Did, IdText, Minor};
use rusqlite::{Result, Row, params};

use crate::manifest::MANIFEST;

imajin_app::read_tables!(MANIFEST);

/// The state of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum State {
    /// The payment is pending.
    Promised,
    /// The student is enrolled.
    In,
    /// The student left or was refunded.
    Out,
}

/// The payment for a place in a course.
#[derive(Debug, Clone, Group)]
#[group(facts)]
pub(crate) struct CoursePayment {
    /// The price, in minor units; left out where it was free.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The payment, where it cost something.
    pub(crate) payment: IdText,
}

/// A student's place in a course.
#[derive(Debug, Clone, Group)]
#[group(facts)]
pub(crate) struct Seat {
    /// The student.
    pub(crate) student: Did,
    /// The teacher.
    pub(crate) teacher: Did,
    #[group]
    pub(crate) bought: Option<CoursePayment>,
}

impl Seat {
    /// Returns the teacher and the student, whose logs have the place.
    pub(crate) fn parties(&self) -> [Did; 2] {
        [self.teacher.clone(), self.student.clone()]
    }
}

/// An enrolment, by one payment or free.
#[derive(Debug, Clone)]
pub(crate) struct Enrolment {
    pub(crate) course: ItemId,
    pub(crate) seat: Seat,
    pub(crate) state: State,
    /// The time of the last change of state, in milliseconds.
    pub(crate) at: i64,
}

const ENROLMENT: &str = "teacher, course, student, payment, amount, currency, state, at_ms";

fn read_enrolment(row: &Row<'_>) -> Result<Enrolment> {
    let payment: String = row.get(3)?;
    let bought = match payment.as_str() {
        "" => None,
        _ => Some(CoursePayment {
            payment: rows::id(row, 3)?,
            amount: rows::minor(row, 4)?,
            currency: rows::currency(row, 5)?,
        }),
    };
    Ok(Enrolment {
        course: rows::parsed(row, 1, ItemId::parse)?,
        seat: Seat { teacher: rows::did(row, 0)?, student: rows::did(row, 2)?, bought },
        state: rows::parsed(row, 6, State::from_name)?,
        at: row.get(7)?,
    })
}

/// A student's place in a course, by its keys.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CourseSeat<'a> {
    pub(crate) teacher: &'a str,
    pub(crate) course: &'a str,
    pub(crate) student: &'a str,
}

/// Returns a student's current enrolment from the log of `owner`, who is the teacher or the student.
pub(crate) fn enrolment(
    db: Reader<'_>,
    owner: &str,
    seat: CourseSeat<'_>,
) -> Result<Option<Enrolment>> {
    let sql = format!(
        "SELECT {ENROLMENT} FROM enrolments WHERE owner_did = ?1 AND teacher = ?2 AND course = ?3 AND student = ?4 AND state = 'in'"
    );
    db.row(&sql, [owner, seat.teacher, seat.course, seat.student], read_enrolment)
}

/// Whether a student is enrolled in a course, according to the log of `owner`.
pub(crate) fn is_in(db: Reader<'_>, owner: &str, seat: CourseSeat<'_>) -> Result<bool> {
    enrolment(db, owner, seat).map(|found| found.is_some())
}

pub(crate) fn by_payment(db: Reader<'_>, owner: &str, payment: &str) -> Result<Option<Enrolment>> {
    let sql = format!("SELECT {ENROLMENT} FROM enrolments WHERE owner_did = ?1 AND payment = ?2");
    db.row(&sql, [owner, payment], read_enrolment)
}

/// Returns the courses that a person takes, newest first, including those with a payment that may still come at `now`, in
/// milliseconds.
pub(crate) fn taken(db: Reader<'_>, student: &str, now: i64) -> Result<Vec<Enrolment>> {
    let sql = format!(
        "SELECT {ENROLMENT} FROM enrolments WHERE owner_did = ?1 AND student = ?1
        AND (state = 'in' OR state = 'promised' AND EXISTS (SELECT 1 FROM entries WHERE entries.owner_did = ?1 AND op = 'learn.promised'
            AND fact ->> 'payment' = enrolments.payment AND fact ->> 'until' > ?2))
        ORDER BY at_ms DESC, teacher, course"
    );
    db.rows(&sql, params![student, now], read_enrolment)
}

/// Returns the students of a teacher's courses, or of one course, newest first.
pub(crate) fn students(
    db: Reader<'_>,
    teacher: &str,
    course: Option<&str>,
) -> Result<Vec<Enrolment>> {
    let sql = format!(
        "SELECT {ENROLMENT} FROM enrolments WHERE owner_did = ?1 AND teacher = ?1 AND state = 'in' AND course = ifnull(?2, course)
        ORDER BY at_ms DESC, student"
    );
    db.rows(&sql, params![teacher, course], read_enrolment)
}

/// The text of a lesson, and the questions of its quiz as JSON.
#[derive(Debug, Clone, Default, FromRow)]
pub(crate) struct Words {
    pub(crate) text: Option<String>,
    pub(crate) questions: Option<String>,
}

/// Returns the text and the quiz of a lesson; empty if there are none.
pub(crate) fn words(db: Reader<'_>, owner: &str, lesson: &str) -> Result<Words> {
    let sql = "SELECT text, questions FROM lessons WHERE owner_did = ?1 AND id = ?2";
    Ok(db.row(sql, [owner, lesson], Words::read)?.unwrap_or_default())
}

/// A student's progress in a course.
#[derive(Debug, Clone, Default)]
pub(crate) struct Studied {
    /// The completed lessons, with the time in milliseconds.
    pub(crate) done: BTreeMap<String, i64>,
    /// The lesson that comes next.
    pub(crate) place: Option<String>,
    /// The grades of all quizzes of the course's teacher, by lesson.
    pub(crate) grades: BTreeMap<String, Grade>,
}

/// Returns a student's progress in a course.
pub(crate) fn studied(
    db: Reader<'_>,
    student: &str,
    (teacher, course): (&str, &str),
) -> Result<Studied> {
    let which = "WHERE owner_did = ?1 AND teacher = ?2 AND course = ?3";
    let params = [student, teacher, course];
    let sql = format!("SELECT lesson, at_ms FROM done {which}");
    let done = db.rows(&sql, params, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = format!("SELECT lesson FROM places {which}");
    Ok(Studied {
        done: order::map(done),
        place: db.row(&sql, params, |row| row.get(0))?,
        grades: grades(db, student, teacher)?,
    })
}

/// The best of a student's tries at a quiz.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Grade {
    /// Number of correct answers.
    pub(crate) right: i64,
    /// Number of questions that count.
    pub(crate) of: i64,
    pub(crate) passed: bool,
    pub(crate) tries: i64,
}

/// Returns a student's grades from a teacher, by lesson.
pub(crate) fn grades(
    db: Reader<'_>,
    student: &str,
    teacher: &str,
) -> Result<BTreeMap<String, Grade>> {
    let sql = "SELECT lesson, right_answers, of_answers, passed FROM grades WHERE owner_did = ?1 AND teacher = ?2 ORDER BY lesson, number";
    let tries = db.rows(sql, [student, teacher], |row| {
        let grade = Grade { right: row.get(1)?, of: row.get(2)?, passed: row.get(3)?, tries: 1 };
        Ok((row.get::<_, String>(0)?, grade))
    })?;
    let mut best: BTreeMap<String, Grade> = BTreeMap::new();
    for (lesson, new) in tries {
        let old = best.entry(lesson).or_default();
        let tries = old.tries + 1;
        if old.tries == 0 || (new.passed, new.right * old.of) > (old.passed, old.right * new.of) {
            *old = new;
        }
        old.tries = tries;
    }
    Ok(best)
}

/// The newest of a student's tries at a quiz.
#[derive(Debug, FromRow)]
pub(crate) struct LastTry {
    /// The answers as JSON; `None` if the student erased them.
    pub(crate) answers: Option<String>,
    /// Number of correct answers.
    pub(crate) right: i64,
    /// Number of questions that counted.
    pub(crate) of: i64,
}

/// Returns the newest of a student's tries at a quiz.
pub(crate) fn last_try(
    db: Reader<'_>,
    student: &str,
    (teacher, lesson): (&str, &str),
) -> Result<Option<LastTry>> {
    let sql = "SELECT (SELECT body ->> 'answers' FROM entries WHERE entries.owner_did = ?1 AND op = 'learn.answer' AND ref = ?3
            AND fact ->> 'teacher' = ?2 ORDER BY seq DESC LIMIT 1), right_answers, of_answers
        FROM grades WHERE owner_did = ?1 AND teacher = ?2 AND lesson = ?3 ORDER BY number DESC LIMIT 1";
    db.row(sql, [student, teacher, lesson], LastTry::read)
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct Certificate {
    pub(crate) student: String,
    pub(crate) cid: String,
    pub(crate) teacher: String,
    pub(crate) course: String,
    /// The title of the course at that time.
    pub(crate) title: Option<String>,
    pub(crate) issuer: String,
    /// The text as signed.
    pub(crate) text: String,
    pub(crate) signature: String,
    /// The time of the entry, in milliseconds.
    pub(crate) at: i64,
    /// Whether anyone may get the certificate.
    pub(crate) public: bool,
}

const CERTIFICATE: &str = "SELECT c.owner_did, cid, c.teacher, c.course, title, issuer, text, signature, at_ms, ifnull(public, 0) FROM certificates c
    LEFT JOIN completions USING (owner_did, teacher, course) WHERE";

/// Returns a student's certificates, newest first.
pub(crate) fn certificates(db: Reader<'_>, student: &str) -> Result<Vec<Certificate>> {
    let sql = format!("{CERTIFICATE} owner_did = ?1 ORDER BY at_ms DESC, cid");
    db.rows(&sql, [student], Certificate::read)
}

/// Returns the certificates of a teacher's students, newest first.
pub(crate) fn given(db: Reader<'_>, teacher: &str) -> Result<Vec<Certificate>> {
    let sql = format!("{CERTIFICATE} teacher = ?1 ORDER BY at_ms DESC, cid");
    db.rows(&sql, [teacher], Certificate::read)
}

pub(crate) fn certificate(db: Reader<'_>, cid: &str) -> Result<Option<Certificate>> {
    db.row(&format!("{CERTIFICATE} cid = ?1"), [cid], Certificate::read)
}
