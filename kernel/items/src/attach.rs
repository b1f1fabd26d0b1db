//! The operation `attach`, which sets an item's files: its fields and its rule.

use std::collections::BTreeSet;

use imajin_app::operation::{
    Choice, FieldError, Group, ItemId, Line, List, MediaFile, Reasons, Refused,
};
use imajin_app::refuse_if;
use imajin_dfos::Cid;
use imajin_ledger::Reader;
use imajin_protocol::Did;

use crate::item::Attached;
use crate::operations::{ATTACH, Of, Shared};
use crate::{FILES_MAX, Items, VERSIONS_MAX, store};

/// Says which files an item of `S` has.
pub type Attach<S> = Of<S, AttachFiles>;

/// The fields of `attach`.
#[derive(Debug, Group)]
pub struct AttachFiles {
    /// The item's id.
    #[reference]
    pub item: ItemId,
    /// For each file, in their order, what it shows or what it is called, in at most 500 characters: for people who don't see
    /// it, and as the name under which others keep it. Empty where there is nothing to say.
    pub alts: List<Line<500>, 0, FILES_MAX>,
    /// The files, in the order in which they are shown; none where the item has no files any more.
    #[fact]
    pub media: List<MediaFile, 0, FILES_MAX>,
}

impl AttachFiles {
    /// Returns the files with their words.
    pub(crate) fn files(&self) -> impl Iterator<Item = Attached> {
        let alt = |place: usize| self.alts.0.get(place).map_or("", |alt| &alt.0);
        let files = self.media.0.iter().enumerate();
        files.map(move |(place, file)| Attached::new(file.as_str(), alt(place)))
    }

    fn check_lists(&self) -> Result<(), FieldError> {
        let (alts, files) = (self.alts.0.len(), &self.media.0);
        if alts != files.len() {
            let message = format!(
                "alts must have a text for each of the {} files in media, which may be empty.",
                files.len()
            );
            return Err(FieldError::new("alts", message));
        }
        let once: BTreeSet<&str> = files.iter().map(MediaFile::as_str).collect();
        if once.len() == files.len() {
            Ok(())
        } else {
            let text = "media names a file twice: name it once.";
            Err(FieldError::new("media", text))
        }
    }
}

/// Why an item didn't get files.
#[derive(Debug, Reasons)]
pub enum AttachRefusal {
    /// There is nothing of yours with this id that can have files: add it first.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This can’t be changed any more, and neither can its files.
    #[refused(Conflict, reason = "fixed")]
    Fixed,
    /// The files of this have been changed 1 000 times. Remove it, and add it again.
    #[refused(Conflict, reason = "versions")]
    Versions,
}

impl<S: Items> Shared<S> for AttachFiles {
    const VERB: &'static str = ATTACH;
    const ABOUT: &'static str = "Says which files an item has: pictures, sound, films, things to read. The newest list replaces the one before. The files must be uploaded first.";
    type Refusal = AttachRefusal;
    type Prepared = ();

    fn check(&self) -> Result<(), FieldError> {
        self.check_lists()
    }

    fn decide(
        &self,
        db: Reader<'_>,
        owner: &Did,
        (): &(),
    ) -> Result<Vec<Cid>, Refused<AttachRefusal>> {
        let (owner, id) = (owner.as_str(), self.item.as_str());
        let item = store::stored(db, owner, id)?;
        let kind = item.and_then(|item| S::Kind::from_name(&item.kind));
        refuse_if!(!kind.is_some_and(S::may_have_files), AttachRefusal::Unknown);
        refuse_if!(S::is_fixed(db, owner, id)?, AttachRefusal::Fixed);
        refuse_if!(store::attach_bodies(db, owner, id)? >= VERSIONS_MAX, AttachRefusal::Versions);
        Ok(Vec::new())
    }
}
