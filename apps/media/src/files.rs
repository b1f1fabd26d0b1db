//! People's files on the disk, and what a decoder makes of them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use imajin_app::capabilities::FileAbout;
use imajin_app::{Node, Problem, args, blocking};
use imajin_dfos::Cid;
use imajin_dfos::cid::parse_cid;
use imajin_host::derived;
use imajin_ledger::media::MediaError;
use imajin_pictures::{Facts, Kind, PictureError, Pictures, Size};
use imajin_protocol::Did;

use crate::manifest::TEXTS;

/// A file's kind, by its first bytes, and its length.
pub(crate) fn kind_of(node: &Node, owner: &Did, cid: &Cid) -> Result<(Kind, u64), MediaError> {
    let (mut file, bytes) = node.ledger().media().open(owner, cid)?;
    Ok((first_kind(&mut file)?, bytes))
}

/// Returns a file's kind by its first bytes, and rewinds the file.
pub(crate) fn first_kind(file: &mut File) -> Result<Kind, MediaError> {
    file.seek(SeekFrom::Start(0))?;
    let mut first = Vec::with_capacity(Kind::FIRST_BYTES);
    file.take(Kind::FIRST_BYTES as u64).read_to_end(&mut first)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(Kind::detect(&first))
}

/// Opens one of an owner's files.
/// Errors: 503 if its disk isn't there, 404 if the file isn't.
pub(crate) fn open(node: &Node, owner: &str, cid: &str) -> Result<(File, u64), Problem> {
    let named = Did::parse(owner).ok().zip(parse_cid(cid).ok());
    let (owner, cid) = named.ok_or_else(missing)?;
    node.ledger().media().open(&owner, &cid).map_err(|error| match error {
        MediaError::NotFound { .. } | MediaError::NotRaw { .. } => missing(),
        other => other.into(),
    })
}

/// The answer where the disk doesn't have what entries name.
pub(crate) fn missing() -> Problem {
    Problem::unavailable(TEXTS.say("file-is-missing", args![])).slug("file-missing")
}

fn about_name(cid: &Cid) -> String {
    format!("{cid}-about")
}

/// Returns the facts about a file, from the cache or by its first bytes; `None` if the file is missing.
pub(crate) fn describe(node: &Node, owner: &Did, cid: &Cid) -> Option<FileAbout> {
    let noted = derived::read(node, owner, &about_name(cid));
    let noted = noted.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    noted.or_else(|| {
        let (kind, _) = kind_of(node, owner, cid).ok()?;
        Some(describe_kind(kind, None, None))
    })
}

/// Notes what the decoder found in a file, for [`describe`].
pub(crate) fn note(node: &Node, owner: &Did, cid: &Cid, (kind, facts): (Kind, &Facts)) {
    let about = describe_kind(kind, facts.width, facts.height);
    if let Ok(bytes) = serde_json::to_vec(&about) {
        derived::keep(node, owner, &about_name(cid), &bytes);
    }
}

fn describe_kind(kind: Kind, width: Option<u32>, height: Option<u32>) -> FileAbout {
    FileAbout { kind: kind.mime().to_owned(), has_previews: kind.is_decodable(), width, height }
}

/// Returns the suffix of a preview of this size: its name is the file's CID and this.
pub(crate) fn variant(size: Size) -> &'static str {
    match size {
        Size::Face => "face",
        Size::W200 => "200",
        Size::W400 => "400",
        Size::W800 => "800",
        Size::Og => "og",
    }
}

fn name(cid: &str, size: Size) -> String {
    format!("{cid}-{}", variant(size))
}

/// The previews for one pass of some work: those that were missing are made before the next pass.
#[derive(Default)]
pub(crate) struct Previews {
    /// The preview that was made just now, and its name, even if there is too little room to keep it.
    made: Option<(String, Vec<u8>)>,
    missing: RefCell<Vec<Missing>>,
}

/// A preview that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    owner: Did,
    cid: String,
    size: Size,
}

impl Previews {
    /// Whether the work has to be done once more.
    pub(crate) fn are_missing(&self) -> bool {
        !self.missing.borrow().is_empty()
    }

    pub(crate) fn into_missing(self) -> Vec<Missing> {
        self.missing.into_inner()
    }
}

/// A preview of an owner's file, if it was made. One that is missing is noted, and looks like one that can't be made.
/// Errors: 404 (`no-preview`) if there is none.
pub(crate) fn preview(
    node: &Node,
    previews: &Previews,
    (whose, cid): (&str, &str),
    size: Size,
) -> Result<Vec<u8>, Problem> {
    let owner = Did::parse(whose).map_err(Problem::internal)?;
    let name = name(cid, size);
    if let Some((_, made)) = previews.made.as_ref().filter(|(made, _)| *made == name) {
        return Ok(made.clone());
    }
    match derived::read(node, &owner, &name) {
        // An empty one says that none can be made.
        Some(kept) if kept.is_empty() => return Err(no_preview()),
        Some(kept) => return Ok(kept),
        None => {}
    }
    let (mut file, _) = open(node, whose, cid)?;
    let kind = first_kind(&mut file).map_err(Problem::internal)?;
    if kind.may_have_previews() {
        let cid = cid.to_owned();
        let missing = Missing { owner, cid, size };
        previews.missing.borrow_mut().push(missing);
    }
    Err(no_preview())
}

/// Makes a missing preview, unless another request did meanwhile. Notes if none can be made, so that no request tries again.
/// Errors: the file can't be read, or the box has no time for it now.
pub(crate) fn make(
    node: &Node,
    pictures: &Pictures,
    missing: Missing,
) -> Result<Previews, PictureError> {
    let Missing { owner, cid, size } = missing;
    if derived::read(node, &owner, &name(&cid, size)).is_some() {
        return Ok(Previews::default());
    }
    let Ok((file, _)) = open(node, owner.as_str(), &cid) else {
        // The next pass says so.
        return Ok(Previews::default());
    };
    let sizes = sizes(size);
    let made = match pictures.render(file, sizes) {
        Ok(made) => made,
        Err(error @ (PictureError::Io(_) | PictureError::Busy | PictureError::Cancelled)) => {
            return Err(error);
        }
        Err(error) => {
            tracing::info!(%cid, %error, "no preview can be made of a file");
            for size in Size::ALL {
                derived::keep(node, &owner, &name(&cid, size), &[]);
            }
            return Ok(Previews::default());
        }
    };
    for (size, bytes) in sizes.iter().zip(&made) {
        derived::keep(node, &owner, &name(&cid, *size), bytes);
    }
    let first = made.into_iter().next();
    Ok(Previews { made: first.map(|bytes| (name(&cid, size), bytes)), missing: RefCell::default() })
}

/// The sizes that are made together, the requested one first: the two of people, the two of lists, or one alone.
fn sizes(size: Size) -> &'static [Size] {
    match size {
        Size::Face => &[Size::Face, Size::W400],
        Size::W200 => &[Size::W200, Size::W400],
        Size::W400 => &[Size::W400, Size::W200],
        Size::W800 => &[Size::W800],
        Size::Og => &[Size::Og],
    }
}

/// The answer for a preview that there can't be.
pub(crate) fn no_preview() -> Problem {
    Problem::not_found(TEXTS.say("no-preview", args![])).slug("no-preview")
}

/// Removes what entries no longer name, with its previews, in the background; or else the sweep does it within a day.
pub(crate) fn remove(node: &Node, owner: &Did, files: &BTreeSet<Cid>) {
    let (node, owner, files) = (node.clone(), owner.clone(), files.clone());
    let work = move || {
        for cid in &files {
            derived::forget(&node, &owner, &cid.to_string());
        }
        if let Err(error) = node.ledger().remove_unnamed(&owner, &files) {
            tracing::warn!(%error, "erased files wait for the sweep");
        }
        if let Err(error) = end_uploads(&node, &owner, &files) {
            tracing::warn!(%error, "uploads of erased files wait until they expire");
        }
    };
    match tokio::runtime::Handle::try_current() {
        Ok(_) => blocking::detach(work),
        Err(_) => work(),
    }
}

/// Ends the complete uploads of these files: what is noted of an upload has the file's name.
fn end_uploads(node: &Node, owner: &Did, files: &BTreeSet<Cid>) -> Result<(), MediaError> {
    let media = node.ledger().media();
    for upload in media.uploads(owner)? {
        let stored = upload.stored.and_then(|cid| parse_cid(&cid).ok());
        if stored.is_some_and(|cid| files.contains(&cid)) {
            media.end_upload(owner, &upload.id)?;
        }
    }
    Ok(())
}
