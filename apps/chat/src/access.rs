//! How much one person may leave in the logs of others in a day, what a block does not stop, and what is for those who left, too.

use imajin_service::{Access, Reach, Role};

use crate::operations::{
    Accept, Admit, Consent, DeleteMessage, EndConsent, Forget, Hide, MakeEpoch, Open, SendMessage,
};

/// Messages: each is one entry in the conversation's log.
const MESSAGES: Reach = Reach {
    author: 5_000,
    target: 2_000,
};
/// Conversations begun.
const OPENED: Reach = Reach {
    author: 100,
    target: 10,
};
/// Changes of membership, and secrets.
const TURNS: Reach = Reach {
    author: 1_000,
    target: 200,
};

pub(crate) const ROWS: &[Access] = &[
    Access::of(Open::NAME, Role::Guest).reaching(OPENED),
    // These leave an entry in the conversation's log alone; what a block stops in one of two, the decisions say.
    in_conversation(Accept::NAME, TURNS),
    in_conversation(Admit::NAME, TURNS),
    in_conversation(MakeEpoch::NAME, TURNS),
    in_conversation(SendMessage::NAME, MESSAGES),
    in_conversation(Hide::NAME, TURNS),
    // A consent permits the business to act and obliges it to nothing.
    Access::of(Consent::NAME, Role::Guest)
        .reaching(OPENED)
        .despite_block(),
    Access::of(EndConsent::NAME, Role::Guest)
        .reaching(OPENED)
        .despite_block(),
    // A person who left still takes back what they said.
    Access::of(DeleteMessage::NAME, Role::Stranger)
        .reaching(MESSAGES)
        .despite_block(),
    Access::of(Forget::NAME, Role::Stranger)
        .reaching(MESSAGES)
        .despite_block(),
];

const fn in_conversation(op: &'static str, reach: Reach) -> Access {
    Access::of(op, Role::Guest).reaching(reach).despite_block()
}
