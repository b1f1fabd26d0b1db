//! Opening and closing a survey.

use imajin_app::operation::{
    AfterCommit, BeforeSubmit, Context, Decide, Decision, FieldError, ItemId, Operation, Reasons,
    Request,
};
use imajin_app::{Answer, Node, refuse_if};
use imajin_ledger::Receipt;
use imajin_protocol::Did;

use crate::boxes::Boxes;
use crate::queries;
use crate::survey::Status;

/// Opens a survey, or closes it. What is open is fixed; what is closed stays closed.
#[derive(Debug, Operation)]
#[operation(
    name = "dykil.status",
    authority = OwnKey,
    refusal = StatusRefusal,
    prepared = (),
    check,
    after_commit
)]
pub(crate) struct SetStatus {
    /// The survey's id.
    #[reference]
    pub(crate) survey: ItemId,
    /// `open` or `closed`.
    #[fact]
    pub(crate) status: Status,
}

#[derive(Debug, Reasons)]
pub(crate) enum StatusRefusal {
    /// You have no survey with this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// Only a draft can be opened, and only an open survey closed.
    #[refused(Conflict, reason = "status", field = "status")]
    Not,
    /// The time at which this survey closes has passed: change it first.
    #[refused(Conflict, reason = "over", field = "closes")]
    Over,
}

impl SetStatus {
    fn check(&self) -> Result<(), FieldError> {
        match self.status {
            Status::Draft => Err(FieldError::new("status", "status must be open or closed.")),
            Status::Open | Status::Closed => Ok(()),
        }
    }
}

impl BeforeSubmit for SetStatus {
    fn before_submit(&self, request: &Request<'_>) -> Answer<()> {
        let (node, owner) = (request.node, request.owner);
        let existing = queries::survey(node, owner, self.survey.as_str())?;
        let Some(survey) = existing.filter(|_| self.status == Status::Open) else {
            return Ok(());
        };
        // The box must exist before the survey opens, so that an open survey without a box has lost it.
        if survey.item.own.mode.is_boxed() && survey.state.status == Status::Draft {
            node.state::<Boxes>().make(node, owner, &survey.item.id)
        } else {
            Ok(())
        }
    }
}

impl Decide for SetStatus {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<StatusRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        let item = queries::item(db, owner, self.survey.as_str())?.ok_or(StatusRefusal::Unknown)?;
        let state = queries::state(db, owner, &item.id)?;
        let fits = match self.status {
            Status::Open => state.status == Status::Draft,
            Status::Closed => state.status == Status::Open,
            Status::Draft => false,
        };
        refuse_if!(!fits || state.ended.is_some(), StatusRefusal::Not);
        let closes = item.own.closes;
        let is_over = closes.is_some_and(|at| at <= ctx.now().as_millis());
        refuse_if!(is_over && self.status == Status::Open, StatusRefusal::Over);
        Ok(())
    }
}

impl AfterCommit for SetStatus {
    fn after_commit(&self, node: &Node, _: &Did, _: &Receipt) {
        node.state::<Boxes>().bell.notify_one();
    }
}
