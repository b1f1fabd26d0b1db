//! Access decisions: the one function that every route of this service asks.
//!
//! Always: an asset that a viewer may not see looks as if it never existed. Only a viewer who could have seen it learns
//! that it was erased, or an id would reveal who has a file.

use imajin_app::{Answer, Node, Problem, args, refuse_if};
use imajin_dfos::cid::sha256;
use imajin_dfos::hex;
use imajin_protocol::Did;

use crate::fields::Access;
use crate::ids::{AssetId, Subject};
use crate::manifest::TEXTS;
use crate::queries::{self, Album, Asset, Link, State};
use crate::sale;

/// The access of a viewer to an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sight {
    /// Nothing.
    No,
    /// The fact that it is for sale, without pictures of it.
    Locked,
    /// The fact that it is for sale, and pictures of it.
    Previews,
    /// The file without what it says of the place and the device; of pictures and videos from which that can't be taken, previews.
    Shared,
    /// The file as it is.
    Original,
}

impl Sight {
    /// Whether they get the file, with or without what it says of the place and the device.
    pub(crate) fn has_file(self) -> bool {
        matches!(self, Self::Shared | Self::Original)
    }
}

/// A viewer of assets.
#[derive(Debug, Clone, Default)]
pub(crate) struct Viewer {
    did: Option<Did>,
    /// A link that they have, and that hasn't ended.
    link: Option<Link>,
}

impl Viewer {
    /// A signed-in viewer, or a stranger without a session.
    pub(crate) fn new(did: Option<Did>) -> Self {
        Self { did, link: None }
    }

    /// With the link of this owner's that a secret opens, while it lasts.
    pub(crate) fn with_link(self, node: &Node, owner: &Did, secret: &str) -> Answer<Self> {
        let digest = hex::encode(&sha256(secret.as_bytes()));
        let link = queries::read(node, |db| queries::link_of(db, owner.as_str(), &digest))?;
        Ok(Self { link: link.filter(|link| link.is_open(node.now())), ..self })
    }

    /// Returns the viewer's DID, if they have a session.
    pub(crate) fn did(&self) -> Option<&Did> {
        self.did.as_ref()
    }

    pub(crate) fn is(&self, owner: &str) -> bool {
        self.did.as_ref().is_some_and(|did| did.as_str() == owner)
    }

    /// Whether something of a person's is for them, by its owner's word.
    fn may_see(&self, node: &Node, what: Shared<'_>) -> Answer<bool> {
        let Some(viewer) = &self.did else {
            return Ok(what.access == Access::Public);
        };
        let Ok(owner) = Did::parse(what.owner) else {
            return Ok(false);
        };
        match what.access {
            Access::Public => Ok(true),
            Access::Private => Ok(false),
            Access::TrustGraph => Ok(node.connected(&owner, viewer)?.unwrap_or(false)),
            // A group, or any conversation by its log.
            Access::Conversation => match (what.to.and_then(|to| Did::parse(to).ok()), what.file) {
                (Some(room), Some(cid)) => node.room_shows(&room, viewer, (&owner, cid)),
                (Some(room), None) => node.both_in_room(&room, (viewer, &owner)),
                (None, _) => Ok(false),
            },
        }
    }
}

/// Something of a person's, and for whom it is.
struct Shared<'a> {
    owner: &'a str,
    access: Access,
    to: Option<&'a str>,
    /// The CID of a file that anyone can read who has it. A sealed one is of use only to those who read its message.
    file: Option<&'a str>,
}

impl<'a> Shared<'a> {
    fn asset(asset: &'a Asset) -> Self {
        let file = (!asset.words.sealed).then_some(asset.cid.as_str());
        Self { owner: &asset.owner, access: asset.access, to: asset.to.as_deref(), file }
    }

    fn album(album: &'a Album) -> Self {
        Self { owner: &album.owner, access: album.access, to: album.to.as_deref(), file: None }
    }
}

/// Returns a viewer's access to an asset, regardless of whether it is in the trash.
pub(crate) fn may(node: &Node, viewer: &Viewer, asset: &Asset) -> Answer<Sight> {
    let owner = asset.owner.as_str();
    if viewer.is(owner) {
        return Ok(Sight::Original);
    }
    if asset.state == State::Erased {
        return Ok(Sight::No);
    }
    let seen = if asset.exact { Sight::Original } else { Sight::Shared };
    let may_see = viewer.may_see(node, Shared::asset(asset))?;
    let mut sight = if may_see { seen } else { Sight::No };
    let needs_albums = sight == Sight::No || viewer.link.is_some();
    let albums = if needs_albums {
        queries::read(node, |db| queries::albums_of(db, owner, &asset.id))?
    } else {
        Vec::new()
    };
    if sight == Sight::No {
        for album in &albums {
            if viewer.may_see(node, Shared::album(album))? {
                sight = Sight::Shared;
                break;
            }
        }
    }
    let by_link = viewer.link.as_ref().filter(|link| {
        link.owner == owner
            && (link.of == asset.id || albums.iter().any(|album| album.id == link.of))
    });
    let by_link =
        by_link.map_or(Sight::No, |link| if link.exact { Sight::Original } else { Sight::Shared });
    for_sale(node, viewer, asset, sight.max(by_link))
}

/// Reduces the access to an asset that its owner offers: previews only, unless the viewer bought it.
fn for_sale(node: &Node, viewer: &Viewer, asset: &Asset, sight: Sight) -> Answer<Sight> {
    if sight == Sight::No {
        return Ok(sight);
    }
    let owner = asset.owner.as_str();
    let is_offered = queries::read(node, |db| queries::is_on_offer(db, owner, &asset.id))?;
    if !is_offered || sale::is_licensed(node, viewer.did(), (asset, None))? {
        return Ok(sight);
    }
    if asset.is_seen() || asset.preview.is_some() { Ok(Sight::Previews) } else { Ok(Sight::Locked) }
}

/// An asset as a viewer finds it. Its owner finds it in the trash, too.
/// Errors: 404 if it isn't there for them; 410 if it was, and is in the trash or erased.
pub(crate) fn seen(node: &Node, viewer: &Viewer, id: &AssetId) -> Answer<(Asset, Sight)> {
    let asset = queries::read(node, |db| queries::asset_of_id(db, id))?.ok_or_else(none)?;
    let sight = may(node, viewer, &asset)?;
    refuse_if!(sight == Sight::No, none());
    match asset.state {
        State::Kept => Ok((asset, sight)),
        State::Trash if viewer.is(&asset.owner) => Ok((asset, sight)),
        State::Trash | State::Erased => Err(gone(&asset)),
    }
}

/// An asset whose manifest a viewer may read: one that the viewer may see, or whose manifest names them. Without access to the
/// file, the viewer learns only what the manifest says.
pub(crate) fn concerned(
    node: &Node,
    viewer: &Viewer,
    id: &AssetId,
) -> Answer<(Asset, Option<Sight>)> {
    let refused = match seen(node, viewer, id) {
        Ok((asset, sight)) => return Ok((asset, Some(sight))),
        Err(problem) => problem,
    };
    let Some(did) = &viewer.did else {
        return Err(refused);
    };
    let work = queries::read(node, |db| {
        let asset = queries::asset_of_id(db, id)?;
        let Some(asset) = asset.filter(|asset| asset.state == State::Kept) else {
            return Ok(None);
        };
        let made = (id.as_str(), did.as_str());
        let is_theirs = queries::is_made_by(db, &asset.owner, made)?;
        Ok(is_theirs.then_some(asset))
    })?;
    work.map(|asset| (asset, None)).ok_or(refused)
}

/// The answer for what isn't there, or isn't for this viewer.
pub(crate) fn none() -> Problem {
    Problem::not_found(TEXTS.say("no-such-file", args![]))
}

fn gone(asset: &Asset) -> Problem {
    let at = imajin_dfos::Timestamp::from_millis(asset.state_ms);
    Problem::gone(TEXTS.say("file-is-gone", args![]))
        .with_member("id", asset.id.as_str())
        .with_member("tombstone", true)
        .with_member("revoked", asset.state == State::Erased)
        .with_member("at", at.map_or_else(|_| String::new(), |at| at.to_string()))
}

/// An album of a person's, if a viewer may see it.
/// Errors: 404 if it isn't there for them.
pub(crate) fn album(node: &Node, viewer: &Viewer, (owner, id): (&Did, &str)) -> Answer<Album> {
    let album =
        queries::read(node, |db| queries::album(db, owner.as_str(), id))?.ok_or_else(no_album)?;
    if sees_album(node, viewer, &album)? { Ok(album) } else { Err(no_album()) }
}

/// Returns a person's albums that a viewer may see, the newest first: at most `limit`.
pub(crate) fn visible_albums(
    node: &Node,
    viewer: &Viewer,
    owner: &Did,
    limit: usize,
) -> Answer<Vec<Album>> {
    let mut visible = Vec::new();
    for album in queries::read(node, |db| queries::albums(db, owner.as_str()))? {
        if visible.len() == limit {
            break;
        }
        if sees_album(node, viewer, &album)? {
            visible.push(album);
        }
    }
    Ok(visible)
}

fn sees_album(node: &Node, viewer: &Viewer, album: &Album) -> Answer<bool> {
    let by_link =
        viewer.link.as_ref().is_some_and(|link| link.owner == album.owner && link.of == album.id);
    Ok(viewer.is(&album.owner) || by_link || viewer.may_see(node, Shared::album(album))?)
}

fn no_album() -> Problem {
    Problem::not_found(TEXTS.say("no-such-album", args![]))
}

/// Returns the target of a link, and the viewer with that link.
/// Errors: 404 if the link does not exist or has ended.
pub(crate) fn by_link(
    node: &Node,
    did: Option<Did>,
    (owner, secret): (&Did, &str),
) -> Answer<(Viewer, Subject)> {
    let viewer = Viewer::new(did).with_link(node, owner, secret)?;
    let subject = viewer.link.as_ref().and_then(|link| Subject::parse(&link.of));
    let subject = subject.ok_or_else(|| Problem::not_found(TEXTS.say("no-such-link", args![])))?;
    Ok((viewer, subject))
}

/// The members of a group among these owners, for lists of what people share with it.
/// Errors: 404 if the viewer is not in the group.
pub(crate) fn in_group(node: &Node, viewer: &Did, group: &Did) -> Answer<()> {
    let role = node.group_role(group, viewer)?;
    role.map(drop).ok_or_else(|| Problem::not_found(TEXTS.say("no-such-group", args![])))
}
