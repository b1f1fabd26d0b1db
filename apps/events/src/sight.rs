//! Who sees an event. One of no group is everybody's. A group's is its organiser's, and its members' for as long as the organiser is one of them, so
//! that nobody puts an event before a group that they don't belong to.
//!
//! Always: what a list shows ([`Sight`]) and what a name opens ([`sees`]) follow from the same question, [`is_for`].

use imajin_protocol::Did;
use imajin_service::{Node, Problem};

use crate::manifest::MANIFEST;
use crate::operations::CheckIn;
use crate::queries::{self, Event};

/// Which events of groups somebody finds in lists; by default none, as for somebody who isn't signed in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sight {
    /// Who looks.
    pub(crate) viewer: Option<String>,
    /// Groups whose members they are, each with an organiser who is one, too.
    pub(crate) circles: Vec<(Did, Did)>,
}

impl Sight {
    /// What somebody finds.
    pub(crate) fn of(node: &Node, viewer: Option<&Did>) -> Result<Self, Problem> {
        let Some(viewer) = viewer else {
            return Ok(Self::default());
        };
        let mut sight = Self::own(viewer);
        for (group, organiser) in node.read(MANIFEST.name, queries::circles)? {
            if is_for(node, &group, &organiser, viewer)? {
                sight.circles.push((group, organiser));
            }
        }
        Ok(sight)
    }

    /// Of the events of groups only those that somebody organises.
    pub(crate) fn own(organiser: &Did) -> Self {
        Self {
            viewer: Some(organiser.to_string()),
            circles: Vec::new(),
        }
    }
}

/// Whether an event of a group is for this member of it.
fn is_for(node: &Node, group: &Did, organiser: &Did, member: &Did) -> Result<bool, Problem> {
    Ok(node.group_role(group, member)?.is_some() && node.group_role(group, organiser)?.is_some())
}

/// Whether somebody may look at an event. Only its organiser sees a draft. A group's is seen by people with a ticket and at its doors, too, whoever
/// passed the ticket on to them.
pub(crate) fn sees(node: &Node, event: &Event, viewer: Option<&Did>) -> Result<bool, Problem> {
    let organiser = &event.organiser;
    if viewer == Some(organiser) {
        return Ok(true);
    }
    if event.status == "draft" {
        return Ok(false);
    }
    let Some(group) = &event.group else {
        return Ok(true);
    };
    let Some(viewer) = viewer else {
        return Ok(false);
    };
    let comes = || {
        node.read(MANIFEST.name, |db| {
            queries::comes(db, viewer.as_str(), event.did.as_str())
        })
    };
    Ok(is_for(node, group, organiser, viewer)?
        || comes()?
        || node.may_act(viewer, organiser, CheckIn::NAME)?)
}
