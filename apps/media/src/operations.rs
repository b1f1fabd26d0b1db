//! The operations of this service. Each is declared once, as a type, next to its decision.

mod albums;
mod assets;
mod devices;
mod erase;
mod fair;
mod folders;
mod links;
mod sale;

pub(crate) use albums::{IN_ALBUM_MAX, PutAlbum, PutInAlbum, RemoveAlbum};
pub(crate) use assets::{Add, ChangeAsset, MoveAssets, RemoveAssets, SetAccess};
pub(crate) use devices::PutDevice;
pub(crate) use erase::{Erase, has_words};
pub(crate) use fair::{AgreeToFair, FairAgreed, PutFair};
pub(crate) use folders::{DEPTH_MAX, PutFolder, RemoveFolder};
pub(crate) use links::{EndLink, PutLink};
pub(crate) use sale::{
    Buy, Licence, Offer, Paid, Promised, Refund, Returned, Withdrawn, WorkPurchase, WorkSale,
};

/// Assets that one operation names: what fits in a fact.
pub(crate) const ASSETS_MAX: usize = 12;

imajin_app::declarations! {
    Add, ChangeAsset, MoveAssets, RemoveAssets, SetAccess, PutFolder, RemoveFolder, PutAlbum,
    RemoveAlbum, PutInAlbum, PutLink, EndLink, PutDevice, PutFair, AgreeToFair, FairAgreed, Erase,
    Offer, Buy, Promised, Paid, WorkPurchase, WorkSale, Refund, Withdrawn, Returned,
}
