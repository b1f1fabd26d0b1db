//! The operations of this service. Each is declared once, as a type, next to its decision.

mod jar;
mod tip;
mod words;

use imajin_items::{Attach, Remove, Set, Sort};

use crate::jars::Jars;

pub(crate) use jar::{OfferJar, PutJar};
pub(crate) use tip::{PaidTip, Promised, Remind, ReturnedTip, Tip, Tipped};
pub(crate) use words::{Say, Show, TipWords, Unsay};

imajin_app::declarations! {
    PutJar, Set<Jars>, Attach<Jars>, Sort<Jars>, Remove<Jars>, OfferJar, Tip, Promised, PaidTip,
    Tipped, ReturnedTip, Say, TipWords, Unsay, Show, Remind,
}
