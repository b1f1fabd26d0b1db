//! Opening a conversation: of two, of a group, of an event.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Group, List, Operation, Reasons, Request,
};
use imajin_app::{Node, Problem, RoomRole, refuse_if};
use imajin_host::prelude::*;
use imajin_log::{Derivation, Equal, MemberSource, Source, TargetLog};
use imajin_protocol::Did;
use imajin_protocol::identity::verify_chain;
use imajin_room::conversation_name;
use std::collections::BTreeSet;

use super::{KEYLESS_NAMED, Keyless, READABLE_MAX, SEALED_MAX, the_same};
use crate::asking::asks_first;
use crate::fields::{Flag, Kind, MemberRole, Name};
use crate::keys::KEPT;
use crate::queries;

/// A conversation's kind, and its members from the beginning.
#[derive(Debug, Clone, Group)]
pub(crate) struct Opening {
    /// Its log: the DID that this node made for it.
    #[fact]
    pub(crate) log: Did,
    /// `dm` of two, `group`, or `event`.
    #[fact]
    pub(crate) kind: Kind,
    /// The group or the event that it belongs to.
    #[fact]
    pub(crate) of: Option<Did>,
    /// The log that it continues, if the name had a log before.
    #[fact]
    pub(crate) after: Option<Did>,
    /// 1 if nothing in it is ever readable by the box.
    #[fact]
    pub(crate) sealed: Flag,
    /// Up to four people for whose lack of an encryption key it is readable.
    #[fact]
    pub(crate) keyless: Option<List<Did, 1, 4>>,
    /// The members and their roles.
    pub(crate) members: List<MemberRole, 1, 1000>,
}

impl Opening {
    /// Returns the members without an encryption key, because of whom the conversation is readable.
    pub(crate) fn keyless(&self) -> &[Did] {
        self.keyless.as_ref().map_or(&[], |list| &list.0)
    }

    fn is_sealed(&self) -> bool {
        self.sealed.0 == 1
    }

    fn role_of(&self, did: &Did) -> Option<RoomRole> {
        let member = self.members.0.iter().find(|member| member.did == *did);
        member.map(|member| member.role)
    }
}

/// Opens a conversation.
#[derive(Debug, Operation)]
#[operation(
    name = "chat.open",
    authority = Any,
    undo = Happened,
    erasable_by = LogOwner,
    derives = [the_same(OpenedConversation::NAME),
        Derivation::new(Requested::NAME, TargetLog::Parties)
            .equal(&[Equal::RefIsIntentDid])
            .members(&[MemberSource::new("log", Source::Fact("log"))])
    ],
    refusal = OpenRefusal,
    prepared = Asking
)]
pub(crate) struct Open {
    /// The name of the conversation.
    #[reference]
    pub(crate) name: Name,
    #[group]
    pub(crate) opening: Opening,
}

/// The result of the checks before a conversation is opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asking {
    /// The person whom the opener must ask first, since they are not connected.
    pub(crate) asks: Option<Did>,
}

#[derive(Debug, Reasons)]
pub(crate) enum OpenRefusal {
    /// This conversation exists already: {}.
    #[refused(Conflict, reason = "exists", members)]
    Exists(There),
    /// {} has no encryption key, but your list says otherwise. Look again.
    #[refused(Conflict, reason = "keyless", members)]
    Keyless(Keyless),
    /// A conversation like this has at most {} people.
    #[refused(Conflict, reason = "full")]
    Full(usize),
    /// To open an encrypted conversation, sign with your own key.
    #[refused(Forbidden, reason = "own-key")]
    OwnKey,
    /// They are not on this box any more.
    #[refused(Gone)]
    Away,
}

/// The log that a name has.
#[derive(Debug, serde::Serialize)]
pub(crate) struct There {
    log: String,
}

impl std::fmt::Display for There {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.log)
    }
}

fn wrong(field: &'static str, text: &'static str) -> Problem {
    Problem::field(field, text)
}

impl BeforeSubmit for Open {
    fn before_submit(&self, request: &Request<'_>) -> Result<Asking, Problem> {
        let (node, owner, opening) = (request.node, request.owner, &self.opening);
        if Kind::from_did(&self.name.0) != Some(opening.kind) {
            return Err(wrong("kind", "kind must be that of the name in ref."));
        }
        is_made_for(node, &opening.log, &self.name.0)?;
        let dids: BTreeSet<&Did> = opening.members.0.iter().map(|one| &one.did).collect();
        if dids.len() != opening.members.0.len() {
            return Err(wrong("members", "members names somebody twice."));
        }
        match opening.kind {
            Kind::Direct => self.of_two(node, owner),
            Kind::Group => self.of_group(node, owner),
            Kind::Event => self.of_event(node, owner),
        }
    }
}

/// Refuses a log that this node did not make for a conversation of this name.
fn is_made_for(node: &Node, log: &Did, name: &Did) -> Result<(), Problem> {
    let kept = node.kept_key(log)?.is_some_and(|kept| kept.what == KEPT);
    let chain = node.ledger().view(log)?.filter(|_| kept);
    let chain = chain.as_ref().and_then(|view| view.owner.chain());
    let named = match chain {
        Some(chain) => {
            let chain = verify_chain(log, &chain.tokens()).map_err(Problem::internal)?;
            conversation_name(&chain.state().services)
        }
        None => None,
    };
    if named.as_ref() == Some(name) {
        Ok(())
    } else {
        Err(wrong(
            "log",
            "log must be the DID that this box made for the conversation: ask POST /chat/api/conversations/key for it.",
        ))
    }
}

impl Open {
    fn of_two(&self, node: &Node, owner: &Did) -> Result<Asking, Problem> {
        let members = &self.opening.members.0;
        let other = members.iter().find(|member| member.did != *owner);
        let are_two = members.len() == 2
            && members.iter().any(|member| member.did == *owner)
            && members.iter().all(|member| member.role == RoomRole::Member);
        let other = other.filter(|other| are_two && Did::direct(owner, &other.did) == self.name.0);
        let Some(other) = other else {
            return Err(wrong(
                "members",
                "members of a conversation of two are you and the other one whom its name is made of, each as member.",
            ));
        };
        node.person(other.did.as_str())?;
        let asks = asks_first(node, owner, &other.did)?;
        Ok(Asking { asks: asks.then(|| other.did.clone()) })
    }

    fn of_group(&self, node: &Node, owner: &Did) -> Result<Asking, Problem> {
        let group = self.opening.of.as_ref();
        let group = group.filter(|group| Did::conversation_of(group) == self.name.0);
        let Some(group) = group else {
            return Err(wrong("of", "of must be the group whose conversation this is."));
        };
        if !self.opening.role_of(owner).is_some_and(RoomRole::leads) {
            return Err(Problem::forbidden("People who lead a group open its conversation."));
        }
        let mut owners = 0;
        for member in &self.opening.members.0 {
            let role = node.in_room(group, &member.did)?.role();
            if role != Some(member.role) {
                return Err(wrong(
                    "members",
                    "members names somebody who is not in the group, or has another role there.",
                ));
            }
            owners += usize::from(member.role == RoomRole::Owner);
        }
        match owners {
            1 => Ok(Asking::default()),
            _ => Err(wrong("members", "The owner of the group is among its members.")),
        }
    }

    fn of_event(&self, node: &Node, owner: &Did) -> Result<Asking, Problem> {
        if self.opening.is_sealed() {
            return Err(wrong("sealed", "An event's room is never encrypted: sealed is 0."));
        }
        let role = node.in_room(&self.name.0, owner)?.role();
        let alone = self.opening.members.0.len() == 1;
        match (role, alone && self.opening.role_of(owner) == role) {
            (Some(RoomRole::Owner), true) => Ok(Asking::default()),
            (Some(RoomRole::Owner), false) => Err(wrong(
                "members",
                "Who is in an event's room says the event: members is its organiser alone.",
            )),
            _ => Err(Problem::forbidden("The organiser of an event opens its room.")),
        }
    }

    /// Returns the first few members without a key.
    fn lacking(&self, ctx: &Context<'_, Self>) -> rusqlite::Result<Vec<String>> {
        let mut lacking = Vec::new();
        for member in &self.opening.members.0 {
            let person = queries::person(ctx.reader(), &member.did)?;
            if person.keys.is_empty() {
                lacking.push(member.did.to_string());
            }
        }
        Ok(lacking)
    }

    fn check_keys(&self, ctx: &Context<'_, Self>) -> Decision<OpenRefusal> {
        let opening = &self.opening;
        if opening.kind == Kind::Event {
            return Ok(());
        }
        let number = opening.members.0.len();
        let mut lacking = self.lacking(ctx)?;
        let fits = if opening.is_sealed() && number > SEALED_MAX {
            return Err(OpenRefusal::Full(SEALED_MAX).into());
        } else if opening.is_sealed() {
            lacking.is_empty() && opening.keyless().is_empty()
        } else {
            // A conversation is readable only if a member lacks a key, or if it has too many members.
            let named = opening.keyless().iter();
            let all_lack = named.clone().all(|did| lacking.iter().any(|one| did == one.as_str()));
            let says_why = number > SEALED_MAX || named.len() > 0;
            all_lack && says_why
        };
        refuse_if!(number > READABLE_MAX, OpenRefusal::Full(READABLE_MAX));
        lacking.truncate(KEYLESS_NAMED);
        if fits { Ok(()) } else { Err(OpenRefusal::Keyless(Keyless { keyless: lacking }).into()) }
    }

    /// Checks that a name has one log. Another one is valid only if a leader of the previous one continues it.
    fn check_name(&self, ctx: &Context<'_, Self>) -> Decision<OpenRefusal> {
        let log = &self.opening.log;
        let here = queries::room(ctx.reader(), log.as_str())?;
        let before = queries::room_by_name(ctx.reader(), self.name.0.as_str())?;
        let goes_on = match (&here, &before, &self.opening.after) {
            (None, None, None) => true,
            (None, Some(before), Some(after)) => {
                let role = queries::role(ctx.reader(), after, ctx.owner())?;
                before.log == *after
                    && role.is_some_and(RoomRole::leads)
                    && (self.opening.is_sealed() || !before.is_sealed)
            }
            _ => false,
        };
        match (goes_on, here.or(before)) {
            (true, _) => Ok(()),
            (false, Some(there)) => {
                let log = there.log.to_string();
                Err(OpenRefusal::Exists(There { log }).into())
            }
            (false, None) => Err(FieldError::new(
                "after",
                "This name had no conversation before: leave after out.",
            )
            .into()),
        }
    }
}

impl Decide for Open {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<OpenRefusal> {
        self.check_name(ctx)?;
        self.check_keys(ctx)?;
        refuse_if!(self.opening.is_sealed() && !ctx.is_own_key(), OpenRefusal::OwnKey);
        let log = self.opening.log.clone();
        let asks = ctx.prepared().asks.clone();
        let is_there = |did: &Did| ctx.takes_entries(did);
        let is_away = !is_there(&log) || asks.as_ref().is_some_and(|other| !is_there(other));
        refuse_if!(is_away, OpenRefusal::Away);
        let operation =
            OpenedConversation { name: self.name.clone(), opening: self.opening.clone() };
        ctx.derive(log.clone(), &operation)?;
        if let Some(other) = asks {
            let who = ctx.owner().clone();
            ctx.derive(other, &Requested { who, log })?;
        }
        Ok(())
    }
}

/// The conversation's log: it was opened.
#[derive(Debug, Operation)]
#[operation(name = "chat.opened", authority = Derived, erasable_by = Nobody, bound = Intent)]
pub(crate) struct OpenedConversation {
    /// The name of the conversation.
    #[reference]
    pub(crate) name: Name,
    #[group]
    pub(crate) opening: Opening,
}

/// The other person's log: a person whom they are not connected with asks to write.
#[derive(Debug, Operation)]
#[operation(name = "chat.requested", authority = Derived, facts)]
pub(crate) struct Requested {
    /// The person who asks.
    #[reference]
    pub(crate) who: Did,
    /// The conversation's log.
    pub(crate) log: Did,
}
