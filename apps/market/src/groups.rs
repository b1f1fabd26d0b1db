//! The groups that sellers speak for: those of which they are the owner or an admin.

use imajin_app::capabilities::Existence;
use imajin_app::{Answer, Node, RoomAbout};
use imajin_protocol::{Did, IdText};

use crate::queries;

const GROUPS_MAX: usize = 100;

/// Returns whether a person is the owner or an admin of a group.
pub(crate) fn speaks_for(node: &Node, person: &Did, group: &Did) -> Answer<bool> {
    Ok(matches!(node.group_role(group, person)?, Some("owner" | "admin")))
}

/// Returns whether a buyer speaks for a group for which any version of the bought listing was offered.
pub(crate) fn is_led_by_buyer(node: &Node, buyer: &Did, payment: &IdText) -> Answer<bool> {
    let groups =
        queries::read(node, |db| queries::groups_of_order(db, buyer.as_str(), payment.as_str()))?;
    for group in &groups {
        if speaks_for(node, buyer, group)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the name of a group that everybody may know of, if this seller still speaks for it.
pub(crate) fn public_name(node: &Node, seller: &Did, group: &Did) -> Answer<Option<String>> {
    let is_public = node.existence(group)? == Existence::Public;
    if is_public && speaks_for(node, seller, group)? {
        Ok(node.room_about(group)?.and_then(|about| about.name))
    } else {
        Ok(None)
    }
}

pub(crate) fn led_by(node: &Node, person: &Did) -> Answer<Vec<RoomAbout>> {
    let mut groups = Vec::new();
    for about in node.rooms_led_by(person, GROUPS_MAX)? {
        if speaks_for(node, person, &about.of)? {
            groups.push(about);
        }
    }
    Ok(groups)
}
