//! How much one person may leave in the logs of others in a day. Guests and up may do everything here.

use imajin_service::{Access, Reach, Role};

use crate::operations::AgreeToFair;

/// An agreement leaves an entry with the owner of the file; a band's whole archive is agreed to on one day.
const AGREEMENTS: Reach = Reach {
    author: 500,
    target: 200,
};

pub(crate) const ROWS: &[Access] =
    &[Access::of(AgreeToFair::NAME, Role::Guest).reaching(AGREEMENTS)];
