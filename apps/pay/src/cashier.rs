//! What other services ask of this one when they sell (see `imajin_service::sale`), and what is prepared for every
//! command before it is submitted.

use imajin_ledger::Command;
use imajin_protocol::{Did, IdText};
use imajin_service::sale::{Cashier, Counter, Later, Offer, Opened, Quote, Sale, Terms};
use imajin_service::{Node, Problem};
use serde_json::Value as Json;

use crate::attest::{Prepared, new_id};
use crate::routes::look;
use crate::{Pay, ops, reads, rules};

impl Cashier for Pay {
    fn quote(&self, node: &Node, offer: &Offer) -> Result<Quote, Problem> {
        quote(node, offer)
    }

    fn prepare(&self, node: &Node, sale: &Sale) -> Result<Json, Problem> {
        let id = new_id()?;
        let seller = &sale.terms.seller;
        let prepared = match sale.terms.is_immediate() && !sale.terms.amount.is_zero() {
            true => Prepared::sign(node, &id, &sale.payer, seller)?,
            false => Prepared::named(&id),
        };
        prepared.to_args()
    }

    fn open<'a>(
        &'a self,
        node: &'a Node,
        payment: &'a IdText,
        counter: &'a Counter,
    ) -> Later<'a, Result<Opened, Problem>> {
        let _ = (node, payment, counter);
        Box::pin(async { Err(Problem::unavailable("This box takes no cards.")) })
    }
}

/// What an offer comes to.
pub(crate) fn quote(node: &Node, offer: &Offer) -> Result<Quote, Problem> {
    let preview = Terms {
        amount: offer.amount,
        currency: offer.currency,
        // Who signed it; found out with the signature.
        seller: offer.payer.clone(),
        service: offer.service.clone(),
        kind: offer.kind.clone(),
        follows: offer.manifest.digest(),
        manifest: offer.manifest.clone(),
        rail: offer.rail,
    };
    let (division, follows, seller) =
        look(node, |world| rules::division(world, &offer.payer, &preview))?;
    let recipients = division.recipients.clone();
    let mut to: std::collections::BTreeSet<Did> = match preview.is_immediate() {
        true => recipients.iter().map(|(did, _)| did.clone()).collect(),
        false => Default::default(),
    };
    to.extend([seller.clone(), node.did().clone()]);
    to.remove(&offer.payer);
    let here = |did: &Did| {
        let view = node.ledger().view(did).ok().flatten();
        view.is_some_and(|log| !log.deleted && log.read_only.is_none())
    };
    to.retain(here);
    Ok(Quote {
        seller,
        follows,
        recipients,
        division: serde_json::to_value(&division).map_err(Problem::internal)?,
        to,
    })
}

/// Signs what a payment will want signed. Whatever is wrong with the command itself is the decision's to say.
pub(crate) fn prepare(node: &Node, command: &mut Command) -> Result<(), Problem> {
    let prepared = match command.op.as_str() {
        ops::SETTLE => {
            let fact = command.fact.as_ref();
            let seller = fact.and_then(|fact| fact.id("seller")?.to_did());
            let is_free = fact.and_then(|fact| fact.int("amount")) == Some(0);
            match seller {
                Some(seller) if !is_free => {
                    Prepared::sign(node, &new_id()?, &command.did, &seller)?
                }
                _ => Prepared::named(&new_id()?),
            }
        }
        ops::CHECKOUT | ops::TOPUP => Prepared::named(&new_id()?),
        ops::EMT_CONFIRM => match of_hold(node, command.reference.as_ref())? {
            Some(prepared) => prepared,
            None => return Ok(()),
        },
        _ => return Ok(()),
    };
    command.args = prepared.to_args()?;
    Ok(())
}

/// What is signed of a payment that was waited for.
pub(crate) fn of_hold(node: &Node, payment: Option<&IdText>) -> Result<Option<Prepared>, Problem> {
    let Some(payment) = payment else {
        return Ok(None);
    };
    let hold = node.read(crate::projection::PROJECTION.name, |db| {
        reads::hold(db, node.did(), payment.as_str())
    })?;
    let parties = hold.and_then(|hold| rules::parties(&hold, node.did()));
    match parties {
        Some((payer, seller)) => Prepared::sign(node, payment, &payer, &seller).map(Some),
        None => Ok(None),
    }
}
