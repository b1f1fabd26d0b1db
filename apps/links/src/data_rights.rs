//! Data rights in this service: export, count, delete, transfer.

use std::collections::BTreeSet;

use imajin_app::operation::Choice;
use imajin_app::{Count, DataRights, DeletePlan, TransferPlan};
use imajin_items::{rights, store};
use imajin_protocol::Did;
use rusqlite::Connection;
use serde_json::{Map, Value as Json, json};

use crate::fields::Kind;
use crate::queries::Item;
use crate::{Links, queries};

impl DataRights for Links {
    /// Exports the section `links` of bundle.json (docs/sections.md).
    fn export(&self, db: &Connection, did: &Did) -> rusqlite::Result<Option<Json>> {
        let links = queries::all(db.into(), did.as_str())?;
        let clicks = queries::counted(db.into(), did.as_str())?;
        let follows = store::follows(db.into(), did.as_str())?;
        if links.is_empty() && clicks.is_empty() && follows.is_empty() {
            return Ok(None);
        }
        let clicks = clicks
            .iter()
            .map(|(day, link, clicks)| json!({ "day": day, "link": link, "clicks": clicks }));
        let mut section = Map::new();
        section.insert("links".to_owned(), links.iter().map(exported).collect());
        section.insert("clicks".to_owned(), clicks.collect());
        if !follows.is_empty() {
            section.insert("follows".to_owned(), rights::exported_follows(&follows));
        }
        Ok(Some(Json::Object(section)))
    }

    fn count(&self, db: &Connection, did: &Did) -> rusqlite::Result<Vec<Count>> {
        let items = queries::all(db.into(), did.as_str())?;
        let of = |kind: Kind| items.iter().filter(|item| item.kind == kind).count();
        let clicks = queries::counted(db.into(), did.as_str())?;
        let days: BTreeSet<String> = clicks.into_iter().map(|(day, ..)| day).collect();
        let follows = store::follows(db.into(), did.as_str())?;
        let all = [
            ("links", of(Kind::Link)),
            ("collections", of(Kind::Collection)),
            ("link pages", of(Kind::Page)),
            ("followed collections", follows.len()),
            ("days of clicks", days.len()),
        ];
        Ok(Count::of_any(all.map(|(kind, number)| (kind, number as u64))))
    }

    /// Plans a deletion: it erases everything.
    fn delete(&self, db: &Connection, did: &Did) -> rusqlite::Result<DeletePlan> {
        Ok(DeletePlan { goes: self.count(db, did)?, ..DeletePlan::default() })
    }

    /// Plans a move: everything is in the log and moves with it, except the clicks of the day of the move.
    fn transfer(&self, db: &Connection, did: &Did) -> rusqlite::Result<TransferPlan> {
        Ok(TransferPlan { moves: self.count(db, did)?, ..TransferPlan::default() })
    }
}

/// Returns an item as exported: members that are not set have their defaults.
fn exported(item: &Item) -> Json {
    let mut out = rights::exported(item);
    let mut say = |name: &str, value: Json| out.insert(name.to_owned(), value);
    say("url", item.own.url.as_deref().into());
    if item.kind != Kind::Link {
        say("kind", item.kind.name().into());
    }
    if !item.own.counts {
        say("count", 0.into());
    }
    if let Some(accent) = item.own.accent {
        say("accent", accent.name().into());
    }
    Json::Object(out)
}
