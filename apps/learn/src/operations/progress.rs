//! Progress in a course, as the student's devices report it.
//!
//! Always: if two devices differ, a lesson that either reports is done, and the earlier time counts.

use imajin_app::operation::{Context, Decide, Decision, ItemId, List, Operation, Reasons, Record};
use imajin_app::refuse_if;
use imajin_dfos::Timestamp;
use imajin_protocol::Did;

use crate::queries::{self, CourseSeat};

/// Maximum number of lessons in one entry.
const DONE_MAX: usize = 500;
/// Maximum time that a device's clock may be ahead (docs/format.md §3).
const AHEAD_MS_MAX: i64 = 300_000;

/// A lesson that was done.
#[derive(Debug, Clone, Record)]
pub(crate) struct DoneLesson {
    /// Its id.
    pub(crate) lesson: ItemId,
    /// When, in milliseconds since 1970, by the student's device.
    pub(crate) at: Timestamp,
}

/// Says which lessons of a course its author has done, and where they are.
#[derive(Debug, Operation)]
#[operation(name = "learn.progress", authority = Any, erasable_by = Author, refusal = StudyRefusal)]
pub(crate) struct Progress {
    /// The course.
    #[reference]
    pub(crate) course: ItemId,
    /// Its teacher.
    #[fact]
    pub(crate) teacher: Did,
    /// The lessons, up to 500.
    pub(crate) done: List<DoneLesson, 0, DONE_MAX>,
    /// The lesson that comes next.
    pub(crate) place: Option<ItemId>,
}

#[derive(Debug, Reasons)]
pub(crate) enum StudyRefusal {
    /// You aren’t enrolled in this course.
    #[refused(Forbidden)]
    NotIn,
    /// A lesson was done at a time that is still to come: check this device’s clock.
    #[refused(BadRequest, field = "done")]
    Early,
}

impl Decide for Progress {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<StudyRefusal> {
        let student = ctx.owner().as_str();
        let seat =
            CourseSeat { teacher: self.teacher.as_str(), course: self.course.as_str(), student };
        refuse_if!(!queries::is_in(ctx.reader(), student, seat)?, StudyRefusal::NotIn);
        let latest = ctx.now().as_millis() + AHEAD_MS_MAX;
        let is_early = self.done.0.iter().any(|done| done.at.as_millis() > latest);
        refuse_if!(is_early, StudyRefusal::Early);
        Ok(())
    }
}
