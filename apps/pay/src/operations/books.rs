//! Postings: movements in the node's books, and the entries about them in the logs of people whose credit changes.
//!
//! Always: the rows of a posting add up to zero. Row 0 is the source of the money.

use imajin_app::operation::{Int, List, Operation, Record, draft};
use imajin_app::refuse_if;
use imajin_dfos::Timestamp;
use imajin_ledger::{Draft, Refusal, RefusalKind};
use imajin_protocol::{Currency, Did, IdText, Minor};

use super::fields::Flag;
use super::world::{World, stored, too_large};

/// Maximum number of rows of a posting: every share of every manifest that a payment follows, twice.
const ROWS_MAX: usize = 2_048;

/// The node's books: credit moved. The amounts of its rows add up to zero.
#[derive(Debug, Operation)]
#[operation(name = "pay.posted", authority = Derived, erasable_by = Nobody, bound = Node)]
pub(crate) struct Posted {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The rail of a payment (`ledger`, `free`, `emt`, `stripe`) or `topup`; `refund` (from held parts, in the order of the payment's rows), `repaid` (by the seller), `lost` (a bank took it), `kept`, `twice`, `payout`, `paid-out`, `unpaid`, `transfer`, `untransferred`, `sent-back` (the seller sent a refund by bank), `debt`, `forgiven`, and in older logs `dispute`.
    #[fact]
    pub(crate) kind: IdText,
    /// How much, in minor units (cents).
    #[fact]
    pub(crate) amount: Minor,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
    /// The payer.
    #[fact]
    pub(crate) payer: Did,
    /// The seller.
    #[fact]
    pub(crate) seller: Did,
    /// The service that sold it, of a payment.
    #[fact]
    pub(crate) service: Option<IdText>,
    /// The thing that was sold, of a payment.
    #[fact]
    pub(crate) sold: Option<IdText>,
    /// Until when (ms) the parts are held; without it they are free.
    #[fact]
    pub(crate) free_at: Option<Timestamp>,
    /// The thing that this time depends on: a `pay.later` about it moves the time.
    #[fact]
    pub(crate) about: Option<IdText>,
    /// The part of an e-transfer that bought something void.
    #[fact]
    pub(crate) voided: Option<Minor>,
    /// The amount that the parts gave, of `lost`.
    #[fact]
    pub(crate) back: Option<Minor>,
    /// The refunds under way and the amounts that were kept, of `lost`.
    #[fact]
    pub(crate) ended: Option<Minor>,
    /// The amount that the seller of an e-transfer says to have sent back; 0 of a refund that is still to be sent.
    #[fact]
    pub(crate) sent: Option<Minor>,
    /// The change of each account.
    pub(crate) rows: List<Row, 0, ROWS_MAX>,
    /// The change of each debt of the seller.
    pub(crate) debts: Option<List<DebtRow, 1, ROWS_MAX>>,
}

/// One row of a posting.
#[derive(Debug, Record)]
pub(crate) struct Row {
    /// The owner of the account.
    did: Did,
    /// The change, in minor units.
    amount: Minor,
    /// Whether it moved between credit and an account with the provider.
    out: Option<bool>,
    /// The number of the payment's part that it takes from, where rows are not in the order of the parts.
    leg: Option<Int<0, { i64::MAX >> 11 }>>,
}

/// The change of a debt.
#[derive(Debug, Record)]
pub(crate) struct DebtRow {
    /// The creditor.
    did: Did,
    /// The change, in minor units.
    amount: Minor,
}

/// Somebody's credit on a node changed.
#[derive(Debug, Operation)]
#[operation(name = "pay.credit", authority = Derived, facts)]
pub(crate) struct Credit {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The change, in minor units.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The node that owes it.
    pub(crate) node: Did,
    /// When it was to be free (ms).
    pub(crate) free_at: Option<Timestamp>,
    /// The service by which its owner sold something for it, and which tells them so. Older entries lack it.
    pub(crate) sold: Option<IdText>,
    /// 1: its owner hears of it by what the service that sold makes void, or by the answer to a request for a payout.
    pub(crate) told: Option<Flag>,
}

/// A movement of credit before it is entered.
pub(super) struct Posting<'a> {
    pub(super) payment: &'a IdText,
    /// The rail, or the kind of another movement ([`Posted::kind`]).
    pub(super) kind: &'static str,
    /// The selling service and the kind of sale; of payments only.
    pub(super) sold: Option<(&'a IdText, &'a IdText)>,
    pub(super) payer: &'a Did,
    pub(super) seller: &'a Did,
    pub(super) currency: Currency,
    pub(super) amount: Minor,
    pub(super) rows: Vec<(Did, Minor)>,
    /// Time until which the parts of a sale are held.
    pub(super) held: Option<HoldPeriod>,
    /// The part of an e-transfer that bought what is void.
    pub(super) voided: Option<Minor>,
    /// The amount that the seller of an e-transfer states to have sent back.
    pub(super) sent: Option<Minor>,
    /// Amounts of a lost dispute that come from the parts, and from refunds under way.
    pub(super) lost: Option<(Minor, Minor)>,
    /// Changes of the seller's debts for this payment, by creditor.
    pub(super) debts: Vec<(Did, Minor)>,
    /// The leg of the payment that each row takes from, where rows are not in the order of the legs.
    pub(super) legs: Vec<Option<usize>>,
    /// Whether another entry tells the payer: the selling service's, or a payout's.
    pub(super) is_told: bool,
    /// The amount that the provider passes on to a recipient's own account, so that the node doesn't owe it; below zero
    /// where it is taken back from there.
    pub(super) out: Option<(Did, Minor)>,
}

/// Time until which the parts of a sale are held, and its subject.
#[derive(Debug, Clone)]
pub(super) struct HoldPeriod {
    pub(super) free_at: Timestamp,
    pub(super) about: Option<IdText>,
}

impl<'a> Posting<'a> {
    /// Returns a posting other than a payment's own: a refund, a payout, a debt that is paid.
    pub(super) fn moves(
        payment: &'a IdText,
        kind: &'static str,
        (payer, seller): (&'a Did, &'a Did),
        (amount, currency): (Minor, Currency),
        rows: Vec<(Did, Minor)>,
    ) -> Self {
        Self {
            payment,
            kind,
            sold: None,
            payer,
            seller,
            currency,
            amount,
            rows,
            held: None,
            voided: None,
            sent: None,
            lost: None,
            debts: Vec::new(),
            legs: Vec::new(),
            is_told: false,
            out: None,
        }
    }

    /// Returns the entry in the node's books, and one in the log of everyone whose credit changes.
    pub(super) fn drafts(&self, world: &World<'_>) -> Result<Vec<Draft>, Refusal> {
        let sum = Minor::sum(self.rows.iter().map(|(_, amount)| *amount));
        refuse_if!(sum != Ok(Minor::ZERO), stored("a posting does not add up to zero"));
        if !world.takes_entries(world.node) {
            return Err(Refusal::new(
                RefusalKind::Unavailable,
                "This box has no record of its own yet to keep its books in.",
            ));
        }
        let mut drafts = Vec::with_capacity(1 + self.rows.len());
        let out = self.out.iter();
        let out: Vec<_> = out.flat_map(|(did, amount)| between(did, world.node, *amount)).collect();
        let free_at = self.held.as_ref().map(|held| held.free_at);
        for (did, amount) in net(self.rows.iter().chain(&out))? {
            if did != *world.node && !amount.is_zero() {
                let is_sale = did == *self.seller && !amount.is_negative();
                let sold = self.sold.filter(|_| is_sale);
                let credit = Credit {
                    payment: self.payment.clone(),
                    amount,
                    currency: self.currency,
                    node: world.node.clone(),
                    free_at: free_at.filter(|_| !amount.is_negative()),
                    sold: sold.map(|(service, _)| service.clone()),
                    told: (self.is_told && did == *self.payer).then_some(Flag(true)),
                };
                world.add(&mut drafts, &did, &credit)?;
            }
        }
        drafts.push(draft(world.node.clone(), &self.posted(out)?)?);
        Ok(drafts)
    }

    fn posted(&self, out: Vec<(Did, Minor)>) -> Result<Posted, Refusal> {
        let owed = self.rows.iter().enumerate().map(|(n, (did, amount))| {
            let leg = self.legs.get(n).copied().flatten();
            Row {
                did: did.clone(),
                amount: *amount,
                out: None,
                leg: leg.and_then(|leg| i64::try_from(leg).ok()).map(Int),
            }
        });
        let out =
            out.into_iter().map(|(did, amount)| Row { did, amount, out: Some(true), leg: None });
        let debts =
            self.debts.iter().map(|(did, amount)| DebtRow { did: did.clone(), amount: *amount });
        Ok(Posted {
            payment: self.payment.clone(),
            kind: IdText::parse(self.kind).map_err(stored)?,
            amount: self.amount,
            currency: self.currency,
            payer: self.payer.clone(),
            seller: self.seller.clone(),
            service: self.sold.map(|(service, _)| service.clone()),
            sold: self.sold.map(|(_, sold)| sold.clone()),
            free_at: self.held.as_ref().map(|held| held.free_at),
            about: self.held.as_ref().and_then(|held| held.about.clone()),
            voided: self.voided,
            back: self.lost.map(|(back, _)| back),
            ended: self.lost.map(|(_, ended)| ended),
            sent: self.sent,
            rows: List(owed.chain(out).collect()),
            debts: (!self.debts.is_empty()).then(|| List(debts.collect())),
        })
    }
}

/// Returns the rows of an amount that goes from one account to another.
pub(super) fn between(from: &Did, to: &Did, amount: Minor) -> Vec<(Did, Minor)> {
    vec![(from.clone(), amount.negated()), (to.clone(), amount)]
}

/// Sums the rows of each account, in the order of their first row.
fn net<'a>(rows: impl Iterator<Item = &'a (Did, Minor)>) -> Result<Vec<(Did, Minor)>, Refusal> {
    let mut net: Vec<(Did, Minor)> = Vec::new();
    for (did, amount) in rows {
        match net.iter_mut().find(|(other, _)| other == did) {
            Some((_, sum)) => *sum = sum.plus(*amount).map_err(too_large)?,
            None => net.push((did.clone(), *amount)),
        }
    }
    Ok(net)
}
