//! What entries of events tell: a ticket came, was sold or is void; a group has a new event; an event changed or was cancelled. And how that is
//! said, with the event's name.

use imajin_ledger::Applied;
use imajin_protocol::Did;
use imajin_service::capabilities::{Said, SaysNews, Told};
use imajin_service::notices::{About, Notice, To};
use imajin_service::{Lang, Node, Problem, args};

use crate::manifest::TEXTS;
use crate::operations::{Changed, IssuedTicket, Status, StatusChanged, VoidedTicket};
use crate::projection::PROJECTION;
use crate::{Events, pages, queries};

/// The operations that tell something.
pub(crate) const TELLS: &[&str] = &[
    IssuedTicket::NAME,
    VoidedTicket::NAME,
    Changed::NAME,
    StatusChanged::NAME,
];

/// What an entry of theirs tells.
pub(crate) fn of(entry: &Applied<'_>) -> Vec<Notice> {
    let id = |name: &str| Some(entry.fact?.id(name)?.as_str());
    let is_events_own = id("event") == Some(entry.did.as_str());
    let notice = match entry.op {
        IssuedTicket::NAME if is_events_own => {
            // A seat that was passed on was sold before.
            let is_sale = entry.fact.and_then(|fact| fact.int("issue")) == Some(1);
            let sold = Notice::of(entry, About::Ticket).to(To::Leaders(entry.did.clone()));
            is_sale.then_some(sold)
        }
        VoidedTicket::NAME if is_events_own => None,
        IssuedTicket::NAME | VoidedTicket::NAME => Some(Notice::of(entry, About::Ticket)),
        StatusChanged::NAME if id("status") == Some(Status::Published.as_str()) => {
            let group = id("group").and_then(|group| Did::parse(group).ok());
            group.map(|group| Notice {
                reference: Some(group.to_string()),
                ..Notice::of(entry, About::Event).to(To::Everybody(group))
            })
        }
        StatusChanged::NAME if id("status") != Some(Status::Cancelled.as_str()) => None,
        _ => {
            let everybody = To::Everybody(entry.did.clone());
            Some(Notice::of(entry, About::Event).to(everybody))
        }
    };
    notice.into_iter().collect()
}

impl SaysNews for Events {
    fn said(&self, node: &Node, told: Told<'_>, lang: Lang) -> Result<Option<Said>, Problem> {
        // A holder's own record names the ticket, and the ticket its event.
        let is_own = told.log == told.person;
        let event = node.read(PROJECTION.name, |db| {
            let ticket = match told.reference.filter(|_| is_own) {
                Some(ticket) => queries::ticket(db, told.log.as_str(), ticket)?,
                None => None,
            };
            let event: &Did = ticket.as_ref().map_or(told.log, |held| &held.event);
            queries::event(db, event.as_str())
        })?;
        let Some(event) = event else {
            return Ok(None);
        };
        let page = format!("/events/{}", event.id);
        let held = || {
            let ticket = told.reference.unwrap_or_default();
            format!("/events/mine#{ticket}")
        };
        let t = TEXTS.of(lang);
        let title = pages::title(&event, t);
        if let Some(group) = event
            .group
            .as_ref()
            .filter(|group| Some(group.as_str()) == told.reference)
        {
            let (group, _) = pages::group_of(node, group, t)?;
            return Ok(Some(Said {
                text: t.with("told-new", args![group = group, title = title]),
                href: page,
            }));
        }
        let (message, href) = match told.op {
            IssuedTicket::NAME if is_own => ("told-ticket", held()),
            IssuedTicket::NAME => ("told-sold", format!("{page}/door")),
            VoidedTicket::NAME => ("told-void", held()),
            StatusChanged::NAME => ("told-cancelled", page),
            Changed::NAME => ("told-changed", page),
            _ => return Ok(None),
        };
        Ok(Some(Said {
            text: t.with(message, args![title = title]),
            href,
        }))
    }
}
