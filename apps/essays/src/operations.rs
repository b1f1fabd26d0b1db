//! The operations of this service. Each is declared once, as a type, next to its decision.

mod fair;
mod put;

use imajin_items::{Attach, Follow, Remove, Set, Sort, Unfollow};

use crate::Essays;

pub(crate) use fair::NameMakers;
pub(crate) use put::{PutItem, TEXT_BYTES_MAX};

imajin_app::declarations! {
    PutItem, Set<Essays>, Attach<Essays>, Sort<Essays>, Remove<Essays>, Follow<Essays>,
    Unfollow<Essays>, NameMakers,
}
