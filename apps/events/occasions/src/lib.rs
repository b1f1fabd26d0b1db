//! The interface between the events app and apps that build on it. An occasion is an event that people hold. The events
//! app offers [`Occasions`]; other apps use it and may offer [`AtOccasion`]. Neither side depends on the other.
#![forbid(unsafe_code)]

use imajin_app::{Lang, Node, Problem, Zone};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use maud::Markup;

/// The start and end of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// The start.
    pub starts: Timestamp,
    /// The end; equal to the start if the organiser gave no end.
    pub ends: Timestamp,
    /// The event's time zone.
    pub zone: Zone,
}

/// An occasion that is still to come.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// The DID of the event.
    pub did: Did,
    /// The event's title.
    pub title: String,
    /// The path of the event's page.
    pub path: String,
    /// The start.
    pub starts: Timestamp,
    /// The event's time zone. Times of the event are shown in it.
    pub zone: Zone,
    /// The town.
    pub city: Option<String>,
    /// The organiser.
    pub organiser: Did,
}

/// The events app as other apps see it.
pub trait Occasions: Send + Sync {
    /// Returns upcoming public occasions with a tag, the soonest first: of one organiser, or of everyone.
    fn tagged(
        &self,
        node: &Node,
        tag: &str,
        organiser: Option<&Did>,
        limit: usize,
    ) -> Result<Vec<Occasion>, Problem>;

    /// Returns the occasions of one organiser that end after a time, without drafts and cancelled ones, soonest first.
    fn held_by(
        &self,
        node: &Node,
        organiser: &Did,
        after: Timestamp,
        limit: usize,
    ) -> Result<Vec<Occasion>, Problem>;

    /// Returns the address of the form for a new event with this tag, prefilled as a small and free event whose address
    /// only ticket holders see.
    fn page_for_new(&self, tag: &str) -> String;

    /// Returns the seat that a person holds at an event with a valid ticket, or the first of several. A seat keeps its
    /// id when its ticket is passed on. `event` is the DID of the event.
    fn ticket_of(&self, node: &Node, event: &str, holder: &Did) -> Result<Option<String>, Problem>;

    /// Returns the times of an event. `None` if this node has no such event, or the event is a draft, was cancelled or
    /// has no start.
    fn times(&self, node: &Node, event: &str) -> Result<Option<Times>, Problem>;
}

/// A section that an app adds to the page of an occasion.
#[derive(Debug)]
pub struct Part {
    /// The HTML of the section.
    pub content: Markup,
    /// The path of the section's style sheet, below `/assets/`.
    pub style: &'static str,
    /// The path of the section's script, below `/assets/`.
    pub script: &'static str,
}

/// An app that adds something to the pages of occasions.
pub trait AtOccasion: Send + Sync {
    /// Returns the section for the page of one occasion as this viewer sees it, or `None`, as for most occasions.
    fn part(
        &self,
        node: &Node,
        occasion: &Did,
        organiser: &Did,
        viewer: Option<&Did>,
        lang: Lang,
    ) -> Result<Option<Part>, Problem>;
}
