//! Courses, modules and lessons as JSON, for programs and for the editor.

use imajin_app::extract::{Page, Path, Query, Visitor};
use imajin_app::{Answer, Problem};
use imajin_form::Form;
use imajin_items::{WhoseQuery, files};
use imajin_selling::Offered;
use serde::Serialize;
use utoipa::ToSchema;

use crate::courses::{self, Role};
use crate::items::{Item, Kind, Quiz};
use crate::queries;

/// A course, module or lesson.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemShown {
    #[serde(flatten)]
    item: Item,
    /// The price of a course, if its owner set one.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<Offered>,
    /// The text that students of a lesson read: Markdown. Only of one lesson, for those who may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// The questions of its quiz, in the JSON of SurveyJS, as a text. The right answers of a graded quiz are for its owner, and for students where the course is open to
    /// copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    questions: Option<String>,
}

/// A person's items, as far as the caller may see them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemsAnswer {
    /// In their order.
    items: Vec<ItemShown>,
    /// Whether there are more after these.
    has_more: bool,
}

/// A person's courses, modules and lessons, as far as the caller may see them; those in one of them with `in`.
#[utoipa::path(
    get, path = "/api/items", tag = "learn",
    params(
        ("owner" = String, Query, description = "A DID or a short name"),
        ("in" = Option<String>, Query, description = "The id or slug of a course or module"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query),
    ),
    responses((status = 200, body = ItemsAnswer), (status = 404, description = "Nobody here goes by that, or there is no such course")),
)]
pub(crate) async fn list(
    Visitor(node, caller): Visitor,
    page: Page,
    Query(query): Query<WhoseQuery>,
) -> Answer<axum::Json<ItemsAnswer>> {
    let owner = node.person(&query.owner)?;
    let items = match &query.parent {
        None => courses::items(&node, &owner, caller.did())?,
        Some(name) => {
            let (item, course) = courses::find(&node, &owner, caller.did(), name)?;
            match item.kind {
                Kind::Course => course.within,
                _ => course.inside(&item.id).cloned().collect(),
            }
        }
    };
    let (items, has_more) = page.cut(items);
    let items = items.into_iter().map(|item| {
        let offer = match item.kind {
            Kind::Course => courses::offer_of(&node, &owner, &item.id)?,
            _ => None,
        };
        Ok(ItemShown {
            item,
            offer,
            text: None,
            questions: None,
        })
    });
    Ok(axum::Json(ItemsAnswer {
        items: items.collect::<Result<_, Problem>>()?,
        has_more,
    }))
}

/// One course, module or lesson, by its owner and its id or slug; a lesson with its words, for those who may read it.
#[utoipa::path(
    get, operation_id = "one", path = "/api/items/{item}", tag = "learn",
    params(
        ("item" = String, Path, description = "An id or slug"),
        ("owner" = String, Query, description = "A DID or a short name"),
    ),
    responses((status = 200, body = ItemShown), (status = 404, description = "Nobody here goes by that, or it is not there for you")),
)]
pub(crate) async fn read_item(
    Visitor(node, caller): Visitor,
    Path(name): Path<String>,
    Query(query): Query<WhoseQuery>,
) -> Answer<axum::Json<ItemShown>> {
    let owner = node.person(&query.owner)?;
    let (mut item, course) = courses::find(&node, &owner, caller.did(), &name)?;
    files::describe(&node, &owner, &mut item.base.files);
    let words = if course.is_open() {
        queries::read(&node, |db| queries::words(db, owner.as_str(), &item.id))?
    } else {
        queries::Words::default()
    };
    // Students of a course that allows copies may copy it and teach it, so they get the correct answers.
    let has_key = item.own.quiz != Some(Quiz::Graded)
        || course.role == Role::Teacher
        || (course.role == Role::Student && course.is_copied_by_all(&node)?);
    let offer = course.offer.filter(|_| item.kind == Kind::Course);
    Ok(axum::Json(ItemShown {
        offer,
        text: words.text,
        questions: words.questions.and_then(|text| given_out(text, has_key)),
        item,
    }))
}

imajin_items::file_route!(
    /// A file of a course or lesson, for those who may read it; a preview of a picture with `w`.
    "learn", node, asked => courses::find(&node, &asked.owner, asked.viewer.as_ref(), &asked.item)?.0.base
);

/// Returns the questions of a quiz with or without correct answers. `None` if they can't be parsed.
pub(crate) fn given_out(text: String, has_key: bool) -> Option<String> {
    if has_key {
        Some(text)
    } else {
        let form = Form::of_text(&text).ok()?;
        Some(form.without_answers().to_json().to_string())
    }
}
