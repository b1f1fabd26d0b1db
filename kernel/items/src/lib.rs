//! Shared parts of services of owned items: a page of links, of tips, of courses. An item has an id that its owner's
//! client drew, a place among the owner's items, an audience and a time; some are in others, at most [`DEPTH_MAX`]
//! deep.
//!
//! Always: an id is unique only within its owner's log, so every query and every address names both. The crate must not
//! know what a service's items are.
#![forbid(unsafe_code)]

mod attach;
pub mod editor;
pub mod feeds;
mod fields;
pub mod files;
pub mod formats;
pub mod home;
mod item;
mod item_pages;
pub mod markdown;
mod mount;
mod operations;
mod owner;
pub mod pages;
mod person_page;
mod projection;
pub mod rights;
mod rules;
pub mod search;
pub mod store;
pub mod strangers;
mod viewing;

use std::fmt::Debug;

use imajin_app::operation::Choice;
use imajin_app::{Catalogue, catalogue};
use imajin_ledger::Reader;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use attach::{Attach, AttachFiles, AttachRefusal};
pub use fields::{Accent, Millis, Origin, Placed, Showing, Slug, Visibility};
pub use item::{Attached, Base, Item, ItemOf};
pub use item_pages::ItemPages;
pub use mount::ListRequest;
pub use operations::{
    Follow, FollowItem, FollowRefusal, Of, PutRefusal, Removal, Remove, RemoveItem, RemoveRefusal,
    Set, SetItem, SetRefusal, Shared, Sort, SortItems, SortRefusal, Unfollow, UnfollowRefusal,
};
pub use owner::{Owner, WhoseQuery};
pub use person_page::{PersonPage, person_page};
pub use projection::{Put, apply, put};
pub use rules::check_put;
pub use viewing::{ItemView, Viewing, newest_items, next_change, visible_item, visible_items};

/// The user texts of services of items.
pub static TEXTS: Catalogue = catalogue!("items");

/// Maximum number of items of one person in a service.
pub const ITEMS_MAX: usize = 2_000;
/// Maximum number of files of one item: as many as a fact has room for.
pub const FILES_MAX: usize = 7;
/// Maximum number of versions of one item.
pub const VERSIONS_MAX: i64 = 1_000;
/// Maximum number of items that one person can follow in a service.
pub const FOLLOWED_MAX: usize = 1_000;
/// Maximum depth of nested items in any service.
pub const DEPTH_MAX: usize = 3;

/// A service of items.
pub trait Items: Sized + Send + Sync + 'static {
    /// The service's name.
    const SERVICE: &'static str;
    /// The depth of its nested items: 1 if no item is in another, at most [`DEPTH_MAX`].
    const DEPTH: usize;
    /// The kinds of items.
    type Kind: Choice + Serialize + Copy + Eq + Debug + Send + Sync;
    /// The members that only this service's items have; on the wire they are among an item's own.
    type Own: Serialize + DeserializeOwned + Debug + Clone + Send + Sync;
    /// Operations of which the owner's log has entries with words about an item, which are erased together with the item.
    const HANGING: &'static [&'static str] = &[];

    /// Returns whether an item can be in another. No kind is in itself, not even with others between.
    fn may_contain(outer: Self::Kind, inner: Self::Kind) -> bool;

    /// Returns whether an item can be switched off, hidden and scheduled.
    fn may_be_hidden(_: Self::Kind) -> bool {
        true
    }

    /// Returns whether an item can have files.
    fn may_have_files(_: Self::Kind) -> bool {
        true
    }

    /// Returns whether an item's files stay as they are, because others rely on it.
    fn is_fixed(_db: Reader<'_>, _owner: &str, _item: &str) -> rusqlite::Result<bool> {
        Ok(false)
    }

    /// Returns whether people can follow an item.
    fn may_be_followed(_: Self::Kind) -> bool {
        false
    }

    /// Returns the number of entries of [`Items::HANGING`] about an item that still have their words.
    fn hanging(_db: Reader<'_>, _owner: &str, _item: &str) -> rusqlite::Result<usize> {
        Ok(0)
    }
}

/// The `CREATE` statements of the tables `items`, `attached` and `follows`, for the schema of a projection:
/// `concat!(items_tables!(), "CREATE TABLE …")`.
#[macro_export]
macro_rules! items_tables {
    () => {
        "
CREATE TABLE items (
    owner_did TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent TEXT,                      -- the item that it is in
    place INTEGER NOT NULL,           -- among all of the owner's, the lowest first
    title TEXT NOT NULL,
    note TEXT,
    slug TEXT,
    copied TEXT,                      -- of which item it is a copy: DID/id
    visibility TEXT NOT NULL,
    is_on INTEGER NOT NULL,
    from_ms INTEGER,
    until_ms INTEGER,
    put_ms INTEGER NOT NULL,          -- when it was first put
    rev INTEGER NOT NULL,             -- the entry of its newest version
    bodies INTEGER NOT NULL,          -- entries that still have their words
    own TEXT NOT NULL,                -- what only items of this service have, as JSON
    PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_in ON items (owner_did, parent, put_ms);
CREATE TABLE attached (
    owner_did TEXT NOT NULL,
    item TEXT NOT NULL,
    files TEXT NOT NULL,              -- JSON: the newest list
    bodies INTEGER NOT NULL,          -- entries that still have their words
    PRIMARY KEY (owner_did, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE follows (owner_did TEXT NOT NULL, of_did TEXT NOT NULL, item TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY (owner_did, of_did, item)) STRICT, WITHOUT ROWID;
CREATE INDEX followers ON follows (of_did, item);
"
    };
}
