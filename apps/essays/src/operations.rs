//! The operations of this service. Each is declared once, as a type, next to its decision.

mod fair;
mod put;

use imajin_app::operation::{Declaration, Operation};
use imajin_items::{Attach, Follow, Remove, Set, Sort, Unfollow};

use crate::Essays;

pub(crate) use fair::NameMakers;
pub(crate) use put::{PutItem, TEXT_BYTES_MAX};

pub(crate) static ALL: [Declaration; 8] = [
    PutItem::DECLARATION,
    Set::<Essays>::DECLARATION,
    Attach::<Essays>::DECLARATION,
    Sort::<Essays>::DECLARATION,
    Remove::<Essays>::DECLARATION,
    Follow::<Essays>::DECLARATION,
    Unfollow::<Essays>::DECLARATION,
    NameMakers::DECLARATION,
];
