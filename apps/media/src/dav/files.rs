//! The drive of one request: what it is about, what it finds, and what goes wrong.
//!
//! Always: each access to the disk is a separate short job. An error is reported once, in the answer, as on every other
//! route.

mod listing;
mod reader;
mod system;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::Method;
use dav_server::davpath::DavPath;
use dav_server::fs::{DavFile, FsError, FsResult};
use imajin_app::pieces::Room;
use imajin_app::{Node, Peer, Problem, Right, blocking};
use imajin_dfos::Timestamp;
use imajin_drive::paths;
use imajin_drive::properties::Notes;
use imajin_drive::request::Travel;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use parking_lot::Mutex;

use super::keys::{self, Computer};
use super::tree::{self, DriveLocation, Meta, Spot};
use crate::bytes::Transfer;
use crate::bytes::scratch::{self, Shelf};
use crate::files;
use crate::ids::AssetId;
use crate::queries;
use crate::sight::{self, Viewer};

use reader::Reader;

/// A parsed request.
pub(super) struct DavRequest {
    pub(super) node: Node,
    pub(super) computer: Arc<Computer>,
    pub(super) peer: Option<Peer>,
    pub(super) method: Method,
    /// When the file was changed on the computer that sends it.
    pub(super) modified: Option<Timestamp>,
    /// The source and the target of a copy or a move.
    pub(super) travels: Option<Travel>,
    /// The share of the memory for bodies that this request's body holds.
    pub(super) room: Room,
    /// Its place among the transfers, until a file is open.
    pub(super) place: Option<Transfer>,
}

struct State {
    asked: DavRequest,
    place: Mutex<Option<Transfer>>,
    told: Mutex<Option<Problem>>,
    /// The asset that a copy or a move replaces: the same entry puts it in the trash.
    replaced: Mutex<Option<AssetId>>,
    /// The path of the last folder that was listed, and the notes of its entries by name.
    listed: Mutex<(Vec<u8>, HashMap<String, Notes>)>,
    is_broken: AtomicBool,
}

/// The drive of one request.
#[derive(Clone)]
pub(super) struct Drive(Arc<State>);

impl Drive {
    pub(super) fn new(mut request: DavRequest) -> Self {
        Self(Arc::new(State {
            place: Mutex::new(request.place.take()),
            asked: request,
            told: Mutex::default(),
            replaced: Mutex::default(),
            listed: Mutex::default(),
            is_broken: AtomicBool::new(false),
        }))
    }

    pub(super) fn request(&self) -> &DavRequest {
        &self.0.asked
    }

    pub(super) fn node(&self) -> &Node {
        &self.request().node
    }

    pub(super) fn owner(&self) -> &Did {
        &self.request().computer.owner
    }

    pub(super) fn shelf(&self) -> Shelf {
        Shelf::new(self.node(), self.owner())
    }

    /// Whether this answer carries tags as property values, which need their quotes.
    pub(super) fn quotes_tags(&self) -> bool {
        self.request().method.as_str() == "PROPFIND"
    }

    /// Takes the error that the answer reports.
    pub(super) fn take_problem(&self) -> Option<Problem> {
        self.0.told.lock().take()
    }

    /// Keeps what went wrong for the answer, and says it as the library does.
    pub(super) fn fails(&self, problem: Problem) -> FsError {
        let error = match problem.status().as_u16() {
            404 => FsError::NotFound,
            413 => FsError::TooLarge,
            507 => FsError::InsufficientStorage,
            400..500 => FsError::Forbidden,
            _ => FsError::GeneralFailure,
        };
        self.0.told.lock().get_or_insert(problem);
        error
    }

    /// An answer that has begun can't be finished.
    pub(super) fn breaks(&self, problem: &Problem) {
        tracing::warn!(%problem, "an answer of a drive was cut off");
        self.0.is_broken.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_broken(&self) -> bool {
        self.0.is_broken.load(Ordering::Relaxed)
    }

    pub(super) fn has_listed(&self, path: Vec<u8>, notes: HashMap<String, Notes>) {
        *self.0.listed.lock() = (path, notes);
    }

    pub(super) fn replaced(&self) -> Option<AssetId> {
        self.0.replaced.lock().take()
    }

    /// Runs a look at the disk or the tables.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let drive = self.clone();
        blocking::run(move || work(&drive)).await?
    }

    pub(super) async fn find(&self, path: &DavPath) -> FsResult<DriveLocation> {
        let names = paths::names(path).ok_or(FsError::NotFound)?;
        self.find_names(names).await
    }

    pub(super) async fn find_names(&self, names: Vec<String>) -> FsResult<DriveLocation> {
        let lookup = self.run(move |drive| tree::find(drive.node(), drive.owner(), &names));
        let location = lookup.await.map_err(|problem| self.fails(problem))?;
        location.ok_or(FsError::NotFound)
    }

    /// Returns the bytes that all of the owner's files use, and the owner's quota.
    fn room(&self) -> Result<(u64, Option<u64>), Problem> {
        let (node, owner) = (self.node(), self.owner());
        let (kept, trash) = queries::read(node, |db| queries::bytes(db, owner.as_str()))?;
        let room = crate::bytes::room_of(node, owner)?;
        let used = kept + trash + room.uploads + scratch::taken(node, owner);
        let standing = node.room().standing(node.monotonic());
        let free = standing.map(|now| now.free.saturating_sub(now.reserve));
        let total = room.quota.or_else(|| Some(used.saturating_add(free?)));
        Ok((used, total))
    }

    /// Returns the bytes that all of the owner's files use, if the answer reports them for folders; otherwise 0.
    async fn used(&self) -> u64 {
        let room = if self.quotes_tags() { self.run(Self::room).await.ok() } else { None };
        room.map_or(0, |(used, _)| used)
    }

    async fn meta(&self, path: &DavPath) -> FsResult<Meta> {
        let meta = match self.find(path).await?.spot {
            Spot::Root => Meta::of_root(self.used().await),
            Spot::Folder(folder) => Meta::of_folder(&folder, self.used().await),
            Spot::File(asset) => Meta::of_file(&asset),
            Spot::Scratch(scratch) => Meta::of_scratch(&scratch),
            Spot::Nothing => return Err(FsError::NotFound),
        };
        Ok(meta.quoted(self.quotes_tags()))
    }

    async fn read(&self, path: &DavPath) -> FsResult<Box<dyn DavFile>> {
        let location = self.find(path).await?;
        let place = self.0.place.lock().take();
        let opened = self.run(move |drive| {
            let mut asset_id = None;
            let (meta, file, bytes) = match &location.spot {
                Spot::File(asset) => {
                    asset_id = AssetId::parse(&asset.id);
                    let (file, bytes) = files::open(drive.node(), &asset.owner, &asset.cid)?;
                    (Meta::of_file(asset), file, bytes)
                }
                Spot::Scratch(scratch) => {
                    let file = drive.shelf().open(location.parent.as_deref(), &location.name)?;
                    (Meta::of_scratch(scratch), file, scratch.bytes)
                }
                _ => return Err(Problem::not_found("There is no such file on your drive.")),
            };
            let computer = Arc::clone(&drive.request().computer);
            let right = Right::new(drive.node(), move |node| {
                keys::check(node, &computer)?;
                match &asset_id {
                    Some(id) => {
                        let owner = Viewer::new(Some(computer.owner.clone()));
                        sight::seen(node, &owner, id).map(|_| ())
                    }
                    // Scratch files of programs are in no record.
                    None => Ok(()),
                }
            });
            Ok(Reader {
                drive: drive.clone(),
                meta,
                file: Some((file, right)),
                at: 0,
                bytes,
                _place: place,
            })
        });
        let reader = opened.await.map_err(|problem| self.fails(problem))?;
        Ok(Box::new(reader))
    }

    async fn notes(&self, path: &DavPath) -> FsResult<Notes> {
        let name = path.file_name().unwrap_or_default();
        let around = path.parent();
        {
            let listed = self.0.listed.lock();
            let notes = listed.1.get(name).filter(|_| listed.0 == around.as_bytes());
            if let Some(notes) = notes {
                return Ok(notes.clone());
            }
        }
        let props = match self.find(path).await?.spot {
            Spot::File(asset) => asset.words.props,
            Spot::Folder(folder) => folder.props,
            _ => None,
        };
        Ok(Notes::read(props.as_deref()))
    }

    /// Whether a file is removed to make place for another that is moved or copied there: then the entry of the move removes it.
    async fn is_replaced(&self, path: &DavPath, asset: &str) -> FsResult<bool> {
        let Some(Travel { source, target }) = &self.request().travels else {
            return Ok(false);
        };
        if paths::names(path).as_ref() != Some(target) {
            return Ok(false);
        }
        let becomes_file = match self.find_names(source.clone()).await?.spot {
            Spot::File(_) => true,
            Spot::Scratch(one) => {
                one.bytes > 0 && !scratch::is_for_programs(target.last().map_or("", String::as_str))
            }
            _ => false,
        };
        if becomes_file {
            *self.0.replaced.lock() = AssetId::parse(asset);
        }
        Ok(becomes_file)
    }
}
