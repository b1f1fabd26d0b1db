//! Postings: what moves in the node's books, and what each whose credit it changes finds in their own log.
//!
//! Always: the rows of a posting add up to nothing. Row 0 is where the money came from.

use imajin_dfos::Value;
use imajin_ledger::{Draft, Refusal, RefusalKind};
use imajin_protocol::{Currency, Did, Fact, FactValue, IdText, Minor};

use super::{World, bad, id, of_did, refuse};
use crate::ops;

/// One movement of credit.
pub(super) struct Posting<'a> {
    pub(super) payment: &'a IdText,
    /// The rail, or what else moved (see `projection::books`).
    pub(super) kind: &'static str,
    /// Which service sold what; of a payment.
    pub(super) sold: Option<(&'a IdText, &'a IdText)>,
    pub(super) payer: &'a Did,
    pub(super) seller: &'a Did,
    pub(super) currency: Currency,
    pub(super) amount: Minor,
    pub(super) rows: Vec<(Did, Minor)>,
    /// More members of the fact: `free_at` and `about` of a sale, `back` and `ended` of a lost dispute.
    pub(super) more: Vec<(&'static str, FactValue)>,
    /// By how much what the seller owes somebody for this payment changed.
    pub(super) debts: Vec<(Did, Minor)>,
    /// Which leg of the payment a row takes from, where rows do not stand in the legs' order.
    pub(super) legs: Vec<Option<usize>>,
    /// What of it the provider passes on to somebody's own account, so that the node does not owe it; below zero where it
    /// is taken back from there.
    pub(super) out: Option<(Did, Minor)>,
}

pub(super) fn draft(
    did: &Did,
    op: &'static str,
    reference: &IdText,
    body: Option<Value>,
    fact: Option<imajin_protocol::Fact>,
) -> Draft {
    Draft {
        did: did.clone(),
        service: "pay",
        op,
        reference: Some(reference.clone()),
        body,
        fact,
    }
}

impl<'a> Posting<'a> {
    /// Something that moves besides a payment's own rows: a refund, a payout, a debt that is paid.
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
            more: Vec::new(),
            debts: Vec::new(),
            legs: Vec::new(),
            out: None,
        }
    }

    /// The entry in the node's books, and one in the log of each whose credit changes.
    pub(super) fn drafts(&self, world: &World<'_>) -> Result<Vec<Draft>, Refusal> {
        let sum = Minor::sum(self.rows.iter().map(|(_, amount)| *amount));
        if sum != Ok(Minor::ZERO) {
            return Err(refuse(
                RefusalKind::Stored,
                "a posting does not add up to nothing",
            ));
        }
        if !world.takes_entries(world.node) {
            return Err(refuse(
                RefusalKind::Unavailable,
                "This box has no record of its own yet to keep its books in.",
            ));
        }
        let mut drafts = Vec::with_capacity(1 + self.rows.len());
        let out = self.out.iter().flat_map(|(did, amount)| {
            [
                (did.clone(), amount.negated()),
                (world.node.clone(), *amount),
            ]
        });
        let out: Vec<(Did, Minor)> = out.collect();
        let free_at = self.more.iter().find(|(key, _)| *key == "free_at");
        for (did, amount) in net(self.rows.iter().chain(&out))? {
            if did != *world.node && !amount.is_zero() && world.takes_entries(&did) {
                let mut members = vec![
                    ("amount", amount.get().into()),
                    ("currency", id(self.currency.code())?.into()),
                    ("node", of_did(world.node)?.into()),
                ];
                members.extend(free_at.filter(|_| !amount.is_negative()).cloned());
                let fact = Fact::new(members).map_err(|error| bad("fact", format!("{error}.")))?;
                drafts.push(draft(&did, ops::CREDIT, self.payment, None, Some(fact)));
            }
        }
        let mut members: Vec<(&str, FactValue)> = vec![
            ("kind", id(self.kind)?.into()),
            ("amount", self.amount.get().into()),
            ("currency", id(self.currency.code())?.into()),
            ("payer", of_did(self.payer)?.into()),
            ("seller", of_did(self.seller)?.into()),
        ];
        if let Some((service, sold)) = self.sold {
            members.push(("service", service.clone().into()));
            members.push(("sold", sold.clone().into()));
        }
        members.extend(self.more.iter().cloned());
        let fact = Fact::new(members).map_err(|error| bad("fact", format!("{error}.")))?;
        let row = |(did, amount): &(Did, Minor)| {
            vec![
                ("did", Value::from(did.as_str())),
                ("amount", Value::Int(amount.get())),
            ]
        };
        let owed = self.rows.iter().enumerate().map(|(n, of)| {
            let mut members = row(of);
            let leg = self.legs.get(n).copied().flatten();
            let leg = leg.and_then(|leg| i64::try_from(leg).ok());
            members.extend(leg.map(|leg| ("leg", Value::Int(leg))));
            members
        });
        let out = out.iter().map(row).map(|mut members| {
            members.push(("out", Value::Bool(true)));
            members
        });
        let rows = owed.chain(out).map(Value::map);
        let mut body = vec![("rows", Value::List(rows.collect()))];
        if !self.debts.is_empty() {
            let debts = self.debts.iter().map(row).map(Value::map);
            body.push(("debts", Value::List(debts.collect())));
        }
        let body = Value::map(body);
        drafts.push(draft(
            world.node,
            ops::POSTED,
            self.payment,
            Some(body),
            Some(fact),
        ));
        Ok(drafts)
    }
}

/// What rows come to for each, in the order of their first one.
fn net<'a>(rows: impl Iterator<Item = &'a (Did, Minor)>) -> Result<Vec<(Did, Minor)>, Refusal> {
    let mut net: Vec<(Did, Minor)> = Vec::new();
    for (did, amount) in rows {
        match net.iter_mut().find(|(other, _)| other == did) {
            Some((_, sum)) => {
                *sum = sum
                    .plus(*amount)
                    .map_err(|error| refuse(RefusalKind::TooLarge, error.to_string()))?;
            }
            None => net.push((did.clone(), *amount)),
        }
    }
    Ok(net)
}
