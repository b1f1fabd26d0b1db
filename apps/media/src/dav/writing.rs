//! Changes on a drive: writing, moving, copying and deleting files, folders, and properties.
//!
//! Always: bytes are on the disk before an entry names them. A file that replaces another does so in one entry, which puts
//! the old file in the trash.

mod adding;
mod incoming;

use dav_server::fs::{FsError, FsResult};
use imajin_app::operation::{Change, Line, List, Operation};
use imajin_app::{Answer, CommandRequest, Problem};
use imajin_dfos::cid::parse_cid;
use imajin_host::{delegates, random};
use imajin_ledger::media::MediaObject;

use super::files::{DavRequest, Drive};
use super::keys;
use super::tree::{self, DriveLocation, Spot};
use crate::bytes::{self, scratch};
use crate::fields::{About, Name};
use crate::ids::{AssetId, FolderId};
use crate::operations::{ChangeAsset, MoveAssets, PutFolder, RemoveAssets, RemoveFolder};
use crate::queries::{Asset, Folder};

/// A place on the drive: a folder, and a name in it.
type DrivePath = (Option<String>, String);

fn name_of(name: &str) -> Answer<Name> {
    Name::parse(name).ok_or_else(|| {
        Problem::bad_request("A name has 1 to 255 bytes, without / and control characters.")
    })
}

fn folder_of(id: Option<&str>) -> Option<FolderId> {
    id.and_then(FolderId::parse)
}

fn asset_of(id: &str) -> Answer<AssetId> {
    AssetId::parse(id).ok_or_else(|| Problem::internal("an asset has no id"))
}

impl Drive {
    /// Enters an operation in the owner's log: signed with the computer's key, under its owner's delegation.
    async fn enter<O: Operation>(&self, operation: &O) -> Answer<()> {
        let DavRequest { node, computer, peer, .. } = self.request();
        let request = CommandRequest::from_operation(computer.owner.clone(), operation)?;
        let delegation = || keys::check(node, computer);
        delegates::submit(node, computer, *peer, request, delegation).await.map(drop)
    }

    pub(super) fn told_by<T>(&self, done: Answer<T>) -> FsResult<T> {
        done.map_err(|problem| self.fails(problem))
    }

    /// Makes a folder, or changes one.
    pub(super) async fn put_folder(
        &self,
        folder: Option<&Folder>,
        to: &DriveLocation,
        props: Change<Line<4_096>>,
    ) -> Answer<()> {
        let id = match folder {
            Some(folder) => folder.id.clone(),
            None => format!("fld_{}", random::hex::<12>()?),
        };
        let put = PutFolder {
            folder: FolderId::parse(&id).ok_or_else(|| Problem::internal("a folder has no id"))?,
            name: name_of(&to.name)?,
            props,
            parent: folder_of(to.parent.as_deref()),
        };
        self.enter(&put).await
    }

    pub(super) async fn remove_folder(&self, id: &str) -> FsResult<()> {
        let folder = FolderId::parse(id).ok_or(FsError::NotFound)?;
        let removed = self.enter(&RemoveFolder { folder }).await;
        self.told_by(removed)?;
        let id = id.to_owned();
        let tidied = self.run(move |drive| {
            drive.shelf().remove_all(&id);
            Ok(())
        });
        self.told_by(tidied.await)
    }

    /// Removes what is at a place: what a program keeps there, and the file that it hides.
    pub(super) async fn remove(&self, place: DriveLocation) -> Answer<()> {
        let asset = self.run(move |drive| {
            let (parent, name) = (place.parent.as_deref(), place.name.as_str());
            drive.shelf().remove(parent, name)?;
            tree::file(drive.node(), drive.owner(), parent, name)
        });
        match asset.await? {
            Some(asset) => self.to_trash(asset_of(&asset.id)?).await,
            None => Ok(()),
        }
    }

    async fn to_trash(&self, asset: AssetId) -> Answer<()> {
        let assets = List(vec![asset]);
        self.enter(&RemoveAssets { assets }).await
    }

    pub(super) async fn move_to(&self, from: DriveLocation, to: DriveLocation) -> Answer<()> {
        match from.spot.clone() {
            Spot::Folder(folder) => self.put_folder(Some(&folder), &to, Change::Keep).await,
            Spot::File(asset) => self.move_file(&asset, from.parent.as_deref(), &to).await,
            Spot::Scratch(one) => {
                name_of(&to.name)?;
                let to = (to.parent, to.name);
                let from = (from.parent, from.name);
                if one.bytes > 0 && !scratch::is_for_programs(&to.1) {
                    self.become_file(from.clone(), to).await?;
                    return self
                        .run(move |drive| drive.shelf().remove(from.0.as_deref(), &from.1))
                        .await;
                }
                self.run(move |drive| {
                    let shelf = drive.shelf();
                    shelf.rename((from.0.as_deref(), &from.1), (to.0.as_deref(), &to.1))
                })
                .await
            }
            Spot::Root | Spot::Nothing => Err(Problem::forbidden("The drive itself stays.")),
        }
    }

    async fn move_file(&self, asset: &Asset, from: Option<&str>, to: &DriveLocation) -> Answer<()> {
        let id = asset_of(&asset.id)?;
        let name = name_of(&to.name)?;
        if from != to.parent.as_deref() {
            let moved = MoveAssets {
                assets: List(vec![id.clone()]),
                folder: folder_of(to.parent.as_deref()),
                back: None,
            };
            self.enter(&moved).await?;
        }
        if asset.name != name.as_str() {
            let changed = ChangeAsset {
                asset: id.clone(),
                name: Some(name),
                about: About::default(),
                props: Change::Keep,
                media: None,
            };
            self.enter(&changed).await?;
        }
        match self.replaced().filter(|other| *other != id) {
            Some(other) => self.to_trash(other).await,
            None => Ok(()),
        }
    }

    pub(super) async fn copy_to(&self, from: DriveLocation, to: DriveLocation) -> Answer<()> {
        let place = (to.parent, to.name);
        match from.spot {
            Spot::File(asset) => {
                let cid = parse_cid(&asset.cid).map_err(Problem::internal)?;
                let stored = MediaObject { cid, bytes: asset.bytes.unsigned_abs(), existed: true };
                self.add(stored, place, Some(&asset)).await.map(drop)
            }
            Spot::Scratch(one) if one.bytes > 0 && !scratch::is_for_programs(&place.1) => {
                self.become_file((from.parent, from.name), place).await
            }
            Spot::Scratch(one) => {
                self.run(move |drive| {
                    let (node, owner) = (drive.node(), drive.owner());
                    let copy = || {
                        let from = (from.parent.as_deref(), from.name.as_str());
                        let to = (place.0.as_deref(), place.1.as_str());
                        drive.shelf().copy(from, to)
                    };
                    bytes::reserve(node, owner, one.bytes, copy).map(drop)
                })
                .await
            }
            _ => Err(Problem::forbidden("Only files are copied.")),
        }
    }
}
