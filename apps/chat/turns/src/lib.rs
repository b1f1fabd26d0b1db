//! Groups and their conversations: the app that has groups says within its own operation who is out and who got another role, and the app
//! that has conversations enters it there. Both share this crate, because neither app knows the other.
//!
//! Always: what happens in the group and what happens in its conversation is one operation, so a conversation never has somebody in it
//! who was put out of the group. A node without conversations, and a group without one, is told nothing and refuses nothing.
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "the ledger defines the size of a refusal, and refusals are rare"
)]

use imajin_ledger::{Derivation, Refusal, RefusalKind, TargetLog, TypedCommand};
use imajin_protocol::{Did, Fact, IdText};
use imajin_service::operation::CallService;
use imajin_service::{Node, Problem};
use serde_json::{Value as Json, json};

/// The app that has conversations.
const CHAT: &str = "chat";
/// Somebody is out of a conversation.
const OUT: &str = "chat.out";
/// Somebody got another role in a conversation.
const ROLE: &str = "chat.role";
/// The word for a role that is only offered.
const OFFERED: &str = "offered";

/// What an operation that removes somebody lists among its derivations.
pub const PUTS_OUT: Derivation = Derivation::of(OUT, TargetLog::Parties).own(&["ref", "role"]);
/// What an operation that gives roles lists among its derivations: the owner's and the one before's.
pub const GIVES_ROLES: Derivation = Derivation::of(ROLE, TargetLog::Parties)
    .at_most(2)
    .own(&["ref", "role"]);

/// Finds the conversation of a group.
pub trait Conversations: Send + Sync {
    /// The log of a group's conversation, which a signature names in `to`; none where none was opened.
    fn log_of(&self, node: &Node, group: &Did) -> Result<Option<Did>, Problem>;
}

/// The log of a group's conversation, if this node has conversations and the group one.
pub fn log_of(node: &Node, group: &Did) -> Result<Option<Did>, Problem> {
    match node.get::<dyn Conversations>() {
        Some(conversations) => conversations.log_of(node, group),
        None => Ok(None),
    }
}

/// A group's turn, within the current operation of this author.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Whose operation it is.
    pub author: &'a Did,
    /// The group.
    pub group: &'a Did,
    /// Whom it is about.
    pub who: &'a Did,
}

impl Turn<'_> {
    /// They are out. `role` is the one that they had.
    ///
    /// # Errors
    /// The refusal of the app that has conversations.
    pub fn out(&self, ctx: &mut impl CallService, role: &str) -> Result<(), Refusal> {
        self.ask(ctx, OUT, role)
    }

    /// They have this role from now on.
    ///
    /// # Errors
    /// As [`Turn::out`].
    pub fn role(&self, ctx: &mut impl CallService, role: &str) -> Result<(), Refusal> {
        self.ask(ctx, ROLE, role)
    }

    /// The group is offered to them.
    ///
    /// # Errors
    /// As [`Turn::out`].
    pub fn offered(&self, ctx: &mut impl CallService) -> Result<(), Refusal> {
        self.ask(ctx, ROLE, OFFERED)
    }

    fn ask(&self, ctx: &mut impl CallService, op: &str, role: &str) -> Result<(), Refusal> {
        let stored = |error: String| Refusal::new(RefusalKind::Stored, error);
        let role = IdText::parse(role).map_err(|error| stored(error.to_string()))?;
        let fact = Fact::new([("role", role.into())]).map_err(|error| stored(error.to_string()))?;
        let command = TypedCommand {
            did: self.author.clone(),
            op: op.to_owned(),
            reference: Some(IdText::from_did(self.who).map_err(|error| stored(error.to_string()))?),
            body: None,
            fact: Some(fact),
            args: json!({ "group": self.group }),
            prepared: Default::default(),
        };
        match ctx.call_service(CHAT, command) {
            // A node without conversations.
            Err(refusal) if refusal.kind == RefusalKind::Unavailable => Ok(()),
            answer => answer.map(drop),
        }
    }
}

/// The group of a turn, from what the asking app said.
pub fn group_of(args: &Json) -> Option<Did> {
    Did::parse(args["group"].as_str()?).ok()
}
