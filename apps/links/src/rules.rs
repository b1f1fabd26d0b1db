//! How the operations are decided.

use imajin_ledger::entry::Header;
use imajin_service::Problem;
use imajin_service::operation::{BeforeSubmit, Context, Decide, Decision, Request};

use crate::fields::Kind;
use crate::operations::{
    Counted, CountedRefusal, FOLLOWED_MAX, Follow, FollowRefusal, ITEMS_MAX, MayFollow, Newest,
    PutItem, PutRefusal, RemoveItem, RemoveRefusal, SetItem, SetRefusal, SortItems, SortRefusal,
    Unfollow, UnfollowRefusal, VERSIONS_MAX, Versions,
};
use crate::queries;

impl Decide for PutItem {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PutRefusal> {
        let (owner, id) = (ctx.owner().as_str(), self.item.as_str());
        let kind = self.kind.unwrap_or(Kind::Link);
        let before = queries::item(ctx.reader(), owner, id)?;
        match &before {
            Some(before) if before.kind != kind => return Err(PutRefusal::Kind.into()),
            Some(before) if before.bodies >= VERSIONS_MAX => {
                return Err(PutRefusal::Versions.into());
            }
            None if queries::number(ctx.reader(), owner)? >= ITEMS_MAX => {
                return Err(PutRefusal::Full.into());
            }
            None if kind == Kind::Page && queries::page(ctx.reader(), owner)?.is_some() => {
                return Err(PutRefusal::Page.into());
            }
            _ => {}
        }
        if let Some(parent) = &self.parent {
            let parent = queries::item(ctx.reader(), owner, parent.as_str())?;
            if parent.is_none_or(|parent| parent.kind != Kind::Collection) {
                return Err(PutRefusal::NoCollection.into());
            }
        }
        if let Some(slug) = &self.slug {
            let holder = queries::by_slug(ctx.reader(), owner, &slug.0)?;
            if holder.is_some_and(|holder| holder.id != id) {
                return Err(PutRefusal::Slug.into());
            }
        }
        match (&self.rev, before) {
            (Some(rev), Some(newest)) if newest.rev != rev.0 => {
                Err(PutRefusal::Stale(Box::new(Newest { newest })).into())
            }
            _ => Ok(()),
        }
    }
}

impl Decide for SetItem {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SetRefusal> {
        let found = queries::item(ctx.reader(), ctx.owner().as_str(), self.item.as_str())?;
        match found.is_some_and(|item| item.kind != Kind::Page) {
            true => Ok(()),
            false => Err(SetRefusal::Unknown.into()),
        }
    }
}

impl Decide for SortItems {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<SortRefusal> {
        let parent = self.parent.as_ref().map(|id| id.as_str());
        let there = queries::ids_in(ctx.reader(), ctx.owner().as_str(), parent)?;
        let mut ids = self.order.0.iter().map(|id| id.as_str());
        match ids.find(|id| !there.contains(*id)) {
            Some(unknown) => Err(SortRefusal::Unknown(unknown.to_owned()).into()),
            None => Ok(()),
        }
    }
}

impl BeforeSubmit for RemoveItem {
    fn before_submit(&self, request: &Request<'_>) -> Result<Versions, Problem> {
        let owner = request.owner.as_str();
        let mut ids = request.node.read(crate::manifest::MANIFEST.name, |db| {
            queries::ids_in(db, owner, Some(self.item.as_str()))
        })?;
        ids.insert(self.item.as_str().to_owned());
        let is_version = |header: &Header| {
            let item = header.reference.as_ref().map(|id| id.as_str());
            header.op == PutItem::NAME && item.is_some_and(|item| ids.contains(item))
        };
        request.node.bodies(request.owner, is_version).map(Versions)
    }
}

impl Decide for RemoveItem {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RemoveRefusal> {
        let found = queries::bodies(ctx.reader(), ctx.owner().as_str(), self.item.as_str())?;
        let bodies = &ctx.prepared().0;
        match found {
            None => return Err(RemoveRefusal::Unknown.into()),
            Some(number) if number != bodies.len() => return Err(RemoveRefusal::Changed.into()),
            Some(_) => {}
        }
        let bodies = bodies.clone();
        ctx.erase(bodies);
        Ok(())
    }
}

impl BeforeSubmit for Follow {
    fn before_submit(&self, request: &Request<'_>) -> Result<MayFollow, Problem> {
        let Some(owner) = self.dids.0.first() else {
            return Ok(MayFollow(false));
        };
        let seen = queries::seen(request.node, owner, Some(request.owner), self.item.as_str())?;
        let is_collection = seen.is_some_and(|(item, _)| item.kind == Kind::Collection);
        Ok(MayFollow(is_collection))
    }
}

impl Decide for Follow {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<FollowRefusal> {
        if self.dids.0.contains(ctx.owner()) {
            return Err(FollowRefusal::Own.into());
        }
        if !ctx.prepared().0 {
            return Err(FollowRefusal::Unknown.into());
        }
        match queries::follows(ctx.reader(), ctx.owner().as_str())?.len() >= FOLLOWED_MAX {
            true => Err(FollowRefusal::Full.into()),
            false => Ok(()),
        }
    }
}

impl Decide for Unfollow {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<UnfollowRefusal> {
        let followed = queries::follows(ctx.reader(), ctx.owner().as_str())?;
        let is_this = |(of, item, _): &(String, String, i64)| {
            item == self.item.as_str() && self.dids.0.iter().any(|did| did.as_str() == of)
        };
        match followed.iter().any(is_this) {
            true => Ok(()),
            false => Err(UnfollowRefusal::Unknown.into()),
        }
    }
}

impl Decide for Counted {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CountedRefusal> {
        match queries::is_counted(ctx.reader(), ctx.owner().as_str(), self.day.as_str())? {
            true => Err(CountedRefusal::Again.into()),
            false => Ok(()),
        }
    }
}
