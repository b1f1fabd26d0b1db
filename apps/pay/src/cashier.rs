//! The cashier that other services use to sell (see `imajin_selling`).

use std::collections::BTreeSet;

use imajin_app::words::Money;
use imajin_app::{Node, Problem};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_ledger::Receipt;
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::settlement::FeeProfile;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{
    Cashier, Counter, Fees, Later, Offer, PaymentPage, Quote, Rail, RefundProgress, Sale,
    StartedPayment, Teller, Terms,
};
use serde_json::Value as Json;

use crate::attest::{Prepared, new_id};
use crate::manifest::{DETAILS_PAGE, PAGE};
use crate::manifests::Source;
use crate::operations::{check_sale, division, look};
use crate::provider::{Item, PageRequest, Session};
use crate::queries::{self, fee_schedule};
use crate::stripe::currencies::{Uncharged, check_charge};
use crate::till::Till;
use crate::{Pay, outside, worker};

/// Minimum time that a page is open, in seconds: Stripe's minimum is half an hour, and a clock may be a little behind.
const SESSION_S_MIN: i64 = 31 * 60;

impl Cashier for Pay {
    fn page(&self) -> &'static str {
        PAGE
    }

    fn details_page(&self) -> &'static str {
        DETAILS_PAGE
    }

    fn payment_page(&self, payment: &str) -> String {
        format!("{PAGE}/payments/{payment}")
    }

    fn rails(&self, node: &Node, seller: &Did) -> Result<Vec<Rail>, Problem> {
        let details = queries::read(node, |db| queries::details(db, node.did(), seller))?;
        let mut rails = vec![Rail::Ledger];
        rails.extend(details.map(|_| Rail::Emt));
        rails.extend(self.provider().map(|_| Rail::Stripe));
        Ok(rails)
    }

    /// Checks only card payments: a currency without cards still has other ways of payment, and a free sale needs none.
    fn check_price(&self, amount: Minor, currency: Currency) -> Result<(), Problem> {
        if self.provider().is_none() || amount.is_zero() {
            return Ok(());
        }
        let Err(uncharged) = check_charge(amount, currency) else {
            return Ok(());
        };
        let Some(bound) = uncharged.bound() else {
            return Ok(());
        };
        let (price, bound) = (Money::new(amount, currency), Money::new(bound, currency));
        let text = match uncharged {
            Uncharged::Below(_) => format!("No card can pay {price}: choose {bound} or more."),
            Uncharged::Above(_) => format!("No card can pay {price}: choose {bound} or less."),
            _ => format!("No card can pay {price}: choose a multiple of {bound}."),
        };
        Err(Problem::field("price", text))
    }

    fn manifest(&self, node: &Node, digest: &Digest) -> Result<Option<Manifest>, Problem> {
        let text = queries::read(node, |db| queries::manifest(db, digest))?;
        text.map(|text| Manifest::parse(&text)).transpose().map_err(Problem::internal)
    }

    fn manifest_path(&self, digest: &Digest) -> String {
        format!("{PAGE}/api/manifests/{digest}/fair")
    }

    fn fees(&self, node: &Node) -> Result<(Fees, Option<(Fees, Timestamp)>), Problem> {
        let (schedule, _) = queries::read(node, |db| fee_schedule(db, node.did()))?;
        let shown = |profile: FeeProfile| Fees {
            network: profile.protocol(),
            node: profile.node(),
            buyer_credit: profile.buyer_credit(),
        };
        let now = node.now();
        let announced = schedule.announced(now).map(|(profile, from)| {
            let from = Timestamp::from_millis(from).map_err(Problem::internal)?;
            Ok::<_, Problem>((shown(profile), from))
        });
        Ok((shown(schedule.at(now)), announced.transpose()?))
    }

    fn quote(&self, node: &Node, offer: &Offer) -> Result<Quote, Problem> {
        quote(node, offer, Source::Entered)
    }

    fn prepare(&self, node: &Node, sale: &Sale) -> Result<Json, Problem> {
        let rail = Some(sale.terms.rail).filter(|_| !sale.terms.is_immediate());
        self.may_sell(node, rail)?;
        check_sale(node, &sale.payer, &sale.terms)?;
        let id = new_id(node)?;
        let seller = &sale.terms.seller;
        // A payment whose parts are held is attested when they become free.
        let is_free = sale.terms.release.free_at.is_none_or(|at| at <= node.now());
        let is_paid = sale.terms.is_immediate() && !sale.terms.amount.is_zero();
        let prepared = if is_paid && is_free {
            Prepared::sign(node, &id, &sale.payer, seller)?
        } else {
            Prepared::new(&id)
        };
        Ok(prepared.to_args())
    }

    fn begun(&self, node: &Node, receipt: &Receipt) -> Result<Option<StartedPayment>, Problem> {
        queries::read(node, |db| {
            let payment = queries::payment_of(db, node.did(), receipt)?;
            let Some(payment) = payment.and_then(|id| IdText::parse(&id).ok()) else {
                return Ok(None);
            };
            let paid = queries::payment(db, node.did(), payment.as_str())?.is_some();
            let hold = queries::hold(db, node.did(), payment.as_str())?.filter(|_| !paid);
            let until = hold.and_then(|hold| Timestamp::from_millis(hold.until).ok());
            Ok(Some(StartedPayment { payment, paid, until }))
        })
    }

    fn open<'a>(
        &'a self,
        node: &'a Node,
        payment: &'a IdText,
        counter: &'a Counter,
    ) -> Later<'a, Result<PaymentPage, Problem>> {
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

    fn give_back_up_to<'a>(
        &'a self,
        node: &'a Node,
        payment: &'a IdText,
        total: Minor,
        teller: Teller,
    ) -> Later<'a, Result<(), Problem>> {
        Box::pin(worker::return_up_to(node, payment, total, teller))
    }

    fn back(&self, node: &Node, payment: &str) -> Result<Option<RefundProgress>, Problem> {
        queries::read(node, |db| {
            let Some(paid) = queries::payment(db, node.did(), payment)? else {
                return Ok(None);
            };
            let (waiting, kept) = queries::at_provider(db, node.did(), payment)?;
            let is_held = paid.is_held(node.now());
            Ok(Some(RefundProgress {
                payer: paid.payer,
                seller: paid.seller,
                rail: paid.rail,
                currency: paid.currency,
                gross: paid.gross,
                back: paid.refunded,
                sent: paid.sent,
                waiting,
                kept,
                is_held,
                free_at: Some(paid.free_at)
                    .filter(|at| *at != i64::MAX && *at > node.now().as_millis())
                    .and_then(|at| Timestamp::from_millis(at).ok()),
            }))
        })
    }
}

impl Till for Pay {
    /// Refuses a sale that can't be made now. Sales on other rails continue without a provider. After a restore all
    /// sales wait, since card sales may have taken places that this record believes to be free.
    fn may_sell(&self, node: &Node, rail: Option<Rail>) -> Result<(), Problem> {
        if node.sales_are_closed() {
            return Err(Problem::unavailable(
                "This box was restored from a backup and asks its payment provider what was sold since. Nothing is sold until then, so that nothing is sold twice: try again in a moment.",
            ));
        }
        if rail != Some(Rail::Stripe) {
            return Ok(());
        }
        if self.provider().is_none() {
            return Err(Problem::conflict(
                "This box takes no cards: its owner has set up none. Pay another way.",
            )
            .with_member("reason", "rail"));
        }
        if self.is_reconciled() {
            Ok(())
        } else {
            Err(Problem::unavailable(
                "This box has just started and asks its payment provider what was sold meanwhile. No cards are taken until then: try again in a moment, or pay another way.",
            ))
        }
    }
}

/// Opens the provider's page for a payment. A single line has the payment's amount.
pub(crate) async fn open(
    pay: &Pay,
    node: &Node,
    payment: &str,
    counter: &Counter,
    mut items: Vec<Item>,
) -> Result<PaymentPage, Problem> {
    let missing = || Problem::not_found("No such payment is expected.");
    let provider = pay.provider().ok_or_else(missing)?;
    let hold = outside::hold(node, payment)?;
    let hold = hold.filter(|hold| hold.rail == Rail::Stripe).ok_or_else(missing)?;
    if hold.done || hold.failed {
        return Err(Problem::conflict("This payment is paid already, or will not come.")
            .with_member("reason", "closed"));
    }
    if let Some(open) = &hold.session {
        let session = provider.look(&open.id).await?;
        // The provider's answer may be news.
        outside::page(node, &provider, &session, None).await?;
        return opened(session);
    }
    if let [only] = items.as_mut_slice() {
        only.amount = hold.amount;
        only.quantity = 1;
    }
    let soonest = node.now().as_secs() + SESSION_S_MIN;
    let request = PageRequest {
        payment,
        node: node.did(),
        currency: hold.currency,
        items: &items,
        success_url: &counter.success_url,
        cancel_url: &counter.cancel_url,
        email: counter.email.as_deref(),
        until: (hold.until / 1000).max(soonest),
    };
    let session = provider.open(&request).await?;
    outside::note_opened(node, payment, &session).await?;
    opened(session)
}

fn opened(session: Session) -> Result<PaymentPage, Problem> {
    let closed = || {
        Problem::conflict("This payment's page is closed already.").with_member("reason", "closed")
    };
    Ok(PaymentPage {
        url: session.url.ok_or_else(closed)?,
        until: Timestamp::from_millis(session.until.saturating_mul(1000))
            .map_err(Problem::internal)?,
        session: session.id,
    })
}

pub(crate) fn quote(node: &Node, offer: &Offer, source: Source) -> Result<Quote, Problem> {
    let preview = Terms {
        amount: offer.amount,
        currency: offer.currency,
        // The seller is the manifest's signer, which the check of its signature finds out.
        seller: offer.payer.clone(),
        service: offer.service.clone(),
        kind: offer.kind.clone(),
        follows: offer.manifest.digest(),
        manifest: offer.manifest.clone(),
        agreed: offer.agreed.clone(),
        rail: offer.rail,
        release: Default::default(),
        quoted: offer.quoted,
    };
    let (found, seller) = look(node, |world| Ok(division(world, &offer.payer, &preview, source)?))?;
    let division = found.division;
    let recipients = division.recipients.clone();
    let paid = recipients.iter().filter(|_| preview.is_immediate()).map(|(did, _)| did.clone());
    let mut to: BTreeSet<Did> = paid.chain([seller.clone(), node.did().clone()]).collect();
    to.remove(&offer.payer);
    to.retain(|did| node.takes_entries(did));
    Ok(Quote {
        seller,
        follows: found.follows,
        manifests: found.followed,
        recipients,
        gone: found.receipt.gone,
        division: serde_json::to_value(&division).map_err(Problem::internal)?,
        to,
    })
}
