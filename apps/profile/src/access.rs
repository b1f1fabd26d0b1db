//! What somebody may leave in the logs of others in a day: the rows of this service in the table of access.

use imajin_service::{Access, Reach, Role};

use crate::ops;

/// Following leaves an entry in the log of the one that is followed. Its end leaves none, and following again neither.
const FOLLOWS: Reach = Reach {
    author: 200,
    target: 5,
};

pub(crate) const ROWS: &[Access] = &[
    Access::of(ops::FOLLOW, Role::Guest).reaching(FOLLOWS),
    Access::of(ops::UNFOLLOW, Role::Guest)
        .reaching(FOLLOWS)
        .despite_block(),
];
