//! The pages of this service: the timeline, albums, folders, one picture, and what links lead to.
//!
//! Always: a page shows what its viewer may see ([`crate::sight`]), and looking needs no scripts. Changes are signed by the
//! scripts of the pages.

mod albums;
mod asset;
mod contact;
mod devices;
mod disks;
mod fair;
mod favourites;
mod find;
mod folders;
mod links;
mod parts;
mod sale;
mod sticks;
mod storage;
mod timeline;
mod trash;

pub(crate) use albums::{album, albums};
pub(crate) use asset::asset;
pub(crate) use contact::contact;
pub(crate) use devices::devices;
pub(crate) use fair::{agree, asked};
pub(crate) use favourites::favourites;
pub(crate) use find::find;
pub(crate) use folders::{folder, folders, redirect_share, upload};
pub(crate) use links::{asset_of_link, link, links};
pub(crate) use parts::date;
pub(crate) use sale::buy;
pub(crate) use sticks::import;
pub(crate) use storage::storage;
pub(crate) use timeline::{a_few, family, timeline};
pub(crate) use trash::{OLD_MS, trash};
