//! Decisions of the operations that only this service has.

use imajin_app::operation::{Context, Decide, Decision, Refused};
use imajin_items::check_put;

use crate::fields::Kind;
use crate::operations::{ClickCounts, CountedRefusal, PutItem, PutRefusal};
use crate::{Links, queries};

impl Decide for PutItem {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<PutRefusal> {
        let kind = self.kind.unwrap_or(Kind::Link);
        let (db, item) = (ctx.reader(), (&self.item, kind));
        let is_new = check_put::<Links>(db, ctx.owner(), item, &self.placed);
        let is_second = is_new.map_err(Refused::widen)? && kind == Kind::Page;
        if is_second && queries::page(ctx.reader(), ctx.owner().as_str())?.is_some() {
            Err(PutRefusal::Page.into())
        } else {
            Ok(())
        }
    }
}

impl Decide for ClickCounts {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CountedRefusal> {
        if queries::is_counted(ctx.reader(), ctx.owner().as_str(), self.day.as_str())? {
            Err(CountedRefusal::Again.into())
        } else {
            Ok(())
        }
    }
}
