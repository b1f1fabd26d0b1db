//! Courses, modules and lessons as JSON, for programs and for the editor.

use imajin_app::{Answer, Node};
use imajin_form::Form;
use imajin_items::files::{self, ItemAsked};
use imajin_protocol::Did;
use imajin_selling::Offered;
use serde::Serialize;
use utoipa::ToSchema;

use crate::courses::{self, Role};
use crate::items::{Item, Kind, Quiz};
use crate::{Learn, queries};

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

imajin_items::list_route!(
    /// A person's courses, modules and lessons, as far as the caller may see them; those in one of them with `in`.
    "learn" in "The id or slug of a course or module", "Nobody here goes by that, or there is no such course",
    /// A person's items, as far as the caller may see them.
    ItemsAnswer,
    /// In their order.
    ItemShown,
    node, asked => asked.list::<Learn>(&node)?,
    item => list_item(&node, &asked.owner, item)
);

fn list_item(node: &Node, owner: &Did, item: Item) -> Answer<ItemShown> {
    let offer = match item.kind {
        Kind::Course => courses::offer_of(node, owner, &item.id)?,
        _ => None,
    };
    Ok(ItemShown { item, offer, text: None, questions: None })
}

imajin_items::item_route!(
    /// One course, module or lesson, by its owner and its id or slug; a lesson with its words, for those who may read it.
    "learn", ItemShown, node, asked => describe_item(&node, &asked)?
);

fn describe_item(node: &Node, asked: &ItemAsked) -> Answer<ItemShown> {
    let (owner, viewer) = (&asked.owner, asked.viewer.as_ref());
    let (mut item, course) = courses::find(node, owner, viewer, &asked.item)?;
    files::describe(node, owner, &mut item.base.files);
    let words = if course.is_open() {
        queries::read(node, |db| queries::words(db, owner.as_str(), &item.id))?
    } else {
        queries::Words::default()
    };
    // Students of a course that allows copies may copy it and teach it, so they get the correct answers.
    let has_key = item.own.quiz != Some(Quiz::Graded)
        || course.role == Role::Teacher
        || (course.role == Role::Student && course.is_copied_by_all(node)?);
    let offer = course.offer.filter(|_| item.kind == Kind::Course);
    Ok(ItemShown {
        offer,
        text: words.text,
        questions: words.questions.and_then(|text| given_out(text, has_key)),
        item,
    })
}

imajin_items::file_route!(
    /// A file of a course or lesson, for those who may read it; a preview of a picture with `w`.
    "learn", node, asked => asked.find::<Learn>(&node)?.base
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
