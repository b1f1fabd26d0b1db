//! The listing of a folder, in parts: a folder with many files needs little memory.

use std::collections::{HashMap, HashSet, VecDeque};

use dav_server::fs::{DavDirEntry, DavMetaData, FsFuture, FsStream};
use futures_util::stream;
use imajin_app::{Problem, blocking};
use imajin_drive::properties::Notes;

use super::super::tree::Meta;
use super::Drive;
use crate::bytes::scratch::Shelf;
use crate::queries;

/// Files that are read at once.
const PART: usize = 256;

/// One thing in a folder.
struct Entry {
    name: String,
    meta: Meta,
}

impl DavDirEntry for Entry {
    fn name(&self) -> Vec<u8> {
        self.name.clone().into_bytes()
    }

    fn metadata(&self) -> FsFuture<'_, Box<dyn DavMetaData>> {
        let meta: Box<dyn DavMetaData> = Box::new(self.meta.clone());
        Box::pin(std::future::ready(Ok(meta)))
    }
}

/// The position of a listing in a folder.
struct Listing {
    drive: Drive,
    /// The folder's path, as clients have it.
    path: Vec<u8>,
    folder: Option<String>,
    used: u64,
    ready: VecDeque<Entry>,
    /// Names of scratch files. They hide files with the same names.
    scratch: HashSet<String>,
    numbered: HashMap<String, String>,
    /// The last file that was read; `None` before the first part.
    after: Option<(String, String)>,
    is_over: bool,
}

pub(super) fn all(
    drive: &Drive,
    path: Vec<u8>,
    folder: Option<String>,
    used: u64,
) -> FsStream<Box<dyn DavDirEntry>> {
    let listing = Listing {
        drive: drive.clone(),
        path,
        folder,
        used,
        ready: VecDeque::new(),
        scratch: HashSet::new(),
        numbered: HashMap::new(),
        after: None,
        is_over: false,
    };
    Box::pin(stream::unfold(listing, |mut listing| async move {
        loop {
            if let Some(entry) = listing.ready.pop_front() {
                let entry: Box<dyn DavDirEntry> = Box::new(entry);
                return Some((Ok(entry), listing));
            }
            if listing.is_over {
                return None;
            }
            let drive = listing.drive.clone();
            listing = match blocking::run(move || listing.read().map(|()| listing)).await {
                Ok(Ok(listing)) => listing,
                // A client must not take a part for the whole: its copy would lose the rest.
                Ok(Err(problem)) | Err(problem) => {
                    drive.breaks(&problem);
                    return None;
                }
            };
        }
    }))
}

impl Listing {
    /// Reads the next part.
    fn read(&mut self) -> Result<(), Problem> {
        let (node, owner) = (self.drive.node().clone(), self.drive.owner().clone());
        let (did, folder) = (owner.as_str(), self.folder.clone());
        let folder = folder.as_deref();
        let mut notes = HashMap::new();
        if self.after.is_none() {
            let folders = queries::read(&node, |db| queries::folders_in(db, did, folder))?;
            for one in folders {
                notes.insert(one.name.clone(), Notes::read(one.props.as_deref()));
                let meta = Meta::of_folder(&one, self.used);
                self.push(one.name, meta);
            }
            for one in Shelf::new(&node, &owner).inside(folder) {
                notes.insert(one.name.clone(), Notes::default());
                let meta = Meta::of_scratch(&one);
                self.scratch.insert(one.name.clone());
                self.push(one.name, meta);
            }
            self.numbered = queries::read(&node, |db| queries::numbered_files(db, did, folder))?;
        }
        let (name, id) = self.after.take().unwrap_or_default();
        let files =
            queries::read(&node, |db| queries::files_by_name(db, did, folder, (&name, &id), PART))?;
        self.is_over = files.len() < PART;
        for asset in files {
            let meta = Meta::of_file(&asset);
            let props = Notes::read(asset.words.props.as_deref());
            let shown = self.numbered.get(&asset.id).unwrap_or(&asset.name).clone();
            self.after = Some((asset.name, asset.id));
            if !self.scratch.contains(&shown) {
                notes.insert(shown.clone(), props);
                self.push(shown, meta);
            }
        }
        self.drive.has_listed(self.path.clone(), notes);
        Ok(())
    }

    fn push(&mut self, name: String, meta: Meta) {
        let meta = meta.quoted(self.drive.quotes_tags());
        self.ready.push_back(Entry { name, meta });
    }
}
