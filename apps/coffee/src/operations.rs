//! The operations of this service. Each is declared once, as a type, next to its decision.

mod jar;
mod tip;
mod words;

use imajin_app::operation::{Declaration, Operation};
use imajin_items::{Attach, Remove, Set, Sort};

use crate::jars::Jars;

pub(crate) use jar::{OfferJar, PutJar};
pub(crate) use tip::{PaidTip, Promised, Remind, ReturnedTip, Tip, Tipped};
pub(crate) use words::{Say, Show, TipWords, Unsay};

pub(crate) static ALL: [Declaration; 16] = [
    PutJar::DECLARATION,
    Set::<Jars>::DECLARATION,
    Attach::<Jars>::DECLARATION,
    Sort::<Jars>::DECLARATION,
    Remove::<Jars>::DECLARATION,
    OfferJar::DECLARATION,
    Tip::DECLARATION,
    Promised::DECLARATION,
    PaidTip::DECLARATION,
    Tipped::DECLARATION,
    ReturnedTip::DECLARATION,
    Say::DECLARATION,
    TipWords::DECLARATION,
    Unsay::DECLARATION,
    Show::DECLARATION,
    Remind::DECLARATION,
];
