//! The operations of this service. Each is declared once, as a type, beside its decision.

mod answer;
mod result;
mod status;
mod survey;

use imajin_items::{Follow, Remove, Set, Sort, Unfollow};
use imajin_service::operation::{Declaration, Operation};

use crate::Dykil;

pub(crate) use answer::{Answer, Answered, AnswersText, Withdraw};
pub(crate) use result::{Ballot, ReceiptText, Received, Roll, Row, Totals};
pub(crate) use status::SetStatus;
pub(crate) use survey::PutSurvey;

/// All of them.
pub(crate) static ALL: [Declaration; 13] = [
    PutSurvey::DECLARATION,
    Set::<Dykil>::DECLARATION,
    Sort::<Dykil>::DECLARATION,
    Remove::<Dykil>::DECLARATION,
    Follow::<Dykil>::DECLARATION,
    Unfollow::<Dykil>::DECLARATION,
    SetStatus::DECLARATION,
    Answer::DECLARATION,
    Answered::DECLARATION,
    Withdraw::DECLARATION,
    Received::DECLARATION,
    Totals::DECLARATION,
    Roll::DECLARATION,
];
