//! The interface between the app of jars for tips and the apps that lead to a jar. The former offers [`Jars`]. Neither side
//! depends on the other.
#![forbid(unsafe_code)]

use imajin_app::{Answer, Node};
use imajin_protocol::Did;

/// A jar that takes tips.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jar {
    /// The jar's id in its owner's log.
    pub id: String,
    /// The title.
    pub title: String,
    /// The path of the jar's page.
    pub path: String,
}

/// The app of jars as other apps see it.
pub trait Jars: Send + Sync {
    /// Returns the jars of a person that take tips and that a viewer finds in their list, in the owner's order.
    fn of_person(&self, node: &Node, owner: &Did, viewer: Option<&Did>) -> Answer<Vec<Jar>>;
}
