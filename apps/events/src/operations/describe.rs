//! Creating, changing and erasing an event.

use std::cell::RefCell;
use std::collections::BTreeSet;

use imajin_app::capabilities::Files;
use imajin_app::operation::{
    AfterSubmit, BeforeSubmit, Context, Decide, Decision, Operation, Reasons, Refused, Request,
    Submitted,
};
use imajin_app::{Answer, Node, Problem, refuse_if};
use imajin_dfos::{Cid, Value};
use imajin_host::prelude::*;
use imajin_ledger::Draft;
use imajin_log::entry::Header;
use imajin_log::ops::BODY_ERASED;
use imajin_log::{EntryField, Equal, ErasureScope, ops as kernel};
use imajin_protocol::tier::Capability;
use imajin_protocol::{Did, IdText, Minor};
use imajin_selling::{self as selling, hold_longer};
use serde_json::{Value as Json, json};

use super::description::Description;
use super::picture::ShowPicture;
use super::shared::{OrganiserRefusal, own_event, parties, stored};
use crate::event::{can_be_cancelled, end_may_move, free_at, id_of};
use crate::queries::{self, Event};

/// The purpose under which the node stores keys of events.
pub(crate) const KEPT: &str = "event";
/// Maximum number of bodies of an event's log that one command erases.
const ERASED_MAX: u32 = 1;

/// The rule for derived entries in the event's log: the reference is the organiser, and the fact is the command's.
const WHAT_THE_ORGANISER_SAYS: &[Equal] = &[Equal::RefIsIntentAuthor, Equal::SameFact];

/// Makes an event: a draft, until its organiser publishes it.
#[derive(Debug, Operation)]
#[operation(
    name = "events.create",
    authority = OwnKey,
    undo = By(&["events.erase"]),
    erasable_by = Author,
    derives = [parties(OpenedEvent::NAME, 1).equal(WHAT_THE_ORGANISER_SAYS)],
    refusal = CreateRefusal,
    prepared = KeyIsKept
)]
pub(crate) struct CreateEvent {
    /// The DID that the node made for the event.
    #[reference]
    pub(crate) event: Did,
    #[group]
    pub(crate) description: Description,
    /// The group whose members alone see it. Everybody does where it is left out.
    #[fact]
    pub(crate) group: Option<Did>,
}

/// Proof that the organiser may create events and that the node keeps the event's key for them.
pub(crate) struct KeyIsKept;

#[derive(Debug, Reasons)]
pub(crate) enum CreateRefusal {
    /// This event was made already.
    #[refused(Conflict, reason = "exists")]
    Exists,
    /// This event has no record of its own here.
    #[refused(BadRequest, field = "ref")]
    NoRecord,
}

impl BeforeSubmit for CreateEvent {
    fn before_submit(&self, request: &Request<'_>) -> Answer<KeyIsKept> {
        let node: &Node = request.node;
        node.require(request.owner, Capability::CreateEvent)?;
        if let Some(group) = &self.group {
            check_group(node, group, request.owner)?;
        }
        check_prices(node, &self.description)?;
        let key = node.kept_key(&self.event)?;
        if key.is_some_and(|kept| kept.what == KEPT && kept.whose == *request.owner) {
            Ok(KeyIsKept)
        } else {
            Err(Problem::field(
                "ref",
                "ref must be the DID that this box made for the event: ask POST /events/api/events/key for it.",
            ))
        }
    }
}

/// Refuses ticket prices that this node's cashier can't take.
fn check_prices(node: &Node, description: &Description) -> Answer<()> {
    let numbers = &description.numbers;
    let prices = numbers.price.0.iter().zip(&numbers.currency.0);
    // Without payments, tickets have no price.
    let Ok(cashier) = selling::cashier(node) else {
        return Ok(());
    };
    for (price, currency) in prices {
        let price = Minor::new(price.0).map_err(Problem::internal)?;
        cashier.check_price(price, *currency)?;
    }
    Ok(())
}

/// Refuses (403) a group of which the organiser isn't a member.
fn check_group(node: &Node, group: &Did, organiser: &Did) -> Answer<()> {
    let about = node.room_about(group)?;
    let is_group = about.is_some_and(|about| about.of == *group);
    if is_group && node.group_role(group, organiser)?.is_some() {
        Ok(())
    } else {
        Err(Problem::forbidden("Only members of a group make events for it."))
    }
}

impl Decide for CreateEvent {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CreateRefusal> {
        refuse_if!(queries::has_event(ctx.reader(), self.event.as_str())?, CreateRefusal::Exists);
        refuse_if!(!ctx.takes_entries(&self.event), CreateRefusal::NoRecord);
        let operation = OpenedEvent {
            organiser: ctx.owner().clone(),
            description: self.description.clone(),
            group: self.group.clone(),
        };
        ctx.derive(self.event.clone(), &operation)?;
        ctx.reply(json!({ "event": self.event, "id": id_of(&self.event) }));
        Ok(())
    }
}

/// Changes an event: all its texts, ticket types and numbers.
#[derive(Debug, Operation)]
#[operation(
    name = "events.update",
    authority = OwnKey,
    undo = By(&["events.erase"]),
    erasable_by = Author,
    derives = [parties(Changed::NAME, 1).equal(WHAT_THE_ORGANISER_SAYS), selling::LATER],
    refusal = UpdateRefusal,
    prepared = (),
    after_commit
)]
pub(crate) struct UpdateEvent {
    /// The event.
    #[reference]
    pub(crate) event: Did,
    #[group]
    pub(crate) description: Description,
}

#[derive(Debug, Reasons)]
pub(crate) enum UpdateRefusal {
    #[refused(all)]
    Organiser(OrganiserRefusal),
    /// This event is over: it can’t be changed any more.
    #[refused(Conflict, reason = "over")]
    Over,
    /// A ticket type cannot be removed: set its quantity to the number that is sold.
    #[refused(Conflict, reason = "types", field = "tickets")]
    TypeRemoved,
    /// Ticket type {} has {} sold or reserved: its quantity can't be lower.
    #[refused(Conflict, reason = "sold", field = "quantity")]
    Sold(i64, i64),
    /// This event is over and the money of its tickets is paid out: make a new event.
    #[refused(Conflict, reason = "over", field = "endsAt")]
    PaidOut,
    /// Tickets are sold, and their money is held for at most 400 days: the event must end at least three days before
    /// that. Cancel it, or choose an earlier end.
    #[refused(Conflict, reason = "too-late", field = "endsAt")]
    TooLate,
}

impl BeforeSubmit for UpdateEvent {
    fn before_submit(&self, request: &Request<'_>) -> Answer<()> {
        check_prices(request.node, &self.description)
    }
}

impl UpdateEvent {
    /// Refuses a later end if sold tickets' money was already released or can't be held until then. The end of an event
    /// determines how long its buyers' money is held.
    fn check_end(&self, ctx: &Context<'_, Self>, found: &Event) -> Decision<UpdateRefusal> {
        let over = self.description.numbers.ends.0;
        if found.over_at.is_some_and(|before| over <= before) {
            return Ok(());
        }
        let Some(first) = queries::first_paid(ctx.reader(), found.did.as_str())? else {
            return Ok(());
        };
        refuse_if!(!can_be_cancelled(found.latest, ctx.now().as_millis()), UpdateRefusal::PaidOut);
        if end_may_move(over, first) { Ok(()) } else { Err(UpdateRefusal::TooLate.into()) }
    }
}

impl Decide for UpdateEvent {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<UpdateRefusal> {
        let event = own_event(ctx, &self.event).map_err(Refused::widen)?;
        refuse_if!(matches!(event.status.as_str(), "cancelled" | "completed"), UpdateRefusal::Over);
        self.check_end(ctx, &event)?;
        let numbers = &self.description.numbers;
        let now = ctx.now().as_millis();
        let kinds = queries::kinds(ctx.reader(), event.did.as_str(), now)?;
        refuse_if!(numbers.price.0.len() < kinds.len(), UpdateRefusal::TypeRemoved);
        for (kind, quantity) in kinds.iter().zip(numbers.quantities()) {
            let taken = kind.sold + kind.held;
            let is_short = quantity.is_some_and(|quantity| quantity < taken);
            refuse_if!(is_short, UpdateRefusal::Sold(kind.n, taken));
        }
        let organiser = ctx.owner().clone();
        let changed =
            Changed { organiser: organiser.clone(), description: self.description.clone() };
        ctx.derive(event.did.clone(), &changed)?;
        let over = numbers.ends.0;
        let is_later = event.over_at.is_none_or(|before| over > before);
        if let Some(free_at) = free_at(over).filter(|_| is_later) {
            let about = IdText::from_did(&event.did).map_err(|error| stored(error.to_string()))?;
            hold_longer(ctx, &organiser, &about, free_at)?;
        }
        ctx.reply(Json::Null);
        Ok(())
    }
}

/// An event was made, in its own log.
#[derive(Debug, Operation)]
#[operation(name = "events.opened", authority = Derived, erasable_by = Author, bound = Intent)]
pub(crate) struct OpenedEvent {
    /// Its organiser.
    #[reference]
    organiser: Did,
    #[group]
    description: Description,
    /// The group whose members alone see it.
    #[fact]
    group: Option<Did>,
}

/// An event was changed, in its own log.
#[derive(Debug, Operation)]
#[operation(name = "events.changed", authority = Derived, erasable_by = Author, bound = Intent)]
pub(crate) struct Changed {
    /// Its organiser.
    #[reference]
    organiser: Did,
    #[group]
    description: Description,
}

/// The entries that an erasure covers: the words in the event's log, and the pictures in the organiser's log.
const WORDS: &[ErasureScope] = &[
    ErasureScope::new(&[Changed::NAME, OpenedEvent::NAME], &[(EntryField::Did, EntryField::Ref)]),
    ErasureScope::new(&[ShowPicture::NAME], &[(EntryField::Ref, EntryField::Ref)]),
];

/// Erases the words of an event that is over, wherever they are in its log, and its pictures. Its numbers stay: tickets depend on them.
#[derive(Debug, Operation)]
#[operation(
    name = "events.erase",
    authority = OwnKey,
    undo = Ends,
    derives = [parties(BODY_ERASED, ERASED_MAX).erases(WORDS)],
    refusal = EraseRefusal,
    prepared = ErasureContent,
    after_submit
)]
pub(crate) struct EraseEvent {
    /// The event.
    #[reference]
    event: Did,
}

/// The bodies and files that an erasure covers, read before the command.
pub(crate) struct ErasureContent {
    /// The bodies in the event's log with the organiser's words.
    bodies: Vec<Cid>,
    /// The bodies in the organiser's log that name the event's pictures.
    own: Vec<Cid>,
    files: BTreeSet<Cid>,
}

#[derive(Debug, Reasons)]
pub(crate) enum EraseRefusal {
    #[refused(all)]
    Organiser(OrganiserRefusal),
    /// This event is on: cancel it or complete it first.
    #[refused(Conflict, reason = "open")]
    Open,
}

impl BeforeSubmit for EraseEvent {
    fn before_submit(&self, request: &Request<'_>) -> Answer<ErasureContent> {
        let has_words = |header: &Header| matches!(&*header.op, OpenedEvent::NAME | Changed::NAME);
        let files = RefCell::new(BTreeSet::new());
        let names_picture = |header: &Header| {
            let of = header.reference.as_ref().map(|text| text.as_str());
            let is_one = &*header.op == ShowPicture::NAME && of == Some(self.event.as_str());
            if is_one {
                let media = header.fact.as_ref().and_then(|fact| fact.ids("media"));
                let cids = media.into_iter().flatten().filter_map(|id| id.to_cid());
                files.borrow_mut().extend(cids);
            }
            is_one
        };
        Ok(ErasureContent {
            bodies: request.node.bodies(&self.event, has_words)?,
            own: request.node.bodies(request.owner, names_picture)?,
            files: files.into_inner(),
        })
    }
}

impl Decide for EraseEvent {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<EraseRefusal> {
        let event = own_event(ctx, &self.event).map_err(Refused::widen)?;
        refuse_if!(matches!(event.status.as_str(), "published" | "paused"), EraseRefusal::Open);
        let own = ctx.prepared().own.clone();
        if !own.is_empty() {
            ctx.erase(own);
        }
        let bodies: Vec<Value> = ctx.prepared().bodies.iter().copied().map(Value::Link).collect();
        if !bodies.is_empty() {
            ctx.derive_entry(Draft {
                did: event.did,
                service: kernel::SERVICE,
                op: BODY_ERASED,
                reference: None,
                body: Some(Value::map([("bodies", Value::List(bodies))])),
                fact: None,
            });
        }
        ctx.reply(Json::Null);
        Ok(())
    }
}

impl AfterSubmit for EraseEvent {
    /// Removes the picture files at once. If this fails, the sweep removes them within a day.
    fn after_submit(&self, done: &Submitted<'_, Self>) {
        let files = &done.prepared.files;
        if done.outcome.is_ok()
            && !files.is_empty()
            && let Some(app) = done.node.get::<dyn Files>()
        {
            app.erased(done.node, done.owner, files);
        }
    }
}
