//! Handles: claiming and releasing one.

use imajin_app::operation::{
    AfterCommit, BeforeSubmit, Context, Decide, Decision, Invalid, Operation, Reasons, Request,
};
use imajin_app::{Answer, Node, impl_field, refuse_if};
use imajin_ledger::Receipt;
use imajin_protocol::Did;
use serde_json::json;

use crate::handle::Handle;
use crate::{queries, reserve};

/// Takes a short name. The one held before is free again.
#[derive(Debug, Operation)]
#[operation(
    name = "profile.handle.claim",
    authority = Any,
    erasable_by = Author,
    refusal = ClaimRefusal,
    prepared = bool,
    after_commit
)]
pub(crate) struct ClaimHandle {
    /// 3 to 30 of `a-z 0-9 _`, without `@`, none of the words that the node needs itself.
    pub(crate) handle: Handle,
}

#[derive(Debug, Reasons)]
pub(crate) enum ClaimRefusal {
    /// This is your username already.
    #[refused(Conflict, reason = "taken", field = "handle")]
    Yours,
    /// Somebody on this box has this username already. Choose another one.
    #[refused(Conflict, reason = "taken", field = "handle")]
    Taken,
    /// This looks like the username of somebody on this box. Choose another one.
    #[refused(Conflict, reason = "taken", field = "handle")]
    LooksLikeAnother,
    /// This username belonged to somebody who left, and is reserved for 90 days so that nobody is mistaken for them.
    #[refused(Conflict, reason = "taken", field = "handle")]
    Reserved,
}

/// Whether the handle is reserved for another person, who deleted their data.
impl BeforeSubmit for ClaimHandle {
    fn before_submit(&self, request: &Request<'_>) -> Answer<bool> {
        reserve::is_kept(request.node, &self.handle, Some(request.owner))
    }
}

impl Decide for ClaimHandle {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ClaimRefusal> {
        match queries::holder(ctx.reader(), self.handle.as_str())? {
            Some(holder) if holder == *ctx.owner() => Err(ClaimRefusal::Yours.into()),
            Some(_) => Err(ClaimRefusal::Taken.into()),
            None if *ctx.prepared() => Err(ClaimRefusal::Reserved.into()),
            None if queries::has_look_alike(
                ctx.reader(),
                self.handle.as_str(),
                Some(ctx.owner()),
            )? =>
            {
                Err(ClaimRefusal::LooksLikeAnother.into())
            }
            None => Ok(()),
        }
    }
}

impl AfterCommit for ClaimHandle {
    fn after_commit(&self, node: &Node, owner: &Did, _: &Receipt) {
        reserve::note(node, Some(owner));
    }
}

/// Gives the short name back.
#[derive(Debug, Operation)]
#[operation(name = "profile.handle.release", authority = Any, refusal = ReleaseRefusal)]
pub(crate) struct ReleaseHandle {}

#[derive(Debug, Reasons)]
pub(crate) enum ReleaseRefusal {
    /// You have no username to give up.
    #[refused(Conflict, reason = "none")]
    NoHandle,
}

impl Decide for ReleaseHandle {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ReleaseRefusal> {
        refuse_if!(!queries::has_handle(ctx.reader(), ctx.owner())?, ReleaseRefusal::NoHandle);
        Ok(())
    }
}

impl_field!(
    Handle,
    |value| {
        let text = value.as_str();
        let text = text.ok_or_else(|| Invalid::new("must be a text"))?;
        let handle =
            Self::parse(text).map_err(|error| Invalid::new(format!("is none: {error}")))?;
        let form = handle.as_str();
        if form == text {
            return Ok(handle);
        }
        let message = format!("must be written as {form}: small letters, without @");
        Err(Invalid::new(message))
    },
    |field| field.as_str(),
    json!({ "type": "string", "pattern": "^[a-z0-9_]{3,30}$" }),
    |words| words.take()
);
