//! Links: people who have the secret of one see an asset or an album, without an account, until the link ends.

use imajin_app::operation::{Context, Decide, Decision, Int, Operation, Reasons, Title};
use imajin_app::refuse_if;

use crate::fields::SecretDigest;
use crate::ids::{LinkId, Subject};
use crate::queries::{self, State};

/// The last millisecond of the year 9999.
const LATEST_MS: i64 = 253_402_300_799_999;
/// Links of one person that have not ended.
pub(crate) const LINKS_MAX: i64 = 1_000;

/// Makes a link to a file or an album, or changes when it ends.
#[derive(Debug, Operation)]
#[operation(
    name = "media.link",
    authority = Any,
    erasable_by = Author,
    refusal = LinkRefusal
)]
pub(crate) struct PutLink {
    /// The link's id: `lnk_` and 24 of 0-9 a-f, drawn by the client.
    #[reference]
    pub(crate) link: LinkId,
    /// For whom it is, in at most 200 characters. Only the owner reads it.
    pub(crate) label: Option<Title<200>>,
    /// The asset or album.
    #[fact]
    pub(crate) of: Subject,
    /// The SHA-256 of the secret in the address: 16 random bytes as 32 of 0-9 a-f, hashed as that text.
    #[fact]
    pub(crate) digest: SecretDigest,
    /// When it ends, in milliseconds since 1970.
    #[fact]
    pub(crate) until: Int<0, LATEST_MS>,
    /// 1 if it gives the files as they are, with the place and the device in them. Default: 0.
    #[fact]
    pub(crate) exact: Option<Int<0, 1>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum LinkRefusal {
    /// You have no file and no album with this id.
    #[refused(NotFound, field = "of")]
    NoSubject,
    /// A link of this id leads to something else, and stays so.
    #[refused(Conflict, reason = "other", field = "of")]
    Other,
    /// You have 1 000 links, and more don’t fit: end one first.
    #[refused(Conflict, reason = "full")]
    Full,
    /// You have no link with this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
}

impl Decide for PutLink {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<LinkRefusal> {
        let (db, owner) = (ctx.reader(), ctx.owner().as_str());
        let is_there = match &self.of {
            Subject::Asset(asset) => queries::state(db, owner, asset)? == Some(State::Kept),
            Subject::Album(album) => queries::has_album(db, owner, album.as_str())?,
        };
        refuse_if!(!is_there, LinkRefusal::NoSubject);
        let before = queries::link(db, owner, self.link.as_str())?;
        let new = (self.of.as_str(), self.digest.as_str());
        match before {
            Some(before) if (before.of.as_str(), before.digest.as_str()) != new => {
                Err(LinkRefusal::Other.into())
            }
            None if queries::count_links(db, owner)? >= LINKS_MAX => Err(LinkRefusal::Full.into()),
            _ => Ok(()),
        }
    }
}

/// Ends a link at once.
#[derive(Debug, Operation)]
#[operation(name = "media.link.end", authority = Any, refusal = LinkRefusal)]
pub(crate) struct EndLink {
    /// The link's id.
    #[reference]
    pub(crate) link: LinkId,
}

impl Decide for EndLink {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<LinkRefusal> {
        let owner = ctx.owner().as_str();
        let link = queries::link(ctx.reader(), owner, self.link.as_str())?;
        link.map(drop).ok_or_else(|| LinkRefusal::Unknown.into())
    }
}
