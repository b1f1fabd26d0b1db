//! Access rules of this service: how many entries a person may add to the logs of others in a day.

use imajin_app::{Access, Reach, Role};

use crate::operations::{Follow, Unfollow};

/// Following adds an entry to the followed person's log. Unfollowing and following again add none.
const FOLLOWS: Reach = Reach::daily(200, 5);

pub(crate) const ROWS: &[Access] = &[
    Access::new(Follow::NAME, Role::Guest).reaching(FOLLOWS),
    Access::new(Unfollow::NAME, Role::Guest).reaching(FOLLOWS).despite_block(),
];
