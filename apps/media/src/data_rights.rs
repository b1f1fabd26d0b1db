//! What people may do with their data here: their entries are their export, and follow from them.

use imajin_service::{KeepsEntries, Things};

use crate::Media;
use crate::operations::{
    Add, EndLink, Erase, PutAlbum, PutDevice, PutFolder, PutLink, RemoveAlbum, RemoveFolder,
};

impl KeepsEntries for Media {
    const THINGS: &'static [Things] = &[
        Things::put_by::<Add>("photos and files").removed_by::<Erase>(),
        Things::put_by::<PutFolder>("folders").removed_by::<RemoveFolder>(),
        Things::put_by::<PutAlbum>("albums").removed_by::<RemoveAlbum>(),
        Things::put_by::<PutLink>("links to photos").removed_by::<EndLink>(),
        Things::put_by::<PutDevice>("connected computers"),
    ];
}
