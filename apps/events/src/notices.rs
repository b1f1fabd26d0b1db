//! Notices from entries of events and their texts: a ticket was received, sold or made void, places are kept, a group has
//! a new event, or an event changed or was cancelled.

use imajin_app::capabilities::{NewsEntry, NewsItem, SaysNews};
use imajin_app::notices::{About, Notice, Tells, To};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Lang, Node, args};
use imajin_log::Applied;
use imajin_protocol::Did;

use crate::manifest::TEXTS;
use crate::operations::{Changed, HeldPlaces, IssuedTicket, Status, StatusChanged, VoidedTicket};
use crate::queries::HOLD_PREFIX;
use crate::{Events, pages, queries};

/// The operations that produce notices.
pub(crate) const TELLS: &[Tells] = &[
    Tells::new(
        IssuedTicket::NAME,
        "told-ticket-of",
        &["told-ticket", "told-own-ticket", "told-sold"],
    ),
    Tells::new(VoidedTicket::NAME, "told-void-of", &["told-void", "told-void-paid"]),
    Tells::new(HeldPlaces::NAME, "told-kept-one", &["told-kept"]),
    Tells::new(Changed::NAME, "told-changed-one", &["told-changed"]),
    Tells::new(
        StatusChanged::NAME,
        "told-changed-one",
        &["told-new", "told-cancelled", "told-cancelled-paid"],
    ),
];

pub(crate) fn from_entry(entry: &Applied<'_>) -> Vec<Notice> {
    let is_sale = entry.int("issue") == Some(1);
    let is_events_own = entry.id("event") == Some(entry.did.as_str());
    let notice = match entry.op {
        IssuedTicket::NAME if is_events_own => {
            // A ticket that was passed on isn't a new sale.
            let sold = Notice::for_owner(entry, About::Ticket).to(To::Leaders(entry.did.clone()));
            is_sale.then(|| once_for_order(sold, entry.id("payment")))
        }
        VoidedTicket::NAME if is_events_own => None,
        // The holder was notified of the cancellation.
        VoidedTicket::NAME if entry.int("off") == Some(1) => None,
        // Tickets that are passed on separately produce separate notices.
        IssuedTicket::NAME if !is_sale => Some(Notice::for_owner(entry, About::Ticket)),
        IssuedTicket::NAME | VoidedTicket::NAME => {
            let notice = Notice::for_owner(entry, About::Ticket);
            Some(once_for_order(notice, entry.id("payment")))
        }
        HeldPlaces::NAME => kept_for(entry),
        StatusChanged::NAME if entry.id("status") == Some(Status::Published.name()) => {
            let group = entry.id("group").and_then(|group| Did::parse(group).ok());
            group.map(|group| Notice {
                reference: Some(group.to_string()),
                ..Notice::for_owner(entry, About::Event).to(To::Everybody(group))
            })
        }
        StatusChanged::NAME if entry.id("status") != Some(Status::Cancelled.name()) => None,
        _ => {
            let everybody = To::Everybody(entry.did.clone());
            Some(Notice::for_owner(entry, About::Event).to(everybody))
        }
    };
    notice.into_iter().collect()
}

/// Returns the notice to a person for whom places are kept that they asked or waited for. Places that a person keeps
/// themself replace no request, and an order has its payment's id.
fn kept_for(entry: &Applied<'_>) -> Option<Notice> {
    let fact = entry.fact?;
    let is_answer = entry.reference?.starts_with(HOLD_PREFIX) && fact.id("hold").is_some();
    let holder = Did::parse(fact.id("holder")?.as_str()).ok()?;
    is_answer.then(|| Notice::for_owner(entry, About::Ticket).to(To::Person(holder)))
}

/// Collapses the notices of one order into one, however many tickets the order has.
fn once_for_order(notice: Notice, payment: Option<&str>) -> Notice {
    match payment {
        Some(payment) => Notice { reference: Some(payment.to_owned()), ..notice.once() },
        None => notice,
    }
}

impl SaysNews for Events {
    fn describe_news(
        &self,
        node: &Node,
        told: NewsEntry<'_>,
        lang: Lang,
    ) -> Answer<Option<NewsItem>> {
        // The reference is the ticket, or the payment if the notice is about all tickets of an order.
        let is_own = told.log == told.person;
        let (ticket, count, event) = queries::read(node, |db| {
            let log = told.log.as_str();
            let mut tickets = Vec::new();
            if let Some(reference) = told.reference {
                tickets.extend(queries::ticket(db, log, reference)?);
                if tickets.is_empty() {
                    tickets = queries::of_payment(db, log, reference)?;
                    tickets.retain(|ticket| match told.op {
                        VoidedTicket::NAME => ticket.status == "void",
                        _ => ticket.issue == 1,
                    });
                }
            }
            let count = tickets.len();
            let ticket = tickets.into_iter().next();
            let holds = ticket.as_ref().filter(|_| is_own);
            let event: &Did = holds.map_or(told.log, |held| &held.event);
            let event = queries::event(db, event.as_str())?;
            Ok((ticket, count, event))
        })?;
        let Some(event) = event else {
            return Ok(None);
        };
        let page = format!("/events/{}", event.id);
        let held = || {
            let ticket = ticket.as_ref().map(|held| held.ticket.as_str());
            format!("/events/mine#{}", ticket.unwrap_or_default())
        };
        let t = TEXTS.for_reader(lang);
        let title = pages::title(&event, t);
        if let Some(group) =
            event.group.as_ref().filter(|group| Some(group.as_str()) == told.reference)
        {
            let (group, _) = pages::group_of(node, group, t)?;
            let args = args![group = group, title = title];
            return Ok(Some(NewsItem::by(told.who, (t, "told-new"), args, page)));
        }
        // The node enters tickets when a payment arrives, so the sentence names the buyer or the organiser instead of
        // the author.
        let is_by_node = told.author == node.did();
        let (message, doer, href) = match told.op {
            IssuedTicket::NAME if is_own && is_by_node => {
                ("told-own-ticket", Some(&event.organiser), held())
            }
            IssuedTicket::NAME if is_own => ("told-ticket", None, held()),
            IssuedTicket::NAME => {
                let holder = ticket.as_ref().map(|held| &held.holder).filter(|_| is_by_node);
                ("told-sold", holder, format!("{page}/door"))
            }
            VoidedTicket::NAME => {
                let payment = ticket.as_ref().and_then(|held| held.payment.as_deref());
                let message = if gets_back(node, told.person, payment.into_iter())? {
                    "told-void-paid"
                } else {
                    "told-void"
                };
                let organiser = is_by_node.then_some(&event.organiser);
                (message, organiser, held())
            }
            HeldPlaces::NAME => {
                let organiser = is_by_node.then_some(&event.organiser);
                ("told-kept", organiser, page)
            }
            StatusChanged::NAME if has_paid(node, told.person, &event.did)? => {
                ("told-cancelled-paid", None, page)
            }
            StatusChanged::NAME => ("told-cancelled", None, page),
            Changed::NAME => ("told-changed", None, page),
            _ => return Ok(None),
        };
        let doer = match doer {
            Some(doer) => node.called(doer)?,
            None => None,
        };
        let who = doer.as_deref().unwrap_or(told.who);
        let args = args![title = title, count = count.max(1)];
        Ok(Some(NewsItem::by(who, (t, message), args, href)))
    }
}

/// Whether a person paid for tickets of an event that they held until it was cancelled.
fn has_paid(node: &Node, person: &Did, event: &Did) -> Answer<bool> {
    let payments =
        queries::read(node, |db| queries::payments_of_holder(db, person.as_str(), event.as_str()))?;
    gets_back(node, person, payments.iter().map(String::as_str))
}

/// Whether a person made one of these payments, so that they receive the refund when its tickets become void.
fn gets_back<'a>(
    node: &Node,
    person: &Did,
    payments: impl Iterator<Item = &'a str>,
) -> Answer<bool> {
    let Ok(cashier) = imajin_selling::cashier(node) else {
        return Ok(false);
    };
    for payment in payments {
        let paid = cashier.back(node, payment)?;
        if paid.is_some_and(|paid| paid.payer == *person && !paid.gross.is_zero()) {
            return Ok(true);
        }
    }
    Ok(false)
}
