//! The tables of this service, and how entries change them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. An enrolment has one row from the teacher's log and one
//! from the student's; progress comes from the student's log.

mod certificates;

use imajin_app::entries_table;
use imajin_app::operation::{Choice, Operation, read_operation};
use imajin_items::items_tables;
use imajin_ledger::ProjectionSpec;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_selling::{Offered, offers_table};
use rusqlite::{Connection, params};

use crate::items::{Own, Quiz};
use crate::manifest::MANIFEST;
use crate::operations::{
    Complete, Dropped, Enrolled, Graded, OfferCourse, Progress, Promised, PutItem,
};
use crate::queries::{Seat, State};

pub(crate) use certificates::RECEIVED;

pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 5,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: concat!(
        entries_table!(),
        items_tables!(),
        offers_table!(),
        "
CREATE INDEX courses_public ON items (put_ms) WHERE kind = 'course' AND visibility = 'public' AND is_on = 1;
CREATE TABLE lessons (
    owner_did TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT,                        -- Markdown
    questions TEXT,                   -- JSON, with the right answers
    PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE enrolments (
    owner_did TEXT NOT NULL,
    teacher TEXT NOT NULL,
    course TEXT NOT NULL,
    student TEXT NOT NULL,
    payment TEXT NOT NULL,            -- '' where it is free
    amount INTEGER NOT NULL,          -- minor units
    currency TEXT,
    state TEXT NOT NULL,              -- promised, in, out
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, teacher, course, student, payment)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrolments_by_payment ON enrolments (owner_did, payment);
CREATE TABLE done (
    owner_did TEXT NOT NULL,          -- the student
    teacher TEXT NOT NULL,
    course TEXT NOT NULL,
    lesson TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, teacher, course, lesson)
) STRICT, WITHOUT ROWID;
CREATE TABLE places (
    owner_did TEXT NOT NULL,          -- the student
    teacher TEXT NOT NULL,
    course TEXT NOT NULL,
    lesson TEXT NOT NULL,             -- that comes next
    PRIMARY KEY (owner_did, teacher, course)
) STRICT, WITHOUT ROWID;
CREATE TABLE grades (
    owner_did TEXT NOT NULL,          -- the student
    teacher TEXT NOT NULL,
    lesson TEXT NOT NULL,
    number INTEGER NOT NULL,          -- of the try
    right_answers INTEGER NOT NULL,
    of_answers INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, teacher, lesson, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE completions (
    owner_did TEXT NOT NULL,          -- the student
    teacher TEXT NOT NULL,
    course TEXT NOT NULL,
    public INTEGER NOT NULL,          -- 1: everybody may get the certificate
    PRIMARY KEY (owner_did, teacher, course)
) STRICT, WITHOUT ROWID;
CREATE TABLE certificates (
    owner_did TEXT NOT NULL,          -- the student
    cid TEXT NOT NULL,
    teacher TEXT NOT NULL,
    course TEXT NOT NULL,
    title TEXT,                       -- what the course was called
    issuer TEXT NOT NULL,
    text TEXT NOT NULL,               -- as it was signed
    signature TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner_did, cid)
) STRICT, WITHOUT ROWID;
CREATE INDEX certificates_by_cid ON certificates (cid);
CREATE INDEX certificates_by_teacher ON certificates (teacher, at_ms);
"
    ),
};

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        PutItem::NAME => put(db, entry),
        OfferCourse::NAME => Offered::put(db, entry, |offer: OfferCourse| {
            (offer.price.0, offer.currency, offer.fair)
        }),
        Promised::NAME => seat(db, entry, State::Promised, |one: Promised| one.seat),
        Enrolled::NAME => seat(db, entry, State::In, |one: Enrolled| one.seat),
        Dropped::NAME => seat(db, entry, State::Out, |one: Dropped| one.seat),
        Progress::NAME => progress(db, entry),
        Graded::NAME => graded(db, entry),
        Complete::NAME => certificates::completed(db, entry),
        RECEIVED => certificates::received(db, entry),
        _ => {
            imajin_items::apply(db, entry, 3)?;
            swept(db, entry)
        }
    }
}

/// Deletes the text of lessons without an item: the item was removed or can't be read.
fn swept(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "DELETE FROM lessons WHERE owner_did = ?1
        AND NOT EXISTS (SELECT 1 FROM items WHERE items.owner_did = lessons.owner_did AND items.id = lessons.id)";
    run(db, sql, [entry.did.as_str()])
}

fn put(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let mut words = None;
    imajin_items::put(db, entry, |put: PutItem| {
        let text = put.text.map(|text| text.0);
        let questions = put.questions.map(String::from);
        let own = Own {
            quiz: match (&questions, put.pass) {
                (None, _) => None,
                (Some(_), None) => Some(Quiz::Practice),
                (Some(_), Some(_)) => Some(Quiz::Graded),
            },
            pass: put.pass.map(|pass| pass.0),
            optional: put.optional.is_some_and(|optional| optional.0 == 1),
        };
        words = Some((text, questions));
        (imajin_items::version!(put, item, put.kind), own)
    })?;
    let Some((text, questions)) = words else {
        return swept(db, entry);
    };
    let sql = if text.is_some() || questions.is_some() {
        "INSERT OR REPLACE INTO lessons (owner_did, id, text, questions) VALUES (?1, ?2, ?3, ?4)"
    } else {
        "DELETE FROM lessons WHERE owner_did = ?1 AND id = ?2 AND ?3 IS NULL AND ?4 IS NULL"
    };
    run(db, sql, params![entry.did.as_str(), entry.reference, text, questions])
}

fn seat<O: Operation>(
    db: &Connection,
    entry: &Applied<'_>,
    state: State,
    seat: fn(O) -> Seat,
) -> rusqlite::Result<()> {
    let Some(read) = read_operation(entry) else {
        return Ok(());
    };
    let seat = seat(read.operation);
    let sql = "INSERT INTO enrolments (owner_did, teacher, course, student, payment, amount, currency, state, at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO UPDATE SET state = ?8, at_ms = ?9";
    let bought = seat.bought.as_ref();
    let params = params![
        entry.did.as_str(),
        seat.teacher.as_str(),
        entry.reference,
        seat.student.as_str(),
        bought.map_or("", |bought| bought.payment.as_str()),
        bought.map_or(0, |bought| bought.amount.get()),
        bought.map(|bought| bought.currency.code()),
        state.name(),
        entry.at.as_millis(),
    ];
    run(db, sql, params)
}

fn progress(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(progress) = read_operation::<Progress>(entry) else {
        return Ok(());
    };
    let progress = progress.operation;
    let (student, teacher) = (entry.did.as_str(), progress.teacher.as_str());
    let course = progress.course.as_str();
    let sql =
        "INSERT INTO done (owner_did, teacher, course, lesson, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET at_ms = min(at_ms, ?5)";
    for done in &progress.done.0 {
        let (lesson, at) = (done.lesson.as_str(), done.at.as_millis());
        run(db, sql, params![student, teacher, course, lesson, at])?;
    }
    if let Some(place) = &progress.place {
        let sql = "INSERT OR REPLACE INTO places (owner_did, teacher, course, lesson) VALUES (?1, ?2, ?3, ?4)";
        run(db, sql, params![student, teacher, course, place.as_str()])?;
    }
    Ok(())
}

fn graded(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    // Extra members by a later version could mean that the grade doesn't count.
    let Some(graded) = read_operation::<Graded>(entry).filter(|graded| !graded.has_more) else {
        return Ok(());
    };
    let graded = graded.operation;
    let sql = "INSERT OR REPLACE INTO grades (owner_did, teacher, lesson, number, right_answers, of_answers, passed, at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let params = params![
        entry.did.as_str(),
        graded.teacher.as_str(),
        graded.lesson.as_str(),
        graded.number.0,
        graded.right.0,
        graded.of.0,
        graded.pass.0,
        entry.at.as_millis()
    ];
    run(db, sql, params)
}
