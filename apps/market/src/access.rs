//! Access rules: contacts are for members, because a person with many e-mail addresses comes in as many guests. Guests and
//! higher roles may do everything else in this app; strangers may read.

use imajin_app::{Access, Role};

pub(crate) const ROWS: &[Access] = &[Access::new(
    "POST /api/listings/{owner}/{item}/contact",
    Role::Member,
)];
