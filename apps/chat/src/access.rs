//! The rows of the access table for this service: daily limits on entries in other people's logs, the operations that a
//! block does not stop, and those that remain for people who left.

use imajin_app::{Access, Reach, Role};

use crate::operations::{
    Accept, Admit, Consent, DeleteMessage, EndConsent, Forget, Hide, MakeEpoch, Open, SendMessage,
};

/// Limits on messages: each is an entry in the conversation's log.
const MESSAGES: Reach = Reach::daily(5_000, 2_000);
/// Limits on new conversations.
const OPENED: Reach = Reach::daily(100, 10);
/// Limits on changes of membership, and on epochs.
const TURNS: Reach = Reach::daily(1_000, 200);

pub(crate) const ROWS: &[Access] = &[
    Access::new(Open::NAME, Role::Guest).reaching(OPENED),
    // Only the conversation's log gets an entry: the decisions check for a block in a conversation of two.
    in_conversation(Accept::NAME, TURNS),
    in_conversation(Admit::NAME, TURNS),
    in_conversation(MakeEpoch::NAME, TURNS),
    in_conversation(SendMessage::NAME, MESSAGES),
    in_conversation(Hide::NAME, TURNS),
    // A consent permits the business to act and obliges it to nothing.
    Access::new(Consent::NAME, Role::Guest).reaching(OPENED).despite_block(),
    Access::new(EndConsent::NAME, Role::Guest).reaching(OPENED).despite_block(),
    // A person who left still takes back what they said.
    Access::new(DeleteMessage::NAME, Role::Stranger).reaching(MESSAGES).despite_block(),
    Access::new(Forget::NAME, Role::Stranger).reaching(MESSAGES).despite_block(),
];

const fn in_conversation(op: &'static str, reach: Reach) -> Access {
    Access::new(op, Role::Guest).reaching(reach).despite_block()
}
