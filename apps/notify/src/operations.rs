//! The operations of this service. Each is declared once, as a type.

use imajin_app::notices::About;
use imajin_app::operation::{
    AfterCommit, BeforeSubmit, Context, Decide, Decision, Never, Operation, Reasons, Request,
};
use imajin_app::{Node, Problem, ZoneName, refuse_if};
use imajin_dfos::Timestamp;
use imajin_ledger::Receipt;
use imajin_protocol::Did;

use crate::fields::{Flag, Mail, Minute};
use crate::{queries, stopped};

imajin_app::declarations! { See, Choose }

/// The shortest interval between marks in a person's record, in milliseconds: each mark wears the card.
pub(crate) const MARKS_EVERY_MS: i64 = 10 * 60 * 1_000;

/// Says that its author has seen everything that was new until a moment.
#[derive(Debug, Clone, Operation)]
#[operation(name = "notify.seen", authority = Any, facts, refusal = SeeRefusal, prepared = ())]
pub(crate) struct See {
    /// The moment, in milliseconds.
    pub(crate) upto: Timestamp,
}

#[derive(Debug, Reasons)]
pub(crate) enum SeeRefusal {
    /// upto is in the future: nobody can have seen that.
    #[refused(BadRequest, field = "upto")]
    Future,
    /// You have already marked this much, or more, as seen.
    #[refused(Conflict, reason = "seen")]
    Before,
}

impl BeforeSubmit for See {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let mark = queries::read(request.node, |db| queries::mark(db, request.owner))?;
        let since = mark.map(|mark| request.now.as_millis().saturating_sub(mark.at));
        // An entry's time is a little ahead of the clock where there were many at once.
        let since = since.map(|since| since.max(0));
        match since.filter(|since| *since < MARKS_EVERY_MS) {
            None => Ok(()),
            Some(since) => {
                let seconds = u32::try_from((MARKS_EVERY_MS - since) / 1_000 + 1);
                Err(Problem::too_many_of_yours(
                    seconds.unwrap_or(u32::MAX),
                    "How much you saw is written down once in ten minutes.",
                ))
            }
        }
    }
}

impl Decide for See {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SeeRefusal> {
        refuse_if!(self.upto > ctx.now(), SeeRefusal::Future);
        let mark = queries::mark(ctx.reader(), ctx.owner())?;
        refuse_if!(mark.is_some_and(|mark| mark.upto >= self.upto.as_millis()), SeeRefusal::Before);
        Ok(())
    }
}

/// Chooses what reaches its author and how: of one kind, or without a kind of all, with the hours in which nothing is pushed. It replaces
/// what was chosen before of the same; whatever is left out is as it was at the beginning.
#[derive(Debug, Clone, Default, Operation)]
#[operation(name = "notify.settings", authority = Any, facts, refusal = Never, after_commit)]
pub(crate) struct Choose {
    /// The kind: `message`, `mention`, `request`, `turn`, `connection`, `ticket`, `event`, `share`, `payment` or `security`; all without it.
    pub(crate) kind: Option<About>,
    /// 0: it is not shown among the notifications. Default: 1.
    pub(crate) page: Option<Flag>,
    /// 0: it is not pushed to devices. Default: 1.
    pub(crate) push: Option<Flag>,
    /// How often it is mailed: `daily`, which is the default, `hourly` or `off`. `off` without a kind stops all letters.
    pub(crate) mail: Option<Mail>,
    /// Without a kind: the minute of the day from which nothing is pushed but what is about security.
    pub(crate) quiet_from: Option<Minute>,
    /// The minute until which.
    pub(crate) quiet_to: Option<Minute>,
    /// The time zone of those minutes, such as Europe/Zurich.
    pub(crate) zone: Option<ZoneName>,
}

impl Decide for Choose {}

impl AfterCommit for Choose {
    /// A person who ended letters by a link has said since how often they want them.
    fn after_commit(&self, node: &Node, owner: &Did, _: &Receipt) {
        if self.kind.is_none()
            && let Err(problem) = stopped::begin_again(node, owner)
        {
            tracing::error!("letters that were ended by a link stay so: {problem}");
        }
    }
}
