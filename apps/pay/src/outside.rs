//! What the node hears of its provider, and says in its own record.
//!
//! Always: what is said again, or late, changes nothing (the decisions see to that), so that each of these may be done
//! more than once. What was paid and cannot be settled goes back at once.

use imajin_ledger::{Command, CommandWill, Receipt, Refusal, SubmitError};
use imajin_protocol::{Did, Fact, FactValue, IdText, Minor};
use imajin_service::{Node, Problem, random};
use serde_json::Value as Json;

use crate::projection::PROJECTION;
use crate::provider::{Back, Event, Provider, ProviderError, Session, State, What};
use crate::reads::Hold;
use crate::{ops, reads};

mod after;
pub(crate) mod transfer;

use after::disputed;
pub(crate) use after::{account_changed, gone_back};

/// A member of a fact.
pub(crate) type Member = (&'static str, FactValue);

/// A text as a member of a fact.
pub(crate) fn word(key: &'static str, text: &str) -> Result<Member, Problem> {
    let id = IdText::parse(text).map_err(|error| Problem::internal(format!("{key}: {error}")))?;
    Ok((key, id.into()))
}

/// Enters the node's own word. `Ok(None)`: it was known.
pub(crate) async fn say(
    node: &Node,
    op: &'static str,
    reference: &str,
    members: Vec<Member>,
    args: Json,
) -> Result<Option<Receipt>, Problem> {
    let reference = IdText::parse(reference).map_err(Problem::internal)?;
    let known = |refusal: &Refusal| {
        let reason = refusal.extra.as_ref().map(|extra| &extra["reason"]);
        matches!(reason.and_then(Json::as_str), Some("known" | "paid"))
    };
    match submit(node, node.did(), op, Some(reference), members, args).await? {
        Ok(receipt) => Ok(Some(receipt)),
        Err(SubmitError::Refused(refusal)) if known(&refusal) => Ok(None),
        Err(error) => Err(Problem::from(error)),
    }
}

async fn submit(
    node: &Node,
    did: &Did,
    op: &'static str,
    reference: Option<IdText>,
    members: Vec<Member>,
    args: Json,
) -> Result<Result<Receipt, SubmitError>, Problem> {
    let command = Command {
        did: did.clone(),
        service: PROJECTION.name.to_owned(),
        op: op.to_owned(),
        reference,
        body: None,
        fact: match members.is_empty() {
            true => None,
            false => Some(Fact::new(members).map_err(Problem::internal)?),
        },
        will: CommandWill::Node,
        now: node.now(),
        fresh: random::bytes()?,
        args,
    };
    Ok(node.ledger().submit(command).await)
}

/// The payment that is waited for under this id.
pub(crate) fn hold(node: &Node, payment: &str) -> Result<Option<Hold>, Problem> {
    node.read(PROJECTION.name, |db| reads::hold(db, node.did(), payment))
}

/// As the provider's faults are told.
pub(crate) fn problem(error: ProviderError) -> Problem {
    match error {
        ProviderError::Refused { ref message, .. } => {
            Problem::unprocessable(format!("The payment provider refused: {message}"))
        }
        ProviderError::Away(_) | ProviderError::Unclear(_) => Problem::unavailable(
            "The payment provider does not answer at the moment. Nothing was paid; try again in a moment.",
        )
        .with_log(error),
    }
}

/// An event. Whatever it changes is durable when this returns.
pub(crate) async fn heard(
    node: &Node,
    provider: &dyn Provider,
    event: Event,
) -> Result<(), Problem> {
    let id = Some(event.id.as_str());
    let is_known = |db: &rusqlite::Connection| reads::has_event(db, node.did(), &event.id);
    if node.read(PROJECTION.name, is_known)? {
        return Ok(());
    }
    match event.what {
        What::Session(session) => page(node, provider, &session, id).await,
        What::Returned(returned) => gone_back(node, &returned, id).await,
        What::Dispute(dispute) => disputed(node, provider, &dispute, id).await,
        What::Account(account) => account_changed(node, None, &account, id).await,
        What::Transferred(sent) => transfer::heard(node, &sent, id).await,
        What::Other => Ok(()),
    }
}

fn of_event(event: Option<&str>) -> Result<Vec<Member>, Problem> {
    event
        .map(|event| word("event", event))
        .into_iter()
        .collect()
}

/// How far a page is.
pub(crate) async fn page(
    node: &Node,
    provider: &dyn Provider,
    session: &Session,
    event: Option<&str>,
) -> Result<(), Problem> {
    // Several nodes may share an account: another's pages are its own business.
    let Some(payment) = session
        .payment
        .as_deref()
        .filter(|_| session.node.as_deref() == Some(node.did().as_str()))
    else {
        return Ok(());
    };
    let hold = hold(node, payment)?;
    match session.state {
        State::Paid => arrived(node, provider, session, payment, hold, event).await,
        State::Open | State::Waiting => Ok(()),
        State::Ended => {
            let is_it = |hold: &Hold| {
                hold.session
                    .as_ref()
                    .is_some_and(|open| open.id == session.id)
            };
            if hold.as_ref().is_some_and(is_it) {
                let mut members = of_event(event)?;
                members.push(word("session", &session.id)?);
                say(node, ops::FAILED, payment, members, Json::Null).await?;
            }
            Ok(())
        }
    }
}

/// The money of a page is there.
async fn arrived(
    node: &Node,
    provider: &dyn Provider,
    session: &Session,
    payment: &str,
    hold: Option<Hold>,
    event: Option<&str>,
) -> Result<(), Problem> {
    let is_open = |hold: &Hold| {
        hold.session
            .as_ref()
            .is_some_and(|open| open.id == session.id)
    };
    let fits = |hold: &Hold| {
        hold.amount.get() == session.amount && hold.currency.code() == session.currency
    };
    let Some(hold) = hold.filter(|hold| fits(hold) && (!hold.done || is_open(hold))) else {
        return stray(node, session, event).await;
    };
    if hold.done {
        return Ok(());
    }
    let charge = session.charge.as_deref();
    let charge = charge.ok_or_else(|| Problem::internal("a paid page without a payment"))?;
    if !is_open(&hold) {
        note_opened(node, payment, session).await?;
    }
    let mut members = of_event(event)?;
    members.extend([
        ("amount", session.amount.into()),
        word("currency", &session.currency)?,
        word("session", &session.id)?,
        word("charge", charge)?,
        (
            "free_at",
            node.now()
                .as_millis()
                .saturating_add(provider.held_ms())
                .into(),
        ),
    ]);
    let reference = IdText::parse(payment).map_err(Problem::internal)?;
    let said = submit(
        node,
        node.did(),
        ops::PAID,
        Some(reference),
        members,
        Json::Null,
    )
    .await?;
    let reason = |refusal: &Refusal| {
        let reason = refusal
            .extra
            .as_ref()
            .and_then(|extra| extra["reason"].as_str());
        reason.map(str::to_owned)
    };
    match said {
        Ok(_) => Ok(()),
        Err(SubmitError::Refused(refusal)) => match reason(&refusal).as_deref() {
            Some("known" | "paid") => Ok(()),
            // It can never be settled: what was sold is gone.
            Some("erased" | "manifest" | "seller") => {
                give_back_unsettled(node, provider, &hold, session, charge).await
            }
            _ => Err(Problem::from(SubmitError::Refused(refusal))),
        },
        Err(error) => Err(Problem::from(error)),
    }
}

async fn give_back_unsettled(
    node: &Node,
    provider: &dyn Provider,
    hold: &Hold,
    session: &Session,
    charge: &str,
) -> Result<(), Problem> {
    let back = Back {
        payment: hold.payment.as_str(),
        n: 0,
        charge,
        amount: hold.amount,
        part: hold.left().map_or(Minor::ZERO, |(_, part)| part),
        is_rest: false,
    };
    provider.give_back(&back).await.map_err(problem)?;
    let members = vec![word("session", &session.id)?];
    let payment = hold.payment.as_str();
    tracing::warn!(payment, "what was paid for is gone: the money goes back");
    say(node, ops::FAILED, payment, members, Json::Null)
        .await
        .map(drop)
}

/// A page was paid that this record knows nothing of, or not so: the node says that it has this money. It is not given
/// back by itself, since what was sold may have been handed out before an older copy of the record was put back.
async fn stray(node: &Node, session: &Session, event: Option<&str>) -> Result<(), Problem> {
    let mut members = of_event(event)?;
    members.extend([
        ("amount", session.amount.into()),
        word("currency", &session.currency)?,
    ]);
    if let Some(charge) = &session.charge {
        members.push(word("charge", charge)?);
    }
    tracing::warn!(session = %session.id, "the provider was paid for something that this record knows nothing of");
    say(node, ops::STRAY, &session.id, members, Json::Null)
        .await
        .map(drop)
}

/// Notes which page is open for a payment.
pub(crate) async fn note_opened(
    node: &Node,
    payment: &str,
    session: &Session,
) -> Result<(), Problem> {
    let mut members = vec![
        word("session", &session.id)?,
        ("until", session.until.saturating_mul(1000).into()),
    ];
    if let Some(part) = session.part {
        members.push(("part", part.into()));
    }
    say(node, ops::OPENED, payment, members, Json::Null)
        .await
        .map(drop)
}
