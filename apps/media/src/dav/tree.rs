//! The paths of a person's drive, and the metadata that clients see.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dav_server::fs::{DavMetaData, FsError, FsResult};
use imajin_app::{Answer, Node};
use imajin_dfos::Timestamp;
use imajin_drive::properties::Notes;
use imajin_protocol::Did;

use crate::bytes::scratch::{Scratch, Shelf};
use crate::queries::{self, Asset, Folder};

/// The last second of the year 9998: what writes dates knows no later one.
const LATEST_MS: i64 = 253_370_764_799_000;

/// A minute, by which zones are apart.
const MINUTE_MS: i64 = 60_000;

/// The thing at a path.
#[derive(Debug, Clone)]
pub(super) enum Spot {
    /// The drive itself, which contains everything that is in no folder.
    Root,
    Folder(Folder),
    File(Box<Asset>),
    Scratch(Scratch),
    Nothing,
}

/// A path whose folder is there.
#[derive(Debug, Clone)]
pub(super) struct DriveLocation {
    pub(super) parent: Option<String>,
    pub(super) name: String,
    pub(super) spot: Spot,
}

/// Looks a path up; `None` if the folder that it is in isn't there.
pub(super) fn find(node: &Node, owner: &Did, names: &[String]) -> Answer<Option<DriveLocation>> {
    let Some((name, around)) = names.split_last() else {
        return Ok(Some(DriveLocation { parent: None, name: String::new(), spot: Spot::Root }));
    };
    let did = owner.as_str();
    let mut parent: Option<String> = None;
    for outer in around {
        let folder =
            queries::read(node, |db| queries::folder_shown_as(db, did, parent.as_deref(), outer))?;
        match folder {
            Some(folder) => parent = Some(folder.id),
            None => return Ok(None),
        }
    }
    let within = parent.as_deref();
    let folder = queries::read(node, |db| queries::folder_shown_as(db, did, within, name))?;
    let spot = match folder {
        Some(folder) => Spot::Folder(folder),
        None => match Shelf::new(node, owner).find(within, name) {
            Some(scratch) => Spot::Scratch(scratch),
            None => file(node, owner, within, name)?
                .map_or(Spot::Nothing, |asset| Spot::File(Box::new(asset))),
        },
    };
    Ok(Some(DriveLocation { parent, name: name.clone(), spot }))
}

/// The file of a name, also where what a program keeps hides it.
pub(super) fn file(
    node: &Node,
    owner: &Did,
    folder: Option<&str>,
    name: &str,
) -> Answer<Option<Asset>> {
    queries::read(node, |db| queries::file_shown_as(db, owner.as_str(), folder, name))
}

/// When a file was changed on the computer that it came from; else when it was added. In milliseconds.
pub(super) fn modified_ms(asset: &Asset) -> i64 {
    let noted = Notes::read(asset.words.props.as_deref()).modified;
    let is_files = asset.words.taken_from.as_deref() == Some("file");
    let time = asset.words.taken.as_deref().filter(|_| is_files);
    let time = time.and_then(|taken| Timestamp::parse(&format!("{taken}.000Z")).ok());
    // The clock on the wall there, and how far it was ahead of UTC.
    let time = time.map(|taken| taken.as_millis() - asset.words.zone.unwrap_or(0) * MINUTE_MS);
    noted.or(time).unwrap_or(asset.at_ms)
}

/// The metadata of a file or a folder, as clients see it.
#[derive(Debug, Clone)]
pub(super) struct Meta {
    /// For a folder, the bytes of all of its owner's files, so that clients compute the free room correctly.
    bytes: u64,
    modified_ms: i64,
    created_ms: i64,
    is_folder: bool,
    tag: Option<String>,
}

impl Meta {
    pub(super) fn of_root(used: u64) -> Self {
        Self { bytes: used, modified_ms: 0, created_ms: 0, is_folder: true, tag: None }
    }

    pub(super) fn of_folder(folder: &Folder, used: u64) -> Self {
        Self { modified_ms: folder.at_ms, created_ms: folder.at_ms, ..Self::of_root(used) }
    }

    pub(super) fn of_file(asset: &Asset) -> Self {
        Self {
            bytes: asset.bytes.unsigned_abs(),
            modified_ms: modified_ms(asset),
            created_ms: asset.at_ms,
            is_folder: false,
            tag: Some(asset.cid.clone()),
        }
    }

    pub(super) fn of_scratch(scratch: &Scratch) -> Self {
        Self {
            bytes: scratch.bytes,
            modified_ms: scratch.at_ms,
            created_ms: scratch.at_ms,
            is_folder: false,
            tag: Some(format!("scratch-{}-{}", scratch.at_ms, scratch.bytes)),
        }
    }

    /// Puts the tag in quotes if it becomes the value of a property, where the library writes it unchanged.
    pub(super) fn quoted(self, is_quoted: bool) -> Self {
        let tag = self.tag.map(|tag| if is_quoted { format!("\"{tag}\"") } else { tag });
        Self { tag, ..self }
    }
}

/// A moment that can be written as a date of HTTP.
fn moment(ms: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(ms.clamp(0, LATEST_MS).unsigned_abs())
}

impl DavMetaData for Meta {
    fn len(&self) -> u64 {
        self.bytes
    }

    fn modified(&self) -> FsResult<SystemTime> {
        Ok(moment(self.modified_ms))
    }

    fn created(&self) -> FsResult<SystemTime> {
        match self.created_ms {
            0 => Err(FsError::NotImplemented),
            ms => Ok(moment(ms)),
        }
    }

    fn is_dir(&self) -> bool {
        self.is_folder
    }

    fn etag(&self) -> Option<String> {
        self.tag.clone()
    }
}
