//! People's files as others see them: what a file is, its bytes, previews of it.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::pin::Pin;

use axum::http::HeaderMap;
use axum::response::Response;
use imajin_dfos::Cid;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};

use crate::node::Node;
use crate::problem::Problem;
use crate::right::Right;

/// A file's properties, as its first bytes show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAbout {
    /// The file's media type.
    pub kind: String,
    /// Whether there are previews of it.
    pub has_previews: bool,
    /// Pixels across, as far as the node knows.
    pub width: Option<u32>,
    /// Pixels down.
    pub height: Option<u32>,
}

/// A request for a file that a person's item names. The app that asks has checked that the viewer may have the file,
/// and checks again while it is sent.
#[derive(Debug)]
pub struct FileAsked {
    /// The file's owner.
    pub owner: Did,
    /// The file.
    pub cid: Cid,
    /// The file's name, without an extension.
    pub name: String,
    /// The viewer; `None` if the node does not know them.
    pub viewer: Option<Did>,
    /// The address that the request comes from.
    pub address: Option<IpAddr>,
    /// The preview that they want (`400` or `800`), rather than the file.
    pub preview: Option<String>,
    /// Whether they want it as a file to keep.
    pub is_download: bool,
    /// The request's headers.
    pub headers: HeaderMap,
    /// The right to it, which lasts as long as the item names the file and is for this person.
    pub right: Right,
}

/// A place where something of a person's uses a file of theirs. As long as it names the file, the file stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileUse {
    /// The file.
    pub file: Cid,
    /// A title for people: the title of the course that uses the file, or the kind of thing that does.
    pub title: String,
    /// The page of that use.
    pub href: String,
}

/// A file, or why there is none, once it is known.
pub type FileAnswer<'a> = Pin<Box<dyn Future<Output = Result<Response, Problem>> + Send + 'a>>;

/// The app that knows what people's files are.
pub trait Files: Send + Sync {
    /// The file's properties, or `None` if the file isn't there. Doesn't wait for a decoder.
    fn describe(&self, node: &Node, owner: &Did, cid: &Cid) -> Option<FileAbout>;
    /// Whether others than its owner get at most a preview of it, by its kind: the place and the device can't be taken out.
    fn is_withheld(&self, node: &Node, owner: &Did, cid: &Cid) -> bool;
    /// The file or a preview of it, as this person gets it: others than its owner get pictures, films and sound without the place
    /// and the device in them, or a preview where these can't be taken out. May wait for a turn at the decoder.
    ///
    /// # Errors
    /// The file or the preview doesn't exist, or too many requests are under way.
    fn answer<'a>(&'a self, node: &'a Node, request: FileAsked) -> FileAnswer<'a>;
    /// Deletes files whose entries were erased, with their previews, unless other entries name them.
    fn erased(&self, node: &Node, owner: &Did, files: &BTreeSet<Cid>);
}
