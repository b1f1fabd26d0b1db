//! Finds a profile by DID or handle, and selects the members that a viewer sees. Routes and pages share this.

use std::borrow::Cow;
use std::collections::BTreeSet;

use imajin_app::capabilities::{FileUse, PictureSize};
use imajin_app::{Answer, Lang, Node, Problem, args, refuse_if};
use imajin_dfos::Cid;
use imajin_dfos::cid::parse_cid;
use imajin_protocol::Did;
use serde_json::{Map, Value as Json};

use crate::manifest::{EDIT, TEXTS};
use crate::members::{Members, Viewer};
use crate::operations::CONNECTIONS;
use crate::queries::{self, ProfileRow};

/// Returns the DID that a DID (in any form) or a handle names.
pub(crate) fn did_of(node: &Node, id: &str) -> Answer<Did> {
    node.find_person(id)?.ok_or_else(|| nobody(id))
}

/// Returns the DID of an alias that only some viewers may see, if this one may; otherwise returns the name unchanged.
pub(crate) fn unaliased<'a>(
    node: &Node,
    id: &'a str,
    viewer: Option<&Did>,
) -> Answer<Cow<'a, str>> {
    if !id.starts_with("did:email:") {
        return Ok(Cow::Borrowed(id));
    }
    let did = node.named_for(id, viewer)?;
    Ok(did.map_or(Cow::Borrowed(id), |did| Cow::Owned(did.to_string())))
}

/// Returns the profile that a DID (in any form) or a handle names.
pub(crate) fn find(node: &Node, id: &str) -> Answer<Option<ProfileRow>> {
    match node.find_person(id)? {
        Some(did) => queries::read(node, |db| queries::by_did(db, did.as_str())),
        None => Ok(None),
    }
}

/// Finds a profile like [`find`]. 404 if there is none.
pub(crate) fn find_or_404(node: &Node, id: &str) -> Answer<ProfileRow> {
    let row = find(node, id)?.ok_or_else(|| nobody(id))?;
    // Things have a row, too, which is always blank.
    if row.is_blank() {
        let did = Did::parse(&row.did).map_err(Problem::internal)?;
        refuse_if!(node.is_thing(&did)?, nobody(id));
    }
    refuse_if!(row.deleted, Problem::gone(TEXTS.say("deleted", args![])));
    Ok(row)
}

fn nobody(id: &str) -> Problem {
    Problem::not_found(TEXTS.say("nobody", args![name = id]))
}

/// Whether a person's log is damaged on this node. The projection still shows what it had when the log verified.
pub(crate) fn is_damaged(node: &Node, did: &str) -> bool {
    // The list is nearly always empty.
    let damaged = node.ledger().quarantined();
    damaged.iter().any(|(other, _)| other.as_str() == did)
}

/// Returns the viewer of a profile. Looks up connections only if a member is for them.
fn viewer<'a>(node: &Node, row: &ProfileRow, did: Option<&'a str>) -> Answer<Viewer<'a>> {
    let hides = || {
        let hidden = row.hidden.as_deref();
        hidden.is_some_and(|hidden| hidden.contains(CONNECTIONS))
    };
    let connected = match did {
        Some(other) if other != row.did && hides() => {
            let of = |text: &str| Did::parse(text).map_err(Problem::internal);
            node.connected(&of(&row.did)?, &of(other)?)? == Some(true)
        }
        _ => false,
    };
    Ok(Viewer { did, connected })
}

/// Returns the members that a viewer (by their DID, if they are signed in) sees. The owner sees all, including
/// `fieldVisibility`.
pub(crate) fn shown_to(
    node: &Node,
    found: &ProfileRow,
    did: Option<&str>,
) -> Answer<Map<String, Json>> {
    let members = Members::read(&found.public, found.hidden.as_deref());
    let owned = |(name, value): (&str, &Json)| (name.to_owned(), value.clone());
    if did == Some(found.did.as_str()) {
        return Ok(members.all().map(owned).collect());
    }
    Ok(members.seen_by(viewer(node, found, did)?).map(owned).collect())
}

/// Returns the uses of a person's files as pictures of their profile.
pub(crate) fn uses(
    node: &Node,
    owner: &Did,
    files: &BTreeSet<Cid>,
    lang: Lang,
) -> Answer<Vec<FileUse>> {
    let Some(found) = find(node, owner.as_str())?.filter(|found| !found.deleted) else {
        return Ok(Vec::new());
    };
    let shown = shown_to(node, &found, Some(owner.as_str()))?;
    let used = |(name, message): (&str, &str)| {
        let cid = shown.get(name).and_then(Json::as_str)?;
        let file = parse_cid(cid).ok().filter(|cid| files.contains(cid))?;
        Some(FileUse {
            file,
            title: TEXTS.for_reader(lang).text(message).into_owned(),
            href: EDIT.to_owned(),
        })
    };
    let pictures = [("avatar", "uses-avatar"), ("banner", "uses-banner")];
    Ok(pictures.into_iter().filter_map(used).collect())
}

pub(crate) fn preview_path(did: &str, cid: &str, size: PictureSize) -> String {
    format!("{}?w={}", picture_path(did, cid), size.as_str())
}

pub(crate) fn picture_path(did: &str, cid: &str) -> String {
    format!("/profile/api/media/{did}/{cid}")
}
