//! Access rules: strangers may answer surveys without a name and see results. Everything else needs a guest or a higher
//! role. The rules also limit how many entries one person may add per day to other people's logs, and name the
//! operations that a block doesn't stop.

use imajin_app::{Access, Reach, Role};

use crate::operations::{Answer, Withdraw};

/// Limits on named answers. Each adds an entry to the log of the survey's owner.
const ANSWERS: Reach = Reach::daily(200, 50);

pub(crate) const ROWS: &[Access] = &[
    Access::new(Answer::NAME, Role::Guest).reaching(ANSWERS),
    Access::new(Withdraw::NAME, Role::Stranger).reaching(ANSWERS).despite_block(),
    Access::new("POST /api/surveys/{owner}/{survey}/answers", Role::Stranger),
    // A person without a role can still list and withdraw the answers that they gave.
    Access::new("GET /api/given", Role::Stranger),
];
