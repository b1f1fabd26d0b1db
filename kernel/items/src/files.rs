//! The files of items: pictures, sound, films, things to read. An item has at most [`crate::FILES_MAX`], in an order, each with words.
//!
//! Always: a file is its owner's own, and a viewer gets it only as part of an item that they see; a file that isn't for
//! them looks as if it did not exist. The app of people's files says what a file is, and what others get of it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::Response;
use imajin_app::capabilities::{FileAbout, FileAsked, FileUse, Files};
use imajin_app::extract::{Caller, Path, Query};
use imajin_app::{Answer, Lang, Node, Peer, Problem, Right, Session, Texts, args, blocking};
use imajin_dfos::Cid;
use imajin_dfos::cid::parse_cid;
use imajin_protocol::Did;
use maud::{Markup, html};
use serde::Deserialize;

use crate::item::{Attached, Base};
use crate::{ItemOf, ItemPages, Items, Owner, TEXTS, store};

/// Pixels across of a preview on an item's page, and what it is called.
const PREVIEW: (u32, &str) = (800, "800");

/// The kind of pictures that only some browsers show.
const HEIC: &str = "image/heic";

/// Returns the app that knows what files are, if the node runs it.
fn app(node: &Node) -> Option<&dyn Files> {
    node.get::<dyn Files>()
}

fn describe_file(node: &Node, owner: &Did, cid: &str) -> Option<FileAbout> {
    app(node)?.describe(node, owner, &parse_cid(cid).ok()?)
}

/// Fills in the descriptions of an item's files.
pub fn describe(node: &Node, owner: &Did, files: &mut [Attached]) {
    for file in files {
        if let Some(about) = describe_file(node, owner, &file.cid) {
            file.mime_type = Some(about.kind);
            (file.width, file.height) = (about.width, about.height);
        }
    }
}

/// The item that files belong to, for their paths.
#[derive(Debug, Clone, Copy)]
pub struct ItemRef<'a> {
    /// The service.
    pub service: &'static str,
    /// The items' owner.
    pub owner: &'a Did,
    /// The item's id.
    pub item: &'a str,
}

impl ItemRef<'_> {
    /// Returns the path of a file.
    pub fn path(self, cid: &str) -> String {
        let Self { service, owner, item } = self;
        format!("/{service}/api/items/{item}/files/{cid}?owner={owner}")
    }
}

/// A file on a page.
#[derive(Debug, Clone)]
pub struct FileView {
    /// A description of the file's content, or its name.
    pub alt: String,
    /// The file's CID.
    pub cid: String,
    /// The file's path.
    pub path: String,
    /// The app's description of the file; `None` if the file is missing.
    pub about: Option<FileAbout>,
    /// Whether its viewer gets at most a preview of it.
    pub is_withheld: bool,
}

/// Returns the files of an item, as the page of its owner (`is_own`) or of another viewer has them.
pub fn file_views(
    node: &Node,
    place: ItemRef<'_>,
    files: &[Attached],
    is_own: bool,
) -> Vec<FileView> {
    let views = files.iter().map(|file| FileView {
        alt: file.alt.clone(),
        cid: file.cid.clone(),
        path: place.path(&file.cid),
        about: describe_file(node, place.owner, &file.cid),
        is_withheld: !is_own && is_withheld(node, place.owner, &file.cid),
    });
    views.collect()
}

fn is_withheld(node: &Node, owner: &Did, cid: &str) -> bool {
    app(node).zip(parse_cid(cid).ok()).is_some_and(|(app, cid)| app.is_withheld(node, owner, &cid))
}

impl FileView {
    fn is(&self, sort: &str) -> bool {
        let sort_of = |about: &FileAbout| about.kind.split('/').next() == Some(sort);
        self.about.as_ref().is_some_and(sort_of)
    }

    /// Returns whether its viewer gets neither the file nor a preview.
    pub fn is_missing(&self) -> bool {
        let has_previews = self.about.as_ref().is_some_and(|about| about.has_previews);
        self.is_withheld && !has_previews
    }

    fn is_heic(&self) -> bool {
        self.about.as_ref().is_some_and(|about| about.kind == HEIC)
    }

    /// Returns whether it is a picture that its viewer sees.
    pub fn is_picture(&self) -> bool {
        self.is("image") && !self.is_missing()
    }

    /// Returns the path that a page takes for it: of a picture, that of a preview, if there is one.
    pub fn source(&self) -> String {
        match &self.about {
            Some(about) if about.has_previews || self.is_heic() => {
                format!("{}&w={}", self.path, PREVIEW.1)
            }
            _ => self.path.clone(),
        }
    }

    /// Renders a picture, with this text for people who don't see it.
    pub fn picture(&self, alt: &str) -> Markup {
        let size = self.about.as_ref().and_then(|about| {
            let (width, height) = (about.width?, about.height?);
            let preview_width = width.min(PREVIEW.0);
            let down = u64::from(height) * u64::from(preview_width) / u64::from(width.max(1));
            Some((preview_width, down))
        });
        let image = html! { img src=(self.source()) alt=(alt) width=[size.map(|size| size.0)] height=[size.map(|size| size.1)] loading="lazy" decoding="async"; };
        if self.is_heic() {
            // Some browsers show the file itself; all others get the JPEG in it, if it has one.
            html! { picture { source type=(HEIC) srcset=(self.path); (image) } }
        } else {
            image
        }
    }
}

/// Renders the files below the words of an item, in their order: pictures to be seen, sound and films to be played, all
/// others to be kept.
pub fn draw<'a>(files: impl Iterator<Item = (usize, &'a FileView)>, lang: Lang) -> Markup {
    let t = TEXTS.for_reader(lang);
    let mut files = files.peekable();
    html! {
        @if files.peek().is_some() {
            div.attached { @for (place, file) in files { (render_file(file, place, t)) } }
        }
    }
}

fn render_file(file: &FileView, place: usize, t: Texts) -> Markup {
    let name = match file.alt.trim() {
        "" => t.format("file-number", args![number = place + 1]),
        alt => alt.to_owned(),
    };
    html! {
        @if file.is_missing() { p.hint { (t.format("file-withheld", args![name = name])) } }
        @else if file.is_picture() { (file.picture(&file.alt)) }
        @else if file.is("audio") { figure { figcaption { (name) } audio src=(file.path) controls preload="none" aria-label=(name) {} } }
        @else if file.is("video") { figure { figcaption { (name) } video src=(file.path) controls preload="metadata" playsinline aria-label=(name) {} } }
        @else { p { a href={ (file.path) "&download=1" } download { (name) } } }
    }
}

#[derive(Debug, Deserialize)]
struct FileQuery {
    owner: String,
    w: Option<String>,
    download: Option<String>,
}

/// A request for an item of a person.
#[derive(Debug, Clone)]
pub struct ItemAsked {
    /// The item's owner.
    pub owner: Did,
    /// The person who asks.
    pub viewer: Option<Did>,
    /// The item's id or slug.
    pub item: String,
}

impl ItemAsked {
    /// Makes a request of a caller for an item of a person, who is named as [`Node::person`] takes it.
    pub fn new(node: &Node, caller: &Caller, owner: &str, item: String) -> Answer<Self> {
        Ok(Self { owner: node.person(owner)?, viewer: caller.did().cloned(), item })
    }

    /// Returns the item, or the error of [`ItemPages::find`].
    pub fn find<S: ItemPages>(&self, node: &Node) -> Answer<ItemOf<S>> {
        Ok(S::find(node, &self.owner, self.viewer.as_ref(), &self.item)?.item)
    }

    /// Returns the item with the descriptions of its files, or the error of [`ItemPages::find`].
    pub fn describe<S: ItemPages>(&self, node: &Node) -> Answer<ItemOf<S>> {
        let mut item = self.find::<S>(node)?;
        describe(node, &self.owner, &mut item.base.files);
        Ok(item)
    }
}

/// A request for a file of an item, at a path that ends with the item's id or slug, `files` and the file's CID.
#[derive(Debug)]
pub struct FileRequest {
    item: ItemAsked,
    session: Option<Session>,
    cid: String,
    query: FileQuery,
    address: Option<IpAddr>,
    headers: HeaderMap,
}

impl FromRequestParts<Node> for FileRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Node) -> Answer<Self> {
        let Path((item, cid)) = Path::<(String, String)>::from_request_parts(parts, node).await?;
        let Query(query) = Query::<FileQuery>::from_request_parts(parts, node).await?;
        let caller = Caller::from_request_parts(parts, node).await?;
        Ok(Self {
            item: ItemAsked::new(node, &caller, &query.owner, item)?,
            session: caller.0,
            cid,
            query,
            address: parts.extensions.get::<Peer>().map(|peer| peer.address),
            headers: parts.headers.clone(),
        })
    }
}

/// Returns the answer for a file that the item doesn't have, or that isn't for the viewer.
pub fn none() -> Problem {
    Problem::not_found(TEXTS.say("no-such-file", args![]))
}

impl FileRequest {
    /// Sends the file, as one of the item that `find` finds for the viewer, now and while it is sent.
    ///
    /// # Errors
    /// 404 if the item has no such file; as of `find`.
    pub async fn answer(
        self,
        node: Node,
        find: impl Fn(Node, &ItemAsked) -> Answer<Base> + Send + Sync + 'static,
    ) -> Answer<Response> {
        let here = node.clone();
        let request = blocking::run(move || {
            let item = find(node.clone(), &self.item)?;
            let file = file_of(&item, &self.cid)?;
            let cid = parse_cid(&self.cid).map_err(|_| none())?;
            let name = match file.alt.trim() {
                "" => item.title.clone(),
                _ => file.alt.clone(),
            };
            let (item_request, file_cid) = (self.item.clone(), self.cid.clone());
            let session = self.session.clone();
            let right = Right::new(&node, move |node| {
                session.as_ref().map_or(Ok(()), |session| session.check(node))?;
                let item = find(node.clone(), &item_request)?;
                file_of(&item, &file_cid).map(|_| ())
            });
            Ok::<_, Problem>(FileAsked {
                owner: self.item.owner,
                cid,
                name,
                viewer: self.item.viewer,
                address: self.address,
                preview: self.query.w,
                is_download: self.query.download.is_some(),
                headers: self.headers,
                right,
            })
        })
        .await??;
        app(&here).ok_or_else(none)?.answer(&here, request).await
    }
}

fn file_of<'a>(item: &'a Base, cid: &str) -> Answer<&'a Attached> {
    item.files.iter().find(|file| file.cid == cid).ok_or_else(none)
}

/// Lists those of a person's items that have some of these files.
pub fn uses<S: Items>(node: &Node, owner: &Did, files: &BTreeSet<Cid>) -> Answer<Vec<FileUse>> {
    let items = node.read(S::SERVICE, |db| store::stored_all(db.into(), owner.as_str()))?;
    let items = items.into_iter().map(|item| item.base);
    let with_files: Vec<Base> = items.filter(|item| !item.files.is_empty()).collect();
    if with_files.is_empty() {
        return Ok(Vec::new());
    }
    let path = Owner::from_did(node, owner.clone())?.path(S::SERVICE);
    let mut uses = Vec::new();
    for item in &with_files {
        let cid = |file: &Attached| parse_cid(&file.cid).ok();
        let cids = item.files.iter().filter_map(cid);
        uses.extend(cids.filter(|cid| files.contains(cid)).map(|file| FileUse {
            file,
            title: item.title.clone(),
            href: format!("{path}/{}", item.address()),
        }));
    }
    Ok(uses)
}

/// Removes files that erased entries named, with what was made of them. Where this doesn't happen, the sweep does it within a day.
pub(crate) fn erased(node: &Node, owner: &Did, files: &BTreeSet<Cid>) {
    if let Some(app) = app(node).filter(|_| !files.is_empty()) {
        app.erased(node, owner, files);
    }
}
