//! Background work of the payment service: asking the provider at the start, refunds, and telling services about
//! payments. All due work is in the tables, so it resumes after a restart; each step may run twice.

use std::time::Duration;

use axum::http::StatusCode;
use imajin_app::operation::Int;
use imajin_app::{Answer, Node, Problem};
use imajin_host::backoff::Backoff;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_protocol::{IdText, Minor};
use imajin_selling::{Fulfilled, Fulfilment, Paid, Rail, Teller};

use crate::Pay;
use crate::attest::Prepared;
use crate::callback;
use crate::manifest::MANIFEST;
use crate::operations::{self, Flag, FreedPayment, OpenedPage, Return, ReturnStatus};
use crate::outside::{self, amount, record_once};
use crate::patience::{Fault, Patience, Task};
use crate::provider::{ProviderError, ProviderRefund, Returned};
use crate::queries::{self, Hold};
use crate::stripe::Stripe;
use crate::taken_back::TakenBack;

/// Pause between two looks for something new.
const NAP: Duration = Duration::from_millis(500);
/// Seconds before the newest known page from which sessions are listed: no session stays open longer.
const SESSION_S: i64 = 24 * 3600;
/// Seconds to look back if no page is known.
const LOOK_BACK_S: i64 = 30 * SESSION_S;

pub(crate) fn started(node: &Node, pay: &Pay) {
    callback::started(node);
    node.begin(Worker {
        pay: pay.clone(),
        patience: Patience::default(),
        attested: TakenBack::default(),
    });
}

struct Worker {
    pay: Pay,
    patience: Patience,
    attested: TakenBack,
}

impl Rounds for Worker {
    const NAME: &'static str = "payments";
    const EVERY: Duration = NAP;
    const PAUSES: Option<Backoff> =
        Some(Backoff::new(Duration::from_secs(2), Duration::from_secs(300)));
    const TABLES: Option<&'static str> = Some(MANIFEST.name);

    async fn round(&mut self, node: &Node) -> Answer<()> {
        let done = round(node, &self.pay, &mut self.patience).await;
        self.attested.round(node, &mut self.patience).await.and(done)
    }

    fn is_done(&self) -> bool {
        self.pay.is_reconciled() && self.patience.is_empty() && self.attested.is_empty()
    }
}

/// Does all work that is due. A failure of one payment or account delays only that one ([`Patience`]); returns an error
/// where the provider or this machine is at fault.
async fn round(node: &Node, pay: &Pay, patience: &mut Patience) -> Answer<()> {
    let (mut outcome, mut is_there) = (Ok(()), true);
    patience.tidy(node);
    if pay.provider().is_none() {
        // Without a provider, no sale by card can be unknown.
        node.open_sales()?;
    }
    if let Some(provider) = pay.provider() {
        if !pay.is_reconciled() {
            match reconcile(node, &provider).await {
                Ok(entered) => {
                    // The provider has reported everything. Until the rest of it can be entered (a record may wait for its
                    // owner to resume it after a restore), only card payments stay closed, and the provider is asked
                    // again.
                    node.open_sales()?;
                    match entered {
                        Ok(()) => pay.set_reconciled(true),
                        Err(problem) => outcome = Err(problem),
                    }
                }
                Err(problem) => (outcome, is_there) = (Err(problem), false),
            }
        }
        // A provider that is away is not asked for anything else.
        if is_there {
            let refund_outcome = give_back(node, &provider, patience).await;
            is_there = refund_outcome.is_ok();
            outcome = refund_outcome.and(outcome);
        }
        // Only after the provider reported everything: otherwise parts that it took back could be transferred.
        if is_there && pay.is_reconciled() {
            let sent = outside::transfer::round(node, &provider, patience).await;
            outcome = sent.and(outcome);
        }
    }
    let tell_outcome = tell(node, patience).await;
    let attested = attest(node, patience).await;
    outcome.and(tell_outcome).and(attested)
}

/// Attests the payments whose money has become free.
async fn attest(node: &Node, patience: &mut Patience) -> Answer<()> {
    let (now, more) = (node.now().as_millis(), patience.hidden(Task::Attest));
    let due = queries::read(node, |db| queries::to_attest(db, node.did(), now, more))?;
    for (payment, payer, seller) in due {
        let attesting = async {
            let signed = Prepared::sign(node, &payment, &payer, &seller)?.attestations;
            let freed = FreedPayment { payment: payment.clone() };
            let recording = node.record_prepared(node.did().clone(), &freed, signed);
            Ok(outside::unless_known(recording.await)?)
        };
        let task = (Task::Attest, payment.as_str());
        patience.attempt(node, task, attesting).await?;
    }
    Ok(())
}

/// Asks the provider for every page that was left open, and for pages that were paid without this record knowing of it,
/// since it may be an older copy. No card is taken before.
/// Returns `Err` if the provider did not report everything; the inner result says whether all of it was entered.
async fn reconcile(node: &Node, provider: &Stripe) -> Answer<Answer<()>> {
    let mut entered = Ok(());
    let mut note = |outcome: Answer<()>| match outcome {
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            entered = Err(problem);
            Ok(())
        }
        // The provider permanently refuses something about this payment: log that, and enter the others.
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            tracing::error!("a payment cannot be entered: {problem:?}");
            Ok(())
        }
        other => other,
    };
    let (open, newest) = queries::read(node, |db| {
        Ok((
            queries::open(db, node.did(), Rail::Stripe)?,
            queries::newest_opened(db, node.did(), OpenedPage::NAME)?,
        ))
    })?;
    for session in open.iter().filter_map(|hold| hold.session.as_ref()) {
        match provider.look(&session.id).await {
            Ok(session) => note(outside::page(node, provider, &session, None).await)?,
            // A page that the provider does not know (any more) will not be paid.
            Err(ProviderError::Refused { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let from = match newest {
        Some(at_ms) => at_ms / 1000 - SESSION_S,
        None => node.now().as_secs() - LOOK_BACK_S,
    };
    let mut after: Option<String> = None;
    loop {
        let listed = provider.since(from, after.as_deref()).await;
        let (sessions, more) = listed?;
        for session in &sessions {
            note(outside::page(node, provider, session, None).await)?;
        }
        after = sessions.last().map(|session| session.id.clone());
        if !more || after.is_none() {
            return Ok(entered);
        }
    }
}

/// Has the provider make the refunds that are due.
async fn give_back(node: &Node, provider: &Stripe, patience: &mut Patience) -> Answer<()> {
    let more = patience.hidden(Task::GiveBack);
    let due = queries::read(node, |db| queries::returns_due(db, node.did(), more))?;
    let strays = queries::read(node, |db| queries::strays(db, node.did(), None))?;
    for stray in strays.iter().filter(|stray| stray.status == "due") {
        let giving = outside::give_back_stray(node, provider, stray);
        let task = (Task::GiveBack, stray.session.as_str());
        patience.attempt(node, task, giving).await?;
    }
    for due in due {
        let id = format!("{} {}", due.payment, due.n);
        let giving = give_one_back(node, provider, &due);
        patience.attempt(node, (Task::GiveBack, &id), giving).await?;
    }
    Ok(())
}

async fn give_one_back(
    node: &Node,
    provider: &Stripe,
    due: &queries::Returned,
) -> Result<(), Fault> {
    let hold = outside::hold(node, &due.payment)?;
    let charge = hold.and_then(|hold| Some((hold.charge?, hold.currency)));
    let (charge, currency) = charge.ok_or_else(|| {
        Problem::internal(format!("{} has no payment at the provider", due.payment))
    })?;
    // The refund may exist already, if its answer was lost; or the owner refunded by hand, which ends what is due.
    if let Some(done) = heard_of(node, provider, due, &charge).await? {
        return Ok(outside::gone_back(node, &done, None).await?);
    }
    let due = queries::read(node, |db| queries::returned(db, node.did(), &due.payment, due.n))?;
    let Some(due) = due.filter(|due| due.status == "due" && !due.left().is_zero()) else {
        return Ok(());
    };
    let back = ProviderRefund {
        payment: &due.payment,
        n: due.n,
        // A refused refund becomes credit and isn't tried again.
        attempt: 0,
        charge: &charge,
        currency,
        amount: due.left(),
        part: due.part.min(due.left()),
        is_rest: !due.ended.is_zero(),
    };
    let (id, status, amount) = match provider.give_back(&back).await {
        Ok(returned) => (returned.id, returned.status, returned.amount),
        // The payment was refunded elsewhere this very moment: the next round finds that.
        Err(ProviderError::Refused { code, message }) if code == outside::ALREADY_REFUNDED => {
            return Err(ProviderError::Unclear(message).into());
        }
        Err(ProviderError::Refused { code, message }) => {
            tracing::error!(payment = %due.payment, code, "the provider does not refund it: {message}");
            let code = if code.is_empty() { "refused".to_owned() } else { code };
            (code, ReturnStatus::Failed, due.left().get())
        }
        Err(error) => return Err(error.into()),
    };
    let returned = Returned {
        id,
        status,
        payment: Some(due.payment.clone()),
        n: Some(due.n),
        charge: None,
        amount,
        currency: None,
    };
    Ok(outside::gone_back(node, &returned, None).await?)
}

/// Enters refunds that the owner made at the provider. Returns what the provider knows of this refund.
async fn heard_of(
    node: &Node,
    provider: &Stripe,
    due: &queries::Returned,
    charge: &str,
) -> Result<Option<Returned>, Fault> {
    let mut own_return = None;
    for returned in provider.returns(charge).await? {
        let is_ours = returned.payment.as_deref() == Some(due.payment.as_str());
        match (is_ours, returned.n) {
            (true, Some(n)) if n == due.n => own_return = Some(returned),
            (true, Some(_)) => {}
            _ => {
                let by_hand = Returned {
                    payment: None,
                    n: None,
                    charge: Some(charge.to_owned()),
                    ..returned
                };
                outside::gone_back(node, &by_hand, None).await?;
            }
        }
    }
    Ok(own_return)
}

/// Tells services about payments and refunds.
async fn tell(node: &Node, patience: &mut Patience) -> Answer<()> {
    hand_over(node, patience).await?;
    for (seller, fulfilment) in node.services().offers().all::<dyn Fulfilment>() {
        let more = patience.hidden(Task::Tell);
        let (due, back) = queries::read(node, |db| {
            Ok((
                queries::due(db, node.did(), seller, more)?,
                queries::to_tell(db, node.did(), seller, more)?,
            ))
        })?;
        for hold in &due {
            let telling = async { Ok(fulfil(node, fulfilment, hold).await?) };
            let task = (Task::Tell, hold.payment.as_str());
            patience.attempt(node, task, telling).await?;
        }
        for (payment, paid, kind) in back {
            let paid = Paid {
                payer: paid.payer,
                seller: paid.seller,
                amount: paid.gross,
                currency: paid.currency,
                payment,
                kind,
            };
            let telling = async {
                fulfilment.given_back(node, &paid).await?;
                Ok(say_fulfilled(node, &paid.payment, 2).await?)
            };
            let task = (Task::Tell, paid.payment.as_str());
            patience.attempt(node, task, telling).await?;
        }
    }
    Ok(())
}

/// Marks payments of unknown services as fulfilled: the goods were handed over elsewhere when they were paid.
async fn hand_over(node: &Node, patience: &mut Patience) -> Answer<()> {
    let sellers = node.services().offers().all::<dyn Fulfilment>();
    let sellers: Vec<&str> = sellers.map(|(seller, _)| seller).collect();
    let more = patience.hidden(Task::Tell);
    let due = queries::read(node, |db| queries::due_elsewhere(db, node.did(), &sellers, more))?;
    for payment in &due {
        let saying = async { Ok(say_fulfilled(node, payment, 1).await?) };
        let task = (Task::Tell, payment.as_str());
        patience.attempt(node, task, saying).await?;
    }
    Ok(())
}

async fn fulfil(node: &Node, fulfilment: &dyn Fulfilment, hold: &Hold) -> Answer<()> {
    // The seller refunded everything before the service delivered; or this node did, and stopped before it recorded
    // that.
    let payment =
        queries::read(node, |db| queries::payment(db, node.did(), hold.payment.as_str()))?;
    if payment.is_some_and(|payment| payment.refunded > Minor::ZERO && payment.left().is_zero()) {
        return say_fulfilled(node, &hold.payment, 0).await;
    }
    let paid = Paid {
        payment: hold.payment.clone(),
        payer: hold.payer.clone(),
        seller: hold.payee.clone(),
        amount: hold.amount,
        currency: hold.currency,
        kind: hold.kind.clone(),
    };
    match fulfilment.fulfil(node, &paid).await? {
        Fulfilled::Done => say_fulfilled(node, &paid.payment, 1).await,
        Fulfilled::Impossible => {
            return_up_to(node, &paid.payment, Minor::MAX, Teller::Cashier).await?;
            say_fulfilled(node, &paid.payment, 0).await
        }
    }
}

async fn say_fulfilled(node: &Node, payment: &IdText, done: i64) -> Answer<()> {
    let fulfilled = operations::Fulfilled { payment: payment.clone(), done: Int(done) };
    record_once(node, &fulfilled).await
}

/// Refunds a payment until `total` of it went back in all, at most what was paid. If a part is refunded elsewhere at the
/// same time, less is left, and the rest is tried again.
pub(crate) async fn return_up_to(
    node: &Node,
    payment: &IdText,
    total: Minor,
    teller: Teller,
) -> Answer<()> {
    let mut before = Minor::MAX;
    loop {
        let paid = queries::read(node, |db| queries::payment(db, node.did(), payment.as_str()))?;
        let Some(paid) = paid else { return Ok(()) };
        let left = paid.gross.min(total).minus(paid.refunded).map_err(Problem::internal)?;
        if left.is_zero() || left.is_negative() {
            return Ok(());
        }
        let back = Return {
            payment: payment.clone(),
            amount: amount(left.get())?,
            currency: paid.currency,
            told: (teller == Teller::Seller).then_some(Flag(true)),
        };
        match record_once(node, &back).await {
            Ok(()) => return Ok(()),
            Err(problem) if left == before => return Err(problem),
            Err(_) => before = left,
        }
    }
}
