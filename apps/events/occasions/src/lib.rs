//! What apps know of occasions: events that people hold. The app of events offers [`Occasions`]; any other asks for it, and may
//! offer [`AtOccasion`]. Neither knows the other.
#![forbid(unsafe_code)]

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{Lang, Node, Problem, Zone};
use maud::Markup;

/// When an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When it starts.
    pub starts: Timestamp,
    /// When it ends: when it starts, if nothing is said.
    pub ends: Timestamp,
    /// Its time zone.
    pub zone: Zone,
}

/// An occasion that is still to come.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// Its DID.
    pub did: Did,
    /// What it is called.
    pub title: String,
    /// The path of its page.
    pub path: String,
    /// When it begins.
    pub starts: Timestamp,
    /// Its time zone, in which its times are told.
    pub zone: Zone,
    /// The town.
    pub city: Option<String>,
    /// Who holds it.
    pub organiser: Did,
}

/// The app of events, as others see it.
pub trait Occasions: Send + Sync {
    /// The coming occasions with a tag that everybody may see, the soonest first: those of one organiser, or of all.
    fn tagged(
        &self,
        node: &Node,
        tag: &str,
        organiser: Option<&Did>,
        limit: usize,
    ) -> Result<Vec<Occasion>, Problem>;

    /// The occasions of one organiser that were not cancelled and end after a time, the soonest first: without drafts.
    fn held_by(
        &self,
        node: &Node,
        organiser: &Did,
        after: Timestamp,
        limit: usize,
    ) -> Result<Vec<Occasion>, Problem>;

    /// The page where somebody plans one with this tag: small, free, its address for those who come.
    fn page_for_new(&self, tag: &str) -> String;

    /// The place that somebody has at an event by a ticket that counts: it stays the same when the ticket is passed on. The
    /// first, if they have several. `event` is the DID of the event.
    fn ticket_of(&self, node: &Node, event: &str, holder: &Did) -> Result<Option<String>, Problem>;

    /// When an event is; `None` if there is no such event on this box, or it was cancelled, or has no time.
    fn times(&self, node: &Node, event: &str) -> Result<Option<Times>, Problem>;
}

/// What an app adds to the page of an occasion.
#[derive(Debug)]
pub struct Part {
    /// A section of the page.
    pub content: Markup,
    /// Its style sheet, from `/assets/`.
    pub style: &'static str,
    /// Its script, from `/assets/`.
    pub script: &'static str,
}

/// An app that adds something to the pages of occasions.
pub trait AtOccasion: Send + Sync {
    /// What it adds to the page of one, for somebody who looks at it; nothing to most.
    fn part(
        &self,
        node: &Node,
        occasion: &Did,
        organiser: &Did,
        viewer: Option<&Did>,
        lang: Lang,
    ) -> Result<Option<Part>, Problem>;
}
