//! What other services ask of this one when they sell (see `imajin_service::sale`), and what is prepared for every
//! command before it is submitted.

use imajin_dfos::Timestamp;
use imajin_ledger::Command;
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::settlement::FeeProfile;
use imajin_protocol::{Did, IdText, Minor};
use imajin_service::sale::{
    Back, Cashier, Counter, Fees, Later, Offer, Opened, Quote, Rail, Sale, Terms,
};
use imajin_service::{Node, Problem};
use serde_json::Value as Json;

use crate::attest::{Prepared, new_id};
use crate::projection::{PROJECTION, fee_schedule};
use crate::provider::{Item, Session, Wanted};
use crate::routes::look;
use crate::{Pay, budget, ops, outside, reads, rules, worker};

/// How long a page is open at least: half an hour is Stripe's least, and a clock may be a little behind.
const SESSION_S_MIN: i64 = 31 * 60;

impl Cashier for Pay {
    fn manifest(&self, node: &Node, digest: &Digest) -> Result<Option<Manifest>, Problem> {
        let text = node.read(PROJECTION.name, |db| reads::manifest(db, digest))?;
        text.map(|text| Manifest::parse(&text))
            .transpose()
            .map_err(Problem::internal)
    }

    fn fees(&self, node: &Node) -> Result<(Fees, Option<(Fees, Timestamp)>), Problem> {
        let (schedule, _) = node.read(PROJECTION.name, |db| fee_schedule(db, node.did()))?;
        let shown = |profile: FeeProfile| Fees {
            network: profile.protocol(),
            node: profile.node(),
            buyer_credit: profile.buyer_credit(),
        };
        let now = node.now();
        let announced = match schedule.announced(now) {
            Some((profile, from)) => {
                let from = Timestamp::from_millis(from).map_err(Problem::internal)?;
                Some((shown(profile), from))
            }
            None => None,
        };
        Ok((shown(schedule.at(now)), announced))
    }

    fn quote(&self, node: &Node, offer: &Offer) -> Result<Quote, Problem> {
        quote(node, offer)
    }

    fn prepare(&self, node: &Node, sale: &Sale) -> Result<Json, Problem> {
        may_sell(
            self,
            node,
            Some(sale.terms.rail).filter(|_| !sale.terms.is_immediate()),
        )?;
        let id = new_id(node)?;
        let seller = &sale.terms.seller;
        // What is held is attested when it is free.
        let is_free = sale.terms.release.free_at.is_none_or(|at| at <= node.now());
        let is_paid = sale.terms.is_immediate() && !sale.terms.amount.is_zero();
        let prepared = match is_paid && is_free {
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
        Box::pin(async move {
            let title = Item {
                name: counter.title.clone(),
                description: None,
                amount: Minor::ZERO,
                quantity: 1,
            };
            open(self, node, payment.as_str(), counter, vec![title]).await
        })
    }

    fn give_all_back<'a>(
        &'a self,
        node: &'a Node,
        payment: &'a IdText,
    ) -> Later<'a, Result<(), Problem>> {
        Box::pin(worker::return_all(node, payment))
    }

    fn back(&self, node: &Node, payment: &str) -> Result<Option<Back>, Problem> {
        let found = node.read(PROJECTION.name, |db| {
            let Some(paid) = reads::payment(db, node.did(), payment)? else {
                return Ok(None);
            };
            let (waiting, kept) = reads::at_provider(db, node.did(), payment)?;
            let is_held = paid.is_held(node.now());
            Ok(Some(Back {
                payer: paid.payer,
                rail: paid.rail,
                currency: paid.currency,
                gross: paid.gross,
                back: paid.refunded,
                waiting,
                kept,
                is_held,
                free_at: Some(paid.free_at)
                    .filter(|at| *at != i64::MAX && *at > node.now().as_millis())
                    .and_then(|at| Timestamp::from_millis(at).ok()),
            }))
        })?;
        Ok(found)
    }
}

/// Refuses cards where nobody takes them, and while the provider was not asked what it sold. What no provider has to do
/// with goes on: its absence is no reason to close a box. After a restore everything waits, since what was sold by card
/// took places that this record believes to be free.
fn may_sell(pay: &Pay, node: &Node, rail: Option<Rail>) -> Result<(), Problem> {
    if node.sales_are_closed() {
        return Err(Problem::unavailable(
            "This box was restored from a backup and asks its payment provider what was sold since. Nothing is sold until then, so that nothing is sold twice: try again in a moment.",
        ));
    }
    if rail != Some(Rail::Stripe) {
        return Ok(());
    }
    if pay.provider().is_none() {
        return Err(Problem::conflict(
            "This box takes no cards: its owner has set up none. Pay another way.",
        )
        .with("reason", "rail"));
    }
    match pay.is_reconciled() {
        true => Ok(()),
        false => Err(Problem::unavailable(
            "This box has just started and asks its payment provider what was sold meanwhile. No cards are taken until then: try again in a moment, or pay another way.",
        )),
    }
}

/// Opens the page where a payment is paid. One line alone costs what the payment is of.
pub(crate) async fn open(
    pay: &Pay,
    node: &Node,
    payment: &str,
    counter: &Counter,
    mut items: Vec<Item>,
) -> Result<Opened, Problem> {
    let missing = || Problem::not_found("No such payment is waited for.");
    let provider = pay.provider().ok_or_else(missing)?;
    let hold = outside::hold(node, payment)?;
    let hold = hold
        .filter(|hold| hold.rail == Rail::Stripe)
        .ok_or_else(missing)?;
    if hold.done || hold.failed {
        return Err(
            Problem::conflict("This payment is paid already, or will not come.")
                .with("reason", "closed"),
        );
    }
    if let Some(open) = &hold.session {
        let session = provider.look(&open.id).await.map_err(outside::problem)?;
        // What it says may be news.
        outside::page(node, &**provider, &session, None).await?;
        return opened(session);
    }
    if let [only] = items.as_mut_slice() {
        only.amount = hold.amount;
        only.quantity = 1;
    }
    let soonest = node.now().as_secs() + SESSION_S_MIN;
    let wanted = Wanted {
        payment,
        node: node.did(),
        currency: hold.currency,
        items: &items,
        success_url: &counter.success_url,
        cancel_url: &counter.cancel_url,
        email: counter.email.as_deref(),
        until: (hold.until / 1000).max(soonest),
    };
    let session = provider.open(&wanted).await.map_err(outside::problem)?;
    outside::note_opened(node, payment, &session).await?;
    opened(session)
}

fn opened(session: Session) -> Result<Opened, Problem> {
    let closed =
        || Problem::conflict("This payment's page is closed already.").with("reason", "closed");
    Ok(Opened {
        url: session.url.ok_or_else(closed)?,
        until: Timestamp::from_millis(session.until.saturating_mul(1000))
            .map_err(Problem::internal)?,
        session: session.id,
    })
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
        release: Default::default(),
        quoted: offer.quoted,
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
pub(crate) fn prepare(pay: &Pay, node: &Node, command: &mut Command) -> Result<(), Problem> {
    let rail = command.fact.as_ref().and_then(|fact| fact.id("rail"));
    let rail = rail.and_then(|rail| Rail::parse(rail.as_str()));
    if matches!(
        command.op.as_str(),
        ops::SETTLE | ops::CHECKOUT | ops::TOPUP
    ) {
        may_sell(pay, node, rail)?;
        budget::check(node, command)?;
    }
    let prepared = match command.op.as_str() {
        ops::SETTLE => {
            let fact = command.fact.as_ref();
            let seller = fact.and_then(|fact| fact.id("seller")?.to_did());
            let is_free = fact.and_then(|fact| fact.int("amount")) == Some(0);
            match seller {
                Some(seller) if !is_free => {
                    Prepared::sign(node, &new_id(node)?, &command.did, &seller)?
                }
                _ => Prepared::named(&new_id(node)?),
            }
        }
        ops::CHECKOUT | ops::TOPUP | ops::PAYOUT_ASK => Prepared::named(&new_id(node)?),
        _ => return Ok(()),
    };
    command.args = prepared.to_args()?;
    Ok(())
}
