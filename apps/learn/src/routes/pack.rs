//! A course as one file, for reading without a network.
//!
//! Always: a pack has what its reader may read, and no right answer of a graded quiz.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use imajin_selling::ForSale;
use imajin_service::extract::{Authed, Path, Query};
use imajin_service::{Node, Problem, tagged};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::given_out;
use super::studying::studied;
use crate::courses::{self, Role};
use crate::items::{Item, Quiz};
use crate::manifest::MANIFEST;
use crate::queries;

/// Whose course.
#[derive(Debug, Deserialize)]
pub(crate) struct WhoseQuery {
    owner: String,
}

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
    /// The lessons that the reader has done.
    done: Vec<String>,
}

/// A course as one file, for its students and its teacher. It has an `ETag`.
#[utoipa::path(get, path = "/api/courses/{course}/pack", tag = "learn",
    params(("course" = String, Path, description = "An id or slug"), ("owner" = String, Query, description = "A DID or a short name")),
    responses((status = 200, body = Pack), (status = 304, description = "It is as it was"), (status = 401, description = "Not signed in"),
        (status = 402, description = "You don't take this course, which costs something"), (status = 403, description = "You don't take this course"), (status = 404, description = "There is no such course for you")))]
pub(crate) async fn pack(
    State(node): State<Node>,
    Authed(session): Authed,
    Path(name): Path<String>,
    Query(query): Query<WhoseQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let owner = node.person(&query.owner)?;
    let course = courses::open(&node, &owner, Some(&session.did), &name)?;
    if course.role == Role::Visitor {
        return Err(courses::not_open(&course));
    }
    let lessons = course.lessons();
    let mut pages = vec![course.path()];
    pages.extend(lessons.iter().map(|lesson| course.path_of(lesson)));
    let packed = lessons.into_iter().map(|item| {
        let words = node.read(MANIFEST.name, |db| {
            queries::words(db, owner.as_str(), &item.id)
        })?;
        let has_key = item.own.quiz != Some(Quiz::Graded);
        Ok(LessonPacked {
            item: item.clone(),
            text: words.text,
            questions: words.questions.and_then(|text| given_out(text, has_key)),
        })
    });
    let pack = Pack {
        lessons: packed.collect::<Result<_, Problem>>()?,
        modules: course
            .inside(&course.item.id)
            .filter(|item| item.kind == crate::items::Kind::Module)
            .cloned()
            .collect(),
        done: studied(&node, &session.did, &course)?
            .done
            .into_keys()
            .collect(),
        owner: owner.to_string(),
        course: course.item,
        pages,
    };
    let bytes = serde_json::to_vec(&pack).map_err(Problem::internal)?;
    let kind = ("application/json", "private, no-cache");
    Ok(tagged(&headers, kind, bytes))
}
