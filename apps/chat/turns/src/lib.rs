//! Removals and role changes of groups in their conversations: the app with groups reports them within its own
//! operation, and the app with conversations enters them. Both share this crate, because neither app knows the other.
//!
//! Always: a change in the group and in its conversation is one operation, so that a person who was removed from the
//! group is never in the conversation. A node without conversations, or a group without one, gets no reports and
//! refuses nothing.
#![forbid(unsafe_code)]
#![allow(
    clippy::result_large_err,
    reason = "the ledger defines the size of a refusal, and refusals are rare"
)]

use imajin_app::operation::CallService;
use imajin_app::{Node, Problem};
use imajin_ledger::{Refusal, RefusalKind, TypedCommand};
use imajin_log::{Derivation, TargetLog};
use imajin_protocol::{Did, Fact, IdText};
use serde_json::{Value as Json, json};

/// The app that has conversations.
const CHAT: &str = "chat";
/// The operation that removes a person from a conversation.
const OUT: &str = "chat.out";
/// The operation that changes a person's role in a conversation.
const ROLE: &str = "chat.role";
/// The word for a role that is only offered.
const OFFERED: &str = "offered";

/// The derivation that an operation lists if it removes a person.
pub const PUTS_OUT: Derivation = Derivation::new(OUT, TargetLog::Parties).own(&["ref", "role"]);
/// The derivation that an operation lists if it changes roles: the new and the previous owner's.
pub const GIVES_ROLES: Derivation =
    Derivation::new(ROLE, TargetLog::Parties).at_most(2).own(&["ref", "role"]);

/// Lookup of conversations, offered by the app that has them.
pub trait Conversations: Send + Sync {
    /// Returns the path of the page for writing to this person.
    fn page_with(&self, person: &Did) -> String;

    /// Returns the path of the page for writing a text to this person, which its author may change before they send it.
    fn page_to_say(&self, person: &Did, text: &str) -> String;

    /// Returns the path of the page for writing in this conversation, or for opening it. A text in the page's fragment,
    /// percent-encoded, begins the message: `#say=<text>`.
    fn page_in(&self, node: &Node, conversation: &Did) -> Result<String, Problem>;

    /// Returns the log of a group's conversation, which a signature names in `to`; `None` if the conversation was never
    /// opened.
    fn log_of(&self, node: &Node, group: &Did) -> Result<Option<Did>, Problem>;
}

/// Returns the path of the page for writing to this person, if this node has conversations.
pub fn page_with(node: &Node, person: &Did) -> Option<String> {
    let conversations = node.get::<dyn Conversations>()?;
    Some(conversations.page_with(person))
}

/// Returns the path of the page for writing this text to this person, if this node has conversations.
pub fn page_to_say(node: &Node, person: &Did, text: &str) -> Option<String> {
    let conversations = node.get::<dyn Conversations>()?;
    Some(conversations.page_to_say(person, text))
}

/// Returns the path of the page for writing in this conversation ([`Conversations::page_in`]), if this node has
/// conversations.
pub fn page_in(node: &Node, conversation: &Did) -> Result<Option<String>, Problem> {
    let conversations = node.get::<dyn Conversations>();
    conversations.map(|conversations| conversations.page_in(node, conversation)).transpose()
}

/// Returns the log of a group's conversation, if this node has conversations and the group has one.
pub fn log_of(node: &Node, group: &Did) -> Result<Option<Did>, Problem> {
    match node.get::<dyn Conversations>() {
        Some(conversations) => conversations.log_of(node, group),
        None => Ok(None),
    }
}

/// A removal or role change in a group, made within an operation of `author`.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// The author of the operation.
    pub author: &'a Did,
    /// The group.
    pub group: &'a Did,
    /// The person whose membership changes.
    pub who: &'a Did,
}

impl Turn<'_> {
    /// Enters the person's removal. `role` is their previous role.
    ///
    /// # Errors
    /// The refusal of the app that has conversations.
    pub fn out(&self, ctx: &mut impl CallService, role: &str) -> Result<(), Refusal> {
        self.ask(ctx, OUT, role)
    }

    /// Enters the person's new role.
    pub fn role(&self, ctx: &mut impl CallService, role: &str) -> Result<(), Refusal> {
        self.ask(ctx, ROLE, role)
    }

    /// Enters that the group's ownership is offered to the person.
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

/// Returns the group of a turn from the arguments of the reporting app's call.
pub fn group_of(args: &Json) -> Option<Did> {
    Did::parse(args["group"].as_str()?).ok()
}
