//! The operations of this service. Each is declared once, as a type, next to its decision.

mod complete;
mod enroll;
mod item;
mod progress;
mod quiz;

use imajin_items::{Attach, Follow, Remove, Set, Sort, Unfollow};

use crate::Learn;

pub(crate) use complete::{COMPLETED, CONTEXT, Complete, is_finished, missing};
pub(crate) use enroll::{Dropped, Enroll, Enrolled, Leave, Paid, Promised, RefundPlace, Withdrawn};
pub(crate) use item::{OfferCourse, PutItem};
pub(crate) use progress::Progress;
pub(crate) use quiz::{Answer, Graded, TRIES_MAX};

imajin_app::declarations! {
    PutItem, Set<Learn>, Attach<Learn>, Sort<Learn>, Remove<Learn>, Follow<Learn>, Unfollow<Learn>,
    OfferCourse, Enroll, Enrolled, Promised, Paid, Withdrawn, Leave, RefundPlace, Dropped, Progress,
    Answer, Graded, Complete,
}
