//! Data rights: export, deletion and transfer of a person's entries in this app.

use std::collections::BTreeMap;

use imajin_app::data_rights::entries::Entry;
use imajin_app::{KeepsEntries, Things, time};
use imajin_items::Remove;
use imajin_protocol::Did;
use serde_json::{Map, Value as Json, json};

use crate::Learn;
use crate::operations::{Answer, Dropped, Enrolled, Progress, PutItem};

impl KeepsEntries for Learn {
    const THINGS: &'static [Things] = &[
        Things::put_by::<PutItem>("courses and lessons").removed_by::<Remove<Learn>>(),
        Things::put_by::<Enrolled>("enrolments").left_with_others(
            "who took which course of whom is in the books of both, without words; each of the two keeps it",
        ),
        Things::put_by::<Progress>("courses with progress"),
        Things::put_by::<Answer>("answered quizzes"),
    ];
    /// Exports the lists `enrollments` and `progress` of the section `learn` (docs/sections.md).
    fn besides(did: &Did, entries: &[Entry]) -> Map<String, Json> {
        Map::from_iter([
            ("enrollments".to_owned(), enrollments(did, entries)),
            ("progress".to_owned(), progress(entries)),
        ])
    }
}

/// Lists the courses in which the log's owner is or was a student, in order of enrolment.
fn enrollments(did: &Did, entries: &[Entry]) -> Json {
    let mut rows: Vec<Json> = Vec::new();
    for entry in entries {
        let (teacher, student) = (&entry.fact["teacher"], &entry.fact["student"]);
        let is_theirs = student.as_str() == Some(did.as_str());
        let Some(course) = entry.reference.as_deref().filter(|_| is_theirs) else {
            continue;
        };
        let teacher = teacher.as_str();
        let at = time::text(entry.at);
        let is_open = |row: &&mut Json| {
            row["course"].as_str() == Some(course)
                && row["teacher"].as_str() == teacher
                && row["until"].is_null()
        };
        let open = rows.iter_mut().find(is_open);
        match (entry.op.as_str(), open) {
            (Enrolled::NAME, None) => rows
                .push(json!({ "course": course, "teacher": teacher, "since": at, "until": null })),
            (Dropped::NAME, Some(row)) => row["until"] = json!(at),
            _ => {}
        }
    }
    rows.into()
}

/// The progress of the log's owner in one course.
#[derive(Default)]
struct Studied<'e> {
    /// The earliest completion time of each lesson, in milliseconds.
    done: BTreeMap<&'e str, i64>,
    place: Option<&'e str>,
}

/// Lists the progress of the log's owner in each course. A lesson that any entry names is done, at the earliest time
/// named.
fn progress(entries: &[Entry]) -> Json {
    let mut courses: BTreeMap<(&str, &str), Studied<'_>> = BTreeMap::new();
    let reports =
        entries.iter().filter(|entry| entry.op == Progress::NAME && entry.body.is_object());
    for entry in reports {
        let (Some(teacher), Some(course)) =
            (entry.fact["teacher"].as_str(), entry.reference.as_deref())
        else {
            continue;
        };
        let studied = courses.entry((teacher, course)).or_default();
        for done in entry.body["done"].as_array().into_iter().flatten() {
            if let (Some(lesson), Some(at)) = (done["lesson"].as_str(), done["at"].as_i64()) {
                let earliest = studied.done.entry(lesson).or_insert(at);
                *earliest = at.min(*earliest);
            }
        }
        studied.place = entry.body["place"].as_str();
    }
    let row = |((teacher, course), studied): ((&str, &str), Studied<'_>)| {
        let done = studied.done.into_iter();
        let done: Vec<Json> =
            done.map(|(lesson, at)| json!({ "lesson": lesson, "at": at })).collect();
        json!({ "course": course, "teacher": teacher, "done": done, "place": studied.place })
    };
    courses.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use imajin_dfos::Timestamp;

    use super::*;

    fn entry(op: &str, at: i64, (course, fact, body): (&str, Json, Json)) -> Entry {
        Entry { at, op: op.to_owned(), reference: Some(course.to_owned()), fact, body }
    }

    #[test]
    fn enrollments_are_those_of_the_student() {
        let (me, other) = (Did::from_key(&[1; 32]), Did::from_key(&[2; 32]));
        let seat = |student: &Did, teacher: &str| json!({ "student": student, "teacher": teacher });
        let entries = [
            entry(Enrolled::NAME, 1, ("itm_a", seat(&me, "t"), Json::Null)),
            entry(Enrolled::NAME, 2, ("itm_a", seat(&me, "t"), Json::Null)),
            entry(Enrolled::NAME, 3, ("itm_a", seat(&other, "t"), Json::Null)),
            entry(Dropped::NAME, 4, ("itm_a", seat(&me, "u"), Json::Null)),
            entry(Dropped::NAME, 5, ("itm_a", seat(&me, "t"), Json::Null)),
            entry(Enrolled::NAME, 6, ("itm_a", seat(&me, "t"), Json::Null)),
            entry(Progress::NAME, 7, ("itm_a", seat(&me, "t"), Json::Null)),
        ];
        let at = |ms: i64| Timestamp::from_millis(ms).unwrap().to_string();
        let row = |since, until: Option<i64>| json!({ "course": "itm_a", "teacher": "t", "since": at(since), "until": until.map(at) });
        assert_eq!(enrollments(&me, &entries), json!([row(1, Some(5)), row(6, None)]));
    }

    #[test]
    fn what_any_entry_says_is_done_is_done_at_the_earliest_time() {
        let by = |teacher: &str| json!({ "teacher": teacher });
        let says = |done: Json, place: Json| json!({ "done": done, "place": place });
        let entries = [
            entry(Progress::NAME, 1, ("itm_b", by("u"), says(json!([]), json!("itm_1")))),
            entry(
                Progress::NAME,
                2,
                (
                    "itm_a",
                    by("t"),
                    says(
                        json!([{ "lesson": "itm_2", "at": 20 }, { "lesson": "itm_1", "at": 10 }]),
                        Json::Null,
                    ),
                ),
            ),
            entry(
                Progress::NAME,
                3,
                (
                    "itm_a",
                    by("t"),
                    says(
                        json!([{ "lesson": "itm_2", "at": 15 }, { "lesson": "itm_1", "at": 11 }]),
                        json!("itm_3"),
                    ),
                ),
            ),
            // Erased, and not as it should be.
            entry(Progress::NAME, 4, ("itm_a", by("t"), Json::Null)),
            entry(Progress::NAME, 5, ("itm_a", json!({}), says(json!([]), Json::Null))),
            entry(
                Progress::NAME,
                6,
                ("itm_b", by("u"), says(json!([{ "lesson": 7, "at": 1 }, 8]), json!(9))),
            ),
        ];
        let expected = json!([
            { "course": "itm_a", "teacher": "t", "done": [{ "lesson": "itm_1", "at": 10 }, { "lesson": "itm_2", "at": 15 }], "place": "itm_3" },
            { "course": "itm_b", "teacher": "u", "done": [], "place": null },
        ]);
        assert_eq!(progress(&entries), expected);
    }
}
