//! The decisions on the operations.

use std::cell::RefCell;
use std::collections::BTreeSet;

use imajin_app::operation::{Choice, FieldError, ItemId, Refused, Request};
use imajin_app::{Answer, Node, refuse_if};
use imajin_dfos::Cid;
use imajin_ledger::Reader;
use imajin_log::entry::Header;
use imajin_log::{Derivation, RequiredAuthority};
use imajin_protocol::Did;

use crate::item::{ItemOf, ItemRow};
use crate::operations::{
    Erasure, FollowItem, FollowRefusal, Newest, PutRefusal, Removal, RemoveItem, RemoveRefusal,
    SetItem, SetRefusal, Shared, SortItems, SortRefusal, UnfollowItem, UnfollowRefusal,
};
use crate::store::Followed;
use crate::{FOLLOWED_MAX, ITEMS_MAX, Items, Placed, VERSIONS_MAX, files, store, visible_item};

type Erased<R> = Result<Vec<Cid>, Refused<R>>;

/// Checks a put and returns whether the item is new: room for it, its kind, its place, its address, and whether the
/// version that was edited is the newest.
pub fn check_put<S: Items>(
    db: Reader<'_>,
    owner: &Did,
    (item, kind): (&ItemId, S::Kind),
    placed: &Placed,
) -> Result<bool, Refused<PutRefusal>> {
    let owner = owner.as_str();
    let before = store::stored(db, owner, item.as_str())?;
    let fits = |outer: &ItemRow| {
        S::Kind::from_name(&outer.kind).is_some_and(|outer| S::may_contain(outer, kind))
    };
    check_stored(db, (owner, item.as_str(), kind.name()), &before, placed, &fits)?;
    let Some(newest) = before else {
        return Ok(true);
    };
    match &placed.rev {
        Some(rev) if newest.rev != rev.0 => Err(PutRefusal::Stale(newest_of::<S>(newest)?).into()),
        _ => Ok(false),
    }
}

fn newest_of<S: Items>(newest: ItemRow) -> Result<Box<Newest>, Refused<PutRefusal>> {
    let title = newest.base.title.clone();
    let newest: ItemOf<S> = newest.typed::<S>()?;
    let newest = serde_json::to_value(&newest).unwrap_or_default();
    Ok(Box::new(Newest { newest, title }))
}

fn check_stored(
    db: Reader<'_>,
    (owner, id, kind): (&str, &str, &str),
    before: &Option<ItemRow>,
    placed: &Placed,
    fits: &dyn Fn(&ItemRow) -> bool,
) -> Result<(), Refused<PutRefusal>> {
    match before {
        Some(before) if before.kind != kind => return Err(PutRefusal::Kind.into()),
        Some(before) if before.bodies >= VERSIONS_MAX => return Err(PutRefusal::Versions.into()),
        None if store::number(db, owner)? >= ITEMS_MAX => return Err(PutRefusal::Full.into()),
        _ => {}
    }
    if let Some(parent) = &placed.parent {
        let parent = store::stored(db, owner, parent.as_str())?;
        refuse_if!(!parent.as_ref().is_some_and(fits), PutRefusal::NoContainer);
    }
    if let Some(slug) = &placed.slug {
        let holder = store::by_slug(db, owner, &slug.0)?;
        refuse_if!(holder.is_some_and(|holder| holder.id != id), PutRefusal::Slug);
    }
    Ok(())
}

impl<S: Items> Shared<S> for SetItem {
    const VERB: &'static str = "set";
    const ABOUT: &'static str = "Switches an item on or off, and says who sees it and when. What is left out has its default from then on.";
    type Refusal = SetRefusal;
    type Prepared = ();

    fn check(&self) -> Result<(), FieldError> {
        self.showing.check()
    }

    fn decide(&self, db: Reader<'_>, owner: &Did, (): &()) -> Erased<SetRefusal> {
        let item = store::stored(db, owner.as_str(), self.item.as_str())?;
        if item.and_then(|item| S::Kind::from_name(&item.kind)).is_some_and(S::may_be_hidden) {
            Ok(Vec::new())
        } else {
            Err(SetRefusal::Unknown.into())
        }
    }
}

impl<S: Items> Shared<S> for SortItems {
    const VERB: &'static str = "sort";
    const ABOUT: &'static str = "Orders what is in an item, or what is in none. Items that are not named stay in their order, after those that are.";
    type Refusal = SortRefusal;
    type Prepared = ();

    fn decide(&self, db: Reader<'_>, owner: &Did, (): &()) -> Erased<SortRefusal> {
        let parent = self.parent.as_ref().map(|id| id.as_str());
        let mut there = store::ids_in(db, owner.as_str(), parent)?;
        there.sort_unstable();
        let mut ids = self.order.0.iter().map(|id| id.as_str());
        let is_there = |id: &str| there.binary_search_by(|one| one.as_str().cmp(id)).is_ok();
        match ids.find(|id| !is_there(id)) {
            Some(unknown) => Err(SortRefusal::Unknown(unknown.to_owned()).into()),
            None => Ok(Vec::new()),
        }
    }
}

impl<S: Items> Shared<S> for RemoveItem {
    const VERB: &'static str = "remove";
    const ABOUT: &'static str =
        "Removes an item and everything in it, and erases the words of both, in all versions.";
    const BY: RequiredAuthority = RequiredAuthority::OwnKey;
    const DERIVES: &'static [Derivation] = Erasure::<S>::DERIVATIONS;
    type Refusal = RemoveRefusal;
    type Prepared = Removal;

    fn prepare(&self, request: &Request<'_>) -> Answer<Removal> {
        let (owner, id) = (request.owner, self.item.as_str());
        let items = request.node.read(S::SERVICE, |db| {
            store::with_all_in_it(db.into(), owner.as_str(), id, S::DEPTH)
        })?;
        let files = RefCell::new(BTreeSet::new());
        let is_word_of_it = |header: &Header| {
            let verb = header.op.strip_prefix(S::SERVICE);
            let reference = header.reference.as_ref().map(|id| id.as_str());
            let is_one = (matches!(verb, Some(".put" | ".attach"))
                || S::HANGING.contains(&header.op.as_str()))
                && reference.is_some_and(|of| items.iter().any(|(item, _)| item == of));
            if is_one {
                let named = header.fact.as_ref().and_then(|fact| fact.ids("media"));
                let cids = named.into_iter().flatten().filter_map(|id| id.to_cid());
                files.borrow_mut().extend(cids);
            }
            is_one
        };
        Ok(Removal {
            bodies: request.node.bodies(owner, is_word_of_it)?,
            files: files.into_inner(),
        })
    }

    fn done(node: &Node, owner: &Did, removal: &Removal) {
        files::erased(node, owner, &removal.files);
    }

    fn decide(&self, db: Reader<'_>, owner: &Did, removal: &Removal) -> Erased<RemoveRefusal> {
        let (owner, id) = (owner.as_str(), self.item.as_str());
        let items = store::with_all_in_it(db, owner, id, S::DEPTH)?;
        refuse_if!(!items.iter().any(|(item, _)| item == id), RemoveRefusal::Unknown);
        let mut number = 0;
        for (item, of_item) in &items {
            number += of_item + S::hanging(db, owner, item)?;
        }
        if number == removal.bodies.len() {
            Ok(removal.bodies.clone())
        } else {
            Err(RemoveRefusal::Changed.into())
        }
    }
}

impl<S: Items> Shared<S> for FollowItem {
    const VERB: &'static str = "follow";
    const ABOUT: &'static str = "Follows somebody's item: what is new in it appears on Home.";
    type Refusal = FollowRefusal;
    /// Whether the author sees it, and can follow it.
    type Prepared = bool;

    fn prepare(&self, request: &Request<'_>) -> Answer<bool> {
        let Some(owner) = self.dids.0.first() else {
            return Ok(false);
        };
        let visible =
            visible_item::<S>(request.node, owner, Some(request.owner), self.item.as_str())?;
        Ok(visible.is_some_and(|visible| S::may_be_followed(visible.item.kind)))
    }

    fn decide(&self, db: Reader<'_>, owner: &Did, is_seen: &bool) -> Erased<FollowRefusal> {
        refuse_if!(self.dids.0.contains(owner), FollowRefusal::Own);
        refuse_if!(!is_seen, FollowRefusal::Unknown);
        refuse_if!(store::follows(db, owner.as_str())?.len() >= FOLLOWED_MAX, FollowRefusal::Full);
        Ok(Vec::new())
    }
}

impl<S: Items> Shared<S> for UnfollowItem {
    const VERB: &'static str = "unfollow";
    const ABOUT: &'static str = "Stops following an item.";
    type Refusal = UnfollowRefusal;
    type Prepared = ();

    fn decide(&self, db: Reader<'_>, owner: &Did, (): &()) -> Erased<UnfollowRefusal> {
        let followed = store::follows(db, owner.as_str())?;
        let is_this = |one: &Followed| {
            one.item == self.item.as_str() && self.dids.0.iter().any(|did| did.as_str() == one.of)
        };
        if followed.iter().any(is_this) {
            Ok(Vec::new())
        } else {
            Err(UnfollowRefusal::Unknown.into())
        }
    }
}
