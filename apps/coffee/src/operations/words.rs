//! Words with a tip: its giver says them once it is paid; its receiver reads them and decides whether the jar's page
//! shows them.
//!
//! Always: a tip has words at most once. Its giver can take them back, which erases them in both logs.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, List, Operation, Paragraphs, Reasons,
    Request, Title,
};
use imajin_app::{Answer, refuse_if};
use imajin_dfos::Cid;
use imajin_log::ops::BODY_ERASED;
use imajin_log::{Derivation, EntryField, Equal, ErasureScope, TargetLog};
use imajin_protocol::{Did, IdText};

use crate::queries;

/// Says something with a tip that is paid. Its receiver alone reads it, until they show it on the jar's page.
#[derive(Debug, Operation)]
#[operation(
    name = "coffee.say",
    authority = Any,
    undo = By(&["coffee.unsay"]),
    erasable_by = Author,
    derives = [Derivation::new(TipWords::NAME, TargetLog::FactDids).equal(&[Equal::RefIsIntentRef])],
    refusal = SayRefusal,
    check
)]
pub(crate) struct Say {
    /// The payment of the tip.
    #[reference]
    pub(crate) payment: IdText,
    /// The receiver.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
    /// The words, in at most 500 characters.
    pub(crate) text: Paragraphs<500>,
    /// A name to be shown with them, in at most 60 characters.
    pub(crate) name: Option<Title<60>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum SayRefusal {
    /// You gave no such tip, or its payment has not arrived yet.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// You said something with this tip already. Take it back first.
    #[refused(Conflict, reason = "said")]
    Said,
    /// Their record isn’t kept on this box any more.
    #[refused(Conflict, reason = "away", field = "dids")]
    Away,
}

impl Say {
    fn check(&self) -> Result<(), FieldError> {
        let is_blank = self.text.0.trim().is_empty();
        refuse_if!(is_blank, FieldError::new("text", "text must not be empty."));
        Ok(())
    }
}

impl Decide for Say {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SayRefusal> {
        let tip = queries::tip(ctx.reader(), ctx.owner().as_str(), self.payment.as_str())?;
        let is_theirs = |tip: &queries::Tip| tip.from == *ctx.owner();
        let tip = tip.filter(is_theirs).ok_or(SayRefusal::Unknown)?;
        refuse_if!(!self.dids.0.contains(&tip.seller), SayRefusal::Unknown);
        refuse_if!(tip.said.is_some(), SayRefusal::Said);
        refuse_if!(!ctx.takes_entries(&tip.seller), SayRefusal::Away);
        let tip_words = TipWords {
            payment: self.payment.clone(),
            text: self.text.clone(),
            name: self.name.clone(),
        };
        Ok(ctx.derive(tip.seller, &tip_words)?)
    }
}

/// Somebody said something with a tip.
#[derive(Debug, Operation)]
#[operation(name = "coffee.said", authority = Derived, erasable_by = Author, bound = Intent)]
pub(crate) struct TipWords {
    /// The payment of the tip.
    #[reference]
    pub(crate) payment: IdText,
    /// The words.
    pub(crate) text: Paragraphs<500>,
    /// A name to be shown with them.
    pub(crate) name: Option<Title<60>>,
}

/// The words with a tip, in both logs.
const WORDS: &[ErasureScope] = &[ErasureScope::new(
    &[TipWords::NAME, Say::NAME],
    &[(EntryField::Author, EntryField::Author), (EntryField::Ref, EntryField::Ref)],
)];

/// Takes back what its author said with a tip: the words are erased in both logs.
#[derive(Debug, Operation)]
#[operation(
    name = "coffee.unsay",
    authority = OwnKey,
    undo = Ends,
    derives = [Derivation::new(BODY_ERASED, TargetLog::Parties).erases(WORDS)],
    refusal = UnsayRefusal,
    prepared = Vec<Cid>
)]
pub(crate) struct Unsay {
    /// The payment of the tip.
    #[reference]
    pub(crate) payment: IdText,
    /// The receiver.
    #[fact]
    pub(crate) dids: List<Did, 1, 1>,
}

#[derive(Debug, Reasons)]
pub(crate) enum UnsayRefusal {
    /// You said nothing with this tip that could be taken back.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

impl BeforeSubmit for Unsay {
    fn before_submit(&self, request: &Request<'_>) -> Answer<Vec<Cid>> {
        request.node.bodies(request.owner, |header| {
            let about = header.reference.as_ref();
            header.op == Say::NAME && about == Some(&self.payment)
        })
    }
}

impl Decide for Unsay {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<UnsayRefusal> {
        let tip = queries::tip(ctx.reader(), ctx.owner().as_str(), self.payment.as_str())?;
        let is_said = |tip: &queries::Tip| tip.said.is_some() && self.dids.0.contains(&tip.seller);
        let tip = tip.filter(is_said).ok_or(UnsayRefusal::Unknown)?;
        let bodies = ctx.prepared().clone();
        ctx.erase_in([ctx.owner().clone(), tip.seller], bodies);
        Ok(())
    }
}

/// Shows the words that came with a tip on the jar's page, or stops showing them.
#[derive(Debug, Operation)]
#[operation(name = "coffee.show", authority = Any, facts, refusal = ShowRefusal)]
pub(crate) struct Show {
    /// The payment of the tip.
    #[reference]
    pub(crate) payment: IdText,
    /// 1: the page shows it.
    pub(crate) on: Int<0, 1>,
}

#[derive(Debug, Reasons)]
pub(crate) enum ShowRefusal {
    /// No such tip to you came with words.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

impl Decide for Show {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<ShowRefusal> {
        let tip = queries::tip(ctx.reader(), ctx.owner().as_str(), self.payment.as_str())?;
        if tip.is_some_and(|tip| tip.seller == *ctx.owner() && tip.said.is_some()) {
            Ok(())
        } else {
            Err(ShowRefusal::Unknown.into())
        }
    }
}
