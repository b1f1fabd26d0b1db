//! Handing an order over: by the buyer's word, by the seller with the buyer's six digits, or sent by the seller's word alone.

use imajin_app::Answer;
use imajin_app::operation::{
    AfterSubmit, BeforeSubmit, Context, Decide, Decision, Int, List, Operation, Reasons, Request,
    Submitted,
};
use imajin_ledger::SubmitError;
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::{Did, IdText};

use crate::codes::{self, CODE_MAX};
use crate::orders::{ActionRefusal, OrderAction, Party};
use crate::queries;

/// Says that an order was handed over, as its buyer, or as its seller with the buyer's digits; or that it was sent, as its seller
/// without them.
#[derive(Debug, Operation)]
#[operation(
    name = "market.hand",
    authority = Any,
    facts,
    undo = Happened,
    derives = [Derivation::new(HandoverEntry::NAME, TargetLog::FactDids).equal(&[Equal::RefIsIntentRef, Equal::Fact])],
    refusal = HandRefusal,
    prepared = CodeCheck,
    after_submit
)]
pub(crate) struct HandOver {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The other one of seller and buyer.
    pub(crate) dids: List<Did, 1, 1>,
    /// The six digits that the buyer shows, as a number.
    pub(crate) code: Option<Int<0, CODE_MAX>>,
}

/// The digits that a seller entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeCheck {
    /// There are none, or no order to compare them with.
    Absent,
    /// They are the buyer's.
    Right,
    /// They are others.
    Wrong,
    /// Too many others were entered before.
    Locked,
}

#[derive(Debug, Reasons)]
pub(crate) enum HandRefusal {
    /// The order's state, or its parties.
    #[refused(all)]
    Order(ActionRefusal),
    /// These aren’t the digits of this order: look at the buyer’s page again.
    #[refused(BadRequest, reason = "code", field = "code")]
    WrongCode,
    /// Wrong digits were entered five times, and no more are taken: let the buyer say that they have it.
    #[refused(Conflict, reason = "locked", field = "code")]
    Locked,
}

impl BeforeSubmit for HandOver {
    fn before_submit(&self, request: &Request<'_>) -> Answer<CodeCheck> {
        let (node, owner, payment) = (request.node, request.owner, self.payment.as_str());
        let Some(digits) = self.code else {
            return Ok(CodeCheck::Absent);
        };
        let order = queries::read(node, |db| queries::order(db, owner.as_str(), payment))?;
        let Some(order) = order.filter(|order| order.party == Party::Seller) else {
            return Ok(CodeCheck::Absent);
        };
        if !codes::count_entry(node, &self.payment, owner)? {
            Ok(CodeCheck::Locked)
        } else if digits.0 == codes::code(&codes::key(node), &self.payment, &order.terms) {
            Ok(CodeCheck::Right)
        } else {
            Ok(CodeCheck::Wrong)
        }
    }
}

impl HandOver {
    /// Refuses digits of a seller that aren't the buyer's.
    fn check_code(&self, party: Party, code: CodeCheck) -> Result<(), HandRefusal> {
        match code {
            CodeCheck::Right => Ok(()),
            CodeCheck::Absent if party == Party::Buyer || self.code.is_none() => Ok(()),
            CodeCheck::Absent | CodeCheck::Wrong => Err(HandRefusal::WrongCode),
            CodeCheck::Locked => Err(HandRefusal::Locked),
        }
    }
}

impl Decide for HandOver {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<HandRefusal> {
        let order = queries::order_with(ctx.reader(), ctx.owner(), &self.payment, &self.dids)?;
        let order = order.ok_or(HandRefusal::Order(ActionRefusal::Unknown))?;
        let action = if order.party == Party::Seller && self.code.is_none() {
            OrderAction::Send
        } else {
            OrderAction::Confirm
        };
        order.check(action, ctx.now().as_millis()).map_err(HandRefusal::Order)?;
        self.check_code(order.party, *ctx.prepared())?;
        let entry = HandoverEntry {
            payment: self.payment.clone(),
            dids: self.dids.clone(),
            code: self.code,
        };
        Ok(ctx.derive_in([order.other()], &entry)?)
    }
}

impl AfterSubmit for HandOver {
    /// Only a wrong entry counts, and only one that its seller signed.
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        let is_uncounted = match (done.prepared, done.outcome) {
            (CodeCheck::Absent | CodeCheck::Locked, _) => false,
            (_, Err(SubmitError::Refused(refusal))) => !HandRefusal::WrongCode.explains(refusal),
            _ => true,
        };
        if is_uncounted
            && let Err(problem) = codes::uncount_entry(done.node, &self.payment, done.owner)
        {
            tracing::warn!(payment = self.payment.as_str(), "an entry of a code: {problem}");
        }
    }
}

/// The other party says that an order was handed over or sent.
#[derive(Debug, Operation)]
#[operation(name = "market.handed", authority = Derived, facts)]
pub(crate) struct HandoverEntry {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The owner of this log.
    pub(crate) dids: List<Did, 1, 1>,
    /// The six digits that the buyer shows, as a number.
    pub(crate) code: Option<Int<0, CODE_MAX>>,
}
