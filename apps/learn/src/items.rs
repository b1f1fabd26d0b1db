//! Courses, modules and lessons: items of three kinds.
//!
//! Always: the text of a lesson and the questions of its quiz are in a separate table, so that lists stay small.

use imajin_app::operation::Choice;
use imajin_items::{ItemOf, Items};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Learn;
use crate::manifest::MANIFEST;

/// A kind of item of this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Something to read, with a quiz or without.
    Lesson,
    /// A part of a course.
    Module,
    /// A course, which people enrol in.
    Course,
}

/// The purpose of a quiz.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Quiz {
    /// You try as often as you like; the right answers come with it.
    Practice,
    /// The node has the right answers; you have five tries.
    Graded,
}

/// The members of an item that other services' items don't have.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Own {
    /// The purpose of a lesson's quiz, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quiz: Option<Quiz>,
    /// How many percent of a graded quiz must be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass: Option<i64>,
    /// Whether a course is finished without this lesson, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

impl Items for Learn {
    const SERVICE: &'static str = MANIFEST.name;
    const DEPTH: usize = 3;
    type Kind = Kind;
    type Own = Own;

    fn may_contain(outer: Kind, inner: Kind) -> bool {
        matches!(
            (outer, inner),
            (Kind::Course, Kind::Module | Kind::Lesson) | (Kind::Module, Kind::Lesson)
        )
    }

    /// Courses and lessons may have files. Modules have no page to show them.
    fn may_have_files(kind: Kind) -> bool {
        kind != Kind::Module
    }

    fn may_be_followed(kind: Kind) -> bool {
        kind == Kind::Course
    }
}

/// An item as stored in the table.
pub(crate) type Item = ItemOf<Learn>;
