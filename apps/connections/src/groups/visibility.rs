//! Groups as far as the viewer may see them: only members see a private one.

use imajin_app::capabilities::{Existence, RecordOwner};
use imajin_app::{Answer, Node, Problem, RoomRole};
use imajin_ledger::Reader;
use imajin_protocol::Did;

use super::queries::{self, Group};
use crate::Connections;
use crate::queries::read;

/// A group, and the viewer's role in it.
pub(crate) type VisibleGroup = (Group, Option<RoomRole>);

/// The answer for a group that is not there, and for one that is not the viewer's to see.
pub(crate) fn missing() -> Problem {
    Problem::not_found("There is no such group on this box, or it is not for you to see.")
}

/// A group by its DID or its conversation's, if the viewer may see it.
pub(crate) fn seen(
    db: Reader<'_>,
    name: &str,
    viewer: Option<&Did>,
) -> rusqlite::Result<Option<VisibleGroup>> {
    let Some(group) = queries::group(db, name)? else {
        return Ok(None);
    };
    let role = match viewer {
        Some(viewer) => queries::role(db, group.did.as_str(), viewer)?,
        None => None,
    };
    Ok((role.is_some() || group.is_public()).then_some((group, role)))
}

/// [`seen`], of the node's tables.
/// Errors: 404 if the group does not exist, or the viewer may not see it.
pub(crate) fn find(node: &Node, name: &str, viewer: Option<&Did>) -> Answer<VisibleGroup> {
    read(node, |db| seen(db, name, viewer))?.ok_or_else(missing)
}

/// [`find`], for the group's members.
/// Errors: 403 if the viewer is not in the group.
pub(crate) fn find_own(node: &Node, name: &str, viewer: &Did) -> Answer<(Group, RoomRole)> {
    let (group, role) = find(node, name, Some(viewer))?;
    let role = role.ok_or_else(|| Problem::forbidden("You are not in this group."))?;
    Ok((group, role))
}

impl RecordOwner for Connections {
    fn existence(&self, node: &Node, did: &Did) -> Answer<Option<Existence>> {
        read(node, |db| {
            if queries::any(db, did.as_str())?.is_none() {
                return Ok(None);
            }
            let is_public = seen(db, did.as_str(), None)?.is_some();
            Ok(Some(if is_public { Existence::Public } else { Existence::Private }))
        })
    }

    fn public_things(&self, node: &Node) -> Answer<Vec<Did>> {
        read(node, queries::public)
    }
}
