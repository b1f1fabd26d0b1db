//! What strangers may do here (answer surveys without a name, and see results), how much one person may leave in the logs of
//! others in a day, and what a block does not stop. Guests and up may do the rest.

use imajin_service::{Access, Reach, Role};

use crate::operations::{Answer, Withdraw};

/// An answer with a name leaves an entry with the survey's owner.
const ANSWERS: Reach = Reach {
    author: 200,
    target: 50,
};

pub(crate) const ROWS: &[Access] = &[
    Access::of(Answer::NAME, Role::Guest).reaching(ANSWERS),
    Access::of(Withdraw::NAME, Role::Stranger)
        .reaching(ANSWERS)
        .despite_block(),
    Access::of("POST /api/surveys/{owner}/{survey}/answers", Role::Stranger),
    // A person who left still takes back what they told others.
    Access::of("GET /api/given", Role::Stranger),
];
