//! A course as one file, for offline reading.
//!
//! Always: a pack contains only what its reader may read, and no correct answers of a graded quiz.

use axum::http::HeaderMap;
use axum::response::Response;
use imajin_app::extract::{Path, Person, Query};
use imajin_app::{Answer, Node, Problem, refuse_if, tagged};
use imajin_dfos::cid::parse_cid;
use imajin_items::WhoseQuery;
use imajin_selling::ForSale;
use serde::Serialize;
use utoipa::ToSchema;

use super::given_out;
use super::studying::studied;
use crate::courses::{self, Course, Role};
use crate::items::{Item, Quiz};
use crate::queries;

/// Maximum total size of the files: a device stores 200 MB per course, and the pages need the rest.
const FILES_BYTES_MAX: u64 = 190_000_000;
/// Maximum size of a preview.
const PREVIEW_BYTES_MAX: u64 = 500_000;

/// A lesson with its words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LessonPacked {
    #[serde(flatten)]
    item: Item,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The questions of its quiz, in the JSON of SurveyJS, as a text; with the right answers if it is for practice.
    #[serde(skip_serializing_if = "Option::is_none")]
    questions: Option<String>,
}

/// A course as one file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Pack {
    /// The teacher's DID.
    owner: String,
    course: Item,
    /// Its modules.
    modules: Vec<Item>,
    /// Its lessons, in the order in which they are read.
    lessons: Vec<LessonPacked>,
    /// The paths of the pages of all of them.
    pages: Vec<String>,
    /// The paths of the files that these pages show, as far as they fit into 200 MB. Each has an `ETag` with its CID.
    files: Vec<String>,
    /// How many files don't fit.
    #[serde(rename = "leftOut")]
    left_out: usize,
    /// The lessons that the reader has done.
    done: Vec<String>,
}

/// Returns the files of a course and its lessons, each with its path and its size in bytes.
fn all_files(node: &Node, course: &Course) -> Vec<(String, u64)> {
    let items = [&course.item].into_iter().chain(course.lessons());
    let files = items.flat_map(|item| course.files(node, item));
    let sized = files.filter(|file| !file.is_missing()).filter_map(|file| {
        let (media, cid) = (node.ledger().media(), parse_cid(&file.cid).ok()?);
        let bytes = media.size(&course.owner.did, &cid).ok()??;
        let path = file.source();
        if path == file.path {
            Some((path, bytes))
        } else {
            Some((path, bytes.min(PREVIEW_BYTES_MAX)))
        }
    });
    sized.collect()
}

/// Returns the files that fit, and the number of those that don't.
fn fitting(files: Vec<(String, u64)>) -> (Vec<String>, usize) {
    let (mut kept, mut left_out, mut room) = (Vec::new(), 0, FILES_BYTES_MAX);
    for (path, bytes) in files {
        match room.checked_sub(bytes) {
            Some(left) => {
                room = left;
                kept.push(path);
            }
            None => left_out += 1,
        }
    }
    (kept, left_out)
}

/// A course as one file, for its students and its teacher. It has an `ETag`.
#[utoipa::path(get, path = "/api/courses/{course}/pack", tag = "learn",
    params(("course" = String, Path, description = "An id or slug"), ("owner" = String, Query, description = "A DID or a short name")),
    responses((status = 200, body = Pack), (status = 304, description = "It is as it was"), (status = 401, description = "Not signed in"),
        (status = 402, description = "You don't take this course, which costs something"), (status = 403, description = "You don't take this course"), (status = 404, description = "There is no such course for you")))]
pub(crate) async fn pack(
    Person(node, session): Person,
    Path(name): Path<String>,
    Query(query): Query<WhoseQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let owner = node.person(&query.owner)?;
    let course = courses::open(&node, &owner, Some(&session.did), &name)?;
    refuse_if!(course.role == Role::Visitor, courses::not_open(&course));
    let lessons = course.lessons();
    let mut pages = vec![course.path()];
    pages.extend(lessons.iter().map(|lesson| course.path_of(lesson)));
    let packed = lessons.into_iter().map(|item| {
        let words = queries::read(&node, |db| queries::words(db, owner.as_str(), &item.id))?;
        let has_key = item.own.quiz != Some(Quiz::Graded);
        Ok(LessonPacked {
            item: item.clone(),
            text: words.text,
            questions: words.questions.and_then(|text| given_out(text, has_key)),
        })
    });
    let (files, left_out) = fitting(all_files(&node, &course));
    let pack = Pack {
        files,
        left_out,
        lessons: packed.collect::<Result<_, Problem>>()?,
        modules: course
            .inside(&course.item.id)
            .filter(|item| item.kind == crate::items::Kind::Module)
            .cloned()
            .collect(),
        done: studied(&node, &session.did, &course)?.done.into_keys().collect(),
        owner: owner.to_string(),
        course: course.item,
        pages,
    };
    let bytes = serde_json::to_vec(&pack).map_err(Problem::internal)?;
    let kind = ("application/json", "private, no-cache");
    Ok(tagged(&headers, kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_fit_is_left_out() {
        let sizes = [1_000, FILES_BYTES_MAX, 2_000, FILES_BYTES_MAX - 3_000, 1];
        let files = sizes.iter().enumerate().map(|(n, bytes)| (n.to_string(), *bytes)).collect();
        let kept = ["0", "2", "3"].map(str::to_owned).to_vec();
        assert_eq!(fitting(files), (kept, 2));
    }
}
