//! Albums: pictures in an order, shown together.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, FieldError, Int, List, Operation, Paragraphs, Reasons,
    Request, Title,
};
use imajin_app::{Problem, args, refuse_if};

use super::ASSETS_MAX;
use crate::fields::Audience;
use crate::ids::{AlbumId, AssetId, Collection};
use crate::manifest::TEXTS;
use crate::queries::{self, State};

/// Files in one album.
pub(crate) const IN_ALBUM_MAX: i64 = 10_000;
/// Albums of one person.
pub(crate) const ALBUMS_MAX: i64 = 2_000;

/// Makes an album, or replaces what is said of it.
#[derive(Debug, Operation)]
#[operation(
    name = "media.album",
    authority = Any,
    erasable_by = Author,
    refusal = AlbumRefusal,
    prepared = (),
    check
)]
pub(crate) struct PutAlbum {
    /// The album's id: `alb_` and 24 of 0-9 a-f, drawn by the client.
    #[reference]
    pub(crate) album: AlbumId,
    /// The title, in at most 200 characters.
    pub(crate) title: Title<200>,
    /// A text, in at most 10 000 characters.
    pub(crate) text: Option<Paragraphs<10_000>>,
    /// The picture that stands for it. Default: the first.
    pub(crate) cover: Option<AssetId>,
    #[group]
    pub(crate) audience: Audience,
}

impl PutAlbum {
    fn check(&self) -> Result<(), FieldError> {
        if self.title.trim().is_empty() {
            return Err(FieldError::new("title", "title must not be empty."));
        }
        self.audience.check()
    }
}

#[derive(Debug, Reasons)]
pub(crate) enum AlbumRefusal {
    /// You have no album with this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// You have no file with the id {} here.
    #[refused(NotFound, field = "assets")]
    NoAsset(String),
    /// An album has room for 10 000 files: make another one.
    #[refused(Conflict, reason = "full")]
    Full,
    /// You have 2 000 albums, and more don’t fit: remove one first.
    #[refused(Conflict, reason = "albums")]
    Albums,
}

impl BeforeSubmit for PutAlbum {
    /// Refuses to share an album with a group to which the owner does not belong: its members are notified.
    fn before_submit(&self, request: &Request<'_>) -> Result<(), Problem> {
        let (node, owner) = (request.node, request.owner);
        let Some(group) = &self.audience.to else {
            return Ok(());
        };
        let album =
            queries::read(node, |db| queries::album(db, owner.as_str(), self.album.as_str()))?;
        let is_shared = album.is_some_and(|album| album.to.as_deref() == Some(group.as_str()));
        if is_shared || node.in_room(group, owner)?.role().is_some() {
            return Ok(());
        }
        Err(Problem::field("to", TEXTS.say("no-such-group", args![])))
    }
}

impl Decide for PutAlbum {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AlbumRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        let is_new = !queries::has_album(db, owner, self.album.as_str())?;
        let is_full = is_new && queries::count_albums(db, owner)? >= ALBUMS_MAX;
        if is_full { Err(AlbumRefusal::Albums.into()) } else { Ok(()) }
    }
}

/// Removes an album. The files in it stay.
#[derive(Debug, Operation)]
#[operation(name = "media.album.remove", authority = Any, refusal = AlbumRefusal)]
pub(crate) struct RemoveAlbum {
    /// The album's id.
    #[reference]
    pub(crate) album: AlbumId,
}

impl Decide for RemoveAlbum {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AlbumRefusal> {
        let owner = ctx.owner().as_str();
        let is_there = queries::has_album(ctx.reader(), owner, self.album.as_str())?;
        if is_there { Ok(()) } else { Err(AlbumRefusal::Unknown.into()) }
    }
}

/// Puts files at the end of an album, or takes them out.
#[derive(Debug, Operation)]
#[operation(name = "media.album.put", authority = Any, facts, refusal = AlbumRefusal)]
pub(crate) struct PutInAlbum {
    /// The album's id; or `favourites`, which only their owner sees.
    #[reference]
    pub(crate) album: Collection,
    /// The files.
    pub(crate) assets: List<AssetId, 1, ASSETS_MAX>,
    /// 1 to take them out. Default: 0.
    pub(crate) out: Option<Int<0, 1>>,
}

impl Decide for PutInAlbum {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<AlbumRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        refuse_if!(!queries::has_collection(db, owner, &self.album)?, AlbumRefusal::Unknown);
        if self.out.is_some_and(|out| out.0 == 1) {
            return Ok(());
        }
        for asset in &self.assets.0 {
            if queries::state(db, owner, asset)? != Some(State::Kept) {
                return Err(AlbumRefusal::NoAsset(asset.as_str().to_owned()).into());
            }
        }
        let more = i64::try_from(self.assets.0.len()).unwrap_or(i64::MAX);
        let there = queries::count_in_album(db, owner, self.album.as_str())?;
        let fits = there.saturating_add(more) <= IN_ALBUM_MAX;
        if fits { Ok(()) } else { Err(AlbumRefusal::Full.into()) }
    }
}
