//! Identity and sign-in: who may begin an identity, how its owner proves that they are there, and the node's own.
//!
//! | module | what it does |
//! |---|---|
//! | `people` | what the tables say of an identity |
//! | `admission` | who may begin an identity: the claim code, invites, registrations that wait |
//! | `login` | challenges answered, tokens, cookies |
//! | `key_changes` | who stays signed in when keys change |
//! | `node_identity`, `node_log` | the node's own identity, and entering into its log |
//! | `ownership` | what follows when the node gets another owner, or none |
//! | `resume_after_restore` | how logs go on after a backup was restored |
//! | `signed` | operations that the node signs itself |

pub(crate) mod admission;
pub(crate) mod key_changes;
pub(crate) mod login;
pub(crate) mod node_identity;
pub(crate) mod node_log;
pub(crate) mod ownership;
pub(crate) mod people;
mod resume_after_restore;
pub(crate) mod signed;
