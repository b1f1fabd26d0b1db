//! Additions of files to a person's record, and changes to their properties.

use axum::http::StatusCode;
use dav_server::fs::{DavProp, FsResult};
use imajin_app::Problem;
use imajin_app::operation::{Change, Int, Line, Paragraphs};
use imajin_dfos::Timestamp;
use imajin_drive::properties::Notes;
use imajin_host::prelude::*;
use imajin_ledger::media::MediaObject;

use super::super::files::Drive;
use super::super::tree::{self, DriveLocation, Spot};
use super::{DrivePath, asset_of, folder_of, name_of};
use crate::bytes::{self, FileMetadata};
use crate::fields::About;
use crate::ids::{AssetId, COPIES_MAX};
use crate::operations::{Add, ChangeAsset};
use crate::queries::{self, Asset, State};

impl Drive {
    /// Makes a file of what a program kept for itself.
    pub(super) async fn become_file(&self, from: DrivePath, to: DrivePath) -> Result<(), Problem> {
        let stored = self.run(move |drive| {
            let (node, owner) = (drive.node(), drive.owner());
            let source = drive.shelf().open(from.0.as_deref(), &from.1)?;
            let length = source.metadata().map_err(Problem::internal)?.len();
            let (_reserved, ()) = bytes::reserve(node, owner, length, || Ok(()))?;
            let stored = node.ledger().media().put(owner, source).map_err(bytes::problem)?;
            Ok(bytes::counted(node, owner, stored))
        });
        self.add(stored.await?, to, None).await.map(drop)
    }

    /// Enters a stored file at a place. `like` is what it is a copy of.
    pub(super) async fn add(
        &self,
        stored: MediaObject,
        place: DrivePath,
        like: Option<&Asset>,
    ) -> Result<Asset, Problem> {
        let (there, cid) = (place.clone(), stored.cid);
        let file_at = move |drive: &Self| {
            tree::file(drive.node(), drive.owner(), there.0.as_deref(), &there.1)
        };
        let before = self.run(file_at.clone()).await?;
        let replaced = self.replaced().map(|id| id.as_str().to_owned());
        let replaced = replaced.or_else(|| before.as_ref().map(|asset| asset.id.clone()));
        let is_same = like.is_none() && before.is_some_and(|before| before.cid == cid.to_string());
        if !is_same {
            let words = like.map(|asset| asset.words.clone());
            let (parent, name) = place.clone();
            let modified = self.request().modified.filter(|_| like.is_none());
            let address = self.request().peer.map(|peer| peer.address);
            let client = self.node().client(Some(self.owner()), address)?;
            let looked = bytes::look(self.node(), &client, self.owner(), &cid).await?;
            let add = self.run(move |drive| {
                let metadata = FileMetadata {
                    name: Some(name.clone()),
                    last_modified: modified,
                    ..FileMetadata::default()
                };
                let mut add =
                    bytes::addition(drive.node(), drive.owner(), (stored, looked), metadata)?;
                if let Some(words) = words {
                    add.about.title = Change::set_or_keep(words.title.map(Line));
                    add.about.alt = Change::set_or_keep(words.alt.map(Line));
                    add.about.text = Change::set_or_keep(words.text.map(Paragraphs));
                }
                add.name = name_of(&name)?;
                add.folder = folder_of(parent.as_deref());
                (add.asset, add.n) = drive.next_copy(&add)?;
                add.replaces = replaced.as_deref().and_then(AssetId::parse);
                Ok(add)
            });
            self.enter(&add.await?).await?;
        }
        let added = self.run(file_at.clone()).await?;
        let added = added.ok_or_else(|| Problem::conflict("This file was changed just now."))?;
        self.note_time(&added).await?;
        self.run(move |drive| {
            drive.shelf().remove(place.0.as_deref(), &place.1)?;
            Ok(file_at(drive)?.unwrap_or(added))
        })
        .await
    }

    /// The next copy of a file of which there may be some.
    fn next_copy(&self, add: &Add) -> Result<(AssetId, Int<0, COPIES_MAX>), Problem> {
        for n in 0..=COPIES_MAX {
            let id = AssetId::derive(self.owner(), add.cid(), n);
            let owner = self.owner().as_str();
            let state = queries::read(self.node(), |db| queries::state(db, owner, &id))?;
            if state != Some(State::Kept) {
                return Ok((id, Int(n)));
            }
        }
        Err(Problem::conflict("There are 10 000 copies of this file."))
    }

    /// Notes when a file was changed, if nothing else of it says so.
    async fn note_time(&self, asset: &Asset) -> Result<(), Problem> {
        let Some(modified) = self.request().modified else {
            return Ok(());
        };
        if tree::modified_ms(asset) / 1_000 == modified.as_secs() {
            return Ok(());
        }
        let mut notes = Notes::read(asset.words.props.as_deref());
        notes.modified = Some(modified.as_millis());
        self.put_notes(asset, &notes, About::default()).await
    }

    /// Notes when a file was changed, as its computer says once it is here. That is also the time of a file that contains none.
    pub(in crate::dav) async fn note_modified(
        &self,
        names: Vec<String>,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let search = self.run(move |drive| tree::find(drive.node(), drive.owner(), &names));
        let Some(DriveLocation { spot: Spot::File(asset), .. }) = search.await? else {
            return Ok(());
        };
        let about = if asset.is_dated() {
            About::default()
        } else {
            self.run(move |drive| bytes::of_file(drive.node(), drive.owner(), at)).await?
        };
        let mut notes = Notes::read(asset.words.props.as_deref());
        notes.modified = Some(at.as_millis());
        self.put_notes(&asset, &notes, about).await
    }

    async fn put_notes(&self, asset: &Asset, notes: &Notes, about: About) -> Result<(), Problem> {
        let changed = ChangeAsset {
            asset: asset_of(&asset.id)?,
            name: None,
            about,
            props: written(notes),
            media: None,
        };
        self.enter(&changed).await
    }

    /// Sets and removes properties.
    pub(in crate::dav) async fn note(
        &self,
        found: DriveLocation,
        patch: Vec<(bool, DavProp)>,
    ) -> FsResult<Vec<(StatusCode, DavProp)>> {
        let props = match &found.spot {
            Spot::File(asset) => asset.words.props.clone(),
            Spot::Folder(folder) => folder.props.clone(),
            // Scratch files have no properties, and the drive itself has no entry.
            _ => {
                let refused = |(_, prop): (bool, DavProp)| {
                    (StatusCode::FORBIDDEN, DavProp { xml: None, ..prop })
                };
                return Ok(patch.into_iter().map(refused).collect());
            }
        };
        let before = Notes::read(props.as_deref());
        let mut notes = before.clone();
        let outcome = notes.patch(patch);
        if notes == before {
            return Ok(outcome);
        }
        let entered = match &found.spot {
            Spot::File(asset) => self.put_notes(asset, &notes, About::default()).await,
            Spot::Folder(folder) => {
                // A folder that is shown with a number keeps the name that it has.
                let place = DriveLocation { name: folder.name.clone(), ..found.clone() };
                self.put_folder(Some(folder), &place, written(&notes)).await
            }
            _ => Ok(()),
        };
        self.told_by(entered)?;
        Ok(outcome)
    }
}

fn written(notes: &Notes) -> Change<Line<4_096>> {
    match notes.write() {
        Some(text) => Change::Set(Line(text)),
        None => Change::Clear,
    }
}
