//! Adding files, saying something of them, moving them, putting them in the trash, and saying who sees them.

use imajin_app::operation::{
    BeforeSubmit, Change, Context, Decide, Decision, FieldError, Int, Line, List, MediaFile,
    Operation, Reasons, Refused, Request,
};
use imajin_app::{Node, Problem, refuse_if};
use imajin_dfos::cid::parse_cid;
use imajin_ledger::Reader;
use imajin_ledger::media::MediaError;
use imajin_log::format::tar;
use imajin_pictures::Kind;
use imajin_protocol::Did;

use super::ASSETS_MAX;
use crate::fields::{About, Access, Audience, Name, UsedFor};
use crate::ids::{AssetId, COPIES_MAX, FolderId};
use crate::queries::{self, State};
use crate::sealed;

/// The longest file: what the tar of a bundle can hold.
pub(crate) const FILE_BYTES_MAX: i64 = tar::FILE_BYTES_MAX.cast_signed();

/// Adds an uploaded file, or brings it back from the trash.
#[derive(Debug, Operation)]
#[operation(
    name = "media.add",
    authority = Any,
    erasable_by = Author,
    refusal = AddRefusal,
    prepared = (),
    check
)]
pub(crate) struct Add {
    /// The asset's id: `ast_` and the first 26 characters of the lower-case base32 of the SHA-256 of `mjn:asset`, the
    /// owner's DID, the file's CID and `n`, with a zero byte between them.
    #[reference]
    pub(crate) asset: AssetId,
    /// The file's name.
    pub(crate) name: Name,
    /// Its media type, as its first bytes say.
    pub(crate) kind: Line<100>,
    /// Its length.
    pub(crate) bytes: Int<0, FILE_BYTES_MAX>,
    #[group]
    pub(crate) about: About,
    /// The thing of another service that uses it.
    pub(crate) context: Option<UsedFor>,
    /// The file; and a JPEG that shows what is in it, if the box can't make one.
    #[fact]
    pub(crate) media: List<MediaFile, 1, 2>,
    /// 0; or 1, 2 … for further copies of the same file.
    #[fact]
    pub(crate) n: Int<0, COPIES_MAX>,
    /// The folder that it is in. Default: in none.
    #[fact]
    pub(crate) folder: Option<FolderId>,
    #[group]
    pub(crate) audience: Audience,
    /// The asset that it replaces: that one goes to the trash.
    #[fact]
    pub(crate) replaces: Option<AssetId>,
    /// 1 if the page that sent it encrypted it: then it is for a conversation, its name here is `sealed`, and nothing else is said
    /// of it.
    #[fact]
    pub(crate) sealed: Option<Int<0, 1>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum AddRefusal {
    /// ref must be the id of this file: {}.
    #[refused(BadRequest, field = "ref")]
    Id(String),
    /// You have this file here already.
    #[refused(Conflict, reason = "exists")]
    Exists,
    /// There is no copy with a smaller number: n must be 0, or one more than that of another copy.
    #[refused(Conflict, reason = "copies", field = "n")]
    Gap,
    /// You have no folder with this id.
    #[refused(NotFound, field = "folder")]
    NoFolder,
    /// You have no file with the id that this one replaces.
    #[refused(NotFound, field = "replaces")]
    NoOther,
}

impl Add {
    /// The file's CID.
    pub(crate) fn cid(&self) -> &str {
        self.media.0.first().map_or("", MediaFile::as_str)
    }

    /// Whether the page that sent it encrypted it.
    pub(crate) fn is_sealed(&self) -> bool {
        self.sealed.is_some_and(|sealed| sealed.0 == 1)
    }

    fn check(&self) -> Result<(), FieldError> {
        self.audience.check()?;
        if self.is_sealed() { self.check_sealed() } else { Ok(()) }
    }

    fn check_sealed(&self) -> Result<(), FieldError> {
        let rules = [
            (
                "access",
                self.audience.access == Some(Access::Conversation),
                "A sealed file is for a conversation: access must be conversation.",
            ),
            (
                "name",
                self.name.as_str() == sealed::NAME,
                "The name of a sealed file is in the message: name must be sealed.",
            ),
            (
                "kind",
                *self.kind == *sealed::KIND,
                "Nobody here knows what a sealed file is: kind must be application/octet-stream.",
            ),
            (
                "bytes",
                sealed::is_length(self.bytes.0.unsigned_abs()),
                "bytes is no length of a sealed file: pad the file, and encrypt it in pieces of 64 KiB.",
            ),
            ("media", self.media.0.len() == 1, "There is no preview of a sealed file."),
            (
                "context",
                self.context.is_none(),
                "The message says what a sealed file is for: leave out context.",
            ),
            (
                "sealed",
                self.about == About::default(),
                "A sealed file has no details here: its title, its date and the like are in the message.",
            ),
        ];
        let broken = rules.into_iter().find(|(_, holds, _)| !holds);
        broken.map_or(Ok(()), |(field, _, text)| Err(FieldError::new(field, text)))
    }
}

impl BeforeSubmit for Add {
    /// Refuses an entry that contradicts the file on the disk.
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let (node, owner) = (request.node, request.owner);
        let (kind, bytes) = on_disk(node, owner, self.cid())?;
        if self.bytes.0.unsigned_abs() != bytes {
            let text = format!("bytes must be {bytes}, the file's length.");
            return Err(Problem::field("bytes", text));
        }
        if !self.is_sealed() && *self.kind != *kind.mime() {
            let text = format!("kind must be {}, as the file's first bytes say.", kind.mime());
            return Err(Problem::field("kind", text));
        }
        match self.media.0.get(1) {
            Some(preview) => is_preview(node, owner, preview),
            None => Ok(()),
        }
    }
}

/// A file's kind and length.
fn on_disk(node: &Node, owner: &Did, cid: &str) -> Result<(Kind, u64), Problem> {
    let none = || {
        let text = format!("There is no file {cid} of yours here: upload it first.");
        Problem::field("media", text)
    };
    let cid = parse_cid(cid).map_err(|_| none())?;
    crate::files::kind_of(node, owner, &cid).map_err(|error| match error {
        MediaError::NotFound { .. } | MediaError::NotRaw { .. } => none(),
        other => other.into(),
    })
}

/// A preview that a browser made is a JPEG.
fn is_preview(node: &Node, owner: &Did, preview: &MediaFile) -> Result<(), Problem> {
    match on_disk(node, owner, preview.as_str())? {
        (Kind::Jpeg, _) => Ok(()),
        _ => Err(Problem::field("media", "A preview must be a JPEG.")),
    }
}

impl Decide for Add {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AddRefusal> {
        let owner = ctx.owner();
        let id = AssetId::derive(owner, self.cid(), self.n.0);
        refuse_if!(self.asset != id, AddRefusal::Id(id.as_str().to_owned()));
        let (db, owner) = (ctx.reader(), owner.as_str());
        refuse_if!(queries::state(db, owner, &id)? == Some(State::Kept), AddRefusal::Exists);
        if self.n.0 > 0 {
            let before = AssetId::derive(ctx.owner(), self.cid(), self.n.0 - 1);
            refuse_if!(queries::state(db, owner, &before)?.is_none(), AddRefusal::Gap);
        }
        if let Some(folder) = &self.folder
            && !queries::has_folder(db, owner, folder.as_str())?
        {
            return Err(AddRefusal::NoFolder.into());
        }
        if let Some(other) = &self.replaces
            && queries::state(db, owner, other)? != Some(State::Kept)
        {
            return Err(AddRefusal::NoOther.into());
        }
        Ok(())
    }
}

/// Changes what is said of a file: what is left out stays as it is.
#[derive(Debug, Operation)]
#[operation(
    name = "media.change",
    authority = Any,
    erasable_by = Author,
    refusal = AssetsRefusal,
    prepared = ()
)]
pub(crate) struct ChangeAsset {
    /// The asset's id.
    #[reference]
    pub(crate) asset: AssetId,
    /// The file's name.
    pub(crate) name: Option<Name>,
    #[group]
    pub(crate) about: About,
    /// The notes of programs on the file, as a JSON text of at most 4 096 characters. Null clears.
    pub(crate) props: Change<Line<4_096>>,
    /// A JPEG that shows what is in the file, if the box can't make one.
    #[fact]
    pub(crate) media: Option<List<MediaFile, 1, 1>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum AssetsRefusal {
    /// You have no file with the id {} here.
    #[refused(NotFound, field = "assets")]
    Unknown(String),
    /// You have no folder with this id.
    #[refused(NotFound, field = "folder")]
    NoFolder,
    /// This file is sealed: its details are in the message that it came with.
    #[refused(Conflict, reason = "sealed")]
    Sealed,
}

/// Refuses if one of these isn't here.
fn are_here(db: Reader<'_>, owner: &str, assets: &[AssetId]) -> Result<(), Refused<AssetsRefusal>> {
    for asset in assets {
        match queries::state(db, owner, asset)? {
            Some(State::Kept | State::Trash) => {}
            _ => return Err(AssetsRefusal::Unknown(asset.as_str().to_owned()).into()),
        }
    }
    Ok(())
}

impl BeforeSubmit for ChangeAsset {
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        match self.media.as_ref().and_then(|media| media.0.first()) {
            Some(preview) => is_preview(request.node, request.owner, preview),
            None => Ok(()),
        }
    }
}

impl Decide for ChangeAsset {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AssetsRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        are_here(db, owner, std::slice::from_ref(&self.asset))?;
        let is_sealed = queries::is_sealed(db, owner, &self.asset)?;
        if is_sealed { Err(AssetsRefusal::Sealed.into()) } else { Ok(()) }
    }
}

/// Moves files into a folder, or out of all folders; what is in the trash comes back.
#[derive(Debug, Operation)]
#[operation(name = "media.move", authority = Any, facts, refusal = AssetsRefusal)]
pub(crate) struct MoveAssets {
    /// The files.
    pub(crate) assets: List<AssetId, 1, ASSETS_MAX>,
    /// The folder. Left out: none.
    pub(crate) folder: Option<FolderId>,
    /// 1, without `folder`, to bring files back to the folders that they were in. Default: 0.
    pub(crate) back: Option<Int<0, 1>>,
}

impl Decide for MoveAssets {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AssetsRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        are_here(db, owner, &self.assets.0)?;
        match &self.folder {
            Some(folder) if !queries::has_folder(db, owner, folder.as_str())? => {
                Err(AssetsRefusal::NoFolder.into())
            }
            _ => Ok(()),
        }
    }
}

/// Puts files in the trash, where only their owner finds them. They stay there until the owner erases them or brings them
/// back.
#[derive(Debug, Operation)]
#[operation(name = "media.remove", authority = Any, facts, refusal = AssetsRefusal)]
pub(crate) struct RemoveAssets {
    /// The files.
    pub(crate) assets: List<AssetId, 1, ASSETS_MAX>,
}

impl Decide for RemoveAssets {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AssetsRefusal> {
        are_here(ctx.reader(), ctx.owner().as_str(), &self.assets.0)
    }
}

/// Says who sees files besides their owner. Albums and links may show them to more people.
#[derive(Debug, Operation)]
#[operation(name = "media.access", authority = Any, facts, refusal = AssetsRefusal, check)]
pub(crate) struct SetAccess {
    /// The files.
    pub(crate) assets: List<AssetId, 1, ASSETS_MAX>,
    /// `private`, `trust-graph` (the owner's connections), `public`, or `conversation` (the members of the group `to`).
    pub(crate) access: Access,
    /// The group, with `conversation`.
    pub(crate) to: Option<Did>,
    /// 1 if others get the file as it is, with the place and the device in it. Default: 0.
    pub(crate) exact: Option<Int<0, 1>>,
}

impl SetAccess {
    fn check(&self) -> Result<(), FieldError> {
        let is_private = self.access == Access::Private;
        if is_private && self.exact.is_some_and(|exact| exact.0 == 1) {
            return Err(FieldError::new("exact", "exact is for what others see."));
        }
        self.audience().check()
    }

    /// Who sees them.
    pub(crate) fn audience(&self) -> Audience {
        Audience { access: Some(self.access), to: self.to.clone() }
    }
}

impl Decide for SetAccess {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AssetsRefusal> {
        are_here(ctx.reader(), ctx.owner().as_str(), &self.assets.0)
    }
}
