//! Named answers: entered for the owner of a survey, and withdrawn by their author.
//!
//! Always: the newest answer counts, one per person or ticket. Withdrawn answers are erased in both logs.

use std::collections::BTreeSet;

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, ItemId, List, Operation, Reasons, Request,
};
use imajin_app::{Node, Problem, refuse_if};
use imajin_dfos::Cid;
use imajin_form::AnswersText;
use imajin_log::entry::Header;
use imajin_log::ops::BODY_ERASED;
use imajin_log::{Derivation, EntryField, Equal, ErasureScope, MemberSource, Source, TargetLog};
use imajin_protocol::{Did, IdText};

use crate::asking;
use crate::queries;
use crate::survey::{Each, Mode};

/// Answers a survey whose owner learns who answered what, also as the owner. An earlier answer counts no longer.
#[derive(Debug, Operation)]
#[operation(
    name = "dykil.answer",
    authority = Any,
    undo = By(&["dykil.withdraw"]),
    erasable_by = Author,
    derives = [
        Derivation::new(ReceivedAnswer::NAME, TargetLog::FactDids)
            .equal(&[Equal::RefIsIntentRef])
            .members(&[MemberSource::new("by", Source::Author), MemberSource::new("seat", Source::Fact("seat"))])
    ],
    refusal = AnswerRefusal,
    prepared = ()
)]
pub(crate) struct Answer {
    /// The survey.
    #[reference]
    pub(crate) survey: ItemId,
    /// Its owner.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
    /// The place of the ticket, where each ticket answers.
    #[fact]
    pub(crate) seat: Option<IdText>,
    /// The answers by the names of the questions, as JSON.
    pub(crate) answers: AnswersText,
}

#[derive(Debug, Reasons)]
pub(crate) enum AnswerRefusal {
    /// This box has no survey with this id that you answer with your name.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This survey takes no answers now.
    #[refused(Gone)]
    Closed,
    /// Their record isn’t kept on this box any more.
    #[refused(Conflict, reason = "away", field = "dids")]
    Away,
}

impl Answer {
    fn survey_owner(&self) -> Option<&Did> {
        self.dids.0.first()
    }
}

impl BeforeSubmit for Answer {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let Some(owner) = self.survey_owner() else {
            return Ok(());
        };
        let (node, name) = (request.node, self.survey.as_str());
        let survey = asking::seen(node, owner, Some(request.owner), name)?;
        if survey.item.own.mode != Mode::Named {
            return Ok(());
        }
        asking::check_time(request.node, &survey)?;
        asking::check_audience(request.node, survey.item.own.each, request.owner)?;
        let wrong = |(_, text): (Option<String>, String)| Problem::field("answers", text);
        survey.form()?.check(&self.answers.json()).map_err(wrong)?;
        let seat = match survey.item.own.each {
            Each::Ticket => Some(asking::seat_of(request.node, &survey, request.owner)?),
            _ => None,
        };
        if seat.as_deref() == self.seat.as_ref().map(IdText::as_str) {
            Ok(())
        } else {
            Err(Problem::field(
                "seat",
                "seat must be the place of your ticket, where each ticket answers, and is left out elsewhere.",
            ))
        }
    }
}

impl Decide for Answer {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AnswerRefusal> {
        let owner = self.survey_owner().ok_or(AnswerRefusal::Unknown)?.clone();
        let (db, id) = (ctx.reader(), self.survey.as_str());
        let item = queries::item(db, owner.as_str(), id)?;
        let item =
            item.filter(|item| item.own.mode == Mode::Named).ok_or(AnswerRefusal::Unknown)?;
        let state = queries::state(db, owner.as_str(), id)?;
        refuse_if!(!state.is_open(&item, ctx.now()), AnswerRefusal::Closed);
        refuse_if!(!ctx.takes_entries(&owner), AnswerRefusal::Away);
        let received = ReceivedAnswer {
            survey: self.survey.clone(),
            by: ctx.owner().clone(),
            seat: self.seat.clone(),
            answers: self.answers.clone(),
        };
        Ok(ctx.derive(owner, &received)?)
    }
}

/// Somebody answered a survey.
#[derive(Debug, Operation)]
#[operation(name = "dykil.answered", authority = Derived, erasable_by = Author, bound = Intent)]
pub(crate) struct ReceivedAnswer {
    /// The survey.
    #[reference]
    pub(crate) survey: ItemId,
    /// The person.
    #[fact]
    pub(crate) by: Did,
    /// The place of their ticket.
    #[fact]
    pub(crate) seat: Option<IdText>,
    /// The answers by the names of the questions, as JSON.
    pub(crate) answers: AnswersText,
}

/// The scope of a withdrawal: all answers of the author to the survey, in both logs.
const ANSWERS: &[ErasureScope] = &[ErasureScope::new(
    &[Answer::NAME, ReceivedAnswer::NAME],
    &[(EntryField::Author, EntryField::Author), (EntryField::Ref, EntryField::Ref)],
)];

/// Takes back what its author answered with their name: the answers are erased in both logs.
#[derive(Debug, Operation)]
#[operation(
    name = "dykil.withdraw",
    authority = OwnKey,
    undo = Ends,
    derives = [Derivation::new(BODY_ERASED, TargetLog::Parties).erases(ANSWERS)],
    refusal = WithdrawRefusal,
    prepared = Vec<Cid>
)]
pub(crate) struct Withdraw {
    /// The survey.
    #[reference]
    pub(crate) survey: ItemId,
    /// Its owner.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
}

#[derive(Debug, Reasons)]
pub(crate) enum WithdrawRefusal {
    /// You gave no answer with your name here that could be taken back.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

/// Returns the bodies of all answers that a person gave to a survey.
fn answer_bodies(
    node: &Node,
    author: &Did,
    (owner, survey): (&Did, &ItemId),
) -> Result<Vec<Cid>, Problem> {
    let is_said = |header: &Header| {
        let about = header.reference.as_ref().map(IdText::as_str);
        let owners = header.fact.as_ref().and_then(|fact| fact.ids("dids"));
        header.op == Answer::NAME
            && about == Some(survey.as_str())
            && owners.is_some_and(|dids| dids.iter().any(|did| did.as_str() == owner.as_str()))
    };
    node.bodies(author, is_said)
}

impl BeforeSubmit for Withdraw {
    fn before_submit(&self, request: &Request<'_>) -> Result<Vec<Cid>, Problem> {
        match self.dids.0.first() {
            Some(owner) => answer_bodies(request.node, request.owner, (owner, &self.survey)),
            None => Ok(Vec::new()),
        }
    }
}

impl Decide for Withdraw {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<WithdrawRefusal> {
        let owner = self.dids.0.first().ok_or(WithdrawRefusal::Unknown)?.clone();
        let id = self.survey.as_str();
        let mine = queries::has_answered(ctx.reader(), ctx.owner().as_str(), (owner.as_str(), id))?;
        refuse_if!(!mine || ctx.prepared().is_empty(), WithdrawRefusal::Unknown);
        let bodies = ctx.prepared().clone();
        let logs = BTreeSet::from([ctx.owner().clone(), owner]);
        ctx.erase_in(logs, bodies);
        Ok(())
    }
}
