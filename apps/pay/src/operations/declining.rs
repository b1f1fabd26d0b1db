//! Declines debts that others state: no one has to see lines that a stranger puts into their wallet.
//!
//! Always: declining changes nothing about a debt, which its debtor can still pay, but only what its creditor sees.

use imajin_app::operation::{Operation, Reasons};
use imajin_app::refuse_if;
use imajin_protocol::Did;

use super::fields::Flag;
use super::world::{Case, Consequences, Movement, Outcome, World};

/// Declines all present and future debts of a person to the author: the author sees none of them any more. Or takes that
/// back.
#[derive(Debug, Operation)]
#[operation(name = "pay.debt.decline", authority = OwnKey, facts, refusal = DeclineRefusal)]
pub(crate) struct DeclineDebts {
    /// The debtor.
    #[reference]
    pub(crate) debtor: Did,
    /// 1: decline them. 0: show them again.
    pub(crate) declined: Flag,
}

#[derive(Debug, Reasons)]
pub(crate) enum DeclineRefusal {
    /// Name somebody else.
    #[refused(BadRequest, field = "ref")]
    OwnDebts,
}

impl Movement for DeclineDebts {
    fn consequences(&self, _: &World<'_>, case: Case<'_>) -> Outcome<DeclineRefusal> {
        refuse_if!(self.debtor == *case.owner, DeclineRefusal::OwnDebts);
        Ok(Consequences::none())
    }
}
