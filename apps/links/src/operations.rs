//! The operations of this service. Each is declared once, as a type.

use std::collections::BTreeSet;

use imajin_dfos::{Cid, Value};
use imajin_ledger::entry::Header;
use imajin_ledger::ops::BODY_ERASED;
use imajin_ledger::{Derivation, Draft, TargetLog};
use imajin_service::Problem;
use imajin_service::operation::{
    BeforeSubmit, Choice, Context, Day, Decide, Decision, Declaration, Int, ItemId, Line, List,
    Operation, Paragraphs, Reasons, Record, Request, Url,
};

use crate::queries;

/// All of them.
pub(crate) static ALL: [Declaration; 4] = [
    PutLink::DECLARATION,
    SortLinks::DECLARATION,
    RemoveLink::DECLARATION,
    Counted::DECLARATION,
];

/// Links of one person at most.
pub(crate) const LINKS_MAX: usize = 500;

/// Adds a link to the end of the owner's page, or changes an existing one.
#[derive(Debug, Operation)]
#[operation(
    name = "links.put",
    authority = Any,
    erasable_by = Author,
    refusal = PutRefusal
)]
pub(crate) struct PutLink {
    /// The link's id: `itm_` and 24 of 0-9 a-f, drawn by the client.
    #[reference]
    link: ItemId,
    /// The title, in at most 200 characters.
    title: Line<200>,
    /// The address.
    url: Url,
    /// A short description, in at most 1 000 characters.
    note: Option<Paragraphs<1_000>>,
    /// Who sees it: `public` for everyone, `connections` for the owner's connections, `private` for the owner alone.
    /// Default: `public`.
    #[fact]
    visibility: Option<Visibility>,
}

/// Who sees a link.
#[derive(Debug, Choice)]
pub(crate) enum Visibility {
    Public,
    Connections,
    Private,
}

/// Why a link was not put.
#[derive(Debug, Reasons)]
pub(crate) enum PutRefusal {
    /// The page is full.
    #[refused(
        Conflict,
        reason = "full",
        message = "A page has at most 500 links: remove one first."
    )]
    Full,
}

impl Decide for PutLink {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PutRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        let is_there = queries::versions(db, owner, self.link.as_str())?.is_some();
        match !is_there && queries::links(db, owner, None)?.len() >= LINKS_MAX {
            true => Err(PutRefusal::Full.into()),
            false => Ok(()),
        }
    }
}

/// Orders the page. Links that are not named stay in their order, after those that are.
#[derive(Debug, Operation)]
#[operation(
    name = "links.sort",
    authority = Any,
    erasable_by = Author,
    refusal = SortRefusal
)]
pub(crate) struct SortLinks {
    /// The links' ids, first to last.
    order: List<ItemId, 1, LINKS_MAX>,
}

/// Why the page was not ordered.
#[derive(Debug, Reasons)]
pub(crate) enum SortRefusal {
    /// One of them is not on the page.
    #[refused(
        NotFound,
        field = "order",
        message = "There is no link {} on your page."
    )]
    Unknown(String),
}

impl Decide for SortLinks {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SortRefusal> {
        let links = queries::links(ctx.reader(), ctx.owner().as_str(), None)?;
        let is_there = |id: &&ItemId| links.iter().any(|link| link.id == id.as_str());
        match self.order.0.iter().find(|id| !is_there(id)) {
            Some(unknown) => Err(SortRefusal::Unknown(unknown.as_str().to_owned()).into()),
            None => Ok(()),
        }
    }
}

/// Removes a link from the page and erases its words, in all versions.
#[derive(Debug, Operation)]
#[operation(
    name = "links.remove",
    authority = OwnKey,
    derives = [Derivation::of(BODY_ERASED, TargetLog::SameLog)],
    refusal = RemoveRefusal,
    prepared = Versions
)]
pub(crate) struct RemoveLink {
    /// The link's id.
    #[reference]
    link: ItemId,
}

/// The bodies of a link in its owner's log.
pub(crate) struct Versions(Vec<Cid>);

/// Why a link was not removed.
#[derive(Debug, Reasons)]
pub(crate) enum RemoveRefusal {
    /// The link is not on the page.
    #[refused(
        NotFound,
        field = "ref",
        message = "There is no such link on your page."
    )]
    Unknown,
    /// The link got another version while its bodies were looked up.
    #[refused(
        Conflict,
        reason = "changed",
        message = "This link was changed just now. Remove it again."
    )]
    Changed,
}

impl BeforeSubmit for RemoveLink {
    fn before_submit(&self, request: &Request<'_>) -> Result<Versions, Problem> {
        let is_version = |header: &Header| {
            let link = header.reference.as_ref().map(|id| id.as_str());
            header.op == PutLink::NAME && link == Some(self.link.as_str())
        };
        request.node.bodies(request.owner, is_version).map(Versions)
    }
}

impl Decide for RemoveLink {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RemoveRefusal> {
        let found = queries::versions(ctx.reader(), ctx.owner().as_str(), self.link.as_str())?;
        let bodies = &ctx.prepared().0;
        match found {
            None => return Err(RemoveRefusal::Unknown.into()),
            Some(versions) if versions != bodies.len() => {
                return Err(RemoveRefusal::Changed.into());
            }
            Some(_) => {}
        }
        // Two versions with the same bytes share one body.
        let bodies: BTreeSet<Cid> = bodies.iter().copied().collect();
        let links = bodies.into_iter().map(Value::Link).collect();
        ctx.derive_entry(Draft {
            did: ctx.owner().clone(),
            service: imajin_ledger::ops::SERVICE,
            op: BODY_ERASED,
            reference: None,
            body: Some(Value::map([("bodies", Value::List(links))])),
            fact: None,
        });
        Ok(())
    }
}

/// The clicks of one day, by the home's word: numbers only, nothing about the visitors.
#[derive(Debug, Operation)]
#[operation(
    name = "links.counted",
    authority = Node,
    erasable_by = Author,
    refusal = CountedRefusal
)]
pub(crate) struct Counted {
    /// The day (UTC), as YYYY-MM-DD.
    #[fact]
    pub(crate) day: Day,
    /// The links that were clicked.
    pub(crate) counts: List<Clicks, 1, LINKS_MAX>,
}

/// The clicks on a link.
#[derive(Debug, Record)]
pub(crate) struct Clicks {
    /// The link's id.
    pub(crate) link: ItemId,
    /// The number of clicks.
    pub(crate) clicks: Int<1, { i64::MAX >> 11 }>,
}

/// Why a day was not entered.
#[derive(Debug, Reasons)]
pub(crate) enum CountedRefusal {
    /// The day was entered before.
    #[refused(Conflict, reason = "counted", message = "This day is counted already.")]
    Again,
}

impl Decide for Counted {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CountedRefusal> {
        match queries::is_counted(ctx.reader(), ctx.owner().as_str(), self.day.as_str())? {
            true => Err(CountedRefusal::Again.into()),
            false => Ok(()),
        }
    }
}
