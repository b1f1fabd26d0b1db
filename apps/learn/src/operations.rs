//! The operations of this service. Each is declared once, as a type, next to its decision.

mod complete;
mod enroll;
mod item;
mod progress;
mod quiz;

use imajin_app::operation::{Declaration, Operation};
use imajin_items::{Attach, Follow, Remove, Set, Sort, Unfollow};

use crate::Learn;

pub(crate) use complete::{COMPLETED, CONTEXT, Complete, is_finished};
pub(crate) use enroll::{Dropped, Enroll, Enrolled, Leave, Paid, Promised, RefundPlace, Withdrawn};
pub(crate) use item::{OfferCourse, PutItem};
pub(crate) use progress::Progress;
pub(crate) use quiz::{Answer, Graded, TRIES_MAX};

pub(crate) static ALL: [Declaration; 20] = [
    PutItem::DECLARATION,
    Set::<Learn>::DECLARATION,
    Attach::<Learn>::DECLARATION,
    Sort::<Learn>::DECLARATION,
    Remove::<Learn>::DECLARATION,
    Follow::<Learn>::DECLARATION,
    Unfollow::<Learn>::DECLARATION,
    OfferCourse::DECLARATION,
    Enroll::DECLARATION,
    Enrolled::DECLARATION,
    Promised::DECLARATION,
    Paid::DECLARATION,
    Withdrawn::DECLARATION,
    Leave::DECLARATION,
    RefundPlace::DECLARATION,
    Dropped::DECLARATION,
    Progress::DECLARATION,
    Answer::DECLARATION,
    Graded::DECLARATION,
    Complete::DECLARATION,
];
